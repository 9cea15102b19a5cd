"""The kiosk in the hall that comes with the program, as its server would show it on a crowded day."""

import msgspec

from kiosk.model.event import HallShown, LinkChanged, Ticked
from queue_server.app.hall import load
from queue_server.engine.rank import offered
from queue_server.engine.state import State
from queue_server.views import hall as view
from queue_server.wire.day import local_day
from queue_server.wire.ticket import Step, Ticket, Wait
from tests.unit.kiosk.hall import AT, Play, ticket

PLAN = load().hall
CROWD = {"waiting": 118, "wait": Wait(110, 145)}


def open_shipped() -> Play:
    """Its home screen, with as many waiting everywhere as there is room to say."""
    state = State(PLAN, local_day(AT))
    zones = tuple(msgspec.structs.replace(view.zone(state, zone), **CROWD) for zone in PLAN.zone)
    services = tuple(msgspec.structs.replace(view.service(state, one), **CROWD) for one in PLAN.service)
    classes = tuple(view.class_(one) for one in PLAN.classes if offered(one))
    hall = HallShown(view.hall(state), zones, services, classes)
    return Play() >> LinkChanged("live") >> hall >> Ticked(AT)


def visit(service: str, **change: object) -> Ticket:
    """A ticket for a service and for what follows it."""
    first = next(one for one in PLAN.services if one.id == service)
    steps = tuple(Step(one, PLAN.service[one].zone, "waiting") for one in (first.id, *first.then))
    return ticket(
        f"{first.prefix}1234",
        service=first.id,
        zone=first.zone,
        steps=steps,
        wait=Wait(110, 145),
        ahead=118,
        class_="senior",
        **change,
    )
