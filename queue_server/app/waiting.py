"""The waiting list on paper: one table for each zone, in the order in which people are called. Nothing personal is on it."""

from datetime import datetime
from html import escape
from pathlib import Path

from queue_server.engine import rank
from queue_server.engine.hall import Hall
from queue_server.engine.part import Part
from queue_server.engine.ticket import Ticket
from queue_server.wire.day import local
from queue_server.wire.ids import ZoneId
from queue_server.wire.ticket import Text

NAMED = ".waiting.html"
"""How the name of a list ends. Sheets of slips must not end so: on a stick with FAT, names that differ only in case are one."""
PAPER = """\
@page { size: A4; margin: 15mm }
body { font: 11pt/1.25 "Noto Sans CJK SC", "Microsoft YaHei", sans-serif; color: #000; margin: 0 }
section { break-after: page }
section:last-child { break-after: auto }
h1 { font-size: 18pt; margin: 0 0 2mm }
h2 { font-size: 14pt; margin: 6mm 0 2mm }
p { margin: 0 0 2mm }
table { border-collapse: collapse; width: 100% }
thead { display: table-header-group }
tr { break-inside: avoid }
th, td { border: 0.3mm solid #000; padding: 1mm 2mm; text-align: left; vertical-align: top }
th { font-size: 10pt }
.number { font-size: 16pt; font-weight: bold; white-space: nowrap }
.mark { width: 18mm }
small { font-size: 8pt }
"""
"""How it looks on A4, in black."""
HEADS = (
    "顺序<br>Order",
    "号码<br>Number",
    "业务<br>Service",
    "类别<br>Class",
    "等候自<br>Since",
    "之后<br>Then",
    "办结<br>Done",
)


def beside(file: Path) -> Path:
    """Where the list of an evacuation file lies: hall.waiting.html beside hall.move."""
    return file.with_name(f"{file.stem}{NAMED}")


def page(part: Part, hall: Hall, fingerprint: str) -> str:
    """The whole list as one HTML file that needs nothing else."""
    zones: dict[ZoneId, list[Ticket]] = {}
    for ticket in part.tickets:
        zones.setdefault(hall.service[ticket.step.service].zone, []).append(ticket)
    sections = "".join(
        _section(part, hall, hall.zone[zone].name, tickets, fingerprint)
        for zone, tickets in sorted(zones.items())
    )
    nobody = "<section><p>没有等候的号票。 Nobody waits.</p></section>"
    return (
        f'<!doctype html>\n<html lang="zh-CN">\n<meta charset="utf-8">\n<title>{escape(part.name.zh)} 等候名单</title>\n'
        f"<style>\n{PAPER}</style>\n{sections or nobody}\n</html>\n"
    )


def _section(part: Part, hall: Hall, zone: Text, tickets: list[Ticket], fingerprint: str) -> str:
    heads = "".join(f"<th>{head}</th>" for head in HEADS)
    rows = "".join(_row(n, hall, ticket) for n, ticket in enumerate(tickets, 1))
    return (
        f"<section><h1>{escape(zone.zh)} 等候名单</h1>\n<p>{escape(zone.en)} · waiting list</p>\n"
        f"<p>{escape(part.name.zh)} · {_clock(part.at, '%Y-%m-%d %H:%M')} · 共{len(tickets)}人 {len(tickets)} waiting"
        f" · 指纹 fingerprint {fingerprint}</p>\n"
        f"<table><thead><tr>{heads}</tr></thead>\n<tbody>\n{rows}</tbody></table></section>\n"
    )


def _row(n: int, hall: Hall, ticket: Ticket) -> str:
    step = ticket.step
    public = rank.public(hall, ticket)
    then = "、".join(hall.service[each.service].name.zh for each in ticket.steps[ticket.at + 1 :])
    missed = "（过号 missed）" if step.waits_as == "no_show" else ""
    cells = (
        ("", str(n)),
        (' class="number"', escape(ticket.number) + missed),
        ("", _both(hall.service[step.service].name)),
        ("", "" if public is None else _both(public)),
        ("", _clock(step.since_at or ticket.issued_at, "%H:%M")),
        ("", escape(then)),
        (' class="mark"', ""),
    )
    return "<tr>" + "".join(f"<td{kind}>{text}</td>" for kind, text in cells) + "</tr>\n"


def _both(text: Text) -> str:
    return f"{escape(text.zh)}<br><small>{escape(text.en)}</small>"


def _clock(at: datetime, form: str) -> str:
    return f"{local(at):{form}}"
