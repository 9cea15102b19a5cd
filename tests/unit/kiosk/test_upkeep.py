"""The technician's screen: behind a knock and a PIN, without the server, and papers that are missing are printed once."""

from dataclasses import replace

import pytest

from devices.codec.escpos.status import Health
from devices.driver.condition import sentence
from kiosk.model import look as seen
from kiosk.model.event import (
    HallShown,
    Inspected,
    LinkChanged,
    PrinterChanged,
    PrinterReported,
    ReaderChanged,
)
from kiosk.model.intent import Inspect, Print, Report, Restart, TryPrinter
from kiosk.model.screen import Home, Taking, Unlocking, Upkeep
from kiosk.model.show import look
from kiosk.model.upkeep import TRIES
from queue_server.client.away import why
from queue_server.wire.face import LANGUAGES
from queue_server.wire.ticket import Language, Text
from tests.unit.kiosk.hall import (
    FRESH,
    PIN,
    Play,
    alone_kiosk,
    block,
    guarded_kiosk,
    knocked,
    open_kiosk,
    shown,
    taken,
    unlocked,
)


def acts(play: Play) -> list[str]:
    """What the screen offers."""
    body = look(play.state).body
    assert isinstance(body, seen.Upkeep)
    return [act.id for act in body.acts]


def note(play: Play) -> str:
    """What was done last."""
    body = look(play.state).body
    assert isinstance(body, seen.Upkeep)
    return body.note


def without_paper(play: Play | None = None, *, noted: bool = True) -> Play:
    """A ticket that is good and has no paper."""
    play = taken(guarded_kiosk(play).touch("zone", "C")) >> PrinterReported(FRESH.id, "failed", "no_paper")
    return play.touch("noted" if noted else "give_up")


def test_five_touches_of_the_clock_and_the_pin_open_it() -> None:
    play = unlocked()
    assert play.screen == Upkeep()
    play << Inspect()
    assert play.touch("back").screen == Home()


def test_fewer_touches_or_slow_ones_open_nothing() -> None:
    play = guarded_kiosk()
    for _ in range(4):
        play.touch("knock")
    play.now += 5
    assert play.touch("knock").screen == Home()
    assert (
        open_kiosk().touch("knock").touch("knock").touch("knock").touch("knock").touch("knock").screen
        == Home()
    ), "no PIN"


def test_it_is_nowhere_but_on_the_home_screen() -> None:
    play = guarded_kiosk().touch("zone", "A")
    before = play.screen
    for _ in range(9):
        play.touch("knock")
    assert play.screen == before


def test_a_wrong_pin_opens_nothing_and_five_rest_the_pad() -> None:
    play = knocked()
    for _ in range(TRIES):
        for digit in "111111":
            play.touch("key", digit)
        assert play.screen == Unlocking(wrong=True)
    for digit in PIN:
        play.touch("key", digit)
    assert play.screen == Unlocking(wrong=True), "it rests"
    play.touch("back").after(61)
    assert unlocked(play).screen == Upkeep()


def test_nobody_reads_the_pin_off_the_glass_or_out_of_a_state() -> None:
    play = knocked()
    for digit in PIN[:3]:
        play.touch("key", digit)
    assert "●●●○○○" in str(look(play.state).body)
    assert PIN not in repr(play.state)
    assert PIN[:3] not in repr(play.screen)


def test_whoever_leaves_it_open_leaves_it_to_nobody() -> None:
    assert unlocked().after(31).screen == Home()
    assert knocked().after(31).screen == Home()


def test_a_reader_that_is_set_and_not_there_is_another_thing_than_none() -> None:
    def told(*changes: ReaderChanged, language: Language = "zh") -> str:
        play = unlocked()
        for change in changes:
            play >> change
        body = look(play.state, language).body
        assert isinstance(body, seen.Upkeep)
        return next(fact for fact in body.facts if "阅读器" in fact or "reader" in fact)

    gone = ReaderChanged(False, Health.GONE)
    assert told() == "身份证阅读器：没有设置"
    assert told(gone) == "身份证阅读器：不能用。没有连上：请检查电源、连线和端口名。"
    assert told(gone, language="en").startswith("Identity card reader: cannot be used. Not connected:")
    assert told(gone, ReaderChanged(True)) == "身份证阅读器：就绪"
    assert told(ReaderChanged(True), gone) == told(gone)


@pytest.mark.parametrize("outcome", ["printed", "failed", "unknown"])
def test_the_printer_is_tried_and_what_came_of_it_is_said(outcome: str) -> None:
    play = unlocked().touch("act", "trial")
    play << TryPrinter("trial")
    assert acts(play) == []
    play >> PrinterReported("trial", outcome)  # type: ignore[arg-type]
    body = look(play.state).body
    assert isinstance(body, seen.Upkeep)
    assert body.trouble is (outcome != "printed")
    assert note(play) in {"测试页已打印", "测试页没有打印出来", "打印机没有答复，请看有没有出纸"}
    assert play.wanted == []


def test_a_printer_that_cannot_print_is_not_tried_and_prints_nothing() -> None:
    play = unlocked(without_paper() >> PrinterChanged("no_paper"))
    assert acts(play) == ["log", "look", "restart"]
    assert play.touch("act", "trial").wanted == []


def test_after_a_change_of_paper_the_missing_tickets_are_printed_once_in_their_order() -> None:
    play = unlocked(without_paper()).touch("act", "rest")
    [printing] = play.wanted
    assert isinstance(printing, Print)
    assert (printing.ticket, printing.slip.number, printing.slip.again) == (FRESH.id, "C103", True)
    assert play.touch("act", "rest").wanted == []
    play >> PrinterReported(FRESH.id, "printed")
    assert note(play) == "已补打1张，请分发给群众"
    assert "rest" not in acts(play)
    assert play.journal[FRESH.id].paper == "printed"
    assert play.said[-1] == Report(f"{FRESH.key}.printed.again", FRESH.id, ok=True)


def test_a_printer_that_stops_in_between_leaves_the_rest_for_later() -> None:
    play = unlocked(without_paper()).touch("act", "rest") >> PrinterReported(FRESH.id, "failed", "no_paper")
    assert note(play) == "已补打0张，打印机停了，请检查后再试"
    assert "rest" in acts(play)


def test_a_number_that_was_given_up_is_not_printed() -> None:
    assert "rest" not in acts(unlocked(without_paper(noted=False)))


def test_a_ticket_whose_service_has_left_the_hall_stops_the_printing() -> None:
    play = without_paper()
    hall = shown()
    play >> HallShown(hall.hall, hall.zones, tuple(s for s in hall.services if s.id != "c-pay"))
    assert note(unlocked(play).touch("act", "rest")) == "已补打0张；还有的事项已不在大厅配置里"


def test_it_works_without_the_server() -> None:
    play = guarded_kiosk(alone_kiosk(block()))
    play.touch("zone", "C") >> PrinterReported(FRESH.id, "failed", "no_paper")
    play = unlocked(play.touch("noted")).touch("act", "rest") >> PrinterReported(FRESH.id, "printed")
    assert note(play) == "已补打1张，请分发给群众"
    play >> LinkChanged("live", epoch="epoch-1")
    [handed] = [word for word in play.said if word.ticket == FRESH.id][:1]
    assert getattr(handed, "printed") is True  # noqa: B009 - it is the hand-over


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("health", [each for each in Health if not each.prints])
def test_what_keeps_the_printer_from_printing_is_a_sentence_that_says_what_to_do(
    health: Health, language: Language
) -> None:
    body = look(unlocked(open_kiosk() >> PrinterChanged(health)).state, language).body
    assert isinstance(body, seen.Upkeep)
    start = "打印机：不能打印。" if language == "zh" else "Printer: cannot print. "
    assert start + sentence(health).of(language) in body.facts


def test_the_facts_and_the_log_are_shown_as_the_machine_tells_them() -> None:
    play = unlocked() >> Inspected((Text("程序版本：1", "Version: 1"),), ("newest", "older"))
    body = look(play.state).body
    assert isinstance(body, seen.Upkeep)
    assert body.facts[0] == "服务器：已连接"
    assert body.facts[-1] == "程序版本：1"
    english = look(replace(play.state, language="en")).body
    assert isinstance(english, seen.Upkeep)
    assert english.facts[-1] == "Version: 1"
    body = look(play.touch("act", "log").state).body
    assert isinstance(body, seen.Upkeep)
    assert (body.log, body.facts) == (("newest", "older"), ())
    play >> Inspected((), ())
    body = look(play.state).body
    assert isinstance(body, seen.Upkeep)
    assert body.log == ("没有警告，也没有错误",)
    assert play.touch("back").screen == Upkeep()


def test_why_there_is_no_server_is_told_beside_that_in_the_language_of_the_glass() -> None:
    away = why("http://hall:8080", ConnectionRefusedError())
    assert away is not None
    play = unlocked() >> LinkChanged("down", why=away)
    for language in LANGUAGES:
        body = look(replace(play.state, language=language)).body
        assert isinstance(body, seen.Upkeep)
        assert body.facts[1] == away.of(language)
    body = look((play >> LinkChanged("live", epoch="epoch-1")).state).body
    assert isinstance(body, seen.Upkeep)
    assert away.zh not in body.facts


def test_a_server_that_cannot_store_is_not_told_as_one_that_is_away() -> None:
    body = look((unlocked() >> LinkChanged("live", degraded=True, epoch="epoch-1")).state).body
    assert isinstance(body, seen.Upkeep)
    assert body.facts[0] == "服务器：连着，但存不了数据，本机独立发号"


def test_the_program_is_started_anew_only_there() -> None:
    unlocked().touch("act", "restart") << Restart()
    assert guarded_kiosk().touch("act", "restart").wanted == []
    play = guarded_kiosk().touch("zone", "C")
    assert isinstance(play.touch("act", "restart").screen, Taking)
