"""What has happened at windows. `event` says what events are."""

from datetime import datetime
from typing import Literal

from queue_server.engine.fact import Fact
from queue_server.wire.ids import ServiceId, TicketId, WindowId
from queue_server.wire.ticket import NO_DEPARTMENTS, Departments, HoldKind


class Opened(Fact, frozen=True, tag="opened"):
    """A window opened with a clerk; `seat` tells at which of their sign-ins."""

    window: WindowId
    clerk: str
    reason: str | None = None
    seat: str | None = None


class TakenOver(Fact, frozen=True, tag="taken_over"):
    """A window went from one clerk to another as it was, with the ticket that is there; or to another `seat` of the same one."""

    window: WindowId
    clerk: str
    before: str
    reason: str | None = None
    seat: str | None = None


class Paused(Fact, frozen=True, tag="paused"):
    """A window paused."""

    window: WindowId
    reason: str
    until: datetime | None = None


class Resumed(Fact, frozen=True, tag="resumed"):
    """A paused window resumed."""

    window: WindowId
    reason: str | None = None


class Closed(Fact, frozen=True, tag="closed"):
    """A window closed."""

    window: WindowId
    reason: str | None = None


class OfferSet(Fact, frozen=True, tag="offer_set"):
    """A window offers something else for the rest of the day: these `services` (none: its usual ones), and beside them those of the
    window that it `covers` for.
    """

    window: WindowId
    services: tuple[ServiceId, ...] = ()
    covers: WindowId | None = None
    reason: str | None = None


class Called(Fact, frozen=True, tag="called"):
    """A ticket was called; if `walked_in`, it was issued for that. `skipped` who waited were older: then `reason` is never None."""

    ticket: TicketId
    step: int
    window: WindowId
    clerk: str
    skipped: int = 0
    reason: str | None = None
    departments: Departments = NO_DEPARTMENTS
    walked_in: bool = False


class Recalled(Fact, frozen=True, tag="recalled"):
    """A called ticket was called again."""

    ticket: TicketId
    window: WindowId


class Started(Fact, frozen=True, tag="started"):
    """Serving began."""

    ticket: TicketId
    window: WindowId


class Finished(Fact, frozen=True, tag="finished"):
    """A step is done. `next_step` waits from now on; None: the ticket is served."""

    ticket: TicketId
    step: int
    window: WindowId
    clerk: str
    outcome: str | None = None
    items: int | None = None
    next_step: int | None = None
    reason: str | None = None
    departments: Departments = NO_DEPARTMENTS


class Missed(Fact, frozen=True, tag="missed"):
    """A called holder did not come. `reason` is a manager's."""

    ticket: TicketId
    step: int
    window: WindowId
    reason: str | None = None


class Held(Fact, frozen=True, tag="held"):
    """Serving was broken off for a while; the window is free."""

    ticket: TicketId
    step: int
    window: WindowId
    clerk: str
    kind: HoldKind
    reason: str
    until: datetime | None = None
    departments: Departments = NO_DEPARTMENTS


class Noted(Fact, frozen=True, tag="noted"):
    """A remark was written on the ticket at a window; `note` is the reference of its words, which are kept apart."""

    ticket: TicketId
    window: WindowId
    clerk: str
    note: str


class Woken(Fact, frozen=True, tag="woken"):
    """A held ticket's time has come: it waits again, with its own clock. `window` is where it was held."""

    ticket: TicketId
    step: int
    window: WindowId | None = None


class Transferred(Fact, frozen=True, tag="transferred"):
    """A window sent its ticket on: it waits for `service`. `come_back`: then for what it `was` there again."""

    ticket: TicketId
    step: int
    window: WindowId
    clerk: str
    service: ServiceId
    was: ServiceId
    place: Literal["first", "clock", "last"]
    come_back: bool = False
    departments: Departments = NO_DEPARTMENTS
