"""The life of a ticket, from the kiosk to the rating."""

from datetime import timedelta
from typing import get_args

import pytest

from queue_server.engine.actor import Actor
from queue_server.engine.hall import Rules
from queue_server.engine.holder import digest, token_of
from queue_server.engine.life import MOVES, NEEDED, move
from queue_server.wire import command as c
from queue_server.wire.error import CODES, Refusal
from queue_server.wire.ids import ServiceId, TicketId
from tests.fakes.hall import FILING, FOUR, LICENCE, ONE, SEAL, THREE, TWO, hall
from tests.fakes.play import AGENT, KIOSK, LI, MANAGER, SECRET, STEWARD, ZHANG, Play


def test_a_ticket_is_taken_called_started_finished_and_rated() -> None:
    play = Play()
    ticket = play.take(FILING)
    assert (ticket.number, ticket.state, ticket.paper, ticket.ahead) == ("A001", "waiting", "pending", 0)
    assert play.do(c.Printed(ticket=ticket.id, ok=True), KIOSK).paper == "printed"
    play.open(ONE)
    called = play.next(ONE)
    assert called is not None
    assert (called.number, called.state, called.window, called.ahead) == ("A001", "called", ONE, None)
    assert play.do(c.Recall(window=ONE)).recalls == 1
    assert play.do(c.Start(window=ONE)).state == "serving"
    assert play.do(c.Finish(window=ONE)).state == "served"
    rating = play.do(c.Rate(step=f"{ticket.id}/0", level=5, channel="keypad"), AGENT)
    assert (rating.number, rating.window, rating.level) == ("A001", ONE, 5)


def test_numbers_count_per_prefix_and_start_again_every_local_day() -> None:
    play = Play()
    assert [play.take(service).number for service in (FILING, LICENCE, SEAL, FILING)] == [
        "A001",
        "B001",
        "B002",
        "A002",
    ]
    play.later(minutes=15 * 60)
    assert play.take(FILING).number == "A001"


def test_the_server_leaves_700_to_999_to_kiosks() -> None:
    play = Play()
    numbers = [play.take(FILING).number for _ in range(701)]
    assert numbers[698:] == ["A699", "A1000", "A1001"]


def test_people_ahead_are_counted_not_computed_from_numbers() -> None:
    play = Play()
    tickets = [play.take(LICENCE) for _ in range(4)]
    play.do(c.Cancel(ticket=tickets[1].id), STEWARD)
    assert play.take(LICENCE).ahead == 3
    assert play.take(SEAL).ahead == 0


def test_the_oldest_ticket_of_all_a_windows_services_is_called() -> None:
    play = Play()
    play.open(FOUR)
    for service in (SEAL, LICENCE, SEAL):
        play.take(service)
        play.later(seconds=1)
    called = [ticket.number for ticket in (play.next(FOUR), play.next(FOUR), play.next(FOUR)) if ticket]
    assert called == ["B001", "B002", "B003"]
    assert all(getattr(stamped.event, "skipped", 0) == 0 for stamped in play.log)


def test_call_next_finishes_the_ticket_in_front_and_with_nobody_waiting_answers_nothing() -> None:
    play = Play()
    ticket = play.take(FILING)
    play.open(ONE)
    play.next(ONE)
    play.later(minutes=3)
    assert play.next(ONE) is None
    held = play.state.tickets[ticket.id]
    assert held.state == "served"
    assert held.step.started_at == held.step.called_at, "a ticket never started counts from its call"
    seq = play.state.seq
    assert play.next(ONE) is None
    assert play.state.seq == seq


def test_a_chosen_ticket_is_called_with_its_reason_and_what_it_skipped() -> None:
    play = Play()
    tickets = [play.take(FILING) for _ in range(3)]
    play.open(ONE)
    play.do(c.Call(window=ONE, ticket=tickets[2].id, reason="老人需照顾"))
    event = play.log[-1].event
    assert (event.skipped, event.reason) == (2, "老人需照顾")  # type: ignore[union-attr]


def test_a_visit_of_several_steps_waits_again_for_each_and_is_one_ticket() -> None:
    play = Play()
    ticket = play.take(FILING, then=(LICENCE,))
    play.open(ONE)
    play.open(THREE, LI)
    assert play.next(THREE, LI) is None, "a step whose turn has not come is not called"
    play.next(ONE)
    assert play.do(c.Finish(window=ONE)).state == "waiting"
    second = play.next(THREE, LI)
    assert second is not None
    assert (second.id, second.number, second.zone) == (ticket.id, "A001", "B")
    assert [step.state for step in play.do(c.Finish(window=THREE), LI).steps] == ["served", "served"]


def test_a_missed_call_is_noted_and_the_window_is_free() -> None:
    play = Play()
    ticket = play.take(FILING)
    play.open(ONE)
    play.next(ONE)
    assert play.do(c.NoShow(window=ONE)).state == "no_show"
    assert play.state.missed == [ticket.id]
    assert play.refused(c.Recall(window=ONE)) == "window.idle"


def test_a_no_show_needs_the_calls_and_the_patience_that_the_hall_asks() -> None:
    play = Play(hall(Rules(calls=3, wait_s=60)))
    play.take(FILING)
    play.open(ONE)
    play.next(ONE)
    play.do(c.Recall(window=ONE))
    play.do(c.Recall(window=ONE))
    assert play.refused(c.NoShow(window=ONE)) == "ticket.too_soon"
    play.later(seconds=60)
    assert play.do(c.NoShow(window=ONE)).state == "no_show"


def test_a_ticket_may_be_given_up_while_nobody_serves_it() -> None:
    play = Play()
    first, second = play.take(FILING), play.take(FILING)
    play.open(ONE)
    play.next(ONE)
    assert play.refused(c.Cancel(ticket=first.id), STEWARD) == "ticket.busy"
    assert play.do(c.Cancel(ticket=second.id, reason="不办了"), STEWARD).state == "cancelled"
    assert play.refused(c.Cancel(ticket=second.id), STEWARD) == "ticket.closed"
    assert play.next(ONE) is None


def test_a_holder_has_power_over_their_own_ticket_only() -> None:
    play = Play()
    own, other = play.take(FILING, token="a" * 22), play.take(FILING)
    assert play.state.holders[digest("a" * 22)] == own.id
    holder = Actor("holder", own.id, ticket=own.id)
    assert play.refused(c.Cancel(ticket=other.id), holder) == "ticket.unknown"
    assert play.do(c.Cancel(ticket=own.id), holder).state == "cancelled"


def test_no_answer_of_the_engine_has_a_token_whoever_made_it() -> None:
    play = Play()
    ticket = play.take(FILING, id="kiosk-made-id-0001", token="kiosk-made-token-0001")
    assert (ticket.id, ticket.token) == ("kiosk-made-id-0001", None)
    drawn = play.take(FILING)
    assert drawn.token is None, "the answer is kept"
    token = token_of(drawn.id, SECRET)
    assert play.state.holders[digest(token)] == drawn.id
    assert len({token, token_of(drawn.id, b"another key"), token_of(ticket.id, SECRET)}) == 3
    assert play.refused(c.Take(service=FILING, id="kiosk-made-id-0001"), KIOSK) == "ticket.exists"


def test_a_kiosk_silent_about_its_paper_leaves_it_unknown_and_the_ticket_callable() -> None:
    play = Play()
    ticket = play.take(FILING)
    play.later(seconds=30)
    assert play.state.tickets[ticket.id].paper == "unknown"
    assert play.do(c.Printed(ticket=ticket.id, ok=False, fault="paper_out"), KIOSK).paper == "failed"
    play.open(ONE)
    assert play.next(ONE) is not None


def test_midnight_expires_who_waits_and_closes_windows_but_not_a_visit_in_progress() -> None:
    play = Play()
    first, second, third = play.take(FILING), play.take(FILING), play.take(LICENCE)
    play.open(ONE)
    play.open(THREE, LI)
    play.next(ONE)
    play.do(c.Start(window=ONE))
    play.next(THREE, LI)
    play.do(c.NoShow(window=THREE), LI)
    play.later(minutes=15 * 60)
    expired = [stamped.event.ticket for stamped in play.log if type(stamped.event).__name__ == "Expired"]  # type: ignore[union-attr]
    assert expired == [second.id, third.id]
    assert set(play.state.tickets) == {first.id, second.id}, "who missed a call is offered no other place"
    assert (play.state.windows[ONE].state, play.state.windows[THREE].state) == ("open", "closed")
    assert play.do(c.Finish(window=ONE)).state == "served"


def test_every_move_not_in_the_table_is_refused_with_the_verbs_code() -> None:
    states = {state for state, _ in MOVES} | {"served", "cancelled", "expired"}
    for verb, code in NEEDED.items():
        assert code in CODES
        for state in states:
            if (state, verb) not in MOVES:
                with pytest.raises(Refusal) as refusal:
                    move(state, verb)  # type: ignore[arg-type]
                assert refusal.value.code == code


@pytest.mark.parametrize(
    "command, who, code",
    [
        (c.Take(service=ServiceId("nothing")), KIOSK, "service.unknown"),
        (c.Take(service=FILING, then=(ServiceId("nothing"),)), KIOSK, "service.unknown"),
        (c.Take(service=FILING, items=2), KIOSK, "items.too_many"),
        (c.Take(service=FILING, class_="royal"), KIOSK, "class.unknown"),
        (c.Take(service=FILING), ZHANG, None),
        (c.Take(service=FILING), Actor("public", ""), "auth.missing"),
        (c.Take(service=FILING), Actor("display", "d"), "auth.forbidden"),
        (c.Cancel(ticket=TicketId("no-such-ticket-here")), STEWARD, "ticket.unknown"),
        (c.CallNext(window=ONE), ZHANG, "window.closed"),
        (c.CallNext(window=ONE), AGENT, "window.unattended"),
        (c.Pause(window=ONE, reason="x"), MANAGER, "window.closed"),
        (c.Close(window=ONE), MANAGER, "reason.required"),
        (c.Rate(step="no-such-ticket-here/0", level=1, channel="keypad"), AGENT, "rating.unknown_step"),
        (c.ResumeIssuing(scope="hall", reason="x"), MANAGER, "issuing.not_stopped"),
        (c.StopIssuing(scope="zone:Z", reason="x"), MANAGER, "zone.unknown"),
    ],
)
def test_what_cannot_be_done_is_refused_and_changes_nothing(
    command: c.Command, who: Actor, code: str | None
) -> None:
    play = Play()
    if code is None:
        assert play.do(command, who).state == "waiting"
    else:
        assert play.refused(command, who) == code


def test_a_rating_counts_once_and_from_the_windows_own_keypad_until_the_next_start() -> None:
    play = Play()
    tickets = [play.take(FILING) for _ in range(3)]
    play.open(ONE)
    play.next(ONE)
    assert (
        play.refused(c.Rate(step=f"{tickets[0].id}/0", level=5, channel="keypad"), AGENT)
        == "rating.not_finished"
    )
    play.next(ONE)
    rate = c.Rate(step=f"{tickets[0].id}/0", level=4, channel="keypad", text="谢谢")
    assert play.refused(rate, Actor("agent", "other", frozenset({TWO}))) == "auth.not_your_window"
    play.do(rate, AGENT)
    assert play.refused(rate, AGENT) == "rating.twice"
    assert "谢谢" not in repr([each.event for each in play.log]), "words are not in the log"
    play.next(ONE)
    play.do(c.Start(window=ONE))
    assert (
        play.refused(c.Rate(step=f"{tickets[1].id}/0", level=4, channel="keypad"), AGENT) == "rating.closed"
    )
    assert play.do(c.Rate(step=f"{tickets[1].id}/0", level=2, channel="kiosk"), KIOSK).level == 2


def test_a_tablet_rates_the_step_that_it_showed_once_for_ten_minutes_whatever_its_window_does_next() -> None:
    play = Play()
    first, second = play.take(FILING), play.take(FILING)
    play.open(ONE)
    play.next(ONE)
    play.next(ONE)  # which finishes the first
    play.do(c.Start(window=ONE))
    touch = c.Rate(step=f"{first.id}/0", level=1, channel="tablet", window=ONE, reasons=("slow",))
    key = c.Rate(step=f"{first.id}/0", level=1, channel="keypad", window=ONE)
    assert play.refused(key, AGENT) == "rating.closed", "who stands there now may have pressed it"
    play.later(minutes=9)
    other = c.Rate(step=f"{first.id}/0", level=1, channel="tablet", window=TWO)
    assert play.refused(other, AGENT) == "rating.other_window"
    assert play.do(touch, AGENT).level == 1
    assert play.refused(touch, AGENT) == "rating.twice"
    play.do(c.Finish(window=ONE))
    play.do(c.Close(window=ONE))
    play.later(minutes=10)
    late = c.Rate(step=f"{second.id}/0", level=5, channel="tablet", window=ONE)
    assert play.refused(late, AGENT) == "rating.closed"


def test_everybody_rates_through_their_own_channels_only() -> None:
    every = get_args(c.Channel)
    for role, own in c.CHANNELS.items():
        for channel in every:
            play = Play()
            ticket = play.take(FILING)
            play.open(ONE)
            play.next(ONE)
            play.do(c.Finish(window=ONE))
            who = Actor(role, "somebody", ticket=ticket.id if role == "holder" else None)
            rate = c.Rate(step=f"{ticket.id}/0", level=5, channel=channel)
            if channel in own:
                assert play.do(rate, who).channel == channel
            else:
                assert play.refused(rate, who) == "rating.wrong_channel"
    assert set().union(*c.CHANNELS.values()) == set(every), "no channel is nobody's"


def test_tickets_come_in_hours_and_not_where_issuing_is_stopped() -> None:
    from datetime import time

    from queue_server.engine.calendar import Span

    play = Play(hall(Rules(hours=(Span(time(8, 30), time(12)), Span(time(13), time(17))))))
    play.do(c.StopIssuing(scope="zone:B", reason="限号", until=play.now + timedelta(minutes=30)), MANAGER)
    assert play.refused(c.Take(service=LICENCE), KIOSK) == "issuing.stopped"
    play.take(FILING)
    play.later(minutes=30)
    play.take(LICENCE)
    play.later(minutes=150)
    assert play.refused(c.Take(service=FILING), KIOSK) == "issuing.closed"
    play.later(minutes=60)
    play.take(FILING)
