"""The TV board: whose turn, where? As somebody in row ten sees it."""

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, WebSocket, WebSocketRoute, expect

from tests.e2e.pages.conftest import EVERYWHERE, Hall, drawn
from tests.e2e.pages.look import cut, faults, good

pytestmark = pytest.mark.browser
Screen = Callable[[int, int], Page]

SIZES = [((1920, 1080), "hall"), ((3840, 2160), "hall"), ((1920, 1080), "west"), ((1080, 1920), "hall")]
"""Full HD, 4K, a board of few zones and calls alone, and one that hangs upright."""

SEATED = """([step, count]) => import("/static/board/seats.js").then(({ Seats }) => {
  const seats = new Seats(), seen = {};
  let most = 0;
  for (let now = 0, called = 0; now < 120000; now += 250) {
    while (called < count && called * step <= now) seats.add(String(++called), called, 8000, now);
    seats.turn(now, () => true);
    most = Math.max(most, seats.taken.length);
    for (const one of seats.taken) (seen[one.call] = seen[one.call] || []).push(now);
  }
  const stood = Object.keys(seen).map((call) => seen[call].length * 250);
  return { seen: Object.keys(seen).length, least: Math.min(...stood), longest: Math.max(...stood), most };
})"""
"""How many of `count` calls, one every `step` ms, had a seat, the shortest and the longest time of one, and the most at once."""

HEIGHT = """() => {
  const style = getComputedStyle(document.querySelector(".hero .number"));
  const pen = document.createElement("canvas").getContext("2d");
  pen.font = `${style.fontWeight} ${style.fontSize} ${style.fontFamily}`;
  return pen.measureText("0").actualBoundingBoxAscent;
}"""

STOOD = """() => {
  const stood = window.stood = {};
  new MutationObserver(() => {
    if (document.querySelector(".hero")) stood.from ??= performance.now();
    else if (stood.from) stood.till ??= performance.now();
  }).observe(document.querySelector("#board"), { childList: true, subtree: true });
}"""
"""When the first large call came and went, in the page's own time."""


def call(hall: Hall, window: str = "1", who: str = "zhang", service: str = "project-filing") -> str:
    """Somebody takes a ticket, and this window, opened if it is not, calls them; the number."""
    hall.take(service)
    windows = {one["id"]: one for one in hall.ask("zhou", "GET", "/windows")}
    if windows[window]["state"] == "closed":
        hall.at(window, "open", who)
    number: str = hall.at(window, "call-next", who)["number"]
    return number


@EVERYWHERE
def test_a_call_fills_the_board_for_eight_seconds_and_then_stays_in_the_list(
    hall: Hall, screen: Screen
) -> None:
    board = screen(1920, 1080)
    board.goto(f"{hall.url}/board/hall")
    expect(board.locator("#board")).to_be_visible()
    assert board.locator(".hero").count() == 0
    board.evaluate(STOOD)
    number = call(hall)
    hero = board.locator(".hero")
    expect(hero.locator(".number")).to_have_text(number)
    expect(hero.locator(".window")).to_contain_text("1号窗口")
    expect(hero.locator(".window")).to_contain_text("Window 1")
    expect(hero.locator(".letter")).to_have_text("A")
    expect(board.locator(".row .number")).to_have_text([number])
    assert board.evaluate(HEIGHT) >= 1080 / 12
    assert (
        board.locator(".calls").evaluate("node => node.clientWidth * node.clientHeight") > 1920 * 1080 * 0.6
    )
    expect(hero).to_have_count(0, timeout=30_000)
    assert board.evaluate("stood.till - stood.from") > 7_500
    good(board)
    expect(board.locator(".row .number")).to_have_text([number])


def test_the_halls_own_words_stand_there_while_nobody_is_called(hall: Hall, screen: Screen) -> None:
    board = screen(1920, 1080)
    board.goto(f"{hall.url}/board/hall")
    expect(board.locator(".quiet-note")).to_contain_text("请留意叫号")
    runs = hall.ask("zhao", "GET", "/config")["document"]
    longest = {"zh": "欢" * 40, "en": "Welcome " * 10}
    runs["texts"] = {"board_idle": longest}
    hall.ask("zhao", "POST", "/config", document=runs, note="words")
    expect(board.locator(".quiet-note")).to_contain_text(longest["zh"])
    expect(board.locator(".quiet-note")).to_contain_text(longest["en"].strip())
    good(board)
    call(hall)
    expect(board.locator(".quiet-note")).to_have_count(0)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_notice_stands_below_the_list_while_no_call_needs_the_room_until_it_is_withdrawn(
    hall: Hall, screen: Screen, language: str
) -> None:
    board = screen(1920, 1080)
    board.goto(f"{hall.url}/board/hall?lang={language}")
    expect(board.locator(".quiet-note")).to_be_visible()
    expect(board.locator(".notice")).to_be_hidden()
    words = {"text": "今天15点停电，" * 10, "text_en": "No power from 15:00 today. " * 2}
    told = hall.ask("zhou", "POST", "/notices", until="2026-11-23T15:00:00+08:00", **words)
    notice = board.locator(".notice")
    expect(notice).to_contain_text(words["text"])
    expect(notice).to_contain_text(words["text_en"].strip())
    good(board)
    for window, who in (("1", "zhang"), ("2", "li"), ("3", "wang")):
        call(hall, window, who)
    expect(board.locator(".hero")).to_have_count(3)
    expect(notice).to_be_hidden()
    expect(board.locator(".hero")).to_have_count(0, timeout=30_000)
    expect(notice).to_be_visible()
    good(board)
    hall.ask("zhou", "POST", f"/notices/{told['id']}/withdraw")
    expect(notice).to_be_hidden()


def test_an_old_call_is_never_shown_as_new(hall: Hall, screen: Screen) -> None:
    board = screen(1920, 1080)
    board.goto(f"{hall.url}/board/hall")
    expect(board.locator("#board")).to_be_visible()
    number = call(hall)
    board.reload()
    expect(board.locator(".hero .number")).to_have_text(number)
    expect(board.locator(".hero")).to_have_count(0, timeout=30_000)
    board.reload()
    expect(board.locator(".row .number")).to_have_text([number])
    assert board.locator(".hero").count() == 0


def test_a_recall_is_shown_anew(hall: Hall, screen: Screen) -> None:
    board = screen(1920, 1080)
    board.goto(f"{hall.url}/board/hall")
    expect(board.locator("#board")).to_be_visible()
    number = call(hall)
    expect(board.locator(".hero")).to_have_count(1)
    expect(board.locator(".hero")).to_have_count(0, timeout=30_000)
    hall.at("1", "recall")
    expect(board.locator(".hero .number")).to_have_text(number)
    expect(board.locator(".hero")).to_contain_text("再次呼叫")


def test_calls_that_come_together_share_the_main_area(hall: Hall, screen: Screen) -> None:
    board = screen(1920, 1080)
    board.goto(f"{hall.url}/board/hall")
    expect(board.locator("#board")).to_be_visible()
    at = (("1", "zhang"), ("2", "li"), ("3", "wang"))
    for window, who in at:
        hall.take("project-filing")
        hall.at(window, "open", who)
    numbers = [hall.at(window, "call-next", who)["number"] for window, who in at]
    expect(board.locator(".hero .number")).to_have_text(numbers)
    expect(board.locator(".row .number")).to_have_text(numbers[::-1])


@pytest.mark.parametrize(
    "step,count,least",
    [(0, 1, 8000), (1500, 40, 5000), (0, 12, 5000), (600, 100, 2000)],
    ids=["alone", "forty a minute", "twelve at once", "a hundred a minute"],
)
def test_every_call_is_in_the_main_area_for_its_time_however_many_there_are(
    hall: Hall, screen: Screen, step: int, count: int, least: int
) -> None:
    board = screen(1920, 1080)
    board.goto(f"{hall.url}/board/hall")
    found = board.evaluate(SEATED, [step, count])
    assert found["seen"] == count
    assert least <= found["least"] <= found["longest"] <= 8000
    assert found["most"] <= 4


def test_a_board_takes_another_layout_other_languages_and_arrows_while_it_hangs_there(
    hall: Hall, screen: Screen
) -> None:
    board = screen(1920, 1080)
    board.goto(f"{hall.url}/board/west")
    expect(board.locator(".side")).to_be_visible()
    call(hall)
    expect(board.locator(".hero .window .second")).to_have_text("Window 1")
    expect(board.locator(".hero .to")).to_have_count(0)  # nobody said which way it is
    document = hall.ask("zhao", "GET", "/config")["document"]
    west = next(one for one in document["displays"] if one["id"] == "west")
    west |= {"layout": "calls", "languages": "en", "arrows": [{"zone": "A", "to": "left"}]}
    hall.ask("zhao", "POST", "/config", document=document, note="west", base=1)
    expect(board.locator("body")).to_have_class(re.compile(r"\bcalls single\b"))
    expect(board.locator(".side")).to_be_hidden()
    number = call(hall)
    hero = board.locator(".hero", has_text=number)
    expect(hero.locator(".to.left")).to_be_visible()
    expect(hero.locator(".window strong")).to_have_text("Window 1")
    expect(hero.locator(".second").first).to_be_hidden()
    good(board)


def test_a_painted_call_is_reported_by_its_own_number(hall: Hall, screen: Screen) -> None:
    board = screen(1920, 1080)
    sent: list[str] = []
    heard: list[str] = []
    sockets: list[WebSocket] = []

    def listen(socket: WebSocket) -> None:
        sockets.append(socket)
        socket.on("framesent", lambda frame: sent.append(str(frame)))
        socket.on("framereceived", lambda frame: heard.append(str(frame)))

    board.on("websocket", listen)
    board.goto(f"{hall.url}/board/hall")
    expect(board.locator("#board")).to_be_visible()
    with sockets[0].expect_event(
        "framesent", lambda frame: "shown" in json.loads(str(frame)), timeout=30_000
    ):
        number = call(hall)
    expect(board.locator(".hero .number")).to_have_text(number)
    drawn(board)  # a second report would go out now
    events = [event for text in heard for event in json.loads(text).get("events", [])]
    calls = {one["call"] for event in events for one in event["set"].values() if one.get("ticket") == number}
    assert [json.loads(text)["shown"]["call"] for text in sent if "shown" in json.loads(text)] == sorted(
        calls
    )


def test_a_page_says_what_time_it_is_where_it_is_shown(hall: Hall, screen: Screen) -> None:
    board = screen(1920, 1080)
    board.clock.set_fixed_time("2026-11-25T01:02:03Z")
    sent: list[dict[str, Any]] = []
    board.on(
        "websocket",
        lambda socket: socket.on("framesent", lambda frame: sent.append(json.loads(str(frame)))),
    )
    board.goto(f"{hall.url}/board/hall")
    expect(board.locator("#board")).to_be_visible()
    said = {message["hello"].get("now", "never") for message in sent if "hello" in message}
    assert said == {"2026-11-25T01:02:03.000Z"}, "not the server's time, nor none"


def test_a_silent_line_makes_the_board_grey_and_says_so_until_it_is_back(hall: Hall, screen: Screen) -> None:
    board = screen(1920, 1080)
    line = {"cut": False}

    def relay(page_side: WebSocketRoute) -> None:
        server_side = page_side.connect_to_server()
        server_side.on_message(lambda text: None if line["cut"] else page_side.send(text))

    board.route_web_socket("**/feed", relay)
    number = call(hall)
    board.goto(f"{hall.url}/board/hall")
    expect(board.locator(".row .number")).to_have_text([number])
    line["cut"] = True
    banner = board.get_by_text("显示可能不是最新，请留意语音或咨询工作人员")
    expect(banner).to_be_visible(timeout=30_000)
    assert board.locator(".hero").count() == 0
    assert cut(board) == []
    assert faults(board) == []
    line["cut"] = False
    expect(banner).to_be_hidden(timeout=30_000)
    expect(board.locator(".row .number")).to_have_text([number])


def test_a_store_that_takes_no_changes_marks_the_board_and_takes_nothing_away(
    hall: Hall, screen: Screen
) -> None:
    board = screen(1920, 1080)
    store = {"degraded": False}

    def relay(page_side: WebSocketRoute) -> None:
        server_side = page_side.connect_to_server()

        def pass_on(text: str | bytes) -> None:
            told = json.loads(text)
            if "beat" in told:
                told["beat"]["degraded"] = store["degraded"]
            page_side.send(json.dumps(told))

        server_side.on_message(pass_on)

    board.route_web_socket("**/feed", relay)
    number = call(hall)
    board.goto(f"{hall.url}/board/hall")
    expect(board.locator(".row .number")).to_have_text([number])
    banner = board.get_by_text("显示可能不是最新，请留意语音或咨询工作人员")
    expect(banner).to_be_hidden()
    store["degraded"] = True
    expect(banner).to_be_visible(timeout=30_000)
    expect(board.locator(".row .number")).to_have_text([number])
    store["degraded"] = False
    expect(banner).to_be_hidden(timeout=30_000)


def test_a_board_that_waits_for_its_hall_is_calm(hall: Hall, screen: Screen) -> None:
    board = screen(1920, 1080)
    board.route_web_socket("**/feed", lambda silent: None)
    board.goto(f"{hall.url}/board/hall")
    expect(board.get_by_role("heading", name="正在连接叫号系统，请稍候")).to_be_visible()
    good(board)


def test_a_board_that_nobody_has_set_up_says_whom_to_ask(hall: Hall, screen: Screen) -> None:
    board = screen(1920, 1080)
    board.goto(f"{hall.url}/board/attic")
    expect(board.get_by_role("heading", name="叫号屏“attic”尚未设置，请联系管理员")).to_be_visible()
    good(board)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_board_is_whole_at_every_size(hall: Hall, screen: Screen, language: str) -> None:
    document = hall.ask("zhao", "GET", "/config")["document"]
    next(one for one in document["displays"] if one["id"] == "west")["layout"] = "calls"
    hall.ask("zhao", "POST", "/config", document=document, note="west", base=1)
    boards = {(size, display): screen(*size) for size, display in SIZES}
    for (_, display), board in boards.items():
        board.goto(f"{hall.url}/board/{display}?lang={language}")
        expect(board.locator(".quiet-note")).to_be_visible()
        good(board)
    call(hall, "1", "zhang")
    call(hall, "2", "li")
    call(hall, "61", "wang", "tax")  # the longest of the zones' names
    hall.at("1", "no-show")
    for (size, _), board in boards.items():
        expect(board.locator(".missed .numbers span")).to_have_count(1)
        good(board)
        below = board.locator(".missed").evaluate("node => innerHeight - node.getBoundingClientRect().bottom")
        assert 0 < below < size[1] / 20


def shown_code(board: Page) -> str:
    """The code on a screen that waits for its place."""
    code = board.locator("#wait-code")
    expect(code).to_have_text(re.compile(r"^\d{3} \d{3}$"))
    return code.inner_text().replace(" ", "")


def device(hall: Hall, code: str) -> str:
    """The id of the device that an administrator finds by a code."""
    found: str = next(one["id"] for one in hall.ask("zhao", "GET", "/devices") if one["code"] == code)
    return found


@EVERYWHERE
def test_a_screen_that_is_nobody_s_shows_its_code_and_becomes_the_board_of_its_place(
    hall: Hall, screen: Screen
) -> None:
    board = screen(1920, 1080)
    board.goto(f"{hall.url}/board")
    code = shown_code(board)
    expect(board.locator("#wait-first")).to_contain_text("请管理员按此代码安置")
    expect(board.locator("#wait-second")).to_contain_text("not set up yet")
    assert cut(board) == []
    good(board)
    board.reload()
    assert shown_code(board) == code, "its token is kept, so it is the same device"
    id_ = device(hall, code)
    hall.ask("zhao", "POST", f"/devices/{id_}/place", display="hall", name="大厅东墙")
    expect(board.locator("#board")).to_be_visible()
    expect(board.locator("#wait")).to_be_hidden()
    number = call(hall)
    expect(board.locator(".hero .number")).to_have_text(number)
    board.reload()
    expect(board.locator("#board")).to_be_visible()
    expect(board.locator(".row .number")).to_have_text([number])
    assert [(one["state"], one["health"]) for one in hall.ask("zhao", "GET", "/devices")] == [
        ("placed", "ready")
    ]


def test_a_screen_is_moved_to_another_board_and_revoked_while_it_hangs_there(
    hall: Hall, screen: Screen
) -> None:
    board = screen(1920, 1080)
    board.goto(f"{hall.url}/board")
    first = shown_code(board)
    id_ = device(hall, first)
    hall.ask("zhao", "POST", f"/devices/{id_}/place", display="hall")
    zones = board.locator(".zones li")
    expect(zones.first).to_be_visible()
    whole = zones.count()
    displays = hall.ask("zhao", "GET", "/config")["document"]["displays"]
    other = next(one for one in displays if one["id"] != "hall" and len(one["zones"]) != whole)
    hall.ask("zhao", "POST", f"/devices/{id_}/place", display=other["id"])
    expect(zones).to_have_count(len(other["zones"]))
    hall.ask("zhao", "POST", f"/devices/{id_}/revoke", reason="更换")
    expect(board.locator("#board")).to_be_hidden()
    second = shown_code(board)
    assert second != first
    assert device(hall, second) != id_
