"""The administrator's overview when something happened: the power was cut, a part of the hall is elsewhere; and people's PINs."""

import os
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from queue_server.auth.secret import digest, new_token
from queue_server.store.account import People, Token
from queue_server.store.sqlite import Sqlite
from tests.e2e.house import HALL_NAME, MACHINE
from tests.e2e.pages.conftest import PASSWORD, START, Hall, serving
from tests.e2e.pages.look import good

pytestmark = pytest.mark.browser
Screen = Callable[[int, int], Page]
SignIn = Callable[..., None]

SIZE = (1280, 800)
EAST, BOX = "a" * 40, "b" * 40
PIN = "602413"
COME = """token => new Promise((done) => {
    const link = new WebSocket(`ws://${location.host}/feed`);
    link.onopen = () => link.send(JSON.stringify({ hello: { token, topics: ["device"] } }));
    link.onmessage = done;
    (window.boxes ??= []).push(link);
}).then(() => null)"""
"""A device comes back."""


@pytest.fixture(scope="module")
def running(staffed: tuple[Path, dict[str, str]], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hall]:
    """A hall whose server was cut off in the middle of a morning and runs again, for the whole module."""
    folder = tmp_path_factory.mktemp("overview")
    data, tokens = folder / "data", dict(staffed[1])
    shutil.copytree(staffed[0], data)
    with serving(data, tokens, folder / "before.err") as hall:
        for name, kind, token, place in (
            ("东门", "kiosk", EAST, {}),
            ("一号柜", "agent", BOX, {"windows": ["1", "2"]}),
        ):
            made = hall.ask("glass", "POST", "/devices/pair", kind=kind, name=name, token=token)
            hall.ask("zhao", "POST", f"/devices/{made['id']}/place", **place)
        for service in ("project-filing", "project-filing", "social-pay", "social-pay", "pension"):
            hall.take(service)
        for verb in ("open", "call-next", "start"):
            hall.at("1", verb)
        hall.at("18", "open", "li")
        hall.at("18", "call-next", "li")
        address = hall.home
    (data / "lock").write_text(address)  # the power fails: nobody takes back what was noted
    console = new_token()
    People(Sqlite(data / "hall.sqlite3")).put_token(_console(console))
    with serving(data, {**tokens, "console": console}, folder / "after.err") as hall:
        yield hall


def _console(token: str) -> Token:
    """A token as the command line makes for itself."""
    now = datetime.now(UTC)
    return Token(
        digest=digest(token),
        role="clock",
        name="console",
        created_at=now,
        expires_at=now + timedelta(hours=1),
    )


@pytest.fixture
def overview(running: Hall, screen: Screen, sign_in: SignIn, request: pytest.FixtureRequest) -> Page:
    """At the hall's own name by plain HTTP; a test of `EVERYWHERE` also where browsers trust it."""
    page = screen(*SIZE)
    page.goto(f"{running.known_as(getattr(request, 'param', HALL_NAME)).url}/admin")
    sign_in(page, "zhao")
    expect(page.get_by_role("heading", name="概览", level=1)).to_be_visible()
    expect(page.locator("main").get_by_text("正在打开…")).to_have_count(0)
    return page


EVERYWHERE = pytest.mark.parametrize("overview", [MACHINE, HALL_NAME], indirect=True)


def look(page: Page, name: str) -> None:
    """In both languages, held to what every page is held to; a picture of each where JIAOHAO_PICTURES names a folder."""
    folder = os.environ.get("JIAOHAO_PICTURES")
    for language, other in (("zh", "English"), ("en", "中文")):
        good(page)
        if folder:
            page.screenshot(path=Path(folder) / f"{name}-{language}.png")
        page.get_by_role("button", name=other).click()


def test_after_a_cut_the_overview_says_what_was_open_and_who_is_not_back(
    running: Hall, overview: Page
) -> None:
    told = overview.get_by_role("region", name="断电或故障后已恢复")
    expect(told).to_contain_text("等候3张、已叫号1张、办理中1张，开着2个窗口")
    expect(told).to_contain_text("还没有连上的设备2台")
    expect(told).to_contain_text("取号机 东门")
    look(overview, "admin-cut")
    overview.evaluate(COME, BOX)
    expect(told).to_contain_text("还没有连上的设备1台")
    expect(told).not_to_contain_text("一号柜")
    overview.get_by_role("link", name="查看设备").click()
    expect(overview.locator(".row").filter(has_text="一号柜")).to_contain_text("在线")
    expect(overview.locator(".row").filter(has_text="东门")).to_contain_text("未连上")
    overview.get_by_role("link", name="概览").click()
    overview.evaluate(COME, EAST)
    expect(told).to_contain_text("安置的设备都已连上")
    expect(told).to_contain_text("等候3张")
    told.get_by_role("button", name="知道了").click()
    expect(told).to_have_count(0)
    overview.reload()
    expect(overview.get_by_text("未办结的号票")).to_be_visible()
    expect(told).to_have_count(0)


def test_what_is_elsewhere_is_told_with_its_reason_and_declared_void(
    running: Hall, overview: Page, screen: Screen, sign_in: SignIn
) -> None:
    services = [one["id"] for one in running.ask("zhao", "GET", "/services") if one["zone"] == "C"]
    evacuation = "evacuation-of-zone-c"
    running.ask(
        "zhou",
        "POST",
        "/hall/evacuate",
        evacuation=evacuation,
        reason="停电，去了老办公楼二层",
        services=services,
    )
    told = overview.get_by_role("region", name="有一部分正在另一地点办理")
    expect(told).to_contain_text("社会保障服务区")
    expect(told).to_contain_text("停电，去了老办公楼二层")
    look(overview, "admin-away")
    manager = screen(*SIZE)
    manager.goto(f"{running.known_as(HALL_NAME).url}/admin")
    sign_in(manager, "zhou")
    expect(manager.get_by_role("button", name="在原地恢复")).to_be_visible()
    expect(manager.get_by_role("button", name="作废")).to_have_count(0)
    manager.goto(f"{running.known_as(HALL_NAME).url}/floor")
    tile = manager.locator('[data-zone="C"]')
    expect(tile).to_contain_text("停止取号：在另一地点办理")
    manager.get_by_role("button", name="English").click()
    expect(tile).to_contain_text("No tickets: served elsewhere")
    good(manager)
    told.get_by_role("button", name="在原地恢复").click()
    dialog = overview.get_by_role("dialog")
    dialog.get_by_label("原因").fill("来电")
    good(overview)
    overview.keyboard.press("Enter")
    expect(overview.get_by_role("alert")).not_to_be_empty()
    told.get_by_role("button", name="作废").click()
    dialog.get_by_label("原因").fill("没有搬成")
    good(overview)
    overview.keyboard.press("Enter")
    expect(told).to_have_count(0)


@pytest.mark.parametrize("decision, state", [("接受", "away"), ("作废", "void")])
def test_an_evacuation_that_the_hall_does_not_know_is_decided_on_the_overview(
    running: Hall, overview: Page, decision: str, state: str
) -> None:
    evacuation = f"evacuation-shown-{state}"
    running.ask(
        "console",
        "POST",
        "/hall/show",
        evacuation=evacuation,
        written_at=START,
        services=["tender-register", "bid-register"],
        tickets=[],
    )
    told = overview.get_by_role("region", name="有一份转移尚未决定")
    expect(told).to_contain_text("招标登记、投标报名")
    if state == "away":
        look(overview, "admin-shown")
    told.get_by_role("button", name=decision).click()
    overview.get_by_role("dialog").get_by_label("原因").fill("电话问过")
    good(overview)
    overview.keyboard.press("Enter")
    expect(told).to_have_count(0)
    asked = {"evacuation": evacuation, "reason": "r"}
    word = "accept" if state == "away" else "void"
    assert running.ask("console", "POST", "/hall/decide", decision=word, **asked)["state"] == state
    running.ask("console", "POST", "/hall/decide", decision="void", **asked)


@EVERYWHERE
def test_a_pin_is_seen_and_taken_away(running: Hall, overview: Page) -> None:
    running.ask("wang", "POST", "/me/pin", password=PASSWORD, pin=PIN)
    overview.reload()
    overview.get_by_role("link", name="人员").click()
    row = overview.locator(".row").filter(has_text="wang")
    expect(row).to_contain_text("有口令")
    look(overview, "admin-pin")
    row.get_by_role("button", name="取消wang的口令").click()
    expect(overview.get_by_role("dialog")).to_be_visible()
    good(overview)
    overview.get_by_role("dialog").get_by_role("button", name="取消口令").click()
    expect(overview.get_by_role("status").filter(has_text="wang的口令已取消")).to_be_visible()
    expect(row).not_to_contain_text("有口令")


def test_people_are_listed_as_they_are_counted_and_the_floor_is_a_step_away(
    running: Hall, overview: Page
) -> None:
    for n in (10, 2):
        running.ask(
            "zhao", "POST", "/accounts", name=f"c{n}", role="clerk", shown=f"窗口人员{n}", password=PASSWORD
        )
    overview.reload()
    overview.get_by_role("link", name="人员", exact=True).click()
    rows = overview.locator(".row strong").filter(has_text="窗口人员")
    expect(rows).to_have_text(["窗口人员2", "窗口人员10"])
    overview.get_by_role("link", name="大厅总览", exact=True).click()
    overview.get_by_role("link", name="大厅管理").click()
    expect(overview.get_by_role("heading", name="概览", level=1)).to_be_visible()
