"""What the paper says, decided here so that paper and glass agree."""

import re

from devices.driver.layout import Slip, Stop
from kiosk.model.card import unregistered
from kiosk.model.state import State
from queue_server.wire.claim import check
from queue_server.wire.day import local
from queue_server.wire.face import say
from queue_server.wire.ticket import Language, Step, Ticket

BETWEEN: dict[Language, str] = {"zh": "、", "en": "; "}
"""What stands between the things to bring."""


def slip(state: State, ticket: Ticket, *, again: bool = False) -> Slip:
    """The slip of a ticket in its holder's language, from what the hall is now; `again` where it has one already.

    Of a zone or service that has just left the hall only the letter remains.
    """
    language = ticket.language
    zone, service = state.zone(ticket.zone), state.service(ticket.service)
    name = service.name.of(language) if service else ""
    if ticket.items > 1:
        name = say("kiosk", "of_items", language, service=name, count=ticket.items)
    area = say("kiosk", "area", language, windows=zone.windows) if zone and zone.windows else None
    steps = tuple(_stop(state, step, language) for step in ticket.steps)
    return Slip(
        hall=state.hall.name.of(language) if state.hall else say("kiosk", "title", language),
        letter=zone.letter if zone else ticket.number[:1],
        zone=zone.name.of(language) if zone else "",
        service=name,
        number=ticket.number,
        issued_at=ticket.issued_at,
        class_label=_label(ticket, language),
        unconfirmed=ticket.class_state == "requested",
        unregistered=unregistered(state, ticket),
        ahead=ticket.ahead,
        wait=(ticket.wait.low_min, ticket.wait.high_min) if ticket.wait else None,
        area=area,
        steps=steps if len(steps) > 1 else (),
        bring=_every(steps, language),
        note=state.hall.ticket_foot.of(language) if state.hall and state.hall.ticket_foot else None,
        qr=ticket.track_url,
        code=code_of(ticket),
        again=again,
        language=language,
    )


def _every(steps: tuple[Stop, ...], language: Language) -> str | None:
    """All that there is to bring, each thing once; of one service alone in its own words."""
    if len(steps) == 1:
        return steps[0].bring
    every: dict[str, str] = {}
    for thing in (thing for stop in steps for thing in things(stop.bring or "")):
        every.setdefault(thing.casefold(), thing)
    return BETWEEN[language].join(every.values()) or None


def things(bring: str) -> tuple[str, ...]:
    """What to bring, thing by thing: it is written as one sentence with 、 ； or ; between them."""
    return tuple(thing for part in re.split(r"[、；;\n]", bring) if (thing := part.strip()))


def _label(ticket: Ticket, language: Language) -> str | None:
    """What stands under the number: when the appointment was, and that its holder came too late or too early for it; or 优先."""
    if ticket.slot is not None:
        key = "paper_slot" if ticket.class_ != "ordinary" else "paper_slot_ordinary"
        return say("kiosk", key, language, at=f"{local(ticket.slot):%H:%M}")
    return ticket.public.of(language) if ticket.public else None


def code_of(ticket: Ticket) -> str:
    """By what a ticket is found again. The star of a number that two papers bear is on neither."""
    return ticket.number.replace("*", "") + check(ticket.id)


def _stop(state: State, step: Step, language: Language) -> Stop:
    """A step; in a further round there is nothing more to bring."""
    zone, service = state.zone(step.zone), state.service(step.service)
    name = service.name.of(language) if service else ""
    if step.round > 1:
        name = say("kiosk", "of_round", language, service=name, round=step.round, count=step.items)
    elif step.items > 1:
        name = say("kiosk", "of_items", language, service=name, count=step.items)
    bring = service.bring.of(language) if service and step.round == 1 else ""
    return Stop(name, zone.letter if zone else "", bring or None)
