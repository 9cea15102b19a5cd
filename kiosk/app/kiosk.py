"""The joining: events go into the model, what it wants goes to link and printer, and its Look goes onto the glass."""

import asyncio
import logging
import secrets
import time
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from devices.driver.condition import trouble
from kiosk.link.backlight import Backlight
from kiosk.link.book import Book
from kiosk.link.card import Cards, NoCards
from kiosk.link.hall import Hall
from kiosk.link.machine import Machine
from kiosk.link.paper import Paper
from kiosk.link.voice import Mute, Voice
from kiosk.model.event import Event, Fresh, Kept, NotKept, PrinterChanged, Ticked, Touched
from kiosk.model.intent import (
    Ail,
    Cancel,
    Change,
    Confirm,
    Find,
    HandOver,
    Hush,
    Inspect,
    Intent,
    Keep,
    KeepBlocks,
    Lease,
    LeaveCards,
    Light,
    Print,
    ReadCards,
    Remember,
    Report,
    Restart,
    Speak,
    Take,
    TakeFor,
    TryPrinter,
)
from kiosk.model.journal import Entry
from kiosk.model.look import Look
from kiosk.model.night import Night
from kiosk.model.patience import Times
from kiosk.model.show import look
from kiosk.model.state import State
from kiosk.model.step import step

TICK_S = 0.2
NIGHT_TICK_S = 1.0
"""While the glass is dark."""
_log = logging.getLogger(__name__)


def fresh() -> Fresh:
    """Random text for a ticket that a touch may take."""
    return Fresh(secrets.token_urlsafe(16), secrets.token_urlsafe(16), secrets.token_urlsafe(18))


class Kiosk:
    """One kiosk at work. `show` gets each new Look; call `join` before anything is told."""

    def __init__(
        self,
        times: Times,
        clock: Callable[[], float] = time.monotonic,
        *,
        scanner: bool = False,
        pin: str | None = None,
        tall: bool = True,
        loud: Mapping[str, int] | None = None,
        night: Night | None = None,
        light: Backlight | None = None,
    ) -> None:
        self._clock = clock
        self.state = State(
            now=clock(),
            times=times,
            scanner=scanner,
            pin=pin,
            tall=tall,
            loud=loud or {},
            night=night or Night(),
        )
        self.look: Look = look(self.state)
        self.show: Callable[[Look], None] = lambda _: None
        self._prints = False
        """Whether a paper comes out here, as the printer last said; without one none does."""
        self._hall: Hall | None = None
        self._paper: Paper | None = None
        self._book: Book | None = None
        self._cards: Cards = NoCards()
        self._reading: asyncio.Task[object] | None = None
        self._voice: Voice = Mute()
        self._light = light or Backlight()
        self.ail: Callable[[Ail], None] = lambda _: None
        """Gets what is wrong with the kiosk, for its record."""
        self.machine: Machine | None = None
        """What sees how this machine is."""
        self.restart: Callable[[], None] = lambda: None
        """Ends the program."""
        self.anew = False
        """It was ended to be started again."""
        self._jobs: set[asyncio.Task[object]] = set()

    def join(
        self,
        hall: Hall,
        paper: Paper,
        book: Book,
        cards: Cards | None = None,
        voice: Voice | None = None,
    ) -> None:
        """Work with this hall, printer, journal, card reader and voice, and go on where the journal ends. Call it in the loop."""
        self._hall, self._paper, self._book = hall, paper, book
        self._cards, self._voice = cards or self._cards, voice or self._voice
        self.tell(book.recalled)

    def tell(self, event: Event) -> None:
        """Something happened."""
        if isinstance(event, Touched):
            event = replace(event, fresh=fresh())
        if isinstance(event, PrinterChanged):
            self._prints = event.fault is None
        self.state, intents = step(self.state, event, self._clock())
        for intent in intents:
            self._do(intent)
        seen = look(self.state)
        if seen != self.look:
            self.look = seen
            self.show(seen)

    async def run(self) -> None:
        """Let time pass and keep printer and reader ready, until cancelled. PortBusy or PortDenied at the start."""
        if self._paper is None:
            raise RuntimeError("join comes before run")
        await self._light.put(on=True)  # a program that ended at night left it out
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._paper.run(), name="paper")
            tasks.create_task(self._cards.run(), name="cards")
            tasks.create_task(self._voice.run(), name="voice")
            tasks.create_task(self._tick(), name="tick")

    async def _tick(self) -> None:
        while True:
            if self._hall is not None:
                self._hall.tell_prints(prints=self._prints)
                self._hall.look()
                self.tell(Ticked(self._at()))
            await asyncio.sleep(NIGHT_TICK_S if self.look.dark else TICK_S)

    def _at(self) -> datetime | None:
        """The hall's time: what the server said and how long ago that was, or what the journal knows of it."""
        if self._hall is None or self._book is None:
            return None
        return self._hall.at() or self._book.now()

    async def _keep(self, entry: Entry, book: Book) -> None:
        self.tell(Kept(entry) if await book.keep(entry) else NotKept(entry))

    def _do(self, intent: Intent) -> None:
        if self._hall is None or self._paper is None or self._book is None:
            raise RuntimeError("join comes before any touch")
        work: Coroutine[Any, Any, object]
        match intent:
            case Take() | TakeFor():
                self._begin(self._paper.expect(), "paper")
                work = self._hall.take(intent)
            case Report() | Cancel() | HandOver():
                work = self._hall.say(intent)
            case Lease():
                work = self._hall.lease(intent)
            case Confirm() | Find() | Change():
                work = self._hall.ask(intent)
            case Print() | TryPrinter():
                work = self._paper.print(intent)
            case Keep(entry):
                work = self._keep(entry, self._book)
            case KeepBlocks(blocks):
                work = self._book.keep_blocks(blocks)
            case Remember(hall):
                work = self._book.remember(hall, self._hall.at())
            case Inspect():
                work = self._inspect()
            case Light(on):
                work = self._light.put(on=on)
            case ReadCards() | LeaveCards() | Speak() | Hush() | Restart() | Ail():
                self._do_now(intent)
                return
        self._begin(work, type(intent).__name__)

    def _do_now(self, intent: ReadCards | LeaveCards | Speak | Hush | Restart | Ail) -> None:
        match intent:
            case ReadCards():
                self._reading = self._begin(self._cards.read(), "cards")
            case LeaveCards():
                if self._reading is not None:
                    self._reading.cancel()
            case Speak():
                self._voice.speak(intent)
            case Hush():
                self._voice.hush()
            case Restart():
                self.anew = True
                self.restart()
            case Ail(part, name, code):
                _log.error("%s", trouble(part, name, code))
                self.ail(intent)

    async def _inspect(self) -> None:
        if self.machine is not None:
            self.tell(await asyncio.to_thread(self.machine.inspect))

    def _begin(self, work: Coroutine[Any, Any, object], name: str) -> asyncio.Task[object]:
        job = asyncio.create_task(work, name=name)
        self._jobs.add(job)
        job.add_done_callback(self._done)
        return job

    def _done(self, job: asyncio.Task[object]) -> None:
        """One job that fails is noted and does not end the kiosk; the model's own patience leads on."""
        self._jobs.discard(job)
        if not job.cancelled() and (fault := job.exception()) is not None:
            _log.error("%s failed", job.get_name(), exc_info=fault)
