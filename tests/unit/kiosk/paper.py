"""Tickets that somebody holds the paper of, as the server tells of them."""

from datetime import timedelta
from typing import Any

import msgspec

from kiosk.model.event import Found
from kiosk.model.screen import Claiming
from queue_server.wire.claim import check
from queue_server.wire.holder import FoundRecord, GuideRecord, GuideStep, WayRecord
from queue_server.wire.ids import ServiceId, WindowId, ZoneId
from queue_server.wire.ticket import Step, Text, Wait
from tests.unit.kiosk.hall import AT, FRESH, HALL, Play, open_kiosk, shown, ticket

CODE = "C103" + check(FRESH.id)
"""What stands on the paper of the ticket."""


def found(guide: dict[str, Any] | None = None, **change: Any) -> FoundRecord:
    """A ticket that waits, taken three minutes ago; behind it stand some."""
    mine = ticket(**({"issued_at": AT - timedelta(minutes=3)} | change))
    zones = {each.id: each for each in shown().zones}
    services = {each.id: each for each in shown().services}
    steps = tuple(
        GuideStep(
            service=services[step.service].name,
            bring=Text("", ""),
            zone=zones[step.zone].name,
            letter=step.zone,
            colour="#000000",
            windows="18-26",
            window=Text("19号窗口", "Window 19") if step.window else None,
        )
        for step in mine.steps
    )
    facts: dict[str, Any] = {"minutes": 30, "behind": 3, "reentries": 1, "defers": 2}
    return FoundRecord(
        mine,
        GuideRecord(hall=HALL.name, day=HALL.day, today=HALL.day, steps=steps, **(facts | (guide or {}))),
    )


def needing(*able: int, wait: Wait | None = None, **change: Any) -> FoundRecord:
    """One whose holder needs a low counter: nine windows are open, and these of them have one."""
    record = found(**({"needs": ("wheelchair",)} | change))
    windows = {n: Text(f"{n}号窗口", f"Window {n}") for n in range(18, 27)}
    return msgspec.structs.replace(
        record,
        first=WayRecord(tuple(windows.values()), Wait(5, 10)),
        able=WayRecord(tuple(windows[n] for n in able), wait),
    )


def done(*ratings: int | None) -> dict[str, Any]:
    """Steps that are done, and how they were rated."""
    keys = (("c-pay", "C"), ("e-job", "E"), ("a-fire", "A"))
    steps = tuple(
        Step(ServiceId(key), ZoneId(zone), "served", WindowId("19"), rating)
        for (key, zone), rating in zip(keys, ratings, strict=False)
    )
    return {"state": "served", "ahead": None, "steps": steps}


def missed(minutes: int = 20) -> FoundRecord:
    """A call that was missed, and can be made good for so long."""
    steps = (Step(ServiceId("c-pay"), ZoneId("C"), "no_show", WindowId("19")),)
    return found(
        {"until": AT + timedelta(minutes=minutes), "defers": 0}, state="no_show", ahead=None, steps=steps
    )


def typed(code: str = CODE, play: Play | None = None) -> Play:
    """Somebody types a code."""
    play = (play or open_kiosk()).touch("mine")
    for key in code:
        play.touch("key", key)
    return play


def held(record: FoundRecord | None = None, play: Play | None = None) -> Play:
    """Somebody whose ticket was found."""
    play = typed(play=play).touch("enter")
    assert isinstance(play.screen, Claiming)
    return play >> Found(FRESH.key, record or found())


def closed(record: FoundRecord, state: str) -> FoundRecord:
    """The same ticket in another state."""
    return replace_ticket(record, state=state, ahead=None)


def replace_ticket(record: FoundRecord, **change: Any) -> FoundRecord:
    """The same record, with something of its ticket changed."""
    return msgspec.structs.replace(record, ticket=msgspec.structs.replace(record.ticket, **change))
