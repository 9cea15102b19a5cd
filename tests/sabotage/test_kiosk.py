"""The tests of the kiosk's model are themselves proven: each planted fault turns the test that guards it red."""

import asyncio
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import msgspec
import pytest
from hypothesis import Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from devices.driver.voice import speech
from devices.driver.voice.speech import Utterance, uttered
from kiosk.link import seat
from kiosk.link.voice import Prompter
from kiosk.model import (
    alone,
    card,
    coming,
    find,
    journal,
    mine,
    night,
    order,
    page,
    post,
    prompt,
    staff,
    state,
    step,
    touch,
    whose,
)
from kiosk.model.event import Confirmed, Fresh, Kept, PrinterReported, Refused, Touched, Unanswered
from kiosk.model.held import Held
from kiosk.model.intent import Confirm, Keep, Speak
from kiosk.model.journal import Block, Entry, Journal
from kiosk.model.patience import EASY_PACE
from kiosk.model.screen import Agreeing, Bring, Home, Order, Proving, Services
from kiosk.model.state import Outcome, State
from queue_server.flow.foresight import Foresight
from queue_server.views import hall as records
from queue_server.wire.field import Holder
from queue_server.wire.view import ServiceRecord
from tests.integration.kiosk import test_book, test_voice
from tests.integration.kiosk import test_mine as papers
from tests.property.test_kiosk import Halls
from tests.unit.kiosk import (
    test_alone,
    test_appointment,
    test_asking,
    test_card,
    test_look,
    test_mine,
    test_night,
    test_prompt,
    test_search,
    test_staff,
    test_taking,
)
from tests.unit.views import test_hall

Plant = Callable[[pytest.MonkeyPatch], None]


def _printed_before_it_is_kept(patch: pytest.MonkeyPatch) -> None:
    honest = alone.issue

    def issue(state: State, wanted: Order, entry: Entry) -> Outcome | None:
        made = honest(state, wanted, entry)
        if made is None:
            return None
        state, (keep,) = made
        assert isinstance(keep, Keep)
        return step._kept(state, Kept(keep.entry))

    patch.setattr(order, "issue", issue)


def _told_before_it_is_kept(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(post, "_writing", lambda _: False)


def _number_given_twice(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Journal, "draw", lambda self, _: self)


def _numbers_of_another_machine(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(seat, "belongs", lambda *_: True)


def _copied() -> None:
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(
            test_book.test_a_copied_journal_issues_no_number_that_its_original_may_issue_too(Path(folder))
        )


def _numbers_of_yesterday(patch: pytest.MonkeyPatch) -> None:
    honest = Journal.good

    def good(self: Journal, zone: str, day: date, epoch: str | None) -> list[Block]:
        return honest(replace(self, blocks=tuple(replace(b, day=day) for b in self.blocks)), zone, day, epoch)

    patch.setattr(Journal, "good", good)


def _number_forgotten_at_the_start(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(
        post, "restored", lambda entries, blocks: Journal({e.take.id: e for e in entries}, tuple(blocks))
    )


def _paper_claimed(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(post, "recovered", lambda entry: replace(entry, paper="printed"))


def _restored_store_told_nothing(patch: pytest.MonkeyPatch) -> None:
    honest = journal.next_word

    def next_word(entries: list[Entry], epoch: str, day: date) -> object:
        return honest([replace(e, epoch=epoch) if e.epoch else e for e in entries], epoch, day)

    patch.setattr(post, "next_word", next_word)


def _words_out_of_order(patch: pytest.MonkeyPatch) -> None:
    honest = journal.next_word
    patch.setattr(post, "next_word", lambda entries, epoch, day: honest(list(entries)[::-1], epoch, day))


def _old_figures_shown(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(State, "alone", property(lambda _: False))


def _clock_believed(patch: pytest.MonkeyPatch) -> None:
    honest = alone.issue

    def issue(state: State, wanted: Order, entry: Entry) -> Outcome | None:
        return honest(replace(state, issued_at=None), wanted, entry)

    patch.setattr(order, "issue", issue)


def _digits_kept_after_they_are_sent(patch: pytest.MonkeyPatch) -> None:
    honest = staff._prove

    def prove(state: State, screen: Proving, touched: Touched) -> Outcome:
        after, intents = honest(state, screen, touched)
        for intent in intents:
            assert isinstance(intent, Confirm)
            assert isinstance(after.screen, Proving)
            after = replace(after, screen=replace(after.screen, pin=intent.pin))
        return after, intents

    patch.setattr(staff, "_prove", prove)


def _silence_taken_for_a_confirmation(patch: pytest.MonkeyPatch) -> None:
    honest = staff.answered

    def answered(state: State, event: Confirmed | Refused | Unanswered) -> Outcome:
        if isinstance(event, Unanswered) and isinstance(state.screen, Proving):
            sure = msgspec.structs.replace(state.screen.issued.ticket, class_state="confirmed")
            event = Confirmed(event.key, sure)
        return honest(state, event)

    patch.setattr(staff, "answered", answered)


def _wrong_pin_remembered(patch: pytest.MonkeyPatch) -> None:
    honest = staff.answered

    def answered(state: State, event: Confirmed | Refused | Unanswered) -> Outcome:
        after, intents = honest(state, event)
        name = getattr(state.screen, "name", "")
        return replace(after, staff=(name, *after.staff)), intents

    patch.setattr(staff, "answered", answered)


def _class_sent_unasked(patch: pytest.MonkeyPatch) -> None:
    honest = order.take

    def take(state: State, bring: Bring, fresh: Fresh | None) -> Outcome:
        return honest(state, replace(bring, class_=bring.class_ or "senior"), fresh)

    patch.setattr(touch, "take", take)


def _number_shown_whole(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(whose, "masked", str)


def _number_kept_with_the_asking(patch: pytest.MonkeyPatch) -> None:
    honest = order.take

    def take(state: State, bring: Bring, fresh: Fresh | None, holder: Holder | None = None) -> Outcome:
        token = f"{fresh.token}.{holder.number}" if fresh and holder else ""
        return honest(state, bring, replace(fresh, token=token) if fresh and token else fresh, holder)

    patch.setattr(order, "take", take)


def _way_past_a_card_that_is_required(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(card, "offers", lambda *_: "ask")


def _reader_looks_all_day(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(card, "reads", lambda state: state.reader)


def _voice_left_on(patch: pytest.MonkeyPatch) -> None:
    for module in (touch, step):
        patch.setattr(module, "farewell", lambda state: replace(state, screen=Home(), language="zh"))


def _read_to_everybody(patch: pytest.MonkeyPatch) -> None:
    honest = prompt.heard
    patch.setattr(
        prompt, "heard", lambda state: honest(replace(state, manner=replace(state.manner, voice=True)))
    )


def _name_read(patch: pytest.MonkeyPatch) -> None:
    honest = prompt._Prompt.sentences

    def sentences(self: prompt._Prompt) -> Iterator[Utterance]:
        yield from honest(self)
        if isinstance(self.state.screen, Agreeing):
            yield uttered("zh", self.state.screen.holder.name or "")

    patch.setattr(prompt._Prompt, "sentences", sentences)


def _number_not_spelt(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(prompt, "singly", lambda number, _: number)


def _hall_s_own_pinyin_unheard(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(test_voice, "name", lambda of, language, _: speech.name(of, language))


def _resting_service_named(patch: pytest.MonkeyPatch) -> None:
    honest = page.turned

    def turned(state: State, screen: Services) -> tuple[int, tuple[ServiceRecord, ...]]:
        number, rows = honest(state, screen)
        return number, tuple(msgspec.structs.replace(row, issuing=True) for row in rows)

    patch.setattr(page, "turned", turned)


def _never_cut_short(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Prompter, "hush", lambda _: None)
    patch.setattr(test_voice, "PATIENCE_S", 3.0)


def _all_made_before_any_is_heard(patch: pytest.MonkeyPatch) -> None:
    honest = Prompter._read

    async def read(self: Prompter, speak: Speak) -> None:
        for each in speak.said:
            await self._made(each, speak.volume)
        await honest(self, speak)

    patch.setattr(Prompter, "_read", read)
    patch.setattr(test_voice, "PATIENCE_S", 3.0)


def _heard_at_once() -> None:
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(test_voice.test_the_first_sentence_is_heard_while_the_next_is_made(Path(folder)))


def _no_more_time(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(state, "VOICE_PACE", EASY_PACE)


def _read_to_the_end() -> None:
    asyncio.run(test_voice.test_a_screen_stays_until_all_of_it_was_read("ticket", "zh"))


def _cut_short() -> None:
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(test_voice.test_what_is_read_is_cut_short_by_the_next_screen_and_by_silence(Path(folder)))


def _reset() -> None:
    test_prompt.test_the_next_visitor_finds_it_off_and_as_loud_as_for_most("time")


def _dark_at_noon(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(night, "_closed", lambda *_: True)


def _noon() -> None:
    test_night.test_it_is_night_from_a_margin_after_the_last_hours_until_one_before_the_first(
        "12:40", night=False
    )


def _days_all_alike(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(coming, "hours", lambda hall, _: hall.hours)


def _saturday() -> None:
    test_night.test_without_its_server_it_is_dark_on_days_on_which_the_hall_is_closed("10:00", 21, night=True)


def _bound_unasked(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(mine, "acts", lambda *_: ("ways", "reprint", "defer", "cancel", "first", "able"))


def _waits_unasked(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Foresight, "ways", lambda *_: {})


def _found() -> None:
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(papers.test_what_is_found_tells_the_newest_wait_of_both_ways(Path(folder)))


def _days_to_come_as_today(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(records, "timedelta", lambda **_: timedelta())


def _ways_untold(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Held, "either", lambda *_: ())


def _silent_about_an_unconfirmed_class() -> None:
    test_staff.test_without_a_network_it_is_not_claimed_to_be_confirmed(
        was_sent=True, sentence="系统没有答复，可能已确认。请重新输入一次"
    )


def _paper_believed(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(mine, "reported", lambda state, _: (state, []))


def _doubtful_paper_believed(patch: pytest.MonkeyPatch) -> None:
    honest = step._reported

    def reported(now: State, event: PrinterReported) -> Outcome:
        return honest(now, replace(event, outcome="printed"))

    patch.setattr(step, "_reported", reported)


def _never_looked_at_again(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(mine, "again", lambda state, _: (state, []))


def _printed_unasked(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(mine, "reprints", lambda *_: True)


def _slip_passed_off(patch: pytest.MonkeyPatch) -> None:
    honest = find.exact

    def exact(word: str, services: tuple[ServiceRecord, ...]) -> tuple[ServiceRecord, ...]:
        return honest(word, services) or tuple(one for one in services if find._near(*find._told(one), word))

    patch.setattr(find, "exact", exact)


PLANTS: list[tuple[Plant, Callable[[], None]]] = [
    (_printed_before_it_is_kept, test_alone.test_nothing_is_shown_or_printed_before_it_is_in_the_journal),
    (_told_before_it_is_kept, test_alone.test_the_server_hears_of_no_number_before_the_disk_has_it),
    (_number_given_twice, test_alone.test_numbers_follow_one_another_and_end_with_the_block),
    (_number_given_twice, test_alone.test_two_kiosks_alone_give_no_number_twice),
    (_numbers_of_another_machine, _copied),
    (_numbers_of_yesterday, test_alone.test_numbers_of_yesterday_are_not_issued),
    (
        _number_forgotten_at_the_start,
        test_alone.test_a_kiosk_that_starts_without_its_server_issues_from_the_numbers_it_has,
    ),
    (_paper_claimed, test_alone.test_a_paper_that_was_begun_is_unknown_and_is_not_claimed_to_be_printed),
    (_restored_store_told_nothing, test_alone.test_another_store_is_told_all_of_today_again),
    (
        _words_out_of_order,
        test_alone.test_with_the_server_back_the_tickets_are_handed_over_in_order_and_their_paper_is_told,
    ),
    (_old_figures_shown, test_look.test_a_kiosk_alone_says_so_calmly_and_shows_no_figure_of_before),
    (
        _digits_kept_after_they_are_sent,
        test_staff.test_the_digits_are_shown_to_nobody_and_kept_only_until_they_are_sent,
    ),
    (_silence_taken_for_a_confirmation, _silent_about_an_unconfirmed_class),
    (_wrong_pin_remembered, test_staff.test_a_wrong_pin_makes_nobody_known),
    (_class_sent_unasked, test_asking.test_an_ordinary_ticket_takes_three_taps_and_asks_for_nothing),
    (_number_shown_whole, test_card.test_only_the_ends_of_a_number_are_shown_while_it_is_typed),
    (_number_kept_with_the_asking, test_card.test_the_number_goes_to_the_server_and_nowhere_else),
    (_way_past_a_card_that_is_required, test_card.test_who_has_to_show_it_has_no_way_past),
    (
        _reader_looks_all_day,
        test_card.test_the_reader_looks_for_cards_only_while_somebody_is_asked_for_one,
    ),
    (_voice_left_on, _reset),
    (_read_to_everybody, test_prompt.test_nothing_is_read_to_who_did_not_ask_for_it),
    (_name_read, test_prompt.test_nobodys_name_and_no_number_of_a_card_is_read),
    (
        _number_not_spelt,
        test_voice.test_every_sentence_is_spoken_syllable_by_syllable_with_its_sounds_and_tones,
    ),
    (
        _hall_s_own_pinyin_unheard,
        test_voice.test_every_name_of_a_shipped_hall_is_spoken_as_people_say_it,
    ),
    (
        _resting_service_named,
        test_prompt.test_what_can_be_chosen_is_named_in_the_order_of_the_screen_and_what_rests_is_not,
    ),
    (_never_cut_short, _cut_short),
    (_all_made_before_any_is_heard, _heard_at_once),
    (_no_more_time, _read_to_the_end),
    (_dark_at_noon, _noon),
    (_days_all_alike, _saturday),
    (_days_all_alike, test_night.test_who_wakes_it_then_reads_when_the_hall_opens_next),
    (
        _bound_unasked,
        test_mine.test_while_no_window_has_what_is_needed_that_is_said_and_nothing_is_offered,
    ),
    (_waits_unasked, _found),
    (
        _days_to_come_as_today,
        test_hall.test_the_days_to_come_have_the_hours_of_their_season_and_are_closed_on_holidays_and_weekends,
    ),
    (_ways_untold, test_mine.test_who_needs_something_of_a_window_is_told_both_ways_before_choosing_one),
    (
        _paper_believed,
        test_appointment.test_an_appointment_without_paper_is_checked_in_and_its_holder_notes_the_code,
    ),
    (_doubtful_paper_believed, test_taking.test_nobody_is_told_to_take_a_paper_that_may_not_have_come),
    (
        _printed_unasked,
        test_mine.test_before_another_paper_the_ticket_is_looked_at_again_and_one_given_up_elsewhere_has_none,
    ),
    (_never_looked_at_again, test_mine.test_a_ticket_that_is_called_while_its_holder_looks_at_it_says_so),
    (_slip_passed_off, test_search.test_what_only_comes_near_is_not_passed_off_as_what_was_typed),
    (_clock_believed, test_alone.test_issue_times_never_go_back_even_if_the_clock_does),
]


def test_the_drawn_days_of_two_kiosks_find_them_too(monkeypatch: pytest.MonkeyPatch) -> None:
    many = settings(max_examples=600, stateful_step_count=40, deadline=None, database=None, derandomize=True)
    for plant in (_number_given_twice, _paper_claimed, _restored_store_told_nothing):
        with monkeypatch.context() as patch:
            plant(patch)
            with pytest.raises(AssertionError):
                run_state_machine_as_test(Halls, settings=settings(many, phases=(Phase.generate,)))


@pytest.mark.parametrize("plant,guard", PLANTS, ids=[f"{p.__name__}-{g.__name__[5:30]}" for p, g in PLANTS])
def test_a_planted_fault_turns_its_guard_red(
    plant: Plant, guard: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    guard()
    plant(monkeypatch)
    with pytest.raises(AssertionError):
        guard()
