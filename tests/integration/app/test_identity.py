"""Who holds a ticket leaves nothing behind that anybody could find them by: not in files, answers, frames, numbers or logs."""

import contextlib
import logging
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import msgspec
import pytest
import structlog

from queue_server.app.fault import CannotStart
from queue_server.app.log import PROCESSORS
from queue_server.app.secret import secret
from queue_server.engine import number as numbers
from queue_server.flow.clock import Clock
from queue_server.store.sqlite import Sqlite
from queue_server.store.verify import verify
from queue_server.wire.command import Take
from queue_server.wire.field import Holder
from queue_server.wire.ids import ServiceId
from tests.fakes.card import number
from tests.fakes.house import House, house, token
from tests.fakes.leak import Somebody

NUMBER = number("19730517", n=264, region="993817")
NAME = "诸葛映雪"
HOLDER = {"number": NUMBER, "name": NAME}
FOR = "尉迟砚秋"
"""For whom staff give the fast track: kept as it is, in one row, until it is deleted."""
ISSUERS = ("kiosk", "steward", "clerk", "manager")
STRANGERS = ("supervisor", "admin", "auditor", "display", "agent", None)


@pytest.fixture
def own_log() -> Iterator[StringIO]:
    """What the server logs of its own, as it is written in a hall, down to the least of it."""
    written = StringIO()
    structlog.configure(
        processors=PROCESSORS,
        wrapper_class=structlog.make_filtering_bound_logger(logging.DEBUG),
        logger_factory=structlog.PrintLoggerFactory(written),
    )
    yield written
    structlog.reset_defaults()


class Visit:
    """One who comes by every door, and remembers all that was said there."""

    def __init__(self, home: House) -> None:
        self.home = home
        self.heard: list[bytes] = []
        self.said: list[bytes] = []

    async def http(self, method: str, path: str, who: str | None, body: Any = None, key: str = "") -> Any:
        """Ask over HTTP; the answer."""
        data = body if isinstance(body, bytes | None) else msgspec.json.encode(body)
        headers = self.home.auth(who) | ({"Idempotency-Key": key} if key else {})
        address = f"{self.home.address}{path}"
        async with self.home.client.request(method, address, data=data, headers=headers) as answer:
            text = await answer.read()
            self.heard += [text, *(f"{name}: {value}".encode() for name, value in answer.headers.items())]
            return msgspec.json.decode(text) if text[:1] in (b"{", b"[") else text

    async def take(self, who: str | None, key: str = "", **fields: Any) -> Any:
        """Take a ticket over HTTP."""
        body = {"service": "seal", "holder": HOLDER, **fields}
        with contextlib.suppress(msgspec.ValidationError):  # one that does not fit never becomes a command
            self.said.append(msgspec.json.encode(msgspec.convert(body, Take)))
        return await self.http("POST", "/api/v1/tickets", who, body, key)

    async def feed(self, who: str, *topics: str, **fields: Any) -> None:
        """Take a ticket twice with one key over a websocket that sees all there is to see."""
        args = {"service": "seal", "holder": HOLDER, **fields}
        async with self.home.socket() as link:
            await link.send_json({"hello": {"token": self.home.tokens[who], "topics": topics}})
            for n in (1, 2):
                await link.send_json({"id": n, "command": "tickets.take", "key": "feed", "args": args})
            answered = 0
            while answered < 2:
                text = await link.receive_str(timeout=30)
                self.heard.append(text.encode())
                answered += '"id":' in text and ('"ok":' in text or '"error":' in text)


async def everything(visit: Visit, monkeypatch: pytest.MonkeyPatch) -> None:
    """Tickets by every role and way, again with the same key, refused for every reason there is, and a failing server."""
    for n, who in enumerate(ISSUERS):
        first = await visit.take(who, f"key-{n}", service="seal" if n == 0 else "filing")
        assert first["number"], first
        assert await visit.take(who, f"key-{n}", service="seal" if n == 0 else "filing") == first
        assert (await visit.take(who, f"key-{n}", items=1, needs=["help"]))["code"] == "idempotency.reused"
    assert (await visit.take("kiosk"))["code"] == "person.has_open"
    for stranger in STRANGERS:
        assert (await visit.take(stranger))["code"] in {"auth.forbidden", "auth.missing"}
    wrong: list[dict[str, Any]] = [
        {"number": NUMBER[:-1] + ("1" if NUMBER[-1] != "1" else "2"), "name": NAME},
        {"number": NUMBER + "1", "name": NAME},
        {"number": NUMBER * 3, "name": NAME},
        {"number": int(NUMBER[:17]), "name": NAME},
        {"number": NUMBER, "name": NAME * 40},
        {"number": NUMBER, "name": NAME, "nation": "汉"},
        {"number": [NUMBER], "name": {"of": NAME}},
    ]
    for holder in wrong:
        assert (await visit.take("kiosk", holder=holder))["code"] in {"holder.bad_number", "request.invalid"}
    assert (await visit.take("kiosk", class_reason=""))["code"] == "request.invalid"
    assert (await visit.take("kiosk", service="nothing"))["code"] == "service.unknown"
    body = msgspec.json.encode({"service": "seal", "holder": HOLDER})[:-1]
    assert (await visit.http("POST", "/api/v1/tickets", "kiosk", body))["code"] == "request.malformed"
    with monkeypatch.context() as broken:
        broken.setattr(numbers, "after", lambda *_, **__: 1 / 0)
        assert (await visit.take("kiosk", "fails", service="filing"))["code"] == "server.failed"
        await visit.feed("kiosk", "hall", service="filing")
    for who in ISSUERS:
        await visit.feed(who, "hall", "board:hall", service="licence")
    await visit.feed("manager", "hall", "board:hall", "floor", "window:4")


async def looks(visit: Visit, ticket: str) -> None:
    """Everybody who may read something reads it."""
    for who in (
        "clerk",
        "steward",
        "supervisor",
        "manager",
        "admin",
        "auditor",
        "kiosk",
        "display",
        "agent",
        None,
    ):
        for path in (
            f"/tickets/{ticket}",
            "/tickets",
            "/events",
            "/windows",
            "/zones",
            "/load",
            "/openapi.json",
        ):
            await visit.http("GET", f"/api/v1{path}", who)
    await visit.http("GET", "/metrics", None)


async def test_of_a_number_and_a_name_nothing_is_left_anywhere(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    own_log: StringIO,
    capfd: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    async with house(tmp_path) as home:
        visit = Visit(home)
        await everything(visit, monkeypatch)
        ticket = next(iter(home.flow.durable.identities))
        told = await visit.http("POST", f"/api/v1/tickets/{ticket}/identify", "manager", {"reason": "核对"})
        assert told["mask"] == "诸**雪"
        await looks(visit, ticket)
        files = list(contents(tmp_path))
        assert b"tickets.take" in b"".join(files), "or the log is not among them"
    files += contents(tmp_path)
    spoken = capfd.readouterr()
    told_of = (repr(vars(one)) for one in caplog.records)
    logs = "\n".join((own_log.getvalue(), spoken.out, spoken.err, caplog.text, *told_of))
    for failure in ("request.failed", "command.failed", "ZeroDivisionError"):
        assert failure in own_log.getvalue(), "or what is logged is not heard here"
    somebody = Somebody(NUMBER, NAME, visit.said)
    assert somebody.found(b"\n".join(visit.heard)) == []
    assert somebody.found(logs.encode()) == []
    assert somebody.found(b"\n".join(files)) == []


def contents(folder: Path) -> list[bytes]:
    """Every file of a data folder: database, write-ahead log, keys and all."""
    return [file.read_bytes() for file in sorted(folder.rglob("*")) if file.is_file()]


async def test_a_persons_name_stands_in_one_row_and_is_told_to_who_may_read_it_alone(tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        visit = Visit(home)
        green = {"class": "green", "class_reason": "重点企业", "class_for": FOR, "holder": {}}
        given = await visit.take("steward", "key", **green)
        assert await visit.take("steward", "key", **green) == given
        await looks(visit, given["id"])
        ask = f"/api/v1/tickets/{given['id']}/identify"
        for who in ("steward", "admin", "auditor", "kiosk", "display", "agent", None):
            assert "code" in await visit.http("POST", ask, who, {"reason": "r"})
        assert Somebody(NUMBER, FOR).found(b"\n".join(visit.heard)) == []
        for _ in range(2):
            told = await visit.http("POST", ask, "supervisor", {"reason": "投诉"}, key="again")
            assert told["person"] == FOR
        events = await home.ask("GET", "/events?after=0", "auditor")
        reads = [each for each in events[1] if each["body"]["type"] == "identity_read"]
        assert [(each["actor"], each["body"]["reason"]) for each in reads] == [
            ("supervisor:supervisor", "投诉")
        ] * 2
        written = b"".join((tmp_path / f"hall.sqlite3{end}").read_bytes() for end in ("", "-wal"))
        assert written.count(FOR.encode()) == 1, "no answer that tells it is kept"


async def test_a_clerk_is_told_of_the_ticket_at_their_own_window_only(tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        visit = Visit(home)
        taken = await visit.take("kiosk")
        home.tokens["li"] = token(home.server, "clerk", "li")
        for window, clerk in (("4", "clerk"), ("3", "li")):
            assert (await home.ask("POST", f"/windows/{window}/open", clerk, {}))[0] == 200
        ask = f"/tickets/{taken['id']}/identify"
        assert (await home.ask("POST", ask, "clerk", {"reason": "r"}))[1]["code"] == "auth.not_your_window"
        assert (await home.ask("POST", "/windows/4/call-next", "clerk", {}))[0] == 200
        status, told = await home.ask("POST", ask, "clerk", {"reason": "核对"})
        assert (status, told) == (
            200,
            {"ticket": taken["id"], "number": "B001", "mask": "诸**雪", "person": None},
        )
        assert (await home.ask("POST", ask, "li", {"reason": "r"}))[1]["code"] == "auth.not_your_window"
        assert (await home.ask("POST", ask, "clerk", {}))[1]["code"] == "request.invalid"


async def test_a_person_is_known_again_after_a_restart_and_forgotten_in_time(tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        assert (await Visit(home).take("kiosk"))["number"] == "B001"
    async with house(tmp_path) as home:
        assert (await Visit(home).take("kiosk"))["code"] == "person.has_open"
    later = Clock.parse("2027-01-10T09:00:00+08:00@1")
    async with house(tmp_path, clock=later) as home:
        assert home.flow.durable.named == {}
        assert (await Visit(home).take("kiosk"))["number"] == "B001"
        written = b"".join(contents(tmp_path))
        assert written.count("诸**雪".encode()) == 1, "today's alone"
    assert verify(Sqlite(tmp_path / "hall.sqlite3")).whole


def test_the_key_is_made_once_for_its_owner_alone_and_a_faulty_one_is_told(tmp_path: Path) -> None:
    key = secret(tmp_path)
    assert (len(key), secret(tmp_path)) == (32, key)
    file = tmp_path / "identity.key"
    assert file.stat().st_mode & 0o777 == 0o600
    assert [each.name for each in tmp_path.iterdir()] == ["identity.key"]
    file.write_bytes(b"short")
    with pytest.raises(CannotStart, match=r"identity\.key"):
        secret(tmp_path)


def test_a_search_that_finds_nothing_would_have_found_something() -> None:
    request = msgspec.json.encode(Take(service=ServiceId("seal"), holder=Holder(NUMBER, NAME)))
    somebody = Somebody(NUMBER, NAME, [request])
    assert somebody.found(b"993900 x17305y 12:00:00.993817+00:00 a993817b") == []
    for left in (NUMBER, NUMBER[3:9], f'"{NUMBER[-6:]}"', NUMBER[4:12].join("xy"), NAME, NAME[:2], NAME[-2:]):
        assert somebody.found(left.encode())
    import hashlib

    for made in (hashlib.sha256(NUMBER.encode()), hashlib.md5(NUMBER.encode()), hashlib.blake2b(request)):
        assert somebody.found(b"x" + made.digest())
        assert somebody.found(made.hexdigest().encode())
