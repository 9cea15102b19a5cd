"""The programs of a small hall, each started by itself and all of them ended at once: real taps, real bytes on serial lines."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import cycle
from mmap import PROT_READ, mmap
from pathlib import Path
from struct import unpack
from typing import Any

from PIL import Image
from playwright.sync_api import Page, Playwright

from tests.e2e.house import BIN, HALL_NAME, MACHINE, RESOLVER, WITHHELD, Program, Server, known_as, until

PASSWORD = "hall-of-jincheng"
PEOPLE = {"zhang": "clerk", "li": "clerk", "wang": "clerk", "boss": "manager"}
SIZE = (1080, 1920)
ZONE_A, FIRST_SERVICE, TAKE = (286, 453), (542, 577), (540, 1675)
"""Where a finger finds the first zone, its first service, and 取号, on a screen of SIZE."""
PARTS = ("server", "printer", "bar", "caller", "agent", "kiosk")
"""Everything but a board, in an order in which nothing has to wait for anything."""
BOARD = "board"


class Glass:
    """A virtual screen of so many px in a folder of its own, and a finger for it."""

    def __init__(self, folder: Path, size: tuple[int, int] = SIZE) -> None:
        read, write = os.pipe()
        memory = Path(tempfile.mkdtemp(prefix="glass-", dir=folder))
        words = ["-screen", "0", f"{size[0]}x{size[1]}x24", "-fbdir", str(memory), "-nolisten", "tcp"]
        self.process = subprocess.Popen(
            ["Xvfb", "-displayfd", str(write), *words], pass_fds=(write,), stderr=subprocess.DEVNULL
        )
        os.close(write)
        with os.fdopen(read) as answer:
            self.display = f":{answer.readline().strip()}"
        self.size = size
        with (memory / "Xvfb_screen0").open("rb") as shown:
            self._shown = mmap(shown.fileno(), 0, prot=PROT_READ)
        head, *_, line, _, _, _, _, _, _, colours = unpack(">20I", self._shown[:80])
        self._line, self._begin = line, head + colours * 12

    def tap(self, place: tuple[int, int]) -> None:
        """Put a finger down and lift it."""
        x, y = place
        self._run("xdotool", "mousemove", str(x), str(y), "click", "1")

    def look(self) -> Image.Image:
        """What a person sees."""
        shown = self._shown[self._begin : self._begin + self._line * self.size[1]]
        return Image.frombytes("RGB", self.size, shown, "raw", "BGRX", self._line)

    def colour(self, place: tuple[int, int]) -> str:
        """The colour of a pixel, as #RRGGBB."""
        begin = self._begin + self._line * place[1] + 4 * place[0]
        blue, green, red = self._shown[begin : begin + 3]
        return f"#{red:02X}{green:02X}{blue:02X}"

    def rested(self, fits: Callable[[Image.Image], bool], what: str) -> Image.Image:
        """What a person sees once it is a screen that fits; its title bar does not count.

        It has come to rest for longer than a quarter of a second, before which the kiosk takes no touch.
        """
        seen, since = [b""], [0.0]

        def still() -> Image.Image | None:
            now = self.look()
            if _below(now) != seen[0]:
                seen[0], since[0] = _below(now), time.monotonic()
            return now if fits(now) and time.monotonic() - since[0] > 0.5 else None

        found: Image.Image = until(still, what)
        return found

    def changed(self, before: Image.Image) -> Image.Image:
        """What a person sees once another screen than before has come to rest."""
        return self.rested(lambda now: _below(now) != _below(before), "another screen")

    def _run(self, *words: str) -> None:
        subprocess.run(words, check=True, env={**os.environ, "DISPLAY": self.display}, timeout=20)


def _below(picture: Image.Image) -> bytes:
    """A screen without its title bar, where the clock goes on."""
    return picture.crop((0, 300, *SIZE)).tobytes()


def home(picture: Image.Image) -> bool:
    """Whether it is the home screen: the first and the last zone's colours stand where their badges do."""
    return (picture.getpixel((60, 560)), picture.getpixel((570, 1600))) == (
        (0x1F, 0x5F, 0xA8),
        (0xA8, 0x43, 0x1F),
    )


class Hall:
    """A server, a kiosk with a printer, window 1 with its bar, caller and keypad, and a board where one is wanted."""

    def __init__(self, folder: Path) -> None:
        """Its accounts are made; nothing runs yet."""
        self.folder = folder
        self.server = Server(folder / "data")
        for name, role in PEOPLE.items():
            self.server.user(name, role, PASSWORD)
        self.token = self.server.token("glass", "kiosk")
        (folder / "agent.token").write_text(self.server.token("box", "agent", "--window", "1"))
        self.programs: dict[str, Program] = {}
        """What runs, by its name in PARTS."""
        self.glass: Glass
        self.boss: str
        self.kiosk = [str(BIN / "jiaohao-kiosk")]
        self._names = cycle((MACHINE, HALL_NAME))

    def open(self, *more: str) -> None:
        """Start everything, a board too if asked for, and sign the manager in."""
        for part in (*PARTS, *more):
            self.begin(part)
        self.boss = self.server.login("boss", PASSWORD)
        self.programs["agent"].expect(lambda line: line.startswith("ready"))

    def begin(self, part: str, **environment: str) -> None:
        """Start a part and wait until it runs, whatever else does; only the server must have run once."""
        begins: dict[str, Callable[[dict[str, str]], Program]] = {
            "server": self._server,
            "agent": self._agent,
            "kiosk": self._kiosk,
            BOARD: self._board,
        }
        begin = begins.get(part) or (lambda environment: self._device(part, environment))
        self.programs[part] = begin(environment)

    def _server(self, environment: dict[str, str]) -> Program:
        self.server.environment = environment
        program = self.server.start().program
        assert program is not None
        return program

    def _device(self, kind: str, environment: dict[str, str]) -> Program:
        words = ["-m", "devices.simulator", kind, "--link", str(self.folder / f"port-{kind}")]
        words += [] if kind == "caller" else ["--out", str(self.folder / kind)]
        device = Program(kind, [sys.executable, *words], **environment)
        device.expect(lambda line: line.startswith("ready"))
        return device

    def _agent(self, environment: dict[str, str]) -> Program:
        config = self.folder / "devices.toml"
        config.write_text(
            f'server = "{self.server.url}"\ntoken_file = "agent.token"\n'
            f'[[bar]]\nwindow = "1"\nport = "{self.folder / "port-bar"}"\n'
            f'[[keypad]]\nport = "{self.folder / "port-caller"}"\nprofile = "ff68"\nwindows = {{ 5 = "1" }}\n'
        )
        agent = Program("agent", [str(BIN / "jiaohao-devices"), "--config", str(config)], **environment)
        agent.expect(lambda line: '"server"' in line)
        return agent

    def _kiosk(self, environment: dict[str, str]) -> Program:
        self.glass = Glass(self.folder)
        words = ["--server", self.server.url, "--printer", str(self.folder / "port-printer")]
        words += ["--data", str(self.folder / "kiosk")]
        kiosk = Program(
            "kiosk",
            [*self.kiosk, *words],
            **{"DISPLAY": self.glass.display, "JIAOHAO_TOKEN": self.token, **environment},
        )
        kiosk.expect(lambda line: line.startswith("ready"))
        return kiosk

    def _board(self, environment: dict[str, str]) -> Program:
        """Each time it finds the hall by the other of its names: by the machine's first, then by one that browsers do not trust."""
        profile = self.folder / "chromium"
        port = profile / "DevToolsActivePort"
        port.unlink(missing_ok=True)
        quiet = ("--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run", "--log-level=3")
        board = Program(
            BOARD,
            [
                shutil.which("chromium") or "/usr/bin/chromium",
                *quiet,
                WITHHELD,
                RESOLVER,
                f"--user-data-dir={profile}",
                "--remote-debugging-port=0",
                "--window-size=1920,1080",
                f"{known_as(self.server.url, next(self._names))}/board/hall",
            ],
            **environment,
        )
        until(lambda: port.exists() and port.read_text().count("\n"), "the board's browser")
        return board

    @contextmanager
    def board(self, playwright: Playwright) -> Iterator[Page]:
        """What the board's browser shows: the board, or that it cannot be reached yet."""
        port = (self.folder / "chromium" / "DevToolsActivePort").read_text().split()[0]
        browser = playwright.chromium.connect_over_cdp(f"http://127.0.0.1:{port}")
        try:
            yield next(page for page in browser.contexts[0].pages if not page.url.startswith("chrome:"))
        finally:
            browser.close()

    def tickets(self) -> list[dict[str, Any]]:
        """All tickets as the API has them."""
        found: list[dict[str, Any]] = self.server.ask("GET", "/tickets", self.boss).json
        return found

    def touch(self) -> None:
        """Ask for a ticket with three taps."""
        first = self.glass.rested(home, "the home screen")
        self.glass.tap(ZONE_A)
        services = self.glass.changed(first)
        self.glass.tap(FIRST_SERVICE)
        self.glass.changed(services)
        self.glass.tap(TAKE)

    def take(self) -> dict[str, Any]:
        """Take a ticket with three taps; what was printed. The home screen is there before and after."""
        self.touch()
        line = self.programs["printer"].expect(lambda text: '"printed"' in text)
        paper: dict[str, Any] = json.loads(line)
        return paper

    def cut(self) -> None:
        """The power fails: every program is gone in the same moment."""
        for program in self.programs.values():
            program.process.kill()
        if "kiosk" in self.programs:
            self.glass.process.kill()
            self.glass.process.wait()
        for program in self.programs.values():
            program.kill()
        self.programs.clear()
        for port in self.folder.glob("port-*"):  # a machine that boots has only the ports that are plugged in
            port.unlink()
