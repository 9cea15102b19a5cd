"""A report as tables: for a terminal, as CSV and as XLSX. Headers are Chinese; no cell is ever read as a formula."""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from unicodedata import east_asian_width

import msgspec

from queue_server.reports.appraisal import Appraisal, Appraised
from queue_server.reports.figure import FEW, Figures, said
from queue_server.reports.period import PeriodReport, Row
from queue_server.views.daily import LEVELS
from queue_server.wire import face
from queue_server.wire.day import local
from queue_server.wire.ticket import Text

Cell = str | int | float | None
FORMULA = frozenset("=+-@\t\r\n")
"""What begins a text that a spreadsheet may take for a formula (OWASP: CSV injection)."""
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
NOTHING = "–"
COUNTS = ("taken", "served", "missed", "cancelled", "expired")
WAITS = ("waited", "wait_mean_min", "wait_median_min", "wait_p90_min", "wait_longest_min")
CLASSES = ("to_5", "to_10", "over_10", "to_5_share", "to_10_share", "over_10_share")
PROMISES = ("promised", "kept", "kept_share")
SERVICES = ("timed", "service_mean_min", "service_median_min", "service_p90_min")
RATINGS = ("rated", *(f"rated_{level}" for level in range(LEVELS, 0, -1)), "content_share", "rated_share")
ALL = (
    *COUNTS,
    *WAITS,
    *CLASSES,
    *PROMISES,
    *SERVICES,
    "calls",
    "out_of_turn",
    *RATINGS,
    "open_min",
    "paused_min",
)
SHORT = (
    *COUNTS,
    "wait_median_min",
    "wait_p90_min",
    "wait_longest_min",
    "to_5_share",
    "kept_share",
    "service_median_min",
    "rated",
    "content_share",
)
"""What a terminal has room for."""
GROUPS = ("zones", "departments", "services", "windows", "clerks", "hours", "days")


SCORED = (
    *(f"score_{one}" for one in ("whole", "efficiency", "quality", "work")),
    *(f"score_{one}" for one in ("wait", "service", "pause", "content", "rated")),
)
COUNTED = ("served", "work_min", "kept", "promised", "usual_min", "timed", "open_min", "paused_min")
RATED = ("rated", "content_share", "rated_share", "disliked", "upheld")
APPRAISED = (*SCORED, *COUNTED, *RATED)
"""A score stands before what it is made of."""
SHORT_APPRAISED = (
    *SCORED[:4],
    "served",
    "work_min",
    "kept_share",
    "rated",
    "content_share",
    "disliked",
    "upheld",
)
OF_APPRAISAL = ("departments", "windows", "clerks")


class Table(msgspec.Struct, frozen=True):
    """One sheet: its name, its headers and its rows, in which a number between 0 and 1 under a `share` is one."""

    name: str
    head: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    shares: frozenset[int] = frozenset()


def word(key: str, **fields: object) -> str:
    """A word of the reports in Chinese."""
    return face.say("reports", key, "zh", **fields)


def value(of: Row | Appraised, column: str) -> Cell:
    """A figure or a score by its column."""
    figures: Figures = of.figures
    found: Cell
    if column == "rated":
        found = sum(figures.rated)
    elif column.startswith("rated_") and column[-1].isdigit():
        found = figures.rated[int(column[-1]) - 1]
    elif column.startswith("score_") and isinstance(of, Appraised):
        found = getattr(of.scores, column.removeprefix("score_"))
    else:
        found = getattr(figures if hasattr(figures, column) else of, column)
    if isinstance(found, float):
        return round(found, 4 if column.endswith("_share") else 1)
    return found


def tables(report: PeriodReport | Appraisal) -> list[Table]:
    """All of a report."""
    if isinstance(report, Appraisal):
        made = [_table(f"of_{group}", getattr(report, group), APPRAISED) for group in OF_APPRAISAL]
        words = tuple((each.zh, each.en) for each in report.formula)
        made.append(Table(word("of_formula"), title(report), words))
    else:
        made = [_table("of_whole", (_whole(report),), ALL)]
        made += [_table(f"of_{group}", getattr(report, group), ALL) for group in GROUPS]
        made.append(_turns(report))
    words = tuple((each.zh, each.en) for each in report.definitions)
    return [*made, Table(word("of_definitions"), title(report), words)]


def _whole(report: PeriodReport) -> Row:
    return Row("", "", said("of_whole"), report.whole)


def _turns(report: PeriodReport) -> Table:
    calls = report.whole.calls
    return Table(
        word("of_turns"),
        tuple(map(word, ("col_reason", "col_count", "col_share"))),
        tuple(
            (report.reasons[key].zh, count, round(count / calls, 4) if calls >= FEW else None)
            for key, count in report.whole.turns.items()
        ),
        frozenset((2,)),
    )


def title(report: PeriodReport | Appraisal) -> tuple[str, str]:
    """Whose days, and since when that is not the last word."""
    until = "" if report.over else word("not_over")
    named = "appraisal_title" if isinstance(report, Appraisal) else "period_title"
    made = word("made", time=f"{local(report.made_at):%Y-%m-%d %H:%M}")
    return (
        f"{report.hall.zh} {word(named)} {report.since} – {report.until}{until}",
        f"{word('counted', count=report.counted)} · {made}",
    )


def _table(name: str, rows: Iterable[Row | Appraised], columns: Sequence[str]) -> Table:
    head = (*map(word, ("col_id", "col_letter", "col_name")), *(word(f"col_{one}") for one in columns))
    shares = frozenset(at + 3 for at, one in enumerate(columns) if one.endswith("_share"))
    body = tuple((row.id, row.letter, row.name.zh, *(value(row, one) for one in columns)) for row in rows)
    return Table(word(name), head, body, shares)


def safe(cell: Cell) -> Cell:
    """A cell that no spreadsheet takes for a formula: a text that begins like one is preceded by an apostrophe.

    Characters that no sheet can hold are left out.
    """
    if not isinstance(cell, str):
        return cell
    text = CONTROL.sub("", cell)
    return f"'{text}" if text[:1] in FORMULA and text else text


def as_csv(made: Sequence[Table]) -> bytes:
    """One table below another, each with its name in front of every row; UTF-8 with a mark, as Excel wants it."""
    out = io.StringIO()
    writer = csv.writer(out)
    for table in made:
        writer.writerow((word("col_group"), *table.head))
        for row in table.rows:
            writer.writerow((table.name, *("" if cell is None else safe(cell) for cell in row)))
        writer.writerow(())
    return out.getvalue().encode("utf-8-sig")


def as_xlsx(made: Sequence[Table]) -> bytes:
    """One sheet a table; the first row stays in sight."""
    from openpyxl import Workbook  # noqa: PLC0415 - only where a file is wanted
    from openpyxl.cell import WriteOnlyCell  # noqa: PLC0415
    from openpyxl.styles import Alignment, Font  # noqa: PLC0415
    from openpyxl.utils import get_column_letter  # noqa: PLC0415

    book = Workbook(write_only=True)
    bold, wrapped = Font(bold=True), Alignment(wrap_text=True, vertical="top")
    for table in made:
        sheet = book.create_sheet(table.name)
        sheet.freeze_panes = "D2" if len(table.head) > 3 else "A2"
        widths = [0] * len(table.head)
        for row in (table.head, *table.rows):
            widths = [max(was, min(wide(str(cell)), 60)) for was, cell in zip(widths, row, strict=True)]
        for at, width in enumerate(widths):
            sheet.column_dimensions[get_column_letter(at + 1)].width = width + 2
        for n, row in enumerate((table.head, *table.rows)):
            cells = []
            for at, cell in enumerate(row):
                one = WriteOnlyCell(sheet, safe(cell))
                if n == 0:
                    one.font, one.alignment = bold, wrapped
                elif at in table.shares:
                    one.number_format = "0.0%"
                cells.append(one)
            sheet.append(cells)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def as_text(report: PeriodReport | Appraisal) -> str:
    """For a terminal: aligned where a Chinese character is two columns wide."""
    lines = [*title(report), ""]
    if isinstance(report, Appraisal):
        for group in OF_APPRAISAL:
            lines += [*_listed(group, getattr(report, group), SHORT_APPRAISED), ""]
        lines += [word("formula"), *_sentences(report.formula), ""]
    else:
        lines += [*_listed("whole", (_whole(report),), SHORT), ""]
        for group in GROUPS:
            lines += [*_listed(group, getattr(report, group), SHORT), ""]
        turns = [(report.reasons[key].zh, str(count)) for key, count in report.whole.turns.items()]
        lines += [*aligned([(word("of_turns"), word("col_count")), *turns]), ""]
    return "\n".join([*lines, word("definitions"), *_sentences(report.definitions)])


def _listed(group: str, rows: Iterable[Row | Appraised], columns: Sequence[str]) -> list[str]:
    head = (word(f"of_{group}"), *(word(f"col_{one}") for one in columns))
    return aligned(
        [
            head,
            *(
                (f"{row.letter} {row.name.zh}".strip(), *(shown(value(row, one), one) for one in columns))
                for row in rows
            ),
        ]
    )


def _sentences(texts: Iterable[Text]) -> list[str]:
    return [f"{n}. {each.zh} {each.en}" for n, each in enumerate(texts, 1)]


def shown(cell: Cell, column: str) -> str:
    """A figure as people read it."""
    if cell is None:
        return NOTHING
    if column.endswith("_share"):
        return f"{cell:.1%}"
    return f"{cell:.1f}" if isinstance(cell, float) else str(cell)


def aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    """Rows under each other, the first column at the left."""
    widths = [max(wide(row[at]) for row in rows) for at in range(len(rows[0]))]
    return [
        "  ".join(
            cell + " " * (width - wide(cell)) if at == 0 else " " * (width - wide(cell)) + cell
            for at, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]


def wide(text: str) -> int:
    """How many columns a text takes."""
    return sum(2 if east_asian_width(letter) in "WF" else 1 for letter in text)
