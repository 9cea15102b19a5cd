"""The simulated devices, without any line."""

from pathlib import Path

import pytest
from PIL import Image

from devices.codec.escpos.status import ASK, AUTO, CLEAR, Status, StatusCodec
from devices.codec.evdev import KEYS, KeyCodec, Struck
from devices.codec.frame import FrameCodec, Order
from devices.codec.modbus.rtu import Refused as NotDone
from devices.codec.modbus.rtu import RtuCodec, Written
from devices.codec.onbon.bar import Ack, BarCodec, Nack
from devices.codec.onbon.order import Area, Brightness, Ping, Show
from devices.codec.profile import digits
from devices.codec.profile.printer import named as model
from devices.codec.profile.shape import named
from devices.codec.sam import card as text
from devices.codec.sam.frame import DONE, FOUND, NO_CARD, NOT_READ, NOT_SELECTED, Ask, Reply, SamCodec
from devices.codec.signal import Alive, Pressed, Rated
from devices.driver.logo import keep
from devices.driver.paper import ticket
from devices.driver.phrase import phrases
from devices.simulator.bar import LIT, VirtualBar
from devices.simulator.bus import VirtualBus
from devices.simulator.caller import VirtualCaller
from devices.simulator.core import Core, Fact, Refused
from devices.simulator.digits import VirtualDigits
from devices.simulator.pad import VirtualPad
from devices.simulator.printer import VirtualPrinter
from devices.simulator.reader import VirtualReader
from devices.simulator.trouble import Troubled
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
    text = phrases("calling", number="A012", window="3")[0]
    bar.feed(BarCodec().encode(1, Show((Area(text),))))
    assert bar.shown == "请A012号到3号窗口"
    assert BarCodec().feed(sent[0]) == [Ack(1)]
    colours = bar.picture().getcolors(1 << 24)
    assert colours is not None
    assert any(colour == LIT for _, colour in colours)


def test_the_bar_takes_its_brightness_until_its_power_is_off() -> None:
    bar = VirtualBar()
    listen(bar)
    bar.feed(BarCodec().encode(1, Brightness(4)))
    assert bar.level == 4
    bar.restart()
    assert bar.level == 15


def test_a_bar_told_to_refuse_refuses() -> None:
    bar = VirtualBar()
    sent = listen(bar)
    bar.steer(["refuse", "on"])
    bar.feed(BarCodec().encode(1, Ping()))
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


def test_the_caller_sends_the_digits_that_were_typed_before_a_key() -> None:
    sent = list[bytes]()
    caller = VirtualCaller(named("ff68"))
    caller.send = sent.append
    caller.steer(["press", "transfer", "5", "12"])
    assert sent == [bytes.fromhex("ff 68 05 05 68 05 01 01 02 13 1c 16")]


def test_the_caller_shows_digits_and_hears_the_prompt() -> None:
    caller = VirtualCaller(named("ff68"))
    host = FrameCodec(named("ff68"))
    caller.feed(host.encode(Order(5, "show_ticket", "A012")) + host.encode(Order(5, "prompt")))
    assert (caller.digits, caller.prompts) == ({5: "012"}, {5: 1})


@pytest.mark.parametrize("words", ["rate 5 2", "rate five 5", "press nothing 5", "jump", "noise zz"])
def test_a_wrong_word_is_refused_with_the_right_ones(words: str) -> None:
    with pytest.raises(Refused, match=r"there are|takes"):
        VirtualCaller(named("ff68")).steer(words.split())


def test_cards_that_come_by_themselves_are_of_somebody_old_and_somebody_not_in_turns() -> None:
    reader = VirtualReader(deal=3)
    sent = listen(reader)
    born = []
    for _ in range(8):
        sent.clear()
        reader.feed(SamCodec.encode(Ask.FIND))
        if FOUND in b"".join(sent):
            for ask in (Ask.SELECT, Ask.READ):
                sent.clear()
                reader.feed(SamCodec.encode(ask))
            [reply] = [each for each in SamCodec().feed(b"".join(sent)) if isinstance(each, Reply)]
            born.append(text.read(text.block(reply.data)).born.year)
    assert born == [1950, 1980]


def test_a_card_is_put_on_read_once_and_taken_off() -> None:
    reader = VirtualReader()
    sent = listen(reader)
    asks = (Ask.FIND, Ask.SELECT, Ask.READ)

    def statuses() -> list[bytes]:
        sent.clear()
        for ask in asks:
            reader.feed(SamCodec.encode(ask))
        return [reply.status for reply in SamCodec().feed(b"".join(sent)) if isinstance(reply, Reply)]

    assert statuses() == [NO_CARD, NOT_SELECTED, NOT_READ]
    reader.steer(["card", "put", "foreign"])
    assert statuses() == [FOUND, DONE, DONE]
    assert statuses() == [NO_CARD, NOT_SELECTED, NOT_READ]
    reader.steer(["card", "bad"])
    assert statuses() == [FOUND, DONE, NOT_READ]
    reader.steer(["card", "take"])
    assert statuses()[0] == NO_CARD


def test_words_for_pads_and_number_displays() -> None:
    pad, display = VirtualPad(), VirtualDigits(digits.named("modbus-ascii"), frozenset({1}))
    sent, answers = listen(pad), listen(display)
    pad.steer(["press", "KPENTER"])
    pad.steer(["hold", "KPPLUS"])
    assert KeyCodec().hear(b"".join(sent)) == [Struck(KEYS["KPENTER"]), Struck(KEYS["KPPLUS"])]
    display.feed(RtuCodec().encode(digits.named("modbus-ascii").write(2, "A012")))
    assert answers == []
    display.feed(RtuCodec().encode(digits.named("modbus-ascii").write(1, "A012")))
    display.steer(["refuse", "on"])
    display.feed(RtuCodec().encode(digits.named("modbus-ascii").write(1, "A013")))
    assert RtuCodec().feed(b"".join(answers)) == [Written(1, 0, 2), NotDone(1, 2)]
    assert display.shown == {1: "A012"}


def test_any_device_can_be_mute_and_a_bus_says_which_one() -> None:
    callers = [VirtualCaller(named("ff68"), frozenset({place})) for place in (1, 2)]
    bus = VirtualBus([Troubled(caller) for caller in callers])
    sent = listen(bus)
    bus.steer(["2", "mute", "on"])
    bus.steer(["1", "press", "call", "1"])
    bus.steer(["2", "press", "call", "2"])
    assert FrameCodec(named("ff68")).feed(b"".join(sent))[0].address == 1  # type: ignore[union-attr]
    assert len(sent) == 1
    with pytest.raises(Refused, match=r"a caller takes: .*; any device takes: mute"):
        bus.steer(["1", "sing"])
    with pytest.raises(Refused, match="which device, 1 to 2"):
        bus.steer(["press", "call", "1"])


def test_a_polled_pad_reads_its_host_between_noise_and_speaks_when_it_is_asked() -> None:
    caller, host = VirtualCaller(named("ub485"), frozenset({40})), FrameCodec(named("ub485"))
    sent = listen(caller)
    caller.press("call", 40)
    caller.feed(b"\x33\x01" + host.encode(Order(40, "show_ticket", "A012")) + b"\x07" + host.poll(41))
    assert (sent, caller.digits) == ([], {40: "012"})
    caller.feed(host.poll(40) * 2)
    assert host.feed(b"".join(sent)) == [Pressed(40, "call_next"), Alive(40)]
