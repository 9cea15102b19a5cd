"""No text that somebody wrote is ever run by a page: of the configuration, of devices, people, reasons and notes."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.pages.conftest import Hall

pytestmark = pytest.mark.browser
Screen = Callable[[int, int], Page]
SignIn = Callable[[Page, str], None]

HIT = "window.hit = true"
EVIL = f"""'"><img src=x onerror="{HIT}"><svg onload="{HIT}"></svg><a href="javascript:{HIT}">"""
SHORT = f"<img src=x onerror={HIT.replace(' ', '')}>"
"""Where not more than that is allowed."""


def poisoned(value: Any, key: str = "") -> Any:
    """A document in which every name and text for people is an attack; ids and what has a form stay."""
    match value:
        case {"zh": str(zh), "en": str(en)} if key not in {"short", "ticket", "tagline"}:
            return {"zh": zh[:2] + EVIL, "en": en[:2] + EVIL}
        case dict():
            return {name: poisoned(each, name) for name, each in value.items()}
        case list():
            return [poisoned(each, key) for each in value]
        case _:
            return value


def settled(page: Page, words: str) -> None:
    """Wait until the attack stands there as text, and see that it did nothing."""
    expect(page.get_by_text(words).first).to_be_attached()
    assert page.evaluate("window.hit") is None
    assert page.locator("img[src=x], svg[onload], a[href^=javascript]").count() == 0


def test_a_configuration_made_of_scripts_is_shown_as_text_on_every_page(
    hall: Hall, screen: Screen, sign_in: SignIn
) -> None:
    runs = hall.ask("zhao", "GET", "/config")
    found = hall.ask("zhao", "POST", "/config/check", document=poisoned(runs["document"]))["faults"]
    document = poisoned(runs["document"])
    for fault in found:  # what has no room for an attack keeps its own words
        here, there = document, runs["document"]
        *way, last = fault["path"].replace("[", ".").replace("]", "").split(".")
        for step in way:
            here, there = (here[int(step)], there[int(step)]) if step.isdigit() else (here[step], there[step])
        here[last] = there[last]
    hall.ask("zhao", "POST", "/config", document=document, note=EVIL)
    hall.ask("zhao", "POST", "/accounts", name="<script>hit</script>", role="clerk", shown=SHORT)
    for n, kind in enumerate(("kiosk", "agent")):
        hall.ask("zhao", "POST", "/devices/pair", kind=kind, name=SHORT, token=f"{n}" * 40)
    hall.at("1", "open")
    hall.take()
    hall.at("1", "call-next")
    hall.at("1", "pause", reason=EVIL)
    desk = screen(1280, 800)
    desk.goto(f"{hall.url}/admin")
    sign_in(desk, "zhao")
    for place, words in (
        ("devices", SHORT),
        ("people", SHORT),
        ("config/zones", EVIL),
        ("config/services", EVIL),
        ("versions", EVIL),
        ("roster", "周"),
    ):
        desk.evaluate("place => { location.hash = '#/' + place; }", place)
        settled(desk, words)
    floor = screen(1280, 800)
    floor.goto(f"{hall.url}/floor")
    sign_in(floor, "zhou")
    settled(floor, EVIL)
    console = screen(1280, 800)
    console.goto(f"{hall.url}/clerk")
    sign_in(console, "zhang")
    settled(console, EVIL)
    board = screen(1920, 1080)
    board.goto(f"{hall.url}/board/hall")
    settled(board, EVIL)
