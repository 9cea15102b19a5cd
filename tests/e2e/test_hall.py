"""One ticket from the kiosk's glass to the manager's screen: real programs, real taps, real bytes on serial lines.

A hall of programs is too dear to be run once for each name of the machine: in one run, what is watched is watched at both, at this
machine and at the hall's name by plain HTTP, and the clerk works at the one that browsers do not trust.
"""

from collections.abc import Callable, Iterator
from itertools import accumulate, groupby
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageChops, ImageDraw, ImageFont, ImageStat
from playwright.sync_api import Page, expect

from queue_server.wire.face import font
from tests.e2e.hall import PASSWORD, Hall
from tests.e2e.house import HALL_NAME, MACHINE, known_as, until
from tests.e2e.pages.conftest import browser_type_launch_args, screen, sign_in  # noqa: F401 - fixtures

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]

Screen = Callable[[int, int], Page]
SignIn = Callable[..., None]
HOSTS = (MACHINE, HALL_NAME)


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

    numbers = (*range(1, 13), *range(700, 713))  # also those that a kiosk issues alone
    return min((f"{letter}{n:03d}" for letter in "ABCDEFGHJK" for n in numbers), key=apart)


def _known(hall: Hall, paper: dict[str, Any]) -> None:
    """Wait until the hall has the printed number: a kiosk that is not answered in time prints one of its own first."""
    until(
        lambda: any(one["number"] in paper["text"] for one in hall.tickets()),
        "the printed number in the hall",
    )


def _boards(hall: Hall, made: Screen) -> list[Page]:
    """The board as it is seen at each name."""
    boards = []
    for host in HOSTS:
        board = made(1920, 1080)
        board.goto(f"{known_as(hall.server.url, host)}/board/hall")
        expect(board.locator("#board")).to_be_visible()
        boards.append(board)
    return boards


@pytest.fixture
def hall(tmp_path: Path) -> Iterator[Hall]:
    house = Hall(tmp_path)
    try:
        house.open()
        yield house
    finally:
        house.cut()


def test_a_ticket_goes_from_the_glass_to_the_floor(hall: Hall, screen: Screen, sign_in: SignIn) -> None:  # noqa: F811
    boards, clerk = _boards(hall, screen), screen(360, 720)

    paper = hall.take()
    _known(hall, paper)
    (ticket,) = hall.tickets()
    assert ticket["number"] in paper["text"], "the paper holds the number that the hall has"
    until(lambda: hall.tickets()[0]["paper"] == "printed", "the kiosk's report of its paper")
    with Image.open(hall.folder / "printer" / paper["printed"]) as picture:
        assert _number_on(picture.convert("L")) == ticket["number"], (
            "its picture shows that number, and no other"
        )

    clerk.goto(f"{known_as(hall.server.url, HALL_NAME)}/clerk")
    sign_in(clerk, "zhang", PASSWORD)
    clerk.get_by_role("button", name="1号窗口").first.click()
    expect(clerk.get_by_text(ticket["number"])).to_be_visible()
    expect(clerk.locator(".actions")).to_have_attribute("data-ready", "true")
    clerk.keyboard.press("Enter")
    expect(clerk.locator(".current .number")).to_have_text(ticket["number"])

    for board in boards:
        expect(board.locator("main.calls")).to_contain_text(ticket["number"])
        expect(board.locator("main.calls")).to_contain_text("1号窗口")
    hall.programs["bar"].expect(lambda line: f"请{ticket['number']}号到1号窗口" in line)

    expect(clerk.locator(".actions")).to_have_attribute("data-ready", "true")
    clerk.keyboard.press("Enter")
    expect(clerk.locator(".current.serving")).to_be_visible()
    hall.programs["bar"].expect(lambda line: f"正在办理 {ticket['number']}" in line)
    expect(clerk.locator(".actions")).to_have_attribute("data-ready", "true")
    clerk.keyboard.press(".")
    expect(clerk.get_by_role("dialog")).to_be_visible()
    clerk.keyboard.press("Enter")  # without an outcome
    hall.programs["caller"].expect(lambda line: '"prompt"' in line)
    hall.programs["caller"].write("rate 5 5")

    for host in HOSTS:
        floor = screen(1280, 800)
        floor.goto(f"{known_as(hall.server.url, host)}/floor")
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
    boards = _boards(hall, screen)
    first = hall.take()
    _known(hall, first)
    zhang = hall.server.login("zhang", PASSWORD)
    assert hall.server.ask("POST", "/windows/1/open", zhang).status == 200
    before = hall.tickets()
    hall.server.kill()
    hall.begin("server")

    assert [(one["id"], one["number"]) for one in hall.tickets()] == [
        (one["id"], one["number"]) for one in before
    ]
    until(lambda: hall.server.metric("jiaohao_feed_links") == 4, "two boards, kiosk and counter to be back")
    hall.programs["caller"].write("press call 5")
    for board in boards:
        expect(board.locator("main.calls")).to_contain_text(before[0]["number"], timeout=20_000)
    hall.programs["bar"].expect(lambda line: f"请{before[0]['number']}号到1号窗口" in line)
    second = hall.take()
    _known(hall, second)
    numbers = [one["number"] for one in hall.tickets()]
    assert len(numbers) == len(set(numbers)) == 2
    assert numbers[0] in first["text"]
    assert numbers[1] in second["text"]
    assert hall.server.line("verify")
