"""LED bars on one line: each shows one text, the latest, also after it was without power. The bus says whose turn it is.

A bar that answers is ready, one that refuses is offline, one that owes several answers is unknown: it may well show
what it is told, and many are wired one way. Without a port all are gone.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import count

from devices.codec.escpos.status import Health
from devices.codec.manner import Manner
from devices.codec.onbon.bar import Ack, BarCodec, Nack
from devices.codec.onbon.order import Area, Brightness, Order, Ping, Show, Unit
from devices.driver.bus import Bus
from devices.driver.layout import columns
from devices.driver.phrase import fitting
from devices.transport.line import Line, together

AGAIN_S = 10.0
"""How often a text is written again: a bar that was without power has forgotten it, and says nothing."""
RUNS_AGAIN = 6
"""A text that runs would begin anew, so only every so manieth time; in between the bar is asked whether it is there."""
BLINK_S = 0.6
"""How long a call stands between two blinks; it is dark for half of that."""
MANNER = Manner(turnaround_s=0.005, reply_s=0.3)
STILL, LEFT = 1, 3
"""Display modes: stand still, run to the left."""


@dataclass(frozen=True, slots=True)
class Panel:
    """The size of each bar of a line in dots; a Chinese character is `dots` wide and high, any other half as wide."""

    width: int = 160
    height: int = 16
    dots: int = 16
    unit: Unit = "pixel"

    @property
    def room(self) -> int:
        """Columns: two for a Chinese character, one for any other."""
        return self.width * 2 // self.dots


class Bars:
    """The bars of one line. `health_changed` is called on the loop with each address's new health.

    Without `replies` the line has no way back: no answer is asked or waited for, and all stay unknown.
    """

    def __init__(
        self,
        line: Line,
        addresses: frozenset[int],
        panel: Panel | None = None,
        *,
        manner: Manner = MANNER,
        replies: bool = True,
        again_s: float = AGAIN_S,
        blink_s: float = BLINK_S,
        health_changed: Callable[[int, Health], None] = lambda *_: None,
    ) -> None:
        self.noise = 0
        self.refused = 0
        self._panel, self._replies = panel or Panel(), replies
        self._again_s, self._blink_s = again_s, blink_s
        self._codec = BarCodec(self._panel.unit)
        self._texts: dict[int, str | None] = dict.fromkeys(sorted(addresses))
        self._blinking: dict[int, asyncio.TimerHandle] = {}
        self._level: int | None = None
        self._bus = Bus(
            line,
            manner,
            addresses,
            {},
            heard=self._heard,
            up=self._show_again,
            health_changed=health_changed,
            silent=Health.UNKNOWN,
        )

    @property
    def healths(self) -> dict[int, Health]:
        """How each address is."""
        return self._bus.healths

    @property
    def round_s(self) -> float:
        """How long it last took to tell everybody something who had to be told."""
        return self._bus.round_s

    async def run(self) -> None:
        """Keeps the line open and each bar's text current, in fair turns, until cancelled.

        Raises PortBusy or PortDenied if the port can not be had at the very start.
        """
        try:
            await together(self._bus.run(), self._repeat())
        finally:
            for timer in self._blinking.values():
                timer.cancel()

    def show(self, address: int, wordings: Sequence[str], *, blinks: int = 0) -> None:
        """Shows the first wording that fits, or runs the last; what was not shown yet is overtaken. `blinks` times off."""
        earlier = self._blinking.pop(address, None)
        if earlier is not None:
            earlier.cancel()
        text = fitting(wordings, self._panel.room)
        self._texts[address] = text
        self._write(address, text)
        self._blink(address, 2 * blinks)

    def dim(self, level: int) -> None:
        """The brightness of all bars, 0 to 15."""
        if level != self._level:
            self._level = level
            for address in self._texts:
                self._order(address, "brightness", Brightness(level))

    async def _repeat(self) -> None:
        for n in count(1):
            await asyncio.sleep(self._again_s)
            for address, text in self._texts.items():
                if text is None or (self._runs(text) and n % RUNS_AGAIN):
                    self._ping(address)
                elif address not in self._blinking:
                    self._write(address, text)

    def _show_again(self, address: int) -> None:
        text = self._texts[address]
        if text is None:
            self._ping(address)
        else:
            self._write(address, text)
        if self._level is not None:
            self._order(address, "brightness", Brightness(self._level))

    def _blink(self, address: int, left: int) -> None:
        """Turns dark and lit again so many more times, lit at the end."""
        if left:
            wait = self._blink_s if left % 2 == 0 else self._blink_s / 2
            loop = asyncio.get_running_loop()
            self._blinking[address] = loop.call_later(wait, self._turn, address, left - 1)
        else:
            self._blinking.pop(address, None)

    def _turn(self, address: int, left: int) -> None:
        self._write(address, "" if left % 2 else self._texts[address] or "")
        self._blink(address, left)

    def _runs(self, text: str) -> bool:
        return columns(text) > self._panel.room

    def _write(self, address: int, text: str) -> None:
        panel, mode = self._panel, LEFT if self._runs(text) else STILL
        area = Area(text, width=panel.width, height=panel.height, mode=mode)
        self._order(address, "show", Show((area,), reply=self._replies))

    def _ping(self, address: int) -> None:
        if self._replies:
            self._order(address, "ping", Ping())

    def _order(self, address: int, slot: str, order: Order) -> None:
        self._bus.order(address, slot, self._codec.encode(address, order), awaits=self._replies)

    def _heard(self, data: bytes | None, now: float) -> None:
        for answer in self._codec.idle(now) if data is None else self._codec.feed(data, now):
            match answer:
                case Ack(address):
                    self._bus.answered(address)
                case Nack(address):
                    self.refused += 1
                    self._bus.answered(address, Health.OFFLINE)
                case _:
                    self.noise += 1
