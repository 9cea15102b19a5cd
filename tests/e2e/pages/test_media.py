"""Pictures and films between calls, as a board shows them."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.e2e.pages.conftest import Hall
from tests.e2e.pages.look import cut, good
from tests.e2e.pages.test_admin import enter, picture, publish, visit
from tests.e2e.pages.test_board import call
from tests.e2e.pages.test_voice import said_of_itself, until

pytestmark = pytest.mark.browser
Screen = Callable[[int, int], Page]
FILM = Path(__file__).parents[2] / "data" / "film.webm"

SEEN = ".medium:not([hidden])"


@pytest.fixture
def media(hall: Hall, tmp_path: Path) -> Hall:
    """A hall whose board `hall` shows a picture, one that is cut off in its middle, and a film."""
    folder = tmp_path / "data" / "media"
    folder.mkdir()
    Image.new("RGB", (1600, 900), "#0F766E").save(folder / "guide.png")
    (folder / "torn.png").write_bytes((folder / "guide.png").read_bytes()[:40])
    shutil.copy(FILM, folder / "film.webm")
    files = [{"file": "guide.png", "seconds": 3}, {"file": "torn.png"}, {"file": "film.webm"}]
    document = hall.ask("zhao", "GET", "/config")["document"]
    document["displays"][0] |= {"layout": "media", "media": files}
    hall.ask("zhao", "POST", "/config", document=document, note="media")
    return hall


def test_a_call_takes_the_place_of_pictures_and_films_at_once_and_the_last_calls_stay_in_sight(
    media: Hall, screen: Screen
) -> None:
    boards = [screen(1920, 1080), screen(1080, 1920)]
    for board, language in zip(boards, ("en", "zh"), strict=True):
        board.goto(f"{media.url}/board/hall?lang={language}")
    for board in boards:
        expect(board.locator(f"img{SEEN}")).to_be_visible()
        film = board.locator(f"video{SEEN}")
        expect(film).to_be_visible()  # what cannot be shown was passed over
        assert film.evaluate("node => node.muted")
    numbers: list[str] = []
    for board, (window, who) in zip(boards, (("1", "zhang"), ("2", "li")), strict=True):
        numbers.insert(0, call(media, window, who))
        expect(board.locator(".hero .number", has_text=numbers[0])).to_be_visible()
        expect(board.locator(SEEN)).to_be_hidden()
        expect(board.locator(".row .number")).to_have_text(numbers)
        assert cut(board) == []
        media.at(window, "no-show", who)
    for board in boards:
        expect(board.locator(SEEN)).to_be_visible()
        expect(board.locator(".row .number")).to_have_text(numbers)
        good(board)


def test_a_screen_that_cannot_show_a_file_tells_the_administrator(media: Hall, screen: Screen) -> None:
    board = screen(1920, 1080)
    board.goto(f"{media.url}/board")
    expect(board.locator("#wait-code")).to_be_visible()
    id_ = media.ask("zhao", "GET", "/devices")[-1]["id"]
    media.ask("zhao", "POST", f"/devices/{id_}/place", display="hall", name="大厅东墙")
    expect(board.locator(SEEN)).to_be_visible()
    until(board, lambda: said_of_itself(media, id_) == ("degraded", "media torn.png"))


def test_an_administrator_uploads_a_picture_puts_it_on_a_board_and_takes_it_away_again(
    media: Hall, screen: Screen, sign_in: Callable[[Page, str], None], tmp_path: Path
) -> None:
    desk, board = enter(screen(1440, 900), media.url, sign_in), screen(1920, 1080)
    board.goto(f"{media.url}/board/west")
    visit(desk, "media")
    rows = desk.locator(".medium")
    expect(rows).to_have_count(3)
    fresh, wrong = tmp_path / "notice.jpg", tmp_path / "wrong.png"
    Image.new("RGB", (1600, 900), "#1F5FA8").save(fresh)
    wrong.write_bytes(b"MZ" + bytes(200))
    desk.locator("input[type=file]").set_input_files(wrong)
    expect(desk.get_by_role("alert")).to_contain_text("wrong.png：不是PNG、JPEG、WebP图片")
    desk.locator("input[type=file]").set_input_files(fresh)
    expect(desk.get_by_role("status").filter(has_text="“notice.jpg”已上传")).to_be_visible()
    expect(rows).to_have_count(4)
    row = rows.filter(has_text="…")
    row.get_by_role("checkbox").nth(2).check()
    expect(row.get_by_label("开始日期")).to_be_visible()
    row.get_by_label("最后一天").fill("2026-11-23")
    row.get_by_label("最后一天").blur()
    for language, other in (("zh", "English"), ("en", "中文")):
        good(desk)
        picture(desk, f"admin-media-{language}")
        desk.get_by_role("button", name=other).click()
    publish(desk, "西侧屏放通知")
    expect(board.locator(f"img{SEEN}")).to_be_visible()
    visit(desk, "media")
    row.get_by_role("button", name="删除").click()
    desk.get_by_role("dialog").get_by_role("button", name="删除").click()
    expect(desk.get_by_role("alert")).to_contain_text("正在用")
    row.get_by_role("checkbox").nth(2).uncheck()
    publish(desk, "去掉通知")
    expect(board.locator(SEEN)).to_have_count(0)
    visit(desk, "media")
    row.get_by_role("button", name="删除").click()
    desk.get_by_role("dialog").get_by_role("button", name="删除").click()
    expect(rows).to_have_count(3)
