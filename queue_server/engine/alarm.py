"""A call for help, and what happens to one."""

from datetime import datetime
from typing import Literal

import msgspec

from queue_server.engine.fact import Fact
from queue_server.wire.alarm import AlarmKind
from queue_server.wire.ids import WindowId, ZoneId


class Alarm(msgspec.Struct, frozen=True, kw_only=True):
    """One that is open. `source` is the paired device, the actor or the ticket that it is of; the rest as in the record."""

    id: str
    kind: AlarmKind
    source: str
    name: str
    zone: ZoneId | None = None
    place: WindowId | None = None
    needs: tuple[str, ...] = ()
    at: datetime
    by: str | None = None
    taken_at: datetime | None = None


class Alarmed(Fact, frozen=True, tag="alarmed"):
    """Somebody called for help; `name` is what they were called then, `place` the window where they sat.

    Or somebody was called to a window that lacks what they need (`need`): `source` and `name` are then their ticket.
    """

    alarm: str
    kind: AlarmKind
    source: str
    name: str
    zone: ZoneId | None = None
    place: WindowId | None = None
    needs: tuple[str, ...] = ()


class AlarmTaken(Fact, frozen=True, tag="alarm_taken"):
    """Somebody goes there."""

    alarm: str
    by: str
    note: str | None = None


class AlarmEnded(Fact, frozen=True, tag="alarm_ended"):
    """A call is over: somebody said so (`done`), or nobody did for too long (`until`)."""

    alarm: str
    reason: Literal["done", "until"]
    note: str | None = None
