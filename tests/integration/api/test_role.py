"""docs/roles.md is what happens: a running server is asked every cell of the page, as everybody, whichever way it can be asked."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import msgspec
import pytest

from queue_server.api.document import ROUTES
from queue_server.api.query import QUERIES
from queue_server.api.route import BASE
from queue_server.views.topic import SEEN_BY
from queue_server.wire import command as c
from tests.arch.test_document import tables
from tests.fakes import example
from tests.fakes.house import House
from tests.fakes.town import Town
from tests.integration.feed.test_socket import heard, hello
from tools.roles import COLUMNS, HEADINGS, MAY, MAY_NOT, MAY_OWN, PAGE, UNASKED, UNPLACED, Kind

NOT_YOU = {"auth.missing", "auth.forbidden", "auth.not_your_window", "auth.invalid", "auth.must_change"}

TOLD = tables(PAGE.read_text(encoding="utf-8"))
"""The page as an auditor reads it."""
ROWS = [(kind, name) for kind, heading in HEADINGS.items() for name in TOLD[heading]]


@dataclass(frozen=True)
class Said:
    """What somebody was told: `code` is empty where it was done. `status` is 0 on the websocket."""

    status: int
    code: str


class Hall(Town):
    """A running hall, and somebody for every column of the page to ask as."""

    def seen(self) -> Any:
        """All that a refused question must leave as it is."""
        people = self.home.server.people
        return self.home.flow.ahead.seq, people.accounts(), sorted(one.digest for one in people.tokens())

    async def http(self, column: str, method: str, path: str, body: Any = None) -> Said:
        """Ask over HTTP."""
        data = None if body is None else msgspec.json.encode(body)
        bearer = self.tokens[column]
        headers = {} if bearer is None else {"Authorization": f"Bearer {bearer}"}
        address = self.home.address + path
        async with self.home.client.request(
            method, address, data=data, headers=headers, allow_redirects=False
        ) as answer:
            text = await answer.read()
            code = msgspec.json.decode(text)["code"] if answer.status >= 400 else ""
            return Said(answer.status, code)

    async def feed(self, column: str, command: str, args: dict[str, Any]) -> Said:
        """Ask over the websocket."""
        async with self.home.socket() as link:
            assert "error" not in await hello(link, token=self.tokens[column])
            await link.send_json({"id": 1, "command": command, "args": args})
            answer = await heard(link, "id")
            return Said(0, answer["error"]["code"] if "error" in answer else "")

    async def topic(self, column: str, topic: str) -> Said:
        """Ask to see a topic."""
        async with self.home.socket() as link:
            answer = await hello(link, topic, token=self.tokens[column])
            return Said(0, answer["error"]["code"] if "error" in answer else "")

    async def ask(self, kind: str, name: str, column: str, facts: dict[str, Any]) -> list[Said]:
        """Ask one thing as somebody, every way there is. `facts` says of whose window, ticket or record."""
        if kind == "command":
            entry = c.REGISTRY[name]
            assert entry.method is not None
            assert entry.path is not None
            channels = {str(role): min(own) for role, own in c.CHANNELS.items()}
            args = example.fields(entry.type, {**facts, "channel": channels.get(column, "kiosk")})
            inside = {key: value for key, value in args.items() if key not in entry.parameters}
            path = BASE + example.path(entry.path, facts)
            # over the websocket first: what it did makes the other one a second time, which no role is refused for
            return [await self.feed(column, name, args), await self.http(column, entry.method, path, inside)]
        if kind == "query":
            query = next(one for one in QUERIES if one.name == name)
            return [await self.http(column, "GET", BASE + example.path(query.path, facts))]
        if kind == "route":
            route = next(one for one in ROUTES if one.name == name)
            fits = route.asks is not None and route.asks is not bytes
            body = example.fields(route.asks, {"name": "newcomer"}) if fits else None
            return [
                await self.http(column, route.method, example.path(route.path, {"name": "newcomer"}), body)
            ]
        if kind == "topic":
            own = facts is self.own and column in (*c.DEVICES, UNPLACED)
            ticket = self.tokens["holder"] if facts is self.own and column == "holder" else facts["ticket"]
            whole = {
                "zone": "zone:A",
                "board": "board:hall",
                "voice": "voice:west",
                "window": f"window:{facts['window']}",
                "counter": f"counter:{facts['window']}",
                "ticket": f"ticket:{ticket}",
                "device": "device" if own else f"device:{facts['device']}",
            }
            return [await self.topic(column, whole.get(name, name))]
        if name == "/feed":
            async with self.home.socket() as link:
                await link.send_json({"hello": {"token": self.tokens[column] or ""}})
                return [Said(0, (await heard(link)).get("error", {}).get("code", ""))]
        files = {"/static/…": "/static/page.css", "/text/…": "/text/page.json"}
        return [await self.http(column, "GET", files.get(name, name).replace("{display}", "hall"))]


def _not_yours(kind: str, column: str) -> str:
    """What somebody is told of a window, a ticket or a record that is not theirs: of another's ticket as if it were not there."""
    if kind == "topic":
        return "auth.missing" if column == UNPLACED else "auth.forbidden"
    return "ticket.unknown" if column == "holder" else "auth.not_your_window"


def _questions(mark: str, hall: Hall) -> Iterator[tuple[dict[str, Any], bool]]:
    """What to ask for a mark: of whose things, and whether it must be allowed."""
    yield hall.own, mark != MAY_NOT
    yield hall.other, mark == MAY


@pytest.mark.parametrize("kind, name", ROWS, ids=lambda each: each)
async def test_what_the_page_of_roles_says_is_what_happens(home: House, kind: Kind, name: str) -> None:
    hall = Hall(home)
    await hall.fill()
    *marks, _, _ = TOLD[HEADINGS[kind]][name]
    assert len(marks) == len(COLUMNS)
    for column, mark in zip(COLUMNS, marks, strict=True):
        for facts, allowed in _questions(mark, hall):
            await hall.ready()
            if kind == "command" and "step" in example.fields(c.REGISTRY[name].type, {}):
                await hall.serve()
            if name == "tickets.identify":
                await hall.call()
            before = hall.seen()
            answers = await hall.ask(kind, name, column, facts)
            for said in answers:
                what = (name, column, mark, said)
                assert said.status < 500, what
                if allowed:
                    assert said.code not in NOT_YOU, what
                elif mark == MAY_OWN:
                    assert said.code == _not_yours(kind, column), what
                else:
                    nobody = column in ("public", UNPLACED)
                    assert said.code == ("auth.missing" if nobody else "auth.forbidden"), what
                    assert said.status in (0, 401 if nobody else 403), what
            assert allowed or hall.seen() == before, f"nothing has changed: {name} as {column}"


async def test_what_has_no_address_is_done_for_nobody_who_asks(home: House) -> None:
    hall = Hall(home)
    await hall.fill()
    await hall.ready()
    before = hall.seen()
    for name in TOLD[UNASKED]:
        for column in COLUMNS:
            assert (await hall.feed(column, name, {})).code == "feed.unknown_command", (name, column)
    assert hall.seen() == before


def test_every_command_is_a_row_of_the_page() -> None:
    assert {*TOLD[HEADINGS["command"]], *TOLD[UNASKED]} == set(c.REGISTRY)


async def test_every_address_of_the_server_is_a_row_of_the_page(home: House) -> None:
    application = home.server._listening._runner.app
    assert application is not None
    served = {
        f"{route.method} {route.resource.canonical}"
        for route in application.router.routes()
        if route.resource is not None and route.method != "HEAD"
    }
    told = {cells[-2].strip("`") for heading in HEADINGS.values() for cells in TOLD[heading].values()}
    for folder in ("/static/", "/text/"):
        inside = {address for address in served if address.startswith(f"GET {folder}")}
        assert inside
        served = served - inside | {f"GET {folder}…"}
    topics = {cells[-2].strip("`") for cells in TOLD[HEADINGS["topic"]].values()}
    assert served == told - topics


async def test_every_topic_that_somebody_may_see_is_a_row_of_the_page(home: House) -> None:
    assert set(TOLD[HEADINGS["topic"]]) == set(SEEN_BY)
