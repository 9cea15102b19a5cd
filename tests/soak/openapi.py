"""The API under drawn requests, as its own document describes them: nothing fails, and every answer is one that it promises.

Schemathesis draws requests from the document, right ones and wrong ones. Of those, most are then fitted to the running hall, so
that they name tickets, windows and people that are there, and reach the rules behind the reading. The document is all that this
goes by: an operation that comes later is drawn as the others are.
"""

import asyncio
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from random import Random
from typing import Any

import msgspec
import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.errors import Unsatisfiable
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import Failure, FailureGroup
from schemathesis.core.result import Ok
from schemathesis.generation import GenerationMode
from schemathesis.generation.case import Case
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from queue_server.api.bearer import COOKIE as SESSION
from queue_server.api.bearer import CSRF
from queue_server.api.document import document
from queue_server.api.medium import FOLDER
from queue_server.api.route import BYTES, CSV
from queue_server.auth.limit import Limits
from queue_server.auth.patience import Tries
from queue_server.auth.secret import csrf, hash_password
from queue_server.engine import leasing, number
from queue_server.engine.actor import Actor
from queue_server.engine.state import State
from queue_server.store.account import Changed
from queue_server.wire import claim
from queue_server.wire import command as c
from tests.fakes.document import classed, rearranged
from tests.fakes.document import document as hall_document
from tests.fakes.hall import SEAL
from tests.fakes.house import HASH, PASSWORD, House, house, token
from tests.fakes.town import ADMIN, MANAGER, UNPLACED, Town

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    negative_data_rejection,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
WRONG = 0.25
"""Share of requests drawn to be wrong."""
FITTED = 0.75
"""Share of the others that are fitted to the hall."""
LEFT_OUT = 0.5
"""Share of the fields that may be left out which a fitted request leaves out."""
ALLOWED = 0.85
"""Share of requests by a role that may."""
STOPPED = 0.5
"""Share of the times at which a zone issues no tickets."""
EVERY = 2
"""Requests after which the hall is put in order again."""
AGAIN, FURTHER = 10, 20
"""How often an operation that was never done is drawn further, and with how many requests."""
LEAST = 0.05
"""Share of the requests of each group that must be done."""
NEARLY_ALL = 4000
"""Numbers of a series after which the next day begins."""
PATIENCE_S = 120.0
ENDED = 0.1
"""Share of the times at which the day was ended."""
COOKIE = 0.4
"""Share of a person's requests that a page sends: with the cookie of a session, and what shows that the page is ours."""
FOREIGN = 0.1
"""Share of these in which something of that is not right."""
BEYOND = frozenset(
    {
        "backups.make",
        "hall.bring_home",
        "hall.hand_back",
        "hall.show",
        "hall.reopen",
        "reports.day",
        "reports.period",
        "reports.period_file",
        "reports.appraisal",
        "reports.appraisal_file",
        "audit.skips_csv",
        "audit.log_csv",
        "audit.check",
    }
)
"""Operations that nobody gets done. There is nowhere to put a backup, and no request is fitted with a day: a process of its own
makes a backup, a report or a file, which takes longer than a hundred other requests. No part of the hall, nor of another one, is
back from elsewhere.
"""
UNASKED = frozenset({"audit.check"})
"""What is not asked for at all: it needs nothing to be done, and each time a process reads the whole log."""
MISSED, HELD = "tickets.reenter", "windows.resume_held"
"""Done only after a call that was missed, or with a ticket that is held: they are drawn too seldom to meet one by chance."""
PIN = "730918"
PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(100)
"""As far as a server looks."""
ASKED: Mapping[str, list[Any]] = {
    "state": ["waiting", "waiting,called", "served"],
    "zone": ["A", "B"],
    "number": ["A001"],
    "limit": ["5"],
    "after": ["3"],
    "day": ["2026-11-23"],
}
"""What parameters of these names may hold."""
SPARED: dict[str, list[Any]] = {name: [None] for name in ("window", "zone", "display", "pin", "token")}
"""Fields that a fitted body has nothing in, where it need not: a device or a ticket has one destination, a PIN is taken away."""


@dataclass
class Outcome:
    """What became of the requests: how many, by group and whether it was done, and what was wrong, each fault once."""

    requests: int = 0
    groups: dict[str, Counter[bool]] = field(default_factory=lambda: defaultdict(Counter))
    changed: int = 0
    """How many changes were done for a page, by the cookie of a session."""
    operations: Counter[str] = field(default_factory=Counter)
    """How often each operation was done."""
    faults: dict[str, str] = field(default_factory=dict)

    def shallow(self) -> dict[str, float]:
        """Groups of which hardly anything was done, with the share that was: requests that do not get deep prove little."""
        shares = {group: done[True] / done.total() for group, done in self.groups.items()}
        return {group: share for group, share in shares.items() if share < LEAST}

    def never(self) -> set[str]:
        """Operations that were never done, though the hall could."""
        return {name for name, done in self.operations.items() if not done} - BEYOND


async def barrage(folder: Path, wanted: int, number: int | None = None) -> Outcome:
    """At least so many requests to a server of its own. `number` draws the same ones again; None leaves it to Hypothesis.

    No limit holds, nor the pause after wrong passwords and PINs: of these so many are drawn that nobody would come past it.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Tries, "begin", lambda *_: None)
        return await _barrage(folder, wanted, number)


async def _barrage(folder: Path, wanted: int, number: int | None) -> Outcome:
    async with house(folder, limits=Limits(enabled=False)) as home:
        town = await Town(home).fill()
        loop = asyncio.get_running_loop()

        def wait(work: Awaitable[Any]) -> Any:
            async def done() -> Any:
                return await work

            return asyncio.run_coroutine_threadsafe(done(), loop).result(PATIENCE_S)

        return await asyncio.to_thread(Barrage(town, wait, folder / FOLDER).fire, wanted, number)


def _used_up(state: State, prefix: str) -> bool:
    """Whether hardly a number is left to be given today, or none to be lent."""
    lent = leasing.last(state, prefix) + number.LEASE >= number.LEASED.stop
    return lent or state.last_number(prefix) > NEARLY_ALL


class Barrage:
    """Draws requests and sends them, in a thread beside the server's loop."""

    def __init__(self, town: Town, wait: Callable[[Awaitable[Any]], Any], media: Path) -> None:
        """`wait` has something done in the server's loop; `media` are its pictures."""
        self._media = media
        self._town, self._home, self._wait = town, town.home, wait
        self._described = document("test")
        self._schema = schemathesis.openapi.from_dict(self._described)
        self._session = requests.Session()
        self._pin = hash_password(PIN)
        self._outcome = Outcome()
        self._chance: Random

    def fire(self, wanted: int, number: int | None) -> Outcome:
        """Send at least so many, evenly among the operations."""
        self._chance = Random(number)
        operations = [each.ok() for each in self._schema.get_all_operations() if isinstance(each, Ok)]
        assert len(operations) == sum(len(path) for path in self._described["paths"].values()), (
            "all can be read"
        )
        operations = [each for each in operations if each.definition.raw["operationId"] not in UNASKED]
        wrong = round(wanted * WRONG) // len(operations)
        while (missing := wanted - self._outcome.requests) > 0:  # some have little that could be drawn
            share = -(-missing // len(operations))
            for each in operations:
                self._draw(each, GenerationMode.NEGATIVE, min(wrong, share), number)
                self._draw(each, GenerationMode.POSITIVE, max(1, share - wrong), number)
            number = None if number is None else number + 1
            wrong = 0
        for again in range(AGAIN):
            if self._outcome.faults:
                break  # it is known already that not all is well
            for each in operations:
                if each.definition.raw["operationId"] in self._outcome.never():
                    self._draw(
                        each, GenerationMode.POSITIVE, FURTHER, None if number is None else number + again
                    )
        return self._outcome

    def _draw(self, operation: Any, mode: GenerationMode, times: int, number: int | None) -> None:
        if times < 1:
            return
        quiet = settings(
            max_examples=times,
            phases=[Phase.generate],
            database=None,
            suppress_health_check=list(HealthCheck),
            deadline=None,
        )

        @quiet
        @given(operation.as_strategy(generation_mode=mode))
        def send(case: Case[Any]) -> None:
            self._send(case, self._chance, right=mode is GenerationMode.POSITIVE)

        try:
            (send if number is None else seed(number)(send))()
        except Unsatisfiable:
            return  # an operation without anything that could be wrong

    def _send(self, case: Case[Any], chance: Random, *, right: bool) -> None:
        told = self._described["paths"][case.path][case.method.lower()]
        operation = told["operationId"]
        if operation in (MISSED, HELD) or self._outcome.requests % EVERY == 0:
            self._wait(self._order(chance, operation))
        self._outcome.requests += 1
        roles = told["x-roles"]
        # Some operations are for the server's own command line only: nobody here may.
        allowed = [one for one in self._town.tokens if _role(one) in roles]
        who = chance.choice(allowed if allowed and chance.random() < ALLOWED else list(self._town.tokens))
        if right and chance.random() < FITTED:
            self._fit(case, told, chance, who)
        headers = self._borne(who, case.method, chance)
        answer = case.call(self._home.address, self._session, headers, allow_redirects=False)
        self._session.cookies.clear()  # whoever signs in with one request is nobody in the next
        done = answer.status_code < 300
        self._outcome.changed += CSRF in headers and done
        if operation not in BEYOND:
            self._outcome.groups[told["tags"][0]][done] += 1
        self._outcome.operations[operation] += done
        # any text is a file, though perhaps a bad one: that is told in the answer
        any_text = case.media_type in (CSV, BYTES)
        checks = [one for one in CHECKS if not any_text or one is not negative_data_rejection]
        try:
            case.validate_response(answer, checks=checks)
        except FailureGroup as group:
            for failure in group.exceptions:
                assert isinstance(failure, Failure)
                self._outcome.faults.setdefault(f"{told['operationId']}: {failure.title}", str(group))
        self._renew(who, answer)

    def _borne(self, who: str, method: str, chance: Random) -> dict[str, str]:
        """What shows who asks: a token, or for people, who are at pages, at times the session's cookie and what goes with it."""
        bearer = self._town.tokens[who]
        if bearer is None:
            return {}
        if who not in c.PEOPLE or chance.random() >= COOKIE:
            return {"Authorization": f"Bearer {bearer}"}
        shown = {"Origin": self._home.address, CSRF: csrf(bearer)}
        if chance.random() < FOREIGN:
            shown |= chance.choice(({"Origin": "https://elsewhere.test"}, {CSRF: csrf("another")}))
        sent = shown if method.upper() != "GET" else {}
        return {"Cookie": f"{SESSION}={bearer}", **sent}

    def _renew(self, who: str, answer: Any) -> None:
        """Somebody who signed out, or whose session was ended, signs in again; a password that was chosen is not kept."""
        if answer.status_code < 300 and answer.request.url.endswith("/me/password"):
            people = self._home.server.people
            was = people.account(who)
            assert was is not None
            now = msgspec.structs.replace(was, hash=HASH, changed_at=datetime.now(UTC))
            people.put((), [Changed(was=was, now=now)])
        if answer.status_code == 401 or answer.request.url.endswith("/logout"):
            role: Any = who
            if who in self._home.tokens:
                self._town.tokens[who] = token(self._home.server, role, who)

    async def _order(self, chance: Random, operation: str) -> None:
        """Put the hall in order.

        There is one ticket to be rated and one to be cancelled, and our window is as it may be at any time; or as the
        `operation` needs it, if that is done seldom.
        """
        town, flow, clerk = self._town, self._home.flow, Actor("clerk", "clerk")
        state = flow.durable
        if any(_used_up(state, service.prefix) for service in state.hall.services):  # a day has no more
            flow.clock.set(flow.clock.now() + timedelta(days=1))
            await flow.settle()
            await town.wait_for_a_place()
        await town.ready()
        await town.serve()
        served = town.own["step"]
        await town.ready()
        town.own["step"] = served
        window, waiting = town.own["window"], await self._home.take()
        call, start = c.Call(window=window, ticket=waiting["id"], reason="r"), c.Start(window=window)
        again = c.Recall(window=window)  # some halls want a second call before anybody has missed it
        pause, close = c.Pause(window=window, reason="r"), c.Close(window=window)
        no_show = c.NoShow(window=window)
        hold = c.Hold(window=window, kind="anywhere", reason="r")
        in_vain: list[c.Command] = [call, again, no_show]
        aside: list[c.Command] = [call, start, hold]
        ways: list[list[c.Command]] = [
            [],
            [call],
            [call, again],
            [call, start],
            aside,
            in_vain,
            [call, pause],
            [pause],
            [close],
        ]
        way = {MISSED: in_vain, HELD: aside}.get(operation) or chance.choice(ways)
        for command in way:
            await flow.ask(clerk, command, None)
        town.own["held"] = waiting["id"] if hold in way or no_show in way else town.own["ticket"]
        town.own["known"] = await self._known()
        if chance.random() < ENDED:
            await flow.ask(MANAGER, c.StopIssuing(scope="hall", reason="r"), None)
        if chance.random() < STOPPED:
            await flow.ask(MANAGER, c.StopIssuing(scope="zone:B", reason="r"), None)
        await self._clear_devices()
        self._restore_clerk()

    def _restore_clerk(self) -> None:
        """The clerk is what they were and has a PIN, whatever an administrator did to the account."""
        people = self._home.server.people
        was = people.account("clerk")
        assert was is not None
        now = msgspec.structs.replace(
            was, role="clerk", hash=HASH, active=True, must_change=False, pin=self._pin
        )
        if was != now:
            people.put((), [Changed(was=was, now=now)])

    async def _known(self) -> str:
        """A ticket of which it is kept who its holder is, where the hall asks; else any."""
        town = self._town
        service = self._home.flow.durable.hall.service.get(SEAL)
        if service is None or service.real_name == "no":
            return str(town.own["ticket"])
        ticket = await self._home.take(SEAL, holder={"name": "某人"})
        return str(ticket["id"])

    async def _clear_devices(self) -> None:
        """Devices that others brought are sent away, for only so many may wait; and ours is one that may still be placed."""
        flow, town = self._home.flow, self._town
        ours = {town.own["device"], town.waiting}
        for device in [one for one in flow.durable.devices.values() if one.state == "waiting"]:
            if device.id not in ours:
                await flow.ask(ADMIN, c.RevokeDevice(device=device.id, reason="r"), None)
        if flow.durable.devices[town.own["device"]].state == "revoked":
            _, town.own["device"] = await town.pair("agent")

    # fitting

    def _fit(self, case: Case[Any], told: dict[str, Any], chance: Random, who: str) -> None:
        """Have a request name what is there, and leave out some of what may be left out."""
        facts = self._facts(who)
        if told["operationId"] == "media.remove":
            self._media.mkdir(exist_ok=True)
            (self._media / "spare.png").write_bytes(PICTURE)
            facts["file"] = ["spare.png"]
        if told["operationId"] in (MISSED, HELD):
            facts["ticket"] = [self._town.own["held"]]
        if told["operationId"] == "cases.earlier":
            now = self._home.flow.durable
            facts["day"] = [now.day.isoformat()]
            fresh = [one.number for one in now.tickets.values() if f"{one.id}/{one.at}" not in now.cased]
            facts["number"] = fresh[-5:] or ["A001"]
        case.headers.clear()
        case.cookies = {}
        case.path_parameters = {
            name: str(_choose(name, value, facts, chance)) for name, value in case.path_parameters.items()
        }
        case.query = {
            name: _choose(name, value, ASKED, chance)
            for name, value in case.query.items()
            if chance.random() > LEFT_OUT
        }
        if isinstance(case.body, dict):
            facts["name"] = ["clerk", f"new-{self._outcome.requests}"]
            known, needed = self._fields(told)
            spared = facts | SPARED
            case.body = {
                name: _choose(name, case.body.get(name), facts if name in needed else spared, chance)
                for name in known
                if name in case.body or name in spared
                if name in needed or name == "reason" or chance.random() > LEFT_OUT
            }
        elif case.media_type == CSV:
            case.body = chance.choice(self._files())
        elif case.media_type == BYTES:
            case.body = PICTURE

    def _files(self) -> tuple[str, ...]:
        """Files of somebody of the staff, and of an appointment."""
        n = self._outcome.requests
        return (
            f"name,role,shown\nspare-{n % 9},clerk,某人\n",
            f"code,service,slot\n{n + 70000000},filing,{(self._home.flow.clock.now() + timedelta(minutes=9)).isoformat()}\n",
        )

    def _fields(self, told: dict[str, Any]) -> tuple[list[str], list[str]]:
        """The fields of an operation's body, and those of them that it needs."""
        (content,) = told["requestBody"]["content"].values()
        shape = self._described["components"]["schemas"][content["schema"]["$ref"].rpartition("/")[2]]
        return list(shape["properties"]), shape.get("required", [])

    def _facts(self, who: str) -> dict[str, list[Any]]:
        """What fields of these names may hold, so that the asker can do something with them."""
        own, state = self._town.own, self._home.flow.durable
        return {
            "window": [own["window"]] if who in ("clerk", "agent") else ["1", "2", "3"],
            "at": [own["window"]],
            "windows": [["1"], ["1", "3"]],
            "zone": list(state.hall.zone),
            "notice": [own["notice"]],
            "alarm": [own["alarm"]],
            "case": [own["case"]],
            "appointment": [own["appointment"], f"{self._outcome.requests + 50000000}"],
            "slot": [(self._home.flow.clock.now() + timedelta(minutes=9)).isoformat()],
            "displays": [[], list(state.hall.display)],
            "ticket": [own["ticket"], own.get("held", own["ticket"]), own.get("known", own["ticket"])],
            "id": [own["ticket"]],
            "code": [
                held.number + claim.check(held.id) for held in islice(reversed(state.tickets.values()), 3)
            ]
            or ["A001000"],
            "step": [own["step"]],
            "service": ["filing", "licence", "seal"],
            "then": [[], ["seal"]],
            "class": ["ordinary", "priority"],
            "items": [1],
            "reason": ["r"],
            "scope": list(state.stops) or ["zone:A", "zone:B", "service:seal"],
            "channel": {"agent": ["keypad", "tablet"], "holder": ["phone"], "supervisor": ["paper"]}.get(
                who, ["kiosk"]
            ),
            "level": [1, 2, 3, 4, 5],
            "device": [own["device"]],
            "printer": [
                one.id for one in state.devices.values() if (one.kind, one.state) == ("kiosk", "placed")
            ],
            "document": [classed(hall_document()), classed(rearranged())],
            "base": [max(state.versions, default=0)],
            "version": sorted(state.versions)[-3:] or [1],
            "until": [_later(self._home, 3600)],
            "to": [_later(self._home, 2)],
            "old": [PASSWORD],
            "new": ["battery staple"],
            "password": [PASSWORD],
            "pin": [PIN],
            "role": ["clerk", "auditor"],
            "name": ["clerk", "spare-1", "spare-2", "spare-3"],
        }


def _choose(name: str, value: Any, facts: Mapping[str, list[Any]], chance: Random) -> Any:
    return chance.choice(facts[name]) if name in facts else value


def _later(home: House, seconds: int) -> str:
    return (home.flow.clock.now() + timedelta(seconds=seconds)).isoformat()


def _role(column: str) -> str:
    return "public" if column == UNPLACED else column
