"""Joins the feed and the devices: windows' orders to bars and keypads, keys and ratings to the server."""

import asyncio
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import msgspec

from devices.agent import answer
from devices.agent.config import Config
from devices.agent.fit import Fit, counts
from devices.agent.tally import Tally
from devices.agent.window import (
    AskRating,
    Order,
    ShowNumber,
    ShowText,
    ShowWaiting,
    Window,
    WithdrawRating,
    command,
    rated,
)
from devices.driver.bar import Bars
from devices.driver.digits import NumberDisplays
from devices.driver.keypad import Fact, Keypads
from devices.driver.press import KeyPressed, RatingGiven
from devices.transport.line import together
from queue_server.client.error import CommandRefused, Unanswered
from queue_server.client.link import Link
from queue_server.wire.face import say
from queue_server.wire.ids import WindowId

KEY_S = 5.0
"""A caller key is asked for so long: a call that comes a minute late surprises everybody."""
RATING_S = 120.0
"""A rating is asked for longer: its key is pressed only once."""

DIM_EVERY_S = 15.0
"""How often the hour is looked at for the bars' brightness."""

LOW = 2
"""Up to this level somebody looks into it, and the thanks say so."""

Tell = Callable[[Mapping[str, object]], None]


class Counter:
    """All devices of one agent. `tell` gets plain facts: health, refusals, what nobody answered."""

    def __init__(self, config: Config, link: Link, tell: Tell) -> None:
        self._link = link
        self._tell = tell
        self._windows = {id_: Window(id_, config.language) for id_ in config.windows}
        self._whose: dict[str, WindowId | None] = {each.name: each.window for each in config.fittings}
        self._language, self._destination = config.language, config.destination
        self._asking: set[asyncio.Task[None]] = set()
        self._fit = Fit(config, tell, self._heard)
        self._tally = Tally(tell)
        for name, driver in self._fit.drivers.items():
            self._tally.add(name, partial(counts, driver))
        link.on_change(self._changed)

    async def run(self) -> None:
        """Keeps everything going until cancelled. PortBusy or PortDenied if a port can not be had at the start."""
        try:
            drivers = (driver.run() for driver in self._fit.drivers.values())
            await together(self._tally.run(), self._dim(), *drivers)
        finally:
            for task in self._asking:
                task.cancel()

    def settle(self, whose: Mapping[str, WindowId | None]) -> None:
        """Which window each device stands at from now on, by its name. What it showed of another goes, and it shows its own."""
        moved = {name: window for name, window in whose.items() if window != self._whose[name]}
        for name in moved:
            for order in (*Window(WindowId(""), self._language).leave(), WithdrawRating()):
                self._order(name, order)
        self._whose |= moved
        afresh = {window for window in moved.values() if window is not None}
        self._windows = {
            id_: Window(id_, self._language) if id_ in afresh else self._windows[id_]
            for id_ in self._whose.values()
            if id_ is not None
        }
        for window in afresh:
            self._changed(f"window:{window}", frozenset())

    def leave(self, window: WindowId) -> None:
        """A window is not ours any more."""
        for order in self._windows[window].leave():
            self._obey(window, order)

    async def _dim(self) -> None:
        """Keeps the bars' brightness that of the hour by the server's clock: not before it has told it."""
        await self._link.reach("live")
        while True:
            for bars, config in self._fit.lit:
                level = config.level(self._link.now())
                if level is not None:
                    bars.dim(level)
            await asyncio.sleep(DIM_EVERY_S)

    def _changed(self, topic: str, _: frozenset[str]) -> None:
        window = self._windows.get(WindowId(topic.removeprefix("window:")))
        if window is None:
            return
        try:
            orders = window.see(self._link.topics.get(topic, {}), self._link.now(), self._link.speed)
        except msgspec.ValidationError as fault:  # a newer server: the other windows work on
            self._tell({"window": window.id, "unreadable": str(fault)})
            return
        for order in orders:
            self._obey(window.id, order)

    def _obey(self, window: WindowId, order: Order) -> None:
        for name, at in self._whose.items():
            if at == window:
                self._order(name, order)

    def _order(self, name: str, order: Order) -> None:
        """A device does what its kind can; what is asked of another kind is not its own."""
        match order, self._fit.devices[name]:
            case ShowText(wordings, blinks), (Bars() as bars, address):
                bars.show(address, wordings, blinks=blinks)
            case ShowNumber(number), (NumberDisplays() as displays, address):
                displays.show(address, number)
            case ShowWaiting(), (NumberDisplays() as displays, address):
                displays.show(address, "")
            case ShowNumber(number), (Keypads() as keypads, address):
                keypads.show_ticket(address, number)
            case ShowWaiting(count), (Keypads() as keypads, address):
                keypads.show_waiting(address, count)
            case AskRating(step, text, seconds), (Keypads() as keypads, address):
                keypads.prompt(address, step, text, seconds)
            case WithdrawRating(), (Keypads() as keypads, address):
                keypads.withdraw(address)

    def _heard(self, name: str, keypads: Keypads, fact: Fact) -> None:
        window = self._whose[name]
        beep = partial(keypads.beep, fact.address)
        if window is None:  # it was taken away from its window
            verb = fact.verb if isinstance(fact, KeyPressed) else "rating"
            self._tell({"window": None, "ignored": verb, "said": answer.NOWHERE.said})
            beep()
            return
        if isinstance(fact, RatingGiven):
            key = "keypad_thanks_low" if fact.level <= LOW else "keypad_thanks"
            thanks = say("device", key, self._language)
            asked = rated(fact.rating, fact.level, window)
            self._ask(asked, RATING_S, lambda _: keypads.thank(fact.address, thanks), beep)
            return
        destination = {"window": fact.typed} if fact.typed else self._destination(window)
        pressed = command(fact.verb, window, self._windows[window].held, destination)
        if pressed is None:
            self._tell({"window": window, "ignored": fact.verb, "said": answer.ignored(fact.verb)})
            beep()
        else:
            # Nobody is waiting: the display already says 0, and the tone says that the key was heard.
            nobody = fact.verb == "call_next"
            self._ask(pressed, KEY_S, lambda called: beep() if nobody and called is None else None, beep)

    def _ask(
        self,
        asked: tuple[str, dict[str, Any]],
        limit_s: float,
        done: Callable[[object], None],
        undone: Callable[[], None],
    ) -> None:
        task = asyncio.create_task(self._asked(asked, limit_s, done, undone))
        self._asking.add(task)
        task.add_done_callback(self._asking.discard)

    async def _asked(
        self,
        asked: tuple[str, dict[str, Any]],
        limit_s: float,
        done: Callable[[object], None],
        undone: Callable[[], None],
    ) -> None:
        name, arguments = asked
        try:
            done(await self._link.command(name, arguments, timeout_s=limit_s))
        except CommandRefused as refusal:
            self._tell(
                {"command": name, "refused": refusal.code, "said": answer.refused(refusal), **arguments}
            )
            undone()
        except Unanswered:
            self._tell({"command": name, "unanswered": True, "said": answer.UNANSWERED.said, **arguments})
            undone()
