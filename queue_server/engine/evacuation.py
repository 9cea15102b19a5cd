"""A part of the hall goes to another place, is served there, and comes home.

Who was at a window goes first, then everybody in the order in which they waited, with their own clocks; so the other place calls in
the order in which this hall would have called. In between a ticket is `moved` here: nobody calls it.
"""

from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any, Literal

import msgspec

from queue_server.engine import event as e
from queue_server.engine import leasing, number, restore, slip
from queue_server.engine.away import Arrival, Departure
from queue_server.engine.decision import Context, Decision, Reply
from queue_server.engine.life import move
from queue_server.engine.sheaf import Sheaf
from queue_server.engine.state import State
from queue_server.engine.ticket import Step, Ticket
from queue_server.wire import command as c
from queue_server.wire.error import Refusal
from queue_server.wire.ids import ServiceId, TicketId, WindowId
from queue_server.wire.ticket import OPEN_STATES, Text
from queue_server.wire.view import EvacuationRecord

SAID = "evacuation"
"""Why a ticket that was at a window stands before the others."""
AT_A_WINDOW = frozenset({"called", "serving", "held"})
WAY = timedelta(hours=1)
"""How old results may be when they come home."""


class Standing(msgspec.Struct, frozen=True):
    """How a window was when its part went: for information."""

    window: str
    state: str
    clerk: str | None = None


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """All that the other place needs: what an evacuation file holds. No name, no card, no password is in it.

    `log` is the hash of the log's first event, by which a hall knows itself also after a restore. `document` is the hall's
    configuration. `tickets` come in the order in which they are to be called, those that missed a call last. `numbers` are the last
    ones given on `day`, by prefix, `leased` the last ones that kiosks have. `place` is which of this
    hall's other places it is for; `sheaves` are slips that were printed for zones of which something goes: they are good there.
    """

    evacuation: str
    at: datetime
    epoch: str
    log: str = ""
    seq: int
    name: Text
    day: date
    services: tuple[ServiceId, ...]
    blocks: dict[str, int]
    numbers: dict[str, int]
    leased: dict[str, int] = {}
    place: int = 1
    sheaves: tuple[Sheaf, ...] = ()
    document: dict[str, Any]
    tickets: tuple[Ticket, ...]
    windows: tuple[Standing, ...]


def part(state: State, id_: str, epoch: str, log: str = "") -> Part:
    """The part of an evacuation, as long as it is away. Refuses another."""
    departure = departure_of(state, id_)
    if departure.state != "away":
        raise Refusal("evacuation.decided")
    hall = state.hall
    prefixes = {hall.service[service].prefix for service in departure.services if service in hall.service}
    zones = {hall.service[service].zone for service in departure.services if service in hall.service}
    version = state.versions[max(state.versions)]
    return Part(
        evacuation=id_,
        at=departure.at,
        epoch=epoch,
        log=log,
        seq=state.seq,
        name=hall.name,
        day=state.day,
        services=departure.services,
        blocks=departure.blocks,
        numbers={
            prefix: state.last_number(prefix) for prefix in sorted(prefixes) if prefix not in departure.blocks
        },
        leased={
            prefix: leasing.last(state, prefix)
            for prefix in sorted(prefixes)
            if prefix not in departure.blocks
        },
        place=departure.place,
        sheaves=tuple(sheaf for sheaf in state.sheaves if sheaf.zone in zones),
        document=version.content,
        tickets=tuple(sorted((_sent(state, each) for each in _there(state, id_)), key=turn)),
        windows=tuple(Standing(each.id, each.state, each.clerk) for each in state.windows.values()),
    )


def _there(state: State, id_: str) -> list[Ticket]:
    return [ticket for ticket in state.tickets.values() if ticket.step.away == id_]


def _sent(state: State, ticket: Ticket) -> Ticket:
    """A ticket as its file holds it: without what this hall no longer has, which the other one never had."""
    before = [step for step in ticket.steps[: ticket.at] if step.service in state.hall.service]
    steps = [
        step if step.window in state.hall.window else msgspec.structs.replace(step, window=None)
        for step in (*before, *ticket.steps[ticket.at :])
    ]
    return msgspec.structs.replace(ticket, steps=steps, at=len(before))


def turn(ticket: Ticket) -> tuple[bool, datetime, int, TicketId]:
    """Who waits by their place, then who missed a call in the order in which they did."""
    step = ticket.step
    if step.waits_as == "no_show":
        return True, step.ended_at or ticket.issued_at, step.ended, ticket.id
    place = step.place if step.since_at is not None else (ticket.issued_at, 0)
    return False, *place, ticket.id


def departure_of(state: State, id_: str) -> Departure:
    """A part that went. Refuses one that is not known."""
    departure = state.away.departure(id_)
    if departure is None:
        raise Refusal("evacuation.unknown")
    return departure


def again(state: State, services: Iterable[ServiceId]) -> str | None:
    """The evacuation with which just these services are away; of none, the one with which all went that was still here."""
    chosen, every = frozenset(services), frozenset(state.hall.service)
    for each in reversed(state.away.departures):
        before = {
            service
            for other in state.away.departures
            if other.id != each.id and other.state in ("away", "shown") and other.at <= each.at
            for service in other.services
        }
        if each.state == "away" and set(each.services) == (chosen or every - before):
            return each.id
    return None


def recorded(id_: str) -> Reply:
    """The answer of whoever asked for something to be done with a part."""
    return lambda after: record(after, id_)


def record(state: State, id_: str) -> EvacuationRecord:
    """A part of this hall that went elsewhere, or the one that this store was made for."""
    arrival = state.away.arrival
    if arrival is not None and arrival.id == id_:
        open_ = sum(ticket.state in OPEN_STATES for ticket in state.tickets.values())
        return EvacuationRecord(
            evacuation=id_, state=arrival.state, at=arrival.at, services=arrival.services, tickets=open_
        )
    departure = departure_of(state, id_)
    there = len(departure.tickets) if departure.state == "shown" else len(_there(state, id_))
    return EvacuationRecord(
        evacuation=id_,
        state=departure.state,
        at=departure.at,
        services=departure.services,
        tickets=there,
        reason=departure.reason,
    )


# What is decided


def evacuate(state: State, command: c.Evacuate, context: Context) -> Decision:
    """Have some services served elsewhere. Known already: nothing happens."""
    if state.away.departure(command.evacuation) is not None:
        return Decision((), recorded(command.evacuation))
    for service in command.services:
        if service not in state.hall.service:
            raise Refusal("service.unknown", service=service)
    services = command.services or tuple(id_ for id_ in state.hall.service if not state.away.bars(id_))
    if any(state.away.bars(service) for service in services):
        raise Refusal("hall.evacuated")
    if not services:
        raise Refusal("evacuation.nothing")
    happened = e.Evacuated(
        evacuation=command.evacuation,
        services=services,
        tickets=_leaving(each for each in state.tickets.values() if each.step.service in services),
        blocks=_blocks(state, frozenset(services)),
        reason=command.reason,
        place=state.away.free_place(state.day),
    )
    return Decision((happened,), recorded(command.evacuation))


def _leaving(tickets: Iterable[Ticket]) -> tuple[TicketId, ...]:
    """The open ones of some tickets: at a window first, then in line, then those that missed a call."""
    going = [ticket for ticket in tickets if ticket.state in OPEN_STATES]
    at_window = sorted((each for each in going if each.state in AT_A_WINDOW), key=lambda each: each.step.call)
    waiting = sorted(
        (each for each in going if each.state == "waiting"), key=lambda each: (*each.step.place, each.id)
    )
    missed = sorted((each for each in going if each.state == "no_show"), key=lambda each: each.step.ended)
    return tuple(each.id for each in (*at_window, *waiting, *missed))


def _blocks(state: State, services: frozenset[ServiceId]) -> dict[str, int]:
    """The series that the other place gives its numbers in. A prefix of which nothing stays goes as it is."""
    blocks: dict[str, int] = {}
    for prefix in sorted({state.hall.service[service].prefix for service in services}):
        whole = {id_ for id_, service in state.hall.service.items() if service.prefix == prefix} <= services
        block = state.away.block(prefix) if whole else state.away.free_block(prefix, state.day)
        if block is None:
            raise Refusal("number.exhausted", prefix=prefix)
        if block:
            blocks[prefix] = block
    return blocks


def adopt(state: State, command: c.Adopt, context: Context) -> Decision:
    """Go on for a part of another hall. The same part again: nothing happens."""
    came = msgspec.convert(command.part, Part)
    arrival = state.away.arrival
    if arrival is not None and arrival.id == came.evacuation:
        return Decision((), recorded(arrival.id))
    if arrival is not None and arrival.epoch == came.epoch and came.at < arrival.at:
        raise Refusal("evacuation.newer")
    if state.tickets or arrival is not None or len(state.versions) > 1:
        raise Refusal("hall.not_empty")
    arrived = e.Arrived(
        evacuation=came.evacuation,
        written_at=came.at,
        epoch=came.epoch,
        seq=came.seq,
        day=came.day,
        services=came.services,
        blocks=came.blocks,
        numbers=came.numbers,
        leased=came.leased,
        place=came.place,
        sheaves=came.sheaves,
    )
    tickets = [e.Adopted(evacuation=came.evacuation, ticket=row.id, row=row) for row in came.tickets]
    return Decision((arrived, *tickets), recorded(came.evacuation))


def reopen(state: State, command: c.Reopen, context: Context) -> Decision:
    """Serve a part here again, once its results are here; or one that was handed back. It is so already: nothing happens."""
    arrival = state.away.arrival
    if arrival is not None and arrival.id == command.evacuation:
        again = e.HandedBack(evacuation=arrival.id, again=True, reason=command.reason)
        return Decision((again,) if arrival.closed_at is not None else (), recorded(arrival.id))
    departure = departure_of(state, command.evacuation)
    if departure.state == "back":
        return Decision((), recorded(departure.id))
    if departure.state != "away":
        raise Refusal("hall.evacuated" if departure.state == "shown" else "evacuation.decided")
    if not departure.results:
        raise Refusal("evacuation.no_results")
    return _reopened(state, departure, command.reason, context.now, void=False)


def _reopened(state: State, departure: Departure, reason: str, now: datetime, *, void: bool) -> Decision:
    there = tuple(ticket.id for ticket in _there(state, departure.id))
    numbers = _counted_on(state, departure, now)
    happened = e.Reopened(evacuation=departure.id, tickets=there, reason=reason, void=void, numbers=numbers)
    return Decision((happened,), recorded(departure.id))


def _counted_on(state: State, departure: Departure, now: datetime) -> dict[str, int]:
    """The last numbers that the other place may have given, of the prefixes that it counted on, by the rate of the busiest hour.

    It may go on while its results are on their way, and whoever says that a part never moved may be wrong. Numbers cost nothing.
    """
    shared = {prefix for prefix, block in departure.blocks.items() if block != state.away.block(prefix)}
    known = state.hall.any_service
    counted = {known[id_].prefix for id_ in departure.services if id_ in known} - shared
    since = departure.at if departure.home_at is None else max(departure.at, departure.home_at - WAY)
    hours = Counter(
        (ticket.prefix, ticket.issued_at.replace(minute=0, second=0, microsecond=0))
        for ticket in state.tickets.values()
        if ticket.day == state.day
    )
    busiest = {prefix: count for (prefix, _), count in sorted(hours.items(), key=lambda hour: hour[1])}
    return restore.behind(state, restore.taken(state, counted, since, now, busiest))


def show(state: State, command: c.Show, context: Context) -> Decision:
    """Be shown an evacuation of this hall. It is known already: nothing happens."""
    if state.away.departure(command.evacuation) is not None:
        return Decision((), recorded(command.evacuation))
    happened = e.EvacuationShown(
        evacuation=command.evacuation,
        written_at=command.written_at,
        services=command.services,
        tickets=command.tickets,
        blocks=command.blocks,
        place=command.place,
    )
    return Decision((happened,), recorded(command.evacuation))


def decide(state: State, command: c.Decide, context: Context) -> Decision:
    """Whether a part is served elsewhere. What has results, or was decided, is refused."""
    departure = departure_of(state, command.evacuation)
    accept = command.decision == "accept"
    if departure.state == ("away" if accept else "void"):
        return Decision((), recorded(departure.id))
    if departure.state not in ("shown", "away") or departure.results:
        raise Refusal("evacuation.decided")
    if not accept:
        return _reopened(state, departure, command.reason, context.now, void=True)
    known = [state.tickets[id_] for id_ in departure.tickets if id_ in state.tickets]
    happened = e.EvacuationAccepted(
        evacuation=departure.id,
        services=departure.services,
        tickets=_leaving(known),
        blocks=departure.blocks,
        reason=command.reason,
        place=departure.place,
    )
    return Decision((happened,), recorded(departure.id))


_ASIDE = (c.Tick, c.Show, c.Decide, c.Adopt, c.BringHome, c.Reopen, c.HandBack)


def guard(state: State, command: c.Command) -> None:
    """Refuse whatever would change a part that rests: nobody has decided whether it is served elsewhere, or it was handed back."""
    if isinstance(command, _ASIDE) or getattr(command, "issued_offline", None) is not None:
        return
    arrival = state.away.arrival
    if arrival is not None and arrival.closed_at is not None and isinstance(command, c.Close | c.Publish):
        return
    touched: set[ServiceId] = set()
    ticket = state.tickets.get(getattr(command, "ticket", None) or TicketId(""))
    if ticket is not None:
        touched.update(step.service for step in ticket.steps[ticket.at :])
    for name in ("window", "at"):
        window = state.hall.window.get(WindowId(getattr(command, name, None) or ""))
        if window is not None:
            touched.update(window.services)
    for name in ("service", "services", "then"):
        value: Any = getattr(command, name, None) or ()
        touched.update([ServiceId(value)] if isinstance(value, str) else value)
    if isinstance(command, c.Publish | c.Rollback | c.Evacuate | c.EndDay) or touched & state.away.resting:
        raise Refusal("hall.evacuated" if state.away.undecided else "hall.handed_back")


# What happens then


def evacuated(state: State, stamped: e.Stamped, event: e.Evacuated | e.EvacuationAccepted) -> None:
    """Let a part go."""
    tickets = [state.tickets[id_] for id_ in event.tickets]
    places = [ticket.step.place for ticket in tickets if ticket.state != "no_show"]
    at_window = [ticket for ticket in tickets if ticket.state in AT_A_WINDOW]
    first = min(places, default=(stamped.at, stamped.seq))
    for place, ticket in enumerate(at_window):
        _leave_window(state, ticket)
        ticket.step.stand, ticket.step.moved = (first[0], first[1] - len(at_window) + place), SAID
    for ticket in tickets:
        step = ticket.step
        step.waits_as = "no_show" if ticket.state == "no_show" else "waiting"
        state.leave(ticket)
        step.hold = None
        if ticket.paper == "pending":
            ticket.paper = "unknown"
            state.pending.pop(ticket.id, None)
        step.away = event.evacuation
        ticket.state = step.state = move(ticket.state, "evacuate")
    whole = leasing.gone(state, event.services, event.blocks)
    leasing.void(state, lambda lease: lease.prefix in whole)
    known = state.away.departure(event.evacuation)
    state.away = state.away.with_(
        Departure(
            id=event.evacuation,
            at=stamped.at if known is None else known.at,
            services=event.services,
            blocks=event.blocks,
            reason=event.reason,
            place=event.place,
        )
    )


def _leave_window(state: State, ticket: Ticket) -> None:
    """Who was at a window is there no more; that they were called stays on the board, as over."""
    step = ticket.step
    window = state.windows.get(step.window) if step.window is not None else None
    if window is not None and window.ticket == ticket.id:
        window.ticket = None
    step.started_at = None


def _uncalled(step: Step) -> None:
    step.window = step.clerk = step.called_at = step.recalled_at = step.started_at = step.hold = None
    step.calls = 0


def arrived(state: State, stamped: e.Stamped, event: e.Arrived) -> None:
    """Go on for a part of another hall."""
    state.away = msgspec.structs.replace(
        state.away,
        arrival=Arrival(
            id=event.evacuation,
            at=event.written_at,
            epoch=event.epoch,
            seq=event.seq,
            day=event.day,
            services=event.services,
            blocks=event.blocks,
            numbers=event.numbers,
            place=event.place,
        ),
    )
    state.sheaves = event.sheaves
    if event.day == state.day:
        leasing.leave_out(state, stamped, event.leased)


def adopted(state: State, stamped: e.Stamped, event: e.Adopted | e.CameHome) -> None:
    """Have a ticket as another place had it. Seqs of its events are that place's own: here this one orders it among the others."""
    row = event.row
    steps = [msgspec.structs.replace(step, call=0, ended=0, rated=0) for step in row.steps]
    ticket = msgspec.structs.replace(row, steps=steps)
    step = ticket.step
    if isinstance(event, e.Adopted):
        step.away = None
        ticket.state = step.state = _open(step.waits_as)
        if ticket.state == "waiting":
            _uncalled(step)
    elif row.state in OPEN_STATES:
        step.waits_as = "no_show" if row.state == "no_show" else "waiting"
        if row.state in AT_A_WINDOW:
            _uncalled(step)
        step.away = event.evacuation
        ticket.state = step.state = "moved"
        ticket.paper = "unknown" if ticket.paper == "pending" else ticket.paper
    _order(step, stamped)
    state.adopt(ticket)
    if isinstance(event, e.CameHome):
        step.origin = event.origin or step.origin
    if isinstance(event, e.CameHome) and event.slip:
        slip.used(state, row.prefix, row.n)


def _order(step: Step, stamped: e.Stamped) -> None:
    """Tickets come in their order, so this event's seq stands for what the other place's seqs said of it.

    If that place's clock is ahead of this one's, nobody stands by a time that has not come, behind all that come meanwhile.
    """
    step.order = step.ended = stamped.seq
    if step.since_at is not None:
        step.since_at = min(step.since_at, stamped.at)
    if step.stand is not None:
        step.stand = (min(step.stand[0], stamped.at), stamped.seq)


def _open(state: str) -> Literal["waiting", "no_show"]:
    return "no_show" if state == "no_show" else "waiting"


def shown(state: State, stamped: e.Stamped, event: e.EvacuationShown) -> None:
    """Somebody has to decide."""
    state.away = state.away.with_(
        Departure(
            id=event.evacuation,
            at=event.written_at,
            services=event.services,
            blocks=event.blocks,
            state="shown",
            tickets=event.tickets,
            place=event.place,
        )
    )


def reopened(state: State, stamped: e.Stamped, event: e.Reopened) -> None:
    """A part is served here again."""
    going = frozenset(event.tickets)
    for ticket in state.tickets.values():
        if ticket.id not in going:
            continue
        step = ticket.step
        step.away = None
        ticket.state = step.state = _open(step.waits_as)
        if ticket.state == "waiting":
            state.lines[step.service].add(ticket)
        else:
            step.ended = stamped.seq
            state.missed.append(ticket.id)
    state.numbers |= event.numbers
    state.skipped |= event.numbers
    departure = departure_of(state, event.evacuation)
    # What kiosks there have is not known here: kiosks here have nothing more of it today.
    whole = leasing.gone(state, departure.services, departure.blocks)
    leasing.void(state, lambda lease: lease.prefix in whole)
    leasing.leave_out(state, stamped, dict.fromkeys(sorted(whole), number.LEASED.stop - 1))
    over = "void" if event.void else "back"
    state.away = state.away.with_(
        msgspec.structs.replace(departure, state=over, tickets=(), over_on=state.day)
    )
