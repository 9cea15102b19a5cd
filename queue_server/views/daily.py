"""A day in numbers, counted from its tickets: what reports of many days add up instead of reading every ticket again.

A step is counted on its ticket's day, in the local hour in which it began to wait, at its last window and with its last clerk. A
visit counts once however many rounds a service takes for it; each of them has its own wait and time. What a window does is in
`attended`.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta

import msgspec

from queue_server.engine.ticket import Step, Ticket
from queue_server.wire.day import local
from queue_server.wire.ids import ServiceId, ZoneId

BOUNDS_MIN = (5, 10, 15, 30, 60)
"""Waits and service times are counted in classes: up to so many minutes each, and above the last."""
CLASSES = len(BOUNDS_MIN) + 1
LEVELS = 5
NONE = (0,) * CLASSES
Promised = Callable[[ServiceId, str], timedelta | None]
"""The wait that a class is promised for a service; None where that is not known."""


def unknown(_service: ServiceId, _class: str) -> timedelta | None:
    """No promise is known."""
    return None


class Cell(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """Steps of one zone, service, window, clerk and hour; window and clerk are empty for steps that were never called.

    Times are sums of whole seconds, of `waited` and `timed` steps, with the classes of BOUNDS_MIN, and each of them in order, so
    that a median of many days is that of all their people. Of `promised` waits, whose promise is known, `kept` were within it.
    `rated` counts levels 1 to 5. `turns` counts calls out of turn by their reason, among all `calls`. A cell without a service is
    a window's own time with a clerk: open for `open_s`, of which it paused for `paused_s`.
    """

    zone: str
    service: str
    window: str
    clerk: str
    hour: int
    issued: int = 0
    served: int = 0
    missed: int = 0
    cancelled: int = 0
    expired: int = 0
    waited: int = 0
    wait_s: int = 0
    waits: tuple[int, ...] = NONE
    timed: int = 0
    service_s: int = 0
    services: tuple[int, ...] = NONE
    rated: tuple[int, ...] = (0,) * LEVELS
    waits_s: tuple[int, ...] = ()
    services_s: tuple[int, ...] = ()
    promised: int = 0
    kept: int = 0
    calls: int = 0
    turns: Mapping[str, int] = {}
    open_s: int = 0
    paused_s: int = 0

    @property
    def key(self) -> tuple[str, str, str, str, int]:
        """What it is of."""
        return self.zone, self.service, self.window, self.clerk, self.hour

    def __add__(self, other: "Cell") -> "Cell":
        """Both together, under this one's key."""
        sums: dict[str, object] = {}
        for name in self.__struct_fields__[5:]:
            mine, more = getattr(self, name), getattr(other, name)
            if name in EACH:
                sums[name] = tuple(sorted(mine + more))
            elif isinstance(mine, tuple):
                sums[name] = tuple(map(sum, zip(mine, more, strict=True)))
            elif isinstance(mine, int):
                sums[name] = mine + more
            else:
                sums[name] = {key: mine.get(key, 0) + more.get(key, 0) for key in sorted({*mine, *more})}
        return msgspec.structs.replace(self, **sums)


EACH = frozenset(("waits_s", "services_s"))
"""What a cell has of each of its steps."""


def cells(
    tickets: Iterable[Ticket], zone_of: Callable[[ServiceId], ZoneId | None], promised: Promised = unknown
) -> list[Cell]:
    """A day's cells in the order of their keys; `zone_of` gives None for a service that nobody knows any more."""
    return together(
        _cell(ticket, step, zone_of(step.service) or ZoneId(""), promised)
        for ticket in tickets
        for step in ticket.steps
    )


def together(parts: Iterable[Cell]) -> list[Cell]:
    """Cells in the order of their keys, one of each."""
    found: dict[tuple[str, str, str, str, int], Cell] = {}
    for cell in parts:
        before = found.get(cell.key)
        found[cell.key] = cell if before is None else before + cell
    return [found[key] for key in sorted(found)]


def total(parts: Iterable[Cell]) -> Cell:
    """All of some, of no zone in particular."""
    made = Cell(zone="", service="", window="", clerk="", hour=0)
    for part in parts:
        made += part
    return made


def _cell(ticket: Ticket, step: Step, zone: ZoneId, promised: Promised) -> Cell:
    wait_s = _seconds(step.since_at, step.reached_at or step.called_at)
    promise = None if wait_s is None else promised(step.service, ticket.counts_as)
    service_s = _seconds(step.started_at or step.called_at, step.ended_at) if step.state == "served" else None
    if service_s is not None:
        service_s += step.worked_s
    first, levels = step.round == 1, [0] * LEVELS
    if step.rating is not None:
        levels[step.rating - 1] = 1
    return Cell(
        zone=zone,
        service=step.service,
        window=step.window or "",
        clerk=step.clerk or "",
        hour=local(step.since_at or ticket.issued_at).hour,
        issued=int(first),
        served=int(first and step.state == "served"),
        missed=step.misses,
        cancelled=int(first and step.state == "cancelled"),
        expired=int(first and step.state == "expired"),
        waited=int(wait_s is not None),
        wait_s=wait_s or 0,
        waits=_classed(wait_s),
        timed=int(service_s is not None),
        service_s=service_s or 0,
        services=_classed(service_s),
        rated=tuple(levels),
        waits_s=() if wait_s is None else (wait_s,),
        services_s=() if service_s is None else (service_s,),
        promised=int(promise is not None),
        kept=int(promise is not None and (wait_s or 0) <= promise.total_seconds()),
    )


def _seconds(start: datetime | None, end: datetime | None) -> int | None:
    return None if start is None or end is None else max(round((end - start).total_seconds()), 0)


def _classed(seconds: int | None) -> tuple[int, ...]:
    if seconds is None:
        return NONE
    place = sum(seconds > bound * 60 for bound in BOUNDS_MIN)
    return tuple(int(at == place) for at in range(CLASSES))
