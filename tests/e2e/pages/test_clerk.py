"""The clerk's console: who is with me, who is next? One key for each step, and nothing is ever done twice."""

import json
import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, WebSocketRoute, expect

from tests.e2e.house import MACHINE
from tests.e2e.pages.conftest import EVERYWHERE, Hall, drawn, kiosk
from tests.e2e.pages.look import good

pytestmark = pytest.mark.browser
Screen = Callable[[int, int], Page]
SignIn = Callable[..., None]

NARROW, WIDE = (360, 720), (1280, 800)


@pytest.fixture
def console(hall: Hall, screen: Screen, sign_in: SignIn) -> Page:
    """Zhang's console at window 1, open, nobody called."""
    hall.at("1", "open")
    page = screen(*NARROW)
    page.goto(f"{hall.url}/clerk")
    sign_in(page, "zhang")
    expect(page.get_by_role("heading", name="等待叫号")).to_be_visible()
    return page


def rested(page: Page) -> None:
    """Wait until the console takes the next press, and has drawn what the last one made of it."""
    drawn(page)
    expect(page.locator(".actions")).to_have_attribute("data-ready", "true")


def press(page: Page, key: str) -> None:
    rested(page)
    page.keyboard.press(key)


def finish(page: Page) -> None:
    """Finish without calling the next, and without an outcome."""
    press(page, ".")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Enter")


@EVERYWHERE
def test_a_wrong_password_is_told_kindly_and_the_name_stays(
    hall: Hall, screen: Screen, sign_in: SignIn
) -> None:
    page = screen(*NARROW)
    page.goto(f"{hall.url}/clerk")
    sign_in(page, "zhang", "not-the-password")
    expect(page.get_by_role("alert")).to_have_text("姓名或密码不正确，请核对后重新输入。")
    expect(page.locator("#name")).to_have_value("zhang")
    expect(page.locator("#password")).to_be_focused()
    good(page)
    page.keyboard.type("hall-of-jincheng")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="请选择您的窗口")).to_be_visible()


def test_a_clerk_opens_a_window_that_is_free_and_takes_none_over_unasked(
    hall: Hall, screen: Screen, sign_in: SignIn
) -> None:
    hall.at("2", "open", "li")
    page = screen(*NARROW)
    page.goto(f"{hall.url}/clerk")
    sign_in(page, "zhang")
    taken = page.get_by_role("button", name="2号窗口", exact=False).first
    expect(taken).to_contain_text("li在岗")
    good(page)
    taken.click()
    expect(page.get_by_role("heading", name="该窗口由li登录，是否接管？")).to_be_visible()
    good(page)
    page.get_by_role("button", name="取消").click()
    assert {one["id"]: one for one in hall.ask("zhou", "GET", "/windows")}["2"]["clerk"] == "li"
    page.get_by_role("button", name="1号窗口 可开窗", exact=True).click()
    expect(page.get_by_role("heading", name="等待叫号")).to_be_visible()
    windows = {one["id"]: one for one in hall.ask("zhou", "GET", "/windows")}
    assert (windows["1"]["state"], windows["1"]["clerk"]) == ("open", "zhang")


@EVERYWHERE
def test_a_window_is_taken_over_with_the_ticket_that_is_there(
    hall: Hall, screen: Screen, sign_in: SignIn
) -> None:
    first = screen(*WIDE)
    first.goto(f"{hall.url}/clerk")
    sign_in(first, "li")
    first.get_by_role("button", name="1号窗口 可开窗", exact=True).click()
    expect(first.get_by_role("heading", name="等待叫号")).to_be_visible()
    ticket = hall.take()
    press(first, "Enter")
    expect(first.locator(".current .number")).to_have_text(ticket["number"])
    press(first, "Enter")
    expect(first.locator(".current.serving")).to_be_visible()
    second = screen(*WIDE)
    second.goto(f"{hall.url}/clerk")
    sign_in(second, "zhang")
    second.get_by_role("button", name="1号窗口 li在岗", exact=True).click()
    second.get_by_role("button", name="接管", exact=True).click()
    expect(second.locator(".current .number")).to_have_text(ticket["number"])
    expect(first.get_by_role("heading", name="zhang正在此窗口")).to_be_visible()
    good(first)
    expect(second.locator(".actions")).to_have_attribute("data-ready", "true")
    finish(second)
    expect(second.get_by_role("heading", name="等待叫号")).to_be_visible()
    assert hall.states(ticket) == ["served"]


def test_a_step_ends_with_an_outcome_where_its_service_has_some(hall: Hall, console: Page) -> None:
    runs = hall.ask("zhao", "GET", "/config")["document"]
    ends = [("accepted", "予以受理", "Accepted"), ("papers", "补齐材料", "Papers are missing")]
    runs["outcomes"] = [{"id": id_, "name": {"zh": zh, "en": en}} for id_, zh, en in ends]
    for service in runs["services"]:
        service["outcomes"] = [id_ for id_, _, _ in ends]
    hall.ask("zhao", "POST", "/config", document=runs, note="outcomes")
    tickets = [hall.take() for _ in range(3)]
    for key in ("Enter", "Enter", "."):  # call, start, finish
        press(console, key)
    expect(console.get_by_role("heading", name="完成办理")).to_be_visible()
    good(console)
    console.get_by_label("补齐材料").check()
    console.get_by_role("button", name="完成", exact=True).click()
    expect(console.get_by_role("heading", name="等待叫号")).to_be_visible()
    for key in ("Enter", "Enter"):
        press(console, key)
    finish(console)
    expect(console.get_by_role("heading", name="等待叫号")).to_be_visible()
    for key in ("Enter", "Enter", "Enter"):  # finished and next in one: nothing is asked
        press(console, key)
    expect(console.get_by_role("heading", name="等待叫号")).to_be_visible()
    assert [hall.ticket(one)["steps"][0]["outcome"] for one in tickets] == ["papers", None, None]


def test_who_is_asked_about_a_window_that_was_just_opened_by_another_decides_once(
    hall: Hall, screen: Screen, sign_in: SignIn
) -> None:
    page = screen(*WIDE)
    page.goto(f"{hall.url}/clerk")
    sign_in(page, "zhang")
    free = page.get_by_role("button", name="3号窗口 可开窗", exact=True)
    expect(free).to_be_visible()
    hall.at("3", "open", "li")  # after the list was read
    free.click()
    expect(page.get_by_role("heading", name="该窗口由li登录，是否接管？")).to_be_visible()
    page.get_by_role("button", name="取消").click()
    expect(page.get_by_role("heading", name="请选择您的窗口")).to_be_visible()
    page.get_by_role("button", name="3号窗口 li在岗", exact=True).click()
    page.get_by_role("button", name="接管", exact=True).click()
    expect(page.get_by_role("heading", name="等待叫号")).to_be_visible()
    assert {one["id"]: one for one in hall.ask("zhou", "GET", "/windows")}["3"]["clerk"] == "zhang"


@EVERYWHERE
def test_who_signs_in_with_a_one_time_password_chooses_another_first(
    hall: Hall, screen: Screen, sign_in: SignIn
) -> None:
    word = hall.ask("zhao", "POST", "/accounts/wang/reset")["one_time_password"]
    page = screen(*WIDE)
    page.goto(f"{hall.url}/clerk")
    sign_in(page, "wang", word)
    expect(page.get_by_role("heading", name="请设置新密码")).to_be_visible()
    expect(page.locator("#fresh")).to_be_focused()
    expect(page.locator("#old")).to_have_count(0)
    good(page)
    page.reload()  # what was typed is forgotten; what has to be done is not
    expect(page.locator("#old")).to_be_focused()
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("heading", name="Choose a new password")).to_be_visible()
    good(page)
    page.get_by_role("button", name="中文").click()
    for old, fresh, repeated, told in (
        (word, "short", "short", "新密码至少8个字符。"),
        (word, "a better word", "a bitter word", "两次输入的新密码不一致，请重新输入。"),
        ("wrong", "a better word", "a better word", "一次性密码不正确，请重新输入。"),
        (word, word, word, "新密码不能与原密码或账号相同。"),
    ):
        page.locator("#old").fill(old)
        page.locator("#fresh").fill(fresh)
        page.locator("#repeated").fill(repeated)
        page.keyboard.press("Enter")
        expect(page.get_by_role("alert")).to_have_text(told)
    good(page)
    page.locator("#fresh").fill("a better word")
    page.locator("#repeated").fill("a better word")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="请选择您的窗口")).to_be_visible()


@EVERYWHERE
def test_a_session_that_an_administrator_ends_sends_its_page_back_to_the_form(
    hall: Hall, screen: Screen, sign_in: SignIn
) -> None:
    page = screen(*WIDE)
    page.goto(f"{hall.url}/clerk")
    sign_in(page, "wang")
    page.get_by_role("button", name="1号窗口 可开窗", exact=True).click()
    expect(page.get_by_role("heading", name="等待叫号")).to_be_visible()
    hall.ask("zhao", "POST", "/accounts/wang/sign-out")
    expect(page.get_by_text("登录已失效，请重新登录。")).to_be_visible()


def test_a_clerk_types_the_windows_number_and_sits_down(hall: Hall, screen: Screen, sign_in: SignIn) -> None:
    page = screen(*WIDE)
    page.goto(f"{hall.url}/clerk")
    sign_in(page, "zhang")
    expect(page.locator("#find")).to_be_focused()
    page.keyboard.type("1")  # as do 10 and 11, but this is the one meant
    drawn(page)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="等待叫号")).to_be_visible()
    assert next(one for one in hall.ask("zhou", "GET", "/windows") if one["id"] == "1")["clerk"] == "zhang"


@EVERYWHERE
def test_a_day_at_the_window_needs_only_the_keyboard(hall: Hall, console: Page) -> None:
    first, second, third = hall.take(), hall.take(), hall.take()
    expect(console.locator(".queued")).to_have_count(3)
    press(console, "Enter")
    expect(console.locator(".number")).to_have_text(first["number"])
    assert hall.states(first, second) == ["called", "waiting"]
    press(console, "+")
    expect(console.get_by_text("已重呼1次")).to_be_visible()
    press(console, "Enter")
    expect(console.locator(".current.serving")).to_be_visible()
    assert hall.states(first) == ["serving"]
    press(console, "Enter")
    expect(console.locator(".number")).to_have_text(second["number"])
    assert hall.states(first, second) == ["served", "called"]
    press(console, "-")
    expect(console.get_by_role("heading", name="等待叫号")).to_be_visible()
    assert hall.states(second) == ["no_show"]
    press(console, "Enter")
    expect(console.locator(".number")).to_have_text(third["number"])
    finish(console)
    expect(console.get_by_role("heading", name="等待叫号")).to_be_visible()
    assert hall.states(third) == ["served"]
    press(console, "0")
    expect(console.get_by_role("dialog")).to_be_visible()
    console.keyboard.press("Enter")
    expect(console.locator(".current.paused")).to_be_visible()
    expect(console.get_by_text("今日已办2件")).to_be_visible()
    assert hall.ask("zhou", "GET", "/windows")[0]["state"] == "paused"
    press(console, "Enter")
    expect(console.get_by_role("heading", name="等待叫号")).to_be_visible()


def test_nobody_waiting_is_said_and_is_no_fault(console: Page) -> None:
    press(console, "Enter")
    expect(console.get_by_text("现在没有人等候。有人取号后会列在名单上。")).to_be_visible()
    assert console.get_by_role("alert").count() == 0


def test_a_question_asked_with_the_mouse_and_not_answered_leaves_enter_the_next_step(
    hall: Hall, console: Page
) -> None:
    first, _ = hall.take(), hall.take()
    rested(console)
    console.locator(".queued").nth(1).click()
    console.get_by_role("button", name="取消").click()
    press(console, "Enter")
    expect(console.locator(".number")).to_have_text(first["number"])
    rested(console)
    console.get_by_role("button", name="加办").click()
    console.get_by_role("dialog").press("Escape")
    press(console, "Enter")
    expect(console.locator(".current.serving")).to_be_visible()


def test_a_window_paused_before_its_ticket_is_done_says_so_and_can_be_resumed(
    hall: Hall, console: Page
) -> None:
    hall.take()
    press(console, "Enter")
    expect(console.locator(".current.called")).to_be_visible()
    press(console, "0")
    expect(console.get_by_role("dialog")).to_be_visible()
    console.keyboard.press("Enter")
    expect(console.locator(".doing .warn")).to_have_text(re.compile("暂停服务 · 预计.*恢复"))
    good(console)
    press(console, "0")
    expect(console.locator(".doing .warn")).to_have_count(0)
    assert hall.ask("zhou", "GET", "/windows")[0]["state"] == "open"


def test_what_is_told_stands_above_the_foot_of_a_whole_screen_and_moves_no_button(
    hall: Hall, console: Page
) -> None:
    console.set_viewport_size({"width": WIDE[0], "height": WIDE[1]})
    hall.take()
    press(console, "Enter")
    expect(console.locator(".current.called")).to_be_visible()
    press(console, "-")
    expect(console.get_by_role("heading", name="等待叫号")).to_be_visible()
    press(console, "Backspace")
    told = console.locator(".notice")
    expect(told).to_be_visible()
    low, foot = told.bounding_box(), console.locator(".console > .foot").bounding_box()
    assert low
    assert foot
    assert low["y"] + low["height"] <= foot["y"]
    before = console.locator(".first").bounding_box()
    told.get_by_role("button").click()
    expect(told).to_have_count(0)
    assert console.locator(".first").bounding_box() == before


def test_a_window_is_typed_wherever_the_mouse_was_pressed_before(
    hall: Hall, screen: Screen, sign_in: SignIn
) -> None:
    page = screen(*WIDE)
    page.goto(f"{hall.url}/clerk")
    sign_in(page, "zhang")
    expect(page.locator(".choice")).to_have_count(68)
    page.get_by_role("button", name="English").click()
    page.keyboard.type("2")
    expect(page.get_by_role("button", name="Window 1 Free", exact=True)).to_have_count(0)
    page.keyboard.press("Enter")
    expect(page.locator(".where")).to_have_text("Window 2")


def test_a_double_press_calls_one(hall: Hall, console: Page) -> None:
    first, second = hall.take(), hall.take()
    rested(console)
    console.locator("[data-command=call_next]").dblclick()
    expect(console.locator(".number")).to_have_text(first["number"])
    rested(console)
    assert hall.states(first, second) == ["called", "waiting"]


@EVERYWHERE
def test_a_call_whose_answer_was_lost_is_asked_again_and_done_once(
    hall: Hall, screen: Screen, sign_in: SignIn
) -> None:
    hall.at("1", "open")
    first, second = hall.take(), hall.take()
    page = screen(*NARROW)
    keys: list[str] = []

    def relay(page_side: WebSocketRoute) -> None:
        server_side = page_side.connect_to_server()
        deaf = {"now": False}

        def out(text: str | bytes) -> None:
            message = json.loads(text)
            server_side.send(text)
            if message.get("command") == "windows.call_next":
                keys.append(message["key"])
                deaf["now"] = len(keys) == 1

        def back(text: str | bytes) -> None:
            if deaf["now"]:
                if "ok" in json.loads(text):
                    page_side.close()
                return
            page_side.send(text)

        page_side.on_message(out)
        server_side.on_message(back)

    page.route_web_socket("**/feed", relay)
    page.goto(f"{hall.url}/clerk")
    sign_in(page, "zhang")
    press(page, "Enter")
    expect(page.locator(".number")).to_have_text(first["number"])
    rested(page)
    assert len(keys) == 2
    assert keys[0] == keys[1]
    assert hall.states(first, second) == ["called", "waiting"]


def test_a_refusal_is_shown_as_the_hall_says_it_and_nothing_is_lost(hall: Hall, console: Page) -> None:
    ticket = hall.take()
    press(console, "Enter")
    expect(console.locator(".number")).to_have_text(ticket["number"])
    rested(console)
    console.get_by_role("button", name="关窗").click()
    console.get_by_role("button", name="关闭窗口").click()
    expect(console.get_by_role("alert")).to_contain_text(f"窗口还有号票{ticket['number']}，请先完成或过号。")
    expect(console.locator(".number")).to_have_text(ticket["number"])
    good(console)


def test_a_ticket_chosen_from_the_list_is_called_with_its_reason(hall: Hall, console: Page) -> None:
    first, second = hall.take(), hall.take()
    console.locator(".queued", has_text=second["number"]).click()
    expect(console.get_by_role("dialog")).to_contain_text(f"指定叫号 {second['number']}")
    good(console)
    console.keyboard.press("Enter")
    expect(console.get_by_role("dialog")).to_be_visible()
    assert hall.states(second) == ["waiting"], "nobody is called out of turn without a chosen reason"
    console.get_by_label("补齐材料后返回").check()
    console.get_by_role("button", name="叫这一位").click()
    expect(console.locator(".number")).to_have_text(second["number"])
    assert hall.states(first, second) == ["waiting", "called"]
    assert "补齐材料后返回" in json.dumps(hall.ask("zhou", "GET", "/events"), ensure_ascii=False)


def asked(page: Page, key: str) -> None:
    """Press a key that asks a question."""
    press(page, key)
    expect(page.get_by_role("dialog")).to_be_visible()


def test_a_ticket_is_held_while_others_are_served_and_goes_on_and_the_last_step_is_taken_back(
    hall: Hall, console: Page
) -> None:
    first, second = hall.take(), hall.take()
    for key in ("Enter", "Enter"):  # call, start
        press(console, key)
    asked(console, "*")
    good(console)
    console.keyboard.press("Enter")
    held = console.locator(".held li")
    expect(held).to_contain_text(first["number"])
    assert hall.ticket(first)["hold"] == {"kind": "at_window", "reason": "补充材料"}
    press(console, "Backspace")
    expect(console.locator(".current.serving .number")).to_have_text(first["number"])
    assert hall.states(first) == ["serving"]
    asked(console, "*")
    console.get_by_label("等另一环节，到时自动回到队里").check()
    console.get_by_label("几时回到队里").select_option("30分钟后")
    console.get_by_role("button", name="挂起", exact=True).last.click()
    expect(held).to_contain_text("10:0")
    press(console, "Enter")
    expect(console.locator(".number")).to_have_text(second["number"])
    rested(console)
    held.get_by_role("button", name=f"继续办理 {first['number']}").click()
    expect(console.get_by_text("请先完成当前号票，再继续挂起的号。")).to_be_visible()
    press(console, "Backspace")
    expect(console.get_by_text("已撤销，恢复到刚才。")).to_be_visible()
    assert hall.states(first, second) == ["held", "waiting"]
    rested(console)
    good(console)
    held.get_by_role("button", name=f"继续办理 {first['number']}").click()
    expect(console.locator(".number")).to_have_text(first["number"])
    expect(held).to_have_count(0)


def test_a_ticket_is_sent_to_a_service_that_is_found_or_to_a_window_and_comes_back_if_asked(
    hall: Hall, console: Page
) -> None:
    first, second = hall.take(), hall.take()
    press(console, "Enter")
    asked(console, "/")
    console.keyboard.type("sbjf")
    expect(console.get_by_role("radio", name="社保缴费")).to_be_checked()
    console.get_by_label("办完后再回来办项目备案").check()
    good(console)
    console.get_by_role("button", name="转办", exact=True).last.click()
    expect(console.get_by_role("heading", name="等待叫号")).to_be_visible()
    sent = hall.ticket(first)
    assert [step["service"] for step in sent["steps"]] == ["social-pay", "project-filing"]
    press(console, "Enter")
    expect(console.locator(".number")).to_have_text(second["number"])
    press(console, "Enter")
    expect(console.locator(".current.serving")).to_be_visible()
    rested(console)
    console.get_by_role("button", name="加办").click()
    expect(console.get_by_role("dialog")).to_be_visible()
    console.keyboard.type("gjj")
    console.keyboard.press("Enter")
    expect(console.get_by_text("第1项，共2项")).to_be_visible()
    asked(console, "/")
    console.keyboard.type("18")
    expect(console.get_by_role("radio", name="18号窗口")).to_be_checked()
    console.keyboard.press("Enter")
    expect(console.get_by_role("heading", name="等待叫号")).to_be_visible()
    windows = {one["id"]: one for one in hall.ask("zhou", "GET", "/windows")}
    moved = hall.ticket(second)
    assert (moved["state"], moved["service"]) == ("waiting", windows["18"]["services"][0])
    assert moved["steps"][1]["service"] == "housing-fund"


def test_who_stands_there_without_a_ticket_is_served_with_a_reason(hall: Hall, console: Page) -> None:
    waiting = hall.take()
    rested(console)
    console.get_by_role("button", name="无号受理").click()
    expect(console.get_by_role("dialog")).to_be_visible()
    good(console)
    console.get_by_role("radio", name="项目备案").check()
    console.keyboard.press("Enter")
    expect(console.get_by_role("dialog")).to_be_visible()  # nobody is passed over without a chosen reason
    console.get_by_label("简单咨询").check()
    console.get_by_role("button", name="发号并叫号").click()
    expect(console.locator(".current.called .number")).to_be_visible()
    assert hall.states(waiting) == ["waiting"]
    called = [
        each["body"] for each in hall.ask("zhou", "GET", "/events") if each["command"] == "windows.walk_in"
    ]
    assert [each["reason"] for each in called if "reason" in each] == ["简单咨询"]


def test_what_a_clerk_writes_on_a_ticket_is_read_by_the_next_one_and_by_no_phone(
    hall: Hall, console: Page, screen: Screen, sign_in: SignIn
) -> None:
    ticket = hall.take()
    press(console, "Enter")
    expect(console.locator(".current.called")).to_be_visible()
    assert console.locator(".notes").count() == 0
    asked(console, "1")
    good(console)
    console.keyboard.type("还差一份章程")
    console.keyboard.press("Enter")
    console.keyboard.type("下午补来")
    console.keyboard.press("Control+Enter")
    notes = console.locator(".notes")
    expect(notes.locator(".words")).to_have_text("还差一份章程\n下午补来", use_inner_text=True)
    expect(console.get_by_role("button", name="撤销叫号")).to_be_visible()  # what was written is no step
    press(console, "Enter")
    asked(console, "*")
    console.get_by_label("材料带走，同业务窗口都可继续").check()
    console.keyboard.press("Enter")
    expect(notes).to_have_count(0)
    other = screen(*WIDE)
    other.goto(f"{hall.url}/clerk")
    sign_in(other, "li")
    other.get_by_role("button", name="2号窗口 可开窗", exact=True).click()
    expect(other.get_by_role("heading", name="等待叫号")).to_be_visible()
    rested(other)
    other.get_by_role("button", name=f"继续办理 {ticket['number']}").click()
    expect(other.locator(".notes .words")).to_have_text("还差一份章程\n下午补来", use_inner_text=True)
    expect(other.locator(".notes")).to_contain_text("1号窗口 · zhang")
    good(other)
    asked(other, "1")
    other.keyboard.type("章程已收")
    other.get_by_role("button", name="保存").click()
    expect(other.get_by_role("heading", name="备注2条")).to_be_visible()
    expect(other.locator(".notes .words").first).to_have_text("章程已收")
    other.get_by_role("button", name="English").click()
    expect(other.get_by_role("heading", name="Notes: 2")).to_be_visible()
    good(other)
    hall.bear("holder", ticket["token"])
    phone = screen(*NARROW)
    phone.goto(f"{hall.url}/t/{ticket['token']}")
    expect(phone.get_by_text(ticket["number"]).first).to_be_visible()
    assert "章程" not in phone.content()
    assert "章程" not in json.dumps(hall.ask("holder", "GET", f"/tickets/{ticket['id']}"), ensure_ascii=False)


def test_a_question_answered_at_once_after_a_command_is_not_dropped(hall: Hall, console: Page) -> None:
    ticket = hall.take()
    press(console, "Enter")
    expect(console.locator(".current.called")).to_be_visible()
    console.keyboard.press("1")
    expect(console.get_by_role("dialog").get_by_role("textbox")).to_be_focused()
    console.keyboard.type("x")
    console.keyboard.press("Control+Enter")
    expect(console.locator(".notes .words")).to_have_text("x")
    assert hall.states(ticket) == ["called"]


def test_a_class_asked_for_at_the_kiosk_is_confirmed_or_not_with_the_keyboard(
    hall: Hall, console: Page
) -> None:
    asked, other = hall.take(**{"class": "senior"}), hall.take(**{"class": "disability"})
    row = console.locator(".waiting li", has_text=asked["number"])
    expect(row).to_contain_text("老年人(60周岁以上)")
    expect(row).to_contain_text("待确认")
    row.get_by_role("button", name=f"{asked['number']} 申请").focus()
    rested(console)
    console.keyboard.press("Enter")
    expect(console.get_by_role("dialog")).to_contain_text(f"{asked['number']} 申请“老年人(60周岁以上)”")
    good(console)
    console.keyboard.press("Enter")
    expect(console.get_by_role("dialog")).to_be_visible()
    assert hall.ticket(asked)["class_state"] == "requested", "nothing is decided that was not chosen"
    console.get_by_label("确认", exact=True).check()
    console.get_by_label("证件已核对").check()
    good(console)
    console.keyboard.press("Enter")
    expect(row).not_to_contain_text("待确认")
    assert hall.ticket(asked)["class_state"] == "confirmed"
    rested(console)
    console.get_by_role("button", name=f"{other['number']} 申请").click()
    console.get_by_label("不予确认，按普通号等候").check()
    console.get_by_label("没有带证件").check()
    console.get_by_role("button", name="记录").click()
    expect(console.locator(".waiting li", has_text=other["number"])).to_contain_text("未予确认")
    assert hall.ticket(other)["class_state"] == "refused"


def test_for_whom_a_ticket_is_is_shown_when_the_clerk_asks_and_goes_with_it(
    hall: Hall, console: Page
) -> None:
    fast = {"class": "green", "class_reason": "重点企业", "class_for": "陈大文"}
    first = hall.ask("wang", "POST", "/tickets", service="project-filing", **fast)
    hall.ask("wang", "POST", "/tickets", service="project-filing", **fast)
    press(console, "Enter")
    expect(console.locator(".number")).to_have_text(first["number"])
    expect(console.locator("body")).not_to_contain_text("陈大文")
    rested(console)
    console.get_by_role("button", name="核对姓名").click()
    expect(console.locator(".current")).to_contain_text("为陈大文办理")
    good(console)
    read = [
        each["body"] for each in hall.ask("zhou", "GET", "/events") if each["command"] == "tickets.identify"
    ]
    assert [(each["ticket"], each["reason"]) for each in read] == [(first["id"], "窗口核对姓名")]
    press(console, "Enter")
    expect(console.locator(".current.serving")).to_be_visible()
    press(console, "Enter")
    expect(console.locator(".number")).not_to_have_text(first["number"])
    expect(console.get_by_role("button", name="核对姓名")).to_be_visible()
    expect(console.locator("body")).not_to_contain_text("陈大文")


def test_a_ticket_without_paper_is_marked(hall: Hall, console: Page) -> None:
    ticket = hall.take(paper=True)
    hall.ask("glass", "POST", f"/tickets/{ticket['id']}/printed", ok=False, fault="no_paper")
    expect(console.locator(".queued", has_text=ticket["number"])).to_contain_text("未出票")
    press(console, "Enter")
    expect(console.get_by_text("号票可能没有打印，请口头核对号码")).to_be_visible()
    good(console)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_whoever_lost_their_paper_gets_another_from_the_kiosk_of_the_zone_and_the_last_step_is_taken_back_still(
    hall: Hall, console: Page, language: str
) -> None:
    zh = language == "zh"
    north, south = ("北门取号机", "南门取号机") if zh else ("North gate", "South gate")
    if not zh:
        console.get_by_role("button", name="English").click()
    ticket = hall.take(paper=False)
    with kiosk(hall, south, "C"), kiosk(hall, north, "A") as near:
        press(console, "Enter")
        expect(console.locator(".current.called")).to_contain_text(ticket["number"])
        console.get_by_role("button", name="打印号票" if zh else "Print ticket").click()
        dialog = console.get_by_role("dialog")
        expect(dialog.get_by_label(north)).to_be_checked()
        press(console, "Enter")
        assert near.asked()["id"] == ticket["id"]
        expect(console.locator(".current .paper")).to_have_text("正在打印号票" if zh else "Printing")
        expect(console.locator(".notice")).to_contain_text(north)
        for width, height in (WIDE, NARROW):
            console.set_viewport_size({"width": width, "height": height})
            good(console)
        near.says(ticket, ok=True)
        expect(console.locator(".current .paper")).to_have_count(0)
        press(console, "Backspace")
        expect(console.locator(".current.open")).to_be_visible()
        assert hall.states(ticket) == ["waiting"]


def test_the_timer_runs_on_the_halls_clock_and_the_link_shows_that_it_is_live(
    hall: Hall, console: Page
) -> None:
    hall.take()
    press(console, "Enter")
    expect(console.locator(".current .timer b")).to_have_text(re.compile(r"^00:(0[2-9]|[1-5]\d)$"))
    expect(console.locator(".link.live")).to_have_text("在线")


def test_a_manager_at_the_console_is_shown_the_floor(hall: Hall, screen: Screen, sign_in: SignIn) -> None:
    page = screen(*NARROW)
    page.goto(f"{hall.url}/clerk")
    sign_in(page, "zhou")
    expect(page.get_by_role("heading", name="您的岗位不使用此页面。")).to_be_visible()
    good(page)
    page.get_by_role("link", name="打开大厅总览").click()
    expect(page.locator(".tile")).to_have_count(10)


@EVERYWHERE
def test_under_a_plain_hall_name_browsers_withhold_what_the_pages_do_without(
    hall: Hall, host: str, screen: Screen
) -> None:
    page = screen(*WIDE)
    page.goto(f"{hall.url}/clerk")
    trusted = host == MACHINE
    assert page.evaluate("isSecureContext") is trusted
    assert page.evaluate("'randomUUID' in crypto") is trusted
    assert page.evaluate("'serviceWorker' in navigator") is trusted
    assert page.evaluate("'mediaDevices' in navigator") is trusted
    page.evaluate("document.cookie = 'kept=1; Secure'")
    assert page.evaluate("document.cookie.includes('kept=1')") is trusted


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_console_is_whole_in_every_state(hall: Hall, console: Page, language: str) -> None:
    def whole() -> None:
        rested(console)
        for width, height in (WIDE, NARROW):
            console.set_viewport_size({"width": width, "height": height})
            good(console)
            foot = console.locator(".console > .foot").bounding_box()
            assert foot is not None
            assert foot["height"] < 75, "it is one line"

    if language == "en":
        console.get_by_role("button", name="English").click()
        expect(console.locator("html")).to_have_attribute("lang", "en")
    whole()
    for _ in range(12):
        hall.take()
    expect(console.locator(".queued")).to_have_count(12)
    press(console, "Enter")
    expect(console.locator(".current.called")).to_be_visible()
    whole()
    press(console, "Enter")
    expect(console.locator(".current.serving")).to_be_visible()
    whole()
    finish(console)
    expect(console.locator(".current.open")).to_be_visible()
    press(console, "0")
    expect(console.get_by_role("dialog")).to_be_visible()
    whole()
    console.keyboard.press("Enter")
    expect(console.locator(".current.paused")).to_be_visible()
    whole()


HIDDEN = """() => [...document.querySelectorAll(".actions button, .foot button, .identify, .reprint, .timer")].filter((one) => {
  const box = one.getBoundingClientRect();
  const seen = (y) => document.elementFromPoint(box.left + box.width / 2, y)?.closest("button, .timer") === one;
  return !seen(box.top + 2) || !seen(box.bottom - 2);
}).map((one) => one.innerText)"""


def hidden(page: Page) -> list[str]:
    """What can be done, and how long it has taken, where it stands outside the screen or under another thing."""
    rested(page)
    found: list[str] = page.evaluate(HIDDEN)
    return found


@pytest.mark.parametrize("language", ["zh", "en"])
def test_on_a_small_screen_everything_that_can_be_done_is_seen_beside_what_was_written(
    hall: Hall, console: Page, language: str
) -> None:
    ticket = hall.take(then=["id-card"], needs=["wheelchair"], **{"class": "senior"})
    hall.ask("glass", "POST", f"/tickets/{ticket['id']}/printed", ok=False, fault="out_of_paper")
    console.set_viewport_size({"width": 1024, "height": 768})
    if language == "en":
        console.get_by_role("button", name="English").click()
    press(console, "Enter")
    expect(console.locator(".current.called")).to_be_visible()
    press(console, "+")
    expect(console.locator(".doing .tag")).to_be_visible()
    assert hidden(console) == []
    for written, text in enumerate(
        ("还差一份章程，下午补来", "复印件在2号窗口，原件已退还", "章程已收，等签字", "再等一个章")
    ):
        asked(console, "1")
        console.keyboard.type(text)
        console.keyboard.press("Control+Enter")
        expect(console.locator(".notes .words")).to_have_count(written + 1)
    assert hidden(console) == []
    good(console)
    press(console, "Enter")
    expect(console.locator(".current.serving")).to_be_visible()
    assert hidden(console) == []
    asked(console, "0")
    console.keyboard.press("Enter")
    expect(console.locator('.foot [data-command="resume"]')).to_be_visible()
    assert hidden(console) == []
    good(console)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_clerk_covers_for_another_window_and_calls_for_it_and_ends_it(
    hall: Hall, console: Page, language: str
) -> None:
    if language == "en":
        console.get_by_role("button", name="English").click()
    say = {"zh": 0, "en": 1}[language]
    dialog = console.get_by_role("dialog")

    def ask(button: str, chosen: str, answer: str) -> None:
        rested(console)
        console.get_by_role("button", name=button, exact=True).click()
        which = dialog.get_by_label(("哪个窗口", "Which window")[say])
        expect(which.get_by_role("option", name=re.compile(chosen))).to_have_count(1)
        which.select_option(which.get_by_role("option", name=re.compile(chosen)).get_attribute("value") or "")
        for width, height in (WIDE, NARROW):
            console.set_viewport_size({"width": width, "height": height})
            good(console)
        dialog.get_by_role("button", name=answer).click()
        expect(dialog).to_have_count(0)

    taken = hall.take("id-card")
    expect(console.locator(".queued")).to_have_count(0)
    ask(("代办", "Cover")[say], ("^8号窗口 ", "^Window 8 ")[say], ("开始代办", "Cover")[say])
    covering = ("代办8号窗口", "Covering 8")[say]
    expect(console.get_by_role("button", name=covering)).to_be_visible()
    expect(console.locator(".queued")).to_contain_text(taken["number"])
    press(console, "Enter")
    expect(console.locator(".current.called h1")).to_have_text(taken["number"])
    good(console)
    ask(covering, ("不再代办", "No longer any")[say], ("结束代办", "End it")[say])
    expect(console.get_by_role("button", name=("代办", "Cover")[say], exact=True)).to_be_visible()
    assert hall.ask("zhou", "GET", "/windows")[0]["services"] == ["project-filing", "project-approval"]
