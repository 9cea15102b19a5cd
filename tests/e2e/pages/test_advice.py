"""Advice on the floor, thought of by the process beside the server: shown, followed from there, and what came of it."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.pages.conftest import START, Hall
from tests.e2e.pages.look import good
from tests.fakes.warm import hasty

pytestmark = pytest.mark.browser
PATIENCE_MS = 90_000
"""Advice is thought of after each fourth forecast, and later on a busy machine."""
SERVICE = timedelta(minutes=2)
WAITING = 16
"""More than 20 minutes of work for one window, less for two: nothing is advised while two are open."""


@pytest.mark.parametrize("serves", [hasty])
@pytest.mark.timeout(240)  # two pieces of advice are waited for
def test_a_manager_opens_the_window_that_is_advised_and_reads_later_what_came_of_it(
    hall: Hall, screen: Callable[[int, int], Page], sign_in: Callable[..., None]
) -> None:
    now = datetime.fromisoformat(START)
    hall.at("1", "open")
    for _ in range(30):  # what the hall learns from
        hall.take()
        hall.at("1", "call-next")
        now += SERVICE
        hall.jump(now.isoformat())
        hall.at("1", "finish")
    hall.at("2", "open", "wang")
    for _ in range(WAITING + 1):
        hall.take()
    hall.at("1", "call-next")
    hall.at("2", "close", "wang")
    floor = screen(1280, 800)
    floor.goto(f"{hall.url}/floor")
    sign_in(floor, "zhou")
    band = floor.locator(".band.advice")
    expect(band).to_contain_text("为投资项目再开", timeout=PATIENCE_MS)
    expect(band).to_contain_text("九成等候")
    good(floor)
    floor.get_by_role("button", name="English").click()
    expect(band).to_contain_text("for Investment")
    expect(band).to_contain_text("Nine in ten called within")
    good(floor)
    floor.get_by_role("button", name="中文").click()

    band.get_by_role("button").click()
    dialog = floor.get_by_role("dialog")
    dialog.get_by_role("combobox").fill("li")
    good(floor)
    dialog.get_by_role("button", name="开窗").click()
    expect(dialog).to_have_count(0)
    expect(band).to_have_count(0)
    advised = hall.ask("zhou", "GET", "/advice")["today"][0]
    window = advised["done_window"]
    assert (advised["waiting"], window) == (WAITING, advised["window"])

    for _ in range(WAITING // 2):
        now += SERVICE
        hall.jump(now.isoformat())
        hall.at("1", "call-next")
        hall.at(window, "call-next", "li")
    floor.get_by_role("button", name="今天的建议").click()
    first = dialog.locator("tbody tr").last
    expect(first).to_contain_text(f"当时等候{WAITING}人")
    expect(first).to_contain_text(f"开了{window}号窗口")
    expect(first.locator(".came")).to_contain_text("与预计相符", timeout=PATIENCE_MS)
    good(floor)
    dialog.get_by_role("button", name="知道了").click()
    floor.get_by_role("button", name="English").click()
    floor.get_by_role("button", name="Advice today").click()
    expect(first.locator(".came")).to_contain_text("as expected")
    good(floor)
