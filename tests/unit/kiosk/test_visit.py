"""What happens around a ticket: who stands there, in which language, and what the kiosk knows of the hall."""

from kiosk.model.event import Felt, HallShown, LinkChanged, Painted, Touched
from kiosk.model.screen import Bring, Home, Services
from kiosk.model.show import look
from kiosk.model.state import State
from kiosk.model.step import step
from tests.unit.kiosk.hall import FRESH, Play, open_kiosk, shown


def test_thirty_seconds_without_a_touch_bring_the_home_screen_in_chinese() -> None:
    play = open_kiosk().touch("language").touch("zone", "A")
    assert play.after(29.9).screen == Services("A")
    assert play.after(0.1).screen == Home()
    assert play.state.language == "zh"


def test_a_touch_beside_every_button_shows_that_somebody_is_there() -> None:
    play = open_kiosk().touch("zone", "A").after(29)
    play = (play >> Felt()).after(29)
    assert play.screen == Services("A")


def test_ten_seconds_before_the_home_screen_comes_back_it_is_said_and_a_touch_gives_the_whole_time() -> None:
    play = open_kiosk().touch("zone", "A")
    assert look(play.after(19).state).leaving == ""
    assert look(play.after(2).state).leaving == "9秒后返回首页，点一下屏幕继续"
    assert look((play >> Felt()).state).leaving == ""
    assert isinstance(play.after(29).screen, Services)
    assert look(play.state, "en").leaving == "Leaving in 1 s: touch to stay"
    assert play.after(2).screen == Home()


def test_a_screen_that_loses_nothing_or_has_an_end_of_its_own_warns_of_nothing() -> None:
    assert look(open_kiosk().after(25).state).leaving == ""
    waits = open_kiosk().touch("zone", "C").after(25)
    assert look(waits.state).leaving == ""


def test_a_warning_moves_no_button_and_a_press_in_its_time_is_heard() -> None:
    play = open_kiosk().touch("zone", "A")
    play >> Painted(play.state.sight)
    sight = play.after(25).state.sight
    assert look(play.state).leaving != ""
    play >> Felt() >> Touched("service", "a-fire", FRESH)
    assert (sight, play.screen) == (play.state.sight - 1, Bring("a-fire"))


def test_the_language_changes_and_changes_back_on_the_same_screen() -> None:
    play = open_kiosk().touch("zone", "A").touch("language")
    assert (play.state.language, play.screen) == ("en", Services("A"))
    assert play.touch("language").state.language == "zh"


def test_pages_turn_and_stop_at_both_ends() -> None:
    play = open_kiosk().touch("zone", "D")
    seen = []
    for way in ("back", "on", "on", "on", "back"):
        play.touch("page", way)
        assert isinstance(play.screen, Services)
        seen.append(play.screen.page)
    assert seen == [0, 1, 2, 2, 1]


def test_a_zone_or_service_that_leaves_the_hall_leaves_the_screen() -> None:
    hall = shown()
    empty = HallShown(hall.hall, (), ())
    assert (open_kiosk().touch("zone", "A") >> empty).screen == Home()
    bring = open_kiosk().touch("zone", "A").touch("service", "a-fire")
    assert (bring >> hall).screen == Bring("a-fire")
    assert (bring >> empty).screen == Home()


def test_a_lost_link_stays_lost_between_attempts_until_it_is_live() -> None:
    play = open_kiosk() >> LinkChanged("down") >> LinkChanged("connecting")
    assert play.state.link == "down"
    assert (play >> LinkChanged("live")).state.link == "live"


def test_the_first_connecting_is_not_a_loss() -> None:
    assert (Play() >> LinkChanged("connecting")).state.link == "connecting"


def test_a_clock_that_goes_back_does_not_move_the_kiosk_back() -> None:
    state, _ = step(State(now=50.0), Felt(), 20.0)
    assert (state.now, state.touched_at) == (50.0, 50.0)
