"""One ticket from the kiosk's glass to the manager's screen: real programs, real taps, real bytes on serial lines."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from itertools import accumulate, groupby
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageChops, ImageDraw, ImageFont, ImageStat
from playwright.sync_api import Page, expect

from queue_server.wire.face import font
from tests.e2e.house import BIN, Program, Server, until
from tests.e2e.pages.conftest import browser_type_launch_args, screen, sign_in  # noqa: F401 - fixtures

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]

PASSWORD = "hall-of-jincheng"
SIZE = (1080, 1920)
ZONE_A, FIRST_SERVICE, TAKE = (286, 453), (542, 577), (540, 1675)
"""Where a finger finds the first zone, its first service, and 取号, on a screen of SIZE."""
Screen = Callable[[int, int], Page]
SignIn = Callable[..., None]


class Glass:
    """A virtual screen, and a finger for it."""

    def __init__(self, folder: Path) -> None:
        read, write = os.pipe()
        self._server = subprocess.Popen(
            ["Xvfb", "-displayfd", str(write), "-screen", "0", f"{SIZE[0]}x{SIZE[1]}x24", "-nolisten", "tcp"],
            pass_fds=(write,),
            stderr=subprocess.DEVNULL,
        )
        os.close(write)
        with os.fdopen(read) as answer:
            self.display = f":{answer.readline().strip()}"
        self._picture = folder / "glass.png"

    def tap(self, place: tuple[int, int]) -> None:
        """Put a finger down and lift it."""
        x, y = place
        self._run("xdotool", "mousemove", str(x), str(y), "click", "1")

    def look(self) -> Image.Image:
        """What a person sees."""
        self._run("import", "-window", "root", str(self._picture))
        with Image.open(self._picture) as picture:
            return picture.convert("RGB")

    def changed(self, before: Image.Image) -> Image.Image:
        """What a person sees once it is another screen than before; its title bar does not count.

        It has come to rest for longer than a quarter of a second, before which the kiosk takes no touch.
        """
        seen, since = [_below(before)], [time.monotonic()]

        def rested() -> Image.Image | None:
            now = self.look()
            if _below(now) != seen[-1]:
                seen.append(_below(now))
                since.append(time.monotonic())
            return now if len(seen) > 1 and time.monotonic() - since[-1] > 0.5 else None

        found: Image.Image = until(rested, "another screen")
        return found

    def _run(self, *words: str) -> None:
        subprocess.run(words, check=True, env={**os.environ, "DISPLAY": self.display}, timeout=20)

    def close(self) -> None:
        self._server.terminate()
        self._server.wait()


def _below(picture: Image.Image) -> bytes:
    """A screen without its title bar, where the clock goes on."""
    return picture.crop((0, 300, *SIZE)).tobytes()


def _home(picture: Image.Image) -> bool:
    """Whether it is the home screen: the first and the last zone's colours stand where their badges do."""
    return (picture.getpixel((60, 560)), picture.getpixel((570, 1760))) == (
        (0x1F, 0x5F, 0xA8),
        (0xA8, 0x43, 0x1F),
    )


def _number_on(paper: Image.Image) -> str:
    """The number that a paper's largest line shows, read by holding each possible number against it."""
    ink = paper.crop((30, 30, paper.width - 40, paper.height - 40)).point(
        lambda shade: 255 if shade < 96 else 0
    )
    rows = [ink.crop((0, y, ink.width, y + 1)).getbbox() is not None for y in range(ink.height)]
    lines = [(len(list(run)), lit) for lit, run in groupby(rows)]
    ends = list(accumulate(height for height, _ in lines))
    height, end = max((height, end) for (height, lit), end in zip(lines, ends, strict=True) if lit)
    line = ink.crop((0, end - height, ink.width, end))
    line = line.crop(line.getbbox())

    def apart(number: str) -> float:
        letters = ImageFont.truetype(str(font("bold")), 200)
        drawn = Image.new("L", (1200, 300))
        ImageDraw.Draw(drawn).text((10, 10), number, font=letters, fill=255)
        same_size = drawn.crop(drawn.getbbox()).resize(line.size)
        return ImageStat.Stat(ImageChops.difference(line, same_size)).mean[0]

    return min((f"{letter}{n:03d}" for letter in "ABCDEFGHJK" for n in range(1, 13)), key=apart)


class Hall:
    """A server, a kiosk with a printer, and window 1 with its bar, caller and keypad."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.glass = Glass(folder)
        self.server = Server(folder / "data")
        for name, role in (("zhang", "clerk"), ("boss", "manager")):
            self.server.user(name, role, PASSWORD)
        kiosk, agent = self.server.token("glass", "kiosk"), self.server.token("box", "agent")
        self.server.start()
        self.boss = self.server.login("boss", PASSWORD)
        self.printer = self._device("printer", "--out", str(folder / "paper"))
        self.bar = self._device("bar", "--out", str(folder / "bar"))
        self.caller = self._device("caller")
        (folder / "agent.token").write_text(agent)
        (folder / "devices.toml").write_text(
            f'server = "{self.server.url}"\ntoken_file = "agent.token"\n'
            f'[[bar]]\nwindow = "1"\nport = "{folder / "port-bar"}"\n'
            f'[[keypad]]\nport = "{folder / "port-caller"}"\nprofile = "ff68"\nwindows = {{ 5 = "1" }}\n'
        )
        self.agent = Program(
            "agent", [str(BIN / "jiaohao-devices"), "--config", str(folder / "devices.toml")]
        )
        self.agent.expect(lambda line: line.startswith("ready"))
        self.kiosk = Program(
            "kiosk",
            [
                str(BIN / "jiaohao-kiosk"),
                "--server",
                self.server.url,
                "--printer",
                str(folder / "port-printer"),
                "--data",
                str(folder / "kiosk"),
            ],
            DISPLAY=self.glass.display,
            JIAOHAO_TOKEN=kiosk,
        )
        self.kiosk.expect(lambda line: line.startswith("ready"))

    def _device(self, kind: str, *more: str) -> Program:
        words = ["-m", "devices.simulator", kind, "--link", str(self.folder / f"port-{kind}"), *more]
        device = Program(kind, [sys.executable, *words])
        device.expect(lambda line: line.startswith("ready"))
        return device

    def tickets(self) -> list[dict[str, Any]]:
        """All tickets as the API has them."""
        found: list[dict[str, Any]] = self.server.ask("GET", "/tickets", self.boss).json
        return found

    def take(self) -> dict[str, Any]:
        """Take a ticket with three taps; what was printed. The home screen is there before and after."""
        until(lambda: _home(self.glass.look()), "the home screen")
        home = self.glass.look()
        self.glass.tap(ZONE_A)
        services = self.glass.changed(home)
        self.glass.tap(FIRST_SERVICE)
        self.glass.changed(services)
        self.glass.tap(TAKE)
        line = self.printer.expect(lambda text: '"printed"' in text)
        paper: dict[str, Any] = json.loads(line)
        return paper

    def close(self) -> None:
        for program in (self.kiosk, self.agent, self.printer, self.bar, self.caller, self.server.program):
            if program is not None and program.process.poll() is None:
                program.kill()
        self.glass.close()


@pytest.fixture
def hall(tmp_path: Path) -> Iterator[Hall]:
    house = Hall(tmp_path)
    yield house
    house.close()


def test_a_ticket_goes_from_the_glass_to_the_floor(hall: Hall, screen: Screen, sign_in: SignIn) -> None:  # noqa: F811
    board, clerk, floor = screen(1920, 1080), screen(360, 720), screen(1280, 800)
    board.goto(f"{hall.server.url}/board/hall")
    expect(board.locator("#board")).to_be_visible()

    paper = hall.take()
    (ticket,) = hall.tickets()
    assert ticket["number"] in paper["text"], "the paper holds the number that the hall has"
    until(lambda: hall.tickets()[0]["paper"] == "printed", "the kiosk's report of its paper")
    with Image.open(hall.folder / "paper" / paper["printed"]) as picture:
        assert _number_on(picture.convert("L")) == ticket["number"], (
            "its picture shows that number, and no other"
        )

    clerk.goto(f"{hall.server.url}/clerk")
    sign_in(clerk, "zhang", PASSWORD)
    clerk.get_by_role("button", name="1号窗口").first.click()
    expect(clerk.get_by_text(ticket["number"])).to_be_visible()
    expect(clerk.locator(".actions")).to_have_attribute("data-ready", "true")
    clerk.keyboard.press("Enter")
    expect(clerk.locator(".current .number")).to_have_text(ticket["number"])

    expect(board.locator("main.calls")).to_contain_text(ticket["number"])
    expect(board.locator("main.calls")).to_contain_text("1号窗口")
    hall.bar.expect(lambda line: f"请{ticket['number']}号到1号窗口" in line)

    expect(clerk.locator(".actions")).to_have_attribute("data-ready", "true")
    clerk.keyboard.press("Enter")
    expect(clerk.locator(".current.serving")).to_be_visible()
    hall.bar.expect(lambda line: f"正在办理 {ticket['number']}" in line)
    expect(clerk.locator(".actions")).to_have_attribute("data-ready", "true")
    clerk.keyboard.press(".")
    expect(clerk.get_by_role("dialog")).to_be_visible()
    clerk.keyboard.press("Enter")  # without an outcome
    hall.caller.expect(lambda line: '"prompt"' in line)
    hall.caller.write("rate 5 5")

    floor.goto(f"{hall.server.url}/floor")
    sign_in(floor, "boss", PASSWORD)
    expect(floor.locator(".last")).to_contain_text(ticket["number"])
    expect(floor.locator(".last")).to_contain_text("非常满意")
    expect(floor.locator("[data-zone=A] .served b")).to_have_text("1")
    (rated,) = hall.tickets()
    assert (rated["state"], rated["steps"][0]["rating"]) == ("served", 5)


def test_the_server_killed_between_issue_and_call_loses_and_doubles_nothing(
    hall: Hall,
    screen: Screen,  # noqa: F811
) -> None:
    board = screen(1920, 1080)
    board.goto(f"{hall.server.url}/board/hall")
    expect(board.locator("#board")).to_be_visible()
    first = hall.take()
    zhang = hall.server.login("zhang", PASSWORD)
    assert hall.server.ask("POST", "/windows/1/open", zhang).status == 200
    before = hall.tickets()
    hall.server.kill()
    hall.server.start()

    assert [(one["id"], one["number"]) for one in hall.tickets()] == [
        (one["id"], one["number"]) for one in before
    ]
    until(lambda: hall.server.metric("jiaohao_feed_links") == 3, "board, kiosk and counter to be back")
    hall.caller.write("press call 5")
    expect(board.locator("main.calls")).to_contain_text(before[0]["number"], timeout=20_000)
    hall.bar.expect(lambda line: f"请{before[0]['number']}号到1号窗口" in line)
    second = hall.take()
    numbers = [one["number"] for one in hall.tickets()]
    assert len(numbers) == len(set(numbers)) == 2
    assert numbers[0] in first["text"]
    assert numbers[1] in second["text"]
    assert hall.server.line("verify")
