"""The engine's machine is itself proven: each planted fault turns it red."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from hypothesis import Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from queue_server.engine import apply as engine
from queue_server.engine import decide, evacuation, number, policy, slip
from queue_server.engine import event as e
from queue_server.engine.policy import Choice, FirstCome
from queue_server.engine.state import Line, State
from queue_server.wire.ids import WindowId
from tests.property.test_engine import Hall

Plant = Callable[[pytest.MonkeyPatch], None]


class LastCome(FirstCome):
    """The planted fault: whoever came last is called first, and nobody is told why."""

    def choose(self, state: State, window: WindowId, now: datetime) -> Choice | None:
        keys = [key for service in state.hall.window[window].services for key in state.lines[service]]
        return Choice(max(keys)[2]) if keys else None


def _last_come(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Hall, "policy", LastCome())


def _same_number_again(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(number, "after", lambda last, by=1, block=0: max(last, by, 1))


def _order_lost_on_the_way(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(evacuation, "_turn", lambda ticket: ticket.id[::-1])


def _slip_good_twice(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(slip, "used", lambda *_: None)


def _skips_not_counted(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(policy, "skipped", lambda *_: 0)


def _called_ticket_stays_in_line(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Line, "remove", lambda *_: None)


def _ending_forgotten(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(decide, "_ending", lambda *_, **__: ())


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


@pytest.mark.parametrize(
    "plant",
    [
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
    ],
)
def test_the_engines_machine_finds_a_planted_fault(plant: Plant, monkeypatch: pytest.MonkeyPatch) -> None:
    plant(monkeypatch)
    quick = settings(
        max_examples=1000, stateful_step_count=40, deadline=None, database=None, phases=[Phase.generate]
    )
    with pytest.raises(BaseException) as found:  # noqa: PT011 - an assertion, or a group of several
        run_state_machine_as_test(Hall, settings=quick)
    assert not isinstance(found.value, KeyboardInterrupt)
