"""The one address of pages floats between two servers: who is signed in stays so, and goes on where they were.

Two servers are waited for long, and once is enough: the clerk is at the hall's name, which browsers do not trust, the phone at this
machine.
"""

import asyncio
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import aiohttp
import pytest
from playwright.sync_api import Page, expect

from tests.e2e.house import HALL_NAME, MACHINE, PATIENCE_S, Server, known_as
from tests.e2e.pages.conftest import PASSWORD, START, drawn
from tests.e2e.pages.test_clerk import press
from tests.fakes.line import Line
from tests.fakes.postgres import Cluster

pytestmark = pytest.mark.browser
Screen = Callable[[int, int], Page]
SignIn = Callable[..., None]

TOKEN = "token-of-holder-{:06d}"
LATE_MS = 30_000
ASKS_S = 0.2
"""How often it is asked who is ready; keepalived asks every second or two."""


@contextmanager
def floating(servers: list[Server]) -> Iterator[str]:
    """An address that is always that of the server which answers /ready, as keepalived gives it (docs/operations.md)."""
    found, over = threading.Event(), threading.Event()
    address: list[str] = []

    async def hold() -> None:
        line = await Line(servers[0].port).lay()
        address.append(f"http://{MACHINE}:{line.port}")
        found.set()
        patience = aiohttp.ClientTimeout(total=1)
        async with aiohttp.ClientSession(timeout=patience) as http:
            while not over.is_set():
                for server in servers:
                    try:
                        async with http.get(f"{server.url}/ready") as answer:
                            if answer.status == 200:
                                line.turn(server.port)
                    except (aiohttp.ClientError, TimeoutError):
                        pass  # the other one has it
                await asyncio.sleep(ASKS_S)
        await line.take_up()

    thread = threading.Thread(target=asyncio.run, args=(hold(),))
    thread.start()
    try:
        assert found.wait(PATIENCE_S)
        yield address[0]
    finally:
        over.set()
        thread.join(PATIENCE_S)
        assert not thread.is_alive()


@pytest.fixture
def servers(tmp_path: Path, cluster: Cluster) -> Iterator[list[Server]]:
    """One that serves, and one that stands by."""
    database, folders = cluster.database(), [tmp_path / "one", tmp_path / "two"]
    for folder in folders:
        folder.mkdir()
        (folder / "identity.key").write_bytes(bytes(range(32)))
    made = [Server(folder, f"{START}@1", JIAOHAO_DB=cluster.address(database)) for folder in folders]
    made[0].user("zhang", "clerk", PASSWORD)
    made[0].start()
    made[1].begin().expect("standby")
    yield made
    for server in made:
        server.kill()


def test_a_clerk_and_a_citizen_stay_where_they_were_when_the_other_server_has_the_address(
    servers: list[Server], screen: Screen, sign_in: SignIn
) -> None:
    serving, other = servers
    kiosk = serving.token("glass", "kiosk")
    tickets = [
        serving.ask("POST", "/tickets", kiosk, {"service": "project-filing", "token": TOKEN.format(n)}).json
        for n in range(2)
    ]
    first, second = (ticket["number"] for ticket in tickets)
    console, phone = screen(1280, 800), screen(390, 844)
    with floating(servers) as address:
        console.goto(f"{known_as(address, HALL_NAME)}/clerk")
        sign_in(console, "zhang")
        expect(console.locator("#find")).to_be_focused()
        console.keyboard.type("1")
        drawn(console)
        console.keyboard.press("Enter")
        expect(console.get_by_role("heading", name="等待叫号")).to_be_visible()
        press(console, "Enter")
        expect(console.locator(".number")).to_have_text(first)
        phone.goto(f"{address}/t/{TOKEN.format(1)}")
        expect(phone.locator(".number")).to_have_text(second)

        serving.kill()
        other.expect("ready")
        expect(console.locator(".number")).to_have_text(first)
        press(console, "Enter")
        expect(console.locator(".current.serving")).to_be_visible(timeout=LATE_MS)
        press(console, "Enter")
        expect(console.locator(".number")).to_have_text(second, timeout=LATE_MS)
        expect(phone.get_by_role("alert")).to_contain_text("1号窗口", timeout=LATE_MS)
