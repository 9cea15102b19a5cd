"""By hand: a walk along the windows. Every display shows its window's number, and each key that is pressed is told."""

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import replace
from typing import Literal

from devices.agent.config import Config
from devices.agent.profile import text
from devices.codec.escpos.status import Health
from devices.codec.frame import FrameCodec
from devices.codec.pad import HERE, PadCodec
from devices.codec.profile import digits, pad, shape
from devices.codec.profile.shape import Wire
from devices.driver.bar import MANNER, Bars, Panel
from devices.driver.digits import NumberDisplays
from devices.driver.keypad import KeyCodec, Keypads
from devices.driver.press import KeyPressed, RatingGiven
from devices.transport.address import opener
from devices.transport.line import Line, together
from devices.transport.tty import Settings
from queue_server.wire.face import say
from queue_server.wire.ids import WindowId

Tell = Callable[[Mapping[str, object]], None]

FOR_EVER_S = 86400.0
"""A walk's question stands for as long as the walk takes."""


class Walk:
    """The devices of devices.toml without a server. `missing` are the keypads of which no key has come yet."""

    def __init__(self, config: Config, tell: Tell) -> None:
        self._ports, self._language, self._tell = config.ports, config.language, tell
        self.missing: set[tuple[str, WindowId]] = set()
        self._all = asyncio.Event()
        self._jobs: list[Callable[[], Coroutine[None, None, None]]] = []
        for n, bar in enumerate(config.bar, 1):
            line = self._line(f"bar {n}", Settings(bar.baud, rs485=bar.rs485))
            panel = Panel(bar.width, bar.height, unit=bar.unit)
            manner = replace(MANNER, byte_s=10 / bar.baud)
            bars = Bars(
                line,
                frozenset(bar.addresses),
                panel,
                manner=manner,
                replies=bar.replies,
                health_changed=self._told(f"bar {n}", one=not bar.windows),
            )
            for address, window in bar.addresses.items():
                bars.show(address, [window])
            self._jobs.append(bars.run)
        for n, display in enumerate(config.digits, 1):
            kind = digits.read(text("digits", display.profile))
            line = self._line(f"digits {n}", _settings(kind.wire, display.rs485))
            shown = NumberDisplays(
                line, kind, frozenset(display.addresses), health_changed=self._told(f"digits {n}")
            )
            for address, window in display.addresses.items():
                shown.show(address, window)
            self._jobs.append(shown.run)
        for n, keypad in enumerate(config.keypad, 1):
            profile = shape.read(text("frame", keypad.profile))
            line = self._line(f"keypad {n}", _settings(profile.wire, keypad.rs485))
            self._keys(f"keypad {n}", line, FrameCodec(profile), keypad.addresses)
        for n, pad_ in enumerate(config.pad, 1):
            codec = PadCodec(pad.read(text("pad", pad_.profile)))
            self._keys(f"pad {n}", self._line(f"pad {n}", Settings()), codec, {HERE: pad_.window})

    async def run(self, seconds: float) -> bool:
        """Until every keypad was heard, or so long; whether every one was. Without a keypad it takes the whole time.

        Raises PortBusy or PortDenied if a port can not be had at the very start.
        """
        work = asyncio.ensure_future(together(*(job() for job in self._jobs)))
        heard = asyncio.ensure_future(self._all.wait())
        try:
            await asyncio.wait({work, heard}, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
            if work.done():
                work.result()
        finally:
            for task in (work, heard):
                task.cancel()
            await asyncio.gather(work, heard, return_exceptions=True)
        for name, window in sorted(self.missing):
            self._tell({"window": window, "device": name, "key": None})
        return not self.missing

    def _keys(self, name: str, line: Line, codec: KeyCodec, windows: Mapping[int, WindowId]) -> None:
        keypads = Keypads(
            line,
            codec,
            frozenset(windows),
            heard=lambda fact: self._heard(keypads, name, windows[fact.address], fact),
            health_changed=self._told(name),
        )
        for address, window in windows.items():
            self.missing.add((f"{name}/{address}", window))
            keypads.show_ticket(address, window)
            self._ask(keypads, address, window)
        self._jobs.append(keypads.run)

    def _ask(self, keypads: Keypads, address: int, window: WindowId) -> None:
        words = say("device", "find_press", self._language, window=window)
        keypads.prompt(address, window, words, FOR_EVER_S)

    def _heard(self, keypads: Keypads, name: str, window: WindowId, fact: KeyPressed | RatingGiven) -> None:
        key = fact.verb if isinstance(fact, KeyPressed) else f"rate {fact.level}"
        self._tell({"window": window, "device": f"{name}/{fact.address}", "key": key})
        keypads.beep(fact.address)
        if isinstance(fact, RatingGiven):
            self._ask(keypads, fact.address, window)
        self.missing.discard((f"{name}/{fact.address}", window))
        if not self.missing:
            self._all.set()

    def _line(self, name: str, settings: Settings) -> Line:
        line = Line(opener(name, self._ports, settings), name=self._ports[name])
        line.on_fault = lambda fault: self._tell({"device": name, "fault": fault.code, "said": str(fault)})
        return line

    def _told(self, name: str, *, one: bool = False) -> Callable[[int, Health], None]:
        return lambda address, health: self._tell(
            {"device": name if one else f"{name}/{address}", "health": health.value}
        )


def _settings(wire: Wire, rs485: Literal["none", "kernel"]) -> Settings:
    return Settings(wire.baud, wire.bits, wire.parity, wire.stop, rs485=rs485)
