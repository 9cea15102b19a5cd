"""That an appointment is checked in once is itself proven: a hall that forgets who came is found out."""

from collections.abc import Callable
from typing import Any

import pytest
from msgspec.structs import replace

from queue_server.engine import apply as engine
from queue_server.engine import appointing
from queue_server.engine import event as e
from queue_server.engine.state import State
from tests.unit.engine import test_appointment as appointments


def _come_is_forgotten(patch: pytest.MonkeyPatch) -> None:
    def checked_in(state: State, _stamped: e.Stamped, event: e.CheckedIn) -> None:
        state.recognise(event.appointment)

    known: dict[Any, Any] = engine._APPLY
    patch.setitem(known, e.CheckedIn, checked_in)


def _come_again_is_let_in(patch: pytest.MonkeyPatch) -> None:
    honest = appointing._standing

    def standing(state: State, code: str) -> object:
        one = honest(state, code)
        return replace(one, come=False)

    patch.setattr(appointing, "_standing", standing)


@pytest.mark.parametrize("plant", [_come_is_forgotten, _come_again_is_let_in])
def test_an_appointment_that_gives_two_tickets_is_found(
    plant: Callable[[pytest.MonkeyPatch], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    check = appointments.test_an_appointment_is_checked_in_once_whoever_types_its_code
    check()
    plant(monkeypatch)
    with pytest.raises(AssertionError):
        check()
