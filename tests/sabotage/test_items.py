"""That the rest of many items has an honest place, counts once and is told is itself proven: a hall that errs is found out."""

from collections.abc import Callable
from typing import Any

import pytest

from kiosk.model import visit
from queue_server.engine import apply as engine
from queue_server.engine import event as e
from queue_server.engine.state import State
from tests.unit.engine import test_items as items
from tests.unit.kiosk import test_count as count

Plant = Callable[[pytest.MonkeyPatch], None]


def _after(patch: pytest.MonkeyPatch, kind: type[e.Event], fault: Callable[[State, Any], None]) -> None:
    table: dict[Any, Any] = engine._APPLY
    honest = table[kind]

    def wrong(state: State, stamped: e.Stamped, event: Any) -> None:
        honest(state, stamped, event)
        fault(state, event)

    patch.setitem(table, kind, wrong)


def _rest_has_the_clock_of_the_first_round(patch: pytest.MonkeyPatch) -> None:
    def stay(state: State, event: e.Finished) -> None:
        ticket = state.tickets[event.ticket]
        if event.next_step is not None:
            line = state.lines[ticket.step.service]
            line.remove(ticket)
            ticket.step.since_at, ticket.step.order = ticket.steps[0].since_at, ticket.steps[0].order
            line.add(ticket)

    _after(patch, e.Finished, stay)


def _round_counts_as_a_visit(patch: pytest.MonkeyPatch) -> None:
    def count_it(state: State, event: e.Taken) -> None:
        for step in state.tickets[event.ticket].steps:
            state.issued[step.service] += step.round > 1

    _after(patch, e.Taken, count_it)


def _kiosk_alone_forgets_the_rest(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(visit, "portions", lambda *_: ())


@pytest.mark.parametrize(
    "plant, check",
    [
        (
            _rest_has_the_clock_of_the_first_round,
            items.test_the_rest_waits_behind_who_came_until_the_first_round_was_done,
        ),
        (
            _round_counts_as_a_visit,
            items.test_a_visit_in_rounds_counts_once_against_limits_in_tallies_and_in_reports,
        ),
        (
            _kiosk_alone_forgets_the_rest,
            count.test_glass_and_paper_of_a_kiosk_alone_say_the_rounds_as_the_server_would,
        ),
    ],
)
def test_a_rest_that_is_not_dealt_with_honestly_is_found(
    plant: Plant, check: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    check()
    plant(monkeypatch)
    with pytest.raises(AssertionError):
        check()
