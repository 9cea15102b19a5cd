"""What drawn citizens and clerks share, and the citizens' coming and going."""

import asyncio
import contextlib
import secrets
from datetime import date, datetime, timedelta
from typing import Any

import msgspec
import structlog

from queue_server.app.hall import SHIPPED
from queue_server.client.error import CommandRefused, Unanswered
from queue_server.client.link import Link
from queue_server.engine.hall import Hall
from queue_server.engine.plan import ORDINARY
from queue_server.simulation.chance import drawn
from queue_server.simulation.citizen import Citizen, draw_day, stranger
from queue_server.wire.day import day_start, local_day
from queue_server.wire.ids import ServiceId, WindowId

LOOK_S = 1.0
"""Whoever waits looks at the clock this often, in real seconds, so that a clock that is set is noticed."""
STAGGER_S = 2.5
BUSINESS_STAGGER_S = 45.0
"""The calls of the first round come this far apart: in real seconds, or in business seconds where that is shorter."""
LOAD = 0.5
"""How busy the staffed windows are."""
SEEN = 0.7
"""Share of those with a class whose papers the steward has looked at; the others wait as ordinary until somebody does."""

log = structlog.get_logger(__name__)


class Orders(msgspec.Struct, frozen=True, kw_only=True):
    """What the crowd is told: where the hall is, whose tokens it bears, and from what it is drawn.

    `clerks` gives each staffed window its clerk's sign-in name and token; nobody of the crowd
    rates at the windows of `keypads`, since simulated keypads are pressed there. Whoever came up to `since`, the last thing that
    the hall knows of, was there when it ran before and does not come a second time.
    """

    address: str
    hall: str = str(SHIPPED)
    seed: int = 1
    load: float = LOAD
    clerks: dict[WindowId, tuple[str, str]]
    desk_token: str
    pad_token: str
    keypads: frozenset[WindowId] = frozenset()
    since: datetime | None = None


class Floor:
    """What drawn citizens and clerks share: the hall, the steward's link that takes tickets, and who holds which ticket."""

    def __init__(self, orders: Orders, hall: Hall, desk: Link, pad: Link) -> None:
        """The links are up already."""
        self.orders = orders
        self.hall = hall
        self.desk = desk
        self.pad = pad
        self.chance = drawn(orders.seed, "floor")
        self.begun = asyncio.Event()
        self.people: dict[str, Citizen] = {}
        self._calling = asyncio.Lock()

    def draw(self, day: date) -> tuple[Citizen, ...]:
        """The citizens of a day."""
        return draw_day(self.hall, self.orders.clerks, day, seed=self.orders.seed, load=self.orders.load)

    async def first_round(self) -> None:
        """Wait for one's turn to call for the first time, so that whoever has just come sees one call after another."""
        await self._calling.acquire()
        apart_s = min(STAGGER_S, BUSINESS_STAGGER_S / self.desk.speed)
        asyncio.get_running_loop().call_later(apart_s, self._calling.release)

    def citizen(self, ticket: dict[str, Any]) -> Citizen:
        """Who holds a ticket; somebody made up for one that the crowd did not take."""
        if ticket["id"] not in self.people:
            services = tuple(ServiceId(step["service"]) for step in ticket["steps"])
            person = stranger(self.desk.now(), services, seed=self.orders.seed, chance=self.chance)
            self.people[ticket["id"]] = person
        return self.people[ticket["id"]]

    async def until(self, at: datetime) -> None:
        """Wait for a business time, also if the clock is set."""
        while True:
            left_s = (at - self.desk.now()).total_seconds() / self.desk.speed
            if left_s <= 0:
                return
            await asyncio.sleep(min(left_s, LOOK_S))

    async def take(self, citizen: Citizen) -> None:
        """A citizen takes a ticket at the steward's desk, or leaves if none is issued."""
        id_ = secrets.token_urlsafe(18)
        self.people[id_] = citizen
        wanted: dict[str, Any] = {
            "id": id_,
            "service": citizen.services[0],
            "then": citizen.services[1:],
            "items": citizen.items,
            "class": citizen.class_,
            "language": citizen.language,
            "paper": False,
            **self._reason(citizen),
        }
        try:
            await self.desk.command("tickets.take", wanted)
        except (CommandRefused, Unanswered) as no:
            log.debug("crowd.left", reason=str(no))
        except Exception:  # one citizen's mishap is not the hall's
            log.exception("crowd.mishap")

    def _reason(self, citizen: Citizen) -> dict[str, str]:
        """Why a citizen has their class, where the steward confirms it."""
        kind = self.hall.class_[citizen.class_]
        if kind.id == ORDINARY or (kind.asked == "kiosk" and self.chance.random() >= SEEN):
            return {}
        return {"class_reason": "已看证件", **({"class_for": "某重点项目"} if kind.listed else {})}

    async def rate(self, window: WindowId, step: str, level: int) -> None:
        """A citizen presses a key of a window's keypad."""
        if window in self.orders.keypads:
            return
        with contextlib.suppress(CommandRefused, Unanswered):
            key = {"step": step, "level": level, "channel": "keypad", "window": window}
            await self.pad.command("ratings.submit", key)

    async def come(self) -> None:
        """Citizens come, day after day, until cancelled."""
        async with asyncio.TaskGroup() as arrivals:
            after = self.desk.now()
            while True:
                day = local_day(after)
                for citizen in self.draw(day):
                    if citizen.at > after:
                        await self.until(citizen.at)
                        if local_day(self.desk.now()) != day:
                            break  # the clock was set to another day
                        arrivals.create_task(self.take(citizen))
                after = max(day_start(day + timedelta(days=1)), day_start(local_day(self.desk.now())))
                await self.until(after)
                self.people = {id_: person for id_, person in self.people.items() if person.at > after}
