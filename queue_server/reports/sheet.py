"""A day's closing report on paper: one sheet of A4 to be signed and filed, or the same as text."""

from html import escape
from unicodedata import east_asian_width

from queue_server.reports.day import DayReport, Line
from queue_server.wire import face
from queue_server.wire.day import local

HEAD = (
    "",
    "服务区 Zone",
    "取号",
    "办结",
    "过号",
    "退号",
    "作废",
    "平均等候",
    "15分内",
    "平均办理",
    "评价",
    "满意",
)
LEGEND = (
    "取号（按业务项）issued, by services · 办结 served · 过号 missed · 退号 cancelled · 作废 expired · 平均等候 mean wait · "
    "15分内 called within 15 min · 平均办理 mean service time · 评价 ratings · 满意 content (三至五星 3 to 5)"
)
PROVES = (
    "以上序号和哈希锁定当日及以前的全部日志，请签字存档。核对：jiaohao-server verify --anchor '序号:哈希'",
    "They lock the log of this day and all before it: sign and file this sheet. Check: jiaohao-server verify --anchor SEQ:HASH",
)
BAD = (
    "差评{0.all}件：有效{0.valid}（计入）、误评{0.mistaken}、恶意{0.malicious}（不计），未认定{0.open}",
    (
        "Bad ratings {0.all}: {0.valid} valid (counted), {0.mistaken} mistaken and {0.malicious} malicious (not counted), "
        "{0.open} not judged"
    ),
)
"""What became of the day's bad ratings so far."""
STYLE = """
@page { size: A4; margin: 18mm 14mm }
@media screen { html { padding: 12mm 4mm } }
body { font: 11pt/1.5 "Noto Sans CJK SC", "Microsoft YaHei", sans-serif; color: #000; margin: 0 auto; max-width: 182mm }
h1 { font-size: 17pt; margin: 0 } p { margin: 2mm 0 } .small { font-size: 9pt }
table { border-collapse: collapse; width: 100%; margin: 5mm 0; font-variant-numeric: tabular-nums; font-size: 9.5pt }
th, td { border: .3mm solid #000; padding: 1mm 1.4mm; text-align: right; white-space: nowrap }
th { font-weight: 500 } th:nth-child(-n+2), td:nth-child(-n+2) { text-align: left; white-space: normal }
tr:last-child td { font-weight: 700 } .hash { font: 10.5pt/1.6 "DejaVu Sans Mono", monospace; overflow-wrap: anywhere }
.sign { display: flex; justify-content: space-between; margin-top: 14mm }
thead { display: table-header-group } tr, .sign { break-inside: avoid }
.sign span { border-top: .3mm solid #000; width: 52mm; padding-top: 1mm }
"""


def cells(line: Line) -> tuple[str, ...]:
    """A line as it is printed; a dash where there is nothing to tell a mean of."""
    found = line.sum
    return (
        line.letter,
        line.name.zh,
        *(str(n) for n in (found.issued, found.served, found.missed, found.cancelled, found.expired)),
        _minutes(line.wait_min),
        _share(line.soon),
        _minutes(line.service_min),
        str(sum(found.rated)),
        _share(line.content),
    )


def head(report: DayReport) -> tuple[str, str]:
    """What stands above: whose day it is, and since when it is not the last word."""
    until = "" if report.over else "（未结束 not over yet）"
    return (
        f"{report.hall.zh} 日终报表",
        f"{report.day:%Y-%m-%d}{until} · 打印 made {local(report.made_at):%Y-%m-%d %H:%M}",
    )


def turns(report: DayReport) -> str:
    """What is said of calls out of turn: how many, and for which reasons; those without any are counted also if there are none."""
    if report.whys is None:
        return "不按顺序的叫号：当日日志已封存，文件不在 calls out of turn: the sealed log of the day is not at hand"
    words = face.texts("audit")
    parts = [
        f"{words[f'why_{each.why}']['zh']} {words[f'why_{each.why}']['en']} {each.count}"
        for each in report.whys
    ]
    count = sum(each.count for each in report.whys)
    return f"不按顺序的叫号 calls out of turn  {count} / {report.calls} · {' · '.join(parts)}"


def text(report: DayReport) -> str:
    """For a terminal: aligned where a Chinese character is two columns wide."""
    rows = [HEAD, *(cells(line) for line in (*report.zones, report.whole))]
    widths = [max(_width(row[at]) for row in rows) for at in range(len(HEAD))]
    lines = [*head(report), ""]
    for row in rows:
        padded = [
            cell + " " * (width - _width(cell)) if at < 2 else " " * (width - _width(cell)) + cell
            for at, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        lines.append("  ".join(padded).rstrip())
    bad = [line.format(report.bad) for line in BAD]
    return "\n".join(
        [*lines, "", LEGEND, "", *bad, "", turns(report), "", f"日志 log  {report.anchor or '–'}", *PROVES]
    )


def page(report: DayReport) -> str:
    """For a browser's printer: one HTML file that needs no other."""
    title, made = head(report)
    header = "".join(f"<th>{escape(cell)}</th>" for cell in HEAD)
    body = "".join(
        "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in cells(line)) + "</tr>"
        for line in (*report.zones, report.whole)
    )
    bad = "".join(f"<p class=small>{escape(line.format(report.bad))}</p>" for line in BAD)
    proves = "".join(f"<p class=small>{escape(line)}</p>" for line in PROVES)
    return (
        f'<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>{escape(title)} {report.day}</title>'
        f"<style>{STYLE}{_foot(f'{title} {report.day}')}</style><h1>{escape(title)}</h1><p>{escape(made)}</p>"
        f"<table><thead><tr>{header}</tr></thead><tbody>{body}</tbody></table><p class=small>{escape(LEGEND)}</p>{bad}"
        f"<p class=small>{escape(turns(report))}</p>"
        f"<p>日志 Log</p><p class=hash>{escape(str(report.anchor or '–'))}</p>{proves}"
        "<p class=sign><span>值班经理 Manager</span><span>审计 Auditor</span><span>日期 Date</span></p></html>\n"
    )


def _foot(words: str) -> str:
    """Words and the number of the page at the foot of each. In style nothing but letters and digits stands as it is."""
    text = "".join(letter if letter.isalnum() else f"\\{ord(letter):x} " for letter in words)
    font = 'font: 8pt "Noto Sans CJK SC", "Microsoft YaHei", sans-serif'
    return (
        f'@page {{ @bottom-left {{ content: "{text}"; {font} }}'
        f' @bottom-right {{ content: counter(page) " / " counter(pages); {font} }} }}'
    )


def _minutes(value: float | None) -> str:
    return "–" if value is None else f"{value:.1f}分"


def _share(value: float | None) -> str:
    return "–" if value is None else f"{value:.0%}"


def _width(cell: str) -> int:
    return sum(2 if east_asian_width(letter) in "WF" else 1 for letter in cell)
