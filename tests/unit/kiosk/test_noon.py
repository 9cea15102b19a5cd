"""Who would not be called before the noon break is told so before they take a ticket."""

from dataclasses import replace
from datetime import datetime, timedelta

import msgspec
import pytest

from kiosk.model.look import Bring
from kiosk.model.noon import served_from
from kiosk.model.show import look
from kiosk.model.state import State
from queue_server.wire.ticket import Language, Wait
from tests.unit.kiosk.hall import AT
from tests.unit.kiosk.scene import SCENES

DAY = "08:30-12:00 13:30-17:00"


@pytest.mark.parametrize(
    "serving, at, wait_min, told",
    [
        (DAY, "10:00", 15, ""),
        (DAY, "11:40", 15, ""),
        (DAY, "11:40", 20, "13:30"),
        (DAY, "11:40", 115, "13:30"),
        (DAY, "12:10", 80, "13:30"),
        (DAY, "13:30", 10, ""),
        (DAY, "16:50", 30, ""),
        (DAY, "18:00", 0, ""),
        (DAY, "08:10", 0, "08:30"),
        ("09:00-11:00 11:30-12:00 14:00-17:00", "10:50", 75, "14:00"),
        ("09:00-17:00", "11:40", 60, ""),
        ("", "11:40", 60, ""),
        (None, "11:40", 60, ""),
    ],
)
def test_the_break_that_comes_before_a_call_is_found(
    serving: str | None, at: str, wait_min: int, told: str
) -> None:
    assert served_from(serving, datetime.fromisoformat(f"2026-11-23T{at}"), wait_min) == told


def asked(wait: Wait | None, *, minutes: int, serving: str = DAY) -> State:
    """The screen before a ticket is taken, at 10:42 and so many minutes."""
    state = SCENES["bring-asked"]
    services = tuple(
        msgspec.structs.replace(each, wait=wait, serving=serving, waiting=4) for each in state.services
    )
    return replace(state, services=services, clock=AT + timedelta(minutes=minutes))


@pytest.mark.parametrize("language, told", [("zh", "预计13:30以后办理"), ("en", "Likely served after 13:30")])
def test_before_a_ticket_is_taken_it_is_said_that_it_is_for_after_the_break(
    language: Language, told: str
) -> None:
    def said(state: State) -> str:
        body = look(state, language).body
        assert isinstance(body, Bring)
        return body.wait

    assert said(asked(Wait(40, 55), minutes=60)) == told
    assert said(asked(None, minutes=90)) == told, "in the break it is certain whoever waits"
    assert told not in said(asked(Wait(10, 55), minutes=0))
    assert told not in said(asked(None, minutes=60)), "nothing is told where nothing is known"
