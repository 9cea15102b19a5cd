"""Kiosks on real screens, their printers and a server: whatever happens, paper, journals and server agree afterwards.

One hall is started for all: each story leaves it as it found it, with more tickets.
"""

import re
import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from functools import partial
from itertools import cycle, islice

import pytest

from tests.e2e.house import until
from tests.e2e.lobby import ZONES, Lobby, Post
from tests.fakes.line import Line

pytestmark = pytest.mark.glass
EIGHT = "2026-11-23T08:00:00+08:00@1"
TEN = "2026-11-23T10:00:00+08:00@120"
"""An hour passes while each kiosk issues thirty tickets."""
HOUR, TICKETS = timedelta(hours=1), 30
EASY, OTHERS = (90, 853), (135, 770)
"""Where 长辈版 and 其他业务 are."""
LARGE = dict(zip("ABCD", ((58, 190), (58, 320), (58, 455), (58, 585)), strict=True))
"""The services of the elders' home screen, one above the other: the edge of each has its zone's colour."""
FEW = {(40, 480): ZONES["A"], (320, 480): ZONES["B"], (40, 870): ZONES["C"], (320, 870): ZONES["D"]}
"""The zones in few words, larger, where others have 长辈版."""

FOUND, BACK = (600, 60), (60, 380)
"""On the screen that lies: the bar above a ticket that was found, in its zone's colour, and 返回."""


@pytest.fixture(scope="module")
def lobby(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lobby]:
    """Everything at work."""
    made = Lobby(tmp_path_factory.mktemp("lobby"), EIGHT)
    yield made
    made.cut()


def test_an_elder_takes_a_ticket_with_one_large_touch_and_the_next_visitor_finds_the_usual_screen(
    lobby: Lobby,
) -> None:
    kiosk, _ = lobby.posts
    large = {place: ZONES[letter] for letter, place in LARGE.items()}
    kiosk.press(EASY, lambda: kiosk.shows(large), "the elders' version")
    assert kiosk.take(LARGE["C"])[0] == "C"
    kiosk.done()
    kiosk.press(EASY, lambda: kiosk.shows(large), "the elders' version")
    kiosk.press(OTHERS, lambda: kiosk.shows(FEW), "the zones")
    assert kiosk.take((400, 800))[0] == "D"
    kiosk.done()
    lobby.settle()


def test_a_code_that_is_held_before_the_scanner_finds_its_ticket_on_the_glass(lobby: Lobby) -> None:
    _, kiosk = lobby.posts
    number = kiosk.take(kiosk.places.zones["B"])
    kiosk.done()
    found = re.search(rf"{number}[0-9]{{3}}", kiosk.paper)
    assert found is not None, "the code stands on the paper"
    kiosk.hand(f"type --delay 20 {found[0]}\nkey Return")
    until(lambda: kiosk.shows({FOUND: ZONES["B"]}), "the ticket of that code")
    kiosk.press(BACK, kiosk.at_home, "the home screen")
    lobby.settle()


def test_two_kiosks_issue_sixty_tickets_in_an_hour_without_the_server_and_all_agree_when_it_is_back(
    lobby: Lobby,
) -> None:
    lobby.server.stop()
    lobby.server.clock = TEN
    lobby.server.start()
    until(lambda: lobby.server.metric("jiaohao_feed_links") == len(lobby.posts), "both kiosks to be back")
    until(lobby.lent, "numbers of every zone")
    for post in lobby.posts:
        until(partial(_answered, post), "a ticket of the server's, whose clock the kiosk knows then")
    lobby.server.kill()
    before = {post: len(post.papers) for post in lobby.posts}
    with ThreadPoolExecutor(len(lobby.posts)) as hands:
        list(hands.map(_serve, lobby.posts))
    alone = [entry for post in lobby.posts for entry in post.journal()[before[post] :]]
    assert [entry.alone for entry in alone] == [True] * 2 * TICKETS
    heard_at = max(entry.contact_at for entry in alone if entry.contact_at is not None)
    lobby.server.clock = f"{(heard_at + HOUR).isoformat()}@1"
    lobby.server.start()
    lobby.settle()

    there, received = lobby.tickets(), _received(lobby)
    assert min(received.values()) >= heard_at + HOUR
    for entry in alone:
        assert entry.number is not None
        assert 700 <= int(entry.number[1:]) < 1000
        assert entry.issued_at is not None
        assert entry.contact_at is not None
        assert entry.contact_at >= datetime.fromisoformat(TEN.partition("@")[0])
        issued_at = datetime.fromisoformat(there[entry.take.id]["issued_at"])
        assert entry.contact_at <= issued_at <= received[entry.take.id]
        assert issued_at == min(entry.issued_at, received[entry.take.id]), (
            "neither earlier nor later than that"
        )
    for post in lobby.posts:
        until(partial(_answered, post), "a ticket of the server's")
    lobby.settle()


def test_a_take_that_was_done_and_not_answered_is_one_paper_and_one_ticket(lobby: Lobby) -> None:
    _, kiosk = lobby.posts
    until(lobby.lent, "numbers of every zone")
    lobby.cable.do(Line.deafen)
    number = kiosk.take(kiosk.places.zones["A"])
    assert int(number[1:]) >= 700, "a number of the kiosk's own"
    kiosk.done()
    lobby.cable.do(Line.mend)
    lobby.settle()
    bodies = [each["body"] for each in lobby.ask("/events?after=0&limit=1000")]
    [renumbered] = [body for body in bodies if body["type"] == "renumbered" and body["number"] == number]
    assert int(renumbered["was"][1:]) < 700, "the server had given it another, of which nobody heard"


def test_a_server_killed_between_a_take_and_its_paper_costs_neither(lobby: Lobby) -> None:
    _, kiosk = lobby.posts
    until(lambda: lobby.server.metric("jiaohao_feed_links") == len(lobby.posts), "both kiosks to be back")
    server = lobby.server.program
    assert server is not None
    lobby.cable.do(lambda line: line.after(b'"token"', server.process.kill))
    number = kiosk.take(kiosk.places.zones["C"])
    assert server.process.wait() == -signal.SIGKILL
    assert int(number[1:]) < 700, "the server's own number is on the paper"
    assert not kiosk.journal()[-1].told, "nobody was there to be told of the paper"
    kiosk.done()
    lobby.server.kill()
    lobby.server.start()
    lobby.settle()


def _answered(post: Post) -> bool:
    """Whether one more ticket has a number of the server's."""
    number = post.take(post.places.zones["A"])
    post.done()
    return int(number[1:]) < 700


def _serve(post: Post) -> None:
    """One visitor after the other, each for another zone than the one before."""
    for zone in islice(cycle(ZONES), TICKETS):
        post.take(post.places.zones[zone])
        post.done()


def _received(lobby: Lobby) -> dict[str, datetime]:
    """When the server took over each ticket that a kiosk had issued alone."""
    events = lobby.ask("/events?after=0&limit=1000")
    return {
        each["body"]["ticket"]: datetime.fromisoformat(each["at"])
        for each in events
        if each["body"]["type"] == "taken" and each["body"].get("handed_over")
    }
