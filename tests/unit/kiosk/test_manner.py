"""The screen suits whoever stands before it, and the next visitor finds it as it was."""

from dataclasses import replace

import msgspec
import pytest

from kiosk.model.event import HallShown, PrinterReported
from kiosk.model.few import few
from kiosk.model.intent import Take
from kiosk.model.look import EasyHome, Home, Services
from kiosk.model.manner import Manner
from kiosk.model.screen import Bring, Issued, Others
from kiosk.model.screen import Home as AtHome
from kiosk.model.show import look
from queue_server.wire.face import tokens
from tests.unit.kiosk.hall import FRESH, Play, caring_kiosk, open_kiosk, shown, taken


def easy() -> Play:
    """Somebody who asked for the elders' version."""
    return open_kiosk().touch("way", "easy")


@pytest.mark.parametrize("way", ["easy", "low", "contrast"])
def test_a_touch_turns_a_way_on_and_the_next_one_off(way: str) -> None:
    play = open_kiosk().touch("way", way)
    assert play.state.manner == replace(Manner(), **{way: True})
    assert [option.chosen for option in look(play.state).ways if option.id == way] == [True]
    assert play.touch("way", way).state.manner == Manner()


def test_ways_go_together_and_an_unknown_one_is_nothing() -> None:
    play = open_kiosk().touch("way", "easy").touch("way", "contrast").touch("way", "dance")
    assert play.state.manner == Manner(easy=True, contrast=True)


def test_a_panel_that_lies_does_not_offer_to_be_low() -> None:
    play = Play(replace(open_kiosk().state, tall=False))
    assert [option.id for option in look(play.state).ways] == ["easy", "contrast"]
    assert play.touch("way", "low").state.manner == Manner()


def test_ways_stand_on_the_home_screen_only() -> None:
    assert look(open_kiosk().touch("zone", "A").state).ways == ()
    assert look(Play().state).ways == ()
    assert open_kiosk().touch("zone", "A").touch("way", "easy").state.manner == Manner()


def test_the_elders_home_screen_has_four_services_and_two_ways_on() -> None:
    body = look(easy().state).body
    assert isinstance(body, EasyHome)
    assert [found.row.id for found in body.found] == ["a-file", "b-0", "c-pay", "d-0"]
    assert easy().touch("service", "c-pay").screen != AtHome()
    assert easy().touch("others").screen == Others()


def test_what_most_people_came_for_stands_there_first_and_others_fill_it_up() -> None:
    services = shown().services
    assert [s.id for s in few(services, ("b-7", "gone", "d-30"))] == ["b-7", "d-30", "a-file", "b-0"]
    many = tuple(s.id for s in services[::-1])
    assert [s.id for s in few(services, many)] == list(many[:4])


def test_who_wants_help_takes_a_ticket_for_enquiries_or_is_told_where_people_are() -> None:
    hall = shown()
    asked = tuple(msgspec.structs.replace(s, enquiry=s.id == "c-pay") for s in hall.services)
    play = (open_kiosk() >> HallShown(hall.hall, hall.zones, asked)).touch("way", "easy")
    body, without = look(play.state).body, look(easy().state).body
    assert isinstance(body, EasyHome)
    assert isinstance(without, EasyHome)
    assert (body.ask, body.help) == ("请人帮我", "")
    assert (without.ask, without.help) == ("", "不清楚选哪个？请到咨询台问工作人员。")
    [take] = play.touch("enquiry").wanted
    assert isinstance(take, Take)
    assert take.service == "c-pay"


def test_only_what_stands_on_the_elders_home_screen_can_be_touched_there() -> None:
    assert easy().touch("service", "b-7").screen == AtHome()
    assert open_kiosk().touch("service", "c-pay").screen == AtHome()
    assert open_kiosk().touch("others").screen == AtHome()


def test_who_chose_a_common_service_goes_back_to_where_it_stood() -> None:
    play = caring_kiosk().touch("way", "easy").touch("service", "a-file")
    assert play.screen == Bring("a-file")
    assert play.touch("back").screen == AtHome()


def test_the_way_back_from_another_service_leads_over_its_zone_and_the_zones() -> None:
    play = easy().touch("others").touch("zone", "A").touch("service", "a-fire").touch("back")
    assert isinstance(look(play.state).body, Services)
    assert play.touch("back").screen == Others()
    assert play.touch("back").screen == AtHome()
    assert play.state.manner.easy


def test_few_services_stand_on_a_page_for_who_needs_them_large_or_low() -> None:
    sizes = {}
    for way in ("", "easy", "low"):
        play = open_kiosk().touch("way", way)
        play = (play.touch("others") if way == "easy" else play).touch("zone", "D")
        body = look(play.state).body
        assert isinstance(body, Services)
        sizes[way] = len(body.rows), body.columns
        assert [play.touch("page", "on").screen for _ in range(9)][-1] != AtHome()
        last = look(play.state).body
        assert isinstance(last, Services)
        assert last.page_on == ""
        assert last.rows
    assert sizes == {"": (12, 2), "easy": (6, 1), "low": (8, 2)}


def test_elders_have_twice_the_time() -> None:
    play = easy().touch("others")
    assert play.after(31).screen == Others()
    assert play.after(30).screen == AtHome()
    ticket = taken(easy().touch("service", "c-pay")) >> PrinterReported(FRESH.id, "printed")
    assert isinstance(ticket.after(9).screen, Issued)
    assert ticket.after(8).screen == AtHome()


def test_the_next_visitor_finds_the_screen_as_it_is_for_most() -> None:
    play = open_kiosk().touch("way", "low").touch("way", "contrast").touch("language")
    assert look(play.after(31).state) == replace(look(open_kiosk().state), sight=look(play.state).sight)


def test_in_strong_contrast_every_zone_has_one_colour_beside_its_letter_and_icon() -> None:
    body = look(open_kiosk().touch("way", "contrast").state).body
    assert isinstance(body, Home)
    assert {tile.badge.colour for tile in body.tiles} == {tokens().contrast.zone}
    assert len({(tile.badge.letter, tile.badge.icon) for tile in body.tiles}) == 10


def test_the_zones_stand_in_few_words_where_they_are_low() -> None:
    low = look(open_kiosk().touch("way", "low").state).body
    assert isinstance(low, Home)
    assert low.brief
    plain = look(open_kiosk().state).body
    assert isinstance(plain, Home)
    assert not plain.brief


def test_a_hall_without_services_offers_nothing_common() -> None:
    hall = shown()
    play = open_kiosk() >> HallShown(hall.hall, hall.zones, ())
    body = look(play.touch("way", "easy").state).body
    assert isinstance(body, EasyHome)
    assert body.found == ()
