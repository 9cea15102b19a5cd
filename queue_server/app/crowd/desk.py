"""A drawn clerk at a window.

A drawn clerk yields to people: a window that somebody else attends, pauses or closes is left alone, and a ticket that somebody
else moved on is no longer followed. Whatever the server refuses, the clerk looks again at what is true now.
"""

import asyncio
import contextlib
from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from typing import Any

import structlog

from queue_server.app.crowd.floor import LOOK_S, Floor
from queue_server.client.error import CommandRefused, Unanswered
from queue_server.client.link import Link
from queue_server.simulation.chance import drawn
from queue_server.simulation.citizen import CLOSING, OPENING, Citizen
from queue_server.simulation.clerk import Move, breath_s, heard, moves, speed
from queue_server.wire.day import day_start, local_day
from queue_server.wire.ids import WindowId

EARLY = timedelta(minutes=20)
"""Clerks come this long before the citizens."""
REST_S = (40.0, 420.0)
"""Between these lie the business seconds that a service found at the start still takes."""
SETTLE_S = 3.0
"""How long, in real seconds, a clerk waits to see what they have just done."""
PREPARE_S = 10.0
"""A clerk who has not found their window after this many real seconds does so after the beginning."""

log = structlog.get_logger(__name__)


class Desk:
    """A drawn clerk at their window."""

    def __init__(self, floor: Floor, window: WindowId, *, seated: bool) -> None:
        """`seated`: somebody is served here from the start, if anybody waits; else the clerk calls in the first round."""
        self.window = window
        self.name, token = floor.orders.clerks[window]
        self._floor = floor
        self._seated = seated
        self._fresh = True
        self._topic = f"window:{window}"
        self._link = Link([floor.orders.address], [self._topic], token)
        self._chance = drawn(floor.orders.seed, "desk", window)
        self._speed = speed(floor.orders.seed, window)
        self._changed = asyncio.Event()
        self._link.on_change(lambda *_: self._changed.set())
        self._came: date | None = None
        self._left: date | None = None
        self.ready = asyncio.Event()

    async def work(self) -> None:
        """Attend the window until cancelled."""
        async with self._link:
            try:
                async with asyncio.timeout(PREPARE_S):
                    await self._prepare()
            except (CommandRefused, Unanswered, TimeoutError):
                log.info("crowd.late", window=self.window)
            self.ready.set()
            await self._floor.begun.wait()
            while True:
                try:
                    await self._link.reach("live")
                    await self._turn()
                except (CommandRefused, Unanswered) as no:
                    log.debug("crowd.refused", window=self.window, reason=str(no))
                    await self._look()
                except Exception:  # one clerk's mishap is not the hall's
                    log.exception("crowd.mishap", window=self.window)
                    await self._look()

    async def _prepare(self) -> None:
        await self._link.reach("live")
        await self._settle(lambda: self._record is not None)
        record = self._record
        if (
            record is not None and record.get("clerk") == self.name
        ):  # an earlier run's, whose sign-in holds it
            await self._ask("windows.open", takeover=True)
        elif record is not None and record["state"] == "closed" and self._at_work():
            await self._open(local_day(self._link.now()))
        if self._seated and self._free and await self._ask("windows.call_next") is not None:
            await self._ask("windows.start")
            self._fresh = False

    async def _turn(self) -> None:
        record, today = self._record, local_day(self._link.now())
        if record is None or self._left == today:
            await self._look()
        elif record["state"] == "closed":
            await self._arrive(today)
        elif record.get("clerk") != self.name:
            self._left = today
        elif record.get("ticket") is not None:
            await self._serve(record["ticket"])
        elif record["state"] == "paused":
            await self._look()
        else:
            self._came = today
            await self._next()

    async def _arrive(self, today: date) -> None:
        if self._came == today:  # somebody closed the window
            self._left = today
        elif self._at_work() or self._waiting:  # late comers are served too
            await self._open(today)
        else:
            await self._look()

    async def _open(self, today: date) -> None:
        await self._ask("windows.open")
        self._came = today
        await self._settle(lambda: self._free)

    async def _next(self) -> None:
        if self._waiting:
            await (self._floor.first_round() if self._fresh else self._breathe())
            self._fresh = False
            if self._free:
                ticket = await self._ask("windows.call_next")
                if ticket is not None:
                    await self._settle(lambda: self._holds(ticket["id"], "called"))
        elif self._at_work():
            await self._look()
        else:
            self._came = None
            await self._ask("windows.close")

    async def _breathe(self) -> None:
        await self._pass(breath_s(self._chance), lambda: self._free)

    async def _serve(self, id_: str) -> None:
        ticket = self._link.topics[self._topic].get("current")
        if ticket is None or ticket["id"] != id_:
            await self._look()
            return
        step = next((n for n, s in enumerate(ticket["steps"]) if s["state"] in {"called", "serving"}), 0)
        citizen = self._floor.citizen(ticket)
        for move in self._plan(citizen, step, ticket["state"]):
            holds = partial(self._holds, id_, "serving" if move.verb == "finish" else "called")
            await self._settle(holds)
            if not await self._pass(move.after_s, holds):
                return
            await self._ask(f"windows.{move.verb}")
        if citizen.shows and citizen.rating is not None:
            await self._floor.rate(self.window, f"{id_}/{step}", citizen.rating)
        await self._settle(lambda: not self._holds(id_, None))

    def _plan(self, citizen: Citizen, step: int, state: str) -> tuple[Move, ...]:
        if state == "serving":  # found so at the start, or started by somebody else
            return (Move(self._chance.uniform(*REST_S), "finish"),)
        return heard(moves(citizen, step, self._floor.hall.rules, self._speed), self._link.speed)

    async def _ask(self, command: str, **fields: bool) -> Any:
        return await self._link.command(command, {"window": self.window, **fields})

    async def _pass(self, business_s: float, still: Callable[[], bool]) -> bool:
        """Let business time pass while something holds; whether it held."""
        end = self._link.now() + timedelta(seconds=business_s)
        while still():
            left_s = (end - self._link.now()).total_seconds() / self._link.speed
            if left_s <= 0:
                return True
            await self._look(min(left_s, LOOK_S))
        return False

    async def _settle(self, seen: Callable[[], bool]) -> None:
        """Wait until the link shows what has been done; a while, since somebody else may have undone it."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(SETTLE_S):
                while not seen():
                    await self._look()

    async def _look(self, real_s: float = LOOK_S) -> None:
        """Wait for a change at the window, or for some real time."""
        self._changed.clear()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(real_s):
                await self._changed.wait()

    @property
    def _record(self) -> dict[str, Any] | None:
        return self._link.topics[self._topic].get("window")

    @property
    def _waiting(self) -> bool:
        record = self._link.topics[self._topic].get("waiting")
        return record is not None and record["count"] > 0

    @property
    def _free(self) -> bool:
        record = self._record
        return (
            record is not None
            and record["state"] == "open"
            and record.get("clerk") == self.name
            and record.get("ticket") is None
        )

    def _holds(self, id_: str, state: str | None) -> bool:
        """Whether the window has a ticket, in a state (None: any)."""
        record = self._record
        if record is None or record.get("ticket") != id_:
            return False
        return state is None or record.get("ticket_state") == state

    def _at_work(self) -> bool:
        now = self._link.now()
        return OPENING - EARLY <= now - day_start(local_day(now)) < CLOSING
