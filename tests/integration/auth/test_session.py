"""Signing in and out over HTTP."""

import asyncio
import time

import pytest
from structlog.testing import capture_logs

from queue_server.auth.gate import Gate
from queue_server.auth.patience import FREE
from queue_server.auth.secret import csrf, seat
from queue_server.store.sqlite import Sqlite
from queue_server.wire.error import Refusal
from tests.fakes.house import PASSWORD, House, token


async def test_a_clerk_signs_in_works_and_signs_out(home: House) -> None:
    async with home.client.post(
        f"{home.address}/api/v1/login", json={"name": "clerk", "password": PASSWORD}
    ) as answer:
        assert answer.status == 200
        signed = await answer.json()
        cookie = answer.cookies["session"]
    assert (signed["role"], signed["name"], signed["shown"]) == ("clerk", "clerk", "某clerk")
    assert cookie.value == signed["token"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Strict"
    assert not cookie["secure"], "a plain-http hall has no use for it"
    await home.ask("POST", "/windows/2/open", signed["token"])
    status, me = await home.ask("GET", "/me", signed["token"])
    known = {
        "role": "clerk",
        "name": "clerk",
        "shown": "某clerk",
        "window": "2",
        "must_change": False,
        "seat": seat(signed["token"]),
    }
    assert (status, me) == (200, known | {"csrf": signed["csrf"]})
    assert (await home.ask("POST", "/logout", signed["token"]))[0] == 204
    status, error = await home.ask("GET", "/me", signed["token"])
    assert (status, error["code"]) == (401, "auth.invalid")


async def test_a_wrong_password_and_an_unknown_name_are_refused_alike(home: House) -> None:
    for name in ("clerk", "nobody"):
        status, error = await home.ask("POST", "/login", None, {"name": name, "password": "wrong password"})
        assert (status, error["code"]) == (401, "auth.wrong_password")


@pytest.mark.usefixtures("still")
async def test_many_failures_make_that_account_wait_and_no_other(home: House) -> None:
    for _ in range(FREE):
        await home.ask("POST", "/login", None, {"name": "clerk", "password": "wrong password"})
    status, error = await home.ask("POST", "/login", None, {"name": "clerk", "password": PASSWORD})
    assert (status, error["code"]) == (429, "auth.too_many")
    assert error["detail"]["wait_s"] >= 1
    assert (await home.ask("POST", "/login", None, {"name": "steward", "password": PASSWORD}))[0] == 200


@pytest.mark.usefixtures("still")
async def test_a_name_is_guessed_at_only_so_often_also_by_many_at_once(home: House) -> None:
    guess = {"name": "clerk", "password": "wrong password"}
    answers = await asyncio.gather(*(home.ask("POST", "/login", None, guess) for _ in range(3 * FREE)))
    assert sorted(status for status, _ in answers) == [401] * FREE + [429] * 2 * FREE


@pytest.mark.usefixtures("still")
async def test_whoever_guesses_at_the_password_of_an_open_page_has_to_wait_as_at_the_door(
    home: House,
) -> None:
    guess = {"old": "wrong password", "new": "八月桂花遍地开放"}
    told = [(await home.ask("POST", "/me/password", "clerk", guess))[1]["code"] for _ in range(FREE + 1)]
    assert told == ["auth.wrong_password"] * FREE + ["auth.too_many"]
    at_the_door = {"name": "clerk", "password": PASSWORD}
    assert (await home.ask("POST", "/login", None, at_the_door))[1]["code"] == "auth.too_many"


async def test_a_restart_gives_the_free_guesses_back_and_no_more(home: House) -> None:
    """Failures are in memory alone: nobody outside can restart the server, or have it write by guessing."""
    for _ in range(2):
        gate = Gate(
            home.server.people, dict, monotonic=lambda: 1000.0
        )  # as a server has that was just started
        for _ in range(FREE):
            with pytest.raises(Refusal, match=r"auth\.wrong_password"):
                await gate.sign_in("clerk", "wrong password", "10.0.0.9")
        with pytest.raises(Refusal, match=r"auth\.too_many"):
            await gate.sign_in("clerk", PASSWORD, "10.0.0.9")


async def test_an_attempt_that_comes_too_soon_is_logged_with_its_address_as_the_others_are(
    home: House,
) -> None:
    gate = Gate(home.server.people, dict, monotonic=lambda: 1000.0)
    with capture_logs() as lines:
        for _ in range(FREE + 2):
            with pytest.raises(Refusal):
                await gate.sign_in("clerk", "wrong password", "10.0.0.9")
    assert [(one["event"], one["address"]) for one in lines] == [
        *[("sign_in.refused", "10.0.0.9")] * FREE,
        *[("sign_in.too_many", "10.0.0.9")] * 2,
    ]
    assert "clerk" not in str(lines)


async def test_a_made_up_token_is_refused_everywhere(home: House) -> None:
    for made_up in ("x" * 43, "", "汉字"):
        status, error = await home.ask("GET", "/me", made_up.encode("utf-8").decode("latin-1"))
        assert (status, error["code"]) == (401, "auth.invalid")
    status, error = await home.ask("GET", "/me")
    assert (status, error["code"]) == (401, "auth.missing")


@pytest.mark.parametrize("header", [b"Authorization: Bearer \xbc", b"Cookie: session=\xbc"])
async def test_a_token_that_is_no_text_is_refused_as_any_other(home: House, header: bytes) -> None:
    port = int(home.address.rpartition(":")[2])
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"GET /api/v1/me HTTP/1.1\r\nHost: hall\r\nConnection: close\r\n" + header + b"\r\n\r\n")
    answer = await reader.read()
    writer.close()
    assert answer.startswith(b"HTTP/1.1 401 ")


async def test_a_login_of_the_wrong_shape_is_refused(home: House) -> None:
    for body, expected in ((b"{", 400), ({"name": "clerk"}, 422), ({"name": "", "password": "x"}, 401)):
        assert (await home.ask("POST", "/login", None, body))[0] == expected


async def test_a_token_made_while_the_server_runs_is_good_at_once(home: House) -> None:
    late = token(home.server, "kiosk", "kiosk-2")
    assert (await home.ask("GET", "/me", late))[1] == {
        "role": "kiosk",
        "name": "kiosk-2",
        "shown": "kiosk-2",
        "csrf": csrf(late),
        "window": None,
        "must_change": False,
        "seat": None,
    }


async def test_a_device_is_held_to_its_windows(home: House) -> None:
    box = token(home.server, "agent", "box", frozenset({"1"}))
    await home.ask("POST", "/windows/2/open", "clerk")
    status, error = await home.ask("POST", "/windows/2/call-next", box)
    assert (status, error["code"]) == (403, "auth.not_your_window")


async def test_neither_tokens_nor_passwords_stand_in_the_database(home: House) -> None:
    status, signed = await home.ask("POST", "/login", None, {"name": "clerk", "password": PASSWORD})
    assert status == 200
    ticket = await home.take()
    database = home.server.people._database
    assert isinstance(database, Sqlite)
    stored = b"".join(path.read_bytes() for path in database.path.parent.iterdir())
    for secret in (PASSWORD, signed["token"], home.tokens["kiosk"], ticket["token"]):
        assert secret.encode() not in stored


async def test_a_password_that_is_tried_first_is_not_chosen(home: House) -> None:
    _, signed = await home.ask("POST", "/login", None, {"name": "clerk", "password": PASSWORD})
    for guess in ("12345678", "password1", "clerk2026"):
        status, body = await home.ask(
            "POST", "/me/password", signed["token"], {"old": PASSWORD, "new": guess}
        )
        assert (status, body["code"]) == (422, "auth.common_password"), guess
    again = {"old": PASSWORD, "new": "a kettle of fish"}
    assert (await home.ask("POST", "/me/password", signed["token"], again))[0] == 204


async def test_every_sign_in_is_a_session_of_its_own_whatever_token_was_sent_along(home: House) -> None:
    """A token that somebody else put into the browser is not the one that is signed in (session fixation)."""
    planted = "planted-token-" + "x" * 29
    login = {"name": "clerk", "password": PASSWORD}
    _, one = await home.ask("POST", "/login", None, login, Cookie=f"session={planted}")
    _, two = await home.ask("POST", "/login", None, login, Cookie=f"session={one['token']}")
    assert len({planted, one["token"], two["token"]}) == 3
    assert (await home.ask("GET", "/me", planted))[0] == 401


async def test_an_unknown_name_is_refused_as_slowly_and_in_the_same_words_as_a_wrong_password(
    home: House,
) -> None:
    took: dict[str, list[float]] = {"clerk": [], "nobody": []}
    words = set()
    for n in range(3):
        for name, times in took.items():
            began_s = time.thread_time() + time.process_time()
            status, body = await home.ask(
                "POST", "/login", None, {"name": name, "password": f"wrong password {n}"}
            )
            times.append(time.thread_time() + time.process_time() - began_s)
            words.add((status, body["code"], body["message"], str(body["detail"])))
    assert len(words) == 1
    assert min(took["nobody"]) > min(took["clerk"]) / 2, "a hashing in both cases"


async def test_a_name_in_full_width_letters_is_the_same_name_and_nobody_elses(home: House) -> None:
    """As an input method for Chinese types them; and as somebody would who wants to be taken for another."""
    status, refused = await home.ask("POST", "/accounts", "admin", {"name": "ｃｌｅｒｋ", "role": "admin"})
    assert (status, refused["code"]) == (409, "account.exists")
    status, signed = await home.ask("POST", "/login", None, {"name": "ｃｌｅｒｋ ", "password": PASSWORD})
    assert (status, signed["name"]) == (200, "clerk")
