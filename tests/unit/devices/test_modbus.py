"""Modbus RTU against published frames (docs/protocol/modbus.md), and what number displays make of a ticket's number."""

import pytest

from devices.codec.modbus.rtu import Refused, RtuCodec, UnitCodec, Write, Written
from devices.codec.profile.digits import Digits, named, read
from devices.codec.profile.file import BadProfile


@pytest.mark.parametrize(
    "order,frame",
    [
        (Write(1, 0, (123,)), "01 06 00 00 00 7b c9 e9"),
        (Write(5, 0, (0x4130, 0x3132)), "05 10 00 00 00 02 04 41 30 31 32 66 e9"),
    ],
)
def test_an_order_is_the_published_frame_and_a_display_reads_it_back(order: Write, frame: str) -> None:
    assert RtuCodec().encode(order) == bytes.fromhex(frame)
    assert UnitCodec().feed(bytes.fromhex(frame)) == [order]


def test_answers_are_read() -> None:
    unit, host = UnitCodec(), RtuCodec()
    assert host.feed(unit.encode(Written(1, 0, 1), 0x06, 123)) == [Written(1, 0, 1)]
    assert host.feed(unit.encode(Written(5, 0, 2), 0x10)) == [Written(5, 0, 2)]
    assert host.feed(unit.encode(Refused(5, 2), 0x10)) == [Refused(5, 2)]


@pytest.mark.parametrize(
    "encoding,places,text,values",
    [
        ("ascii", 4, "A012", (0x4130, 0x3132)),
        ("ascii", 4, "7", (0x2020, 0x2037)),
        ("ascii", 3, "A012", (0x2030, 0x3132)),
        ("ascii", 4, "号12", (0x2020, 0x3132)),
        ("ascii", 4, "", (0x2020, 0x2020)),
        ("bcd", 4, "A012", (0xF012,)),
        ("bcd", 6, "A001012", (0xFF00, 0x1012)),
        ("bcd", 4, "", (0xFFFF,)),
        ("int16", 4, "A012", (12,)),
        ("int16", 5, "99999", (0xFFFF,)),
        ("int16", 4, "", (0,)),
        ("segments", 4, "A012", (0x77, 0x3F, 0x06, 0x5B)),
        ("segments", 4, "号1", (0, 0, 0, 0x06)),
    ],
)
def test_a_number_is_written_as_the_display_wants_it(
    encoding: str, places: int, text: str, values: tuple[int, ...]
) -> None:
    profile = read(
        f'name = "d"\ntitle = "d"\nsource = "d"\nencoding = "{encoding}"\nplaces = {places}\nregister = 16'
    )
    assert profile.write(9, text) == Write(9, 16, values)


@pytest.mark.parametrize(
    "encoding,shown", [("ascii", "A012"), ("bcd", " 012"), ("int16", "12"), ("segments", "A012")]
)
def test_what_a_display_shows_is_read_back_from_its_registers(encoding: str, shown: str) -> None:
    profile = read(f'name = "d"\ntitle = "d"\nsource = "d"\nencoding = "{encoding}"')
    assert profile.shown(profile.write(1, "A012").values) == shown


@pytest.mark.parametrize(
    "wrong,says",
    [
        ('encoding = "morse"', "encoding"),
        ("places = 0", "places"),
        ("register = 70000", "register"),
        ("regster = 1", "regster"),
    ],
)
def test_a_faulty_display_file_says_where(wrong: str, says: str) -> None:
    with pytest.raises(BadProfile, match=says):
        read(f'name = "d"\ntitle = "d"\nsource = "d"\n{wrong}')


def test_a_value_that_has_no_room_in_a_register_is_a_fault_of_the_file() -> None:
    with pytest.raises(BadProfile, match="five digits"):
        read('name = "d"\ntitle = "d"\nsource = "d"\nencoding = "int16"\nplaces = 6')


def test_every_shipped_display_is_whole() -> None:
    assert isinstance(named("modbus-number"), Digits)
    with pytest.raises(BadProfile, match="modbus-ascii, modbus-number"):
        named("seven")
