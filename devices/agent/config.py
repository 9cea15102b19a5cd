"""devices.toml: typed, and every fault told at once with its place and the nearest known key.

server = "http://hall:8080"          # or several: ["http://a:8080", "http://b:8080"]
token_file = "agent.token"           # what `jiaohao-server token NAME --role agent --window W` printed; without it it pairs
ca = "hall-ca.pem"                   # the hall's own authority, where `jiaohao-server cert` made the server's certificate
data = "."                           # where a program that pairs keeps the token it makes itself; beside this file
language = "zh"                      # what the bars say
transfer = { 3 = "window:7" }        # where the key for transfers sends whoever is at window 3; or "service:registration"

[[bar]]                              # one LED bar, or several of one size on one line, one port
window = "3"
port = "/dev/serial/by-id/..."       # a device, or socket://host:port
baud = 57600
address = 1                          # the controller's on its line
windows = { 1 = "3", 2 = "4" }       # for several: address -> window, instead of window and address
width = 160                          # dots
height = 16
unit = "pixel"                       # pixel, byte or pixel_msb: docs/protocol/onbon.md
replies = true                       # false for a line without a way back
brightness = { "07:30" = 15, "18:00" = 6 }   # from a local time of day on: 0 to 15

[[keypad]]                           # one bus of callers and evaluators, one port
port = "/dev/serial/by-id/..."
profile = "ff68"                     # or a file of your own: "ours.toml", beside this file
windows = { 5 = "3", 6 = "4" }       # address on the bus -> window

[[pad]]                              # one USB key pad at one window
window = "3"
port = "/dev/input/by-path/...-event-kbd"
profile = "numpad"

[[digits]]                           # number displays on one Modbus line, one port
port = "/dev/serial/by-path/..."
profile = "modbus-ascii"
windows = { 1 = "3", 2 = "4" }
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Annotated, Literal, TypeVar

import msgspec

from devices.agent.profile import text
from devices.codec.profile import digits, pad, shape
from devices.codec.profile.file import BadProfile, Kind
from devices.transport.address import check, claims
from devices.transport.error import BadAddress
from queue_server.client import away, setting
from queue_server.wire.day import TimeOfDay, local
from queue_server.wire.field import Fitting
from queue_server.wire.ids import WindowId
from queue_server.wire.misfit import at
from queue_server.wire.ticket import Language, Text

_Line = TypeVar("_Line", "KeypadConfig", "PadConfig", "DigitsConfig")
MOST = 256
"""Devices of one agent: so many it can tell the server of."""
Dots = Annotated[int, msgspec.Meta(ge=8, le=2048)]
Level = Annotated[int, msgspec.Meta(ge=0, le=15)]
Destination = Annotated[str, msgspec.Meta(pattern=r"^(service|window):.+$")]


class BarConfig(msgspec.Struct, frozen=True, kw_only=True):
    """One LED bar, or several on one line."""

    window: WindowId | None = None
    windows: dict[str, WindowId] = {}
    port: str
    baud: Annotated[int, msgspec.Meta(ge=1200, le=921600)] = 57600
    address: Annotated[int, msgspec.Meta(ge=1, le=0x7FFF)] = 1
    width: Dots = 160
    height: Dots = 16
    unit: Literal["pixel", "byte", "pixel_msb"] = "pixel"
    replies: bool = True
    rs485: Literal["none", "kernel"] = "none"
    brightness: dict[TimeOfDay, Level] = {}

    @property
    def addresses(self) -> dict[int, WindowId]:
        """The window at each address."""
        one = {} if self.window is None else {self.address: self.window}
        return one or {int(address): window for address, window in self.windows.items()}

    def level(self, now: datetime) -> int | None:
        """The brightness at a time: that of the last hour named, over midnight too. None where the card keeps its own."""
        clock = f"{local(now):%H:%M}"
        begun = [at for at in self.brightness if at <= clock] or [*self.brightness]
        return self.brightness[max(begun)] if begun else None


class KeypadConfig(msgspec.Struct, frozen=True, kw_only=True):
    """One bus of callers and evaluators."""

    port: str
    profile: str = "ff68"
    windows: dict[str, WindowId]
    rs485: Literal["none", "kernel"] = "none"

    @property
    def addresses(self) -> dict[int, WindowId]:
        """The window at each address."""
        return {int(address): window for address, window in self.windows.items()}


class PadConfig(msgspec.Struct, frozen=True, kw_only=True):
    """One USB key pad."""

    window: WindowId
    port: str
    profile: str = "numpad"


class DigitsConfig(msgspec.Struct, frozen=True, kw_only=True):
    """Number displays on one line."""

    port: str
    profile: str = "modbus-ascii"
    windows: dict[str, WindowId]
    rs485: Literal["none", "kernel"] = "none"

    @property
    def addresses(self) -> dict[int, WindowId]:
        """The window at each address."""
        return {int(address): window for address, window in self.windows.items()}


class Config(msgspec.Struct, frozen=True, kw_only=True):
    """All of devices.toml."""

    server: str | tuple[str, ...] = "http://127.0.0.1:8080"
    token_file: str | None = None
    ca: str | None = None
    data: str = "."
    language: Language = "zh"
    transfer: dict[WindowId, Destination] = {}
    bar: tuple[BarConfig, ...] = ()
    keypad: tuple[KeypadConfig, ...] = ()
    pad: tuple[PadConfig, ...] = ()
    digits: tuple[DigitsConfig, ...] = ()

    @property
    def servers(self) -> tuple[str, ...]:
        """The server's addresses, in the order in which they are tried."""
        return (self.server,) if isinstance(self.server, str) else self.server

    def destination(self, window: WindowId) -> dict[str, str] | None:
        """Where a key at a window sends a ticket, as `windows.transfer` names it; None where the file says nothing."""
        kind, _, of = self.transfer.get(window, "").partition(":")
        return {kind: of} if of else None

    @property
    def fittings(self) -> tuple[Fitting, ...]:
        """Every device here, by its address."""
        return tuple(self._fittings())

    def _fittings(self) -> Iterator[Fitting]:
        for n, bar in enumerate(self.bar, 1):
            yield from _fitted(f"bar {n}", bar.port, f"{bar.width}x{bar.height}", bar.window or bar.addresses)
        for n, pad_ in enumerate(self.pad, 1):
            yield from _fitted(f"pad {n}", pad_.port, pad_.profile, pad_.window)
        for n, keypad in enumerate(self.keypad, 1):
            yield from _fitted(f"keypad {n}", keypad.port, keypad.profile, keypad.addresses)
        for n, line in enumerate(self.digits, 1):
            yield from _fitted(f"digits {n}", line.port, line.profile, line.addresses)

    @property
    def windows(self) -> tuple[WindowId, ...]:
        """Every window that has a device here."""
        return tuple(dict.fromkeys(each.window for each in self.fittings))

    @property
    def ports(self) -> dict[str, str]:
        """The port of each device, by the device's name."""
        found = {f"bar {n}": bar.port for n, bar in enumerate(self.bar, 1)}
        found |= {f"keypad {n}": keypad.port for n, keypad in enumerate(self.keypad, 1)}
        found |= {f"pad {n}": pad.port for n, pad in enumerate(self.pad, 1)}
        return found | {f"digits {n}": line.port for n, line in enumerate(self.digits, 1)}


def _fitted(
    name: str, port: str, profile: str, windows: WindowId | Mapping[int, WindowId]
) -> Iterator[Fitting]:
    """One device of its own port, or those on one line by their addresses."""
    kind = Path(profile).stem[:64]
    if isinstance(windows, str):
        yield Fitting(name=name, port=port[:200], profile=kind, window=windows)
        return
    for address, window in windows.items():
        yield Fitting(name=f"{name}/{address}", port=port[:200], profile=kind, window=window)


def load(path: Path) -> Config:
    """The settings of a file, with the names of profiles of its own as paths. BadConfig with all its faults."""

    def placed(line: _Line) -> _Line:
        own = line.profile.endswith(".toml")
        return msgspec.structs.replace(line, profile=str(path.parent / line.profile)) if own else line

    config = setting.load(path, Config, lambda read: _contradictions(_placed(read, placed)))
    return _placed(config, placed)


def token(path: Path, config: Config) -> str | None:
    """The token that the file names; None where it names none. BadConfig if it is not there."""
    return setting.token(path, config.token_file, "--role agent --window W")


def _placed(config: Config, placed: Callable[[_Line], _Line]) -> Config:
    lines = {
        kind: tuple(placed(line) for line in getattr(config, kind)) for kind in ("keypad", "pad", "digits")
    }
    return msgspec.structs.replace(config, **lines)


def _contradictions(config: Config) -> Iterator[Text]:
    yield from filter(None, map(away.wrong, config.servers))
    ports = config.ports
    lines = [line.windows for kind in (config.bar, config.keypad, config.digits) for line in kind]
    many = len(config.pad) + sum(max(len(windows), 1) for windows in lines)
    if many > MOST:
        yield Text(
            f"有{many}个设备，一个文件最多写{MOST}个",
            f"there are {many} devices; write at most {MOST} into one file",
        )
    if not ports:
        yield Text(
            "没有设备，请写[[bar]]、[[keypad]]、[[pad]]或[[digits]]",
            "there is no device; add a [[bar]], [[keypad]], [[pad]] or [[digits]]",
        )
    for name, port in ports.items():
        try:
            check(port)
        except BadAddress as fault:
            yield at(f"{name}: port", fault.text)
    yield from claims(ports)
    for window, to in config.transfer.items():
        if to == f"window:{window}":
            yield Text(
                f"transfer: {window}: 窗口不能转给自己，请写别的窗口或一项业务",
                f"transfer: {window}: a window sends nobody to itself; name another one, or a service",
            )
    for n, bar in enumerate(config.bar, 1):
        if (bar.window is None) == (not bar.windows):
            yield Text(
                f"bar {n}: 一块屏写window，一条线上几块屏写windows，写一个",
                f"bar {n}: write window for one bar, or windows for several on one line",
            )
        elif bar.windows:
            yield from _addresses(f"bar {n}", bar.windows, 1, 0x7FFF)
    for n, keypad in enumerate(config.keypad, 1):
        yield from _profile(f"keypad {n}", shape.read, "frame", keypad.profile)
        yield from _addresses(f"keypad {n}", keypad.windows, 0, 255)
    for n, pad_ in enumerate(config.pad, 1):
        yield from _profile(f"pad {n}", pad.read, "pad", pad_.profile)
    for n, line in enumerate(config.digits, 1):
        yield from _profile(f"digits {n}", digits.read, "digits", line.profile)
        yield from _addresses(f"digits {n}", line.windows, 1, 247)


def _profile(name: str, read: Callable[[str], object], kind: Kind, profile: str) -> Iterator[Text]:
    place = f"{name}: profile"
    try:
        said = text(kind, profile)
        place += f": {Path(profile).name}"
        read(said)
    except BadProfile as fault:
        yield at(place, fault.text)


def _addresses(name: str, windows: Mapping[str, WindowId], least: int, most: int) -> Iterator[Text]:
    if not windows:
        yield Text(
            f'{name}: windows: 没有写，请写 地址 = "窗口"',
            f'{name}: windows: there is none; write address = "window"',
        )
    for address in windows:
        if not (address.isascii() and address.isdecimal() and least <= int(address) <= most):
            yield Text(
                f"{name}: windows: {address}不是地址，请写{least}至{most}的整数",
                f"{name}: windows: {address} is no address; write a number from {least} to {most}",
            )
