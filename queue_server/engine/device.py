"""A paired device, as stored; who it is when it asks; its record; and what has happened to devices."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Literal, Protocol

import msgspec

from queue_server.engine.actor import Actor
from queue_server.engine.fact import Fact
from queue_server.wire.alarm import Helped
from queue_server.wire.device import DeviceHealth, DeviceKind, DeviceRecord, DeviceState, LeaseRecord
from queue_server.wire.field import Fitting
from queue_server.wire.ids import DeviceId, WindowId, ZoneId

CODE_LIFE = timedelta(minutes=15)
"""How long a code is good for, in business time; the device then asks for another."""


class Device(msgspec.Struct, frozen=True, kw_only=True):
    """One row. `token` is the SHA-256 of its token; `code` stands only while it waits for its place."""

    id: DeviceId
    kind: DeviceKind
    name: str
    state: DeviceState = "waiting"
    token: str
    code: str | None = None
    windows: tuple[WindowId, ...] = ()
    zone: ZoneId | None = None
    display: str | None = None
    health: DeviceHealth | None = None
    fault: str | None = None
    paired_at: datetime
    placed_at: datetime | None = None
    seen_at: datetime
    reason: str | None = None
    places: dict[str, WindowId | None] = {}
    fittings: tuple[Fitting, ...] = ()
    health_at: datetime | None = None

    @property
    def code_until(self) -> datetime:
        """When its code is too old."""
        return self.paired_at + CODE_LIFE


def record(
    device: Device,
    leases: tuple[LeaseRecord, ...],
    loudspeaker: str | None,
    helped: Helped | None = None,
) -> DeviceRecord:
    """A device's record, with the numbers that it has for itself, the loudspeaker beside its board and what came of its call."""
    waiting = device.state == "waiting"
    return DeviceRecord(
        id=device.id,
        kind=device.kind,
        name=device.name,
        state=device.state,
        code=device.code,
        code_until=device.code_until if waiting else None,
        windows=device.windows,
        places=device.places,
        fittings=device.fittings,
        zone=device.zone,
        display=device.display,
        loudspeaker=loudspeaker,
        health=device.health,
        fault=device.fault,
        health_at=device.health_at,
        paired_at=device.paired_at,
        placed_at=device.placed_at,
        seen_at=device.seen_at,
        reason=device.reason,
        leases=leases,
        helped=helped,
    )


def actor(devices: Mapping[DeviceId, Device], id_: DeviceId | None) -> Actor | None:
    """Who a device is when it asks; None if it is not known or revoked. One without a place has the public's rights."""
    device = devices.get(id_) if id_ is not None else None
    if device is None or device.state == "revoked":
        return None
    if device.state == "waiting":
        return Actor("public", "anyone", device=device.id)
    places = frozenset(device.windows) if device.kind == "agent" else None
    return Actor(device.kind, device.name, places, device=device.id)


class Devices(Protocol):
    """What of a state says who bears a token."""

    devices: dict[DeviceId, Device]
    bearers: dict[str, DeviceId]


def bearer(state: Devices, digest: str) -> Actor | None:
    """Who bears the token with a digest, if it is a device's that may speak."""
    return actor(state.devices, state.bearers.get(digest))


class DevicePaired(Fact, frozen=True, tag="device_paired"):
    """A device asks for a place and shows `code`. `token` is the SHA-256 of its token."""

    device: DeviceId
    kind: DeviceKind
    name: str
    token: str
    code: str


class DeviceLapsed(Fact, frozen=True, tag="device_lapsed"):
    """A device that waited for a place is forgotten: its code is too old, or too many wait."""

    device: DeviceId
    why: Literal["expired", "crowded"]


class DevicePlaced(Fact, frozen=True, tag="device_placed"):
    """A device has its place."""

    device: DeviceId
    name: str
    windows: tuple[WindowId, ...] = ()
    zone: ZoneId | None = None
    display: str | None = None
    places: dict[str, WindowId | None] = msgspec.field(default_factory=dict)


class DeviceRevoked(Fact, frozen=True, tag="device_revoked"):
    """A device has no rights any more."""

    device: DeviceId
    reason: str


class DeviceReported(Fact, frozen=True, tag="device_reported"):
    """A device is as it says now; `fittings` is what it has, where that is news."""

    device: DeviceId
    health: DeviceHealth
    fault: str | None = None
    fittings: tuple[Fitting, ...] | None = None
