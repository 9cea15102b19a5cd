"""Callers and evaluators of one bus, or the one pad of a port. The codec says which bytes, the bus whose turn it is."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Protocol

from devices.codec.escpos.status import Health
from devices.codec.frame import Order
from devices.codec.manner import Manner
from devices.codec.signal import Garbage, KeySignal
from devices.driver.bus import Bus
from devices.driver.press import Counts, KeyPressed, Presses, RatingGiven
from devices.transport.line import Line

THANKS_S = 5.0
"""How long words of thanks stand."""

Fact = KeyPressed | RatingGiven


class KeyCodec(Protocol):
    """What a codec of keys can do: FrameCodec, PadCodec. An order that a device can not do is no bytes."""

    @property
    def manner(self) -> Manner:
        """How the line wants to be spoken to."""

    def feed(self, data: bytes, now: float = 0.0) -> Sequence[KeySignal]:
        """What the devices said."""

    def idle(self, now: float) -> Sequence[KeySignal]:
        """What giving up a torn frame brings to light."""

    def encode(self, order: Order) -> bytes:
        """An order as a frame."""

    def poll(self, address: int) -> bytes:
        """The question to an address."""


class Keypads:
    """A bus. `heard` is called on the loop with each press and rating; `health_changed` with each address's new health.

    A device that speaks by itself is unknown until it was heard since the line came up: silence is its nature.
    """

    def __init__(
        self,
        line: Line,
        codec: KeyCodec,
        addresses: frozenset[int],
        *,
        heard: Callable[[Fact], None],
        health_changed: Callable[[int, Health], None] = lambda *_: None,
    ) -> None:
        self.stranger: Callable[[int], None] = lambda _: None
        """Told of an address that is not one of ours with each key that comes from it."""
        self._addresses = addresses
        self._line, self._codec, self._told = line, codec, heard
        self._manner = codec.manner
        self._presses = Presses(addresses, self._manner.debounce_s)
        self._shown: dict[tuple[int, str], Order] = {}
        self._over: dict[int, asyncio.TimerHandle] = {}
        self._bus = Bus(
            line,
            self._manner,
            addresses,
            {address: question for address in addresses if (question := codec.poll(address))},
            heard=self._heard,
            up=self._show_again,
            health_changed=health_changed,
        )

    @property
    def counts(self) -> Counts:
        """What was dropped."""
        return self._presses.counts

    @property
    def healths(self) -> dict[int, Health]:
        """How each address is."""
        return self._bus.healths

    @property
    def health(self) -> Health:
        """How the bus is: ready if anybody on it is."""
        found = set(self._bus.healths.values())
        return next((each for each in (Health.READY, Health.UNKNOWN) if each in found), Health.GONE)

    @property
    def round_s(self) -> float:
        """How long it last took to ask everybody once."""
        return self._bus.round_s

    async def run(self) -> None:
        """Keeps the line open and writes orders in fair turns, until cancelled.

        Raises PortBusy or PortDenied if the port can not be had at the very start.
        """
        try:
            await self._bus.run()
        finally:
            for timer in self._over.values():
                timer.cancel()

    def prompt(self, address: int, rating: str, text: str = "", seconds: float | None = None) -> None:
        """Asks for the rating named `rating`, with `text` where there is room for it.

        The first key within so many real seconds (30) counts; then the question is withdrawn.
        """
        limit = self._manner.rating_s if seconds is None else seconds
        loop = asyncio.get_running_loop()
        self._presses.ask(address, rating, loop.time(), limit)
        self._order(Order(address, "prompt"))
        self.say(address, text)
        self._end(address, loop.call_later(limit, self.withdraw, address))

    def withdraw(self, address: int) -> None:
        """The rating is not wanted any more, for example because somebody else is called. Nothing if none is open."""
        if self._presses.withdraw(address):
            self.say(address, "")
            self._end(address)

    def thank(self, address: int, text: str) -> None:
        """Words for somebody who has rated, for some seconds."""
        self.say(address, text)
        self._end(address, asyncio.get_running_loop().call_later(THANKS_S, self.say, address, ""))

    def say(self, address: int, text: str) -> None:
        """Words for the one who rates, where there is a display for them."""
        self._show("words", Order(address, "show_text", text))

    def show_ticket(self, address: int, number: str) -> None:
        """Shows the last digits of a ticket's number on the caller."""
        self._show("number", Order(address, "show_ticket", number))

    def show_waiting(self, address: int, count: int) -> None:
        """Shows how many wait."""
        self._show("number", Order(address, "show_waiting", str(count)))

    def beep(self, address: int) -> None:
        """A short tone."""
        self._order(Order(address, "beep"))

    def _show(self, slot: str, order: Order) -> None:
        """What stands until something else does in its slot, also after the device was away."""
        self._shown[order.address, slot] = order
        self._bus.order(order.address, slot, self._codec.encode(order))

    def _order(self, order: Order) -> None:
        """What is over when it is done."""
        self._bus.order(order.address, order.command, self._codec.encode(order))

    def _show_again(self, address: int) -> None:
        for (place, slot), order in self._shown.items():
            if place == address:
                self._show(slot, order)
        if self._presses.asks(address):
            self._order(Order(address, "prompt"))

    def _end(self, address: int, timer: asyncio.TimerHandle | None = None) -> None:
        """The time of an earlier question does not end a later one."""
        earlier = self._over.pop(address, None)
        if earlier is not None:
            earlier.cancel()
        if timer is not None:
            self._over[address] = timer

    def _heard(self, data: bytes | None, now: float) -> None:
        for signal in self._codec.idle(now) if data is None else self._codec.feed(data, now):
            if not isinstance(signal, Garbage):
                self._bus.answered(signal.address)
                self._bus.urge(signal.ack)
                if signal.address not in self._addresses:
                    self.stranger(signal.address)
            fact = self._presses.take(signal, now)
            if isinstance(fact, RatingGiven):
                self._end(fact.address)
            if fact is not None:
                self._told(fact)
