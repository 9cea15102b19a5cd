"""No password, token, PIN or card number is ever in a log: of a server that signs in, pairs, issues, refuses and fails, and of a
kiosk and an agent's link through a small day at it."""

import asyncio
import contextlib
import logging
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
import structlog

from queue_server.app import log
from queue_server.auth.secret import digest
from queue_server.client.error import CommandRefused
from queue_server.client.link import Link
from queue_server.client.pairing import NOBODY, Pairing
from queue_server.wire.device import DeviceRecord
from tests.fakes.card import number
from tests.fakes.house import PASSWORD, House, house
from tests.integration.kiosk.machine import PATIENCE_S, Machine

WRONG = "a-wrong-password-7319"
FRESH = "a-fresh-password-8842"
DEVICE = "device-token-" + "5" * 20
HOLDER = "holder-token-" + "6" * 20
FOREIGN = "foreign-token-" + "7" * 20
QUERY = "query-token-" + "8" * 20
PIN, WRONG_PIN = "730918", "648205"
CARD, OTHER_CARD = number(), number(n=2)
NAME = "欧阳晓雪"
BOX = "agents-token-" + "9" * 20


async def day(home: House, folder: Path) -> set[str]:
    """A small day of what stands in the hall: a kiosk with its journal and printer, an agent that pairs; the secrets."""
    async with Machine(home.address, home.tokens["kiosk"], folder) as machine:
        await machine.lent()
        await machine.take("A")
        await machine.settled()
        (entry,) = machine.entries
        for card in (CARD, OTHER_CARD[::-1]):
            shown = {"service": "seal", "holder": {"number": card, "name": NAME}}
            with contextlib.suppress(CommandRefused):
                await machine.link.command("tickets.take", shown)
    (folder / "device.token").write_text(BOX, "utf-8")
    link, told = Link([home.address], (), NOBODY), asyncio.Queue[DeviceRecord]()
    pairing = Pairing(link, "agent", "box", folder, topics=lambda _: (), tell=told.put_nowait)
    work = [asyncio.create_task(link.run()), asyncio.create_task(pairing.run())]
    async with asyncio.timeout(PATIENCE_S):
        waiting = await told.get()
        await home.ask("POST", f"/devices/{waiting.id}/place", "admin", {"windows": ["2"]})
        while (await told.get()).state != "placed":
            pass
        pairing.say("degraded", "bar 1 gone")
        while (await told.get()).health != "degraded":
            pass
    with contextlib.suppress(CommandRefused):
        await link.command("windows.call_next", {"window": "2"})
    for task in work:
        task.cancel()
    await asyncio.gather(*work, return_exceptions=True)
    assert digest(BOX) in home.flow.durable.bearers, "it bore this one"
    assert home.flow.durable.named, "somebody's card was taken"
    assert entry.take.token is not None
    return {BOX, CARD, OTHER_CARD[::-1], NAME, entry.take.token}


async def work(home: House) -> set[str]:
    """Everything that has a secret in it, done well and done badly; the secrets."""
    secrets = {PASSWORD, WRONG, FRESH, DEVICE, HOLDER, FOREIGN, QUERY, PIN, WRONG_PIN, *home.tokens.values()}
    for name in ("clerk", "nobody"):
        await home.ask("POST", "/login", None, {"name": name, "password": WRONG})
    _, signed = await home.ask("POST", "/login", None, {"name": "clerk", "password": PASSWORD})
    session, shown = signed["token"], signed["csrf"]
    secrets |= {session, shown}
    cookie = {"Cookie": f"session={session}", "Content_Type": "application/json"}
    assert (await home.ask("GET", "/me", session))[0] == 200
    assert (await home.ask("POST", "/windows/1/open", None, {}, X_CSRF_Token=shown, **cookie))[0] == 200
    assert (await home.ask("POST", "/windows/2/open", None, {}, X_CSRF_Token=FOREIGN, **cookie))[0] == 403
    assert (await home.ask("POST", "/me/password", session, {"old": WRONG, "new": FRESH}))[0] == 401
    assert (await home.ask("POST", "/me/pin", session, {"password": PASSWORD, "pin": PIN}))[0] == 204
    chosen = {"class": "priority", "decision": "confirm", "reason": "已看证件"}
    for pin, status in ((WRONG_PIN, 401), (PIN, 404)):
        asked = {"name": "clerk", "pin": pin, **chosen}
        assert (await home.ask("POST", "/tickets/none-of-these-tickets/confirm", "kiosk", asked))[0] == status
    assert (await home.ask("POST", "/me/pin", session, {"password": PASSWORD, "pin": int(PIN)}))[0] == 422
    # bodies and addresses of the wrong shape, with secrets in them
    assert (await home.ask("POST", "/login", None, b'{"password": "' + WRONG.encode()))[0] == 400
    assert (await home.ask("POST", "/login", None, {"name": 1, "password": WRONG}))[0] == 422
    assert (await home.ask("GET", f"/zones?token={QUERY}"))[0] == 422
    assert (await home.ask("GET", f"/{QUERY}"))[0] == 404
    assert (await home.ask("GET", "/me", FOREIGN))[0] == 401
    assert (await home.ask("GET", "/me", None, Authorization=f"Basic {FOREIGN}"))[0] == 401
    # devices and tickets
    _, device = await home.ask(
        "POST", "/devices/pair", None, {"kind": "agent", "name": "counter", "token": DEVICE}
    )
    assert (await home.ask("POST", f"/devices/{device['id']}/place", "admin", {"windows": ["1"]}))[0] == 200
    ticket = await home.take(token=HOLDER)
    assert (await home.ask("GET", f"/tickets/{ticket['id']}", HOLDER))[0] == 200
    async with home.client.get(f"{home.address}/t/{HOLDER}") as page:
        assert page.status == 200
    async with home.client.get(f"{home.address}/t/{HOLDER}/{QUERY}") as nowhere:
        assert nowhere.status == 404
    assert (await home.ask("POST", "/windows/1/call-next", DEVICE, {}))[0] == 200
    async with home.socket() as link:
        for token in (FOREIGN, DEVICE, HOLDER, session):
            await link.send_json({"hello": {"topics": ["hall", f"ticket:{HOLDER}"], "token": token}})
        await link.send_str('{"hello": {"token": "' + FOREIGN)
        await link.receive()
    # what nobody thought of: a handler that fails with a secret in its hands
    people, home.server.flow.names = home.server.flow.names, None  # type: ignore[assignment]
    assert (await home.ask("POST", "/login", None, {"name": "manager", "password": PASSWORD}))[0] == 500
    home.server.flow.names = people
    status, made = await home.ask("POST", "/accounts", "admin", {"name": "late", "role": "clerk"})
    assert status == 201
    secrets.add(made["one_time_password"])
    status, once = await home.ask("POST", "/accounts/late/reset", "admin", {})
    assert status == 200
    secrets.add(once["one_time_password"])
    assert (await home.ask("POST", "/me/password", session, {"old": PASSWORD, "new": FRESH}))[0] == 204
    assert (await home.ask("POST", "/logout", session))[0] == 204
    return secrets


@pytest.fixture
def written() -> Iterator[None]:
    """Records are written as a running server writes them, whatever another test has set up."""
    structlog.reset_defaults()
    structlog.configure(processors=log.PROCESSORS)
    yield
    structlog.reset_defaults()


@pytest.mark.usefixtures("written")
async def test_no_secret_is_in_any_log(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    async with house(tmp_path, public_url="https://hall.example") as home:
        (tmp_path / "kiosk").mkdir()
        secrets = await work(home) | await day(home, tmp_path / "kiosk")
    out, err = capfd.readouterr()
    told = out + err + caplog.text
    assert "sign_in.refused" in told, "this is the log"
    assert "request.failed" in told
    assert [secret for secret in secrets if secret in told] == []


@pytest.mark.usefixtures("written")
async def test_a_sign_in_is_logged_with_its_address_and_what_was_typed_as_a_name_is_not(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    async with house(tmp_path) as home:
        for name, password in (("clerk", WRONG), (FRESH, WRONG), ("clerk", PASSWORD)):
            await home.ask("POST", "/login", None, {"name": name, "password": password})
    told = capfd.readouterr()
    lines = [line for line in (told.out + told.err).splitlines() if '"sign_in.' in line]
    found = [(one["event"], one["address"], one.get("known")) for one in map(msgspec.json.decode, lines)]
    assert found == [
        ("sign_in.refused", "127.0.0.1", True),
        ("sign_in.refused", "127.0.0.1", False),
        ("sign_in.done", "127.0.0.1", None),
    ]
    assert FRESH not in told.out + told.err
