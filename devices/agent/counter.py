"""Joins the feed and the devices: windows' orders to bars and keypads, keys and ratings to the server."""

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from functools import partial
from typing import Any

import msgspec

from devices.agent.config import BarConfig, Config, KeypadConfig
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
from devices.codec.escpos.status import Health
from devices.codec.frame import FrameCodec
from devices.codec.profile.shape import named
from devices.driver.bar import Bar, Panel
from devices.driver.keypad import Keypads
from devices.driver.press import KeyPressed, RatingGiven
from devices.transport.address import open_port
from devices.transport.line import Line, together
from devices.transport.tty import Settings
from queue_server.client.error import CommandRefused, Unanswered
from queue_server.client.link import Link
from queue_server.wire.ids import WindowId

KEY_S = 5.0
"""A caller key is asked for so long: a call that comes a minute late surprises everybody."""
RATING_S = 120.0
"""A rating is asked for longer: its key is pressed only once."""

Tell = Callable[[Mapping[str, object]], None]


class Counter:
    """All devices of one agent. `tell` gets plain facts: health, refusals, what nobody answered."""

    def __init__(self, config: Config, link: Link, tell: Tell) -> None:
        self._link = link
        self._tell = tell
        self._windows = {id_: Window(id_, config.language) for id_ in config.windows}
        self._bars: dict[WindowId, list[Bar]] = {}
        self._pads: dict[WindowId, list[tuple[Keypads, int]]] = {}
        self._jobs: list[Callable[[], Coroutine[None, None, None]]] = []
        self._asking: set[asyncio.Task[None]] = set()
        for bar in config.bar:
            self._add_bar(bar)
        for n, keypad in enumerate(config.keypad, 1):
            self._add_keypad(keypad, f"keypad {n}")
        link.on_change(self._changed)

    async def run(self) -> None:
        """Keeps everything going until cancelled. PortBusy or PortDenied if a port can not be had at the start."""
        try:
            await together(*(job() for job in self._jobs))
        finally:
            for task in self._asking:
                task.cancel()

    def leave(self, window: WindowId) -> None:
        """A window is not ours any more."""
        for order in self._windows[window].leave():
            self._obey(window, order)

    def _add_bar(self, config: BarConfig) -> None:
        panel = Panel(config.address, config.width, config.height, unit=config.unit)
        line = _line(config.port, Settings(baud=config.baud))
        bar = Bar(line, panel, health_changed=partial(self._health, f"bar {config.window}"))
        self._bars.setdefault(config.window, []).append(bar)
        self._jobs.append(bar.run)

    def _add_keypad(self, config: KeypadConfig, name: str) -> None:
        profile, windows = named(config.profile), config.addresses
        wire = profile.wire
        settings = Settings(wire.baud, wire.bits, wire.parity, wire.stop, rs485=config.rs485)
        keypads = Keypads(
            _line(config.port, settings),
            FrameCodec(profile),
            frozenset(windows),
            heard=lambda fact: self._heard(keypads, windows[fact.address], fact),
            health_changed=lambda address, health: self._health(f"{name}/{address}", health),
        )
        for address, window in windows.items():
            self._pads.setdefault(window, []).append((keypads, address))
        self._jobs.append(keypads.run)

    def _health(self, device: str, health: Health) -> None:
        self._tell({"device": device, "health": health.value})

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
        if isinstance(order, ShowText):
            for bar in self._bars.get(window, ()):
                bar.show(order.text, blinks=order.blinks)
            return
        for keypads, address in self._pads.get(window, ()):
            match order:
                case ShowNumber(number):
                    keypads.show_ticket(address, number)
                case ShowWaiting(count):
                    keypads.show_waiting(address, count)
                case AskRating(step, text, seconds):
                    keypads.prompt(address, step, text, seconds)
                case WithdrawRating():
                    keypads.withdraw(address)

    def _heard(self, keypads: Keypads, window: WindowId, fact: KeyPressed | RatingGiven) -> None:
        if isinstance(fact, RatingGiven):
            self._ask(rated(fact.rating, fact.level), RATING_S, keypads, fact.address)
            return
        asked = command(fact.verb, window)
        if asked is None:
            self._tell({"window": window, "ignored": fact.verb})
            keypads.beep(fact.address)
        else:
            self._ask(asked, KEY_S, keypads, fact.address)

    def _ask(self, asked: tuple[str, dict[str, Any]], limit_s: float, keypads: Keypads, address: int) -> None:
        task = asyncio.create_task(self._asked(asked, limit_s, partial(keypads.beep, address)))
        self._asking.add(task)
        task.add_done_callback(self._asking.discard)

    async def _asked(
        self, asked: tuple[str, dict[str, Any]], limit_s: float, beep: Callable[[], None]
    ) -> None:
        name, arguments = asked
        try:
            answer = await self._link.command(name, arguments, timeout_s=limit_s)
        except CommandRefused as refusal:
            self._tell({"command": name, "refused": refusal.code, **arguments})
            beep()
        except Unanswered:
            self._tell({"command": name, "unanswered": True, **arguments})
            beep()
        else:
            if name == "windows.call_next" and answer is None:
                beep()  # nobody is waiting: the display already says 0


def _line(port: str, settings: Settings) -> Line:
    return Line(lambda: open_port(port, settings), name=port)
