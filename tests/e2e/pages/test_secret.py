"""No password and no token is ever in an address that a page asks for; addresses end up in histories and in logs of proxies."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from queue_server.pages.site import PAGES, SECRET
from queue_server.wire.command import PEOPLE
from tests.e2e.pages.conftest import EVERYWHERE, PASSWORD, Hall

pytestmark = pytest.mark.browser
Screen = Callable[[int, int], Page]
SignIn = Callable[..., None]


def listened(page: Page) -> list[str]:
    """Every address that a page asks for from now on, by HTTP and by websocket, and the ones it stands at."""
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("websocket", lambda socket: asked.append(socket.url))
    page.on("framenavigated", lambda frame: asked.append(frame.url))
    return asked


@EVERYWHERE
def test_no_secret_is_in_any_address_of_the_pages(hall: Hall, screen: Screen, sign_in: SignIn) -> None:
    console, board = screen(1280, 800), screen(1280, 800)
    asked, shown = listened(console), listened(board)
    tokens: set[str] = set()
    console.on("request", lambda request: tokens.add(request.headers.get("x-csrf-token", "")))
    console.goto(f"{hall.url}/login")
    sign_in(console, "zhou")
    expect(console.get_by_role("button", name="退出登录")).to_be_visible()
    session = next(one["value"] for one in console.context.cookies() if one["name"] == "session")
    console.get_by_role("button", name="退出登录").click()
    expect(console.locator("#name")).to_be_visible()
    board.goto(f"{hall.url}/board")
    board.wait_for_function("localStorage.getItem('jiaohao.device')")
    device = board.evaluate("localStorage.getItem('jiaohao.device')")
    board.reload()
    expect(board.locator("#wait-first")).to_contain_text("请管理员按此代码安置")
    secrets = {PASSWORD, session, device, *tokens} - {""}
    assert len(secrets) == 4, "signing out shows the fourth"
    assert any(url.endswith("/feed") for url in asked)
    assert any(url.endswith("/feed") for url in shown)
    assert [url for url in asked + shown for secret in secrets if secret in url] == []


CHOSEN = "八月桂花遍地开放"
SOMETHING = re.compile(r"\S")
"""What a page shows: its own, or why there is nothing for who asks."""


def test_no_secret_of_any_role_is_in_an_address_of_any_page(
    hall: Hall, screen: Screen, sign_in: SignIn
) -> None:
    """Each role signs in with a one-time password, chooses another, and is on its own page; an administrator opens all."""
    secrets, asked = {CHOSEN}, list[str]()
    for role in sorted(PEOPLE):
        made = hall.ask("zhao", "POST", "/accounts", name=f"new-{role}", role=role, shown=role)
        page = screen(1280, 800)
        heard = listened(page)
        page.on("request", lambda request: secrets.add(request.headers.get("x-csrf-token", "")))
        page.goto(f"{hall.url}/login")
        sign_in(page, f"new-{role}", made["one_time_password"])
        page.locator("#fresh").fill(CHOSEN)
        page.locator("#repeated").fill(CHOSEN)
        page.keyboard.press("Enter")
        page.wait_for_url(lambda url: not url.endswith("/login"))
        expect(page.locator("body")).to_have_text(SOMETHING)
        if role == "admin":
            for address in (*PAGES.values(), "/board/hall"):
                # the first sends whoever is signed in to their own page; the second's address is its secret, and nobody else's
                if address not in {"/login", *SECRET}:
                    page.goto(f"{hall.url}{address}")
                    expect(page.locator("body")).to_have_text(SOMETHING)
        secrets.update([made["one_time_password"], *(one["value"] for one in page.context.cookies())])
        asked += heard
    secrets.discard("")
    assert len(secrets) >= 1 + 3 * len(PEOPLE), "a password, a session and a token of each"
    assert [url for url in asked for secret in secrets if secret in url] == []
