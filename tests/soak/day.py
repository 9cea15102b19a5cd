"""A drawn day at full speed: citizens at the kiosk over HTTP, clerks at their windows over the websocket, a clock that jumps.

The day is lived in steps of `STEP_S` business seconds: the clock jumps, and everybody whose moment has come acts at once. Clerks
call because their own feed shows them somebody waiting. Afterwards the log is played again from what `/events` tells, and must give
the tables, the floor and the board exactly.
"""

import asyncio
import heapq
import secrets
from collections import Counter
from collections.abc import Awaitable, Callable, Collection
from datetime import date, datetime, timedelta
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

import aiohttp
import msgspec

from queue_server.app.cast import Cast, cast
from queue_server.app.hall import SHIPPED, load
from queue_server.client.link import Link
from queue_server.engine import event as log
from queue_server.engine import number
from queue_server.engine.apply import apply
from queue_server.engine.hall import Hall, PolicyName
from queue_server.engine.state import State
from queue_server.engine.ticket import Ticket
from queue_server.engine.version import Version
from queue_server.simulation.chance import drawn
from queue_server.simulation.citizen import CLOSING, OPENING, Citizen, draw_day
from queue_server.simulation.clerk import Move, breath_s, moves, speed
from queue_server.simulation.staff import staff
from queue_server.store.account import People
from queue_server.store.database import Database
from queue_server.store.row import ticket_of, version_of
from queue_server.store.sqlite import Sqlite
from queue_server.views.topic import show
from queue_server.wire.day import day_start, local_day
from queue_server.wire.ids import WindowId
from tests.e2e.house import PATIENCE_S, Server

DAY = date(2026, 11, 23)
STEP_S = 20.0
STAFFED = 36
GIVES_UP = 0.03
"""Share of citizens who cancel their own ticket after a while."""
LATE = 6
"""Citizens who come when the last window has closed; midnight finds them."""
ENDS = frozenset({"served", "expired", "cancelled", "no_show"})

Act = Callable[[], Awaitable[None]]


def opening(day: date) -> str:
    """JIAOHAO_CLOCK for a server that begins before a day does."""
    return f"{(day_start(day) + OPENING - timedelta(minutes=30)).isoformat()}@1"


def kept(data: Path) -> Database:
    """The database of a data folder."""
    return Sqlite(data / "hall.sqlite3")


def play(
    data: Path, staffed: int = STAFFED, database: Database | None = None, policy: PolicyName | None = None
) -> tuple[Hall, Cast]:
    """The shipped hall, and everybody who takes part, with accounts and tokens in a data folder; `staffed` windows have a clerk.

    `database` is where they are, if not in the folder; `policy` is another rule of calling than the shipped one.
    """
    data.mkdir(parents=True, exist_ok=True)
    plan = SHIPPED
    if policy is not None:
        plan, shipped = data / "hall.toml", SHIPPED.read_text("utf-8")
        assert shipped.count('\npolicy = "promise"\n') == 1
        plan.write_text(shipped.replace('\npolicy = "promise"\n', f'\npolicy = "{policy}"\n'), "utf-8")
    hall = load(plan).hall
    people = People(database or kept(data))
    people.open()
    return hall, cast(people, data, staff(hall, staffed), frozenset())


def citizens(
    hall: Hall, staffed: Collection[WindowId], day: date, wanted: int, seed: int
) -> tuple[Citizen, ...]:
    """So many citizens of a drawn day, in the order in which they come."""
    load_ = 1.02 * wanted / len(draw_day(hall, staffed, day, seed=seed, load=1.0))
    people = list(draw_day(hall, staffed, day, seed=seed, load=load_))
    drawn(seed, "crowd").shuffle(people)
    assert len(people) >= wanted
    return tuple(sorted(people[:wanted], key=lambda citizen: citizen.at))


class Day:
    """One day of a running hall."""

    def __init__(self, server: Server, hall: Hall, cast_: Cast, day: date, wanted: int, seed: int) -> None:
        """`server` runs by a settable clock that stands before `day` opens."""
        self.hall, self._server, self._cast, self.day = hall, server, cast_, day
        self._seed = seed
        self.people = citizens(hall, list(cast_.clerks), day, wanted, seed)
        self.now = day_start(day) + OPENING - timedelta(minutes=10)
        self.commands = 0
        self.refused: Counter[str] = Counter()
        self.taken: dict[str, dict[str, Any]] = {}
        """The answer to each take, by ticket id."""
        self._of: dict[str, Citizen] = {}
        self._chance = drawn(seed, "town", day.isoformat())
        self._agenda: list[tuple[datetime, int, Act]] = []
        self._order = count()
        self._changed = asyncio.Event()
        self._desks = [Desk(self, window, *clerk) for window, clerk in cast_.clerks.items()]
        self._http: aiohttp.ClientSession
        self.board = Link([server.url], ["board:hall"])
        self.floor = Link([server.url], ["floor"], cast_.clock)

    # what happens

    def at(self, when: datetime, act: Act) -> None:
        """Let something happen at a business time."""
        heapq.heappush(self._agenda, (when, next(self._order), act))

    def stir(self, *_: object) -> None:
        """A feed has news."""
        self._changed.set()

    async def live(self) -> None:
        """The whole day, until midnight has passed."""
        async with aiohttp.ClientSession(self._server.url) as self._http, self.board, self.floor:
            self.floor.on_change(self.stir)
            self.board.on_change(self.stir)
            async with asyncio.TaskGroup() as desks:
                await self._jump(self.now)
                closing = [desks.create_task(desk.attend()) for desk in self._desks]
                for desk in self._desks:
                    await desk.opened.wait()
                for citizen in self.people[:-LATE]:
                    self.at(citizen.at, partial(self._arrive, citizen))
                await self._until_quiet()
                for desk in self._desks:
                    desk.leave.set()
                await asyncio.gather(*closing)
            self.now = max(self.now + timedelta(minutes=5), day_start(self.day) + CLOSING)
            await self._jump(self.now)
            for citizen in self.people[-LATE:]:
                await self._arrive(citizen)
            await self._check_screens()
            await self._jump(day_start(self.day) + timedelta(days=1, seconds=5))

    async def _until_quiet(self) -> None:
        while True:
            while self._agenda:
                step = timedelta(seconds=STEP_S)
                self.now = max(self.now, self._agenda[0][0]) + step
                await self._jump(self.now)
                acts: list[Act] = []
                while self._agenda and self._agenda[0][0] <= self.now:
                    acts.append(heapq.heappop(self._agenda)[2])
                await asyncio.gather(*(act() for act in acts))
            self._changed.clear()
            if all(desk.quiet for desk in self._desks):
                return
            async with asyncio.timeout(PATIENCE_S):
                while not self._agenda:
                    await self._changed.wait()
                    self._changed.clear()
                    if all(desk.quiet for desk in self._desks):
                        return

    async def _jump(self, to: datetime) -> None:
        answer = await self._http.post(
            "/api/v1/clock/jump", json={"to": to.isoformat()}, headers=_bearer(self._cast.clock)
        )
        assert answer.status == 200, await answer.text()

    async def post(self, path: str, token: str, body: dict[str, Any]) -> dict[str, Any] | None:
        """A command over HTTP; None if it was refused."""
        headers = {**_bearer(token), "Idempotency-Key": secrets.token_urlsafe(18)}
        self.commands += 1
        async with self._http.post(f"/api/v1{path}", json=body, headers=headers) as answer:
            made: dict[str, Any] = await answer.json()
            if answer.status >= 400:
                assert answer.status in (404, 409), made
                self.refused[made["code"]] += 1
                return None
            return made

    async def _arrive(self, citizen: Citizen) -> None:
        id_, token = secrets.token_urlsafe(18), secrets.token_urlsafe(18)
        self._of[id_] = citizen
        wanted: dict[str, Any] = {
            "service": citizen.services[0],
            "then": citizen.services[1:],
            "class": citizen.class_,
            "language": citizen.language,
            "id": id_,
            "token": token,
        }
        taker, kind = self._cast.kiosk, self.hall.class_[citizen.class_]
        if kind.asked == "staff":
            taker, wanted["paper"], wanted["class_reason"] = self._cast.desk, True, "已看证件"
        if kind.listed:
            wanted["class_for"] = "某重点项目"
        ticket = await self.post("/tickets", taker, wanted)
        assert ticket is not None, f"no ticket: {self.refused}"
        self.taken[id_] = ticket
        await self.post(f"/tickets/{id_}/printed", self._cast.kiosk, {"ok": True})
        if self._chance.random() < GIVES_UP:
            later = self.now + timedelta(minutes=self._chance.uniform(2, 20))
            self.at(later, partial(self._give_up, id_, token))

    async def _give_up(self, id_: str, token: str) -> None:
        await self.post(f"/tickets/{id_}/cancel", token, {"reason": "不等了"})

    async def rate(self, step: str, level: int) -> None:
        """A citizen presses a key of the keypad."""
        await self.post("/ratings", self._cast.pad, {"step": step, "level": level, "channel": "keypad"})

    def whose(self, id_: str) -> Citizen:
        """Who holds a ticket."""
        return self._of[id_]

    @property
    def seed(self) -> int:
        """What the day was drawn from."""
        return self._seed

    @property
    def address(self) -> str:
        """Where the server is."""
        return self._server.url

    # what must hold

    async def told(self) -> list[log.Stamped]:
        """The whole log, as `/events` tells it, also when the day is over."""
        async with aiohttp.ClientSession(self._server.url) as self._http:
            return await self._events()

    async def _events(self) -> list[log.Stamped]:
        found: list[log.Stamped] = []
        while True:
            after = found[-1].seq if found else 0
            answer = await self._http.get(
                "/api/v1/events",
                params={"after": after, "limit": 1000},
                headers=_bearer(self._cast.clock),
            )
            page = await answer.json()
            found += [stamped(stored) for stored in page]
            if len(page) < 1000:
                return found

    async def _check_screens(self) -> None:
        """Floor and board show exactly what the log, played again, makes of the hall."""
        database = kept(self._server.data)
        state, _ = replay(self.hall, await self._events(), database)
        state.names = {one.name: one.shown for one in People(database).accounts()}  # an advice names a clerk
        await self._shows(self.floor, "floor", state)
        await self._shows(self.board, "board:hall", state)

    async def _shows(self, link: Link, topic: str, state: State) -> None:
        wanted = msgspec.json.decode(msgspec.json.encode(show(state, topic)))
        async with asyncio.timeout(PATIENCE_S):
            while link.topics[topic] != wanted:
                self._changed.clear()
                await self._changed.wait()


class Desk:
    """A clerk at a window, who sees the feed of that window and nothing else."""

    def __init__(self, day: Day, window: WindowId, _name: str, token: str) -> None:
        self._day, self._window = day, window
        self._topic = f"window:{window}"
        self._link = Link([day.address], [self._topic], token)
        self._link.on_change(self._look)
        self._chance = drawn(day.seed, "desk", window)
        self._speed = speed(day.seed, window)
        self._busy = True
        self.opened = asyncio.Event()
        self.leave = asyncio.Event()

    @property
    def quiet(self) -> bool:
        """Whether nobody is served and nobody waits, as far as the feed says."""
        return not self._busy and self._waiting == 0

    @property
    def _waiting(self) -> int:
        record = self._link.topics[self._topic].get("waiting")
        return 0 if record is None else record["count"]

    async def attend(self) -> None:
        """Open, call while there is somebody, close when told to."""
        async with self._link:
            await self._link.reach("live")
            await self._ask("open")
            self._busy = False
            self.opened.set()
            await self.leave.wait()
            await self._ask("close")

    def _look(self, *_: object) -> None:
        if not self._busy and self._waiting:
            self._busy = True
            self._later(breath_s(self._chance), self._call)
        self._day.stir()

    def _later(self, after_s: float, act: Act) -> None:
        self._day.at(self._day.now + timedelta(seconds=after_s), act)

    async def _ask(self, verb: str) -> Any:
        self._day.commands += 1
        return await self._link.command(f"windows.{verb}", {"window": self._window}, timeout_s=PATIENCE_S)

    async def _call(self) -> None:
        ticket = await self._ask("call_next")
        if ticket is None:  # somebody at another window was quicker
            self._free()
            return
        citizen = self._day.whose(ticket["id"])
        step = next(n for n, each in enumerate(ticket["steps"]) if each["state"] == "called")
        planned = list(moves(citizen, step, self._day.hall.rules, self._speed))
        self._later(planned[0].after_s, partial(self._move, ticket["id"], citizen, step, planned))

    async def _move(self, id_: str, citizen: Citizen, step: int, planned: list[Move]) -> None:
        move, *rest = planned
        await self._ask(move.verb)
        if rest:
            self._later(rest[0].after_s, partial(self._move, id_, citizen, step, rest))
            return
        if move.verb == "finish" and citizen.rating is not None:
            await self._day.rate(f"{id_}/{step}", citizen.rating)
        self._free()

    def _free(self) -> None:
        self._busy = False
        self._look()


def _bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def stamped(stored: dict[str, Any]) -> log.Stamped:
    """An event as `/events` tells it."""
    event = log.decode(msgspec.json.encode(stored["body"]))
    at = datetime.fromisoformat(stored["at"])
    return log.Stamped(stored["seq"], at, stored["actor"], stored["command"], event)


def replay(hall: Hall, events: list[log.Stamped], database: Database) -> tuple[State, dict[str, Ticket]]:
    """The state that a log makes, and every ticket that it ever issued.

    `database` has the hall's published versions, which stand beside the log.
    """
    versions = _versions(database)
    state = State(hall, local_day(events[0].at))
    tickets: dict[str, Ticket] = {}
    for each in events:
        if isinstance(each.event, log.Published):
            each = msgspec.structs.replace(each, beside=versions[each.event.version])  # noqa: PLW2901
        apply(state, each)
        if isinstance(each.event, log.Taken):
            tickets[each.event.ticket] = state.tickets[each.event.ticket]
    return state, tickets


def _versions(database: Database) -> dict[int, Version]:
    connection = database.reader()
    try:
        found = [version_of(row) for row in connection.execute(database.sql.versions, (1000,))]
    finally:
        connection.close()
    return {version.n: version for version in found}


def tables(database: Database) -> dict[str, Ticket]:
    """Every ticket row."""
    connection = database.reader()
    try:
        rows = [ticket_of(row) for row in connection.execute("SELECT * FROM ticket")]
    finally:
        connection.close()
    assert len(rows) == len({row.id for row in rows})
    return {row.id: row for row in rows}


def check_numbers(rows: dict[str, Ticket]) -> None:
    """Of each prefix the hall's own numbers are there once, without a gap; those of kiosks, other places and slips are left out."""
    numbers: dict[tuple[date, str], list[int]] = {}
    for row in rows.values():
        numbers.setdefault((row.day, row.prefix), []).append(row.n)
    for series, found in numbers.items():
        wanted = [n for n in range(1, max(found) + 1) if number.series(n) == 0]
        assert sorted(found) == wanted, f"gaps or twins in {series}"


def judge(days: list[Day], events: list[log.Stamped], data: Path) -> Counter[str]:
    """Prove what must hold after whole days; how many tickets ended in each state."""
    rows = tables(kept(data))
    assert [each.seq for each in events] == list(range(1, len(events) + 1))
    _, replayed = replay(days[0].hall, events, kept(data))
    assert replayed == rows, "the log does not give the tables"
    taken = {id_: ticket for day in days for id_, ticket in day.taken.items()}
    assert taken.keys() == rows.keys(), "tickets lost or doubled"
    for id_, row in rows.items():
        assert row.number == taken[id_]["number"]
        assert row.state in ENDS, f"{row.number} is still {row.state}"
    check_numbers(rows)
    calls = Counter(
        (each.event.ticket, each.event.step) for each in events if isinstance(each.event, log.Called)
    )
    assert set(calls.values()) == {1}, "a step was called twice"
    return Counter(row.state for row in rows.values())
