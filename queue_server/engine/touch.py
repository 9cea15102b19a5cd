"""What of the hall an event has changed: the rows that are to be written, and what screens may show otherwise."""

from collections.abc import Sequence
from typing import Any, get_args

import msgspec

from queue_server.engine import event as e
from queue_server.engine.state import State
from queue_server.wire.ids import DeviceId, ServiceId, TicketId, WindowId, ZoneId


class Touched(msgspec.Struct, frozen=True):
    """Which rows an event may have changed, and what of the hall it may have changed on a screen."""

    tickets: frozenset[TicketId] = frozenset()
    windows: frozenset[WindowId] = frozenset()
    services: frozenset[ServiceId] = frozenset()
    zones: frozenset[ZoneId] = frozenset()
    stops: frozenset[str] = frozenset()
    hall: bool = False
    """The day or the ticket hours: every screen."""
    devices: frozenset[DeviceId] = frozenset()
    cases: frozenset[str] = frozenset()
    marks: bool = False
    """What is kept of the hall beside its rows, though it shows nowhere but in the zones."""


NOTHING = Touched()
_NONE: frozenset[Any] = frozenset()
_WHOLE = frozenset(
    (
        e.Stopped,
        e.Unstopped,
        e.Noticed,
        e.NoticeEnded,
        e.Alarmed,
        e.AlarmTaken,
        e.AlarmEnded,
        e.Advised,
        e.AdviceFollowed,
        e.AdviceProved,
        e.Turned,
        e.DayBegun,
        e.Restored,
        e.SlipsMade,
        e.Leased,
        e.AccountChanged,
        e.OfferSet,
    )
)
"""Events that may show on every screen; that of an account brings another name for somebody."""
_AWAY = frozenset(
    (e.Evacuated, e.Arrived, e.Returned, e.Reopened, e.HandedBack, e.EvacuationShown, e.EvacuationAccepted)
)
"""Events of a part of the hall that is served elsewhere."""
_CASES = frozenset(get_args(e.CaseEvent))
_APPOINTMENTS = (e.Booked, e.Unbooked, e.CheckedIn)
_PAPER = (e.ReprintAsked, e.PaperReported)
_FROM = (e.Moved, e.Transferred)
"""Events after which a ticket stands in another line than before, which was that of the service `was`."""


def together(parts: Sequence[Touched]) -> Touched:
    """All of them as one. The parts of a commit are many: gathered into one set each, not added one to another."""
    if len(parts) < 2:
        return parts[0] if parts else NOTHING
    return Touched(
        _NONE.union(*[part.tickets for part in parts]),
        _NONE.union(*[part.windows for part in parts]),
        _NONE.union(*[part.services for part in parts]),
        _NONE.union(*[part.zones for part in parts]),
        _NONE.union(*[part.stops for part in parts]),
        any(part.hall for part in parts),
        _NONE.union(*[part.devices for part in parts]),
        _NONE.union(*[part.cases for part in parts]),
        any(part.marks for part in parts),
    )


def _printers(event: e.ReprintAsked | e.PaperReported) -> frozenset[DeviceId]:
    """The kiosks that have something more to print by an event, or less."""
    before = event.instead_of if isinstance(event, e.ReprintAsked) else None
    return frozenset([printer for printer in (event.printer, before) if printer is not None])


def touched(state: State, event: e.Event) -> Touched:
    """What an event that was just applied has touched."""
    if isinstance(event, e.DayBegun):
        carried = frozenset([id_ for id_, ticket in state.tickets.items() if ticket.state == "expired"])
        return Touched(tickets=carried, windows=frozenset(state.windows), hall=True)
    if isinstance(event, e.Published):
        return Touched(windows=frozenset((*state.windows, *event.gone)), hall=True)
    if type(event) in _AWAY:
        moved = frozenset([id_ for id_ in getattr(event, "tickets", ()) if id_ in state.tickets])
        return Touched(tickets=moved, windows=frozenset(state.windows), hall=True)
    if isinstance(event, e.Undone):
        services = frozenset(
            [*event.services, *(step.service for row in event.tickets for step in row.steps)]
        )
        zones = frozenset([*map(state.zone_of, services), state.hall.any_window[event.window].zone])
        gone = frozenset([row.id for row in event.tickets])
        return Touched(gone, frozenset((event.window,)), services, zones)
    if isinstance(event, _APPOINTMENTS):
        known = state.hall.any_service.get(event.service)
        return Touched(zones=_NONE if known is None else frozenset((known.zone,)), marks=True)
    if type(event) in _CASES:
        return Touched(cases=frozenset((event.case,)))  # type: ignore[union-attr]
    device: DeviceId | None = getattr(event, "device", None)
    if device is not None:
        return Touched(devices=frozenset((device,)), hall=isinstance(event, e.DeviceRevoked))
    ticket_id: TicketId | None = getattr(event, "ticket", None)
    window: WindowId | None = getattr(event, "window", None)
    ticket = state.tickets.get(ticket_id) if ticket_id is not None else None
    if ticket is None:
        scope: str | None = getattr(event, "scope", None)
        return Touched(
            windows=_NONE if window is None else frozenset((window,)),
            zones=_NONE if window is None else frozenset((state.hall.any_window[window].zone,)),
            stops=_NONE if scope is None else frozenset((scope,)),
            hall=type(event) in _WHOLE,
        )
    if len(ticket.steps) == 1:
        services, zones = state.hall.place[ticket.steps[0].service]
    else:
        services = frozenset([step.service for step in ticket.steps])
        zones = frozenset([state.zone_of(service) for service in services])
    if window is not None and (zone := state.hall.any_window[window].zone) not in zones:
        zones |= {zone}
    cases = state.cases_of(ticket) if isinstance(event, e.Rated | e.Noted) else _NONE
    if isinstance(event, e.Rated):
        window = ticket.steps[event.step].window
        if window not in state.windows:
            window = None
    elif isinstance(event, _FROM):
        services |= {event.was}
        zones |= {state.zone_of(event.was)}
    of: TicketId | None = getattr(event, "of", None)
    return Touched(
        frozenset((ticket.id,) if of is None else (ticket.id, of)),
        _NONE if window is None else frozenset((window,)),
        services,
        zones,
        hall=getattr(event, "slip", False),
        devices=_printers(event) if isinstance(event, _PAPER) else _NONE,
        cases=cases,
    )
