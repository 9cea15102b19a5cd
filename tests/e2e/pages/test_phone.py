"""A ticket on its holder's own phone: whose turn, where, the ring, a missed call, the rating. One server for all of the tests."""

import os
import re
import shutil
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Request, WebSocketRoute, expect

from tests.e2e.house import HALL_NAME, MACHINE
from tests.e2e.pages.conftest import Hall, serving
from tests.e2e.pages.look import good

pytestmark = pytest.mark.browser
Screen = Callable[[int, int], Page]

SMALL, USUAL, NARROW = (360, 640), (390, 844), (320, 568)
PUBLIC_URL = "https://hall.example.gov.cn"
SERVICE, WINDOW = "social-pay", "18"
RANG = """
  const rang = { tones: 0, shakes: 0 };
  const tell = () => { document.documentElement.dataset.rang = rang.tones + " " + rang.shakes; };
  const start = OscillatorNode.prototype.start;
  OscillatorNode.prototype.start = function (at) { rang.tones += 1; tell(); return start.call(this, at); };
  navigator.vibrate = () => { rang.shakes += 1; tell(); return true; };
"""
"""Counts what is heard and felt; the sound itself is made as ever."""
_tokens = count(1)


def rang(page: Page) -> str | None:
    """How many tones and shakes there were so far; None: none."""
    return page.locator("html").get_attribute("data-rang")


def rings(page: Page, times: int) -> None:
    """Wait until it has rung so often, or more: two tones and a shake each time."""
    enough = re.compile(rf"^\d+ [{times}-9]$")
    expect(page.locator("html")).to_have_attribute("data-rang", enough, timeout=30_000)


@pytest.fixture(scope="module")
def running(staffed: tuple[Path, dict[str, str]], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hall]:
    """A hall that phones find, for the whole module: each test has its own tickets in it."""
    folder = tmp_path_factory.mktemp("phone")
    shutil.copytree(staffed[0], folder / "data")
    (folder / "data" / "server.toml").write_text(f'public_url = "{PUBLIC_URL}"\n', encoding="utf-8")
    with serving(folder / "data", dict(staffed[1]), folder / "server.err") as hall:
        hall.at(WINDOW, "open")
        yield hall


@pytest.fixture
def hall(running: Hall, request: pytest.FixtureRequest) -> Iterator[Hall]:
    """The same hall at its own name, by plain HTTP: where browsers withhold the most; a test of `EVERYWHERE` at both places."""
    yield running.known_as(getattr(request, "param", HALL_NAME))
    while running.at(WINDOW, "call-next") is not None:
        pass  # nobody is left for the next test


EVERYWHERE = pytest.mark.parametrize("hall", [MACHINE, HALL_NAME], indirect=True)


def take(hall: Hall, **fields: Any) -> tuple[dict[str, Any], str]:
    """A ticket of a kiosk that made its token, and where the page of it is."""
    ticket = hall.take(SERVICE, token=f"token-of-holder-{next(_tokens):06d}", **fields)
    assert ticket["track_url"].startswith(f"{PUBLIC_URL}/t/")
    return ticket, ticket["track_url"].replace(PUBLIC_URL, hall.url)


def miss(hall: Hall) -> None:
    """The ticket at the window is called as often as it must be, and nobody comes."""
    ticket = hall.ask("zhang", "GET", "/tickets?state=called")[-1]
    called_at = datetime.fromisoformat(ticket["called_at"])
    for minutes, verb in ((2, "recall"), (4, "recall"), (6, "no-show")):
        hall.jump((called_at + timedelta(minutes=minutes)).isoformat())
        hall.at(WINDOW, verb)


def look(page: Page, name: str) -> None:
    """Hold the page to what every page is held to, and keep a picture where JIAOHAO_PICTURES names a folder."""
    good(page)
    folder = os.environ.get("JIAOHAO_PICTURES")
    if folder:
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


@EVERYWHERE
def test_a_ticket_is_followed_from_the_line_to_the_rating(hall: Hall, screen: Screen) -> None:
    hall.take(SERVICE)
    ticket, address = take(hall)
    phone = screen(*SMALL)
    phone.goto(address)
    expect(phone.locator(".number")).to_have_text(ticket["number"])
    expect(phone.locator(".ahead")).to_have_text("这项业务前面还有1人")
    expect(phone.locator("#card")).to_contain_text("请在C区（18-26号窗口）等候")
    expect(phone.locator("#bring li")).to_have_text(["身份证"])
    expect(phone.get_by_text("请保持本页打开")).to_be_visible()
    expect(phone.get_by_text("分钟后")).to_have_count(0)
    hall.at(WINDOW, "call-next")
    expect(phone.locator("#card")).to_contain_text("前面没有人了，请留意叫号")
    hall.at(WINDOW, "call-next")
    expect(phone.get_by_role("alert")).to_contain_text("18号窗口")
    expect(phone).to_have_title(f"{ticket['number']} 请到18号窗口")
    hall.at(WINDOW, "start")
    expect(phone.locator("#card")).to_contain_text("正在18号窗口办理")
    hall.at(WINDOW, "finish")
    phone.get_by_role("button", name="提交评价").click()
    expect(phone.get_by_text("请先选择满意程度。")).to_be_visible()
    phone.get_by_label("非常满意").check()
    phone.get_by_role("button", name="提交评价").click()
    expect(phone.locator(".rated")).to_contain_text("非常满意 · 感谢您的评价")
    expect(phone.get_by_role("button", name="提交评价")).to_have_count(0)
    assert hall.ticket(ticket)["steps"][0]["rating"] == 5
    phone.reload()
    expect(phone.locator(".rated")).to_contain_text("非常满意")


@pytest.mark.parametrize("size", [USUAL, NARROW])
def test_whoever_was_not_satisfied_may_say_why_in_the_tablet_s_words(
    hall: Hall, screen: Screen, size: tuple[int, int]
) -> None:
    ticket, address = take(hall)
    hall.at(WINDOW, "call-next")
    hall.at(WINDOW, "finish")
    phone = screen(*size)
    phone.goto(address)
    why = phone.get_by_role("group", name="哪些方面不满意？")
    phone.get_by_role("radio", name="满意", exact=True).check()
    expect(why).to_be_hidden()
    phone.get_by_label("非常不满意").check()
    expect(why.get_by_role("checkbox")).to_have_count(8)
    why.get_by_label("办理时间长").check()
    phone.get_by_role("radio", name="满意", exact=True).check()
    expect(why).to_be_hidden()
    phone.get_by_role("radio", name="不满意", exact=True).check()
    why.get_by_label("没有一次说清").check()
    look(phone, f"phone-why-{size[0]}-zh")
    phone.get_by_role("button", name="English").click()
    phone.get_by_role("radio", name="Dissatisfied", exact=True).check()
    phone.get_by_label("It took too long").check()
    look(phone, f"phone-why-{size[0]}-en")
    phone.get_by_label("Not told everything at once").check()
    phone.get_by_role("button", name="Send").click()
    expect(phone.locator(".rated")).to_contain_text("Dissatisfied · thank you; we will look into it soon")
    case = next(one for one in hall.ask("zhou", "GET", "/cases") if one["number"] == ticket["number"])
    assert (case["level"], case["reasons"]) == (2, ["slow", "told"])


def test_reasons_that_were_ticked_before_a_good_rating_are_not_sent(hall: Hall, screen: Screen) -> None:
    ticket, address = take(hall)
    hall.at(WINDOW, "call-next")
    hall.at(WINDOW, "finish")
    phone = screen(*USUAL)
    phone.goto(address)
    phone.get_by_label("非常不满意").check()
    phone.get_by_label("办理时间长").check()
    phone.get_by_label("非常满意").check()
    phone.get_by_role("button", name="提交评价").click()
    expect(phone.locator(".rated")).to_contain_text("非常满意")
    log = [one["body"] for one in hall.ask("shen", "GET", "/events?limit=1000")]
    (rated,) = [one for one in log if one["type"] == "rated" and one["ticket"] == ticket["id"]]
    assert (rated["level"], rated.get("reasons")) == (5, None)


def test_it_rings_at_a_call_and_at_each_recall_once_sound_is_on_and_not_before(
    hall: Hall, screen: Screen
) -> None:
    _, address = take(hall)
    phone = screen(*USUAL)
    phone.add_init_script(RANG)
    phone.goto(address)
    silent = screen(*USUAL)
    silent.add_init_script(RANG)
    silent.goto(address)
    phone.get_by_role("button", name="打开提示音").click()
    expect(phone.get_by_text("提示音已打开")).to_be_visible()
    assert rang(phone) == "2 1", "once, to hear how loud it is"
    hall.at(WINDOW, "call-next")
    rings(phone, 3)
    hall.at(WINDOW, "start")
    expect(phone.locator("#card")).to_contain_text("正在18号窗口办理")
    expect(phone.locator("#bell")).to_be_hidden()
    expect(silent.locator("#card")).to_contain_text("正在18号窗口办理")
    assert rang(silent) is None
    _, other = take(hall)
    silent.goto(other)
    hall.at(WINDOW, "call-next")
    expect(silent.get_by_role("alert")).to_be_visible()
    silent.get_by_role("button", name="打开提示音").click()
    silent.get_by_role("button", name="关闭提示音").click()
    heard = rang(silent)
    assert heard is not None, "who is called already hears it at once"
    hall.at(WINDOW, "recall")
    expect(silent.get_by_role("alert")).to_contain_text("已再次呼叫")
    assert rang(silent) == heard, "off is off"


SLEEPY = """
  let asleep = 0;
  Date.now = ((now) => () => now() + asleep)(Date.now);
  window.sleep = (ms) => { asleep += ms; document.dispatchEvent(new Event("visibilitychange")); };
"""
"""The wall's clock goes on while the machine's ticks stand still, as on a phone that slept."""
AWAKE = """
  window.locks = 0;
  const wakeLock = { request: () => { window.locks += 1; return Promise.resolve({ release: () => { window.locks -= 1; } }); } };
  Object.defineProperty(navigator, "wakeLock", { value: wakeLock });
"""


def test_a_phone_that_wakes_up_asks_at_once_whether_it_is_up_to_date(hall: Hall, screen: Screen) -> None:
    _, address = take(hall)
    phone = screen(*USUAL)
    phone.add_init_script(SLEEPY)
    links: list[WebSocketRoute] = []

    def relay(link: WebSocketRoute) -> None:
        links.append(link)
        if len(links) == 1:
            link.connect_to_server()  # the second one hears nothing, so that the band stays

    phone.route_web_socket("**/feed", relay)
    phone.goto(address)
    expect(phone.locator(".number")).to_be_visible()
    assert phone.evaluate("() => { window.sleep(9000); return document.querySelector('#band').hidden; }")
    assert not phone.evaluate("() => { window.sleep(11000); return document.querySelector('#band').hidden; }")


def test_focus_stays_at_hand_and_the_screen_stays_on_until_the_visit_is_over(
    hall: Hall, screen: Screen
) -> None:
    _, address = take(hall)
    phone = screen(*USUAL)
    phone.add_init_script(AWAKE)
    phone.goto(address)
    expect(phone.locator("#status")).to_have_text("前面没有人了，请留意叫号")
    expect(phone.locator("#card")).not_to_have_attribute("aria-live", re.compile("."))
    phone.get_by_role("button", name="打开提示音").press("Enter")
    expect(phone.get_by_role("button", name="关闭提示音")).to_be_focused()
    phone.wait_for_function("window.locks === 1")
    phone.get_by_role("button", name="不办了，退号").press("Enter")
    expect(phone.locator("#acts")).to_be_focused()
    phone.get_by_role("button", name="不退，继续等候").press("Enter")
    expect(phone.locator("#acts")).to_be_focused()
    phone.get_by_role("button", name="不办了，退号").press("Enter")
    phone.get_by_role("button", name="确定退号").press("Enter")
    expect(phone.locator("#card")).to_be_focused()
    expect(phone.locator("#status")).to_contain_text("这个号已退")
    phone.wait_for_function("window.locks === 0")


def test_a_call_that_came_while_the_phone_slept_rings_when_it_is_back(hall: Hall, screen: Screen) -> None:
    _, address = take(hall)
    phone = screen(*USUAL)
    phone.add_init_script(RANG)
    links: list[WebSocketRoute] = []
    line = {"cut": False}

    def relay(link: WebSocketRoute) -> None:
        links.append(link)
        if line["cut"]:
            link.close()
        else:
            link.connect_to_server()

    phone.route_web_socket("**/feed", relay)
    phone.goto(address)
    phone.get_by_role("button", name="打开提示音").click()
    line["cut"] = True
    links[0].close()
    expect(phone.locator("#band")).to_contain_text("网络中断")
    hall.at(WINDOW, "call-next")
    expect(phone.get_by_role("alert")).to_have_count(0)
    line["cut"] = False
    expect(phone.get_by_role("alert")).to_contain_text("18号窗口", timeout=30_000)
    expect(phone.locator("#band")).to_be_hidden()
    rings(phone, 2)


def test_who_missed_the_call_is_told_what_to_do_and_stands_in_line_again(hall: Hall, screen: Screen) -> None:
    ticket, address = take(hall)
    phone = screen(*USUAL)
    phone.goto(address)
    expect(phone.locator("#help")).to_contain_text("30分钟内")
    phone.get_by_role("button", name="不办了，退号").click()
    expect(phone.get_by_role("button", name="确定退号")).to_be_visible()
    hall.at(WINDOW, "call-next")
    expect(phone.locator("#card")).to_contain_text("轮到您了")
    miss(hall)
    expect(phone.locator("#card")).to_contain_text("您已过号（18号窗口）")
    expect(phone.locator("#card")).to_contain_text("可以恢复排队，排在3人之后")
    phone.get_by_role("button", name="恢复排队").click()
    expect(phone.locator("#card")).to_contain_text("前面没有人了")
    assert hall.ticket(ticket)["state"] == "waiting"


def test_others_are_let_go_first_and_a_number_is_given_up_only_when_asked_twice(
    hall: Hall, screen: Screen
) -> None:
    ticket, address = take(hall)
    phone = screen(*USUAL)
    phone.goto(address)
    expect(phone.get_by_role("button", name="退号")).to_be_visible()
    expect(phone.get_by_role("button", name="稍后叫我")).to_have_count(0)
    hall.take(SERVICE)
    phone.get_by_role("button", name="稍后叫我").click()
    expect(phone.locator(".ahead")).to_have_text("这项业务前面还有1人")
    phone.get_by_role("button", name="不办了，退号").click()
    phone.get_by_role("button", name="不退，继续等候").click()
    expect(phone.get_by_role("button", name="确定退号")).to_have_count(0)
    phone.get_by_role("button", name="不办了，退号").click()
    phone.get_by_role("button", name="确定退号").click()
    expect(phone.locator("#card")).to_contain_text("这个号已退")
    assert hall.ticket(ticket)["state"] == "cancelled"


def test_who_needs_a_low_counter_is_told_both_ways_and_may_go_to_no_other_window(
    hall: Hall, screen: Screen
) -> None:
    hall.at("1", "open", "wang")
    token = f"token-of-holder-{next(_tokens):06d}"
    ticket = hall.take("project-filing", needs=["wheelchair"], token=token)
    phone = screen(*SMALL)
    phone.goto(f"{hall.url}/t/{token}")
    ways = phone.locator("#ways")
    expect(ways).to_contain_text("有条件的窗口现在都没有开")
    expect(ways.get_by_role("button")).to_have_count(0)
    hall.at("4", "open", "li")
    expect(ways).to_contain_text("最先空出的窗口（1号窗口、4号窗口）：还要等多久，暂无法预计")
    expect(ways).to_contain_text("有条件的窗口（4号窗口）：还要等多久，暂无法预计")
    look(phone, "phone-ways-zh")
    ways.get_by_role("button", name="只到有条件的窗口").click()
    expect(phone.locator("#told")).to_have_text("已改为只由有条件的窗口叫。")
    expect(ways).to_contain_text("您的号只由有条件的窗口叫。")
    assert hall.at("1", "call-next", "wang") is None
    assert hall.ticket(ticket)["binding"]
    phone.get_by_role("button", name="English").click()
    expect(ways).to_contain_text("The first free window (Window 1, Window 4): how long is not known yet")
    look(phone, "phone-ways-en")
    ways.get_by_role("button", name="The first free window after all").click()
    expect(phone.locator("#told")).to_have_text("The first free window will call you.")
    assert hall.at("4", "call-next", "li")["id"] == ticket["id"]
    expect(ways).to_be_hidden()


@EVERYWHERE
def test_the_token_goes_into_no_request_but_the_page_s_own_and_to_nobody_else(
    hall: Hall, screen: Screen
) -> None:
    _, address = take(hall)
    token = address.rpartition("/")[2]
    phone = screen(*USUAL)
    asked: list[Request] = []
    links: list[str] = []
    phone.on("request", lambda one: asked.append(one))  # noqa: PLW0108 - it is marked, and a method cannot be
    phone.on("websocket", lambda socket: links.append(socket.url))
    phone.goto(address)
    expect(phone.locator(".number")).to_be_visible()
    assert len(asked) > 5
    assert [one.url for one in asked if token in one.url] == [address]
    assert [one.url for one in asked if not one.url.startswith(hall.url)] == []
    assert [one.url for one in asked if token in str(one.all_headers())] == []
    assert links == [hall.url.replace("http", "ws") + "/feed"]
    kept = phone.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}, document.cookie])")
    assert token not in kept


def test_a_token_that_is_nobody_s_gets_a_kind_sentence(hall: Hall, screen: Screen) -> None:
    phone = screen(*SMALL)
    for wrong in ("<script>", "no-ticket-has-this-token"):
        phone.goto(f"{hall.url}/t/{wrong}")
        expect(phone.get_by_role("heading", name="没有找到这张号票")).to_be_visible()
        expect(phone.locator("#card")).to_contain_text("号票只在取号当天有效")
        expect(phone.get_by_role("button")).to_have_count(1)
    look(phone, "phone-gone-zh")


@pytest.fixture
def english(browser: Browser) -> Iterator[BrowserContext]:
    """A small phone whose owner reads English."""
    context = browser.new_context(
        viewport={"width": SMALL[0], "height": SMALL[1]}, locale="en-GB", timezone_id="Asia/Shanghai"
    )
    yield context
    context.close()


@EVERYWHERE
def test_the_language_is_the_phone_s_own_and_changes_by_a_switch(hall: Hall, english: BrowserContext) -> None:
    _, address = take(hall)
    phone = english.new_page()
    phone.goto(address)
    expect(phone.locator("#card").get_by_text("You are next for this service")).to_be_visible()
    expect(phone.locator("html")).to_have_attribute("lang", "en")
    first = "item => getComputedStyle(item, '::first-letter').textTransform"
    assert phone.locator("#bring li").first.evaluate(first) == "uppercase", (
        "a list, not the end of a sentence"
    )
    phone.get_by_role("button", name="中文").click()
    expect(phone.locator("#card").get_by_text("前面没有人了，请留意叫号")).to_be_visible()
    phone.reload()
    expect(phone.locator("#card").get_by_text("前面没有人了，请留意叫号")).to_be_visible()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_page_is_whole_in_every_state(
    hall: Hall, screen: Screen, english: BrowserContext, language: str
) -> None:
    hall.take(SERVICE)
    hall.take(SERVICE)
    hall.take(SERVICE)
    _, address = take(hall, then=["collect"], **{"class": "senior"})
    hall.take(SERVICE)
    phone = screen(*USUAL) if language == "zh" else english.new_page()
    phone.goto(address)
    expect(phone.locator(".ahead")).to_be_visible()
    expect(phone.locator("#acts button")).to_have_count(2)
    look(phone, f"phone-{language}")
    for _ in range(4):
        hall.at(WINDOW, "call-next")
    expect(phone.get_by_role("alert")).to_be_visible()
    look(phone, f"phone-called-{language}")
    hall.at(WINDOW, "finish")
    expect(phone.locator("#rate form")).to_be_visible()
    look(phone, f"phone-rate-{language}")
    _, address = take(hall)
    hall.at(WINDOW, "call-next")
    hall.at(WINDOW, "call-next")
    miss(hall)
    phone.goto(address)
    expect(phone.locator("#acts .primary")).to_be_visible()
    look(phone, f"phone-missed-{language}")


def test_a_ticket_of_yesterday_says_so_and_who_was_left_waiting_gets_today_s_number(
    staffed: tuple[Path, dict[str, str]], tmp_path: Path, screen: Screen
) -> None:
    shutil.copytree(staffed[0], tmp_path / "data")
    (tmp_path / "data" / "server.toml").write_text(f'public_url = "{PUBLIC_URL}"\n', encoding="utf-8")
    with serving(tmp_path / "data", dict(staffed[1]), tmp_path / "server.err", host=HALL_NAME) as hall:
        hall.at(WINDOW, "open")
        _, done = take(hall)
        hall.at(WINDOW, "call-next")
        hall.at(WINDOW, "finish")
        left, waits = take(hall)
        open_page, phone = screen(*USUAL), screen(*USUAL)
        open_page.goto(done)
        phone.goto(waits)
        expect(open_page.locator("#card")).to_contain_text("已办结")
        expect(phone.locator("#card")).to_contain_text("请留意叫号")
        hall.jump("2026-11-24T09:10:00+08:00")
        expect(open_page.get_by_role("heading", name="这张号票已经过期")).to_be_visible()
        expect(open_page.locator("#card")).to_contain_text("11月23日 星期一的号票")
        expect(phone.locator("#band")).to_contain_text("这是11月23日 星期一的号票")
        expect(phone.locator("#card")).to_contain_text("今天可以换一个新号，优先办理")
        good(phone)
        phone.get_by_role("button", name="换今天的新号").click()
        expect(phone.locator("#band")).to_be_hidden()
        expect(phone.locator("#card")).to_contain_text("请留意叫号")
        assert hall.ask("zhou", "GET", "/tickets?state=waiting")[0]["id"] != left["id"]
