"""Calls for help on the floor: raised at a kiosk or a window, answered by a steward, over by hand or in time.

`command` is their door.
"""

from datetime import datetime
from typing import Literal

import msgspec

from queue_server.wire.field import Reason, Token
from queue_server.wire.ids import WindowId, ZoneId
from queue_server.wire.registry import Command, command

Wanted = Literal["steward"]
"""What may be called for: a steward, to where the call was raised."""
AlarmKind = Literal[Wanted, "need"]
"""Or somebody was called to a window that lacks what they need."""
Helped = Literal["called", "coming"]
"""Whether somebody was called, or is on their way."""


class AlarmRecord(msgspec.Struct, frozen=True, kw_only=True):
    """A call for help that is open.

    `name` is the kiosk, or who raised it, or the number of the ticket whose `needs` the window does not meet; `zone` where that
    kiosk stands, `window` where that clerk sits or that ticket was called, if they are anywhere.
    `by` is the sign-in name of whoever goes there, since `taken_at`; `until` is when it ends by itself.
    """

    id: str
    kind: AlarmKind
    name: str
    zone: ZoneId | None = None
    window: WindowId | None = None
    needs: tuple[str, ...] = ()
    raised_at: datetime
    until: datetime
    by: str | None = None
    by_name: str | None = None
    taken_at: datetime | None = None


@command("alarms.raise", "POST /alarms", "kiosk steward clerk", answer=AlarmRecord, success=201)
class RaiseAlarm(Command, frozen=True):
    """Call a steward to where the asker is: a kiosk, or a clerk's window.

    Whoever has called already is answered with that call while it is open. A kiosk is not told who comes.
    """

    kind: Wanted


@command("alarms.acknowledge", "POST /alarms/{alarm}/acknowledge", "steward manager", answer=AlarmRecord)
class AcknowledgeAlarm(Command, frozen=True):
    """Say that one goes there. It is told where the call was raised; a second one is refused with `alarm.taken`."""

    alarm: Token
    note: Reason | None = None


@command("alarms.end", "POST /alarms/{alarm}/end", "steward manager", answer=AlarmRecord)
class EndAlarm(Command, frozen=True):
    """End a call: whoever needed help has it."""

    alarm: Token
    note: Reason | None = None
