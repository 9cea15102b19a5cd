"""Rows to ESC/POS bytes. python-escpos is the encoder of commands only (`Dummy`); Chinese is ours.

Why not its `text()`: it never sends FS &, and turns punctuation and rare characters into question marks.
Why not one `set()` for all: modes stay until they are changed, so only changes are sent, and bytes stay few.
Characters outside the printer's character set are sent as a picture of their line.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

from escpos.printer import Dummy

from devices.driver.glyph import strip
from devices.driver.layout import COLUMNS, Code, Gap, Part, Row, Slip, Stop, layout, wrap

Charset = Literal["gb2312", "gbk", "gb18030"]
CHINESE = b"\x1c&"
"""FS &: Chinese characters on (Chinese-market printers start so, others need it)."""
PICTURE = b"\x1dv0"
"""GS v 0: a raster picture."""
QR_DOTS = 5
LIMIT = 560
BRING = 16
"""Columns that the words before what to bring, and the mark after it, may take."""


@dataclass(frozen=True, slots=True)
class Paper:
    """What a printer holds: paper width in mm, the characters of its font, whether it has a knife."""

    mm: Literal[58, 80] = 80
    charset: Charset = "gbk"
    knife: bool = True


def ticket(slip: Slip, paper: Paper) -> bytes:
    """The bytes of a slip, at most LIMIT of them, so that it is out in 0.6 s at 9,600 baud.

    Only a ticket that says unusually much is longer; it gives up, in this order, the note, the names of its
    steps (the zones stay), all but one row of what to bring, and the QR. Lines sent as pictures do not count.
    """
    data = b""
    for shorter in _shorter(slip, paper):
        data = encode(layout(shorter, paper.mm), paper)
        if len(data) <= LIMIT or PICTURE in data:
            break
    return data


def _shorter(slip: Slip, paper: Paper) -> Iterator[Slip]:
    yield slip
    slip = replace(slip, note=None)
    yield slip
    slip = replace(slip, steps=tuple(Stop("", stop.letter) for stop in slip.steps))
    yield slip
    if slip.bring:
        row = wrap(slip.bring, COLUMNS[paper.mm] - BRING)[0]
        slip = replace(slip, bring=row if row == slip.bring else f"{row.rstrip(',，、;； ')}…")
        yield slip
    yield replace(slip, qr=None)


def encode(parts: list[Part], paper: Paper) -> bytes:
    """The bytes of one whole ticket, from reset to cut."""
    out = Dummy()
    out.hw("INIT")
    out._raw(CHINESE)  # noqa: SLF001 - the library's own way to pass bytes through
    now = Row("", align="left")
    for part in parts:
        if isinstance(part, Gap):
            out._raw(b"\x1bJ" + bytes((part.dots,)))  # noqa: SLF001
            continue
        row = part if isinstance(part, Row) else Row("", now.width, now.height, now.bold)
        _style(out, now, row)
        now = row
        if isinstance(part, Code):
            out.qr(part.content, size=QR_DOTS, native=True)
        else:
            out._raw(_text(part, paper))  # noqa: SLF001
    if paper.knife:
        out.cut(mode="PART")
    else:
        out.print_and_feed(6)
    data: bytes = out.output
    return data


def _style(out: Dummy, now: Row, new: Row) -> None:
    if (now.width, now.height) != (new.width, new.height):
        out.set(custom_size=True, width=new.width, height=new.height)
    if now.bold != new.bold:
        out.set(bold=new.bold)
    if now.align != new.align:
        out.set(align=new.align)


def _text(row: Row, paper: Paper) -> bytes:
    try:
        row.text.encode(paper.charset)
    except UnicodeEncodeError:
        return _picture(row)
    return row.text.encode("gb18030") + b"\n"


def _picture(row: Row) -> bytes:
    image = strip(row.text, row.width, row.height, bold=row.bold).point(lambda v: 255 * (v > 127), mode="1")
    across = (image.width + 7) // 8
    head = PICTURE + b"\x00" + across.to_bytes(2, "little") + image.height.to_bytes(2, "little")
    return head + image.tobytes()
