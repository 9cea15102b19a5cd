"""The simulated devices, without any line."""

from pathlib import Path

import pytest
from PIL import Image

from devices.codec.escpos.status import ASK, AUTO, CLEAR, Status, StatusCodec
from devices.codec.frame import FrameCodec, Order
from devices.codec.onbon.bar import Ack, BarCodec, Nack
from devices.codec.onbon.order import Area, Ping, Show
from devices.codec.profile.printer import named as model
from devices.codec.profile.shape import named
from devices.codec.signal import Pressed, Rated
from devices.driver.bar import phrase
from devices.driver.logo import keep
from devices.driver.paper import ticket
from devices.simulator.bar import LIT, VirtualBar
from devices.simulator.caller import VirtualCaller
from devices.simulator.core import Core, Fact, Refused
from devices.simulator.printer import VirtualPrinter
from tests.fakes.slip import PLAIN


def listen(core: Core) -> list[bytes]:
    sent: list[bytes] = []
    core.send = sent.append
    return sent


def test_the_printer_draws_a_ticket_and_tells_its_text(tmp_path: Path) -> None:
    told: list[Fact] = []
    printer = VirtualPrinter(out=tmp_path, tell=told.append)
    printer.feed(ticket(PLAIN, model("escpos-80")))
    assert told[0]["printed"] == "ticket-0001.png"
    assert "C103" in str(told[0]["text"])
    assert [p.name for p in tmp_path.iterdir()] == ["ticket-0001.png"]
    ink = printer.tickets[0].image.convert("L").point(lambda v: 255 * (v < 90)).getbbox()
    assert ink is not None


def test_the_printer_answers_what_it_is_told_to_be() -> None:
    printer = VirtualPrinter()
    sent = listen(printer)
    for words in ("paper low", "paper out", "cover open", "cutter jammed"):
        printer.steer(words.split())
        printer.feed(ASK)
    assert b"".join(sent).hex(" ") == "12 12 12 1e 1a 32 12 7e 1a 36 12 7e 1a 36 1a 7e"


def test_the_printer_tells_of_changes_once_it_is_asked_to() -> None:
    printer = VirtualPrinter()
    sent = listen(printer)
    printer.steer(["paper", "low"])
    assert sent == []
    printer.feed(AUTO)
    for words in ("cover open", "cover closed", "cutter jammed", "cutter ok", "offline on", "paper out"):
        printer.steer(words.split())
    told = [signal.health for signal in StatusCodec().feed(b"".join(sent)) if isinstance(signal, Status)]
    assert told == ["near_end", "cover", "near_end", "cutter", "near_end", "offline", "no_paper"]
    printer.restart()
    sent.clear()
    printer.steer(["paper", "ok"])
    assert sent == []


def test_a_kept_logo_outlives_the_power() -> None:
    printer = VirtualPrinter()
    printer.feed(keep(Image.new("1", (80, 40)), model("escpos-80")))
    printer.restart()
    printer.feed(ticket(PLAIN, model("escpos-80"), logo=True))
    assert printer.tickets[0].text.startswith("[logo]")


def test_a_printer_without_paper_prints_nothing() -> None:
    printer = VirtualPrinter()
    printer.steer(["paper", "out"])
    printer.feed(ticket(PLAIN, model("escpos-80")))
    assert printer.tickets == []


def test_a_printer_prints_what_it_has_as_soon_as_it_can_unless_it_was_taken_back() -> None:
    printer = VirtualPrinter()
    for taken_back in (False, True):
        printer.steer(["cover", "open"])
        printer.feed(ticket(PLAIN, model("escpos-80")) + (CLEAR if taken_back else b""))
        printer.steer(["cover", "closed"])
        assert len(printer.tickets) == 1


def test_the_bar_shows_and_answers() -> None:
    bar = VirtualBar()
    sent = listen(bar)
    text = phrase("calling", number="A012", window="3")
    bar.feed(BarCodec().encode(Show((Area(text),))))
    assert bar.shown == "请A012号到3号窗口"
    assert BarCodec().feed(sent[0]) == [Ack(1)]
    colours = bar.picture().getcolors(1 << 24)
    assert colours is not None
    assert any(colour == LIT for _, colour in colours)


def test_a_bar_told_to_refuse_refuses() -> None:
    bar = VirtualBar()
    sent = listen(bar)
    bar.steer(["refuse", "on"])
    bar.feed(BarCodec().encode(Ping()))
    assert BarCodec().feed(sent[0]) == [Nack(1)]


def test_the_callers_keys_are_the_profiles_own_frames() -> None:
    caller = VirtualCaller(named("ff68"))
    sent = listen(caller)
    caller.steer(["press", "call", "5"])
    caller.steer(["press", "recall", "5"])
    caller.steer(["rate", "5", "4"])
    signals = FrameCodec(named("ff68")).feed(b"".join(sent))
    assert [type(s) for s in signals] == [Pressed, Pressed, Rated]
    for signal in signals:
        assert isinstance(signal, Pressed | Rated)
        caller.feed(signal.ack)
    assert caller.acks == 3


def test_the_caller_shows_digits_and_hears_the_prompt() -> None:
    caller = VirtualCaller(named("ff68"))
    host = FrameCodec(named("ff68"))
    caller.feed(host.encode(Order(5, "show_ticket", "A012")) + host.encode(Order(5, "prompt")))
    assert (caller.digits, caller.prompts) == ({5: "012"}, {5: 1})


@pytest.mark.parametrize("words", ["rate 5 2", "rate five 5", "press nothing 5", "jump", "noise zz"])
def test_a_wrong_word_is_refused_with_the_right_ones(words: str) -> None:
    with pytest.raises(Refused, match=r"there are|takes"):
        VirtualCaller(named("ff68")).steer(words.split())


@pytest.mark.parametrize(
    "text,expected",
    [
        (phrase("serving", number="A012"), "正在办理 A012"),
        (phrase("idle"), "欢迎光临"),
        (phrase("paused", until="13:30"), "暂停服务 13:30恢复"),
        (phrase("paused"), "暂停服务"),
        (phrase("closed"), "暂未开放"),
    ],
)
def test_the_bars_words_are_the_halls(text: str, expected: str) -> None:
    assert text == expected
