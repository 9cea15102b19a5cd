"""devices.toml: typed, and every fault told at once with its place and the nearest known key.

server = "http://hall:8080"          # or several: ["http://a:8080", "http://b:8080"]
token_file = "agent.token"           # what `jiaohao-server token NAME --role agent` printed; without it the program pairs
ca = "hall-ca.pem"                   # the hall's own authority, where `jiaohao-server cert` made the server's certificate
data = "."                           # where a program that pairs keeps the token it makes itself; beside this file
language = "zh"                      # what the bars say

[[bar]]                              # one LED bar, one port
window = "3"
port = "/dev/serial/by-id/..."       # a device, or socket://host:port
baud = 57600
address = 1                          # the controller's on its line
width = 160                          # dots
height = 16
unit = "pixel"                       # pixel, byte or pixel_msb: docs/protocol/onbon.md

[[keypad]]                           # one bus of callers and evaluators, one port
port = "/dev/serial/by-id/..."
profile = "ff68"
windows = { 5 = "3", 6 = "4" }       # address on the bus -> window
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Literal

import msgspec

from devices.codec.profile.file import BadProfile
from devices.codec.profile.shape import named
from devices.transport.address import check
from devices.transport.error import BadAddress
from queue_server.client import setting
from queue_server.client.setting import BadConfig
from queue_server.wire.ids import WindowId
from queue_server.wire.ticket import Language

Dots = Annotated[int, msgspec.Meta(ge=8, le=2048)]


class BarConfig(msgspec.Struct, frozen=True, kw_only=True):
    """One LED bar."""

    window: WindowId
    port: str
    baud: Annotated[int, msgspec.Meta(ge=1200, le=921600)] = 57600
    address: Annotated[int, msgspec.Meta(ge=1, le=0x7FFF)] = 1
    width: Dots = 160
    height: Dots = 16
    unit: Literal["pixel", "byte", "pixel_msb"] = "pixel"


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


class Config(msgspec.Struct, frozen=True, kw_only=True):
    """All of devices.toml."""

    server: str | tuple[str, ...] = "http://127.0.0.1:8080"
    token_file: str | None = None
    ca: str | None = None
    data: str = "."
    language: Language = "zh"
    bar: tuple[BarConfig, ...] = ()
    keypad: tuple[KeypadConfig, ...] = ()

    @property
    def servers(self) -> tuple[str, ...]:
        """The server's addresses, in the order in which they are tried."""
        return (self.server,) if isinstance(self.server, str) else self.server

    @property
    def windows(self) -> tuple[WindowId, ...]:
        """Every window that has a device here."""
        found = [bar.window for bar in self.bar]
        found += [window for keypad in self.keypad for window in keypad.windows.values()]
        return tuple(dict.fromkeys(found))


def load(path: Path) -> Config:
    """The settings of a file. BadConfig with all its faults."""
    return setting.load(path, Config, _contradictions)


def token(path: Path, config: Config) -> str | None:
    """The token that the file names, relative to the file's own folder; None where it names none. BadConfig if it is not there."""
    if config.token_file is None:
        return None
    place = path.parent / config.token_file
    try:
        text = place.read_text(encoding="utf-8").strip()
    except OSError as fault:
        said = f"{place} cannot be read ({fault.strerror}); make it: jiaohao-server token NAME --role agent"
        raise BadConfig(path, [f"token_file: {said}"]) from fault
    if not text:
        raise BadConfig(path, [f"token_file: {place} is empty"])
    return text


def _contradictions(config: Config) -> Iterator[str]:
    used: dict[str, str] = {}
    devices = [(f"bar {n}", bar.port) for n, bar in enumerate(config.bar, 1)]
    devices += [(f"keypad {n}", keypad.port) for n, keypad in enumerate(config.keypad, 1)]
    if not devices:
        yield "there is no device; add a [[bar]] or a [[keypad]]"
    for name, port in devices:
        try:
            check(port)
        except BadAddress as fault:
            yield f"{name}: port: {fault}"
        if port in used:
            yield f"{name}: port: {port} is already that of {used[port]}"
        used[port] = name
    for n, keypad in enumerate(config.keypad, 1):
        try:
            named(keypad.profile)
        except BadProfile as fault:
            yield f"keypad {n}: profile: {fault}"
        for address in keypad.windows:
            if not (address.isdecimal() and int(address) <= 255):
                yield f"keypad {n}: windows: {address} is no address; write a number from 0 to 255"
