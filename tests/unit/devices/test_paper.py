"""The bytes of a ticket: how many they are, what they print, and that paper and layout agree."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Literal, get_args

import pytest
import segno
from escpos.printer import Dummy
from msgspec.structs import replace as changed
from PIL import Image, ImageChops, ImageDraw, ImageOps
from pyzbar import pyzbar

from devices.codec.escpos.decoder import Decoder
from devices.codec.escpos.op import Qr
from devices.codec.escpos.status import ASK, QUERIES
from devices.codec.profile.file import names
from devices.codec.profile.printer import Charset, Model, named
from devices.driver.glyph import CELL_H, strip
from devices.driver.layout import Code, Gap, Part, Row, Slip, Stop, layout
from devices.driver.logo import keep
from devices.driver.paper import LEAD, LOGO, PICTURE, RESET, encode, end, start, ticket
from devices.simulator.picture import KNIFE, Roll
from tests.fakes.slip import ENGLISH, FULL, FULL_ENGLISH, GOLDEN, LINK, PLAIN, read

ALL = {"plain": PLAIN, "english": ENGLISH, "full": FULL, "full english": FULL_ENGLISH}
WIDE, NARROW, RASTER = named("escpos-80"), named("escpos-58"), named("zj-5870")
RARE = replace(PLAIN, service="㐀䶮𠮷田路服务点")
HEAD = 8
"""Bytes of GS v 0 before its dots."""


def said(data: bytes) -> int:
    """The bytes that are no picture."""
    return len(data) - sum(HEAD + len(bits) for bits in pictures(data))


def pictures(data: bytes) -> Iterator[bytes]:
    """The dots of each picture in a stream."""
    while PICTURE in data:
        data = data[data.index(PICTURE) :]
        size = int.from_bytes(data[4:6], "little") * int.from_bytes(data[6:8], "little")
        yield data[HEAD : HEAD + size]
        data = data[HEAD + size :]


def printed(data: bytes, dots: int) -> Image.Image:
    """What is on the paper, white on black."""
    roll = Roll(dots)
    for op in Decoder(chinese=False).feed(data):
        roll.put(op)
    return roll.dots()


def drawn(parts: list[Part], model: Model) -> Image.Image:
    """The layout drawn straight onto paper, without a byte of ESC/POS."""
    paper, y = Image.new("L", (model.dots, 3000)), KNIFE
    for part in parts:
        if isinstance(part, Gap):
            y += part.dots
            continue
        piece = symbol(part, model) if isinstance(part, Code) else line(part, model)
        left = isinstance(part, Row) and part.align == "left"
        paper.paste(piece, (0 if left else (model.dots - piece.width) // 2, y))
        y += piece.height + (LEAD if isinstance(part, Row) else 0)
    return paper


def line(row: Row, model: Model) -> Image.Image:
    if model.holds(row.text):
        return strip(row.text, row.width, row.height, bold=row.bold)
    twice = 2 if row.width % 2 == row.height % 2 == 0 else 1
    small = strip(row.text, row.width // twice, row.height // twice, bold=row.bold)
    return enlarged(small.point(lambda v: 255 * (v > 127)), twice)


def symbol(code: Code, model: Model) -> Image.Image:
    matrix = segno.make_qr(code.content, error="l").matrix
    small = Image.new("L", (len(matrix),) * 2)
    small.putdata([255 * cell for row in matrix for cell in row])
    module = round(0.6 * model.dpi / 25.4)
    return enlarged(small, module if model.qr == "native" else module // 2 * 2)


def enlarged(image: Image.Image, times: int) -> Image.Image:
    return image.resize((image.width * times, image.height * times), Image.Resampling.NEAREST)


@pytest.mark.parametrize("logo", [False, True])
@pytest.mark.parametrize("qr", [None, LINK])
@pytest.mark.parametrize("name", names("printer"))
def test_a_chinese_one_step_ticket_is_at_most_400_bytes(name: str, qr: str | None, logo: bool) -> None:
    assert said(ticket(replace(PLAIN, qr=qr), named(name), logo=logo)) <= 400


def test_only_what_a_reset_leaves_otherwise_is_said_of_a_qr_symbol() -> None:
    """Printers' manuals (Epson TM-T81, Citizen CT-S2000, Zebra ZQ110): ESC @ leaves model 2 and level L, and modules of 3 dots."""
    data = ticket(replace(PLAIN, qr=LINK), WIDE)
    assert [data[at + 5 : at + 7] for at in range(len(data)) if data.startswith(b"\x1d(k", at)] == [
        b"1C",
        b"1P",
        b"1Q",
    ]
    assert data.startswith(b"\x1b@")
    (symbol,) = (op for op in Decoder(chinese=False).feed(data) if isinstance(op, Qr))
    assert (symbol.level, symbol.size, symbol.data.decode()) == ("L", 5, LINK)


@pytest.mark.parametrize("logo", [False, True])
@pytest.mark.parametrize("slip", ALL.values(), ids=ALL)
@pytest.mark.parametrize("name", names("printer"))
def test_no_ticket_is_more_than_560_bytes(name: str, slip: Slip, logo: bool) -> None:
    assert said(ticket(slip, named(name), logo=logo)) <= 560


@pytest.mark.parametrize("name", names("printer"))
def test_status_takes_less_of_the_line_than_a_third_of_a_tickets_own_time(name: str) -> None:
    """Before a ticket four questions and their answers; behind it the same; automatic status comes the other way."""
    data = ticket(PLAIN, named(name))
    around = 2 * (len(ASK) + len(QUERIES))
    assert (len(data) + around) / len(data) <= 1.3


@pytest.mark.parametrize("slip", [PLAIN, ENGLISH], ids=["zh", "en"])
@pytest.mark.parametrize("name", names("printer"))
def test_a_printer_reads_back_exactly_what_was_laid_out(slip: Slip, name: str) -> None:
    model = named(name)
    rows = [part.text for part in layout(slip, model.columns) if isinstance(part, Row)]
    assert read(ticket(slip, model)).split("\n") == rows


@pytest.mark.parametrize("slip", [*ALL.values(), RARE], ids=[*ALL, "rare"])
@pytest.mark.parametrize("name", names("printer"))
def test_what_is_on_the_paper_is_what_was_laid_out(slip: Slip, name: str) -> None:
    model = named(name)
    parts = layout(slip, model.columns)
    paper = printed(encode(parts, model), model.dots)
    wanted = drawn(parts, model).crop((0, 0, *paper.size))
    assert wanted.getbbox() is not None
    assert ImageChops.difference(paper, wanted).getbbox() is None


@pytest.mark.parametrize("name", names("printer"))
def test_an_independent_reader_finds_the_link_on_the_paper(name: str) -> None:
    model = named(name)
    paper = ImageOps.invert(printed(ticket(replace(PLAIN, qr=LINK), model), model.dots))
    assert [(found.type, found.data.decode()) for found in pyzbar.decode(paper)] == [("QRCODE", LINK)]


def test_a_printer_that_can_draws_the_qr_itself() -> None:
    slip = replace(PLAIN, qr=LINK)
    assert f"[QR {LINK}]" in read(ticket(slip, WIDE))
    assert PICTURE not in ticket(slip, WIDE)
    assert PICTURE in ticket(slip, RASTER)


def test_a_long_ticket_keeps_number_way_and_rule() -> None:
    text = read(ticket(FULL_ENGLISH, NARROW)).replace("\n", " ")
    assert FULL_ENGLISH.number in text
    assert "Zone C" in text
    assert "Within 30 min" in text


@pytest.mark.parametrize("name", ["escpos-58", "escpos-80"])
def test_what_a_long_visit_needs_is_told_for_all_of_it_where_there_is_no_room_for_each(name: str) -> None:
    steps = tuple(Stop(ENGLISH.service, "C", f"Identity card; paper {n}") for n in range(4))
    slip = replace(
        ENGLISH, steps=steps, bring="Identity card; paper 0; paper 1; paper 2; paper 3", missed=None
    )
    text = read(ticket(slip, named(name))).replace("\n", " ")
    assert text.count("Please bring: ") == 1
    assert f"Please bring: {slip.bring}" in text
    assert text.count(f" {ENGLISH.service} (Zone C)") == len(steps)


def test_of_more_to_bring_than_there_is_room_for_the_first_things_are_told() -> None:
    bring = "; ".join(f"paper {n}" for n in range(60))
    text = read(ticket(replace(ENGLISH, bring=bring), WIDE)).replace("\n", " ")
    told = text[text.index("paper 0") : text.index("…")]
    assert bring.startswith(told)
    assert len(told) > 2 * WIDE.columns - 16 - len("Please bring: ")


def test_chinese_is_switched_on_after_every_reset() -> None:
    assert ticket(PLAIN, WIDE).startswith(b"\x1b@\x1c&")


def test_punctuation_alone_on_a_line_is_not_question_marks() -> None:
    assert "，。——" in read(ticket(replace(PLAIN, note="，。——"), WIDE))


@pytest.mark.parametrize("name", ["㐀丙", "䶮", "𠮷田路服务点"])
@pytest.mark.parametrize("charset", ["gb2312", "gbk"])
def test_exactly_the_line_that_the_font_lacks_is_sent_as_a_picture(name: str, charset: Charset) -> None:
    model = changed(WIDE, charset=charset)
    usual = read(ticket(PLAIN, model)).split("\n")
    lines = read(ticket(replace(PLAIN, service=name), model)).split("\n")
    assert lines == ["[picture]" if line == PLAIN.service else line for line in usual]


def test_a_printer_with_the_whole_font_gets_rare_characters_as_text() -> None:
    data = ticket(RARE, changed(WIDE, charset="gb18030"))
    assert RARE.service in read(data)
    assert PICTURE not in data


@pytest.mark.parametrize("charset", ["gb2312", "gbk", "gb18030"])
def test_an_ordinary_ticket_needs_no_picture_with_any_font(charset: Charset) -> None:
    assert PICTURE not in ticket(PLAIN, changed(WIDE, charset=charset))


def test_a_picture_of_a_large_line_is_doubled_by_the_printer() -> None:
    (dots,) = pictures(ticket(RARE, WIDE))
    assert len(dots) <= 18 * 12 // 8 * CELL_H


@pytest.mark.parametrize(
    "knife,ends", [("partial", "1b64061d5601"), ("full", "1b64061d5600"), ("none", "1b6406")]
)
def test_the_ticket_ends_as_the_printer_can_cut(knife: Literal["none", "partial", "full"], ends: str) -> None:
    assert ticket(PLAIN, changed(WIDE, knife=knife)).endswith(bytes.fromhex(ends))


def test_a_logo_is_sent_once_and_only_named_afterwards() -> None:
    drawing = Image.new("RGBA", (800, 200), (0, 0, 0, 0))
    ImageDraw.Draw(drawing).rectangle((200, 50, 599, 149), fill=(180, 0, 0, 255))
    roll = Roll(WIDE.dots)
    for op in Decoder().feed(keep(drawing, WIDE)):
        roll.put(op)
    assert roll.is_blank
    for _ in range(2):
        data = ticket(PLAIN, WIDE, logo=True)
        assert LOGO in data
        assert len(data) - len(ticket(PLAIN, WIDE)) < 10
        for op in Decoder(chinese=False).feed(data):
            roll.put(op)
        assert roll.dots().crop((0, KNIFE, WIDE.dots, KNIFE + 144)).getbbox() == (144, 36, 432, 108)
        assert roll.tear()[1].startswith("[logo]\n")


def test_a_printer_that_keeps_no_logo_is_not_asked_for_one() -> None:
    assert ticket(PLAIN, RASTER, logo=True) == ticket(PLAIN, RASTER)


def test_a_logo_that_nobody_stored_leaves_the_ticket_as_it_is() -> None:
    assert printed(ticket(PLAIN, WIDE, logo=True), 576) == printed(ticket(PLAIN, WIDE), 576)


@pytest.mark.parametrize("align", ["left", "center"])
@pytest.mark.parametrize("bold", [False, True])
@pytest.mark.parametrize("width, height", [(1, 1), (1, 2), (2, 1), (4, 4), (8, 8)])
def test_a_row_is_set_with_the_commands_of_a_library_that_shares_nothing_with_us(
    width: int, height: int, align: Literal["left", "center"], *, bold: bool
) -> None:
    out = Dummy()
    out._raw(RESET + start(WIDE))
    if (width, height) != (1, 1):
        out.set(custom_size=True, width=width, height=height)
    if bold:
        out.set(bold=True)
    if align == "center":
        out.set(align="center")
    out._raw(b"A012\n")
    out.cut(mode="PART")
    row = Row("A012", width, height, bold=bold, align=align)
    assert encode([row], changed(WIDE, knife="partial")) == out.output


def test_paper_is_cut_or_fed_with_the_commands_of_that_library() -> None:
    for knife in get_args(Model.__annotations__["knife"]):
        out = Dummy()
        if knife == "none":
            out.print_and_feed(6)
        else:
            out.cut(mode={"full": "FULL", "partial": "PART"}[knife])
        assert end(changed(WIDE, knife=knife)) == out.output


def test_the_encoder_of_commands_writes_the_golden_ticket_byte_for_byte() -> None:
    """What stands on the page of the protocol was written by this library: a newer one must write the same."""
    out = Dummy()
    out.hw("INIT")
    out._raw(b"\x1c&")
    out.set(align="center", custom_size=True, width=2, height=2, bold=True)
    out._raw("政务服务大厅\n".encode("gb18030"))
    out.set(align="center", custom_size=True, width=4, height=4)
    out._raw(b"A0123\n")
    out.set_with_default()
    out._raw("业务:不动产登记  前面等候 7 人\n".encode("gb18030"))
    out.qr("https://q.example.cn/t/A0123", size=6, native=True)
    out.cut()
    assert out.output == GOLDEN


def test_our_own_bytes_for_the_golden_ticket_are_fewer_and_print_the_same() -> None:
    rows: list[Part] = [
        Row("政务服务大厅", 2, 2, bold=True),
        Row("A0123", 4, 4, bold=True),
        Row("业务:不动产登记  前面等候 7 人", align="left"),
        Code("https://q.example.cn/t/A0123"),
    ]
    ours = encode(rows, changed(WIDE, automatic=False, knife="full", dpi=254))
    assert len(ours) < len(GOLDEN)
    ops = [replace(op, align=0) if isinstance(op, Qr) else op for op in Decoder(chinese=False).feed(ours)]
    assert ops == Decoder(chinese=False).feed(GOLDEN)  # but that we set the symbol in the middle
