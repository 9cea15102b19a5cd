"""Joins the feed and the devices: windows' orders to bars and keypads, keys and ratings to the server."""

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import asdict, replace
from functools import partial
from typing import Any, Literal

import msgspec

from devices.agent.config import BarConfig, Config, DigitsConfig, KeypadConfig, PadConfig
from devices.agent.profile import text
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
        self._fitted: dict[str, tuple[Bars | Keypads | NumberDisplays, int]] = {}
        self._lit: list[tuple[Bars, BarConfig]] = []
        self._language = config.language
        self._ports = config.ports
        self._tally = Tally(tell)
        self._jobs: list[Callable[[], Coroutine[None, None, None]]] = [self._tally.run, self._dim]
        self._asking: set[asyncio.Task[None]] = set()
        for n, bar in enumerate(config.bar, 1):
            self._add_bar(bar, f"bar {n}")
        for n, keypad in enumerate(config.keypad, 1):
            self._add_keypad(keypad, f"keypad {n}")
        for n, pad_ in enumerate(config.pad, 1):
            self._add_pad(pad_, f"pad {n}")
        for n, line in enumerate(config.digits, 1):
            self._add_digits(line, f"digits {n}")
        link.on_change(self._changed)

    async def run(self) -> None:
        """Keeps everything going until cancelled. PortBusy or PortDenied if a port can not be had at the start."""
        try:
            await together(*(job() for job in self._jobs))
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

    def _add_bar(self, config: BarConfig, name: str) -> None:
        called = f"{name}/{{}}".format if config.windows else lambda _: name
        bars = Bars(
            self._line(name, Settings(baud=config.baud, rs485=config.rs485)),
            frozenset(config.addresses),
            Panel(config.width, config.height, unit=config.unit),
            manner=replace(MANNER, byte_s=10 / config.baud),
            replies=config.replies,
            health_changed=lambda address, health: self._health(called(address), health),
        )
        self._fitted |= {called(address): (bars, address) for address in config.addresses}
        self._lit.append((bars, config))
        self._tally.add(
            name,
            lambda: {
                "noise": bars.noise,
                "refused": bars.refused,
                "round_ms": round(bars.round_s * 1000),
            },
        )
        self._jobs.append(bars.run)

    def _add_keypad(self, config: KeypadConfig, name: str) -> None:
        profile = shape.read(text("frame", config.profile))
        line = self._line(name, _settings(profile.wire, config.rs485))
        self._add_keys(line, FrameCodec(profile), frozenset(config.addresses), name, f"{name}/{{}}".format)

    def _add_pad(self, config: PadConfig, name: str) -> None:
        codec = PadCodec(pad.read(text("pad", config.profile)))
        self._add_keys(self._line(name, Settings()), codec, frozenset({HERE}), name, lambda _: name)

    def _add_keys(
        self,
        line: Line,
        codec: KeyCodec,
        addresses: frozenset[int],
        name: str,
        called: Callable[[int], str],
    ) -> None:
        """A line with keys; `called` is the name of the device at an address."""
        keypads = Keypads(
            line,
            codec,
            addresses,
            heard=lambda fact: self._heard(keypads, self._whose[called(fact.address)], fact),
            health_changed=lambda address, health: self._health(called(address), health),
        )
        self._fitted |= {called(address): (keypads, address) for address in addresses}
        self._tally.add(name, lambda: asdict(keypads.counts) | {"round_ms": round(keypads.round_s * 1000)})
        self._jobs.append(keypads.run)

    def _add_digits(self, config: DigitsConfig, name: str) -> None:
        profile = digits.read(text("digits", config.profile))
        displays = NumberDisplays(
            self._line(name, _settings(profile.wire, config.rs485)),
            profile,
            frozenset(config.addresses),
            health_changed=lambda address, health: self._health(f"{name}/{address}", health),
        )
        self._fitted |= {f"{name}/{address}": (displays, address) for address in config.addresses}
        self._tally.add(name, lambda: {"noise": displays.noise, "refused": displays.refused})
        self._jobs.append(displays.run)

    def _line(self, name: str, settings: Settings) -> Line:
        line = Line(opener(name, self._ports, settings), name=self._ports[name])
        line.on_fault = lambda fault: self._tell({"device": name, "fault": fault.code, "said": str(fault)})
        return line

    def _health(self, device: str, health: Health) -> None:
        self._tell({"device": device, "health": health.value})

    async def _dim(self) -> None:
        """Keeps the bars' brightness that of the hour by the server's clock: not before it has told it."""
        await self._link.reach("live")
        while True:
            for bars, config in self._lit:
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
        match order, self._fitted[name]:
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

    def _heard(self, keypads: Keypads, window: WindowId | None, fact: KeyPressed | RatingGiven) -> None:
        beep = partial(keypads.beep, fact.address)
        if window is None:  # it was taken away from its window
            self._tell({"window": None, "ignored": fact.verb if isinstance(fact, KeyPressed) else "rating"})
            beep()
            return
        if isinstance(fact, RatingGiven):
            key = "keypad_thanks_low" if fact.level <= LOW else "keypad_thanks"
            thanks = say("device", key, self._language)
            asked = rated(fact.rating, fact.level, window)
            self._ask(asked, RATING_S, lambda _: keypads.thank(fact.address, thanks), beep)
            return
        pressed = command(fact.verb, window, self._windows[window].held)
        if pressed is None:
            self._tell({"window": window, "ignored": fact.verb})
            beep()
        else:
            # Nobody is waiting: the display already says 0, and the tone says that the key was heard.
            nobody = fact.verb == "call_next"
            self._ask(pressed, KEY_S, lambda answer: beep() if nobody and answer is None else None, beep)

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
            self._tell({"command": name, "refused": refusal.code, **arguments})
            undone()
        except Unanswered:
            self._tell({"command": name, "unanswered": True, **arguments})
            undone()


def _settings(wire: Wire, rs485: Literal["none", "kernel"]) -> Settings:
    return Settings(wire.baud, wire.bits, wire.parity, wire.stop, rs485=rs485)
