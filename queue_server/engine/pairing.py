"""The rules of devices: a code to show, a place, a report, and an end.

A device makes its own token and asks to be paired; it then shows a code of six digits by which an administrator knows which of the
waiting devices it is. A stranger who asks gains nothing by it: without a place a device may see its own record and no more. So that
strangers cannot crowd the hall's own devices out, or fill the log, at most `MOST_WAITING` wait, and these do not change faster than
once in `CROWD`.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from hashlib import sha256
from itertools import takewhile
from math import ceil
from typing import Any

from msgspec.structs import replace

from queue_server.engine import alarming, leasing
from queue_server.engine import device as devices
from queue_server.engine import event as e
from queue_server.engine.decision import Context
from queue_server.engine.device import Device
from queue_server.engine.state import State
from queue_server.wire import command as c
from queue_server.wire.device import DeviceRecord
from queue_server.wire.error import Refusal
from queue_server.wire.ids import DeviceId
from queue_server.wire.ticket import Text

MOST_WAITING = 20
"""Devices that wait for a place at the same time; the one that has waited longest makes room for another."""
CROWD = timedelta(seconds=60)
"""So long at least a device waits before another takes its room."""
CODES = 1_000_000
NEEDS = {
    "kiosk": Text("取号机不设窗口和叫号屏", "A kiosk has neither windows nor a display"),
    "display": Text(
        "叫号屏须指定一块屏幕，不设窗口和服务区", "A display needs a board, and neither windows nor a zone"
    ),
    "agent": Text(
        "窗口设备须指定窗口，不设叫号屏和服务区", "An agent needs windows, and neither a display nor a zone"
    ),
}
"""What is said of a place that does not suit a kind of device."""

Outcome = tuple[tuple[e.Event, ...], Callable[[State], Any]]
"""Events and what to answer after them."""


def _shows(id_: DeviceId) -> Callable[[State], Any]:
    return lambda after: record(after, after.devices[id_])


def record(state: State, device: Device) -> DeviceRecord:
    """A device as administrators and the device itself see it."""
    display = state.hall.display.get(device.display or "")
    return devices.record(
        device,
        leasing.of_device(state, device.id),
        display.loudspeaker if display is not None else None,
        alarming.helped(state, device.id),
    )


def _known(state: State, id_: DeviceId | None) -> Device:
    """A device that may still be placed or speak. Refuses one that is not there or revoked."""
    device = state.devices.get(id_) if id_ is not None else None
    if device is None:
        raise Refusal("device.unknown")
    if device.state == "revoked":
        raise Refusal("device.revoked")
    return device


def pair(state: State, command: c.PairDevice, context: "Context") -> Outcome:
    """A fresh device with its code; the one that is there already if the token is known."""
    token = sha256(command.token.encode()).hexdigest()
    events: list[e.Event] = []
    known = state.bearers.get(token)
    if known is not None:
        device = _known(state, known)
        if device.state == "placed" or context.now < device.code_until:
            return (), _shows(device.id)
        events.append(e.DeviceLapsed(device=device.id, why="expired"))
    elif len(state.codes) >= MOST_WAITING:
        oldest = state.devices[next(iter(state.codes.values()))]
        left = oldest.paired_at + CROWD - context.now
        if left > timedelta(0):
            raise Refusal("device.too_many", wait_s=ceil(left.total_seconds()))
        events.append(e.DeviceLapsed(device=oldest.id, why="crowded"))
    id_ = DeviceId(context.draw())
    code = _code(context.draw)
    while code in state.codes:
        code = _code(context.draw)
    events.append(
        e.DevicePaired(device=id_, kind=command.kind, name=command.name.strip(), token=token, code=code)
    )
    return tuple(events), _shows(id_)


def _code(draw: Callable[[], str]) -> str:
    """Six digits out of a random text."""
    drawn = int.from_bytes(sha256(draw().encode()).digest())
    return f"{drawn % CODES:06}"


def place(state: State, command: c.PlaceDevice, context: "Context") -> Outcome:
    """A device gets the place that its kind needs."""
    device = _known(state, command.device)
    stands = [window for window in command.places.values() if window is not None]
    windows = tuple(dict.fromkeys((*command.windows, *stands)))
    suits = {
        "kiosk": not windows and not command.places and command.display is None,
        "display": command.display is not None
        and not windows
        and not command.places
        and command.zone is None,
        "agent": bool(windows) and command.display is None and command.zone is None,
    }
    if not suits[device.kind]:
        raise Refusal("device.wrong_place", needs=NEEDS[device.kind])
    fitted = {fitting.name for fitting in device.fittings}
    for name in command.places:
        if name not in fitted:
            raise Refusal("device.unknown_fitting", fitting=name)
    for window in windows:
        if window not in state.hall.window:
            raise Refusal("window.unknown", window=window)
    if command.display is not None and command.display not in state.hall.display:
        raise Refusal("display.unknown", display=command.display)
    if command.zone is not None and command.zone not in state.hall.zone:
        raise Refusal("zone.unknown", zone=command.zone)
    placed = e.DevicePlaced(
        device=device.id,
        name=_name(state, device, command.name),
        windows=windows,
        zone=command.zone,
        display=command.display,
        places=command.places,
    )
    return (placed,), _shows(device.id)


def _name(state: State, device: Device, asked: str | None) -> str:
    """The device's name, which no other placed device of its kind has; without one asked for, its own with a number."""
    taken = {
        other.name
        for other in state.devices.values()
        if other.state == "placed" and other.kind == device.kind and other.id != device.id
    }
    if asked is not None:
        if asked.strip() in taken:
            raise Refusal("device.name_taken", name=asked.strip())
        return asked.strip()
    name, n = device.name, 1
    while name in taken:
        n += 1
        name = f"{device.name[:58]}-{n}"
    return name


def revoke(state: State, command: c.RevokeDevice, context: "Context") -> Outcome:
    """A device's rights end."""
    device = _known(state, command.device)
    return (e.DeviceRevoked(device=device.id, reason=command.reason),), _shows(device.id)


def report(state: State, command: c.ReportDevice, context: "Context") -> Outcome:
    """A device's own word about itself; the same word again is no news."""
    device = _known(state, context.actor.device)
    fittings = command.fittings if command.fittings != device.fittings else None
    if fittings is None and (device.health, device.fault) == (command.state, command.reason):
        return (), _shows(device.id)
    said = e.DeviceReported(device=device.id, health=command.state, fault=command.reason, fittings=fittings)
    return (said,), _shows(device.id)


def due(state: State) -> datetime | None:
    """When the first code is too old; None while nobody waits."""
    for id_ in state.codes.values():  # in the order in which they paired
        return state.devices[id_].code_until
    return None


def lapse(state: State, at: datetime) -> list[e.Event]:
    """The devices whose code is too old by now."""
    waiting = (state.devices[id_] for id_ in state.codes.values())
    old = takewhile(lambda device: device.code_until <= at, waiting)
    return [e.DeviceLapsed(device=device.id, why="expired") for device in old]


# What the events make of the state


def paired(state: State, stamped: e.Stamped, event: e.DevicePaired) -> None:
    """One more device waits."""
    state.admit(
        Device(
            id=event.device,
            kind=event.kind,
            name=event.name,
            token=event.token,
            code=event.code,
            paired_at=stamped.at,
            seen_at=stamped.at,
        )
    )


def lapsed(state: State, stamped: e.Stamped, event: e.DeviceLapsed) -> None:
    """A waiting device is forgotten."""
    state.forget(state.devices[event.device])


def placed(state: State, stamped: e.Stamped, event: e.DevicePlaced) -> None:
    """A device stands somewhere; it shows no code any more."""
    _changed(
        state,
        event.device,
        state="placed",
        code=None,
        name=event.name,
        windows=event.windows,
        zone=event.zone,
        display=event.display,
        places=event.places,
        placed_at=stamped.at,
    )


def revoked(state: State, stamped: e.Stamped, event: e.DeviceRevoked) -> None:
    """A device has no rights; it is remembered, so that its token is never taken for a new one."""
    _changed(state, event.device, state="revoked", code=None, reason=event.reason)
    leasing.void(state, lambda lease: lease.kiosk == event.device)


def reported(state: State, stamped: e.Stamped, event: e.DeviceReported) -> None:
    """What a device said of itself."""
    device = state.devices[event.device]
    same = (device.health, device.fault) == (event.health, event.fault)
    _changed(
        state,
        event.device,
        health=event.health,
        fault=event.fault,
        health_at=device.health_at if same else stamped.at,
        fittings=device.fittings if event.fittings is None else event.fittings,
        seen_at=stamped.at,
    )


def _changed(state: State, id_: DeviceId, /, **change: Any) -> None:
    before = state.devices[id_]
    state.forget(before)
    state.admit(replace(before, **change))
