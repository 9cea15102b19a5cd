"""Who is called next under each rule, and what the hall says about it."""

from datetime import datetime, timedelta
from typing import Any

import msgspec
import pytest

from queue_server.engine import event as e
from queue_server.engine import rule as rules
from queue_server.engine.design import design
from queue_server.engine.hall import POLICIES, Hall, PolicyName, Rules
from queue_server.engine.order import Order
from queue_server.engine.rule import RULES
from queue_server.views import window as windows
from queue_server.wire import command as c
from queue_server.wire.ids import ServiceId
from queue_server.wire.ticket import Ticket
from tests.fakes.document import document
from tests.fakes.hall import FILING, FOUR, LICENCE, ONE, SEAL, TWO, A, B, hall
from tests.fakes.play import KIOSK, LI, STEWARD, Play, picture


def by(policy: PolicyName, **rules: Any) -> Play:
    """A hall that calls by a rule, with window 1 open. Green is promised 5 minutes, priority 10, ordinary 15."""
    play = Play(hall(Rules(policy=policy, **rules)))
    play.open(ONE)
    return play


def come(play: Play, kind: str = "ordinary", service: ServiceId = FILING) -> Ticket:
    """Somebody comes, a minute later; staff have looked at whatever they say."""
    take = {} if kind == "ordinary" else {"class_": kind, "class_reason": "seen", "class_for": "陈大文"}
    return play.later(minutes=1).take(service, STEWARD, **take)


def called(play: Play, n: int = 1) -> list[tuple[str, int, str | None]]:
    """Number, skips and reason of the next calls at window 1, all at once."""
    found = []
    for _ in range(n):
        assert play.next(ONE) is not None
        event = play.log[-1].event
        assert isinstance(event, e.Called)
        found.append((play.state.tickets[event.ticket].number, event.skipped, event.reason))
    return found


def test_by_promise_whoever_has_used_up_most_of_theirs_is_called() -> None:
    play = by("promise")
    come(play)  # A001, ordinary
    come(play.later(minutes=3), "priority")  # A002, four minutes later
    come(play, "green")  # A003
    play.later(minutes=1)
    assert called(play) == [("A001", 0, None)], "6/15, 2/10, 1/5"
    come(play)  # A004
    assert called(play, 3) == [("A003", 1, "class"), ("A002", 0, None), ("A004", 0, None)], "2/5 before 3/10"


def test_by_priority_the_shortest_promise_goes_first_and_then_the_oldest() -> None:
    play = by("strict")
    for kind in ("ordinary", "priority", "green", "priority"):
        come(play, kind)
    assert called(play, 4) == [
        ("A003", 2, "class"),
        ("A002", 1, "class"),
        ("A004", 1, "class"),
        ("A001", 0, None),
    ]


def test_with_a_head_start_a_class_counts_as_taken_earlier_by_what_it_is_promised_less() -> None:
    play = by("head_start")
    come(play)
    come(play.later(minutes=3), "priority")
    come(play.later(minutes=4), "green")
    assert called(play, 3) == [("A002", 1, "class"), ("A003", 1, "class"), ("A001", 0, None)]


def test_first_come_first_served_no_class_changes_the_order() -> None:
    play = by("fcfs")
    for kind in ("ordinary", "priority", "green"):
        come(play, kind)
    assert called(play, 3) == [("A001", 0, None), ("A002", 0, None), ("A003", 0, None)]


def test_a_class_counts_from_its_confirmation_and_a_refused_one_does_not() -> None:
    play = by("strict")
    come(play)
    asking = play.later(minutes=1).take(FILING, KIOSK, class_="priority")
    assert asking.ahead == 1, "it waits as ordinary"
    other = play.later(minutes=1).take(FILING, KIOSK, class_="priority")
    confirm = c.Classify(ticket=other.id, class_="priority", decision="confirm", reason="card")
    assert play.do(confirm, STEWARD).ahead == 0
    play.do(msgspec.structs.replace(confirm, ticket=asking.id, decision="refuse"), STEWARD)
    come(play)
    assert picture(play.rebuilt()) == picture(play.state)
    assert called(play, 4) == [("A003", 2, "class"), ("A001", 0, None), ("A002", 0, None), ("A004", 0, None)]
    play = by("strict")
    come(play)
    taken = come(play, "priority")
    play.do(c.Classify(ticket=taken.id, class_="priority", decision="refuse", reason="none"), STEWARD)
    assert called(play) == [("A001", 0, None)]


def test_a_service_may_promise_its_ordinary_tickets_less() -> None:
    plan = hall(Rules(policy="promise"))
    seal = msgspec.structs.replace(plan.services[2], promise_min=5)
    play = Play(msgspec.structs.replace(plan, services=(*plan.services[:2], seal)))
    play.open(TWO)
    play.take(FILING)
    play.later(minutes=1).take(SEAL)
    play.later(minutes=5)
    play.next(TWO)
    event = play.log[-1].event
    assert isinstance(event, e.Called)
    assert (play.state.tickets[event.ticket].number, event.skipped, event.reason) == ("B001", 1, "promise")


def quickly(policy: PolicyName = "promise", **rules: Any) -> Play:
    """A hall in which quick matters go first: filing usually takes 12 minutes, seals take 4, of licences nothing is said."""
    plan = hall(Rules(policy=policy, quick_first=True, **rules))
    filing, licence, seal = plan.services
    minutes = msgspec.structs.replace
    play = Play(
        msgspec.structs.replace(
            plan, services=(minutes(filing, usual_min=12), licence, minutes(seal, usual_min=4))
        )
    )
    play.open(TWO)
    return play


def whose(play: Play) -> tuple[str, int, str | None]:
    """Number, skips and reason of the next call at window 2."""
    assert play.next(TWO) is not None
    event = play.log[-1].event
    assert isinstance(event, e.Called)
    return play.state.tickets[event.ticket].number, event.skipped, event.reason


def test_of_two_who_are_about_equally_due_the_quick_matter_goes_first() -> None:
    play = quickly()
    come(play)  # A001, 12 minutes
    come(play, service=SEAL)  # B001, 4 minutes
    play.later(minutes=1)
    assert whose(play) == ("B001", 1, "quick"), "1/15/4 is more than 2/15/12"
    come(play, service=SEAL)  # B002
    play.later(minutes=1)
    assert whose(play) == ("A001", 0, None), "4/15/12 is more than 1/15/4"


def test_a_class_is_the_reason_where_it_would_have_been_one_without_quick_matters_too() -> None:
    play = quickly()
    come(play)  # A001
    come(play, "green", SEAL)  # B001
    play.later(minutes=1)
    assert whose(play) == ("B001", 1, "class")


def test_a_service_of_which_nothing_is_said_takes_as_long_as_the_others_on_average() -> None:
    assert quickly().state.hall.usual == {FILING: 12, LICENCE: 8, SEAL: 4}
    assert hall(Rules(policy="promise", quick_first=True)).usual == {}, "nobody says anything"


@pytest.mark.parametrize("policy", [policy for policy in POLICIES if policy != "promise"])
def test_quick_matters_change_nothing_where_windows_do_not_call_by_promise(policy: PolicyName) -> None:
    play = quickly(policy)
    come(play)
    come(play, service=SEAL)
    play.later(minutes=1)
    assert whose(play) == ("A001", 0, None)


def test_a_long_matter_waits_no_longer_than_the_guard_for_quick_ones() -> None:
    for minutes, first in ((30, "A001"), (0, "B001")):
        play = quickly(guard_min=minutes)
        come(play)  # A001
        come(play.later(minutes=17), service=SEAL)  # B001
        play.later(minutes=13)
        assert whose(play)[0] == first, "13/15/4 is more than 31/15/12"


def test_a_citizen_reads_that_quick_matters_go_first_where_they_do() -> None:
    for zone in (A, B):
        assert "办得快的先" in rules.sentence(quickly().state.hall, zone).zh
        assert rules.sentence(quickly("fcfs").state.hall, zone) == RULES["fcfs"].sentence
        assert rules.sentence(hall(Rules(policy="promise")), zone) == RULES["promise"].sentence


def test_nobody_waits_longer_than_the_guard_under_any_rule() -> None:
    for minutes, first in ((60, "A001"), (0, "A002")):
        play = by("strict", guard_min=minutes)
        come(play)
        play.later(minutes=58)
        come(play, "green")
        come(play, "green")
        assert called(play)[0][0] == "A002", "not yet"
        play.later(minutes=1)
        assert called(play)[0][0] == (first if minutes else "A003")


def test_a_zone_may_have_a_rule_of_its_own_by_which_its_windows_call() -> None:
    plan = hall(Rules(policy="strict"))
    zones = tuple(
        msgspec.structs.replace(zone, policy="fcfs") if zone.id == B else zone for zone in plan.zones
    )
    play = Play(msgspec.structs.replace(plan, zones=zones))
    play.open(FOUR, LI)
    play.open(TWO)
    for kind in ("ordinary", "ordinary", "priority", "priority"):
        come(play, kind, SEAL)
    there = [play.next(FOUR, LI), play.next(TWO)]
    assert [each.number for each in there if each] == ["B001", "B003"]


@pytest.mark.parametrize("policy", POLICIES)
def test_put_first_is_first_and_behind_three_is_behind_three_under_every_rule(policy: PolicyName) -> None:
    play = by(policy)
    late = come(play, "green")
    called(play)
    for _ in range(5):
        come(play)
    play.do(c.NoShow(window=ONE))
    again = play.do(c.Reenter(ticket=late.id), STEWARD)
    assert again.ahead == 3
    numbers = [each[0] for each in called(play.later(minutes=2), 3)]
    assert numbers == ["A002", "A003", "A004"]
    assert called(play) == [("A001", 2, "reentry")]


@pytest.mark.parametrize("policy", POLICIES)
def test_a_transfer_that_is_put_first_is_called_before_all_of_its_service(policy: PolicyName) -> None:
    play = by(policy)
    play.open(FOUR, LI)
    sent = come(play)
    called(play)
    for kind in ("ordinary", "green", "priority"):
        come(play, kind, LICENCE)
    play.do(c.Transfer(at=ONE, service=LICENCE, place="first"))
    for kind in ("green", "green"):
        come(play, kind, LICENCE)
    play.later(minutes=20)
    first = play.next(FOUR, LI)
    assert first is not None
    assert first.id == sent.id


@pytest.mark.parametrize("policy", POLICIES)
def test_who_lets_two_go_first_is_called_after_two_who_would_have_come_later(policy: PolicyName) -> None:
    play = by(policy)
    for _ in range(4):
        come(play)
    kind = come(play, "green")
    before = kind.ahead
    assert before is not None
    after = play.do(c.Defer(ticket=kind.id, behind=2), STEWARD).ahead
    assert after == min(before + 2, 4)


@pytest.mark.parametrize("policy", ["fcfs", "strict", "head_start"])
def test_what_is_told_of_the_order_is_the_order_of_the_calls(policy: PolicyName) -> None:
    play = by(policy)
    kinds = ("ordinary", "priority", "ordinary", "green", "ordinary", "priority", "green", "ordinary")
    for kind in kinds:
        come(play.later(minutes=2), kind)
    deferred = play.state.lines[FILING].head()
    assert deferred is not None
    play.do(c.Defer(ticket=deferred[2], behind=3), STEWARD)
    listed = [each.number for each in windows.waiting(play.state, ONE).tickets]
    told = {play.state.tickets[id_].number: n for n, (_, id_) in enumerate(Order(play.state, FILING))}
    numbers = [each[0] for each in called(play, len(kinds))]
    assert numbers == listed == list(told)


def test_a_document_without_a_rule_calls_first_come_first_served() -> None:
    made: Hall = design(document()).hall
    assert (made.rules.policy, made.rules.guard_min, {zone.policy for zone in made.zones}) == (
        "fcfs",
        60,
        {None},
    )


def test_each_rule_is_one_sentence_for_a_citizen() -> None:
    assert tuple(RULES) == POLICIES
    for sentence in (rules.QUICK_FIRST, *(rule.sentence for rule in RULES.values())):
        assert sentence.zh.endswith("。")
        assert sentence.en.endswith(".")
        assert sentence.zh.count("。") == sentence.en.count(".") == 1


def test_each_class_waits_in_the_order_in_which_it_came_however_many_wait() -> None:
    play = by("promise")
    for _ in range(40):
        for kind in ("ordinary", "priority", "green"):
            come(play, kind)
    line = play.state.lines[FILING]
    assert {kind: len(keys) for kind, keys in line.classes.items()} == dict.fromkeys(
        ("ordinary", "priority", "green"), 40
    )


def test_a_line_in_which_everybody_was_put_somewhere_is_not_looked_at_one_by_one() -> None:
    """After a day that ended early all who waited come with a place at the head of the next."""
    play = by("promise")
    tickets = [play.state.tickets[come(play).id] for _ in range(200)]
    line = play.state.lines[FILING]
    for ticket in tickets:
        line.remove(ticket)
        ticket.step.stand = (ticket.step.place[0] - timedelta(days=1), ticket.step.place[1])
        line.add(ticket)
    looks = 0

    def lasting(at: datetime, promise: timedelta) -> Any:
        nonlocal looks
        looks += 1
        return RULES["promise"].lasting(at, promise)

    order = Order(play.state, FILING, msgspec.structs.replace(RULES["promise"], lasting=lasting))
    assert order.before(tickets[-1]) == 199
    assert order.behind(3, order.of(tickets[100])) == (
        tickets[103].step.place[0],
        tickets[103].step.place[1] + 1,
    )
    assert looks < 50
    assert [id_ for _, id_ in order] == [ticket.id for ticket in tickets]
    assert looks < 500
