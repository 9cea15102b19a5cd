"""A running house with somebody of every kind and something of every state, so that most of what can be asked can be done."""

from datetime import timedelta
from itertools import count
from typing import Any

from queue_server.engine.actor import CLOCK, Actor
from queue_server.engine.case import Case
from queue_server.wire import command as c
from queue_server.wire.ids import ServiceId, TicketId, WindowId
from tests.fakes.house import House, token

MANAGER, ADMIN = Actor("manager", "manager"), Actor("admin", "admin")
ATTENDED = {WindowId("1"): "clerk", WindowId("2"): "li"}
"""Who attends which window: the first is ours, the second another clerk's."""
UNPLACED = "unplaced"
"""A device that waits for its place; its role is `public`."""


class Town:
    """Everybody: `tokens` by role, None for nobody. `own` and `other` are facts of what is theirs and what is not, by field."""

    def __init__(self, home: House) -> None:
        """Nobody is there before `fill`."""
        self.home = home
        self.tokens: dict[str, str | None] = {"public": None}
        self.own: dict[str, Any] = {}
        self.other: dict[str, Any] = {}
        self.waiting = ""
        """The id of the device that waits for its place."""
        self._devices = 0
        self._turns = count()
        self._cases: dict[tuple[WindowId, int], Case] = {}
        """By whom they are for and how far they are, as they were made."""

    async def fill(self) -> "Town":
        """Let everybody come: devices are paired and placed, but for one."""
        token(self.home.server, "clerk", "li")
        for role in c.PEOPLE:
            self.tokens[role] = self.home.tokens[role]
        places: dict[str, dict[str, Any]] = {
            "kiosk": {},
            "display": {"display": "hall"},
            "agent": {"windows": ["1"]},
        }
        for kind, place in places.items():
            self.tokens[kind], device = await self.pair(kind)
            status, _ = await self.home.ask("POST", f"/devices/{device}/place", "admin", place)
            assert status == 200
        await self.wait_for_a_place()
        return self

    async def wait_for_a_place(self) -> None:
        """A device that waits, and another one that is to be placed; those of yesterday have been forgotten."""
        self.tokens[UNPLACED], self.waiting = await self.pair("agent")
        _, spare = await self.pair("agent")
        self.own["device"] = self.other["device"] = spare

    async def pair(self, kind: str) -> tuple[str, str]:
        """A device that waits for its place: its token and its id."""
        self._devices += 1
        secret = f"device-token-{self._devices:020d}"
        body = {"kind": kind, "name": f"{kind} {self._devices}", "token": secret}
        status, device = await self.home.ask("POST", "/devices/pair", None, body)
        assert status == 201, device
        return secret, str(device["id"])

    async def ready(self) -> None:
        """Windows 1 and 2 are open and attended, nothing is stopped, and there is a fresh ticket for each, ours the holder's.

        No sign-in holds them, so that whoever asks as their clerk may.
        """
        flow = self.home.flow
        for window, clerk in ATTENDED.items():
            row = flow.durable.windows[window]
            if row.clerk != clerk or row.seat is not None:
                for other in [one for one in flow.durable.windows.values() if one.clerk == clerk]:
                    if other.ticket is not None:
                        await flow.ask(MANAGER, c.Finish(window=other.id, reason="r"), None)
                    await flow.ask(MANAGER, c.Close(window=other.id, reason="r"), None)
                opened = c.Open(window=window, clerk=clerk, reason="r", takeover=True)
                await flow.ask(MANAGER, opened, None)
            if flow.durable.windows[window].state == "paused":
                await flow.ask(MANAGER, c.Resume(window=window, reason="r"), None)
        for gone in flow.durable.away.departures:
            if gone.state == "away":
                await flow.ask(CLOCK, c.Decide(evacuation=gone.id, decision="void", reason="r"), None)
        for scope in tuple(flow.durable.stops):
            await flow.ask(MANAGER, c.ResumeIssuing(scope=scope, reason="r"), None)
        for standing in flow.durable.notices[1:]:
            await flow.ask(MANAGER, c.WithdrawNotice(notice=standing.id), None)
        if not flow.durable.notices:
            until = flow.clock.now() + timedelta(days=300)
            await flow.ask(MANAGER, c.PublishNotice(text="r", until=until), None)
        if not flow.durable.alarms:
            await flow.ask(Actor("clerk", ATTENDED[WindowId("1")]), c.RaiseAlarm(kind="steward"), None)
        for place, window in ((self.own, WindowId("1")), (self.other, WindowId("2"))):
            fresh = await self.home.take()
            place |= {
                "window": window,
                "at": window,
                "ticket": fresh["id"],
                "id": fresh["id"],
                "step": f"{fresh['id']}/0",
                "notice": flow.durable.notices[0].id,
                "alarm": flow.durable.alarms[0].id,
                "case": await self.case(fresh["id"], window),
                "appointment": await self.appointment(),
            }
            if place is self.own:
                self.tokens["holder"] = fresh["token"]

    async def case(self, ticket: str, whose: WindowId) -> str:
        """A case that may be worked on, by turns to be verified, being put right, and answered: somebody who waits complains.

        One that nobody has worked on is given again to whom it was made for: no hall has thousands that stand open.
        """
        flow, supervisor = self.home.flow, Actor("supervisor", "supervisor")
        far = next(self._turns) % 3
        made = self._cases.get((whose, far))
        if made is not None and flow.durable.cases.get(made.id) == made:
            return made.id
        opened = await flow.ask(
            Actor("steward", "steward"), c.OpenCase(ticket=TicketId(ticket), text="久等"), None
        )
        id_ = str(opened.reply.id)
        if far:
            await flow.ask(supervisor, c.ContactCase(case=id_, whom="visitor", outcome="reached"), None)
            await flow.ask(supervisor, c.RectifyCase(case=id_, text="加开窗口"), None)
        if far == 2:
            await flow.ask(supervisor, c.AnswerCase(case=id_, text="已告知"), None)
        self._cases[whose, far] = flow.durable.cases[id_]
        return id_

    async def appointment(self) -> str:
        """The code of an appointment that may be checked in."""
        flow, now = self.home.flow, self.home.flow.clock.now()
        standing = flow.durable.appointments
        for one in standing.values():
            if not one.come and now < one.slot:
                return one.code
        booked = c.Book(
            appointment=f"{len(standing) + 10000000}",
            service=ServiceId("filing"),
            slot=now + timedelta(minutes=5),
        )
        await flow.ask(MANAGER, booked, None)
        return booked.appointment

    async def call(self) -> None:
        """Both tickets are at their windows."""
        for place in (self.own, self.other):
            window, ticket = place["window"], TicketId(place["ticket"])
            clerk = Actor("clerk", ATTENDED[window])
            await self.home.flow.ask(clerk, c.Call(window=window, ticket=ticket, reason="r"), None)

    async def serve(self) -> None:
        """Both tickets are finished, each at its window, so that they may be rated."""
        await self.call()
        for window, clerk in ATTENDED.items():
            await self.home.flow.ask(Actor("clerk", clerk), c.Finish(window=window), None)
