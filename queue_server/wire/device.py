"""Commands of devices and about them: asking for a place, getting one, losing it, saying how they are. `command` is their door."""

from typing import Annotated

import msgspec

from queue_server.wire.field import DeviceToken, Fitting, Name, Reason
from queue_server.wire.ids import DeviceId, WindowId, ZoneId
from queue_server.wire.registry import DEVICES, ROLES, Command, command
from queue_server.wire.view import DeviceHealth, DeviceKind, DeviceRecord

ANYBODY = " ".join(role for role in ROLES if role != "clock")


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
