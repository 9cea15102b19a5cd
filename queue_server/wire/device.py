"""Devices: what is told of one, and the commands of them and about them, whose door is `command`: asking for a place, getting one,
losing it, saying how they are.
"""

from datetime import date, datetime
from typing import Annotated, Literal

import msgspec

from queue_server.wire.alarm import Helped
from queue_server.wire.field import DeviceToken, Fitting, Name, Reason
from queue_server.wire.ids import DeviceId, WindowId, ZoneId
from queue_server.wire.registry import DEVICES, ROLES, Command, command
from queue_server.wire.ticket import Ticket

DeviceKind = Literal["kiosk", "display", "agent"]
DeviceState = Literal["waiting", "placed", "revoked"]
DeviceHealth = Literal["ready", "degraded", "gone"]
ANYBODY = " ".join(role for role in ROLES if role != "clock")


class LeaseRecord(msgspec.Struct, frozen=True, kw_only=True):
    """Numbers `first` to `last` of a prefix that a kiosk may print on tickets of a zone while the server does not answer.

    They are good on `day` and while the feed's epoch is `epoch`, and for no other kiosk.
    """

    zone: ZoneId
    prefix: str
    first: int
    last: int
    day: date
    epoch: str
    taken_at: datetime
    void: bool = False
    """They are given to nobody any more: the hall was restored or moved, or the kiosk has no rights."""


class DeviceRecord(msgspec.Struct, frozen=True, kw_only=True):
    """A device that paired. While it waits for its place it shows `code`, six digits, until `code_until`."""

    id: DeviceId
    kind: DeviceKind
    name: str
    state: DeviceState
    code: str | None = None
    code_until: datetime | None = None
    windows: tuple[WindowId, ...] = ()
    """An agent's places: it may act and see there, and nowhere else."""
    places: dict[str, WindowId | None] = {}
    """The window that an administrator gave each of an agent's fittings, by its name; None: it stands at none. For one that is not
    here what the agent's file proposes holds, if that is one of its `windows`."""
    fittings: tuple[Fitting, ...] = ()
    """An agent's devices, as it last reported them."""
    zone: ZoneId | None = None
    """Where a kiosk stands, for people who look for it."""
    display: str | None = None
    """Which board a display shows."""
    loudspeaker: str | None = None
    """The loudspeaker beside that board, for a voice box."""
    health: DeviceHealth | None = None
    """As it last reported; None before it did."""
    fault: str | None = None
    health_at: datetime | None = None
    """Since when it has been so, with that fault; None where it has not said so, or said so to an older program."""
    paired_at: datetime
    placed_at: datetime | None = None
    seen_at: datetime
    """When it last paired or reported something new."""
    reason: str | None = None
    """Why it was revoked."""
    leases: tuple[LeaseRecord, ...] = ()
    """The numbers that a kiosk has today for tickets which it issues alone, oldest first."""
    helped: Helped | None = None
    """What came of its call for help, while that is open."""


PRINT = "print/"
"""Begins the keys of what a kiosk is to print, in its own topic."""


class PrintRecord(msgspec.Struct, frozen=True):
    """A kiosk, whose topic `device` has it, is to print a ticket, `again` if it had a paper; `ref` is this asking."""

    ref: str
    ticket: Ticket
    again: bool


@command("devices.pair", "POST /devices/pair", ANYBODY, answer=DeviceRecord, success=201)
class PairDevice(Command, frozen=True):
    """Ask to be a device of this hall. The answer's `code` is shown until an administrator gives the device its place.

    The same token again gets the same record, so that a device may ask each time it starts.
    """

    kind: DeviceKind
    name: Name
    token: DeviceToken


@command("devices.place", "POST /devices/{device}/place", "admin clock", answer=DeviceRecord)
class PlaceDevice(Command, frozen=True):
    """Give a device its place, or another one: an agent its windows, a display its board, a kiosk where it stands.

    `places` gives each of an agent's devices, by the name that it reported, the window where it stands, or none; the agent's
    windows are these and those of `windows`.
    """

    device: DeviceId
    name: Name | None = None
    windows: Annotated[tuple[WindowId, ...], msgspec.Meta(max_length=256)] = ()
    places: Annotated[dict[Name, WindowId | None], msgspec.Meta(max_length=256)] = msgspec.field(
        default_factory=dict
    )
    display: Name | None = None
    zone: ZoneId | None = None


@command("devices.revoke", "POST /devices/{device}/revoke", "admin clock", answer=DeviceRecord)
class RevokeDevice(Command, frozen=True):
    """Take a device's rights away at once and for good; its token is never good for anything again."""

    device: DeviceId
    reason: Reason


@command("devices.report", "POST /devices/report", " ".join(DEVICES), answer=DeviceRecord)
class ReportDevice(Command, frozen=True):
    """Say how the asking device itself is; `reason` says what is wrong with it, `fittings` what an agent has, if that is news."""

    state: DeviceHealth
    reason: Name | None = None
    fittings: Annotated[tuple[Fitting, ...], msgspec.Meta(max_length=256)] | None = None
