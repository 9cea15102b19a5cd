"""LED bars and hall panels on one line: each row shows one text, the latest, also after it was without power.

The bus says whose turn it is. A window's bar has one row; a hall's panel has several, each a live area of its own, so that a row
that changes leaves the others alone.

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

Place = tuple[int, int]
"""A bar's address, and a row of it from the top."""


@dataclass(frozen=True, slots=True)
class Panel:
    """The size of each bar of a line in dots; a Chinese character is `dots` wide and high, any other half as wide.

    Its rows share the height evenly.
    """

    width: int = 160
    height: int = 16
    dots: int = 16
    unit: Unit = "pixel"
    rows: int = 1

    @property
    def room(self) -> int:
        """Columns: two for a Chinese character, one for any other."""
        return self.width * 2 // self.dots


class Bars:
    """The bars of one line. `health_changed` is called on the loop with each address's new health, `shown` with an address and a
    row when the bar has said that it shows what that row was last told.

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
        shown: Callable[[int, int], None] = lambda *_: None,
    ) -> None:
        self.noise = 0
        self.refused = 0
        self._panel, self._replies = panel or Panel(), replies
        self._again_s, self._blink_s = again_s, blink_s
        self._codec = BarCodec(self._panel.unit)
        self._shown = shown
        self._texts: dict[Place, str] = {}
        self._addresses = sorted(addresses)
        self._blinking: dict[Place, asyncio.TimerHandle] = {}
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
            done=self._done,
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

    def show(self, address: int, wordings: Sequence[str], *, blinks: int = 0, row: int = 0) -> None:
        """Shows the first wording that fits, or runs the last; what was not shown yet is overtaken. `blinks` times off."""
        place = (address, row)
        earlier = self._blinking.pop(place, None)
        if earlier is not None:
            earlier.cancel()
        text = fitting(wordings, self._panel.room)
        self._texts[place] = text
        self._write(place, text)
        self._blink(place, 2 * blinks)

    def dim(self, level: int) -> None:
        """The brightness of all bars, 0 to 15."""
        if level != self._level:
            self._level = level
            for address in self._addresses:
                self._order(address, "brightness", Brightness(level))

    async def _repeat(self) -> None:
        for n in count(1):
            await asyncio.sleep(self._again_s)
            blinking = {address for address, _ in self._blinking}
            for address in self._addresses:
                if address in blinking:
                    continue
                again = {
                    place: text
                    for place, text in self._of(address).items()
                    if not (self._runs(text) and n % RUNS_AGAIN)
                }
                for place, text in again.items():
                    self._write(place, text)
                if not again:
                    self._ping(address)

    def _of(self, address: int) -> dict[Place, str]:
        """What the rows of one bar were told."""
        return {place: text for place, text in self._texts.items() if place[0] == address}

    def _show_again(self, address: int) -> None:
        told = self._of(address)
        for place, text in told.items():
            self._write(place, text)
        if not told:
            self._ping(address)
        if self._level is not None:
            self._order(address, "brightness", Brightness(self._level))

    def _blink(self, place: Place, left: int) -> None:
        """Turns dark and lit again so many more times, lit at the end."""
        if left:
            wait = self._blink_s if left % 2 == 0 else self._blink_s / 2
            loop = asyncio.get_running_loop()
            self._blinking[place] = loop.call_later(wait, self._turn, place, left - 1)
        else:
            self._blinking.pop(place, None)

    def _turn(self, place: Place, left: int) -> None:
        self._write(place, "" if left % 2 else self._texts[place])
        self._blink(place, left)

    def _runs(self, text: str) -> bool:
        return columns(text) > self._panel.room

    def _write(self, place: Place, text: str) -> None:
        panel, mode = self._panel, LEFT if self._runs(text) else STILL
        address, row = place
        height = panel.height // panel.rows
        area = Area(text, id=row, y=row * height, width=panel.width, height=height, mode=mode)
        self._order(address, str(row), Show((area,), reply=self._replies))

    def _done(self, address: int, slot: str) -> None:
        if slot.isdecimal():  # neither a ping nor the brightness
            self._shown(address, int(slot))

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
