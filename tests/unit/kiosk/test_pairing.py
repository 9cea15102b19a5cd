"""A kiosk without a place shows its code, and begins by itself when it has one."""

from kiosk.model.event import CodeShown, LinkChanged, PrinterReported
from kiosk.model.look import Home, Issued, Pairing, Taking
from kiosk.model.show import look
from tests.unit.kiosk.hall import Play, open_kiosk, shown, taken, ticket


def test_the_code_stands_large_in_both_languages_until_there_is_a_place() -> None:
    play = Play() >> LinkChanged("live") >> CodeShown("042917")
    body = look(play.state).body
    assert isinstance(body, Pairing)
    assert body.code == "042 917"
    other = look(play.state, "en").body
    assert isinstance(other, Pairing)
    assert (body.title, body.other_title) == (other.other_title, other.title)
    play = play >> CodeShown(None) >> shown()
    assert isinstance(look(play.state).body, Home)


def test_another_code_takes_the_place_of_the_first_and_nothing_is_touched() -> None:
    play = Play() >> LinkChanged("live") >> CodeShown("042917")
    assert isinstance(look(play.touch("zone", "C").state).body, Pairing)
    sight = play.state.sight
    after = look((play >> CodeShown("111222")).state)
    assert isinstance(after.body, Pairing)
    assert after.body.code == "111 222"
    assert after.sight == sight + 1


def test_a_kiosk_that_is_revoked_shows_a_code_but_takes_no_number_out_of_a_hand() -> None:
    assert isinstance(look((open_kiosk().touch("zone", "A") >> CodeShown("1" * 6)).state).body, Pairing)
    taking = open_kiosk().touch("zone", "C") >> CodeShown("1" * 6)
    assert isinstance(look(taking.state).body, Taking)
    issued = taken(taking) >> PrinterReported(ticket().id, "printed")
    assert isinstance(look(issued.state).body, Issued)
    assert isinstance(look(issued.after(9).state).body, Pairing)


def test_a_lost_link_is_told_beside_the_code() -> None:
    play = Play() >> LinkChanged("live") >> CodeShown("042917") >> LinkChanged("down")
    assert look(play.state).banner is not None
