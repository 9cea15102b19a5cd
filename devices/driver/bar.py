"""The LED bar above a window: shows one text, the latest. After a return of the line the latest is shown again.

A bar that answers is ready, one that does not is unknown (many are wired one way), one without a port is gone.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from devices.codec.escpos.status import Health
from devices.codec.onbon.bar import Ack, BarCodec, Nack
from devices.codec.onbon.order import Area, Order, Ping, Show, Unit
from devices.driver.layout import columns
from devices.transport.error import LineFault
from devices.transport.line import Line, together
from queue_server.wire.face import say
from queue_server.wire.ticket import Language

ANSWER_S = 0.5
TRIES = 3
STILL, LEFT = 1, 3
"""Display modes: stand still, run to the left."""

BarState = Literal["calling", "serving", "idle", "paused", "closed"]


@dataclass(frozen=True, slots=True)
class Panel:
    """One controller: its address on the line and its size in dots; characters are `dots` high."""

    address: int = 1
    width: int = 160
    height: int = 16
    dots: int = 16
    unit: Unit = "pixel"


def phrase(
    state: BarState,
    language: Language = "zh",
    *,
    number: str = "",
    window: str = "",
    until: str | None = None,
) -> str:
    """What a bar says of its window; `until` is a local time such as 13:30."""
    key = "bar_paused_until" if state == "paused" and until else f"bar_{state}"
    return say("device", key, language, number=number, window=window, until=until)


class Bar:
    """One bar on a line of its own."""

    def __init__(
        self,
        line: Line,
        panel: Panel | None = None,
        *,
        answer_s: float = ANSWER_S,
        ping_every_s: float = 10.0,
        blink_s: float = 0.6,
        health_changed: Callable[[Health], None] = lambda _: None,
    ) -> None:
        self.health = Health.GONE
        self.junk = 0
        self._panel = panel or Panel()
        self._line = line
        self._codec = BarCodec(self._panel.unit)
        self._answer_s, self._ping_every_s, self._blink_s = answer_s, ping_every_s, blink_s
        self._health_changed = health_changed
        self._text: str | None = None
        self._blinks = 0
        self._news = asyncio.Event()
        self._answer: asyncio.Future[bool] | None = None
        line.on_bytes = self._heard
        line.on_change = self._line_changed

    def show(self, text: str, *, blinks: int = 0) -> None:
        """Shows a text as soon as the bar can; a text that was not shown yet is overtaken. `blinks` times off."""
        self._text, self._blinks = text, blinks
        self._news.set()

    async def run(self) -> None:
        """Keeps the line open and the bar's text current, until cancelled.

        Raises PortBusy or PortDenied if the port can not be had at the very start.
        """
        await together(self._line.run(), self._keep())

    async def _keep(self) -> None:
        while True:
            await self._line.wait_up()
            self._news.clear()
            if self._text is not None:
                await self._send(self._shown(self._text))
            else:
                await self._send(Ping())
            while self._blinks > 0 and self._text is not None and not self._news.is_set():
                self._blinks -= 1
                await self._rest(self._blink_s)
                if not self._news.is_set():
                    await self._send(self._shown(""))
                    await self._rest(self._blink_s / 2)
                    await self._send(self._shown(self._text))
            await self._quiet()

    async def _quiet(self) -> None:
        """Until there is news: pings. A ping without an answer may mean lost power: the text is shown again."""
        while not await self._rest(self._ping_every_s):
            if not await self._send(Ping()):
                return

    async def _rest(self, seconds: float) -> bool:
        """Waits for news, at most so long; True if there is some."""
        try:
            async with asyncio.timeout(seconds):
                await self._news.wait()
        except TimeoutError:
            return False
        return True

    def _shown(self, text: str) -> Show:
        panel = self._panel
        fits = columns(text) * panel.dots // 2 <= panel.width
        area = Area(text, width=panel.width, height=panel.height, mode=STILL if fits else LEFT)
        return Show((area,))

    async def _send(self, order: Order) -> bool:
        """Sends an order, again if nobody answers; True if the first one was answered."""
        frame = self._codec.encode(self._panel.address, order)
        for attempt in range(TRIES):
            self._answer = asyncio.get_running_loop().create_future()
            try:
                await self._line.write(frame)
                async with asyncio.timeout(self._answer_s):
                    done = await self._answer
            except TimeoutError:
                self._set(Health.UNKNOWN)
            except LineFault:
                self._set(Health.GONE)
                return False
            else:
                self._set(Health.READY if done else Health.OFFLINE)
                return attempt == 0
            finally:
                self._answer = None
        return False

    def _heard(self, data: bytes) -> None:
        for answer in self._codec.feed(data):
            if isinstance(answer, Ack | Nack):
                if self._answer is not None and not self._answer.done():
                    self._answer.set_result(isinstance(answer, Ack))
            else:
                self.junk += 1

    def _line_changed(self, up: bool) -> None:
        if not up:
            self._set(Health.GONE)
        self._news.set()

    def _set(self, health: Health) -> None:
        if not self._line.is_up:
            health = Health.GONE
        if health is not self.health:
            self.health = health
            self._health_changed(health)
