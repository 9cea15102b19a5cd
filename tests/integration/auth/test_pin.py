"""A PIN: set by its owner, good at a kiosk for confirming a class and nothing else, and never told again."""

import re
from typing import Any

import msgspec
import pytest

from queue_server.auth.account import Accounts
from queue_server.auth.patience import FREE_PIN
from queue_server.store.sqlite import Sqlite
from queue_server.wire.command import Role
from tests.fakes.hall import PROJECT
from tests.fakes.house import PASSWORD, House, token
from tests.fakes.leak import ALONE

PIN, OTHER = "730918", "648205"
CONFIRM = {"class": "priority", "decision": "confirm", "reason": "已看老年证"}


async def choose(home: House, who: str, pin: str | None, password: str = PASSWORD) -> tuple[int, Any]:
    """Choose one's own PIN."""
    return await home.ask("POST", "/me/pin", who, {"password": password, "pin": pin})


async def confirm(
    home: House, ticket: str, name: str, pin: str, who: str = "kiosk", **headers: str
) -> tuple[int, Any]:
    """Confirm a ticket's class at a kiosk."""
    body = {"name": name, "pin": pin, **CONFIRM}
    return await home.ask("POST", f"/tickets/{ticket}/confirm", who, body, **headers)


async def requested(home: House) -> str:
    """A ticket whose class somebody asked for at the kiosk."""
    taken = await home.take(**{"class": "priority"})
    assert taken["class_state"] == "requested"
    return str(taken["id"])


async def log(home: House) -> list[dict[str, Any]]:
    """The whole event log."""
    events: list[dict[str, Any]] = (await home.ask("GET", "/events?limit=1000", "auditor"))[1]
    return events


@pytest.mark.parametrize("role", ["steward", "clerk", "manager"])
async def test_a_class_is_confirmed_at_a_kiosk_in_the_name_of_whose_pin_it_is(home: House, role: str) -> None:
    ticket = await requested(home)
    assert (await choose(home, role, PIN))[0] == 204
    status, confirmed = await confirm(home, ticket, role, PIN)
    assert (status, confirmed["class"], confirmed["class_state"]) == (200, "priority", "confirmed")
    entry = next(one for one in await log(home) if one["command"] == "tickets.classify")
    assert entry["actor"] == f"{role}:{role}"
    accounts = (await home.ask("GET", "/accounts", "admin"))[1]
    assert [one["name"] for one in accounts if one["has_pin"]] == [role]


async def test_a_pin_gives_nobody_a_class_that_takes_an_entry_of_the_list(home: House) -> None:
    ticket = await requested(home)
    await choose(home, "steward", PIN)
    green = {"name": "steward", "pin": PIN, **CONFIRM, "class": "green"}
    status, error = await home.ask("POST", f"/tickets/{ticket}/confirm", "kiosk", green)
    assert (status, error["code"]) == (422, "class.reason_required")
    for more in ({"class_for": "陈大文"}, {"entry": PROJECT}):
        status, error = await home.ask("POST", f"/tickets/{ticket}/confirm", "kiosk", green | more)
        assert (status, error["code"]) == (422, "request.invalid")
    _, left = await home.ask("GET", f"/tickets/{ticket}", "steward")
    assert (left["class"], left["class_state"], left["identified"]) == ("priority", "requested", False)


async def test_a_confirmation_that_is_sent_again_gets_the_first_answer(home: House) -> None:
    ticket = await requested(home)
    await choose(home, "steward", PIN)
    first = await confirm(home, ticket, "steward", PIN, Idempotency_Key="k1")
    seq = home.flow.seq
    assert await confirm(home, ticket, "steward", PIN, Idempotency_Key="k1") == first
    assert home.flow.seq == seq
    assert (await confirm(home, ticket, "steward", OTHER, Idempotency_Key="k1"))[0] == 401


async def test_whatever_is_wrong_the_answer_is_the_same(home: House) -> None:
    ticket = await requested(home)
    await choose(home, "steward", PIN)
    for name in ("clerk", "supervisor"):
        assert (await choose(home, name, PIN))[0] == (204 if name == "clerk" else 403)
    await home.ask("PATCH", "/accounts/clerk", "admin", {"active": False})
    wrong = [
        ("steward", OTHER),
        ("steward", PIN[:5]),
        ("steward", PIN + "0"),
        ("nobody", PIN),
        ("manager", PIN),
        ("supervisor", PIN),
        ("clerk", PIN),
        ("x" * 65, PIN),
        ("steward\0", PIN),
    ]
    answers = set()
    for number, (name, pin) in enumerate(wrong):
        kiosk = token(home.server, "kiosk", f"kiosk-{number}")
        status, body = await confirm(home, ticket, name, pin, kiosk)
        answers.add((status, body["code"], body["message"], str(body["detail"])))
    assert {(status, code) for status, code, _, _ in answers} == {(401, "auth.wrong_pin")}
    assert len(answers) == 1
    _, left = await home.ask("GET", f"/tickets/{ticket}", "kiosk")
    assert left["class_state"] == "requested"


@pytest.mark.usefixtures("still")
async def test_many_wrong_pins_make_that_name_wait_at_every_kiosk_and_that_kiosk_for_every_name(
    home: House,
) -> None:
    ticket = await requested(home)
    for name in ("steward", "manager"):
        await choose(home, name, PIN)
    for _ in range(FREE_PIN):
        assert (await confirm(home, ticket, "steward", OTHER))[1]["code"] == "auth.wrong_pin"
    other = token(home.server, "kiosk", "kiosk-2")
    for kiosk, name in ((other, "steward"), ("kiosk", "manager")):
        status, error = await confirm(home, ticket, name, PIN, kiosk)
        assert (status, error["code"]) == (429, "auth.too_many"), name
    assert (await confirm(home, ticket, "manager", PIN, other))[0] == 200


@pytest.mark.parametrize("how", ["reset", "leave", "role", "null", "own", "console"])
async def test_a_pin_that_is_taken_away_is_good_for_nothing(home: House, how: str) -> None:
    ticket = await requested(home)
    await choose(home, "steward", PIN)
    if how == "reset":
        await home.ask("POST", "/accounts/steward/reset", "admin")
    elif how == "leave":
        for active in (False, True):
            await home.ask("PATCH", "/accounts/steward", "admin", {"active": active})
    elif how == "role":
        await home.ask("PATCH", "/accounts/steward", "admin", {"role": "clerk"})
    elif how == "null":
        _, record = await home.ask("PATCH", "/accounts/steward", "admin", {"pin": None})
        assert not record["has_pin"]
    elif how == "own":
        assert (await choose(home, "steward", None))[0] == 204
    else:
        Accounts(home.server.people, "clock:console").set_pin("steward", None)
        await home.ask("PATCH", "/accounts/clerk", "admin", {})
    assert (await confirm(home, ticket, "steward", PIN))[1]["code"] == "auth.wrong_pin"
    notes = [one["body"] for one in await log(home) if one["command"] == "accounts.note"]
    deeds = [each["what"] for each in map(_read, notes) if each["account"] == "steward"]
    assert deeds[0] == "pin_chosen"
    assert deeds.count("pin_removed") == 1


async def test_somebody_who_has_to_choose_a_password_confirms_nothing(home: House) -> None:
    ticket = await requested(home)
    await home.ask("POST", "/accounts/steward/reset", "admin")
    Accounts(home.server.people, "clock:console").set_pin("steward", PIN)
    assert (await confirm(home, ticket, "steward", PIN))[1]["code"] == "auth.wrong_pin"


@pytest.mark.parametrize(
    "pin, password, code",
    [
        ("123456", PASSWORD, "auth.weak_pin"),
        ("555555", PASSWORD, "auth.weak_pin"),
        ("73091", PASSWORD, "auth.weak_pin"),
        ("７３０９１８", PASSWORD, "auth.weak_pin"),
        (PIN, "wrong password", "auth.wrong_password"),
        (PIN, "x" * 201, "auth.wrong_password"),
    ],
)
async def test_a_pin_that_is_not_good_or_not_ones_own_is_not_set(
    home: House, pin: str, password: str, code: str
) -> None:
    assert (await choose(home, "steward", pin, password))[1]["code"] == code
    account = home.server.people.account("steward")
    assert account is not None
    assert account.pin is None


@pytest.mark.parametrize("role", ["steward", "clerk", "manager", "admin", "agent"])
async def test_only_a_kiosk_confirms_with_a_pin(home: House, role: Role) -> None:
    await choose(home, "steward", PIN)
    status, error = await confirm(home, await requested(home), "steward", PIN, role)
    assert (status, error["code"]) == (403, "auth.forbidden")


async def test_an_administrator_gives_nobody_a_pin(home: House) -> None:
    for path, body in (("/accounts/steward", {"pin": PIN}), ("/accounts/nobody", {"pin": PIN})):
        assert (await home.ask("PATCH", path, "admin", body))[1]["code"] == "request.invalid"


async def test_a_pin_is_in_no_event_no_answer_and_not_in_the_database(home: House) -> None:
    ticket = await requested(home)
    await choose(home, "steward", PIN)
    answers = [
        (await confirm(home, ticket, "steward", PIN))[1],
        (await home.ask("GET", "/accounts", "admin"))[1],
        await log(home),
    ]
    told = msgspec.json.encode(answers).decode()
    assert f'"{PIN}"' not in told
    assert "argon2" not in told
    database = home.server.people._database
    assert isinstance(database, Sqlite)
    assert not any(
        re.search(ALONE % PIN.encode(), path.read_bytes()) for path in database.path.parent.iterdir()
    )


def _read(body: Any) -> Any:
    return msgspec.json.decode(body) if isinstance(body, str) else body
