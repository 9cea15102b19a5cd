"""Devices: a code to be found by, a place, rights that end at once."""

from datetime import timedelta
from hashlib import sha256
from typing import Any

import pytest
from msgspec.structs import replace

from queue_server.engine.actor import Actor
from queue_server.engine.device import CODE_LIFE, bearer
from queue_server.engine.pairing import CROWD, MOST_WAITING
from queue_server.wire import command as c
from queue_server.wire.device import DeviceKind, DeviceRecord
from queue_server.wire.field import Fitting
from queue_server.wire.ids import DeviceId, WindowId, ZoneId
from tests.fakes.hall import FILING, FOUR, LICENCE, ONE, THREE, TWO
from tests.fakes.play import AGENT, KIOSK, LI, ZHANG, Play, picture

ADMIN, NOBODY = Actor("admin", "chief"), Actor("public", "anyone")


def secret(n: int = 1) -> str:
    return f"device-token-{n:020d}"


def pair(play: Play, kind: DeviceKind = "agent", n: int = 1, name: str = "counter") -> DeviceRecord:
    made: DeviceRecord = play.do(c.PairDevice(kind=kind, name=name, token=secret(n)), NOBODY)
    return made


def place(play: Play, device: DeviceRecord, **where: Any) -> DeviceRecord:
    placed: DeviceRecord = play.do(c.PlaceDevice(device=device.id, **where), ADMIN)
    return placed


def who(play: Play, n: int = 1) -> Actor | None:
    return bearer(play.state, sha256(secret(n).encode()).hexdigest())


def test_a_device_that_pairs_shows_six_digits_and_has_the_rights_of_the_public() -> None:
    play = Play()
    device = pair(play)
    assert device.state == "waiting"
    assert device.code is not None
    assert len(device.code) == 6
    assert device.code.isdecimal()
    asker = who(play)
    assert asker is not None
    assert (asker.role, asker.windows, asker.device) == ("public", None, device.id)
    assert play.refused(c.CallNext(window=ONE), asker) == "auth.missing"


def test_the_token_itself_is_in_no_event_and_no_record() -> None:
    play = Play()
    place(play, pair(play), windows=(ONE,))
    assert secret() not in repr([play.log, picture(play.state)])


def test_the_same_token_again_is_the_same_device_with_the_same_code() -> None:
    play = Play()
    first = pair(play)
    events = len(play.log)
    assert pair(play) == first
    place(play, first, windows=(ONE,))
    assert pair(play).state == "placed"
    assert len(play.log) == events + 1


def test_codes_are_unlike_among_those_who_wait() -> None:
    play = Play()
    draws = iter(("id-one", "same", "id-two", "same", "other"))
    play.draw = lambda: next(draws)  # type: ignore[method-assign]
    first, second = pair(play, n=1), pair(play, n=2)
    assert first.code != second.code
    assert next(draws, None) is None, "a code in use is drawn again"


def test_an_agent_acts_at_its_windows_alone_and_rates_only_what_was_served_there() -> None:
    """Window 3's keypad can rate only window 3's visit."""
    play = Play()
    play.open(ONE)
    play.open(THREE, LI)
    place(play, pair(play), windows=(THREE,))
    keypad = who(play)
    assert keypad is not None
    here, there = play.take(LICENCE), play.take(FILING)
    assert play.refused(c.CallNext(window=ONE), keypad) == "auth.not_your_window"
    assert play.do(c.CallNext(window=THREE), keypad).id == here.id
    play.next(ONE)
    play.do(c.Finish(window=THREE), keypad)
    play.do(c.Finish(window=ONE))
    wrong = c.Rate(step=f"{there.id}/0", level=1, channel="keypad")
    assert play.refused(wrong, keypad) == "auth.not_your_window"
    right = c.Rate(step=f"{here.id}/0", level=5, channel="keypad")
    assert play.do(right, keypad).level == 5
    assert play.refused(right, keypad) == "rating.twice"


def test_a_key_of_one_of_an_agents_windows_rates_nothing_of_its_other_windows() -> None:
    play = Play()
    for window, clerk in ((ONE, ZHANG), (THREE, LI)):
        play.open(window, clerk)
    place(play, pair(play), windows=(ONE, THREE))
    box = who(play)
    assert box is not None
    first, second = play.take(FILING), play.take(LICENCE)
    for window, clerk in ((ONE, ZHANG), (THREE, LI)):
        play.next(window, clerk)
        play.do(c.Finish(window=window), clerk)
    at_one = c.Rate(step=f"{first.id}/0", level=1, channel="keypad")
    assert play.refused(replace(at_one, window=THREE), box) == "rating.other_window"
    assert play.refused(replace(at_one, window=TWO), box) == "auth.not_your_window"
    assert play.refused(at_one, box) == "rating.which_window", "both windows ask: it may be either's key"
    assert play.do(replace(at_one, window=ONE), box).level == 1
    at_three = c.Rate(step=f"{second.id}/0", level=5, channel="keypad")
    assert play.do(at_three, box).level == 5, "an agent of an earlier version, while one of its windows asks"


BUS = tuple(
    Fitting(name=f"keypad 1/{address}", port="/dev/ttyUSB0", profile="ff68", window=window)
    for address, window in ((5, ONE), (6, THREE))
)


def fitted(play: Play) -> DeviceRecord:
    """An agent at window 1 that has told of its bus of two keypads."""
    place(play, pair(play), windows=(ONE,))
    box = who(play)
    assert box is not None
    told: DeviceRecord = play.do(c.ReportDevice(state="ready", fittings=BUS), box)
    return told


def test_an_agent_tells_what_it_has_and_says_it_once() -> None:
    play = Play()
    device = fitted(play)
    assert (device.fittings, device.windows) == (BUS, (ONE,)), "what its file proposes gives it no right"
    events, box = len(play.log), who(play)
    assert box is not None
    play.do(c.ReportDevice(state="ready", fittings=BUS), box)
    assert len(play.log) == events
    gone: DeviceRecord = play.do(c.ReportDevice(state="gone"), box)
    assert gone.fittings == BUS, "a report that does not speak of them leaves them"
    assert picture(play.rebuilt()) == picture(play.state)


def test_each_address_of_a_bus_gets_its_own_window_and_the_rights_there() -> None:
    play = Play()
    device = fitted(play)
    placed = place(play, device, places={"keypad 1/5": FOUR, "keypad 1/6": None})
    assert (placed.windows, placed.places) == ((FOUR,), {"keypad 1/5": FOUR, "keypad 1/6": None})
    play.open(ONE)
    play.open(FOUR, LI)
    box = who(play)
    assert box is not None
    assert play.refused(c.CallNext(window=ONE), box) == "auth.not_your_window"
    assert play.do(c.CallNext(window=FOUR), box) is None
    assert picture(play.rebuilt()) == picture(play.state)


@pytest.mark.parametrize(
    "places, code",
    [
        ({"keypad 1/7": ONE}, "device.unknown_fitting"),
        ({"keypad 1/5": WindowId("99")}, "window.unknown"),
        ({"keypad 1/5": None}, "device.wrong_place"),
    ],
)
def test_an_address_is_placed_only_where_there_is_something(places: Any, code: str) -> None:
    play = Play()
    device = fitted(play)
    assert play.refused(c.PlaceDevice(device=device.id, places=places), ADMIN) == code
    kiosk = pair(play, "kiosk", n=2)
    assert play.refused(c.PlaceDevice(device=kiosk.id, places=places), ADMIN) == "device.wrong_place"


def test_nobody_names_another_window_for_a_visit() -> None:
    play = Play()
    play.open(ONE)
    ticket = play.take(FILING)
    play.next(ONE)
    play.do(c.Finish(window=ONE))
    for who_, channel in ((KIOSK, "kiosk"), (AGENT, "keypad")):
        rate = c.Rate(step=f"{ticket.id}/0", level=5, channel=channel, window=THREE)  # type: ignore[arg-type]
        assert play.refused(rate, who_) == "rating.other_window"


def test_an_agent_with_many_windows_has_rights_at_each_and_loses_what_is_taken_away() -> None:
    play = Play()
    play.open(ONE)
    play.open(THREE, LI)
    device = place(play, pair(play), windows=(ONE, THREE, ONE))
    assert device.windows == (ONE, THREE)
    before = who(play)
    assert before is not None
    play.do(c.CallNext(window=THREE), before)
    place(play, device, windows=(ONE,))
    assert play.refused(c.CallNext(window=THREE), before) == "auth.not_your_window", (
        "who it was does not help"
    )


def test_a_revoked_device_is_nobody_at_once_and_its_token_is_good_for_nothing() -> None:
    play = Play()
    play.open(ONE)
    device = place(play, pair(play), windows=(ONE,))
    before = who(play)
    assert before is not None
    play.do(c.RevokeDevice(device=device.id, reason="被盗"), ADMIN)
    assert who(play) is None
    assert play.refused(c.CallNext(window=ONE), before) == "auth.invalid"
    assert play.refused(c.PairDevice(kind="agent", name="x", token=secret()), NOBODY) == "device.revoked"
    assert play.refused(c.PlaceDevice(device=device.id, windows=(ONE,)), ADMIN) == "device.revoked"
    assert play.refused(c.RevokeDevice(device=device.id, reason="x"), ADMIN) == "device.revoked"


def test_a_code_is_good_for_fifteen_minutes_and_a_new_one_is_another() -> None:
    play = Play()
    first = pair(play)
    play.later(seconds=CODE_LIFE.total_seconds() - 1)
    assert pair(play) == first
    play.later(seconds=1)
    assert play.state.devices == {}
    second = pair(play)
    assert second.id != first.id
    assert play.refused(c.PlaceDevice(device=first.id, windows=(ONE,)), ADMIN) == "device.unknown"


def test_those_who_wait_are_few_and_change_slowly() -> None:
    play = Play()
    for n in range(MOST_WAITING):
        pair(play, n=n)
    assert play.refused(c.PairDevice(kind="kiosk", name="x", token=secret(99)), NOBODY) == "device.too_many"
    play.later(seconds=CROWD.total_seconds())
    assert pair(play, n=99).state == "waiting"
    assert len(play.state.codes) == MOST_WAITING
    assert who(play, 0) is None, "the one that waited longest made room"
    assert who(play, 1) is not None


@pytest.mark.parametrize(
    "kind, where, code",
    [
        ("agent", {}, "device.wrong_place"),
        ("agent", {"display": "hall"}, "device.wrong_place"),
        ("agent", {"windows": (WindowId("77"),)}, "window.unknown"),
        ("display", {}, "device.wrong_place"),
        ("display", {"display": "nowhere"}, "display.unknown"),
        ("display", {"display": "hall", "windows": (ONE,)}, "device.wrong_place"),
        ("kiosk", {"windows": (ONE,)}, "device.wrong_place"),
        ("kiosk", {"zone": ZoneId("Z")}, "zone.unknown"),
    ],
)
def test_a_place_must_suit_the_kind_of_device(kind: DeviceKind, where: dict[str, Any], code: str) -> None:
    play = Play()
    device = pair(play, kind)
    assert play.refused(c.PlaceDevice(device=device.id, **where), ADMIN) == code


def test_two_devices_of_one_kind_never_have_one_name() -> None:
    play = Play()
    first, second = pair(play, "display", 1, "board"), pair(play, "display", 2, "board")
    assert place(play, first, display="hall").name == "board"
    taken = c.PlaceDevice(device=second.id, display="b", name="board")
    assert play.refused(taken, ADMIN) == "device.name_taken"
    assert place(play, second, display="b").name == "board-2"
    assert place(play, second, display="b", name="门口").name == "门口"
    play.do(c.RevokeDevice(device=first.id, reason="更换"), ADMIN)
    again = pair(play, "display", 3, "board")
    assert (
        place(play, again, display="hall", name="board").name == "board"
    )  # one set up anew has its name again


def test_a_device_says_how_it_is_and_the_same_again_is_no_news() -> None:
    play = Play()
    place(play, pair(play, "kiosk"))
    kiosk = who(play)
    assert kiosk is not None
    said = play.later(seconds=5).do(c.ReportDevice(state="degraded", reason="no_paper"), kiosk)
    assert (said.health, said.fault, said.seen_at) == ("degraded", "no_paper", play.now)
    events = len(play.log)
    play.later(seconds=5).do(c.ReportDevice(state="degraded", reason="no_paper"), kiosk)
    assert len(play.log) == events
    assert play.refused(c.ReportDevice(state="ready"), KIOSK) == "device.unknown"


def test_a_device_is_as_it_is_since_it_first_said_so() -> None:
    play = Play()
    place(play, pair(play), windows=(ONE,))
    box = who(play)
    assert box is not None
    out = c.ReportDevice(state="degraded", reason="bar 1 gone 09:12")
    said = play.later(seconds=5).do(out, box)
    assert said.health_at == play.now
    fitted = play.later(seconds=5).do(replace(out, fittings=BUS), box)
    assert fitted.health_at == said.health_at, "what it has says nothing of how it is"
    worse = play.later(seconds=5).do(c.ReportDevice(state="degraded", reason="bar 1 gone 09:12 +1"), box)
    assert worse.health_at == play.now


def test_devices_outlive_midnight_and_are_rebuilt_from_their_rows() -> None:
    play = Play()
    place(play, pair(play), windows=(ONE,))
    play.do(c.RevokeDevice(device=pair(play, "kiosk", 2).id, reason="x"), ADMIN)
    play.later(minutes=60 * 24)
    waiting = pair(play, "display", 3)
    assert picture(play.rebuilt()) == picture(play.state)
    assert play.rebuilt().codes == {waiting.code: waiting.id}
    assert {held.state for held in play.state.devices.values()} == {"waiting", "placed", "revoked"}
    assert play.now - waiting.paired_at < timedelta(seconds=1)
    assert play.refused(c.RevokeDevice(device=DeviceId("x"), reason="x"), ADMIN) == "device.unknown"
