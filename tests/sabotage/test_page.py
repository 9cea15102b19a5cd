"""What Chromium shows is itself proven: a page with a fault planted in its script turns the check that guards it red."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from tests.e2e.house import MACHINE, Server
from tests.e2e.pages import (
    paper,
    test_advice,
    test_audit,
    test_board,
    test_floor,
    test_kill,
    test_media,
    test_rate,
    test_truth,
    test_voice,
)
from tests.e2e.pages.conftest import (  # noqa: F401 - fixtures
    Hall,
    browser_type_launch_args,
    environment,
    hall,
    host,
    screen,
    serves,
    sign_in,
    staffed,
)
from tests.e2e.pages.test_kill import server  # noqa: F401 - a fixture
from tests.e2e.pages.test_media import media  # noqa: F401 - a fixture
from tests.fakes.warm import hasty

pytestmark = pytest.mark.browser
SEEN_MS = 2_000
"""How long the planted page is watched for what it will never do."""
BANNER = "显示可能不是最新，请留意语音或咨询工作人员"
NEVER_AGAIN = (
    "**/static/feed.js",
    "        this.connect();\n      }, pause);",
    "      }, pause);",
)
"""The page does not connect again."""
Screen = Callable[[int, int], Page]


class Waiting:
    """`expect`, which does not wait long for one thing."""

    def __init__(self, verb: str) -> None:
        self._verb = verb

    def __call__(self, of: Any) -> Any:
        honest = expect(of)
        checks = {self._verb: lambda *said, **_: getattr(honest, self._verb)(*said, timeout=SEEN_MS)}
        return type("Soon", (), {"__getattr__": lambda _, name: checks.get(name) or getattr(honest, name)})()


def faulty(screen: Screen, script: str, honest: str, planted: str, served: list[str]) -> Screen:  # noqa: F811 - not the fixture
    """Screens whose pages get a script with a fault; each time it is noted in `served`."""

    def plant(route: Route) -> None:
        text = route.fetch().text()
        assert text.count(honest) == 1, "there is another script now: plant it anew"
        served.append(script)
        kind = "css" if script.endswith(".css") else "javascript"
        route.fulfill(body=text.replace(honest, planted), content_type=f"text/{kind}; charset=utf-8")

    def one(width: int, height: int) -> Page:
        page = screen(width, height)
        page.route(script, plant)
        return page

    return one


@pytest.mark.parametrize("host", ["127.0.0.1"])
@pytest.mark.parametrize(
    "script, honest, planted, check, verb",
    [
        (
            *NEVER_AGAIN,
            test_board.test_a_silent_line_makes_the_board_grey_and_says_so_until_it_is_back,
            "to_be_hidden",
        ),
        (
            "**/static/board/board.js",
            "silent || feed.degraded;",
            "silent;",
            test_board.test_a_store_that_takes_no_changes_marks_the_board_and_takes_nothing_away,
            "to_be_visible",
        ),
    ],
    ids=["a page that does not connect again", "a board that does not say that it is old"],
)
def test_a_planted_fault_turns_its_check_red(
    hall: Hall,  # noqa: F811 - a fixture
    screen: Screen,  # noqa: F811 - a fixture
    monkeypatch: pytest.MonkeyPatch,
    script: str,
    honest: str,
    planted: str,
    check: Callable[..., None],
    verb: str,
) -> None:
    served: list[str] = []
    monkeypatch.setattr(test_board, "expect", Waiting(verb))
    with pytest.raises(AssertionError, match=BANNER):
        check(hall, faulty(screen, script, honest, planted, served))
    assert served == [script]


@pytest.mark.parametrize("host", [MACHINE])
def test_a_board_that_shows_old_calls_as_new_is_found(hall: Hall, screen: Screen) -> None:  # noqa: F811 - fixtures
    served: list[str] = []
    fault = ("**/static/board/board.js", "if (!fresh || call.state", "if (call.state")
    with pytest.raises(AssertionError, match=test_truth.AS_NEW):
        test_truth.test_a_board_behind_a_pulled_cable_says_so_and_afterwards_shows_no_old_call_as_new(
            hall, faulty(screen, *fault, served)
        )
    assert served


def test_a_console_that_does_not_connect_again_after_a_kill_is_found(
    server: Server,  # noqa: F811 - a fixture
    staffed: tuple[Any, dict[str, str]],  # noqa: F811 - a fixture
    screen: Screen,  # noqa: F811 - a fixture
    sign_in: Callable[..., None],  # noqa: F811 - a fixture
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    served: list[str] = []
    monkeypatch.setattr(test_kill, "expect", Waiting("to_be_hidden"))
    monkeypatch.setattr(test_kill, "CLERKS", {MACHINE: test_kill.CLERKS[MACHINE]})
    with pytest.raises(AssertionError, match=test_kill.STALE):
        test_kill.test_board_console_desk_and_floor_that_are_open_over_a_kill_go_on_without_a_hand(
            server, staffed, faulty(screen, *NEVER_AGAIN, served), sign_in
        )
    assert served


@pytest.mark.parametrize("host", [MACHINE])
@pytest.mark.parametrize(
    "script, honest, planted, found",
    [
        ("board.js", "show.node.hidden = !free || !show.shows;", "show.node.hidden = !show.shows;", "hidden"),
        ("show.js", "node.muted = true;", "node.muted = false;", "muted"),
    ],
    ids=["pictures that stay over a call", "a film with sound"],
)
def test_a_board_whose_pictures_get_in_the_way_of_its_calls_is_found(
    media: Hall,  # noqa: F811 - a fixture
    screen: Screen,  # noqa: F811 - a fixture
    monkeypatch: pytest.MonkeyPatch,
    script: str,
    honest: str,
    planted: str,
    found: str,
) -> None:
    served: list[str] = []
    monkeypatch.setattr(test_media, "expect", Waiting("to_be_hidden"))
    with pytest.raises(AssertionError, match=found):
        test_media.test_a_call_takes_the_place_of_pictures_and_films_at_once_and_the_last_calls_stay_in_sight(
            media, faulty(screen, f"**/static/board/{script}", honest, planted, served)
        )
    assert served


@pytest.mark.parametrize("host", [MACHINE])
def test_a_board_that_keeps_to_itself_what_it_cannot_show_is_found(
    media: Hall,  # noqa: F811 - a fixture
    screen: Screen,  # noqa: F811 - a fixture
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    served: list[str] = []
    fault = ("**/static/board/board.js", 'show.faults.map((file) => "media " + file)', "[]")
    monkeypatch.setattr(test_media, "until", lambda board, true: test_voice.until(board, true, SEEN_MS))
    with pytest.raises(AssertionError, match="it did not come"):
        test_media.test_a_screen_that_cannot_show_a_file_tells_the_administrator(
            media, faulty(screen, *fault, served)
        )
    assert served


@pytest.mark.parametrize("host", [MACHINE])
@pytest.mark.parametrize(
    "script, honest, planted, check, language, found",
    [
        (
            "reason.js",
            'reason: say(reason, {}, "zh")',
            "reason: say(reason)",
            test_floor.test_a_manager_stops_tickets_of_a_zone_and_of_a_service_with_a_reason_for_citizens_and_has_them_issued_again,
            ["en"],
            "系统故障",
        ),
        (
            "floor/charge.js",
            "pause: until ?",
            "pause: false ?",
            test_floor.test_a_manager_opens_a_closed_window_for_a_clerk_and_pauses_it_and_lets_it_go_on,
            ["en"],
            "paused",
        ),
        (
            "floor.css",
            ".head { display: flex; flex-wrap: wrap;",
            ".head { display: flex;",
            test_floor.test_the_floor_is_whole_at_every_size,
            ["en"],
            "leaves its box",
        ),
        (
            "floor.css",
            "@media (max-width: 1200px)",
            "@media (max-width: 900px)",
            test_floor.test_the_floor_is_whole_at_every_size,
            ["en"],
            test_floor.NARROW,
        ),
        (
            "floor.js",
            "zone.waiting && !zone.open",
            "false",
            test_floor.test_the_floor_counts_a_visit_from_ticket_to_rating,
            [],
            "没有窗口开放",
        ),
        (
            "floor.js",
            "waiting=${hall.waiting}",
            "waiting=${0}",
            test_floor.test_a_manager_ends_the_day_knowing_who_waits_and_has_tickets_issued_again,
            ["en"],
            "who wait",
        ),
    ],
    ids=[
        "a reason that citizens cannot read",
        "a pause without its end",
        "a top line too narrow for its sentence",
        "a tablet laid out as a wide screen",
        "a calm floor where nobody calls",
        "an end of the day for nobody",
    ],
)
def test_a_floor_that_lets_its_manager_down_is_found(
    hall: Hall,  # noqa: F811 - a fixture
    screen: Screen,  # noqa: F811 - a fixture
    sign_in: Callable[..., None],  # noqa: F811 - a fixture
    monkeypatch: pytest.MonkeyPatch,
    script: str,
    honest: str,
    planted: str,
    check: Callable[..., None],
    language: list[str],
    found: str,
) -> None:
    served: list[str] = []
    floor = faulty(screen, f"**/static/{script}", honest, planted, served)(*test_floor.TABLET)
    floor.goto(f"{hall.url}/floor")
    sign_in(floor, "zhou")
    monkeypatch.setattr(test_floor, "expect", Waiting("to_contain_text"))
    with pytest.raises(AssertionError, match=found):
        check(hall, floor, *language)
    assert served


@pytest.mark.parametrize("host", [MACHINE])
@pytest.mark.parametrize(
    "script, honest, planted, check, found",
    [
        (
            "rate/round.js",
            'if (this.stage !== "ask" || now >= this.until) return;',
            "",
            test_rate.test_a_tablet_rates_once_whatever_is_touched,
            "one touch, one rating",
        ),
        (
            "rate.js",
            'feed.state === "stale" || feed.degraded;',
            "feed.degraded;",
            test_rate.test_a_tablet_that_hears_nothing_is_grey_says_so_and_cannot_be_rated_on,
            test_rate.STALE,
        ),
    ],
    ids=["a tablet that rates twice", "a stale tablet that looks live"],
)
def test_a_tablet_that_misleads_is_found(
    hall: Hall,  # noqa: F811 - a fixture
    screen: Screen,  # noqa: F811 - a fixture
    monkeypatch: pytest.MonkeyPatch,
    script: str,
    honest: str,
    planted: str,
    check: Callable[..., None],
    found: str,
) -> None:
    served: list[str] = []
    monkeypatch.setattr(test_rate, "expect", Waiting("to_be_visible"))
    with pytest.raises(AssertionError, match=found):
        check(hall, faulty(screen, f"**/static/{script}", honest, planted, served))
    assert served


@pytest.mark.parametrize("host", [MACHINE])
@pytest.mark.parametrize(
    "file, honest, planted, found",
    [
        ("paper.js", 'addEventListener("beforeprint"', 'addEventListener("afterprint"', paper.NAMELESS),
        (
            "page.css",
            '@bottom-left { content: var(--foot, "");',
            "@bottom-left { content: none;",
            paper.NAMELESS,
        ),
        ("audit.css", ".small, .tag, .entries .command,", ".small, .tag,", paper.FINE),
    ],
    ids=["a foot that is told too late", "a foot that is not printed", "type that is too small"],
)
def test_a_page_of_paper_that_does_not_say_whose_it_is_or_cannot_be_read_is_found(
    hall: Hall,  # noqa: F811 - a fixture
    screen: Screen,  # noqa: F811 - a fixture
    sign_in: Callable[..., None],  # noqa: F811 - a fixture
    file: str,
    honest: str,
    planted: str,
    found: str,
) -> None:
    served: list[str] = []
    with pytest.raises(AssertionError, match=found):
        test_audit.test_every_page_of_a_log_on_paper_says_whose_it_is_and_what_of_it_is_there(
            hall, faulty(screen, f"**/static/{file}", honest, planted, served), sign_in
        )
    assert served


@pytest.mark.timeout(240)
@pytest.mark.parametrize("host", [MACHINE])
@pytest.mark.parametrize("serves", [hasty])
def test_advice_that_is_followed_on_the_page_alone_is_found(
    hall: Hall,  # noqa: F811 - a fixture
    screen: Screen,  # noqa: F811 - a fixture
    sign_in: Callable[..., None],  # noqa: F811 - a fixture
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    served: list[str] = []
    fault = ("**/static/floor/advice.js", "submit=${() => this.submit()}", "submit=${() => choose(null)}")
    monkeypatch.setattr(test_advice, "expect", Waiting("to_have_count"))
    with pytest.raises(AssertionError, match="to have count"):
        test_advice.test_a_manager_opens_the_window_that_is_advised_and_reads_later_what_came_of_it(
            hall, faulty(screen, *fault, served), sign_in
        )
    assert served
