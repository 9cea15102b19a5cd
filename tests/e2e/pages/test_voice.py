"""A board with a loudspeaker beside it speaks its calls, by the rules of the voice box; where the browser blocks it, it says so."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route, WebSocket, expect

from displays.model import announcer, hearing
from displays.model.announcer import (
    Call,
    Called,
    Failed,
    Finished,
    Manner,
    Say,
    State,
    Ticked,
    Withdrawn,
    step,
)
from queue_server.wire.board import CallRecord
from queue_server.wire.ids import WindowId, ZoneId
from queue_server.wire.ticket import Text
from tests.e2e.pages.conftest import Hall
from tests.e2e.pages.test_board import call

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("host", ["127.0.0.1"])]
Screen = Callable[[int, int], Page]

NINE = datetime(2027, 3, 1, 1, 0, tzinfo=UTC)
VOLUME = {"07:30": 80, "09:01": 0, "09:02": 50}
QUICK = "const play = Audio.prototype.play; Audio.prototype.play = function () { this.playbackRate = 16; return play.call(this); };"
"""Sixteen times as fast, so that nobody waits for the end of a sentence."""

TOKEN = "board" * 8
"""Of a screen that has been paired."""

SPEAK = """async (told) => {
  const [volume, timelines] = JSON.parse(told);
  const { Announcer } = await import("/static/board/announcer.js");
  return JSON.stringify(timelines.map((timeline) => {
    const one = new Announcer();
    one.become({ readings: 2, english: false, volume: volume });
    return timeline.map(([event, now]) => [one.step(event, now), one.due()]);
  }));
}"""
NEWS = """async (told) => {
  const [now, pairs] = JSON.parse(told);
  const { news } = await import("/static/board/announcer.js");
  const held = (records) => new Map(records.map((record) => [record.call, record]));
  return JSON.stringify(pairs.map(([before, after]) => news(held(before), held(after), now, 2)));
}"""


PLANTS = (
    ("call.at <= before", "call.at < before"),
    ("age < LATE_S", "true"),
    ("!spoken || spoken.withdrawn", "!spoken"),
    ("backlogS > BACKLOG_S", "false"),
    ("this.turns.filter((other) => other !== zone)", "this.turns"),
)
"""Rules broken in the page's announcer, so that it is seen that the comparison finds them."""


def planted_in(page: Page, honest: str, planted: str) -> None:
    def plant(route: Route) -> None:
        text = route.fetch().text()
        assert text.count(honest) == 1, "there is another script now: plant it anew"
        route.fulfill(body=text.replace(honest, planted), content_type="text/javascript; charset=utf-8")

    page.unroute("**/announcer.js")
    page.route("**/announcer.js", plant)


def ms(at: datetime) -> int:
    return round(at.timestamp() * 1000)


def timeline(chance: Random) -> Iterator[tuple[Any, float, Any, float | None]]:
    """What happens to a loudspeaker in some minutes, as the page is told it, when, and what the voice box makes of it."""
    state, now = State(Manner(volume=VOLUME)), 100.0
    for _ in range(80):
        now += chance.choice((0.0, 0.5, 2.0, 9.0))
        at = NINE + timedelta(seconds=now - 100)
        events: list[announcer.Event] = [Ticked(at)]
        n, age = chance.randrange(1, 25), chance.choice((0.0, 0.0, 3.0, 31.0))
        if state.speaking is not None and chance.random() < 0.5:
            events.append(Failed() if chance.random() < 0.2 else Finished())
        elif chance.random() < 0.2:
            events.append(Withdrawn(n))
        else:
            called = Call(n, f"A{n:03d}", WindowId("1"), ZoneId("ABC"[n % 3]), at - timedelta(seconds=age))
            events.append(Called(called, age))
        for event in events:
            state, orders = step(state, event, now)
            said = [
                {"call": order.call.call, "readings": order.readings, "volume": order.volume}
                for order in orders
                if isinstance(order, Say)
            ]
            due = state.rest_until if state.waiting and state.speaking is None else None
            yield told(event), now, said[0] if said else None, due


def told(event: object) -> Any:
    """An event as the page has it."""
    match event:
        case Ticked(clock):
            return {"clock": ms(clock)}
        case Called(called, age_s):
            return {"called": {"call": called.call, "zone": called.zone, "at": ms(called.at)}, "age": age_s}
        case Withdrawn(gone):
            return {"withdrawn": gone}
        case Finished():
            return {"finished": True}
        case _:
            return {"failed": True}


def record(chance: Random, n: int) -> CallRecord:
    at = NINE - timedelta(seconds=chance.randrange(60))
    return CallRecord(
        call=n,
        ticket=f"A{n:03d}",
        window=WindowId("1"),
        zone=ZoneId("A"),
        letter="A",
        colour="#1F5FA8",
        short=Text("投资项目", "Investment"),
        called_at=at,
        at=at,
        recalls=0,
        state=chance.choice(("called", "serving", "over", "missed")),
    )


def test_a_board_says_what_a_voice_box_would_of_the_same_calls(hall: Hall, screen: Screen) -> None:
    page = screen(800, 600)
    page.goto(f"{hall.url}/board/hall")
    chance = Random(3)
    lines = [list(timeline(chance)) for _ in range(60)]
    asked = [[[event, now] for event, now, _, _ in line] for line in lines]
    spoken = json.loads(page.evaluate(SPEAK, json.dumps([VOLUME, asked])))
    assert spoken == [[[said, due] for _, _, said, due in line] for line in lines]
    assert sum(said is not None for line in lines for _, _, said, _ in line) > 500
    for honest, planted in PLANTS:
        planted_in(page, honest, planted)
        page.reload()
        assert json.loads(page.evaluate(SPEAK, json.dumps([VOLUME, asked]))) != spoken, planted
    page.unroute("**/announcer.js")
    page.reload()
    pairs = []
    for _ in range(200):
        numbers = [chance.sample(range(1, 30), chance.choice((0, 3, 12))) for _ in range(2)]
        pairs.append([[record(chance, n) for n in sorted(each)] for each in numbers])
    plain = [[[_plain(one) for one in each] for each in pair] for pair in pairs]
    found = json.loads(page.evaluate(NEWS, json.dumps([ms(NINE), plain])))
    for (before, after), events in zip(pairs, found, strict=True):
        held = [{one.call: one for one in each} for each in (before, after)]
        assert events == [told(event) for event in hearing.news(held[0], held[1], NINE, 2.0)]


def _plain(one: CallRecord) -> dict[str, Any]:
    return {"call": one.call, "zone": one.zone, "at": one.at.isoformat(), "state": one.state}


def sockets(board: Page) -> list[WebSocket]:
    """The links that a page opens from now on."""
    opened: list[WebSocket] = []
    board.on("websocket", lambda socket: opened.append(socket))  # noqa: PLW0108 - Playwright marks what it is given
    return opened


def receipt(frame: Any) -> bool:
    """Whether a page tells by it that a call was heard."""
    return "spoken" in json.loads(str(frame))


def said_of_itself(hall: Hall, id_: str) -> tuple[str, str | None]:
    """How the administrator sees a device."""
    return next(
        (one["health"], one["fault"]) for one in hall.ask("zhao", "GET", "/devices") if one["id"] == id_
    )


def until(board: Page, true: Callable[[], bool]) -> None:
    """Wait for what will come, however busy the machine is."""
    for _ in range(600):
        if true():
            return
        board.wait_for_timeout(100)
    raise AssertionError("it did not come")


def test_a_board_whose_browser_blocks_sound_says_so_until_it_is_touched_and_then_speaks(
    hall: Hall, screen: Screen
) -> None:
    board = screen(1920, 1080)
    board.add_init_script(f"{QUICK} localStorage.setItem('jiaohao.device', '{TOKEN}')")
    links = sockets(board)
    id_ = hall.ask("zhao", "POST", "/devices/pair", kind="display", name="board", token=TOKEN)["id"]
    hall.ask("zhao", "POST", f"/devices/{id_}/place", display="west")
    board.goto(
        f"{hall.url}/board"
    )  # nothing is asked of the page before it has told: it would count as a touch
    until(board, lambda: said_of_itself(hall, id_) == ("degraded", "sound blocked"))
    sound = board.locator(".sound")
    expect(sound).to_be_visible()
    expect(sound).to_contain_text("没有声音，请点按屏幕打开")
    expect(sound).to_contain_text("touch the screen")
    with links[-1].expect_event("framesent", receipt, timeout=60_000):
        call(hall)
        board.mouse.click(900, 500)
    expect(sound).to_be_hidden()
    until(board, lambda: said_of_itself(hall, id_) == ("ready", None))
    board.goto(f"{hall.url}/board?mute")
    expect(board.locator(".row")).to_have_count(1)
    expect(sound).to_be_hidden()


def test_a_board_whose_browser_lets_it_speaks_by_itself_and_tells_the_server(
    hall: Hall, browser: Browser, browser_type_launch_args: dict[str, Any]
) -> None:
    arguments = [*browser_type_launch_args["args"], "--autoplay-policy=no-user-gesture-required"]
    television = browser.browser_type.launch(**{**browser_type_launch_args, "args": arguments})
    try:
        board = television.new_page(locale="zh-CN", viewport={"width": 1920, "height": 1080})
        board.add_init_script(QUICK)
        links = sockets(board)
        board.goto(f"{hall.url}/board/west")
        expect(board.locator("#board")).to_be_visible()
        with (
            links[-1].expect_event("framesent", receipt, timeout=60_000),
            board.expect_response("**/voice/west/**", timeout=60_000) as answer,
        ):
            call(hall)
        assert answer.value.headers["content-type"] == "audio/wav"
        expect(board.locator(".sound")).to_be_hidden()
    finally:
        television.close()
