"""Needs: whoever is called to where what they need is not has a steward called there, once."""

import msgspec
import pytest

from queue_server.engine.hall import Hall, Member
from queue_server.views import topic
from queue_server.wire import command as c
from queue_server.wire.alarm import AlarmRecord
from tests.fakes.hall import FILING, ONE, TWO, hall
from tests.fakes.play import LI, STEWARD, ZHANG, Play, picture


def plan() -> Hall:
    """Window 2 has a low counter, and li speaks English."""
    small = hall()
    windows = tuple(
        msgspec.structs.replace(one, abilities=("low_counter",)) if one.id == TWO else one
        for one in small.windows
    )
    return msgspec.structs.replace(small, windows=windows, staff=(Member(id="li", abilities=("english",)),))


def alarms(play: Play) -> list[AlarmRecord]:
    """What stewards are told."""
    return [one for key, one in topic.show(play.state, "floor").items() if key.startswith("alarm/")]


def test_a_steward_is_told_who_was_called_to_where_what_they_need_is_not() -> None:
    play = Play(plan())
    ticket = play.take(FILING, needs=("wheelchair", "english"))
    play.open(ONE)
    play.next(ONE)
    [told] = alarms(play)
    assert (told.kind, told.name, told.window) == ("need", ticket.number, ONE)
    assert told.needs == ("wheelchair", "english")
    assert picture(play.rebuilt()) == picture(play.state)
    play.do(c.AcknowledgeAlarm(alarm=told.id), STEWARD)
    play.do(c.EndAlarm(alarm=told.id), STEWARD)
    assert alarms(play) == []


@pytest.mark.parametrize("needs", [(), ("sight",), ("wheelchair",), ("english", "wheelchair")])
def test_nobody_is_told_where_it_is_met_or_nobody_has_written_down_by_what(needs: tuple[str, ...]) -> None:
    play = Play(plan())
    play.take(FILING, needs=needs)
    play.open(TWO, LI)
    play.next(TWO, LI)
    assert alarms(play) == []


def test_a_call_that_is_undone_and_made_again_tells_it_once() -> None:
    play = Play(plan())
    play.take(FILING, needs=("hearing",))
    play.open(ONE)
    play.next(ONE)
    play.do(c.Undo(window=ONE), ZHANG)
    play.next(ONE)
    assert len(alarms(play)) == 1
