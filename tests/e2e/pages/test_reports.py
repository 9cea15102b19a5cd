"""The page of reports: a day's figures are read, taken along and printed by those who may, in both languages."""

import io
import os
import shutil
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.house import HALL_NAME
from tests.e2e.pages.conftest import PASSWORD, Hall, serving
from tests.e2e.pages.look import good
from tests.e2e.pages.paper import signed

pytestmark = pytest.mark.browser
Screen = Callable[[int, int], Page]
SignIn = Callable[..., None]
DAY = "2026-11-23"


@pytest.fixture(scope="module")
def running(staffed: tuple[Path, dict[str, str]], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hall]:
    """A hall in which six were served at window 1, two of them called before others, and one did not come."""
    folder = tmp_path_factory.mktemp("reports")
    shutil.copytree(staffed[0], folder / "data")
    with serving(folder / "data", dict(staffed[1]), folder / "server.err") as hall:
        hall.at("1", "open")
        taken = [hall.take() for _ in range(8)]
        for ticket in (taken[3], taken[5]):
            hall.at("1", "call", ticket=ticket["id"], reason="情况紧急，已核实")
            hall.at("1", "start")
        for _ in range(4):
            hall.at("1", "call-next")
            hall.at("1", "start")
        hall.at("1", "finish")
        yield hall


@pytest.fixture
def reports(running: Hall, screen: Screen, sign_in: SignIn) -> Page:
    page = screen(1280, 800)
    page.goto(f"{running.known_as(HALL_NAME).url}/login?next=/reports")
    sign_in(page, "zhou")
    expect(page.get_by_role("heading", name="指标口径")).to_be_visible()
    return page


def picture(page: Page, name: str) -> None:
    """Kept where JIAOHAO_PICTURES names a folder."""
    if folder := os.environ.get("JIAOHAO_PICTURES"):
        page.screenshot(path=Path(folder) / f"{name}.png")


def figure(page: Page, row: str, at: int) -> str:
    """A figure of the table that is shown."""
    return page.get_by_role("row").filter(has_text=row).get_by_role("cell").nth(at).inner_text()


def test_the_figures_of_today_are_told_and_few_people_make_no_share(reports: Page) -> None:
    assert [figure(reports, "投资项目服务区", at) for at in range(3)] == ["8", "6", "0"]
    reports.get_by_role("button", name="窗口", exact=True).click()
    expect(reports.get_by_role("row").filter(has_text="1号窗口")).to_contain_text("100.0%")
    cards = reports.locator(".cards")
    expect(cards).to_contain_text("承诺内占比")
    expect(cards.locator("li").filter(has_text="满意度")).to_contain_text("–")
    expect(reports.locator(".turns")).to_contain_text("情况紧急，已核实")
    good(reports)
    picture(reports, "reports-zh")
    (day,) = signed(reports, "晋城市政务大厅", "统计报表", DAY, "打印")
    assert "情况紧急,已核实" in day
    reports.get_by_role("button", name="English").click()
    expect(reports.locator(".turns")).to_contain_text("Urgent, checked")
    good(reports)
    (day,) = signed(reports, "Jincheng Government Service Hall", "Report of a period", DAY, "printed")
    assert "Whatthefiguresmean" in day, "it is one page in English too"


def test_the_appraisal_prints_its_formula_and_has_counts_beside_scores(reports: Page) -> None:
    reports.get_by_role("link", name="综合考评").click()
    expect(reports.get_by_text("综合得分=（效率×35+质量×35+工作量×30）÷100")).to_be_visible()
    reports.get_by_role("button", name="窗口", exact=True).click()
    row = reports.get_by_role("row").filter(has_text="1号窗口")
    expect(row).to_contain_text("6 / 6")
    expect(row.get_by_role("cell").nth(2)).to_have_text("–")  # nobody rated: no quality, not a bad one
    good(reports)
    reports.get_by_role("button", name="English").click()
    good(reports)
    reports.emulate_media(media="print")
    for name in ("Show", "Print", "Sign out"):
        expect(reports.get_by_role("button", name=name)).to_be_hidden()
    expect(reports.get_by_text("100.0").first).to_be_visible()
    signed(reports, "Jincheng Government Service Hall", "Appraisal", DAY, f"printed {DAY} 09:")


def test_in_both_languages_the_downloads_stand_beside_the_heading_and_the_days_are_one_line(
    reports: Page,
) -> None:
    for other in ("English", "中文"):
        boxes = [box(reports, name) for name in ("h1", ".take", ".usual", ".days")]
        heading, take, usual, days = boxes
        assert heading["y"] < take["y"] + take["height"] / 2 < heading["y"] + heading["height"]
        assert abs(usual["y"] - days["y"]) < 8
        reports.get_by_role("button", name=other).click()


def box(page: Page, selector: str) -> dict[str, float]:
    """Where something stands."""
    found = page.locator(selector).bounding_box()
    assert found is not None
    return {"y": found["y"], "height": found["height"]}


def test_files_are_taken_along_and_a_day_leads_to_its_closing_report(reports: Page) -> None:
    with reports.expect_download() as download:
        reports.get_by_role("link", name="下载XLSX").click()
    assert download.value.suggested_filename == f"period-{DAY}-{DAY}.xlsx"
    assert zipfile.is_zipfile(io.BytesIO(Path(download.value.path()).read_bytes()))
    reports.get_by_role("button", name="本周").click()
    reports.get_by_role("button", name="日期").click()
    with reports.expect_popup() as opened:
        reports.get_by_role("link", name=DAY).click()
    expect(opened.value.get_by_role("heading", name="日终报表")).to_be_visible()


def test_days_that_are_none_are_told_and_another_choice_goes_on(reports: Page) -> None:
    reports.goto(f"{reports.url.partition('#')[0]}#period/{DAY}/2026-11-01")
    expect(reports.get_by_role("alert")).to_contain_text("结束日期早于开始日期")
    reports.get_by_role("button", name="昨天").click()
    expect(reports.get_by_role("alert")).to_have_count(0)
    expect(reports.get_by_text("这些天没有数据。")).to_be_visible()


def test_a_steward_is_led_away_and_a_manager_finds_the_page_from_the_floor(
    running: Hall, screen: Screen, sign_in: SignIn
) -> None:
    running.ask("zhao", "POST", "/accounts", name="guo", role="steward", shown="郭静", password=PASSWORD)
    page = screen(1280, 800)
    page.goto(f"{running.known_as(HALL_NAME).url}/reports")
    sign_in(page, "guo")
    expect(page.locator(".gate a.primary")).to_have_attribute("href", "/desk")
    other = screen(1280, 800)
    other.goto(f"{running.known_as(HALL_NAME).url}/floor")
    sign_in(other, "zhou")
    other.get_by_role("link", name="报表", exact=True).click()
    expect(other.get_by_role("heading", name="统计报表", level=1)).to_be_visible()
