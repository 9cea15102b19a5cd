"""A part of the hall is served in another place: its numbers, its order, who may do what meanwhile, and its way home."""

from itertools import count
from typing import Any

import msgspec
import pytest

from queue_server.engine import homecoming, number
from queue_server.engine import part as parts
from queue_server.engine.actor import CLOCK, Actor
from queue_server.engine.part import Part
from queue_server.engine.relocation import CameHome
from queue_server.engine.version import hall_of
from queue_server.views import hall as views
from queue_server.views import topic
from queue_server.wire import command as c
from queue_server.wire.error import Refusal
from queue_server.wire.ids import ServiceId
from tests.fakes.document import document
from tests.fakes.hall import FILING, FOUR, LICENCE, ONE, SEAL, THREE, TWO, A, B
from tests.fakes.play import KIOSK, LI, MANAGER, STEWARD, ZHANG, Play, picture

ID = "evacuation-of-a-test"
ADMIN = Actor("admin", "root")
DAY = 24 * 60


def home() -> Play:
    """A hall that was published."""
    play = Play()
    play.do(c.Publish(document=document(), note="first"), ADMIN)
    return play


def away(play: Play, *services: ServiceId, id_: str = ID) -> dict[str, Any]:
    """What is in the file of an evacuation."""
    play.do(c.Evacuate(evacuation=id_, reason="停电", services=services), MANAGER)
    return file(play, id_)


def file(play: Play, id_: str = ID) -> dict[str, Any]:
    """The same as plain data."""
    made: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(parts.part(play.state, id_, "home")))
    return made


def elsewhere(play: Play, part: dict[str, Any]) -> Play:
    """The other place."""
    there = Play(hall_of(play.state.versions[1].document), play.now)
    there._draw = count(900_000)
    there.do(c.Adopt(part=part), CLOCK)
    return there


def results(
    there: Play, last: int = 0, origin: str = "there", epoch: str = "", play: Play | None = None
) -> c.BringHome:
    """What the other place sends home; to a hall that is known, without a number that it gave too."""
    made = homecoming.results(there.state, there.state.tickets.values(), epoch)
    known = () if play is None else play.state.tickets.values()
    rows = msgspec.json.decode(msgspec.json.encode(homecoming.apart(known, made.tickets, ())))
    return c.BringHome(
        evacuation=made.evacuation,
        tickets=tuple(rows),
        results=made.seq + last,
        origin=origin,
        epoch=made.epoch,
    )


def test_what_moved_is_called_by_nobody_here_and_issued_no_more() -> None:
    play = home()
    moved, stays = play.take(FILING), play.take(LICENCE)
    away(play, FILING)
    play.open(ONE)
    assert play.next(ONE) is None
    assert play.refused(c.Call(window=ONE, ticket=moved.id, reason="x")) == "ticket.not_waiting"
    assert play.refused(c.Cancel(ticket=moved.id), STEWARD) == "ticket.closed"
    assert play.refused(c.Take(service=FILING), KIOSK) == "issuing.stopped"
    assert play.refused(c.Move(ticket=stays.id, service=FILING, reason="x"), MANAGER) == "hall.evacuated"
    assert play.refused(c.Evacuate(evacuation="another-evacuation", reason="x"), ZHANG) == "auth.forbidden"
    play.open(THREE, LI)
    called = play.next(THREE, LI)
    assert called is not None
    assert called.id == stays.id
    play.later(minutes=DAY)
    assert play.state.tickets[moved.id].state == "moved", (
        "midnight takes nothing from who is served elsewhere"
    )


def test_who_was_at_a_window_is_called_first_there_and_the_window_here_is_free() -> None:
    play = home()
    first, second, third = (play.take(FILING) for _ in range(3))
    play.open(ONE)
    play.open(TWO, LI)
    play.do(c.Call(window=ONE, ticket=third.id, reason="x"))
    play.do(c.Start(window=ONE))
    play.next(TWO, LI)
    there = elsewhere(play, away(play))
    assert {window.ticket for window in play.state.windows.values()} == {None}
    there.open(ONE)
    called = [there.next(ONE) for _ in range(3)]
    assert [one.id for one in called if one] == [third.id, first.id, second.id]
    reasons = [each.event.reason for each in there.log if type(each.event).__name__ == "Called"]  # type: ignore[union-attr]
    assert reasons == ["evacuation", "evacuation", None]


def test_a_prefix_that_goes_whole_counts_on_there_and_then_here() -> None:
    play = home()
    play.take(FILING)
    play.do(c.Cancel(ticket=play.take(FILING).id), STEWARD)
    there = elsewhere(play, away(play, FILING))
    assert there.take(FILING).number == "A003"
    with pytest.raises(Refusal) as told:
        there.do(c.Take(service=LICENCE), KIOSK)
    assert told.value.body("zh").message == "该服务区暂停取号：在另一地点办理。", "it did not move along"
    assert told.value.body("en").message == "Tickets are not being issued here: served elsewhere."
    shown = views.service(there.state, LICENCE)
    assert (shown.stopped, shown.stopped_en) == ("在另一地点办理", "served elsewhere")
    assert (views.hall(play.state).elsewhere, views.hall(there.state).elsewhere) == ("away", "here")
    play.do(results(there), CLOCK)
    assert there.take(FILING).number == "A004", "it may go on while its results are on their way"
    play.do(c.Reopen(evacuation=ID, reason="来电"), MANAGER)
    assert play.take(FILING).number == "A024"
    assert picture(play.rebuilt()) == picture(play.state)


def test_a_prefix_that_is_shared_gets_numbers_of_its_own_there_also_the_next_day() -> None:
    play = home()
    play.take(LICENCE)
    there = elsewhere(play, away(play, SEAL))
    assert (there.take(SEAL).number, play.take(LICENCE).number, there.take(SEAL).number) == (
        "B5000",
        "B002",
        "B5001",
    )
    other = away(play, LICENCE, id_="evacuation-the-other")
    assert other["blocks"] == {"B": 2}
    there.later(minutes=DAY)
    assert there.take(SEAL).number == "B5000"
    assert elsewhere(play, other).take(LICENCE).number == "B5500"


def test_each_place_prints_slips_of_a_series_of_its_own() -> None:
    play = home()
    own = play.do(c.MakeSlips(zone=B, count=2), MANAGER).numbers
    there = elsewhere(play, away(play, SEAL))
    second = away(play, LICENCE, id_="evacuation-the-other")
    assert (own, second["place"]) == (("B8000", "B8001"), 2)
    printed = [made.do(c.MakeSlips(zone=B, count=2), MANAGER).numbers for made in (play, there)]
    printed.append(elsewhere(play, second).do(c.MakeSlips(zone=B, count=2), MANAGER).numbers)
    assert printed == [("B8002", "B8003"), ("B9000", "B9001"), ("B9200", "B9201")]
    assert there.refused(c.MakeSlips(zone=B, count=101), MANAGER) == "slip.too_many"
    number_ = printed[1][0]
    there.do(c.Take(service=SEAL, slip=number_), STEWARD)
    play.do(results(there), CLOCK)
    assert number_ in [ticket.number for ticket in play.state.tickets.values()]


def test_a_slip_that_was_printed_before_goes_with_its_zone_and_is_good_once_in_all() -> None:
    play = home()
    first, second, third = play.do(c.MakeSlips(zone=A, count=3), MANAGER).numbers
    play.do(c.Take(service=FILING, slip=third), STEWARD)
    there = elsewhere(play, away(play, FILING))
    assert there.do(c.Take(service=FILING, slip=first), STEWARD).number == first
    assert there.refused(c.Take(service=FILING, slip=third), STEWARD) == "slip.used"
    assert picture(there.rebuilt()) == picture(there.state)
    play.do(results(there), CLOCK)
    play.do(results(there, 1), CLOCK)
    play.do(c.Reopen(evacuation=ID, reason="来电"), MANAGER)
    assert play.refused(c.Take(service=FILING, slip=first), STEWARD) == "slip.used"
    assert picture(play.rebuilt()) == picture(play.state)
    play.later(minutes=DAY)
    assert play.refused(c.Take(service=FILING, slip=first), STEWARD) == "slip.used"
    assert play.do(c.Take(service=FILING, slip=second), STEWARD).number == second


def test_a_part_that_is_away_is_known_again_by_its_services_and_the_whole_hall_by_all_that_was_left() -> None:
    play = home()
    away(play, FILING, id_="evacuation-of-filing")
    assert parts.again(play.state, ()) is None, "not all of the hall is away"
    play.later(minutes=1)
    away(play, id_="evacuation-of-the-rest")
    assert parts.again(play.state, ()) == "evacuation-of-the-rest"
    assert parts.again(play.state, (FILING,)) == "evacuation-of-filing"
    assert parts.again(play.state, (LICENCE,)) is None
    play.do(c.Decide(evacuation="evacuation-of-the-rest", decision="void", reason="x"), ADMIN)
    assert parts.again(play.state, ()) is None


def test_the_whole_hall_is_known_again() -> None:
    play = home()
    away(play)
    assert parts.again(play.state, ()) == ID


def test_while_a_part_is_elsewhere_no_service_begins_to_count_in_its_prefix() -> None:
    play = home()
    away(play, FILING)
    moved = document()
    moved["services"][2]["zone"] = "A"  # SEAL, whose windows are in both
    assert play.refused(c.Publish(document=moved, note="x"), ADMIN) == "hall.evacuated"
    more = document()
    more["services"].append(more["services"][0] | {"id": "another"})
    more["windows"][0]["services"].append("another")
    assert play.refused(c.Publish(document=more, note="x"), ADMIN) == "hall.evacuated"
    play.do(c.Publish(document=document(services=("filing", "licence")), note="x"), ADMIN)


def test_nor_does_one_after_what_went_there_was_taken_out_of_the_configuration_here() -> None:
    play = home()
    away(play, FILING)
    play.do(c.Publish(document=document(services=("licence", "seal")), note="x"), ADMIN)
    moved = document(services=("licence", "seal"))
    moved["services"][1]["zone"] = "A"
    assert play.refused(c.Publish(document=moved, note="x"), ADMIN) == "hall.evacuated"
    play.later(minutes=24 * 60)
    assert play.refused(c.Publish(document=moved, note="x"), ADMIN) == "hall.evacuated"
    back = document()
    back["services"][2]["zone"] = "A"
    assert play.refused(c.Publish(document=back, note="x"), ADMIN) == "hall.evacuated"
    assert picture(play.rebuilt()) == picture(play.state)


def test_no_series_runs_into_another() -> None:
    assert [number.after(699), number.after(4999), number.after(699, 4001)] == [1000, 10_000, 10_000]
    assert (number.after(5499, block=1), number.after(7999, block=6)) == (None, None)
    assert [number.after(number.before(block), block=block) for block in (0, 1, 2, 6)] == [
        1,
        5000,
        5500,
        7500,
    ]


def test_the_same_file_again_is_done_and_one_of_another_hall_needs_an_empty_store() -> None:
    play = home()
    play.take(FILING)
    early = away(play, FILING)
    there = elsewhere(play, early)
    before = picture(there.state)
    assert there.do(c.Adopt(part=early), CLOCK).tickets == 1
    assert picture(there.state) == before
    play.later(minutes=1)
    later = away(play, LICENCE, id_="evacuation-the-other")
    assert there.refused(c.Adopt(part=later), CLOCK) == "hall.not_empty"
    newer = elsewhere(play, later)
    assert newer.refused(c.Adopt(part=early), CLOCK) == "evacuation.newer"
    busy = home()
    busy.take(FILING)
    assert busy.refused(c.Adopt(part=early), CLOCK) == "hall.not_empty"


def test_results_end_tickets_here_with_window_outcome_and_rating_and_twice_change_nothing() -> None:
    play = home()
    done, rated, open_ = (play.take(FILING) for _ in range(3))
    there = elsewhere(play, away(play, FILING))
    there.open(ONE)
    there.next(ONE)
    there.do(c.Finish(window=ONE, outcome="受理"))
    there.do(c.Rate(step=f"{done.id}/0", level=4, channel="kiosk"), KIOSK)
    there.next(ONE)
    there.next(ONE)
    assert play.refused(c.Reopen(evacuation=ID, reason="x"), MANAGER) == "evacuation.no_results"
    came = results(there)
    play.do(came, CLOCK)
    row = play.state.tickets[done.id]
    assert (row.state, row.step.window, row.step.clerk, row.step.outcome) == ("served", ONE, "zhang", "受理")
    assert (row.step.rating, row.step.channel) == (4, "kiosk")
    assert play.state.tallies[play.state.hall.service[FILING].zone].served == 2
    assert play.refused(c.Rate(step=f"{done.id}/0", level=1, channel="kiosk"), KIOSK) == "rating.twice"
    before = picture(play.state)
    play.do(came, CLOCK)
    assert picture(play.state) == before
    assert (play.state.tickets[rated.id].state, play.state.tickets[open_.id].state) == ("served", "moved")
    play.do(c.Reopen(evacuation=ID, reason="来电"), MANAGER)
    assert play.refused(c.BringHome(evacuation=ID, tickets=(), results=99), CLOCK) == "evacuation.decided"
    play.open(ONE)
    called = play.next(ONE)
    assert called is not None
    assert called.id == open_.id
    assert picture(play.rebuilt()) == picture(play.state)


def test_results_say_where_they_come_from_and_what_one_place_settled_no_other_one_settles() -> None:
    play = home()
    first, second, third = (play.take(FILING) for _ in range(3))
    part = away(play, FILING)
    one, other = elsewhere(play, part), elsewhere(play, part)
    other._draw = count(1_900_000)
    for there in (one, other):
        there.open(ONE)
        there.next(ONE)
        there.do(c.Finish(window=ONE))
    play.do(results(one, origin="one"), CLOCK)
    told = [each.event for each in play.log if isinstance(each.event, CameHome)]
    assert {(event.ticket, event.origin) for event in told} == {
        (each.id, "one") for each in (first, second, third)
    }
    assert play.refused(results(other, last=9, origin="other"), CLOCK) == "evacuation.two_places"
    play.do(results(one, last=9, origin="one"), CLOCK)
    assert picture(play.rebuilt()) == picture(play.state)
    later = [there.take(FILING).number for there in (one, other)]
    assert later[0] == later[1], "both count on"
    play.do(results(one, last=19, origin="one"), CLOCK)
    only = msgspec.structs.replace(
        (more := results(other, last=19, origin="other")),
        tickets=tuple(row for row in more.tickets if row["number"] == later[1]),
    )
    assert play.refused(only, CLOCK) == "evacuation.two_places"
    for there in (play, one, other):
        there.later(minutes=DAY)
    assert play.refused(results(other, last=29, origin="other"), CLOCK) == "evacuation.two_places"


def shown(old: Play, play: Play) -> Play:
    """The place that goes on with a backup of the hall, which itself is shown the file and accepts that."""
    part = msgspec.convert(away(old, FILING), Part)
    there = elsewhere(old, file(old))
    tickets = tuple(ticket.id for ticket in part.tickets)
    play.do(c.Show(evacuation=ID, written_at=part.at, services=part.services, tickets=tickets), CLOCK)
    play.do(c.Decide(evacuation=ID, decision="accept", reason="x"), ADMIN)
    return there


def test_a_number_that_both_places_gave_stands_apart_when_it_comes_home_and_is_told_with_all_the_others_here() -> (
    None
):
    old, play = home(), home()
    for each in (old, play):
        each.take(FILING)
    own = play.take(FILING)  # after the backup
    there = shown(old, play)
    first, second = there.take(FILING), there.take(FILING)
    assert (first.number, second.number) == (own.number, "A003")
    assert play.refused(results(there), CLOCK) == "ticket.exists", "the tables have one of a number"
    play.do(results(there, play=play), CLOCK)
    assert [play.state.tickets[each.id].number for each in (own, first, second)] == ["A002", "A*002", "A003"]
    play.do(results(there, 1, play=play), CLOCK)
    assert play.state.tickets[first.id].number == "A*002", "it keeps that"
    play.do(c.Reopen(evacuation=ID, reason="来电"), MANAGER)
    told = topic.show(play.state, "floor")[f"objected/{first.id}"]
    assert (told.number, told.against) == ("A*002", ("number.twice",))
    assert picture(play.rebuilt()) == picture(play.state)
    play.open(ONE)
    called = [play.next(ONE) for _ in range(4)]
    assert {one.number for one in called if one} == {"A001", "A002", "A*002", "A003"}


def test_a_place_that_went_on_from_a_backup_of_its_own_is_heard_again_and_its_older_results_are_not() -> None:
    play = home()
    first, second = (play.take(FILING) for _ in range(2))
    there = elsewhere(play, away(play, FILING))
    play.do(results(there, last=50, epoch="one"), CLOCK)
    there.do(c.Cancel(ticket=first.id), STEWARD)
    play.do(results(there, epoch="two"), CLOCK)
    assert play.state.tickets[first.id].state == "cancelled"
    there.do(c.Cancel(ticket=second.id), STEWARD)
    play.do(results(there, last=-1, epoch="two"), CLOCK)
    play.do(results(there, last=40, epoch="one"), CLOCK)
    assert play.state.tickets[second.id].state == "moved", "no seq within an epoch is heard twice"
    play.do(results(there, epoch="two"), CLOCK)
    assert play.state.tickets[second.id].state == "cancelled"
    assert picture(play.rebuilt()) == picture(play.state)


def test_what_two_places_served_apart_comes_home_from_both() -> None:
    play = home()
    first, second = (play.take(FILING) for _ in range(2))
    part = away(play, FILING)
    one, other = elsewhere(play, part), elsewhere(play, part)
    for there, ticket in ((one, first), (other, second)):
        there.do(c.Cancel(ticket=ticket.id), STEWARD)
        play.do(results(there, origin=ticket.number), CLOCK)
    assert {play.state.tickets[each.id].state for each in (first, second)} == {"cancelled"}


def test_what_was_handed_back_is_served_there_no_more_until_it_is_reopened_there() -> None:
    play = home()
    waits = play.take(FILING)
    there = elsewhere(play, away(play))
    there.open(ONE)
    there.do(c.HandBack(evacuation=ID), CLOCK)
    assert there.refused(c.CallNext(window=ONE)) == "hall.handed_back"
    assert there.refused(c.Cancel(ticket=waits.id), STEWARD) == "hall.handed_back"
    assert there.refused(c.Take(service=FILING), KIOSK) == "hall.handed_back"
    assert there.refused(c.HandBack(evacuation="another-evacuation"), CLOCK) == "evacuation.unknown"
    assert (views.hall(there.state).elsewhere, views.hall(there.state).issuing) == ("closed", False)
    there.do(c.Close(window=ONE))
    settled = picture(there.state)
    there.do(c.HandBack(evacuation=ID), CLOCK)
    assert picture(there.state) == settled
    there.later(minutes=DAY)
    assert there.state.tickets[waits.id].state == "waiting", "midnight takes nothing from who goes home"
    assert picture(there.rebuilt()) == picture(there.state)
    assert there.do(c.Reopen(evacuation=ID, reason="没有带回"), MANAGER).state == "here"
    there.open(ONE)
    called = there.next(ONE)
    assert called is not None
    assert called.id == waits.id


def test_a_place_from_which_people_went_on_does_not_hand_back_before_they_are_home_there() -> None:
    play = home()
    waits = play.take(FILING)
    there = elsewhere(play, away(play))
    there.do(c.Publish(document=document(), note="there"), ADMIN)
    beyond = elsewhere(there, away(there, id_="onward"))
    assert there.refused(c.HandBack(evacuation=ID), CLOCK) == "evacuation.onward"
    beyond.do(c.HandBack(evacuation="onward"), CLOCK)
    there.do(results(beyond, origin="beyond"), CLOCK)
    there.do(c.Reopen(evacuation="onward", reason="回来了"), MANAGER)
    there.do(c.HandBack(evacuation=ID), CLOCK)
    play.do(results(there), CLOCK)
    play.do(c.Reopen(evacuation=ID, reason="来电"), MANAGER)
    assert play.state.tickets[waits.id].state == "waiting", "nobody is left on the way"


def test_a_hall_that_is_shown_an_evacuation_it_does_not_know_rests_until_it_is_decided() -> None:
    old, play = home(), home()
    for each in (old, play):
        each.take(FILING)
        each.take(LICENCE)
    part = msgspec.convert(away(old, FILING), Part)  # made of a backup; then the server comes back
    younger = play.take(FILING)
    show = c.Show(
        evacuation=ID,
        written_at=part.at,
        services=part.services,
        tickets=tuple(ticket.id for ticket in part.tickets),
    )
    assert play.do(show, CLOCK).state == "shown"
    assert play.do(show, CLOCK).state == "shown"
    assert views.hall(play.state).elsewhere == "undecided"
    play.open(THREE, LI)
    assert play.next(THREE, LI) is not None, "the rest of the hall goes on"
    assert play.refused(c.Open(window=ONE)) == "hall.evacuated"
    assert play.refused(c.Take(service=FILING), KIOSK) == "hall.evacuated"
    assert play.refused(c.Cancel(ticket=younger.id), STEWARD) == "hall.evacuated"
    assert play.refused(c.Publish(document=document(), note="x"), ADMIN) == "hall.evacuated"
    assert play.refused(c.Decide(evacuation=ID, decision="void", reason="x"), MANAGER) == "auth.forbidden"
    assert picture(play.rebuilt()) == picture(play.state)
    play.later(minutes=DAY)
    assert play.state.tickets[younger.id].state == "waiting", "nobody is expired who may be served elsewhere"
    assert play.do(c.Decide(evacuation=ID, decision="accept", reason="x"), ADMIN).tickets == 1
    assert play.state.tickets[younger.id].state == "waiting", "who came after the backup goes on here"
    play.open(ONE)
    called = play.next(ONE)
    assert called is not None
    assert called.id == younger.id


def test_an_evacuation_that_never_took_place_gives_everybody_their_place_back() -> None:
    play = home()
    numbers = [play.take(FILING).number for _ in range(3)]
    away(play, FILING)
    assert play.do(c.Decide(evacuation=ID, decision="void", reason="没有搬成"), ADMIN).state == "void"
    assert play.refused(c.Decide(evacuation=ID, decision="accept", reason="x"), ADMIN) == "evacuation.decided"
    play.open(ONE)
    called = [play.next(ONE) for _ in range(3)]
    assert [one.number for one in called if one] == numbers
    assert play.take(FILING).number == "A024", "if it did take place after all, no number is given twice"
    assert picture(play.rebuilt()) == picture(play.state)


def test_what_the_other_place_may_have_given_is_left_out_by_the_hours_and_the_rate_of_the_day() -> None:
    play = home()
    for _ in range(30):
        play.take(FILING)
    play.take(LICENCE)
    away(play, FILING, SEAL)
    play.later(minutes=90)
    play.do(c.Decide(evacuation=ID, decision="void", reason="没有搬成"), ADMIN)
    assert play.take(FILING).number == "A076", "thirty an hour for an hour and a half"
    assert play.take(LICENCE).number == "B002", "a prefix that was shared was never counted on there"


def test_a_series_that_another_place_had_yesterday_and_today_is_given_to_none_again_today() -> None:
    play = home()
    there = elsewhere(play, away(play, SEAL))
    for each in (play, there):
        each.later(minutes=DAY)
    assert there.take(SEAL).number == "B5000"
    play.do(results(there), CLOCK)
    play.do(c.Reopen(evacuation=ID, reason="来电"), MANAGER)
    other = away(play, SEAL, id_="evacuation-the-other")
    third = elsewhere(play, other)
    assert third.take(SEAL, id="ticket-of-a-third-place", token="token-of-a-third-place").number == "B5500"


def test_another_place_prints_other_slips_than_the_one_before_of_which_some_may_lie_in_a_drawer() -> None:
    play = home()
    there = elsewhere(play, away(play, SEAL))
    assert there.do(c.MakeSlips(zone=B, count=1), MANAGER).numbers == ("B9000",)
    play.do(results(there), CLOCK)
    play.do(c.Reopen(evacuation=ID, reason="来电"), MANAGER)
    places = []
    for n in range(6):
        play.later(minutes=DAY)
        id_ = f"evacuation-on-day-{n}"
        places.append(away(play, SEAL, id_=id_)["place"])
        play.do(c.Decide(evacuation=id_, decision="void", reason="x"), ADMIN)
    assert places == [2, 3, 4, 5, 1, 2]


def test_nobody_comes_home_to_a_time_that_has_not_come() -> None:
    """The other place's clock may be ahead of this one's."""
    play = home()
    there = elsewhere(play, away(play, FILING))
    there.later(minutes=5)
    first, second = there.take(FILING), there.take(FILING)
    play.do(results(there), CLOCK)
    play.do(c.Reopen(evacuation=ID, reason="来电"), MANAGER)
    play.later(minutes=1)
    third = play.take(FILING)
    play.open(ONE)
    assert [called.id for _ in range(3) if (called := play.next(ONE))] == [first.id, second.id, third.id]
    assert picture(play.rebuilt()) == picture(play.state)


def test_a_rating_of_before_is_among_the_last_ones_no_more_when_its_ticket_comes_home() -> None:
    play = home()
    ticket = play.take(FILING, then=(LICENCE,))
    play.open(ONE)
    play.next(ONE)
    play.do(c.Finish(window=ONE))
    play.do(c.Rate(step=f"{ticket.id}/0", level=5, channel="kiosk"), KIOSK)
    there = elsewhere(play, away(play, LICENCE))
    play.do(results(there), CLOCK)
    assert play.state.tickets[ticket.id].steps[0].rating == 5
    assert picture(play.rebuilt()) == picture(play.state)


def test_no_card_no_name_and_no_secret_is_in_a_file() -> None:
    play = home()
    ticket = play.take(FILING, token="a-token-of-a-holder", class_="ordinary")
    text = msgspec.json.encode(away(play)).decode()
    assert "a-token-of-a-holder" not in text
    assert not {"holder", "identities", "persons"} & set(msgspec.json.decode(text))
    there = elsewhere(play, msgspec.json.decode(text))
    assert there.state.holders[play.state.tickets[ticket.id].token] == ticket.id, (
        "a printed link goes on working"
    )


@pytest.mark.parametrize(
    "command", [c.Reopen(evacuation=ID, reason="x"), c.BringHome(evacuation=ID, tickets=(), results=1)]
)
def test_what_never_moved_cannot_come_home(command: c.Command) -> None:
    assert home().refused(command, CLOCK) == "evacuation.unknown"


def test_a_store_that_was_made_for_no_part_has_no_results() -> None:
    with pytest.raises(Refusal, match=r"evacuation\.unknown"):
        homecoming.results(home().state, (), "")


def test_a_hall_of_which_all_is_gone_has_nothing_to_move() -> None:
    play = home()
    away(play)
    assert (
        play.refused(c.Evacuate(evacuation="another-evacuation", reason="x"), MANAGER) == "evacuation.nothing"
    )
    assert play.do(c.Evacuate(evacuation=ID, reason="x"), MANAGER).state == "away"
    play.open(FOUR)
    assert play.next(FOUR) is None


def test_the_floor_tells_what_is_elsewhere_since_when_and_why_until_it_is_back() -> None:
    play = home()
    play.take(LICENCE)
    assert not [key for key in topic.show(play.state, "floor") if key.startswith("evacuation/")]
    away(play, LICENCE, SEAL)
    told = topic.show(play.state, "floor")[f"evacuation/{ID}"]
    assert (told.state, told.services, told.tickets, told.at) == ("away", (LICENCE, SEAL), 1, play.now)
    assert told.reason == "停电"
    play.do(c.Decide(evacuation=ID, decision="void", reason="没有搬成"), ADMIN)
    assert f"evacuation/{ID}" not in topic.show(play.state, "floor")
