"""apply(state, event) -> state: the only way a state changes. It decides nothing and refuses nothing."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any, get_args

import msgspec

from queue_server.engine import (
    advising,
    alarming,
    appointing,
    casing,
    config,
    destination,
    evacuation,
    handover,
    hold,
    homecoming,
    leasing,
    need,
    noticing,
    number,
    pairing,
    restore,
    slip,
    stopping,
    turn,
    undo,
)
from queue_server.engine import day as days
from queue_server.engine import event as e
from queue_server.engine.beside import Note
from queue_server.engine.identity import Identity
from queue_server.engine.life import Verb, move
from queue_server.engine.state import LAST_CALLS, LAST_RATINGS, Pace, State, Tally
from queue_server.engine.ticket import Step, Ticket
from queue_server.wire.day import local_day
from queue_server.wire.ids import DeviceId, ServiceId, TicketId, WindowId, ZoneId


def apply(state: State, stamped: e.Stamped, *, undoable: bool = True) -> State:
    """The state after an event, which must follow the last one applied. Changes `state` in place.

    `undoable`: whether the state remembers how the event is taken back, as one on which nobody decides need not.
    """
    assert stamped.seq == state.seq + 1, f"event {stamped.seq} does not follow {state.seq}"
    was = undo.before(state, stamped.event) if undoable else None
    _APPLY[type(stamped.event)](state, stamped, stamped.event)
    if was is not None:
        undo.remember(state, stamped, was)
    if isinstance(stamped.beside, Identity):
        state.know(stamped.beside)
    elif isinstance(stamped.beside, Note):
        state.note(local_day(stamped.at))
    state.seq = stamped.seq
    return state


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

    def __or__(self, other: "Touched") -> "Touched":
        """Both together."""
        return Touched(
            self.tickets | other.tickets,
            self.windows | other.windows,
            self.services | other.services,
            self.zones | other.zones,
            self.stops | other.stops,
            self.hall or other.hall,
            self.devices | other.devices,
            self.cases | other.cases,
            self.marks or other.marks,
        )


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
    )
)
"""Events that may show on every screen; that of an account brings another name for somebody."""
_AWAY = frozenset(
    (e.Evacuated, e.Arrived, e.Returned, e.Reopened, e.HandedBack, e.EvacuationShown, e.EvacuationAccepted)
)
"""Events of a part of the hall that is served elsewhere."""
_CASES = frozenset(get_args(e.CaseEvent))
_APPOINTMENTS = (e.Booked, e.Unbooked, e.CheckedIn)
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
    cases: frozenset[str] = _NONE
    if isinstance(event, e.Rated):
        case = state.cased.get(f"{ticket.id}/{event.step}")
        cases = _NONE if case is None else frozenset((case,))
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
        cases=cases,
    )


def _tally(state: State, step: Step) -> Tally:
    return state.tallies[state.zone_of(step.service)]


def _move(ticket: Ticket, verb: Verb) -> None:
    ticket.state = ticket.step.state = move(ticket.state, verb)


def _taken(state: State, stamped: e.Stamped, event: e.Taken) -> None:
    steps = [Step(service=service) for service in event.services]
    for index, items in enumerate(event.portions):
        steps[index].items = items
        if index and steps[index - 1].service == steps[index].service:
            steps[index].round = steps[index - 1].round + 1
    ticket = Ticket(
        id=event.ticket,
        day=event.day,
        prefix=event.prefix,
        n=event.n,
        number=number.text(event.prefix, event.n),
        steps=steps,
        items=event.items,
        class_=event.class_,
        class_state=event.class_state,
        needs=event.needs,
        language=event.language,
        paper=event.paper,
        token=event.token,
        wait=event.wait,
        issued_at=event.since or stamped.at,
        issued_by=stamped.actor,
    )
    steps[0].state, steps[0].since_at, steps[0].order = "waiting", event.since or stamped.at, stamped.seq
    steps[0].slot = event.slot
    if event.handed_over:
        steps[0].against = event.against
    if event.slip:
        slip.used(state, event.prefix, event.n)
    if event.stand is not None:
        steps[0].stand, steps[0].moved = event.stand, days.AGAIN
    if event.of is not None:
        state.tickets[event.of].step.offered = False
    state.tickets[ticket.id] = ticket
    state.holders[ticket.token] = ticket.id
    state.object_to(ticket)
    state.lines[steps[0].service].add(ticket)
    state.burn(event.prefix, event.n)
    if event.paper == "pending":
        state.pending[ticket.id] = stamped.at
    for step in steps:
        if step.round == 1:
            _tally(state, step).issued += 1
            state.issued[step.service] += 1


def _cancelled(state: State, stamped: e.Stamped, event: e.Cancelled) -> None:
    ticket = state.tickets[event.ticket]
    _end(state, ticket, "cancel", stamped)
    ticket.reason = event.reason


def _end(state: State, ticket: Ticket, verb: Verb, stamped: e.Stamped) -> None:
    """End a ticket that nobody serves, and the steps it had left."""
    state.leave(ticket)
    _move(ticket, verb)
    ticket.step.hold = None
    ticket.step.ended_at = ticket.ended_at = stamped.at
    ticket.step.ended = stamped.seq
    for step in ticket.steps[ticket.at + 1 :]:
        step.state = ticket.step.state


def _paper(state: State, stamped: e.Stamped, event: e.PaperReported) -> None:
    state.tickets[event.ticket].paper = event.paper
    state.pending.pop(event.ticket, None)


def _opened(state: State, stamped: e.Stamped, event: e.Opened) -> None:
    window = state.windows[event.window]
    window.state, window.clerk, window.reason, window.until = "open", event.clerk, None, None
    window.since_at, window.seat = stamped.at, event.seat


def _taken_over(state: State, stamped: e.Stamped, event: e.TakenOver) -> None:
    window = state.windows[event.window]
    window.clerk, window.seat = event.clerk, event.seat


def _paused(state: State, stamped: e.Stamped, event: e.Paused) -> None:
    window = state.windows[event.window]
    window.state, window.reason, window.until, window.since_at = (
        "paused",
        event.reason,
        event.until,
        stamped.at,
    )


def _resumed(state: State, stamped: e.Stamped, event: e.Resumed) -> None:
    window = state.windows[event.window]
    window.state, window.reason, window.until, window.since_at = "open", None, None, stamped.at


def _closed(state: State, stamped: e.Stamped, event: e.Closed) -> None:
    window = state.windows[event.window]
    window.state, window.clerk, window.reason, window.until = "closed", None, None, None
    window.since_at, window.prompt, window.seat = stamped.at, None, None


def _called(state: State, stamped: e.Stamped, event: e.Called) -> None:
    ticket = state.tickets[event.ticket]
    state.leave(ticket)
    _move(ticket, "resume" if ticket.state == "held" else "call")
    step = ticket.step
    if step.call:  # called before, and back in line since: the boards show the later one
        state.calls = [call for call in state.calls if call[1:] != (ticket.id, ticket.at)]
    step.window, step.clerk, step.call, step.called_at, step.calls = (
        event.window,
        event.clerk,
        stamped.seq,
        stamped.at,
        1,
    )
    step.recalled_at, step.departments = None, event.departments
    step.hold = step.kept_until = None
    state.windows[event.window].ticket = ticket.id
    state.calls.append((stamped.seq, ticket.id, ticket.at))
    del state.calls[:-LAST_CALLS]


def _recalled(state: State, stamped: e.Stamped, event: e.Recalled) -> None:
    ticket = state.tickets[event.ticket]
    _move(ticket, "recall")
    ticket.step.calls += 1
    ticket.step.recalled_at = stamped.at


def _started(state: State, stamped: e.Stamped, event: e.Started) -> None:
    ticket = state.tickets[event.ticket]
    _move(ticket, "start")
    ticket.step.started_at = stamped.at
    state.windows[event.window].prompt = None


def _finished(state: State, stamped: e.Stamped, event: e.Finished) -> None:
    ticket = state.tickets[event.ticket]
    step = ticket.step
    _move(ticket, "finish")
    step.ended_at, step.ended, step.outcome = stamped.at, stamped.seq, event.outcome
    step.started_at = step.started_at or step.called_at
    step.clerk, step.departments = event.clerk, event.departments  # whoever took the window over meanwhile
    if event.items is not None:
        ticket.dealt_with(event.items)
    window = state.windows[event.window]
    window.ticket, window.prompt, window.since_at = None, f"{ticket.id}/{event.step}", stamped.at
    window.served += 1
    _tally(state, step).served += step.round == 1
    state.timed(step)
    if event.next_step is None:
        ticket.ended_at = stamped.at
        return
    ticket.at = event.next_step
    ticket.state = ticket.step.state = "waiting"
    ticket.step.since_at, ticket.step.order = stamped.at, stamped.seq
    state.lines[ticket.step.service].add(ticket)


def _missed(state: State, stamped: e.Stamped, event: e.Missed) -> None:
    ticket = state.tickets[event.ticket]
    _move(ticket, "no_show")
    ticket.step.ended_at, ticket.step.ended = stamped.at, stamped.seq
    ticket.step.misses += 1
    ticket.step.missed_at = stamped.at
    state.missed.append(ticket.id)
    window = state.windows[event.window]
    window.ticket, window.since_at = None, stamped.at
    _tally(state, ticket.step).missed += 1


def _rated(state: State, stamped: e.Stamped, event: e.Rated) -> None:
    ticket = state.tickets[event.ticket]
    step = ticket.steps[event.step]
    step.rating, step.channel, step.rated_at, step.rated = event.level, event.channel, stamped.at, stamped.seq
    _tally(state, step).rated[event.level - 1] += 1
    state.ratings.insert(0, state.rating(ticket, event.step))
    del state.ratings[LAST_RATINGS:]
    casing.levelled(state, stamped, event)
    window = state.windows.get(step.window) if step.window is not None else None
    if window is not None and window.prompt == f"{ticket.id}/{event.step}":
        window.prompt = None


def _turned(state: State, stamped: e.Stamped, event: e.Turned) -> None:
    state.turned_at = event.at


def _expired(state: State, stamped: e.Stamped, event: e.Expired) -> None:
    ticket = state.tickets[event.ticket]
    _end(state, ticket, "expire", stamped)
    ticket.step.offered, ticket.reason = event.offered, event.reason


def _day_begun(state: State, stamped: e.Stamped, event: e.DayBegun) -> None:
    state.day = event.day
    state.turned_at = stamped.at
    kept = {
        id_: ticket
        for id_, ticket in state.tickets.items()
        if ticket.state in ("waiting", "called", "serving", "held", "moved")
        or days.offered(state.hall, ticket, event.day)
    }
    state.tickets = kept
    state.holders = {ticket.token: id_ for id_, ticket in kept.items()}
    state.pending = {id_: at for id_, at in state.pending.items() if id_ in kept}
    state.numbers, state.skipped, state.leases, state.advices = {}, {}, (), ()
    state.calls, state.missed, state.objected, state.ratings = [], [], [], []
    state.last = {}
    state.drop_former()
    appointing.drop(state)
    casing.drop(state)
    state.unknow(date.min)
    state.tallies = {id_: Tally() for id_ in state.hall.any_zone}
    state.issued = dict.fromkeys(state.hall.any_service, 0)
    state.paces = {id_: Pace() for id_ in state.hall.any_service}
    for window in state.windows.values():
        window.served = 0
        if window.prompt is not None and TicketId(window.prompt.partition("/")[0]) not in kept:
            window.prompt = None
        if window.ticket is None and window.state != "closed":
            window.state, window.clerk, window.reason, window.until = "closed", None, None, None
            window.since_at, window.seat = stamped.at, None
    assert local_day(stamped.at) == event.day


def _classified(state: State, stamped: e.Stamped, event: e.Classified) -> None:
    ticket = state.tickets[event.ticket]
    line = state.lines[ticket.step.service] if ticket.state == "waiting" else None
    if line is not None:
        line.remove(ticket)
    ticket.class_, ticket.class_state = event.class_, event.state
    if line is not None:  # with the clock it has, among those of its class
        line.add(ticket)


def _read(state: State, stamped: e.Stamped, event: e.IdentityRead | e.NamesRead) -> None:
    """Nothing changes; that it happened is what counts."""


def _forgotten(state: State, stamped: e.Stamped, event: e.IdentitiesForgotten) -> None:
    state.unknow(event.before)


def _noted(_state: State, _stamped: e.Stamped, _event: e.AccountChanged) -> None:
    """The hall does not change by it."""


_APPLY: dict[type[Any], Callable[[State, e.Stamped, Any], None]] = {
    e.Taken: _taken,
    e.Renumbered: handover.renumbered,
    e.Cancelled: _cancelled,
    e.PaperReported: _paper,
    e.Opened: _opened,
    e.TakenOver: _taken_over,
    e.Paused: _paused,
    e.Resumed: _resumed,
    e.Closed: _closed,
    e.Called: _called,
    e.Recalled: _recalled,
    e.Started: _started,
    e.Finished: _finished,
    e.Missed: _missed,
    e.Held: hold.held,
    e.Woken: hold.woken,
    e.Transferred: destination.transferred,
    e.Undone: undo.undone,
    e.Reentered: turn.reentered,
    e.Deferred: turn.deferred,
    e.StepAdded: destination.added,
    e.Rated: _rated,
    e.Stopped: stopping.stopped,
    e.Unstopped: stopping.unstopped,
    e.Noticed: noticing.noticed,
    e.NoticeEnded: noticing.ended,
    e.Alarmed: alarming.raised,
    e.AlarmTaken: alarming.taken,
    e.AlarmEnded: alarming.ended,
    e.Advised: advising.advised,
    e.AdviceFollowed: advising.followed,
    e.AdviceProved: advising.proved,
    e.Booked: appointing.booked,
    e.Unbooked: appointing.unbooked,
    e.CheckedIn: appointing.checked_in,
    e.CaseOpened: casing.opened,
    e.CaseContacted: casing.contacted,
    e.CaseRectified: casing.rectified,
    e.CaseAnswered: casing.answered,
    e.CaseClosed: casing.closed,
    e.CaseAppealed: casing.appealed,
    e.CaseOverdue: casing.passed,
    e.Turned: _turned,
    e.Expired: _expired,
    e.DayBegun: _day_begun,
    e.Classified: _classified,
    e.Kept: need.kept,
    e.NeedBound: need.bound,
    e.IdentityRead: _read,
    e.NamesRead: _read,
    e.IdentitiesForgotten: _forgotten,
    e.WordsForgotten: casing.forgotten,
    e.SlipsMade: slip.made,
    e.Leased: leasing.leased,
    e.Evacuated: evacuation.evacuated,
    e.Arrived: evacuation.arrived,
    e.Adopted: evacuation.adopted,
    e.CameHome: evacuation.adopted,
    e.Returned: homecoming.returned,
    e.HandedBack: homecoming.handed_back,
    e.Reopened: evacuation.reopened,
    e.EvacuationShown: evacuation.shown,
    e.EvacuationAccepted: evacuation.evacuated,
    e.Moved: destination.moved,
    e.Published: config.published,
    e.DevicePaired: pairing.paired,
    e.DeviceLapsed: pairing.lapsed,
    e.DevicePlaced: pairing.placed,
    e.DeviceRevoked: pairing.revoked,
    e.DeviceReported: pairing.reported,
    e.AccountChanged: _noted,
    e.Restored: restore.restored,
}
