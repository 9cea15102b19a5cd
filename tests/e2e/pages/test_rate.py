"""A window's tablet: placed by its code, asks after each step, is touched once, and says so when it may be out of date."""

import json
import shutil
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, WebSocketRoute, expect

from tests.e2e.house import HALL_NAME
from tests.e2e.pages.conftest import Hall, serving
from tests.e2e.pages.look import good

pytestmark = pytest.mark.browser
Screen = Callable[[int, int], Page]
SignIn = Callable[..., None]

LANDSCAPE, UPRIGHT = (1280, 800), (800, 1280)
ASKED = "请对本次服务进行评价"
STALE = "连接中断，显示可能不是最新，暂时不能评价"
SILENT_MS = 11_000
"""The feed is old after ten seconds without a word."""
TOUCH_ALL = "() => { for (const one of document.querySelectorAll('.level')) one.click(); }"
"""Five fingers at once: every face is touched before the page can draw."""


@pytest.fixture(scope="module")
def hall(staffed: tuple[Path, dict[str, str]], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hall]:
    """A hall at its own name, by plain HTTP: where browsers withhold the most."""
    home = tmp_path_factory.mktemp("rate")
    shutil.copytree(staffed[0], home / "data")
    with serving(home / "data", dict(staffed[1]), home / "server.err", host=HALL_NAME) as running:
        yield running


@pytest.fixture(autouse=True)
def closing(hall: Hall) -> Iterator[None]:
    """After each test its clerk goes home: the next one needs them."""
    yield
    for window in hall.ask("zhou", "GET", "/windows"):
        if window["state"] != "closed":
            hall.at(window["id"], "close", "zhou", reason="测试")


def tablet(hall: Hall, screen: Screen, window: str, size: tuple[int, int] = LANDSCAPE) -> Page:
    """A tablet that stands at a window, placed there by its code."""
    page = screen(*size)
    page.goto(f"{hall.url}/rate/{window}")
    place(hall, page, window)
    return page


def place(hall: Hall, page: Page, window: str) -> None:
    """An administrator reads the code and places the tablet."""
    shown = page.locator(".code")
    expect(shown).to_be_visible()
    code = shown.inner_text().replace(" ", "")
    id_ = next(one["id"] for one in hall.ask("zhao", "GET", "/devices") if one["code"] == code)
    hall.ask("zhao", "POST", f"/devices/{id_}/place", windows=[window])
    expect(page.locator("#head h1")).to_contain_text(f"{window}号窗口")


def visit(hall: Hall, window: str, who: str, **fields: Any) -> dict[str, Any]:
    """Somebody is served at a window to the end, where `who` sits."""
    windows = {one["id"]: one for one in hall.ask("zhou", "GET", "/windows")}
    if windows[window]["state"] == "closed":
        hall.at(window, "open", who)
    ticket = hall.take(windows[window]["services"][0], **fields)
    hall.at(window, "call-next", who)
    hall.at(window, "start", who)
    hall.at(window, "finish", who)
    return ticket


ANSWERED = "() => localStorage.getItem('jiaohao.ratings') === '[]'"
"""The server has answered every rating: thanks are said before, since nobody is kept waiting for that."""


def rating(hall: Hall, ticket: dict[str, Any]) -> int | None:
    """How a ticket's first step was rated."""
    level: int | None = hall.ticket(ticket)["steps"][0].get("rating")
    return level


def overheard(page: Page) -> tuple[list[dict[str, Any]], dict[str, bool]]:
    """All ratings that a page sends, and a line of it that can be `deaf` (hears nothing) or `cut` (says nothing)."""
    sent: list[dict[str, Any]] = []
    line = {"deaf": False, "cut": False}

    def relay(page_side: WebSocketRoute) -> None:
        server_side = page_side.connect_to_server()

        def up(text: str | bytes) -> None:
            told = json.loads(text)
            if told.get("command") == "ratings.submit":
                sent.append(told)
            if not line["cut"]:
                server_side.send(text)

        page_side.on_message(up)
        server_side.on_message(lambda text: None if line["deaf"] else page_side.send(text))

    page.route_web_socket("**/feed", relay)
    return sent, line


def test_a_visit_that_a_clerk_finishes_is_rated_on_the_tablet_and_is_on_the_floor(
    hall: Hall, screen: Screen, sign_in: SignIn
) -> None:
    page = screen(*LANDSCAPE)
    page.goto(f"{hall.url}/rate/3")
    expect(page.locator(".code")).to_be_visible()
    expect(page.get_by_text("请管理员按此代码安置")).to_be_visible()
    good(page)
    code = page.locator(".code").inner_text()
    page.reload()
    expect(page.locator(".code")).to_have_text(code)  # its token is kept, so it is the same device
    place(hall, page, "3")
    expect(page.get_by_text("暂未开放")).to_be_visible()
    clerk, floor = screen(*LANDSCAPE), screen(1920, 1080)
    clerk.goto(f"{hall.url}/clerk")
    sign_in(clerk, "zhang")
    clerk.get_by_role("button", name="3号窗口 可开窗", exact=True).click()
    expect(page.get_by_text("请稍候", exact=True)).to_be_visible()
    good(page)
    ticket = hall.take(
        next(one for one in hall.ask("zhou", "GET", "/windows") if one["id"] == "3")["services"][0]
    )
    for stands in ("请到本窗口办理", "正在办理"):
        expect(clerk.locator(".actions")).to_have_attribute("data-ready", "true")
        clerk.keyboard.press("Enter")
        expect(page.get_by_text(stands)).to_be_visible()
        expect(page.locator(".number")).to_have_text(ticket["number"])
    good(page)
    expect(clerk.locator(".actions")).to_have_attribute("data-ready", "true")
    clerk.keyboard.press(".")
    clerk.get_by_role("dialog").get_by_role("button", name="完成").click()  # without an outcome
    expect(page.get_by_role("heading", name=ASKED)).to_be_visible()
    expect(page.get_by_text(f"{ticket['number']}号")).to_be_visible()
    assert page.locator(".level .first").all_inner_texts() == [
        "非常满意",
        "满意",
        "基本满意",
        "不满意",
        "非常不满意",
    ]
    good(page)
    page.set_viewport_size({"width": UPRIGHT[0], "height": UPRIGHT[1]})
    good(page)
    page.get_by_role("button", name="基本满意").click()
    expect(page.get_by_text("感谢您的评价", exact=True)).to_be_visible()
    good(page)
    assert rating(hall, ticket) == 3
    floor.goto(f"{hall.url}/floor")
    sign_in(floor, "zhou")
    expect(floor.locator(".ratings")).to_contain_text(ticket["number"])
    listed = floor.locator(".screens").get_by_role("listitem").filter(has_text="3号窗口")
    expect(listed).to_contain_text("在线")
    expect(page.get_by_text("请稍候", exact=True)).to_be_visible()
    found = next(one for one in hall.ask("zhao", "GET", "/devices") if one["windows"] == ["3"])
    assert (found["kind"], found["name"], found["state"], found["health"]) == (
        "agent",
        "tablet 3",
        "placed",
        "ready",
    )


def test_a_tablet_rates_once_whatever_is_touched(hall: Hall, screen: Screen) -> None:
    page = screen(*LANDSCAPE)
    sent, _ = overheard(page)
    page.goto(f"{hall.url}/rate/5")
    place(hall, page, "5")
    ticket = visit(hall, "5", "li")
    expect(page.get_by_role("heading", name=ASKED)).to_be_visible()
    page.evaluate(TOUCH_ALL)
    expect(page.locator(".thanks, .why")).to_be_visible()
    assert len({one["key"] for one in sent}) <= 1, f"one touch, one rating: {sent}"
    expect(page.get_by_text("请稍候", exact=True)).to_be_visible()
    assert [one["args"]["level"] for one in sent] == [5]
    page.wait_for_function(ANSWERED)
    assert rating(hall, ticket) == 5


def test_who_was_not_satisfied_may_say_why_in_their_language_and_it_is_sent_though_the_next_one_comes(
    hall: Hall, screen: Screen
) -> None:
    page = tablet(hall, screen, "6")
    first = visit(hall, "6", "wang", language="en")
    expect(page.get_by_role("heading", name="Please rate this service")).to_be_visible()
    good(page)
    page.get_by_role("button", name="Dissatisfied", exact=False).first.click()
    expect(page.get_by_role("heading", name="Dissatisfied: what was wrong?")).to_be_visible()
    page.get_by_role("button", name="It took too long").click()
    page.get_by_role("button", name="Unfriendly service").click()
    page.get_by_role("button", name="It took too long").click()
    page.get_by_label("Anything to add?", exact=False).fill("Two hours for a stamp.")
    good(page)
    page.set_viewport_size({"width": UPRIGHT[0], "height": UPRIGHT[1]})
    good(page)
    page.get_by_role("button", name="中文").click()
    good(page)
    page.get_by_role("button", name="提交评价").click()
    expect(page.get_by_text("感谢您的评价，我们将尽快核实")).to_be_visible()
    page.wait_for_function(ANSWERED)
    assert rating(hall, first) == 2
    second = visit(hall, "6", "wang")
    expect(page.get_by_role("heading", name=ASKED)).to_be_visible()
    page.get_by_role("button", name="非常不满意").click()
    page.get_by_role("button", name="等候时间长").click()
    visit(
        hall, "6", "wang"
    )  # a window that starts its next ticket takes no rating from whoever is still typing
    expect(page.get_by_role("heading", name=ASKED)).to_be_visible()
    page.wait_for_function(ANSWERED)
    assert rating(hall, second) == 1
    log = hall.ask("zhao", "GET", "/events?after=0&limit=1000")
    given = {
        one["body"]["ticket"]: one["body"].get("reasons") for one in log if one["body"].get("type") == "rated"
    }
    assert (given[first["id"]], given[second["id"]]) == (["attitude"], ["waited"])


def test_a_tablet_that_hears_nothing_is_grey_says_so_and_cannot_be_rated_on(
    hall: Hall, screen: Screen
) -> None:
    page = screen(*LANDSCAPE)
    sent, line = overheard(page)
    page.clock.install()
    page.goto(f"{hall.url}/rate/7")
    place(hall, page, "7")
    visit(hall, "7", "zhang")
    expect(page.get_by_role("heading", name=ASKED)).to_be_visible()
    line["deaf"] = True
    page.clock.fast_forward(SILENT_MS)
    banner = page.get_by_text(STALE)
    expect(banner).to_be_visible()
    expect(page.locator(".level").first).to_be_disabled()
    good(page)
    page.evaluate(TOUCH_ALL)
    assert sent == []
    line["deaf"] = False
    expect(banner).to_be_hidden()


def test_a_rating_that_got_no_answer_is_asked_for_again_with_its_key_also_after_a_restart(
    hall: Hall, screen: Screen
) -> None:
    page = screen(*UPRIGHT)
    sent, line = overheard(page)
    page.goto(f"{hall.url}/rate/8")
    place(hall, page, "8")
    ticket = visit(hall, "8", "zhang")
    expect(page.get_by_role("heading", name=ASKED)).to_be_visible()
    line["cut"] = True
    page.get_by_role("button", name="非常满意").click()
    expect(page.get_by_text("网络中断，您的评价已记下，稍后自动提交")).to_be_visible()
    good(page)
    assert rating(hall, ticket) is None
    line["cut"] = False
    page.reload()
    expect(
        page.get_by_text("请稍候", exact=True)
    ).to_be_visible()  # nobody is asked again for what is on its way
    page.wait_for_function(ANSWERED)
    assert rating(hall, ticket) == 5
    assert len({one["key"] for one in sent}) == 1
    assert len(sent) > 1


def test_who_does_not_touch_anything_has_not_rated_and_what_a_keypad_took_is_not_asked_again(
    hall: Hall, screen: Screen
) -> None:
    page = tablet(hall, screen, "1")
    silent = visit(hall, "1", "zhang")
    asked = page.get_by_role("heading", name=ASKED)
    expect(asked).to_be_visible()
    hall.ask("box", "POST", "/ratings", step=f"{silent['id']}/0", level=4, channel="keypad", window="1")
    expect(asked).to_be_hidden()
    expect(page.get_by_text("请稍候", exact=True)).to_be_visible()
    assert rating(hall, silent) == 4
    quiet = visit(hall, "1", "zhang")
    expect(asked).to_be_visible()
    hall.jump((datetime.fromisoformat(quiet["issued_at"]) + timedelta(minutes=1)).isoformat())
    expect(asked).to_be_hidden()
    assert rating(hall, quiet) is None
