"""The device tests are themselves proven: each planted fault turns the test that guards it red."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest

from devices.agent import config, entry
from devices.codec import checksum
from devices.codec import learn as learning
from devices.codec.escpos import status
from devices.codec.frame import Framer
from devices.codec.profile.printer import Model
from devices.codec.signal import Rated
from devices.driver import layout, paper, phrase, printer
from devices.driver.bar import Bars
from devices.driver.press import KeyPressed, Presses, RatingGiven
from devices.driver.printer import Printer
from devices.transport.line import Line
from tests.fakes.slip import PLAIN
from tests.integration.devices import test_bar, test_printer, test_shared
from tests.integration.devices.bench import until
from tests.unit.devices import (
    test_agent,
    test_entry,
    test_escpos,
    test_ff68,
    test_layout,
    test_learn,
    test_onbon,
    test_paper,
    test_phrase,
    test_press,
)

Plant = Callable[[pytest.MonkeyPatch], None]


class Anything(bytes):
    """A check value that agrees with every other."""

    def __eq__(self, other: object) -> bool:
        return True

    __hash__ = bytes.__hash__


def _sum_not_checked(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Framer, "_good", lambda *_: True)


def _crc_not_checked(patch: pytest.MonkeyPatch) -> None:
    honest = checksum.crc16arc
    patch.setattr(checksum, "crc16arc", lambda data: Anything(honest(data)))


def _silence_is_fine(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(status, "answered", lambda _: status.Status())


def _text_clipped(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(layout, "wrap", lambda text, limit: [text[: limit // 2]])


def _chinese_not_switched_on(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(paper, "start", lambda _: b"")


def _rating_taken_unasked(patch: pytest.MonkeyPatch) -> None:
    honest = Presses.take

    def take(self: Presses, signal: Rated, now: float) -> KeyPressed | RatingGiven | None:
        return honest(self, signal, now) or RatingGiven(signal.address, "", 1)

    patch.setattr(Presses, "take", take)


def _late_answers_counted(patch: pytest.MonkeyPatch) -> None:
    honest = status.answered
    patch.setattr(printer, "answered", lambda answers: honest(answers[: len(status.QUERIES)]))


def _torn_ticket_not_ended(patch: pytest.MonkeyPatch) -> None:
    honest = Printer._hand_over

    async def hand_over(self: Printer, data: bytes) -> int:
        sent = await honest(self, data)
        self._torn = 0
        return sent

    patch.setattr(Printer, "_hand_over", hand_over)


def _ticket_not_taken_back(patch: pytest.MonkeyPatch) -> None:
    async def take_back(_: Printer) -> None:
        return

    patch.setattr(Printer, "_take_back", take_back)


def _font_not_asked(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Model, "holds", lambda *_: True)


def _everything_fits_a_bar(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(phrase, "columns", lambda _: 0)


def _utc_for_local(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(config, "local", lambda at: at)


def _everything_is_believed(patch: pytest.MonkeyPatch) -> None:
    """One frame is enough, and a guess costs nothing to say."""
    patch.setattr(learning, "LEFT_BITS", 0)
    patch.setattr(learning, "SAY_BITS", 0)
    patch.setattr(learning, "LEAST", 1)


def _check_values_not_looked_for(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(learning, "_checked", lambda _: ())


def _table_not_joined(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(entry, "_is", lambda *_: False)


def _address_written_over(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(entry, "_with", lambda table, match: f"{match[1]} {entry._listed(table.windows)} }}")


def _bar_not_told_again_when_its_line_is_back(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Bars, "_show_again", lambda *_: None)
    patch.setattr(test_bar, "until", soon)


def _bar_that_was_without_power_not_told_again(patch: pytest.MonkeyPatch) -> None:
    async def never(_: Bars) -> None:
        await asyncio.Event().wait()

    patch.setattr(Bars, "_repeat", never)
    patch.setattr(test_bar, "until", soon)


def _rival_not_noticed(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Line, "_dropped", lambda _: None)
    patch.setattr(test_shared, "until", soon)


async def soon(claim: Callable[[], object]) -> None:
    """`until`, which does not wait long for what will never be."""
    try:
        await until(claim, 1.0)
    except TimeoutError as error:
        raise AssertionError("not so yet") from error


PLANTS: list[tuple[Plant, Callable[[], None]]] = [
    (_sum_not_checked, lambda: test_ff68.test_a_frame_with_any_byte_changed_is_only_noise(7)),
    (_crc_not_checked, test_onbon.test_the_hand_edited_example_of_the_web_is_refused),
    (
        _silence_is_fine,
        lambda: test_escpos.test_fewer_or_more_answers_than_questions_are_no_statement("12 12 12"),
    ),
    (_text_clipped, test_layout.test_a_chinese_ticket_says_all_that_a_citizen_needs),
    (
        _chinese_not_switched_on,
        lambda: test_paper.test_a_printer_reads_back_exactly_what_was_laid_out(PLAIN, "escpos-80"),
    ),
    (
        _font_not_asked,
        lambda: test_paper.test_exactly_the_line_that_the_font_lacks_is_sent_as_a_picture("䶮", "gbk"),
    ),
    (
        _late_answers_counted,
        lambda: asyncio.run(
            test_printer.test_answers_that_come_too_late_are_not_taken_for_those_of_the_next_question()
        ),
    ),
    (
        _torn_ticket_not_ended,
        lambda: asyncio.run(
            test_printer.test_what_a_cut_cable_left_in_the_printer_is_not_on_the_next_ticket(80)
        ),
    ),
    (
        _ticket_not_taken_back,
        lambda: asyncio.run(test_printer.test_paper_that_runs_out_during_the_ticket_is_a_failure()),
    ),
    (_everything_is_believed, test_learn.test_one_key_pressed_ten_times_proves_nothing),
    (
        _check_values_not_looked_for,
        test_learn.test_the_keys_of_an_ff68_caller_give_the_frames_of_its_profile,
    ),
    (
        _table_not_joined,
        test_entry.test_a_table_of_the_same_port_is_joined_and_every_other_byte_stays,
    ),
    (_address_written_over, test_entry.test_an_address_that_has_its_window_keeps_it),
    (
        _bar_not_told_again_when_its_line_is_back,
        lambda: asyncio.run(test_bar.test_after_a_return_the_latest_text_and_brightness_are_there_again()),
    ),
    (
        _bar_that_was_without_power_not_told_again,
        lambda: asyncio.run(test_bar.test_a_bar_that_lost_its_power_alone_is_shown_its_text_again(Path())),
    ),
    (
        _rival_not_noticed,
        lambda: asyncio.run(
            test_shared.test_a_shared_device_that_is_then_switched_off_is_gone_and_back_as_soon_as_any()
        ),
    ),
    (_rating_taken_unasked, test_press.test_a_rating_nobody_asked_for_is_counted_and_dropped),
    (
        _everything_fits_a_bar,
        lambda: test_phrase.test_a_bar_says_the_most_that_fits_it(*test_phrase.SAID[0]),
    ),
    (
        _utc_for_local,
        lambda: test_agent.test_a_bar_is_as_bright_as_the_last_hour_named_says_in_local_time(
            "2026-11-22T23:30:00Z", 15
        ),
    ),
]


@pytest.mark.parametrize("plant,guard", PLANTS, ids=[p.__name__.strip("_") for p, _ in PLANTS])
def test_a_planted_fault_turns_its_guard_red(
    plant: Plant, guard: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    guard()
    plant(monkeypatch)
    with pytest.raises(AssertionError):
        guard()
