"""Numbers printed beforehand on slips, for hours without power: each is handed out by hand, and keyed in once, with its time.

Each place that prints them has a series of its own, so no slip bears a number that anybody else gives, on whatever day it is handed
out. When the series is used up it begins again, and the oldest slips are good no more. Slips that were printed here are good also
where their zone is evacuated to.
"""

import re
from datetime import date, datetime

import msgspec

from queue_server.engine import day, number
from queue_server.engine import event as e
from queue_server.engine.decision import Context, Decision
from queue_server.engine.sheaf import Sheaf
from queue_server.engine.state import State
from queue_server.wire import command as c
from queue_server.wire.day import local_day
from queue_server.wire.error import Refusal
from queue_server.wire.floor import SlipsRecord
from queue_server.wire.ids import ZoneId

_WRITTEN = re.compile(r"([A-Z]{1,3})-?([0-9]{4})")


class Slip(msgspec.Struct, frozen=True):
    """A slip that is good, and when it was handed out: `since` then if that was today, else its holder stands there."""

    prefix: str
    n: int
    since: datetime | None = None
    stand: tuple[datetime, int] | None = None


def make(state: State, command: c.MakeSlips, context: Context) -> Decision:
    """Reserve the next numbers of a zone's slips."""
    zone = state.hall.zone.get(command.zone)
    services = state.hall.zone_services.get(command.zone, ())
    if zone is None:
        raise Refusal("zone.unknown", zone=command.zone)
    if not services:
        raise Refusal("service.unserved", service=command.zone)
    most = number.sheaf(state.away.place)
    if command.count > most:
        raise Refusal("slip.too_many", limit=most)
    prefix = services[0].prefix
    first = following(state, prefix, command.count)
    made = e.SlipsMade(zone=command.zone, prefix=prefix, first=first, count=command.count)
    record = SlipsRecord(
        zone=command.zone,
        made_at=context.now,
        numbers=tuple(number.text(prefix, n) for n in range(first, first + command.count)),
    )
    return Decision((made,), lambda _: record)


def following(state: State, prefix: str, count: int) -> int:
    """The first number of so many more slips that are printed here."""
    own = number.slips(state.away.place)
    ends = [
        sheaf.first + sheaf.count
        for sheaf in state.sheaves
        if sheaf.prefix == prefix and own.start <= sheaf.first <= own.stop
    ]
    first = ends[-1] if ends else own.start
    return first if first + count <= own.stop else own.start


def made(state: State, stamped: e.Stamped, event: e.SlipsMade) -> None:
    """Have the new slips; those whose numbers they take are good no more."""
    fresh = Sheaf(event.zone, event.prefix, event.first, event.count, stamped.at)
    kept = [sheaf for sheaf in state.sheaves if not sheaf.meets(fresh)]
    state.sheaves = (*kept, fresh)


def taken(state: State, command: c.Take, context: Context) -> Slip | None:
    """The slip with which a ticket is taken, if it is. Refuses one that is not good, or at a time at which it cannot have been.

    One of a day before is good until the next day on which its service works is over, as a ticket is that midnight left waiting.
    """
    if command.slip is None and command.taken_at is None:
        return None
    if context.actor.role == "kiosk":
        raise Refusal("auth.forbidden")
    prefix, n = read(command.slip or "")
    sheaf = next((each for each in state.sheaves if each.holds(prefix, n)), None)
    if sheaf is None:
        raise Refusal("slip.unknown", slip=command.slip or "")
    if n in sheaf.used:
        raise Refusal("slip.used", slip=number.text(prefix, n))
    if state.hall.service[command.service].zone != sheaf.zone:
        raise Refusal("slip.wrong_zone", slip=number.text(prefix, n), zone=sheaf.zone)
    at, today = command.taken_at or context.now, local_day(context.now)
    last = day.following(state.hall, command.service, local_day(at))
    if not (sheaf.made_at <= at <= context.now and today <= last):
        raise Refusal("slip.bad_time", slip=number.text(prefix, n))
    if _there(state, today, prefix, n):
        raise Refusal("ticket.exists", number=number.text(prefix, n))
    if local_day(at) != today:
        return Slip(prefix, n, stand=(at, state.seq + 1))
    return Slip(prefix, n, since=at)


def read(written: str) -> tuple[str, int]:
    """Prefix and number of a slip, however people write it: c-8001 is C8001. Of what is none, an empty prefix and 0."""
    match = _WRITTEN.fullmatch(written.strip().upper())
    return (match[1], int(match[2])) if match is not None else ("", 0)


def _there(state: State, today: date, prefix: str, n: int) -> bool:
    """Whether a ticket of the day has the number: slips of before may bear the same ones, and may have come home as results."""
    return any((each.day, each.prefix, each.n) == (today, prefix, n) for each in state.tickets.values())


def used(state: State, prefix: str, n: int) -> None:
    """A slip is used up."""
    state.sheaves = tuple(
        msgspec.structs.replace(sheaf, used=(*sheaf.used, n))
        if sheaf.holds(prefix, n) and n not in sheaf.used
        else sheaf
        for sheaf in state.sheaves
    )


def go_on(state: State, stamped: e.Stamped, firsts: dict[str, int]) -> None:
    """Print the next slips from these numbers on, by prefix: behind those that may be out there and of which nothing is known."""
    empty = (Sheaf(ZoneId(""), prefix, first, 0, stamped.at) for prefix, first in firsts.items())
    state.sheaves = (*state.sheaves, *empty)
