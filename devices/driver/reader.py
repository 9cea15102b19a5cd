"""The identity card reader: looks for a card while somebody asks for one, and hands it to whoever asked.

Nothing of a card is kept, logged or counted here: it is in the answer and nowhere else. A reader finds a card that it
has read again only after the card was taken off.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from devices.codec.escpos.status import Health
from devices.codec.sam import card as text
from devices.codec.sam.card import Card, Unreadable
from devices.codec.sam.frame import DONE, FOUND, NO_CARD, Ask, Reply, SamCodec
from devices.transport.error import LineFault, gone
from devices.transport.line import Line, together

ANSWER_S = 1.0
READ_S = 5.0
"""How long a reader may take: for a short answer, and for a card's text and picture."""
TRIES = 3
"""How often a reader is asked for a card, and for the text of one, whose answer was lost on its way: a card stays selected."""
FIND_EVERY_S = 0.3
CHECK_EVERY_S = 10.0


@dataclass(frozen=True, slots=True)
class Read:
    """The card."""

    card: Card


@dataclass(frozen=True, slots=True)
class NoCard:
    """Nobody put a card on the reader in time."""


@dataclass(frozen=True, slots=True)
class Unread:
    """A card was not read. `fault`: `gone`, `shared` or `unknown` is the reader (no port, one in use elsewhere, no answer);
    `card` is to be put on again, and so is one of which the named part can not be.
    """

    fault: str


Outcome = Read | NoCard | Unread
CARD = "card"
READERS_OWN = (NoCard(), *(Unread(health) for health in (Health.GONE, Health.SHARED, Health.UNKNOWN)))
"""Outcomes that are over when the reader answers again."""


class CardReader:
    """One reader on a line of its own. `health_changed` is called on the loop with each new health."""

    def __init__(
        self,
        line: Line,
        *,
        answer_s: float = ANSWER_S,
        read_s: float = READ_S,
        find_every_s: float = FIND_EVERY_S,
        check_every_s: float = CHECK_EVERY_S,
        health_changed: Callable[[Health], None] = lambda _: None,
    ) -> None:
        self.health = Health.GONE
        self.junk = 0
        self._line = line
        self._answer_s, self._read_s = answer_s, read_s
        self._find_every_s, self._check_every_s = find_every_s, check_every_s
        self._health_changed = health_changed
        self._codec = SamCodec()
        self._turn = asyncio.Lock()
        self._asked: Ask | None = None
        self._answer: asyncio.Future[Reply] | None = None
        line.on_bytes = self._heard
        line.on_change = self._line_changed

    async def run(self) -> None:
        """Keeps the line open and looks at the reader every few seconds, until cancelled.

        Raises PortBusy or PortDenied if the port can not be had at the very start.
        """
        await together(self._line.run(), self._watch())

    async def read(self, limit_s: float = 30.0) -> Outcome:
        """The card that is put on within `limit_s`, or what was in its way. Askers wait for each other.

        One that lies there when the time is up is read to its end: a reader does not find it again. May be cancelled at any
        time: what the reader still says then is nobody's, and is dropped.
        """
        last: Outcome = NoCard()
        async with self._turn:
            until = asyncio.get_running_loop().time() + limit_s
            while True:
                found = await self._attempt()
                if isinstance(found, Read):
                    return found
                # A card that was there is not no card, though it is not found any more.
                if not isinstance(found, NoCard) or last in READERS_OWN:
                    last = found
                if asyncio.get_running_loop().time() >= until:
                    return last
                await asyncio.sleep(self._find_every_s)

    async def _attempt(self) -> Outcome:
        """Find, select, read: once."""
        found = await self._insist(Ask.FIND)
        if found is None:
            return Unread(self.health.value)
        if found.status == NO_CARD:
            return NoCard()
        selected = await self._ask(Ask.SELECT, last=False)
        if selected is None or selected.status == DONE:
            found = await self._insist(Ask.READ)
            if found is not None and found.status == DONE:
                return _read(found)
        return Unread(CARD)

    async def _insist(self, ask: Ask) -> Reply | None:
        """The reply to an order that may be given again."""
        for left in reversed(range(TRIES)):
            reply = await self._ask(ask, last=left == 0)
            if reply is not None:
                return reply
        return None

    async def _ask(self, ask: Ask, *, last: bool = True) -> Reply | None:
        """The reply to an order, None if there is none in time. Only the silence after the `last` try says that the reader is mute:
        whoever was told so before would not wait for the next.
        """
        self._asked, self._answer = ask, asyncio.get_running_loop().create_future()
        try:
            await self._line.write(self._codec.encode(ask))
            async with asyncio.timeout(self._read_s if ask is Ask.READ else self._answer_s):
                reply = await self._answer
        except TimeoutError:
            if last:
                self._set(Health.UNKNOWN)
        except LineFault:
            self._set(Health.GONE)
        else:
            self._set(Health.READY)
            return reply
        finally:
            self._asked = self._answer = None
        return None

    async def _watch(self) -> None:
        while True:
            await self._line.wait_up()
            async with self._turn:
                await self._ask(Ask.STATUS)
            await asyncio.sleep(self._check_every_s)

    def _heard(self, data: bytes) -> None:
        for reply in self._codec.feed(data, asyncio.get_running_loop().time()):
            if not isinstance(reply, Reply):
                self.junk += 1
            elif self._answer is not None and not self._answer.done() and _answers(reply, self._asked):
                self._answer.set_result(reply)

    def _line_changed(self, up: bool) -> None:
        if not up and self._answer is not None and not self._answer.done():
            self._answer.set_exception(gone(self._line.name))
        self._set(Health.UNKNOWN if up else Health.GONE)

    def _set(self, health: Health) -> None:
        if not self._line.is_up:
            health = Health.SHARED if self._line.shared else Health.GONE
        if health is not self.health:
            self.health = health
            self._health_changed(health)


def _read(reply: Reply) -> Outcome:
    try:
        return Read(text.read(text.block(reply.data)))
    except Unreadable as fault:
        return Unread(str(fault))


def _answers(reply: Reply, ask: Ask | None) -> bool:
    """Whether this can be the reply to that order: one that was not waited for any more may come late."""
    if reply.status == FOUND:
        return ask is Ask.FIND
    if reply.status == DONE:
        return ask is not Ask.FIND and (len(reply.data) > text.TEXT) == (ask is Ask.READ)
    return True
