"""Accounts over HTTP: who may, one-time passwords, leaving, import; sessions end at once, with their open links."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
import msgspec
import pytest
from sqlalchemy import text

from queue_server.auth.account import Accounts
from queue_server.auth.gate import Gate
from queue_server.auth.patience import FREE_ADDRESS
from queue_server.auth.secret import csrf, digest
from queue_server.feed.socket import SESSION_BEATS
from queue_server.flow.port import Unavailable
from queue_server.wire.command import PEOPLE, ROLES
from queue_server.wire.error import Refusal
from tests.fakes.house import PASSWORD, House, house
from tests.integration.feed.test_socket import heard, hello

NEW = "八月桂花遍地开放"


async def sign_in(home: House, name: str, password: str = PASSWORD) -> str:
    status, signed = await home.ask("POST", "/login", None, {"name": name, "password": password})
    assert status == 200, signed
    return str(signed["token"])


async def once(home: House, name: str) -> str:
    """A one-time password for somebody."""
    status, told = await home.ask("POST", f"/accounts/{name}/reset", "admin")
    assert status == 200, told
    return str(told["one_time_password"])


@asynccontextmanager
async def watching(home: House, token: str) -> AsyncIterator[aiohttp.ClientWebSocketResponse]:
    """An open link of a session that has said hello."""
    async with home.socket() as socket:
        await socket.send_json({"hello": {"token": token, "topics": ["window:1"]}})
        assert "snapshot" in await socket.receive_json(timeout=30)
        yield socket


async def closed(socket: aiohttp.ClientWebSocketResponse) -> list[str]:
    """The codes told on a link until it closes."""
    codes: list[str] = []
    async for message in socket:
        told = msgspec.json.decode(message.data)
        if "error" in told:
            codes.append(told["error"]["code"])
    return codes


async def test_an_account_is_added_listed_and_changed(home: House) -> None:
    fields = {"name": "zhang", "role": "clerk", "shown": "张敏", "password": NEW}
    status, made = await home.ask("POST", "/accounts", "admin", fields)
    assert status == 201
    assert "one_time_password" not in made, "who was given a password keeps it"
    await sign_in(home, "zhang", NEW)
    found = {one["name"]: one for one in (await home.ask("GET", "/accounts", "admin"))[1]}
    listed = {key: found["zhang"][key] for key in ("role", "shown", "active", "must_change", "signed_in")}
    assert listed == {"role": "clerk", "shown": "张敏", "active": True, "must_change": False, "signed_in": 1}
    assert all("hash" not in one for one in found.values())
    status, changed = await home.ask("PATCH", "/accounts/zhang", "admin", {"shown": "张敏敏"})
    assert (status, changed["shown"], changed["signed_in"]) == (200, "张敏敏", 1)
    assert home.flow.names["zhang"] == "张敏敏", "screens say it at once"


@pytest.mark.parametrize(
    "method, path, body, status, code",
    [
        ("POST", "/accounts", {"name": "clerk", "role": "clerk"}, 409, "account.exists"),
        ("POST", "/accounts", {"name": "two words", "role": "clerk"}, 422, "account.bad_name"),
        ("POST", "/accounts", {"name": "box", "role": "agent"}, 422, "request.invalid"),
        (
            "POST",
            "/accounts",
            {"name": "li", "role": "clerk", "password": "short"},
            422,
            "auth.weak_password",
        ),
        ("POST", "/accounts", b"{", 400, "request.malformed"),
        ("PATCH", "/accounts/nobody", {}, 404, "account.unknown"),
        ("PATCH", "/accounts/clerk", {"hash": "x"}, 422, "request.invalid"),
        ("PATCH", "/accounts/admin", {"active": False}, 409, "account.last_admin"),
        ("PATCH", "/accounts/admin", {"role": "clerk"}, 409, "account.last_admin"),
        ("POST", "/accounts/nobody/reset", None, 404, "account.unknown"),
        ("POST", "/accounts/nobody/sign-out", None, 404, "account.unknown"),
    ],
)
async def test_what_cannot_be_done_to_an_account_is_refused(
    home: House, method: str, path: str, body: Any, status: int, code: str
) -> None:
    answered, error = await home.ask(method, path, "admin", body)
    assert (answered, error["code"]) == (status, code)


async def test_a_one_time_password_is_good_for_choosing_another_and_nothing_else(home: House) -> None:
    status, made = await home.ask("POST", "/accounts", "admin", {"name": "li", "role": "clerk"})
    word = made["one_time_password"]
    assert (status, made["account"]["must_change"]) == (201, True)
    token = await sign_in(home, "li", word)
    assert (await home.ask("GET", "/me", token))[1]["must_change"] is True
    for method, path in (("GET", "/tickets"), ("POST", "/windows/1/open"), ("GET", "/zones")):
        status, error = await home.ask(method, path, token)
        assert (status, error["code"]) == (403, "auth.must_change"), path
    async with home.socket() as socket:
        await socket.send_json({"hello": {"token": token, "topics": ["hall"]}})
        assert (await socket.receive_json(timeout=30))["error"]["code"] == "auth.must_change"
    for old, new, code in (
        ("wrong", NEW, "auth.wrong_password"),
        (word, "short", "auth.weak_password"),
        (word, word, "auth.same_password"),
    ):
        refused = await home.ask("POST", "/me/password", token, {"old": old, "new": new})
        assert refused[1]["code"] == code
    assert (await home.ask("POST", "/me/password", token, {"old": word, "new": NEW}))[0] == 204
    assert (await home.ask("GET", "/me", token))[1]["must_change"] is False
    assert (await home.ask("POST", "/windows/1/open", token))[0] == 200, "the session goes on"
    assert (await home.ask("POST", "/login", None, {"name": "li", "password": word}))[0] == 401
    await sign_in(home, "li", NEW)


async def test_a_one_time_password_that_nobody_used_in_time_is_good_for_nothing(home: House) -> None:
    wall = Wall()
    gate = Gate(home.server.people, dict, once=timedelta(days=3), real_now=wall)
    word = await once(home, "clerk")
    given = wall.now
    wall.now = given + timedelta(days=2, hours=23)
    assert (await gate.sign_in("clerk", word))[1].must_change
    wall.now = given + timedelta(days=3, hours=1)
    with pytest.raises(Refusal) as refused:
        await gate.sign_in("clerk", word)
    assert refused.value.code == "auth.expired"
    with pytest.raises(Refusal) as refused:
        await gate.sign_in("clerk", "another password")
    assert refused.value.code == "auth.wrong_password", "only who knows it is told"
    assert (await gate.sign_in("manager", PASSWORD))[1].name == "manager", "others do not end"
    word, _ = Accounts(home.server.people, "clock:console", wall).reset("clerk")
    await gate.sign_in("clerk", word)


async def test_a_running_server_ends_one_time_passwords_when_its_settings_say(tmp_path: Path) -> None:
    async with house(tmp_path, once=timedelta(0)) as home:
        login = {"name": "clerk", "password": await once(home, "clerk")}
        status, error = await home.ask("POST", "/login", None, login)
        assert (status, error["code"]) == (401, "auth.expired")
        _, accounts = await home.ask("GET", "/accounts", "admin")
        assert {one["name"] for one in accounts if one["expired"]} == {"clerk"}, "administrators see whose"
        assert (await home.ask("POST", "/login", None, login | {"name": "manager", "password": PASSWORD}))[
            0
        ] == 200


async def test_people_choose_their_own_password_and_nobody_else_has_one(home: House) -> None:
    home.tokens["holder"] = (await home.take())["token"]
    asked = {"old": "wrong", "new": NEW}
    for role in ROLES:
        if role == "clock":
            continue
        status, error = await home.ask("POST", "/me/password", None if role == "public" else role, asked)
        expected = "auth.wrong_password" if role in PEOPLE else "auth.forbidden"
        assert error["code"] == ("auth.missing" if role == "public" else expected), (role, status)


async def test_a_new_password_ends_the_other_sessions_of_its_owner(home: House) -> None:
    here, there = await sign_in(home, "clerk"), await sign_in(home, "clerk")
    async with watching(home, there) as socket:
        assert (await home.ask("POST", "/me/password", here, {"old": PASSWORD, "new": NEW}))[0] == 204
        assert await closed(socket) == ["auth.invalid"]
    assert (await home.ask("GET", "/me", there))[1]["code"] == "auth.invalid"
    assert (await home.ask("GET", "/me", here))[0] == 200


@pytest.mark.parametrize("how", ["sign-out", "reset", "leave", "role", "logout"])
async def test_a_session_that_ends_is_over_at_once_and_so_is_its_open_link(home: House, how: str) -> None:
    token = await sign_in(home, "clerk")
    assert (await home.ask("GET", "/zones", token))[0] == 200
    async with watching(home, token) as socket:
        if how == "leave":
            await home.ask("PATCH", "/accounts/clerk", "admin", {"active": False})
        elif how == "role":
            await home.ask("PATCH", "/accounts/clerk", "admin", {"role": "steward"})
        elif how == "logout":
            await home.ask("POST", "/logout", token)
        else:
            status, told = await home.ask("POST", f"/accounts/clerk/{how}", "admin")
            assert status == 200
            assert how == "reset" or told["sessions"] >= 1
        assert await closed(socket) == ["auth.invalid"]
    assert (await home.ask("GET", "/zones", token))[1]["code"] == "auth.invalid"


async def test_who_has_left_cannot_sign_in_and_leaves_the_ticket_with_the_window(home: House) -> None:
    ticket = await home.take()
    token = await sign_in(home, "clerk")
    await home.ask("POST", "/windows/1/open", token)
    await home.ask("POST", "/windows/1/call-next", token)
    await home.ask("PATCH", "/accounts/clerk", "admin", {"active": False})
    login = {"name": "clerk", "password": PASSWORD}
    assert (await home.ask("POST", "/login", None, login))[1]["code"] == "auth.wrong_password"
    await home.ask("POST", "/accounts", "admin", {"name": "li", "role": "clerk", "password": NEW})
    li = await sign_in(home, "li", NEW)
    status, error = await home.ask("POST", "/windows/1/open", li)
    assert (status, error["code"], error["detail"]["clerk"]) == (409, "window.attended", "clerk")
    status, window = await home.ask("POST", "/windows/1/open", li, {"takeover": True})
    assert (status, window["clerk"], window["ticket"]) == (200, "li", ticket["id"])
    assert (await home.ask("POST", "/windows/1/finish", li))[1]["state"] == "served"
    await home.ask("PATCH", "/accounts/clerk", "admin", {"active": True})
    await sign_in(home, "clerk")


async def test_staff_are_imported_or_every_fault_is_named_and_nobody_is(home: House) -> None:
    faulty = "name,role,shown\nzhang,clerk,张敏\nli,boss,李\nzhang,clerk,张\ntwo words,clerk,王\nwang,clerk\n".encode()
    status, told = await home.ask("POST", "/accounts/import", "admin", faulty)
    assert (status, [fault["line"] for fault in told["faults"]]) == (200, [3, 4, 5, 6])
    assert told["faults"][0]["fault"] == {
        "zh": "没有“boss”这个岗位，可以写：窗口人员、导办员、督查员、大厅经理、管理员、审计员。",
        "en": "There is no role “boss”; there are: Clerk, Steward, Supervisor, Manager, Administrator, Auditor.",
    }
    assert (told["added"], told["changed"]) == ([], [])
    good = "zhang,窗口人员,张敏\r\nclerk,Steward,导办王\r\nsteward,steward,某steward\r\n"
    session = await sign_in(home, "clerk")
    status, told = await home.ask("POST", "/accounts/import", "admin", good.encode("gb18030"))
    assert (status, told["faults"], told["changed"]) == (200, [], ["clerk"])
    assert [one["name"] for one in told["added"]] == ["zhang"]
    assert (await home.ask("GET", "/me", session))[1]["code"] == "auth.invalid", (
        "another role, another session"
    )
    token = await sign_in(home, "zhang", told["added"][0]["one_time_password"])
    assert (await home.ask("GET", "/me", token))[1]["must_change"] is True
    names = {
        one["name"]: (one["role"], one["shown"]) for one in (await home.ask("GET", "/accounts", "admin"))[1]
    }
    assert names["zhang"] == ("clerk", "张敏")
    assert names["clerk"] == ("steward", "导办王")
    status, told = await home.ask("POST", "/accounts/import", "admin", b"admin,clerk,x\n")
    assert [fault["fault"]["zh"] for fault in told["faults"]] == [
        Refusal("account.last_admin").body("zh").message
    ]


async def test_an_import_whose_last_row_fails_in_the_database_changes_nobody_and_ends_no_session(
    home: House,
) -> None:
    people, session = home.server.people, await sign_in(home, "clerk")
    with people._writing.begin() as connection:
        connection.execute(
            text(
                "CREATE TRIGGER planted BEFORE INSERT ON account WHEN new.name = 'wu'"
                " BEGIN SELECT RAISE(ABORT, 'planted'); END"
            )
        )
    before, seq = people.accounts(), home.flow.ahead.seq
    rows = "clerk,steward,导办王\nzhang,clerk,张敏\nwu,clerk,吴静\n".encode()
    status, told = await home.ask("POST", "/accounts/import", "admin", rows)
    assert (status, told["code"]) == (503, "store.unavailable")
    assert (people.accounts(), people.deeds(), home.flow.ahead.seq) == (before, [], seq)
    assert (await home.ask("GET", "/me", session))[1]["role"] == "clerk"
    with people._writing.begin() as connection:
        connection.execute(text("DROP TRIGGER planted"))
    status, told = await home.ask("POST", "/accounts/import", "admin", rows)
    assert (status, told["changed"], [one["name"] for one in told["added"]]) == (
        200,
        ["clerk"],
        ["zhang", "wu"],
    )


async def test_of_a_clerks_sign_ins_one_holds_the_window_whichever_way_their_tokens_come(home: House) -> None:
    sessions = [await sign_in(home, "clerk") for _ in range(2)]
    first, second = (
        {"Cookie": f"session={one}", "Content_Type": "application/json", "X_CSRF_Token": csrf(one)}
        for one in sessions
    )
    status, window = await home.ask("POST", "/windows/1/open", None, {}, **first)
    assert status == 200
    assert window["seat"] == (await home.ask("GET", "/me", None, None, **first))[1]["seat"]
    for verb in ("open", "call-next"):
        for status, error in (
            await home.ask("POST", f"/windows/1/{verb}", None, {}, **second),
            await home.ask("POST", f"/windows/1/{verb}", sessions[1], {}),
        ):
            assert (status, error["code"]) == (409, "window.seated")
    async with home.socket() as link:
        assert "snapshot" in await hello(link, "window:1", token=sessions[1])
        await link.send_json({"id": 1, "command": "windows.call_next", "args": {"window": "1"}})
        assert (await heard(link, "id"))["error"]["code"] == "window.seated"
    assert (await home.ask("POST", "/windows/1/call-next", sessions[0]))[0] == 204, (
        "in a header it is the same"
    )
    status, window = await home.ask("POST", "/windows/1/open", sessions[1], {"takeover": True})
    assert window["seat"] == (await home.ask("GET", "/me", None, None, **second))[1]["seat"]
    assert (await home.ask("POST", "/windows/1/close", None, {}, **first))[1]["code"] == "window.seated"
    assert (await home.ask("POST", "/windows/1/close", None, {}, **second))[0] == 200


async def test_a_change_that_bears_a_cookie_is_taken_from_our_own_pages_only(home: House) -> None:
    session = await sign_in(home, "clerk")
    cookie = {
        "Cookie": f"session={session}",
        "Content_Type": "application/json",
        "X_CSRF_Token": csrf(session),
    }
    path = "/windows/1/open"
    for origin in ("http://127.0.0.1:1", "https://evil.example", "null"):
        status, error = await home.ask("POST", path, None, {}, Origin=origin, **cookie)
        assert (status, error["code"]) == (403, "auth.foreign_origin")
    plain = cookie | {"Content_Type": "text/plain"}
    assert (await home.ask("POST", path, None, {}, Origin=home.address, **plain))[0] == 422
    assert (await home.ask("POST", path, None, {}, Origin=home.address, **cookie))[0] == 200
    login = {"name": "clerk", "password": PASSWORD}
    status, error = await home.ask("POST", "/login", None, login, Origin="https://evil.example")
    assert (status, error["code"]) == (403, "auth.foreign_origin"), "nobody is signed in as somebody else"


async def test_a_change_that_bears_a_cookie_shows_what_only_our_own_pages_can_read(home: House) -> None:
    cookie = {"Cookie": f"session={await sign_in(home, 'clerk')}", "Content_Type": "application/json"}
    status, me = await home.ask("GET", "/me", None, **cookie)
    assert status == 200
    another = await sign_in(home, "clerk")
    for shown in ({}, {"X_CSRF_Token": ""}, {"X_CSRF_Token": csrf(another)}, {"X_CSRF_Token": "é"}):
        for path in ("/windows/1/open", "/me/password", "/logout"):
            status, error = await home.ask("POST", path, None, {}, **cookie, **shown)
            assert (status, error["code"]) == (403, "auth.csrf"), (path, shown)
    shown = {"X_CSRF_Token": me["csrf"]}
    assert (await home.ask("POST", "/windows/1/open", None, {}, **cookie, **shown))[0] == 200
    assert (await home.ask("POST", "/logout", None, None, **cookie, **shown))[0] == 204
    program = {"Cookie": "session=of-somebody-else"}
    status, _ = await home.ask("POST", "/windows/1/open", another, {"takeover": True}, **program)
    assert status == 200, "a program that bears its token in the header shows nothing"


@pytest.mark.usefixtures("still")
async def test_many_failures_of_one_address_make_every_name_from_there_wait(home: House) -> None:
    for number in range(FREE_ADDRESS):
        await home.ask("POST", "/login", None, {"name": f"guess{number}", "password": "wrong password"})
    status, error = await home.ask("POST", "/login", None, {"name": "clerk", "password": PASSWORD})
    assert (status, error["code"]) == (429, "auth.too_many")


class Wall:
    """A wall clock that tests set."""

    def __init__(self) -> None:
        self.now = datetime.now(UTC)

    def __call__(self) -> datetime:
        return self.now


async def test_a_session_ends_when_nothing_was_asked_for_too_long(home: House) -> None:
    wall = Wall()

    def gate() -> Gate:
        """A fresh one, so that nothing is remembered: as after some seconds."""
        return Gate(home.server.people, dict, idle=timedelta(minutes=30), real_now=wall)

    token, _ = await gate().sign_in("clerk", PASSWORD)
    for _ in range(4):
        wall.now += timedelta(minutes=29)
        assert (await gate().who(token)).name == "clerk", "each use counts"
    wall.now += timedelta(minutes=29)
    assert await gate().ended([digest(token)]) == frozenset(), "looking is no use"
    wall.now += timedelta(minutes=1)
    assert await gate().ended([digest(token)]) == {digest(token)}
    with pytest.raises(Refusal, match=r"auth\.invalid"):
        await gate().who(token)
    assert (await gate().who(home.tokens["clerk"])).role == "clerk", "a program's token has no session"


async def test_a_running_server_ends_who_was_idle_for_as_long_as_its_settings_say_also_over_an_open_link(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "queue_server.feed.socket.BEAT_S", 0.05
    )  # so often it looks for sessions that have ended
    async with house(tmp_path, idle=timedelta(minutes=30)) as home:
        token = await sign_in(home, "clerk")

        def used(minutes: int) -> None:
            home.server.people.seen(digest(token), datetime.now(UTC) - timedelta(minutes=minutes))

        async with watching(home, token) as socket:
            used(29)
            for _ in range(3 * SESSION_BEATS):
                assert "beat" in await socket.receive_json(timeout=30), "it goes on"
            used(30)
            assert await closed(socket) == ["auth.invalid"]
        assert (await home.ask("GET", "/me", token))[1]["code"] == "auth.invalid"
        assert (await home.ask("GET", "/me", "clerk"))[0] == 200, "a program's token has no session"


async def test_a_session_ends_after_twelve_hours_however_busy_it_is(home: House) -> None:
    wall = Wall()

    def gate() -> Gate:
        return Gate(home.server.people, dict, real_now=wall)

    token, _ = await gate().sign_in("clerk", PASSWORD)
    for _ in range(4):
        wall.now += timedelta(hours=2, minutes=59)
        assert (await gate().who(token)).name == "clerk"
    wall.now += timedelta(minutes=5)
    with pytest.raises(Refusal, match=r"auth\.invalid"):
        await gate().who(token)


async def test_what_another_process_ends_ends_the_open_link_too(home: House) -> None:
    token = await sign_in(home, "clerk")
    async with watching(home, token) as socket:
        home.server.people.sign_out("clerk")
        assert await closed(socket) == ["auth.invalid"]


async def test_a_store_that_fails_ends_no_session(home: House, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> None:
        raise Unavailable("the disk is full")

    monkeypatch.setattr(home.server.people, "tokens", fail)
    gate = Gate(home.server.people, dict)
    with pytest.raises(Refusal, match=r"store\.unavailable"):
        await gate.ended(["x"])
