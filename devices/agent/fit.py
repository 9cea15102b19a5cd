"""The drivers of devices.toml, one for each port, and which address of which driver each device is."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, replace
from typing import Literal

from devices.agent.config import BarConfig, Config, DigitsConfig, KeypadConfig, PadConfig
from devices.agent.profile import text
from devices.codec.escpos.status import Health
from devices.codec.frame import FrameCodec
from devices.codec.pad import HERE, PadCodec
from devices.codec.profile import digits, pad, shape
from devices.codec.profile.shape import Wire
from devices.driver.bar import MANNER, Bars, Panel
from devices.driver.condition import fact
from devices.driver.digits import NumberDisplays
from devices.driver.keypad import Fact, KeyCodec, Keypads
from devices.transport.address import opener
from devices.transport.line import Line
from devices.transport.tty import Settings

Tell = Callable[[Mapping[str, object]], None]
Heard = Callable[[str, Keypads, Fact], None]
"""Gets each press and rating, with the name of the device that it came from, and its driver for the answer."""
Driver = Bars | Keypads | NumberDisplays


class Fit:
    """Every driver of a file, none of which runs yet.

    `tell` gets each device's health and each reason why a port can not be had, as plain facts.
    """

    def __init__(self, config: Config, tell: Tell, heard: Heard) -> None:
        self.drivers: dict[str, Driver] = {}
        """By the name of the port's table: `bar 1`, `keypad 1`."""
        self.devices: dict[str, tuple[Driver, int]] = {}
        """The driver and the address of each device, by the device's name: `bar 1`, `keypad 1/5`."""
        self.lit: list[tuple[Bars, BarConfig]] = []
        """The bars, with what the file says of their brightness."""
        self._ports, self._tell, self._told = config.ports, tell, heard
        for n, bar in enumerate(config.bar, 1):
            self._bars(f"bar {n}", bar)
        for n, keypad in enumerate(config.keypad, 1):
            self._keypads(f"keypad {n}", keypad)
        for n, pad_ in enumerate(config.pad, 1):
            self._pad(f"pad {n}", pad_)
        for n, line in enumerate(config.digits, 1):
            self._digits(f"digits {n}", line)

    def _bars(self, name: str, config: BarConfig) -> None:
        names = _names(name, config.addresses, alone=not config.windows)
        bars = Bars(
            self._line(name, Settings(baud=config.baud, rs485=config.rs485)),
            frozenset(names),
            Panel(config.width, config.height, unit=config.unit),
            manner=replace(MANNER, byte_s=10 / config.baud),
            replies=config.replies,
            health_changed=self._health(names),
        )
        self._add(name, bars, names)
        self.lit.append((bars, config))

    def _keypads(self, name: str, config: KeypadConfig) -> None:
        profile = shape.read(text("frame", config.profile))
        line = self._line(name, _settings(profile.wire, config.rs485))
        self._keys(name, line, FrameCodec(profile), _names(name, config.addresses))

    def _pad(self, name: str, config: PadConfig) -> None:
        codec = PadCodec(pad.read(text("pad", config.profile)))
        self._keys(name, self._line(name, Settings()), codec, _names(name, (HERE,), alone=True))

    def _keys(self, name: str, line: Line, codec: KeyCodec, names: Mapping[int, str]) -> None:
        keypads = Keypads(
            line,
            codec,
            frozenset(names),
            heard=lambda fact: self._told(names[fact.address], keypads, fact),
            health_changed=self._health(names, speaks=not any(codec.poll(address) for address in names)),
        )
        self._add(name, keypads, names)

    def _digits(self, name: str, config: DigitsConfig) -> None:
        profile = digits.read(text("digits", config.profile))
        names = _names(name, config.addresses)
        displays = NumberDisplays(
            self._line(name, _settings(profile.wire, config.rs485)),
            profile,
            frozenset(names),
            health_changed=self._health(names),
        )
        self._add(name, displays, names)

    def _add(self, name: str, driver: Driver, names: Mapping[int, str]) -> None:
        self.drivers[name] = driver
        self.devices |= {each: (driver, address) for address, each in names.items()}

    def _line(self, name: str, settings: Settings) -> Line:
        line = Line(opener(name, self._ports, settings), name=self._ports[name])
        line.on_fault = lambda fault: self._tell({"device": name, "fault": fault.code, "said": fault.said})
        return line

    def _health(self, names: Mapping[int, str], *, speaks: bool = False) -> Callable[[int, Health], None]:
        return lambda address, health: self._tell({"device": names[address], **fact(health, speaks=speaks)})


def counts(driver: Driver) -> dict[str, int]:
    """What a driver has dropped since it was made, and how long its last round took."""
    match driver:
        case Keypads():
            return asdict(driver.counts) | {"round_ms": round(driver.round_s * 1000)}
        case Bars():
            found = {"noise": driver.noise, "refused": driver.refused}
            return found | {"round_ms": round(driver.round_s * 1000)}
        case NumberDisplays():
            return {"noise": driver.noise, "refused": driver.refused}


def _names(name: str, addresses: Iterable[int], *, alone: bool = False) -> dict[int, str]:
    """The name of the device at each address, as the file's `fittings` call it."""
    return {address: name if alone else f"{name}/{address}" for address in addresses}


def _settings(wire: Wire, rs485: Literal["none", "kernel"]) -> Settings:
    return Settings(wire.baud, wire.bits, wire.parity, wire.stop, rs485=rs485)
