"""A board with a loudspeaker beside it speaks its calls, by the rules of the voice box; where the browser blocks it, it says so. Of
two boards one speaks.
"""

import json
import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route, ViewportSize, WebSocket, expect

from displays.model import announcer, hearing, turn
from displays.model.announcer import (
    Call,
    Called,
    Failed,
    Finished,
    Heard,
    Manner,
    Say,
    State,
    Ticked,
    Turned,
    Withdrawn,
    step,
)
from queue_server.wire.board import CallRecord
from queue_server.wire.ids import WindowId, ZoneId
from queue_server.wire.ticket import Text
from queue_server.wire.voice import Turn
from tests.e2e.pages.conftest import Hall
from tests.e2e.pages.test_board import call

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("host", ["127.0.0.1"])]
Screen = Callable[[int, int], Page]
SignIn = Callable[[Page, str], None]

NINE = datetime(2027, 3, 1, 1, 0, tzinfo=UTC)
VOLUME = {"07:30": 80, "09:01": 0, "09:02": 50}
QUICK = """const play = Audio.prototype.play;
window.rate = 16;
window.played = [];
Audio.prototype.play = function () {
  this.playbackRate = window.rate;
  window.played.push(Number(this.src.split("/")[5]));
  return play.call(this);
};"""
"""Sixteen times as fast, so that nobody waits for the end of a sentence; and the calls that were played are noted."""

SIZE: ViewportSize = {"width": 1920, "height": 1080}
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
TURN = """async (told) => {
  const { Turn } = await import("/static/board/turn.js");
  const plain = (text) => (text === "never" ? Infinity : text);
  return JSON.stringify(JSON.parse(told).map((timeline) => {
    const one = new Turn();
    return timeline.map(([event, now]) => {
      if (event.unable) event.unable = plain(event.unable);
      return [one.step(event, now), one.due(), one.may(now), one.turn];
    });
  }));
}"""
TOLD: tuple[Turn, ...] = ("speaks", "speaks", "leaves", "waits")
NEWS = """async (told) => {
  const [now, pairs] = JSON.parse(told);
  const { news } = await import("/static/board/announcer.js");
  const held = (records) => new Map(records.map((record) => [record.call, record]));
  return JSON.stringify(pairs.map(([before, after]) => news(held(before), held(after), now, 2)));
}"""


PLANTS = (
    ("call.at <= before", "call.at < before"),
    ("one.call.call !== call || one.call.at > at", "one.call.call !== call"),
    ("if (this.ours) return", "if (true) return"),
    ("now_s < one.since + GHOST_S", "true"),
    ("age < LATE_S", "true"),
    ("!spoken || spoken.withdrawn", "!spoken"),
    ("backlogS > BACKLOG_S", "false"),
    ("this.turns.filter((other) => other !== zone)", "this.turns"),
)
"""Rules broken in the page's announcer, so that it is seen that the comparison finds them."""
TURN_PLANTS = (
    ("if (now_s >= this.until)", "if (false)"),
    ("event.at >= this.since", "true"),
    ("this.known = event.linked && this.known", "this.known = true"),
    ('this.turn === "leaves" && !this.sounding', 'this.turn === "leaves"'),
)
"""And in its rule of whose turn it is."""


def planted_in(page: Page, script: str, honest: str, planted: str) -> None:
    def plant(route: Route) -> None:
        text = route.fetch().text()
        assert text.count(honest) == 1, "there is another script now: plant it anew"
        route.fulfill(body=text.replace(honest, planted), content_type="text/javascript; charset=utf-8")

    page.unroute(f"**/{script}")
    page.route(f"**/{script}", plant)


def ms(at: datetime) -> int:
    return round(at.timestamp() * 1000)


def timeline(chance: Random) -> Iterator[tuple[Any, float, Any, float | None]]:
    """What happens to a loudspeaker in some minutes, as the page is told it, when, and what the voice box makes of it."""
    state, now = State(Manner(volume=VOLUME)), 100.0
    for _ in range(80):
        now += chance.choice((*(0.0, 0.5, 2.0, 9.0) * 6, announcer.GHOST_S))
        at = NINE + timedelta(seconds=now - 100)
        events: list[announcer.Event] = [Ticked(at)]
        n, age = chance.randrange(1, 25), chance.choice((0.0, 0.0, 3.0, 31.0))
        if state.speaking is not None and chance.random() < 0.5:
            events.append(Failed() if chance.random() < 0.2 else Finished())
        elif chance.random() < 0.2:
            events.append(Withdrawn(n))
        elif chance.random() < 0.1:
            events.append(Turned(ours=chance.random() < 0.6))
        elif chance.random() < 0.1:
            waits = chance.choice([each.call.call for each in state.waiting] or [n])
            events.append(Heard(waits, at - timedelta(seconds=chance.choice((0, 40, 200)))))
        else:
            called = Call(n, f"A{n:03d}", WindowId("1"), ZoneId("ABC"[n % 3]), at - timedelta(seconds=age))
            events.append(Called(called, age))
        for event in events:
            state, orders = step(state, event, now)
            said = [
                {
                    "call": order.call.call,
                    "at": ms(order.call.at),
                    "readings": order.readings,
                    "volume": order.volume,
                }
                for order in orders
                if isinstance(order, Say)
            ]
            due = state.rest_until if state.ours and state.waiting and state.speaking is None else None
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
        case Heard(call, at):
            return {"heard": call, "at": ms(at)}
        case Turned(ours):
            return {"ours": ours}
        case _:
            return {"failed": True}


def turns(chance: Random) -> Iterator[tuple[Any, float, Any]]:
    """What happens to somebody who could speak, when, and what the voice box makes of it."""
    state, now = turn.State(), 100.0
    for _ in range(120):
        now += chance.choice((0.0, 0.5, 1.0, 4.0))
        unable = chance.choice((0.0, 0.0, 7.0, turn.EVER_S))
        at, for_s = now - chance.choice((0.0, 0.5, 3.0)), chance.choice((0.0, 5.0, 20.0))
        happens: list[tuple[turn.Event, dict[str, Any]]] = [
            (turn.Linked(up := chance.random() < 0.8), {"linked": up}),
            (turn.Wanted(yes := chance.random() < 0.8), {"wanted": yes}),
            (turn.Sounding(yes := chance.random() < 0.5), {"sounding": yes}),
            (turn.Unable(unable), {"unable": "never" if unable == turn.EVER_S else unable}),
            (turn.Ticked(), {}),
            *(
                (turn.Told(one, at, 3, for_s), {"turn": one, "at": at, "term": 3, "for_s": for_s})
                for one in TOLD
            ),
        ]
        event, plain = chance.choice(happens)
        state, orders = turn.step(state, event, now)
        asked = [
            {"hush": True}
            if isinstance(order, turn.Hush)
            else {"stand": order.stand, "able": order.able, "term": order.term, "for_s": order.for_s}
            for order in orders
        ]
        yield plain, now, [asked, turn.due(state), state.may(now), state.turn]


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
        planted_in(page, "announcer.js", honest, planted)
        page.reload()
        assert json.loads(page.evaluate(SPEAK, json.dumps([VOLUME, asked]))) != spoken, planted
    page.unroute("**/announcer.js")
    page.reload()
    drawn = [list(turns(chance)) for _ in range(60)]
    told_of = json.dumps([[[event, now] for event, now, _ in line] for line in drawn])
    taken = json.loads(page.evaluate(TURN, told_of))
    assert taken == [[made for _, _, made in line] for line in drawn]
    for honest, planted in TURN_PLANTS:
        planted_in(page, "turn.js", honest, planted)
        page.reload()
        assert json.loads(page.evaluate(TURN, told_of)) != taken, planted
    page.unroute("**/turn.js")
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


def until(board: Page, true: Callable[[], bool], within_ms: int = 60_000) -> None:
    """Wait for what will come, however busy the machine is."""
    for _ in range(within_ms // 100):
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


def played(board: Page) -> list[int]:
    """The calls that a page has begun to say, in their order."""
    return list(board.evaluate("window.played"))


def test_of_two_boards_whose_browsers_let_them_one_speaks_and_the_other_goes_on_when_that_one_is_gone(
    hall: Hall, browser: Browser, browser_type_launch_args: dict[str, Any], screen: Screen, sign_in: SignIn
) -> None:
    arguments = [*browser_type_launch_args["args"], "--autoplay-policy=no-user-gesture-required"]
    television = browser.browser_type.launch(**{**browser_type_launch_args, "args": arguments})
    try:
        first, second = (television.new_page(locale="zh-CN", viewport=SIZE) for _ in range(2))
        links = sockets(first)
        for board in (first, second):
            board.add_init_script(QUICK)
        first.goto(f"{hall.url}/board/west")
        expect(first.locator("#board")).to_be_visible()
        with (
            links[-1].expect_event("framesent", receipt, timeout=60_000),
            first.expect_response("**/voice/west/**", timeout=60_000) as answer,
        ):
            call(hall)
        assert answer.value.headers["content-type"] == "audio/wav"
        expect(first.locator(".sound")).to_be_hidden()

        second.goto(f"{hall.url}/board/west?lang=en")
        reserve = second.locator(".reserve")
        expect(reserve).to_be_visible()
        expect(reserve).to_contain_text("Speech on standby")
        shoot(second, "board-reserve")
        floor = screen(1440, 900)
        floor.goto(f"{hall.url}/login?next=/floor")
        sign_in(floor, "zhou")
        loudspeaker = floor.locator(".screens .screen", has_text="1个备用")
        expect(loudspeaker).to_contain_text("由“投资项目")
        shoot(floor, "floor-voices")

        first.evaluate("window.rate = 0.1")
        call(hall, "2", "li")
        until(first, lambda: len(played(first)) == 2)
        heard, cut = played(first)
        assert played(second) == [], "two speak"
        first.close()
        until(second, lambda: played(second) != [])
        expect(reserve).to_be_hidden()
        assert played(second) == [cut], f"{heard} was heard already, and {cut} was not"
    finally:
        television.close()


def shoot(page: Page, name: str) -> None:
    """A picture for whoever wants to look at it, where the environment names a folder."""
    folder = os.environ.get("JIAOHAO_PICTURES")
    if folder:
        page.screenshot(path=Path(folder) / f"{name}.png")
