"""No password and no token is ever in an address that a page asks for; addresses end up in histories and in logs of proxies."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.pages.conftest import PASSWORD, Hall

pytestmark = pytest.mark.browser
Screen = Callable[[int, int], Page]
SignIn = Callable[[Page, str], None]


def listened(page: Page) -> list[str]:
    """Every address that a page asks for from now on, by HTTP and by websocket, and the ones it stands at."""
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("websocket", lambda socket: asked.append(socket.url))
    page.on("framenavigated", lambda frame: asked.append(frame.url))
    return asked


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
