"""Several of the same on one ticket, where a service takes them at once."""

from dataclasses import replace
from typing import Any

import msgspec

from kiosk.link.hall import command
from kiosk.model import look as seen
from kiosk.model.event import HallShown
from kiosk.model.intent import Print, Take
from kiosk.model.journal import Entry
from kiosk.model.screen import Bring, Taking
from kiosk.model.show import look
from queue_server.wire.ticket import Language
from tests.unit.kiosk.hall import HALL, Play, alone_kiosk, open_kiosk, shown, taken


def several(most: int, play: Play | None = None, **over: Any) -> Play:
    """A kiosk in a hall where so many payments of social insurance are dealt with at once; more go on as it says."""
    hall = shown()
    services = tuple(
        msgspec.structs.replace(each, max_items=most, **over) if each.id == "c-pay" else each
        for each in hall.services
    )
    return (play or open_kiosk()) >> HallShown(hall.hall, hall.zones, services)


def count(play: Play) -> seen.Count | None:
    """How many the screen says."""
    body = look(play.state).body
    assert isinstance(body, seen.Bring)
    return body.count


def taking(play: Play) -> Take:
    """The asking that a touch led to."""
    [asking] = play.wanted
    assert isinstance(asking, Take)
    return asking


def test_a_service_that_takes_several_asks_how_many_and_one_that_does_not_never() -> None:
    play = several(3).touch("zone", "C")
    assert count(play) == seen.Count("件数", "1件", fewer=False, more=True)
    assert isinstance(several(1).touch("zone", "C").screen, Taking)
    assert count(open_kiosk().touch("zone", "A").touch("service", "a-fire")) is None


def test_it_is_counted_from_one_to_as_many_as_are_allowed() -> None:
    play = several(3).touch("zone", "C").touch("fewer")
    assert play.screen == Bring("c-pay")
    play.touch("more").touch("more")
    assert count(play) == seen.Count("件数", "3件", fewer=True, more=False)
    assert play.touch("more").screen == Bring("c-pay", items=3)
    assert play.touch("fewer").screen == Bring("c-pay", items=2)


def test_the_server_hears_how_many_and_of_one_nothing() -> None:
    two = taking(several(3).touch("zone", "C").touch("more").touch("take"))
    assert command(two)[1]["items"] == 2
    one = taking(several(3).touch("zone", "C").touch("take"))
    assert "items" not in command(one)[1]


def test_glass_and_paper_say_how_many() -> None:
    play = taken(several(3).touch("zone", "C").touch("more").touch("take"), items=2)
    [printing] = play.wanted
    assert isinstance(printing, Print)
    assert printing.slip.service == "社保缴费（2件）"
    body = look(play.state, "en").body
    assert isinstance(body, seen.Issued)
    assert body.service == "Paying social insurance (2 items)"


def test_a_service_that_takes_fewer_by_now_is_asked_for_no_more_than_it_takes() -> None:
    play = several(3).touch("zone", "C").touch("more").touch("more")
    several(2, play)
    assert count(play) == seen.Count("件数", "2件", fewer=True, more=False)
    assert taking(play.touch("take")).items == 2


def visit(play: Play, language: Language) -> str:
    """What the screen says of what a ticket leads through."""
    body = look(play.state, language).body
    assert isinstance(body, seen.Bring)
    return body.visit


def test_what_becomes_of_the_rest_is_told_before_the_ticket_is_taken() -> None:
    play = several(2, over_items="round").touch("zone", "C").touch("more")
    assert visit(play, "zh") == ""
    play.touch("more").touch("more").touch("more")
    assert visit(play, "zh") == "一次最多办2件，其余3件办完后接着重新排队，共3轮，不用再取号。"
    assert visit(play, "en") == (
        "2 are done at a time; the other 3 queue again afterwards, 3 rounds on the same ticket."
    )
    play = (
        several(2, over_items="batch", batch_service="e-job").touch("zone", "C").touch("more").touch("more")
    )
    assert visit(play, "zh") == "这里最多办2件，其余1件接着到E区“就业登记”办，不用再取号。"
    assert count(play) == seen.Count("件数", "3件", fewer=True, more=False)


def test_rounds_take_places_of_the_ticket_from_other_services() -> None:
    play = several(1, over_items="round").touch("zone", "C")
    for _ in range(6):
        play.touch("more")
    assert play.screen == Bring("c-pay", items=5)
    body = look(play.state).body
    assert isinstance(body, seen.Bring)
    assert body.add == ""
    play.touch("fewer").touch("add").touch("zone", "E")
    assert taking(play.touch("take")).items == 4
    assert look(play.state).body != body


def test_glass_and_paper_of_a_kiosk_alone_say_the_rounds_as_the_server_would() -> None:
    play = alone_kiosk()
    told = play.state.told
    assert told is not None
    play.state = replace(play.state, told=several(2, over_items="round").state.told)
    play.after(0).touch("zone", "C").touch("more").touch("more").touch("take")
    [printing] = play.wanted
    assert isinstance(printing, Print)
    assert printing.slip.service == "社保缴费（3件）"
    assert [stop.service for stop in printing.slip.steps] == ["社保缴费（2件）", "社保缴费（第2轮1件）"]
    body = look(play.state, "en").body
    assert isinstance(body, seen.Issued)
    assert body.service == "Paying social insurance (3 items) in 2 rounds"


def test_a_ticket_that_is_issued_alone_is_for_as_many() -> None:
    play = alone_kiosk()
    told = play.state.told
    assert told is not None
    play.state = replace(play.state, told=several(3).state.told)
    play.after(0).touch("zone", "C").touch("more").touch("take")
    entry = next(iter(play.journal.values()))
    assert (entry.alone, entry.take.items) == (True, 2)


def test_a_journal_that_does_not_know_of_several_is_read_as_one() -> None:
    body = msgspec.json.encode(Entry(Take("key", "id", "token", "c-pay", "zh"), HALL.day))
    older = msgspec.json.decode(body)
    del older["take"]["items"]
    assert msgspec.convert(older, Entry).take.items == 1
