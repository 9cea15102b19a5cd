"""Frames of Onbon bars against recorded ones (docs/protocol/onbon.md)."""

from datetime import datetime

import pytest

from devices.codec.onbon.bar import Ack, BarCodec, Nack
from devices.codec.onbon.order import Area, AskStatus, Brightness, Order, Other, Ping, SetClock, Show
from devices.codec.onbon.panel import Heard, PanelCodec
from devices.codec.onbon.phy import Packet, Unpacker, pack, plain
from devices.codec.signal import Garbage

TEMPERATURE = Area(
    r"\FO000TEMPER:21℃",
    id=1,
    y=12,
    width=64,
    height=12,
    spacing=10,
    run_mode=1,
    timeout_s=2,
    speed=23,
    stay=2,
)
CALL = Area("请A0123号到3号窗口", width=128, timeout_s=10)
GOLDEN: list[tuple[Order, str]] = [
    (Ping(), "01000080000000000000fe020500 a200010000 68f8"),
    (AskStatus(), "01000080000000000000fe020500 a102010000 2d40"),
    (Brightness(12), "01000080000000000000fe020700 a302010200010c 262d"),
    (
        SetClock(datetime(2013, 1, 25, 11, 17, 26)),  # noqa: DTZ001 - a card knows local time only
        "01000080000000000000fe020d00 a203010800 1320012511172605 b03f",
    ),
    (Show(delete="all"), "01000080000000000000fe020700 a306010200ff00 67cc"),
    (
        Show((TEMPERATURE,), reply=False),
        (
            "01000080000000000000fe023500 a306020000 00 01 2c00 00 0000 0c00 4000 0c00 01 0a 01 0200 000000"
            "01 01 01 00 17 02 11000000 5c464f30303054454d5045523a3231a1e6 82da"
        ),
    ),
    (
        Show((CALL,)),
        (
            "01000080000000000000fe023600 a306013100 0001 2d00 00 0000 0000 8000 1000 00 00 00 0a00 000000"
            "01010100 0502 12000000 c7eb4130313233bac5b5bd33bac5b4b0bfda 0ce2"
        ),
    ),
]


@pytest.mark.parametrize("order,body", GOLDEN)
def test_every_recorded_frame_is_reproduced_byte_for_byte(order: Order, body: str) -> None:
    wire = BarCodec().encode(1, order)
    assert wire[:8] == b"\xa5" * 8
    assert wire[-1:] == b"\x5a"
    assert plain(wire[8:-1]) == bytes.fromhex(body)


@pytest.mark.parametrize("order,body", GOLDEN)
def test_a_controller_understands_every_recorded_order(order: Order, body: str) -> None:
    assert body
    heard = PanelCodec().feed(BarCodec().encode(1, order))
    assert [h.order for h in heard if isinstance(h, Heard)] == [order]


def test_the_hand_edited_example_of_the_web_is_refused() -> None:
    good = BarCodec().encode(1, Show((CALL,)))
    body = plain(good[8:-1])
    assert body is not None
    wrong = body[:-2] + bytes.fromhex("a87d")
    assert Unpacker().feed(b"\xa5" + wrong + b"\x5a") == [Garbage(wrong)]


def test_the_recorded_acknowledgement_is_read_and_is_what_a_controller_answers() -> None:
    ack = bytes.fromhex("00800100000000000000fe020500 a000000000 64dc")
    assert BarCodec().feed(b"\xa5" + ack + b"\x5a") == [Ack(1)]
    (heard,) = PanelCodec().feed(BarCodec().encode(1, Ping()))
    assert isinstance(heard, Heard)
    assert heard.answer == b"\xa5" * 8 + ack + b"\x5a"


def test_a_refusal_names_who_refuses() -> None:
    assert BarCodec().feed(PanelCodec(7).nack()) == [Nack(7)]


def test_an_order_that_the_adapter_gives_back_is_nobodys_answer() -> None:
    codec = BarCodec()
    assert codec.feed(codec.encode(1, Ping())) == [Other(0xA2, 0x00)]
    assert codec.feed(pack(1, 2, bytes.fromhex("a000000000"))) == [Other(0xA0, 0x00)]


def test_text_that_holds_every_mark_byte_is_escaped_and_comes_back() -> None:
    text = "ァヴ窗帧圻"  # a5a1 a5f4 ... and trail bytes of A6, 5A and 5B kind
    raw = bytes.fromhex("a5a65a5ba5")
    assert Unpacker().feed(pack(1, 2, raw)) == [Packet(1, 2, raw)]
    heard = PanelCodec().feed(BarCodec().encode(1, Show((Area(text),))))
    assert isinstance(heard[0], Heard)
    assert isinstance(heard[0].order, Show)
    assert heard[0].order.areas[0].text[:3] == text[:3]


@pytest.mark.parametrize("unit", ["byte", "pixel", "pixel_msb"])
def test_each_width_unit_comes_back_as_dots(unit: str) -> None:
    area = Area("A012", x=8, width=160)
    codec, panel = BarCodec(unit=unit), PanelCodec(unit=unit)  # type: ignore[arg-type]
    heard = panel.feed(codec.encode(1, Show((area,))))[0]
    assert isinstance(heard, Heard)
    assert heard.order == Show((area,))


def test_a_bar_does_not_answer_for_its_neighbour() -> None:
    assert PanelCodec(address=2).feed(BarCodec().encode(1, Ping())) == []


def test_a_broadcast_without_answer_gets_none() -> None:
    heard = PanelCodec().feed(pack(0xFFFF, 0x8000, bytes.fromhex("a200010000")))
    assert heard == [Heard(Ping(), b"")]


def test_an_area_that_claims_more_text_than_it_has_is_refused() -> None:
    data = bytearray(bytes.fromhex("a306013100 0001 2d00") + bytes(26) + b"\x13\0\0\0" + bytes(18))
    heard = PanelCodec().feed(pack(1, 0x8000, bytes(data)))
    assert isinstance(heard[0], Heard)
    assert not isinstance(heard[0].order, Show)
    assert BarCodec().feed(heard[0].answer) == [Nack(1)]
