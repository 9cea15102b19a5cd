"""Public records: the hall, its zones and services, and the zones' load."""

from collections.abc import Iterable
from datetime import datetime

from queue_server.engine.hall import Window
from queue_server.engine.state import State, Ticket
from queue_server.wire.ids import ServiceId, ZoneId
from queue_server.wire.view import HallRecord, LoadRecord, ServiceRecord, ZoneRecord


def stopped(state: State, zone: ZoneId | None = None, service: ServiceId | None = None) -> str | None:
    """Why no ticket is issued for a scope, or None if it is. Outside the hours the reason is the hours."""
    scopes = ["hall"]
    if service is not None:
        zone = state.zone_of(service)
    if zone is not None:
        scopes.append(f"zone:{zone}")
    if service is not None:
        scopes.append(f"service:{service}")
    for scope in scopes:
        if scope in state.stops:
            return state.stops[scope].reason
    if not state.hall.rules.open_at(state.turned_at):
        return state.hall.rules.hours_text
    return None


def hall(state: State) -> HallRecord:
    """The hall today."""
    reason = stopped(state)
    tallies = state.tallies.values()
    return HallRecord(
        name=state.hall.name,
        day=state.day,
        issuing=reason is None,
        stopped=reason,
        hours=state.hall.rules.hours_text,
        issued=sum(tally.issued for tally in tallies),
        served=sum(tally.served for tally in tallies),
        missed=sum(tally.missed for tally in tallies),
        waiting=sum(len(line) for line in state.lines.values()),
    )


def zone(state: State, id_: ZoneId) -> ZoneRecord:
    """A zone for the public."""
    plan = state.hall.zone[id_]
    reason = stopped(state, zone=id_)
    return ZoneRecord(
        id=id_,
        letter=plan.letter,
        name=plan.name,
        short=plan.short,
        colour=plan.colour,
        examples=plan.examples,
        waiting=waiting(state, id_),
        issuing=reason is None,
        stopped=reason,
        windows=spans(state.hall.zone_windows[id_]),
    )


def waiting(state: State, id_: ZoneId) -> int:
    """How many wait for a zone's services."""
    return sum(len(state.lines[service.id]) for service in state.hall.zone_services[id_])


def spans(windows: Iterable[Window]) -> str:
    """Windows as people say them: 18-26, 3, 1-2 5."""
    found: list[list[str]] = []
    for window in windows:
        if (
            found
            and window.id.isdigit()
            and found[-1][-1].isdigit()
            and int(window.id) == int(found[-1][-1]) + 1
        ):
            found[-1] = [found[-1][0], window.id]
        else:
            found.append([window.id])
    return " ".join("-".join(span) for span in found)


def service(state: State, id_: ServiceId) -> ServiceRecord:
    """A service for the public."""
    plan = state.hall.service[id_]
    reason = stopped(state, service=id_)
    return ServiceRecord(
        id=id_,
        zone=plan.zone,
        name=plan.name,
        examples=plan.examples,
        bring=plan.bring,
        max_items=plan.max_items,
        waiting=len(state.lines[id_]),
        issuing=reason is None and bool(state.hall.offered_at[id_]),
        stopped=reason,
    )


def load(state: State, id_: ZoneId) -> LoadRecord:
    """A zone for the floor manager."""
    plan, tally = state.hall.zone[id_], state.tallies[id_]
    windows = [state.windows[window.id] for window in state.hall.zone_windows[id_]]
    reason = stopped(state, zone=id_)
    one, two, three, four, five = tally.rated
    return LoadRecord(
        id=id_,
        letter=plan.letter,
        name=plan.name,
        short=plan.short,
        colour=plan.colour,
        waiting=waiting(state, id_),
        oldest_at=oldest(state, (service.id for service in state.hall.zone_services[id_])),
        windows=len(windows),
        open=sum(window.state == "open" for window in windows),
        busy=sum(window.ticket is not None for window in windows),
        paused=sum(window.state == "paused" for window in windows),
        issued=tally.issued,
        served=tally.served,
        missed=tally.missed,
        rated=(one, two, three, four, five),
        issuing=reason is None,
        stopped=reason,
    )


def oldest(state: State, services: Iterable[ServiceId]) -> datetime | None:
    """When the one who has waited longest for any of some services began to wait."""
    heads = (state.lines[service].head() for service in services)
    return min((head[0] for head in heads if head is not None), default=None)


def unprinted(ticket: Ticket) -> bool:
    """Whether the holder may have no paper in hand."""
    return ticket.paper in ("failed", "unknown")
