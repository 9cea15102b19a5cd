"""Rows to ESC/POS bytes.

Modes stay until they are changed, so only changes are sent, and bytes stay few. A row with a character that the printer's
font lacks is sent as a picture of exactly that row.
"""

from collections.abc import Iterator
from dataclasses import replace

import segno
from PIL import Image

from devices.codec.escpos.status import AUTO
from devices.codec.profile.printer import Model
from devices.driver.glyph import strip
from devices.driver.layout import Code, Gap, Part, Row, Slip, Stop, layout, wrap

RESET = b"\x1b@"
PICTURE = b"\x1dv0"
"""GS v 0: a raster picture."""
SIZE, BOLD, ALIGN = b"\x1d!", b"\x1bE", {"left": b"\x1ba\x00", "center": b"\x1ba\x01"}
"""GS !, ESC E and ESC a: how a row is set."""
FEED, CUT = b"\x1bd\x06", {"none": b"", "full": b"\x1dV\x00", "partial": b"\x1dV\x01"}
"""ESC d: six lines, which takes paper past knife and edge. GS V."""
LOGO = b"\x1cp\x01\x00"
"""FS p: the first picture in the printer's memory, at its own size."""
QR_MM = 0.6
"""A module of a QR symbol: read by any phone at arm's length."""
LEAD = 10
"""Dots between two rows, which a picture of a row brings along."""
LIMIT = 560
BRING = 16
"""Columns that the words before what to bring, and the mark after it, may take."""


def ticket(slip: Slip, model: Model, *, logo: bool = False) -> bytes:
    """The bytes of a slip, at most LIMIT of them, so that it is out in 0.6 s at 9,600 baud.

    Only a ticket that says unusually much is longer; it gives up, in this order, the note, to which step each thing is
    to be brought, the names of its steps (the zones stay), row by row all but one of what to bring, and the QR. What is sent
    as a picture does not count.
    """
    data = b""
    for shorter in _shorter(slip, model):
        pieces = list(_pieces(layout(shorter, model.columns), model, logo=logo))
        data = b"".join(pieces)
        if sum(len(piece) for piece in pieces if PICTURE not in piece) <= LIMIT:
            break
    return data


def _shorter(slip: Slip, model: Model) -> Iterator[Slip]:
    yield slip
    slip = replace(slip, note=None)
    yield slip
    slip = replace(slip, steps=tuple(replace(stop, bring=None) for stop in slip.steps))
    yield slip
    slip = replace(slip, steps=tuple(Stop("", stop.letter) for stop in slip.steps))
    yield slip
    rows, between = wrap(slip.bring or "", model.columns - BRING), " " if slip.language == "en" else ""
    for many in range(len(rows) - 1, 0, -1):
        slip = replace(slip, bring=f"{between.join(rows[:many]).rstrip(',，、;； ')}…")
        yield slip
    yield replace(slip, qr=None)


def encode(parts: list[Part], model: Model, *, logo: bool = False) -> bytes:
    """The bytes of one whole ticket, from reset to cut; with `logo` the printer's own stands above it."""
    return b"".join(_pieces(parts, model, logo=logo))


def start(model: Model) -> bytes:
    """What a printer is told once it is there, and again after each reset."""
    return bytes.fromhex(model.start) + (AUTO if model.automatic else b"")


def end(model: Model) -> bytes:
    """Paper past the knife, and the cut; without a knife paper past the edge where it is torn off."""
    return FEED + CUT[model.knife]


def _pieces(parts: list[Part], model: Model, *, logo: bool) -> Iterator[bytes]:
    """Row after row; a picture is a piece of its own."""
    yield RESET + start(model)
    now = Row("", align="left")
    if logo and model.logo:
        yield ALIGN["center"] + LOGO
        now = replace(now, align="center")
    for part in parts:
        if isinstance(part, Gap):
            yield b"\x1bJ" + bytes((part.dots,))
            continue
        row = part if isinstance(part, Row) else Row("", now.width, now.height, now.bold)
        yield _style(now, row)
        now = row
        if isinstance(part, Code):
            yield _symbol(part.content, model)
        elif model.holds(part.text):
            yield part.text.encode("gb18030") + b"\n"
        else:
            yield _picture(part)
    yield end(model)


def _style(now: Row, new: Row) -> bytes:
    data = b""
    if (now.width, now.height) != (new.width, new.height):
        data += SIZE + bytes(((new.width - 1) << 4 | (new.height - 1),))
    if now.bold != new.bold:
        data += BOLD + bytes((new.bold,))
    if now.align != new.align:
        data += ALIGN[new.align]
    return data


def _symbol(content: str, model: Model) -> bytes:
    size = round(QR_MM * model.dpi / 25.4)
    if model.qr == "native":
        return _asked(b"C" + bytes((size,))) + _asked(b"P0" + content.encode()) + _asked(b"Q0")
    matrix = segno.make_qr(content, error="l").matrix
    image = Image.new("1", (len(matrix), len(matrix)))
    image.putdata([255 * cell for row in matrix for cell in row])
    dots = len(matrix) * max(1, size // 2)  # the printer doubles it: a quarter of the bytes
    return _raster(image.resize((dots, dots), Image.Resampling.NEAREST), doubled=True, centred=True)


def _asked(function: bytes) -> bytes:
    """GS ( k for QR symbols. Model 2 and level L are what every reset leaves, and are not said: 17 bytes of each ticket."""
    return b"\x1d(k" + (len(function) + 1).to_bytes(2, "little") + b"1" + function


def _picture(row: Row) -> bytes:
    """The row as the printer would draw it, which enlarges its font's dots too: so a large row takes few bytes."""
    doubled = row.width % 2 == row.height % 2 == 0
    part = 2 if doubled else 1
    image = strip(row.text, row.width // part, row.height // part, bold=row.bold)
    black = image.point(lambda v: 255 * (v > 127), mode="1")
    return _raster(black, doubled=doubled, centred=row.align == "center") + b"\x1bJ" + bytes((LEAD,))


def _raster(image: Image.Image, *, doubled: bool, centred: bool) -> bytes:
    """GS v 0 takes whole bytes across: what they are wider by goes to both sides of a centred picture."""
    across = (image.width + 7) // 8
    sheet = Image.new("1", (across * 8, image.height))
    sheet.paste(image, ((sheet.width - image.width) // 2 if centred else 0, 0))
    head = PICTURE + (b"\x03" if doubled else b"\x00")
    return head + across.to_bytes(2, "little") + image.height.to_bytes(2, "little") + sheet.tobytes()
