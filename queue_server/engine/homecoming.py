"""What became of a part of the hall in the other place comes home, and that place serves it no more.

Two places may have imported one file. Each is known by the fingerprint with which its results are sealed: what one of them has
settled, another one does not settle again.
"""

from collections.abc import Container, Iterable

import msgspec

from queue_server.engine import event as e
from queue_server.engine import number
from queue_server.engine import part as parts
from queue_server.engine.decision import Context, Decision
from queue_server.engine.handover import APART, TWICE
from queue_server.engine.state import State
from queue_server.engine.ticket import Ticket
from queue_server.wire import command as c
from queue_server.wire.error import Refusal
from queue_server.wire.ticket import OPEN_STATES, Text


class Results(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a part in the other place up to its `seq`: what a result file holds. `origin` is the epoch of its hall.

    `epoch` is that of the other place's store, within which its seqs count: one that went on from a backup has another.
    """

    evacuation: str
    origin: str
    epoch: str = ""
    seq: int
    name: Text
    tickets: tuple[Ticket, ...]


def results(state: State, tickets: Iterable[Ticket], epoch: str) -> Results:
    """What became of the part that this store of an epoch was made for; `tickets` are all that it ever had."""
    arrival = state.away.arrival
    if arrival is None:
        raise Refusal("evacuation.unknown")
    return Results(
        evacuation=arrival.id,
        origin=arrival.epoch,
        epoch=epoch,
        seq=state.seq,
        name=state.hall.name,
        tickets=tuple(sorted(tickets, key=parts.turn)),
    )


def apart(known: Iterable[Ticket], came: Iterable[Ticket], rivals: Container[str]) -> tuple[Ticket, ...]:
    """What came, each under a number that no other ticket has: `known` are all that this hall ever had.

    A hall that went on after the backup of which the file was made may have given what the other place gave too. Both papers are
    out there. The number of the one that comes home stands apart, and a manager is told; all others come as they are. What a rival
    place, which had the same file, brought home stays a contradiction.
    """
    given = {(each.day, each.prefix, each.n): each for each in known}
    told = []
    for row in came:
        prefix = row.prefix
        while (other := given.get((row.day, prefix, row.n))) is not None and other.id != row.id:
            if other.step.origin in rivals:
                break
            prefix += APART
        fresh = row if prefix == row.prefix else _apart(row, prefix)
        given[fresh.day, fresh.prefix, fresh.n] = fresh
        told.append(fresh)
    return tuple(told)


def _apart(row: Ticket, prefix: str) -> Ticket:
    """A row under another prefix. What a kiosk printed instead of its number is on its paper still."""
    if row.number != number.text(row.prefix, row.n):
        return msgspec.structs.replace(row, prefix=prefix)
    first, *others = row.steps
    against = tuple(dict.fromkeys((*(first.against or ()), TWICE)))
    steps = [msgspec.structs.replace(first, against=against), *others]
    return msgspec.structs.replace(row, prefix=prefix, number=number.text(prefix, row.n), steps=steps)


# What is decided


def hand_back(state: State, command: c.HandBack, context: Context) -> Decision:
    """Serve a part here no more, as its results go home. It is so already: nothing happens.

    What went on from here to yet another place comes back first, or the hall would serve again what is served there.
    """
    arrival = state.away.arrival
    if arrival is None or arrival.id != command.evacuation:
        raise Refusal("evacuation.unknown")
    if arrival.closed_at is None and state.away.gone:
        raise Refusal("evacuation.onward")
    happened = e.HandedBack(evacuation=arrival.id)
    return Decision(() if arrival.closed_at is not None else (happened,), parts.recorded(arrival.id))


def bring_home(state: State, command: c.BringHome, context: Context) -> Decision:
    """Take what became of tickets in the other place. What is known already makes nothing happen."""
    departure = parts.departure_of(state, command.evacuation)
    if departure.state == "shown":
        raise Refusal("hall.evacuated")
    if departure.state != "away":
        raise Refusal("evacuation.decided")
    if command.results <= departure.heard(command.origin, command.epoch):
        return Decision((), parts.recorded(departure.id))
    taken = {(each.day, each.prefix, each.n): each for each in state.tickets.values()}
    others = [origin for origin in departure.origins if origin != command.origin]
    events: list[e.Event] = []
    for given in command.tickets:
        row = msgspec.convert(given, Ticket)
        here = state.tickets.get(row.id)
        same = taken.get((row.day, row.prefix, row.n))
        if same is not None and same.id != row.id:
            _one_place(same, command.origin)
            raise Refusal("ticket.exists", number=row.number)
        if any(step.service not in state.hall.any_service for step in row.steps):
            raise Refusal("service.unknown")
        if here is None and row.day < state.day and others:
            # What was settled on a day that is over is not remembered here: it may be this one.
            raise Refusal("evacuation.two_places", number=row.number, origin=others[0])
        if here is not None and here.step.away != departure.id:
            if row.state not in OPEN_STATES:
                _one_place(here, command.origin)
            continue  # it is here already, as it ended there
        known = _known(state, row).remarked(() if here is None else here.remarks)
        events.append(e.CameHome(evacuation=departure.id, ticket=row.id, row=known, origin=command.origin))
    if command.last:
        returned = e.Returned(
            evacuation=departure.id, results=command.results, origin=command.origin, epoch=command.epoch
        )
        events.append(returned)
    return Decision(tuple(events), parts.recorded(departure.id))


def _one_place(here: Ticket, origin: str) -> None:
    """Refuse what another place brought home before this one: both had the same file, and may have called people twice."""
    settled = here.step.origin
    if settled is not None and settled != origin:
        raise Refusal("evacuation.two_places", number=here.number, origin=settled)


def _known(state: State, row: Ticket) -> Ticket:
    """A row with the windows that this hall has."""
    steps = [
        step if step.window in state.hall.any_window else msgspec.structs.replace(step, window=None)
        for step in row.steps
    ]
    return msgspec.structs.replace(row, steps=steps)


# What happens then


def handed_back(state: State, stamped: e.Stamped, event: e.HandedBack) -> None:
    """Nothing is issued or called here any more; or again."""
    arrival = state.away.arrival
    assert arrival is not None
    closed_at = None if event.again else stamped.at
    state.away = msgspec.structs.replace(
        state.away, arrival=msgspec.structs.replace(arrival, closed_at=closed_at)
    )


def returned(state: State, stamped: e.Stamped, event: e.Returned) -> None:
    """All results are here up to a seq."""
    departure = parts.departure_of(state, event.evacuation)
    state.away = state.away.with_(
        msgspec.structs.replace(
            departure,
            results=event.results,
            home_at=stamped.at,
            origins={**departure.origins, event.origin: event.results},
            epochs=({**departure.epochs, event.epoch: event.results} if event.epoch else departure.epochs),
        )
    )
