"""/login: every state of the way in is whole and without a fault for anybody, in both languages.

Looked at by the hall's plain name only; what the form does is tried at both names of the machine with the console.
"""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.pages.conftest import PASSWORD, Hall
from tests.e2e.pages.look import cut, good

pytestmark = pytest.mark.browser
Screen = Callable[[int, int], Page]
SignIn = Callable[..., None]

WIDE, NARROW = (1280, 800), (360, 720)
TRIES = 12
"""More than are free, also of a machine so slow that one wait is over before the next try."""


def whole(page: Page) -> None:
    """Look at it in both languages and sizes; it ends in the language in which it began."""
    other = page.locator("button.language")
    for _ in range(2):
        shown = page.locator("html").get_attribute("lang")
        page.set_viewport_size({"width": NARROW[0], "height": NARROW[1]})
        assert cut(page) == []
        page.set_viewport_size({"width": WIDE[0], "height": WIDE[1]})
        good(page)
        other.click()
        expect(page.locator("html")).not_to_have_attribute("lang", str(shown))


def failed(page: Page, sign_in: SignIn, name: str) -> str:
    """Sign in with a wrong password; the code of the refusal that is told."""
    with page.expect_response("**/api/v1/login") as answered:
        sign_in(page, name, "not-the-password")
    expect(page.get_by_role("alert")).not_to_be_empty()
    code: str = answered.value.json()["code"]
    return code


def test_the_way_in_is_whole_before_and_after_a_wrong_password_and_while_it_asks_to_wait(
    hall: Hall, screen: Screen, sign_in: SignIn
) -> None:
    page = screen(*WIDE)
    page.goto(f"{hall.url}/login")
    expect(page.locator("#name")).to_be_focused()
    expect(page.locator("#name")).to_have_js_property("spellcheck", False)
    whole(page)
    page.get_by_role("button", name="登录", exact=True).click()
    expect(page.get_by_role("alert")).to_be_visible()
    whole(page)
    assert failed(page, sign_in, "zhang") == "auth.wrong_password"
    whole(page)
    codes = (failed(page, sign_in, "zhang") for _ in range(TRIES))
    assert "auth.too_many" in codes
    expect(page.get_by_role("alert")).to_contain_text("秒")
    whole(page)


def test_the_choice_of_a_password_is_whole_with_and_without_the_one_time_password(
    hall: Hall, screen: Screen, sign_in: SignIn
) -> None:
    word = hall.ask("zhao", "POST", "/accounts/wang/reset")["one_time_password"]
    page = screen(*WIDE)
    page.goto(f"{hall.url}/login")
    sign_in(page, "wang", word)
    expect(page.locator("#fresh")).to_be_focused()
    whole(page)
    page.get_by_role("button", name="保存并开始").click()
    expect(page.get_by_role("alert")).to_have_text("新密码至少8个字符。")
    whole(page)
    page.reload()
    expect(page.locator("#old")).to_be_focused()
    whole(page)


def test_whoever_comes_to_an_address_that_is_no_page_is_told_so_in_words_and_finds_the_way_in(
    hall: Hall, screen: Screen
) -> None:
    page = screen(*NARROW)
    for address in ("/clerks", "/t", "/static/nothing.js"):
        answer = page.goto(hall.url + address)
        assert answer is not None
        assert answer.status == 404
        expect(page.get_by_role("heading", name="没有这个页面")).to_be_visible()
    good(page)
    told = page.request.get(f"{hall.home}/clerks", headers={"Accept": "*/*"})
    assert (told.status, told.json()["code"]) == (404, "request.unknown_route")
    asked = page.request.get(f"{hall.home}/api/v1/nothing", headers={"Accept": "text/html"})
    assert asked.json()["code"] == "request.unknown_route", "the API answers in its own form, whoever asks"
    page.get_by_role("link").click()
    expect(page.locator("#name")).to_be_focused()


def test_whoever_is_signed_in_chooses_another_password_and_goes_on_where_they_were(
    hall: Hall, screen: Screen, sign_in: SignIn
) -> None:
    page, elsewhere = screen(*WIDE), screen(*WIDE)
    for each in (page, elsewhere):
        each.goto(f"{hall.url}/floor")
        sign_in(each, "shen")
        expect(each.get_by_role("link", name="shen：更换密码")).to_be_visible()
    good(page)
    page.get_by_role("link", name="shen：更换密码").click()
    expect(page.locator("#old")).to_be_focused()
    whole(page)
    for old, told in (("not-the-password", "现在的密码不正确"), (PASSWORD, "")):
        page.locator("#old").fill(old)
        page.locator("#fresh").fill("another of my own")
        page.locator("#repeated").fill("another of my own")
        page.keyboard.press("Enter")
        if told:
            expect(page.get_by_role("alert")).to_contain_text(told)
    expect(page.get_by_role("heading", name="密码已更换")).to_be_visible()
    whole(page)
    page.get_by_role("link", name="返回").click()
    page.wait_for_url(f"{hall.url}/floor")
    expect(page.get_by_role("link", name="shen：更换密码")).to_be_visible()
    elsewhere.reload()
    sign_in(elsewhere, "shen", "another of my own")
    expect(elsewhere.get_by_role("link", name="shen：更换密码")).to_be_visible()
