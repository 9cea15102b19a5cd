"""What was open when a server was cut off."""

from queue_server.views.cut import cut
from queue_server.wire import command as c
from tests.fakes.hall import FILING, FOUR, LICENCE, ONE, TWO
from tests.fakes.play import LI, ZHANG, Play


def test_a_cut_counts_who_waited_who_was_called_who_was_served_and_where() -> None:
    play = Play()
    for service in (FILING, FILING, FILING, LICENCE):
        play.take(service)
    play.open(ONE)
    play.open(FOUR, LI)
    play.next(ONE)
    play.do(c.Start(window=ONE), ZHANG)
    play.next(FOUR, LI)
    play.do(c.Pause(window=FOUR, reason="午休"), LI)
    found = cut(play.state, play.now)
    assert (found.waiting, found.called, found.serving, found.windows) == (2, 1, 1, 2)
    assert found.at == play.now
    assert play.state.windows[TWO].state == "closed"


def test_a_hall_in_which_nothing_happened_yet_has_nothing_open() -> None:
    found = cut(Play().state, None)
    assert (found.at, found.waiting, found.called, found.serving, found.windows) == (None, 0, 0, 0, 0)
