"""The real window: it fills the screen, a tap at a pixel reaches the tile drawn there, and SIGTERM ends it."""

import asyncio
import contextlib
import os
import re
import shutil
import signal
import socket
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from queue_server.wire.face import tokens
from tests.fakes.house import PASSWORD, house
from tests.fakes.house import token as account
from tests.integration.kiosk.stage import Stage

pytestmark = [pytest.mark.glass, pytest.mark.timeout(120)]
WIDE, HIGH = 1080, 1920
TOOLS = ("Xvfb", "xdotool", "import")
WAYS_OUT = (
    "Escape",
    "F1",
    "F4",
    "F11",
    "alt+F4",
    "alt+Tab",
    "ctrl+c",
    "ctrl+q",
    "ctrl+alt+Delete",
    "super+d",
    "Menu",
)
"""Keys that end, hide or change a window elsewhere."""


async def said(program: str, *words: str, **environment: str) -> str:
    """What a program prints until it ends."""
    process = await asyncio.create_subprocess_exec(
        program, *words, stdout=PIPE, stderr=PIPE, env=os.environ | environment
    )
    out, err = await process.communicate()
    assert process.returncode == 0, err.decode()
    return out.decode()


@pytest.fixture
async def display() -> AsyncIterator[str]:
    """An X screen of 1080 x 1920 without a window manager, as a kiosk has it."""
    missing = [tool for tool in TOOLS if shutil.which(tool) is None]
    assert not missing, f"install {missing}: apt-get install xvfb xdotool imagemagick"
    far, near = os.pipe()
    screen = f"{WIDE}x{HIGH}x24"
    server = await asyncio.create_subprocess_exec(
        "Xvfb",
        "-displayfd",
        str(near),
        "-screen",
        "0",
        screen,
        "-nolisten",
        "tcp",
        pass_fds=[near],
        stderr=PIPE,
    )
    os.close(near)
    number = b""
    while not number.endswith(b"\n"):  # written in two pieces; Xvfb dies if the second finds no reader
        number += await asyncio.to_thread(os.read, far, 16)
    os.close(far)
    yield f":{number.decode().strip()}"
    server.terminate()
    await server.wait()


@pytest.fixture
def systemd(tmp_path: Path) -> Iterator[socket.socket]:
    """Where systemd listens for a sign of life."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listening:
        listening.setblocking(False)
        listening.bind(str(tmp_path / "notify"))
        yield listening


class Screen:
    """What is seen and touched from outside."""

    def __init__(self, display: str) -> None:
        self._display = display

    async def colour(self, x: int, y: int) -> str:
        """The colour of a pixel, y counted from the top."""
        words = ["-window", "root", "-crop", f"1x1+{x}+{y}", "-depth", "8", "txt:-"]
        text = await said("import", *words, DISPLAY=self._display)
        found = re.search(r"#[0-9A-F]{6}\b", text)
        assert found, text
        return found[0]

    async def until(self, x: int, y: int, colour: str) -> None:
        """Return once a pixel has this colour. Each look is a program's run, so this does not spin."""
        while await self.colour(x, y) != colour:
            pass

    async def tap(self, x: int, y: int, times: int = 1) -> None:
        """A finger, or one that trembles at 20 Hz."""
        tap = ["click", "--repeat", str(times), "--delay", "50", "1"]
        await said("xdotool", "mousemove", str(x), str(y), *tap, DISPLAY=self._display)

    async def part(self, x: int, y: int, width: int, height: int) -> str:
        """What is seen in a part of the screen, as text that changes with it."""
        words = ["-window", "root", "-crop", f"{width}x{height}+{x}+{y}", "-depth", "8", "-format", "%#"]
        return await said("import", *words, "info:", DISPLAY=self._display)

    async def press(self, x: int, y: int, seen: tuple[int, int, int, int], before: str | None = None) -> str:
        """A finger that takes its time, and stays until what is seen in a part of the screen has changed; what that is then."""
        before = before or await self.part(*seen)
        await said(
            "xdotool", "mousemove", str(x), str(y), "sleep", "0.35", "click", "1", DISPLAY=self._display
        )
        while (after := await self.part(*seen)) == before:
            pass
        return after


async def first_line(process: Process) -> str:
    """The first line that a program prints."""
    assert process.stdout is not None
    return (await process.stdout.readline()).decode().strip()


@contextlib.asynccontextmanager
async def kiosk(
    display: str,
    address: str,
    home: Path,
    data: Path,
    token: str = "kiosk-token-kiosk-token",
    **environment: str,
) -> AsyncIterator[Process]:
    """The kiosk as it is started in a hall."""
    words = ["--server", address, "--token", token, "--printer", "null"]
    words += ["--data", str(data)]
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "kiosk.app.main",
        *words,
        stdout=PIPE,
        env={name: value for name, value in os.environ.items() if not name.startswith(("KIVY_", "SDL_"))}
        | {"DISPLAY": display, "HOME": str(home)}
        | environment,
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def test_the_window_is_really_full_a_trembling_finger_takes_one_ticket_and_sigterm_ends_it(
    display: str, tmp_path: Path, systemd: socket.socket
) -> None:
    home, data = tmp_path / "home", tmp_path / "data"
    home.mkdir()
    look, screen = tokens(), Screen(display)
    async with (
        Stage().open() as stage,
        asyncio.timeout(90),
        kiosk(display, stage.address, home, data, NOTIFY_SOCKET=systemd.getsockname()) as process,
    ):
        assert await first_line(process) == f"ready kiosk {WIDE}x{HIGH}"
        loop = asyncio.get_running_loop()
        assert [await loop.sock_recv(systemd, 99) for _ in range(3)] == [b"READY=1", *[b"WATCHDOG=1"] * 2]
        # nothing leads out by a key: what follows finds the kiosk as it was
        await said("xdotool", "key", *WAYS_OUT, DISPLAY=display)
        # the colour of zone C's tile, and the four corners of the screen
        await screen.until(60, 700, look.zone_colour("C"))
        for x, y in ((0, 0), (WIDE - 1, 0)):
            await screen.until(x, y, look.colour.ink)
        for x, y in ((0, HIGH - 1), (WIDE - 1, HIGH - 1)):
            await screen.until(x, y, look.colour.paper)
        await screen.until(560, 1600, look.zone_colour("K"))
        await screen.tap(1000, 1600, times=20)
        [take] = await stage.until("tickets.take")
        assert take[2]["service"] == "k-1"
        await stage.until("tickets.printed")
        await screen.until(80, 1500, look.colour.good)
        assert len(stage.issued) == 1
        process.send_signal(signal.SIGTERM)
        async with asyncio.timeout(30):
            assert await process.wait() == 0
    assert os.listdir(home) == []  # noqa: PTH208 - nothing is left in the home folder


async def test_staff_confirm_a_class_with_real_taps_on_a_real_server(display: str, tmp_path: Path) -> None:
    screen = Screen(display)
    whole, name, dots = (40, 320, 1000, 150), (60, 420, 960, 150), (200, 560, 700, 140)
    keys = {"l": (894, 1199), "i": (793, 1061)}
    digits = dict(zip("123456789", ((x, y) for y in (947, 1152, 1357) for x in (267, 540, 813)), strict=True))
    digits["0"] = (540, 1562)
    async with house(tmp_path) as home, asyncio.timeout(100):
        li = account(home.server, "steward", "li")
        await home.ask("POST", "/me/pin", li, {"password": PASSWORD, "pin": "730918"})
        async with kiosk(
            display, home.address, tmp_path, tmp_path / "kiosk", home.tokens["kiosk"]
        ) as process:
            assert await first_line(process) == f"ready kiosk {WIDE}x{HIGH}"
            await screen.until(60, 1000, tokens().zone_colour("A"))
            # the zone, priority, the only class, the ticket, on without a card; staff: their button, what they saw
            for x, y in ((284, 1046), (540, 1488), (540, 700), (540, 1676), (540, 1712)):
                await screen.press(x, y, whole)
            await screen.until(80, 1500, tokens().colour.good)
            for x, y in ((554, 1720), (540, 815)):
                await screen.press(x, y, whole)
            for letter in "li":
                await screen.press(*keys[letter], name)
            await screen.press(540, 1690, whole)
            sight = None
            for digit in "730918":
                sight = await screen.press(*digits[digit], dots, sight)
            await screen.until(80, 1500, tokens().colour.good)
        [ticket] = (await home.ask("GET", "/tickets", "manager"))[1]
        assert (ticket["class"], ticket["class_state"]) == ("priority", "confirmed")
        events = (await home.ask("GET", "/events?limit=1000", "auditor"))[1]
        [entry] = [one for one in events if one["command"] == "tickets.classify"]
        assert entry["actor"] == "steward:li"
