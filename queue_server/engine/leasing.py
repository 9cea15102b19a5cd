"""Numbers that kiosks have for tickets they issue while the server does not answer: blocks of a day, each one kiosk's alone.

Blocks of a prefix follow one another, void or not, so no number is in two of them on one day. They are void when the hall goes on
from a backup, when their prefix goes to another place or comes back, when their kiosk has no rights any more, and with the day.
"""

from collections.abc import Callable, Iterable
from math import ceil

from msgspec.structs import replace

from queue_server.engine import event as e
from queue_server.engine import number
from queue_server.engine.actor import Actor
from queue_server.engine.decision import Context, Decision
from queue_server.engine.lease import Lease
from queue_server.engine.state import State
from queue_server.wire import command as c
from queue_server.wire.device import LeaseRecord
from queue_server.wire.error import Refusal
from queue_server.wire.ids import DeviceId, ServiceId, ZoneId

SPENT = number.LEASE // 2
"""A kiosk asks for another block when so many of one are used."""
NOBODY = ""


def take(state: State, command: c.TakeLease, context: Context) -> Decision:
    """The next block of a zone's prefix. Refuses when there is none left, and for what another place serves."""
    zone = state.hall.zone.get(command.zone)
    if zone is None:
        raise Refusal("zone.unknown", zone=command.zone)
    services = state.hall.zone_services[zone.id]
    if not services:
        raise Refusal("service.unserved", service=zone.id)
    here = [service for service in services if not state.away.bars(service.id)]
    if not here:
        raise Refusal("hall.evacuated")
    prefix = here[0].prefix
    if state.away.block(prefix):
        raise Refusal("lease.elsewhere", prefix=prefix)
    first = last(state, prefix) + 1
    if first + number.LEASE > number.LEASED.stop:
        raise Refusal("lease.exhausted", prefix=prefix)
    leased = e.Leased(
        kiosk=holder(context.actor),
        zone=zone.id,
        prefix=prefix,
        first=first,
        last=first + number.LEASE - 1,
        day=state.day,
        epoch=context.epoch,
    )
    return Decision((leased,), lambda after: record(after.leases[-1]))


def holder(actor: Actor) -> str:
    """Whose a kiosk's numbers are: the paired device's, whatever it is called."""
    return actor.device or actor.id


def last(state: State, prefix: str) -> int:
    """The last number that a kiosk has today, or may have; the one before the first if none has any."""
    return max(
        (lease.last for lease in state.leases if lease.prefix == prefix), default=number.LEASED.start - 1
    )


def holding(state: State, prefix: str, n: int) -> Lease | None:
    """Today's lease of a number, void or not."""
    return next((lease for lease in state.leases if lease.holds(prefix, n)), None)


def lost(state: State, prefix: str, tickets: float) -> int:
    """The last number that a kiosk may have after so many more tickets than are known of, of which all may have been a kiosk's.

    Each kiosk that is not known to have a block may have taken its first one, one that nobody knows of too.
    """
    known = {lease.kiosk for lease in state.leases if lease.prefix == prefix}
    kiosks = {id_ for id_, device in state.devices.items() if device.kind == "kiosk"}
    blocks = len(kiosks - known) + 1 + ceil(tickets / SPENT)
    return min(last(state, prefix) + blocks * number.LEASE, number.LEASED.stop - 1)


def record(lease: Lease) -> LeaseRecord:
    """A lease as its kiosk and administrators see it."""
    return LeaseRecord(
        zone=lease.zone,
        prefix=lease.prefix,
        first=lease.first,
        last=lease.last,
        day=lease.day,
        epoch=lease.epoch,
        taken_at=lease.at,
        void=lease.void,
    )


def of_device(state: State, id_: DeviceId) -> tuple[LeaseRecord, ...]:
    """The leases of today that a paired kiosk has, or had."""
    return tuple(record(lease) for lease in state.leases if lease.kiosk == id_)


# What the events make of the state


def leased(state: State, stamped: e.Stamped, event: e.Leased) -> None:
    """A kiosk has its numbers."""
    fresh = Lease(
        kiosk=event.kiosk,
        zone=event.zone,
        prefix=event.prefix,
        first=event.first,
        last=event.last,
        day=event.day,
        epoch=event.epoch,
        at=stamped.at,
    )
    state.leases = (*state.leases, fresh)


def void(state: State, which: Callable[[Lease], bool]) -> None:
    """Leases are good for nobody any more."""
    state.leases = tuple(replace(lease, void=True) if which(lease) else lease for lease in state.leases)


def leave_out(state: State, stamped: e.Stamped, up_to: dict[str, int]) -> None:
    """Give no number of today up to these any more, by prefix: somebody may have them of whom nothing is known."""
    for prefix, end in up_to.items():
        first = last(state, prefix) + 1
        if first <= end:
            nobodys = Lease(
                kiosk=NOBODY,
                zone=ZoneId(""),
                prefix=prefix,
                first=first,
                last=end,
                day=state.day,
                epoch="",
                at=stamped.at,
                void=True,
            )
            state.leases = (*state.leases, nobodys)


def gone(state: State, services: Iterable[ServiceId], blocks: dict[str, int]) -> frozenset[str]:
    """The prefixes of which nothing stays when some services are served elsewhere: that place leases on from here."""
    known = state.hall.any_service
    return frozenset({known[id_].prefix for id_ in services if id_ in known} - blocks.keys())
