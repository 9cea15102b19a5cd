"""The engine's machine is itself proven: each planted fault turns it red."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

import msgspec
import pytest
from hypothesis import Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from queue_server.engine import (
    able,
    adopting,
    destination,
    evacuation,
    handover,
    hold,
    homecoming,
    leasing,
    need,
    number,
    policy,
    rating,
    serving,
    slip,
    turn,
    undo,
)
from queue_server.engine import apply as engine
from queue_server.engine import event as e
from queue_server.engine import part as parts
from queue_server.engine import rule as rules
from queue_server.engine.away import Away, Departure
from queue_server.engine.lease import Lease
from queue_server.engine.life import move
from queue_server.engine.line import Line
from queue_server.engine.order import Order
from queue_server.engine.plan import ORDINARY
from queue_server.engine.policy import AsPlanned, Choice
from queue_server.engine.state import State, Window
from queue_server.engine.ticket import Step, Ticket
from queue_server.wire.ids import ServiceId, WindowId
from tests.fakes.hall import FILING
from tests.property.test_engine import Hall
from tests.unit.engine import test_device as devices
from tests.unit.engine import test_evacuation as moves
from tests.unit.engine import test_handover as handovers
from tests.unit.engine import test_hold as holds
from tests.unit.engine import test_leasing as leases
from tests.unit.engine import test_need as needs
from tests.unit.engine import test_policy as calls
from tests.unit.engine import test_transfer as transfers
from tests.unit.engine import test_undo as undos

Plant = Callable[[pytest.MonkeyPatch], None]


class LastCome(AsPlanned):
    """The planted fault: whoever came last is called first, and nobody is told why."""

    def choose(self, state: State, window: WindowId, now: datetime) -> Choice:
        keys = [key for service in state.hall.window[window].services for key in state.lines[service]]
        return Choice(max(keys)[2] if keys else None)


def _last_come(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Hall, "policy", LastCome())


def _same_number_again(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(number, "after", lambda last, by=1, block=0: max(last, by, 1))


def _order_lost_on_the_way(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(parts, "turn", lambda ticket: ticket.id[::-1])


def _numbers_of_the_other_place_given_again(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(evacuation, "_counted_on", lambda *_: {})


def _series_of_the_other_place_given_again(patch: pytest.MonkeyPatch) -> None:
    honest = Away.free_block

    def forget(self: Away, prefix: str, day: date) -> int | None:
        gone = [msgspec.structs.replace(each, over_on=None) for each in self.departures]
        return honest(Away(tuple(gone), self.arrival), prefix, day)

    patch.setattr(Away, "free_block", forget)


def _clock_of_the_other_place_believed(patch: pytest.MonkeyPatch) -> None:
    honest = adopting._order

    def believe(step: Step, stamped: e.Stamped) -> None:
        since = step.since_at
        honest(step, stamped)
        step.since_at = since

    patch.setattr(adopting, "_order", believe)


def _one_place_like_the_other(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(homecoming, "_one_place", lambda *_: None)


def _handed_back_and_served_on(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Away, "resting", property(lambda self: self.undecided))


def _moved_and_issued_on(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Away, "gone", frozenset())


def _moved_and_called_on(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(evacuation, "move", lambda state, _: state)
    patch.setattr(State, "leave", lambda *_: None)


def _seqs_compared_over_a_restore(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Departure, "heard", lambda self, origin, _: self.origins.get(origin, 0))


def _nobody_waited_for_who_went_on(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Away, "gone", frozenset())


def _two_tickets_with_one_number(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(homecoming, "_apart", lambda row, prefix: msgspec.structs.replace(row, prefix=prefix))


def _slips_alike_in_every_place(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(number, "slips", lambda _: range(8000, 9000))


def _slip_good_twice(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(slip, "used", lambda *_: None)
    patch.setattr(slip, "_there", lambda *_: False)


def _block_leased_twice(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(leasing, "last", lambda *_: number.LEASED.start - 1)


def _void_block_leased_again(patch: pytest.MonkeyPatch) -> None:
    honest = leasing.void

    def forget(state: State, which: Callable[[Lease], bool]) -> None:
        honest(state, which)
        state.leases = tuple(lease for lease in state.leases if not lease.void)

    patch.setattr(leasing, "void", forget)


def _leases_good_after_a_restore(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(leasing, "void", lambda *_: None)


def _kiosks_of_the_other_place_forgotten(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(leasing, "leave_out", lambda *_: None)


def _paper_refused(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(handover.Objections, "noted", lambda _, check, __: check())


def _kiosks_clock_believed(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(handover, "_since", lambda _, printed, __: printed.at)


def _papers_with_one_number(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(handover, "_number", lambda _, printed, *__: handover._split(printed))


def _place_given_without_a_reason(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(handover, "SAID", None)


def _no_show_of_an_unprinted_number_counts(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(handover, "_unmet", lambda *_: False)


def _journal_taken_twice(patch: pytest.MonkeyPatch) -> None:
    honest = handover._known

    def again(state: State, ticket: Any, printed: Any, context: Any) -> Any:
        unknown = msgspec.structs.replace(ticket, number="")
        return honest(state, unknown, printed, context)

    patch.setattr(handover, "_known", again)


def _key_of_any_window_rates(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(rating, "_given_at", lambda *_: None)


def _skips_not_counted(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(policy, "skipped", lambda *_: 0)


def _called_ticket_stays_in_line(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Line, "remove", lambda *_: None)


def _ending_forgotten(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(serving, "_ending", lambda *_, **__: ())


def _next_step_forgotten(patch: pytest.MonkeyPatch) -> None:
    honest = engine._APPLY[e.Finished]

    def forget(state: Any, stamped: Any, event: Any) -> None:
        honest(state, stamped, event)
        if event.next_step is not None:
            ticket = state.tickets[event.ticket]
            state.lines[ticket.step.service].remove(ticket)

    table: dict[Any, Any] = engine._APPLY
    patch.setitem(table, e.Finished, forget)


def _skills_forgotten(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(State, "served_at", lambda state, window: state.hall.window[window].services)


def _limit_counts_what_is_left(patch: pytest.MonkeyPatch) -> None:
    honest = engine._APPLY[e.Cancelled]

    def give_back(state: Any, stamped: Any, event: Any) -> None:
        honest(state, stamped, event)
        for step in state.tickets[event.ticket].steps:
            state.issued[step.service] -= 1

    table: dict[Any, Any] = engine._APPLY
    patch.setitem(table, e.Cancelled, give_back)


def _after(patch: pytest.MonkeyPatch, kind: type[e.Event], fault: Callable[[State, Any, Any], None]) -> None:
    """Let something go wrong whenever an event of a kind has been applied."""
    table: dict[Any, Any] = engine._APPLY
    honest = table[kind]

    def wrong(state: State, stamped: e.Stamped, event: Any) -> None:
        honest(state, stamped, event)
        fault(state, stamped, event)

    patch.setitem(table, kind, wrong)


def _window_keeps_whom_it_held(patch: pytest.MonkeyPatch) -> None:
    def keep(state: State, _: Any, event: e.Held) -> None:
        state.windows[event.window].ticket = event.ticket

    _after(patch, e.Held, keep)


def _woken_stands_nowhere(patch: pytest.MonkeyPatch) -> None:
    def leave(state: State, _: Any, event: e.Woken) -> None:
        state.leave(state.tickets[event.ticket])

    _after(patch, e.Woken, leave)


def _papers_elsewhere_called(patch: pytest.MonkeyPatch) -> None:
    def resume(state: State, ticket: Ticket, window: Window) -> None:
        move(ticket.state, "resume")
        assert ticket.step.service in state.served_at(window.id)

    patch.setattr(hold, "resume", resume)


def _new_clock_where_it_is_kept(patch: pytest.MonkeyPatch) -> None:
    honest = destination._line_up

    def line_up(state: State, stamped: e.Stamped, ticket: Ticket, place: Any, reason: str) -> None:
        honest(state, stamped, ticket, "last" if place == "clock" else place, reason)

    patch.setattr(destination, "_line_up", line_up)


def _sent_on_for_nothing_known(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(destination, "TRANSFERRED", None)


def _undone_whatever_moved(patch: pytest.MonkeyPatch) -> None:
    honest = undo.undo

    def careless(state: State, window: Window, now: datetime) -> tuple[e.Event, ...]:
        last = state.last.get(window.id)
        if last is not None:
            known = tuple(state.tickets[row.id] for row in last.tickets_after)
            state.last[window.id] = msgspec.structs.replace(last, window_after=window, tickets_after=known)
        return honest(state, window, now)

    patch.setattr(undo, "undo", careless)


def _undone_twice(patch: pytest.MonkeyPatch) -> None:
    _undone_whatever_moved(patch)
    honest = engine._APPLY[e.Undone]

    def remember(state: State, stamped: e.Stamped, event: e.Undone) -> None:
        last = state.last[event.window]
        honest(state, stamped, event)
        state.last[event.window] = last

    table: dict[Any, Any] = engine._APPLY
    patch.setitem(table, e.Undone, remember)


def _undone_an_hour_later(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(undo, "WITHIN", timedelta(hours=1))


def _undone_call_has_a_new_clock(patch: pytest.MonkeyPatch) -> None:
    def renew(state: State, stamped: e.Stamped, event: e.Undone) -> None:
        for row in event.tickets:
            ticket = state.tickets[row.id]
            if ticket.state == "waiting":
                state.leave(ticket)
                ticket.step.since_at = stamped.at
                state.lines[ticket.step.service].add(ticket)

    _after(patch, e.Undone, renew)


def _deferral_gives_a_new_clock(patch: pytest.MonkeyPatch) -> None:
    def renew(state: State, stamped: e.Stamped, event: e.Deferred) -> None:
        state.tickets[event.ticket].step.since_at = stamped.at

    _after(patch, e.Deferred, renew)


def _deferrals_not_counted(patch: pytest.MonkeyPatch) -> None:
    def forget(state: State, _: Any, event: e.Deferred) -> None:
        state.tickets[event.ticket].step.defers = 0

    _after(patch, e.Deferred, forget)


def _reentered_at_the_head(patch: pytest.MonkeyPatch) -> None:
    def first(state: State, _: Any, event: e.Reentered) -> None:
        ticket = state.tickets[event.ticket]
        line = state.lines[ticket.step.service]
        line.remove(ticket)
        head = line.head()
        if head is not None:
            ticket.step.stand = (head[0], head[1] - 1)
        line.add(ticket)

    _after(patch, e.Reentered, first)


def _reentered_for_ever(patch: pytest.MonkeyPatch) -> None:
    honest = turn.reenter

    def again(state: State, ticket: Ticket, now: datetime) -> e.Reentered:
        ticket.step.misses, misses = 0, ticket.step.misses
        event = honest(state, ticket, now)
        ticket.step.misses = misses
        return event

    patch.setattr(turn, "reenter", again)


def _class_counts_for_nothing(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Ticket, "counts_as", ORDINARY)


def _class_counts_unconfirmed(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Ticket, "counts_as", property(lambda ticket: ticket.class_))


def _confirmed_class_stands_where_it_stood(patch: pytest.MonkeyPatch) -> None:
    honest = engine._APPLY[e.Classified]

    def stay(state: State, stamped: e.Stamped, event: e.Classified) -> None:
        ticket = state.tickets[event.ticket]
        was = ticket.state
        ticket.state = "called"
        honest(state, stamped, event)
        ticket.state = was

    table: dict[Any, Any] = engine._APPLY
    patch.setitem(table, e.Classified, stay)


def _class_calls_for_no_reason(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(policy, "_why", lambda *_: None)


def _class_called_for_another_reason(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(policy, "CLASS", policy.PROMISE)


def _promise_of_the_service_forgotten(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(
        rules, "promised", lambda hall, _, kind: hall.promised[FILING].get(kind, timedelta(minutes=15))
    )


def _rule_of_the_zone_forgotten(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(rules, "of_window", lambda hall, _: rules.RULES[hall.rules.policy])


def _guard_asleep(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(policy, "rank", lambda urgency, now, _, at, promise: (1, urgency(now, at, promise)))


def _put_first_and_passed_over(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(policy, "_first", _by_the_rule_alone)


def _slow_matters_first(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(
        rules,
        "measure",
        lambda hall, _, service, kind: rules.promised(hall, service, kind) / hall.usual[service],
    )


def _quick_for_no_reason_of_its_own(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(policy, "QUICK", policy.PROMISE)


def _quick_matters_before_the_guard(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(policy, "rank", lambda urgency, now, _, at, promise: (1, urgency(now, at, promise)))


def _by_the_rule_alone(state: State, service: ServiceId, rank: Any, _out: Any) -> Any:
    """All go by class and place, also who was put somewhere."""
    keys = list(state.lines[service])
    kinds = [state.tickets[key[2]].counts_as for key in keys]
    ranks = [rank(kind, key[0]) for key, kind in zip(keys, kinds, strict=True)]
    return min(zip(ranks, keys, strict=True), default=None)


def _kept_anew_at_every_call(patch: pytest.MonkeyPatch) -> None:
    honest = able.keep

    def anew(state: State, ticket: Ticket, now: datetime, before: Any) -> Any:
        until, ticket.step.kept_until = ticket.step.kept_until, None
        keeping = honest(state, ticket, now, before)
        ticket.step.kept_until = until
        return keeping

    patch.setattr(able, "keep", anew)


def _bound_and_called_by_any(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(able, "barred", lambda *_: set())
    patch.setattr(need, "call", lambda *_: ())


def _kept_and_passed_over_for_nothing_known(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(policy, "NEED", None)


def _deferred_behind_whoever_came_later(patch: pytest.MonkeyPatch) -> None:
    def behind(self: Order, n: int, turn: Any = None) -> Any:
        later = [
            key
            for key in self._line
            if turn is None or key > next(k for k in turn[::-1] if isinstance(k, tuple))
        ]
        return (later[:n][-1][0], later[:n][-1][1] + 1) if later else None

    patch.setattr(Order, "behind", behind)


ALONE = ("lease", "hand_over", "unanswered", "lost", "journal")
"""Rules of kiosks that issue alone."""
ASIDE = (
    "come",
    "classify",
    "identify",
    "elsewhere",
    "by_hand",
    "rate",
    "pair",
    "move",
    "publish",
    "roll_back",
)
"""Rules that have nothing to do with these."""


AROUND = (
    *("serve", "act", "call", "choose", "cancel", "staff", "take_over"),
    *("day", "reenter", "print", "place", "restore"),
)
"""Rules of the rest of the day."""
TURNS = (
    *("hold", "resume_held", "transfer", "undo", "defer", "come_after_all", "walk_in", "add_step", "note"),
    *("reprint", "printed_again"),
)
"""Rules of whoever is held, sent on, called again, lets others go first, comes in between or gets another paper."""


def without(rules: tuple[str, ...]) -> type[Hall]:
    """The machine with fewer rules, so that it meets a fault of the others sooner."""
    return type("Fewer", (Hall,), dict.fromkeys(rules))


def only(*rules: str) -> type[Hall]:
    """The machine with little more than taking a ticket and waiting."""
    return without(tuple(rule for rule in (*ALONE, *ASIDE, *AROUND, *TURNS) if rule not in rules))


@pytest.mark.parametrize(
    "plant, machine",
    [
        *(
            (plant, without((*ALONE, *TURNS)))
            for plant in (
                _order_lost_on_the_way,
                _slip_good_twice,
                _last_come,
                _same_number_again,
                _skips_not_counted,
                _called_ticket_stays_in_line,
                _ending_forgotten,
                _next_step_forgotten,
                _skills_forgotten,
                _limit_counts_what_is_left,
            )
        ),
        *(
            (plant, without((*ASIDE, *TURNS)))
            for plant in (
                _block_leased_twice,
                _leases_good_after_a_restore,
                _paper_refused,
                _kiosks_clock_believed,
                _papers_with_one_number,
                _journal_taken_twice,
            )
        ),
        (_class_counts_for_nothing, only("come", "serve")),
        (_class_calls_for_no_reason, only("come", "serve")),
        (_confirmed_class_stands_where_it_stood, only("come", "classify")),
        (_window_keeps_whom_it_held, only("hold")),
        (_papers_elsewhere_called, only("hold", "resume_held")),
        (_new_clock_where_it_is_kept, only("transfer")),
        (_undone_twice, only("undo")),
        (_undone_an_hour_later, only("undo")),
        (_undone_call_has_a_new_clock, only("undo")),
        (_deferral_gives_a_new_clock, only("defer")),
        (_deferrals_not_counted, only("defer")),
        (_reentered_at_the_head, only("come_after_all")),
        (_reentered_for_ever, only("come_after_all")),
    ],
)
def test_the_engines_machine_finds_a_planted_fault(
    plant: Plant, machine: type[Hall], monkeypatch: pytest.MonkeyPatch
) -> None:
    plant(monkeypatch)
    quick = settings(
        max_examples=1000, stateful_step_count=40, deadline=None, database=None, phases=[Phase.generate]
    )
    with pytest.raises(BaseException) as found:  # noqa: PT011 - an assertion, or a group of several
        run_state_machine_as_test(machine, settings=quick)
    assert not isinstance(found.value, KeyboardInterrupt | TypeError)


@pytest.mark.parametrize(
    "plant, check",
    [
        (
            _class_counts_unconfirmed,
            calls.test_a_class_counts_from_its_confirmation_and_a_refused_one_does_not,
        ),
        (
            _class_called_for_another_reason,
            calls.test_by_priority_the_shortest_promise_goes_first_and_then_the_oldest,
        ),
        (_promise_of_the_service_forgotten, calls.test_a_service_may_promise_its_ordinary_tickets_less),
        (_rule_of_the_zone_forgotten, calls.test_a_zone_may_have_a_rule_of_its_own_by_which_its_windows_call),
        (
            _put_first_and_passed_over,
            partial(calls.test_a_transfer_that_is_put_first_is_called_before_all_of_its_service, "strict"),
        ),
        (
            _kept_anew_at_every_call,
            partial(
                needs.test_it_is_kept_ten_minutes_and_then_goes_before_all_others_wherever_it_is_called,
                "fcfs",
            ),
        ),
        (
            _bound_and_called_by_any,
            needs.test_who_is_bound_to_able_windows_is_called_by_no_other_and_by_any_once_free_again,
        ),
        (
            _kept_and_passed_over_for_nothing_known,
            needs.test_a_ticket_is_kept_for_the_able_window_which_calls_it_first,
        ),
        (_slow_matters_first, calls.test_of_two_who_are_about_equally_due_the_quick_matter_goes_first),
        (
            _quick_for_no_reason_of_its_own,
            calls.test_of_two_who_are_about_equally_due_the_quick_matter_goes_first,
        ),
        (
            _quick_matters_before_the_guard,
            calls.test_a_long_matter_waits_no_longer_than_the_guard_for_quick_ones,
        ),
        (_guard_asleep, calls.test_nobody_waits_longer_than_the_guard_under_any_rule),
        (
            _deferred_behind_whoever_came_later,
            partial(calls.test_who_lets_two_go_first_is_called_after_two_who_would_have_come_later, "strict"),
        ),
        (_void_block_leased_again, leases.test_who_has_no_rights_has_no_numbers),
        (_kiosks_of_the_other_place_forgotten, leases.test_what_another_place_serves_is_leased_there),
        (
            _one_place_like_the_other,
            moves.test_results_say_where_they_come_from_and_what_one_place_settled_no_other_one_settles,
        ),
        (
            _handed_back_and_served_on,
            moves.test_what_was_handed_back_is_served_there_no_more_until_it_is_reopened_there,
        ),
        (_moved_and_issued_on, moves.test_what_moved_is_called_by_nobody_here_and_issued_no_more),
        (_moved_and_called_on, moves.test_what_moved_is_called_by_nobody_here_and_issued_no_more),
        (
            _seqs_compared_over_a_restore,
            moves.test_a_place_that_went_on_from_a_backup_of_its_own_is_heard_again_and_its_older_results_are_not,
        ),
        (
            _two_tickets_with_one_number,
            moves.test_a_number_that_both_places_gave_stands_apart_when_it_comes_home_and_is_told_with_all_the_others_here,
        ),
        (
            _nobody_waited_for_who_went_on,
            moves.test_a_place_from_which_people_went_on_does_not_hand_back_before_they_are_home_there,
        ),
        (_slips_alike_in_every_place, moves.test_each_place_prints_slips_of_a_series_of_its_own),
        (
            _numbers_of_the_other_place_given_again,
            moves.test_an_evacuation_that_never_took_place_gives_everybody_their_place_back,
        ),
        (
            _numbers_of_the_other_place_given_again,
            moves.test_a_prefix_that_goes_whole_counts_on_there_and_then_here,
        ),
        (
            _series_of_the_other_place_given_again,
            moves.test_a_series_that_another_place_had_yesterday_and_today_is_given_to_none_again_today,
        ),
        (_clock_of_the_other_place_believed, moves.test_nobody_comes_home_to_a_time_that_has_not_come),
        (
            _woken_stands_nowhere,
            holds.test_who_waits_for_a_step_is_back_in_line_when_its_time_comes_with_the_clock_it_had,
        ),
        (_undone_whatever_moved, undos.test_what_has_moved_since_is_not_undone),
        (_undone_whatever_moved, undos.test_who_has_been_rated_is_not_served_again),
        (_sent_on_for_nothing_known, transfers.test_it_stands_first_by_its_clock_or_last),
        (_place_given_without_a_reason, handovers.test_it_keeps_its_number_its_time_and_its_place),
        (
            _no_show_of_an_unprinted_number_counts,
            handovers.test_a_no_show_of_the_unprinted_number_is_taken_back,
        ),
        (
            _key_of_any_window_rates,
            devices.test_a_key_of_one_of_an_agents_windows_rates_nothing_of_its_other_windows,
        ),
    ],
)
def test_a_fault_that_the_machine_meets_seldom_is_found_by_the_test_of_its_guard(
    plant: Plant, check: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    check()
    plant(monkeypatch)
    with pytest.raises(AssertionError):
        check()
