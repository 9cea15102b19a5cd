"""A small hall's kiosks, each on a screen of its own with a printer of its own: real taps, real bytes, and what came of them."""

import asyncio
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from kiosk.link.book import NAME, Book
from kiosk.link.seat import seat
from kiosk.model.event import Recalled
from kiosk.model.journal import Entry
from queue_server.wire.face import tokens
from tests.e2e.hall import Glass
from tests.e2e.house import BIN, Program, Server, until
from tests.fakes.line import Line

PASSWORD = "hall-of-jincheng"
ZONES = {letter: tokens().zone_colour(letter) for letter in "ABCD"}
"""The zones, each with one service for which nothing is asked: one touch leads to a ticket."""
TALL, WIDE = (540, 960), (640, 400)
"""Half as many px each way as screens of a hall have: without a graphics card a picture of those costs three times as much."""
PRESS_S = 0.35
"""A finger that was not heard tries again: a screen takes no touch before it could be seen."""
PRESSES = 100
Place = tuple[int, int]


class Places(NamedTuple):
    """Where things are on a screen: the zones and bare ground below them, the green bar of a ticket that is printed, 完成."""

    zones: dict[str, Place]
    ground: Place
    printed: Place
    done: Place


PLACES = {
    TALL: Places(
        dict(zip("ABCD", ((49, 330), (305, 330), (49, 660), (305, 660)), strict=True)),
        (49, 830),
        (40, 750),
        (500, 860),
    ),
    WIDE: Places(
        dict(zip("ABCD", ((90, 120), (246, 120), (400, 120), (548, 120)), strict=True)),
        (90, 363),
        (350, 235),
        (567, 297),
    ),
}


def _plan() -> str:
    """hall.toml."""
    lines = ['name = { zh = "测试政务大厅", en = "Test Hall" }']
    lines += ['[[classes]]\nid = "ordinary"\nname = { zh = "普通", en = "Ordinary" }\npromise_min = 15']
    for n, (letter, colour) in enumerate(ZONES.items(), 1):
        name = f'{{ zh = "{letter}区业务", en = "Matter {letter}" }}'
        lines += [
            f'[[zones]]\nid = "{letter}"\nname = {name}\nshort = {name}\ncolour = "{colour}"',
            f'[[services]]\nid = "matter-{letter}"\nzone = "{letter}"\nname = {name}',
            f'[[windows]]\nnumbers = "{n}"\nzone = "{letter}"\nservices = ["matter-{letter}"]',
        ]
    return "\n".join((*lines, ""))


def kept(data: Path) -> Recalled:
    """What is in a kiosk's folder now. The kiosk has its journal for itself, so a copy is read, as from where it belongs."""
    with tempfile.TemporaryDirectory() as copy:
        for file in data.glob(f"{NAME}*"):
            shutil.copy(file, copy)
        book = Book(Path(copy), seat=seat(data))
        try:
            return book.recalled
        finally:
            book.close()


class Cable:
    """A line to the server for those who are in no loop: it is laid in a thread of its own."""

    def __init__(self, to: int) -> None:
        """To a port of this machine."""
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever)
        self._thread.start()
        self._line = asyncio.run_coroutine_threadsafe(Line(to).lay(), self._loop).result()
        self.port = self._line.port

    def do(self, what: Callable[[Line], object]) -> None:
        """Do something with it."""
        self._loop.call_soon_threadsafe(what, self._line)

    def cut(self) -> None:
        """End it."""
        asyncio.run_coroutine_threadsafe(self._line.take_up(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()


class Post:
    """A kiosk at its place."""

    def __init__(self, folder: Path, token: str, size: Place, *, tcp: bool) -> None:
        """Its printer is on TCP or on a pseudo-terminal. It begins with `start`."""
        folder.mkdir()
        self._folder, self._token = folder, token
        words = ["--tcp", "127.0.0.1:0"] if tcp else ["--link", str(folder / "port")]
        self.printer = Program("printer", [sys.executable, "-m", "devices.simulator", "printer", *words])
        self._port = self.printer.expect(lambda line: line.startswith("ready")).split()[1]
        self.glass = Glass(folder, size)
        self.places = PLACES[size]
        screen = {**os.environ, "DISPLAY": self.glass.display}
        self._finger = subprocess.Popen(["xdotool", "-"], stdin=subprocess.PIPE, text=True, env=screen)
        self._program: Program | None = None
        self.papers: list[str] = []
        """The numbers on the papers that came out, in their order."""
        self.paper = ""
        """All that stands on the last one."""

    def start(self, address: str) -> None:
        """Start it, and wait for its home screen."""
        config = self._folder / "kiosk.toml"
        config.write_text("[scanner]\nkeyboard = true\n")
        words = ["--config", str(config), "--server", address, "--printer", self._port]
        self._program = Program(
            "kiosk",
            [str(BIN / "jiaohao-kiosk"), *words, "--data", str(self._folder / "data")],
            DISPLAY=self.glass.display,
            JIAOHAO_TOKEN=self._token,
        )
        self._program.expect(lambda line: line.startswith("ready"))
        until(self.at_home, "the home screen")

    def journal(self) -> list[Entry]:
        """Its tickets, as they are on its disk now."""
        return list(self.recalled().entries)

    def recalled(self) -> Recalled:
        """What its disk holds now."""
        return kept(self._folder / "data")

    def cut(self) -> None:
        """End all of it, in whatever state it is."""
        for program in (self._program, self.printer):
            if program is not None:
                program.kill()
        assert self._finger.stdin is not None
        self._finger.stdin.close()
        for process in (self._finger, self.glass.process):
            process.kill()
            process.wait()

    def tap(self, place: Place) -> None:
        """Put a finger down and lift it."""
        self.hand(f"mousemove {place[0]} {place[1]} click 1")

    def hand(self, words: str) -> None:
        """What xdotool is told."""
        assert self._finger.stdin is not None
        self._finger.stdin.write(f"{words}\n")
        self._finger.stdin.flush()

    def press(self, place: Place, seen: Callable[[], Any], what: str) -> None:
        """Tap until something is seen."""
        pause = threading.Event()
        for _ in range(PRESSES):
            self.tap(place)
            for _ in range(round(PRESS_S / 0.05)):
                if seen():
                    return
                pause.wait(0.05)
        raise AssertionError(f"it was pressed and pressed, and {what} is not there")

    def shows(self, colours: dict[Place, str]) -> bool:
        """Whether some places have these colours."""
        return all(self.glass.colour(place) == colour for place, colour in colours.items())

    def at_home(self) -> bool:
        """Whether the home screen is shown, as it is for most."""
        tiles = {place: ZONES[letter] for letter, place in self.places.zones.items()}
        return self.shows(tiles | {self.places.ground: tokens().colour.paper})

    def printed(self) -> bool:
        """Whether the screen of a printed ticket is shown."""
        return self.glass.colour(self.places.printed) == tokens().colour.good

    def take(self, place: Place) -> str:
        """Touch what leads to a ticket; its number on the paper that comes out."""
        self.press(place, self._came, "a paper")
        until(self.printed, "the screen of a printed ticket")
        (number,) = re.findall(r"^[A-D][0-9]{3,4}$", self.paper, re.MULTILINE)
        self.papers.append(number)
        return str(number)

    def _came(self) -> bool:
        """Whether another paper has come out; then it is the last one."""
        try:
            line = self.printer.expect(lambda line: '"text"' in line, patience_s=0.01)
        except AssertionError:
            if self.printer.process.poll() is not None:
                raise
            return False
        self.paper = json.loads(line)["text"]
        return True

    def done(self) -> None:
        """Go, with a paper in hand."""
        self.press(self.places.done, self.at_home, "the home screen")


class Lobby:
    """A server with a clock (START@SPEED), and two kiosks: one that stands, one of 10 inches that lies."""

    def __init__(self, folder: Path, clock: str) -> None:
        """Everything is begun."""
        (folder / "data").mkdir()
        (folder / "data" / "hall.toml").write_text(_plan(), encoding="utf-8")
        self.server = Server(folder / "data", clock, JIAOHAO_LIMITS="off")
        self.server.user("boss", "admin", PASSWORD)
        own = [self.server.token(f"kiosk-{n}", "kiosk") for n in (1, 2)]
        self.server.start()
        self._boss = self.server.login("boss", PASSWORD)
        self.posts = (
            Post(folder / "one", own[0], TALL, tcp=False),
            Post(folder / "two", own[1], WIDE, tcp=True),
        )
        self.cable = Cable(self.server.port)
        """Between the second kiosk and the server."""
        one, two = self.posts
        one.start(self.server.url)
        two.start(f"http://127.0.0.1:{self.cable.port}")

    def cut(self) -> None:
        """End everything."""
        for post in self.posts:
            post.cut()
        self.server.kill()
        self.cable.cut()

    def ask(self, path: str) -> Any:
        """What the server says."""
        return self.server.ask("GET", path, self._boss).json

    def lent(self) -> bool:
        """Whether each kiosk has numbers of every zone."""
        return all({block.zone for block in post.recalled().blocks} == ZONES.keys() for post in self.posts)

    def tickets(self) -> dict[str, Any]:
        """The server's tickets by their ids."""
        return {each["id"]: each for each in self.ask("/tickets")}

    def settle(self) -> None:
        """Wait until paper, journals and server agree: every paper is one ticket everywhere, and nothing else is."""
        until(self.agreed, "paper, journals and server to agree")

    def agreed(self) -> bool:
        """Whether they do."""
        known, papers = self.tickets(), [number for post in self.posts for number in post.papers]
        if sorted(each["number"] for each in known.values()) != sorted(papers):
            return False
        for post in self.posts:
            journal = post.journal()
            if [entry.number for entry in journal] != post.papers:
                return False
            for entry in journal:
                there = known[entry.take.id]
                if (there["number"], there["paper"], entry.told) != (entry.number, "printed", True):
                    return False
        return True
