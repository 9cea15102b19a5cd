"""What is written down of a step, how it may end, and what a clerk can do."""

import pytest

from queue_server.engine import event as e
from queue_server.engine.actor import Actor
from queue_server.engine.design import design
from queue_server.engine.record import ticket as shown
from queue_server.views.window import waiting
from queue_server.wire import command as c
from queue_server.wire.error import Refusal
from queue_server.wire.ticket import Departments
from tests.fakes.document import document, with_staff
from tests.fakes.hall import FILING, FOUR, LICENCE, ONE, SEAL, TWO
from tests.fakes.play import LI, ZHANG, Play, picture

WANG, ZHAO = Actor("clerk", "wang"), Actor("clerk", "zhao")
ADMIN = Actor("admin", "root")


def play() -> Play:
    """A hall with departments, outcomes and skills."""
    return Play(design(with_staff()).hall)


def test_a_step_keeps_whose_work_it_was_as_it_was_then() -> None:
    hall = play()
    filing, seal = hall.take(FILING), hall.take(SEAL)
    hall.open(ONE)
    hall.open(FOUR, LI)
    hall.next(ONE)
    hall.next(FOUR, LI)
    hall.do(c.Publish(document=document(), note="without departments"), ADMIN)
    first, second = shown(hall.state, filing.id).steps[0], shown(hall.state, seal.id).steps[0]
    assert first.departments == Departments("invest", "invest", "invest")
    assert second.departments == Departments("police", "licence", "licence")
    called = [each.event for each in hall.log if isinstance(each.event, e.Called)]
    assert [event.departments for event in called] == [first.departments, second.departments]
    assert picture(hall.rebuilt()) == picture(hall.state)


def test_of_a_window_that_was_taken_over_the_one_who_finished_counts() -> None:
    hall = play()
    seal = hall.take(SEAL)
    hall.open(FOUR, LI)
    hall.next(FOUR, LI)
    hall.do(c.Open(window=FOUR, takeover=True), ZHANG)
    assert shown(hall.state, seal.id).steps[0].departments.home == "licence"
    hall.do(c.Finish(window=FOUR), ZHANG)
    assert shown(hall.state, seal.id).steps[0].departments == Departments("police", "licence", "invest")
    finished = hall.log[-1].event
    assert isinstance(finished, e.Finished)
    assert finished.departments.home == "invest"


def test_a_step_that_a_window_sends_on_or_holds_keeps_who_received_it_there() -> None:
    hall = play()
    filing = hall.take(FILING)
    hall.open(ONE)
    hall.open(FOUR, LI)
    hall.next(ONE)
    hall.do(c.Transfer(at=ONE, service=SEAL))
    at_one = Departments("invest", "invest", "invest")
    (first,) = hall.state.tickets[filing.id].step.before
    assert (first.service, first.window, first.clerk, first.departments) == (FILING, ONE, "zhang", at_one)
    hall.next(FOUR, LI)
    hall.do(c.Start(window=FOUR), LI)
    hall.do(c.Hold(window=FOUR, kind="anywhere", reason="复印"), LI)
    hall.do(c.Publish(document=document(), note="without departments"), ADMIN)
    hall.do(c.ResumeHeld(window=FOUR, ticket=filing.id), LI)
    step = hall.state.tickets[filing.id].step
    at_four = Departments("police", "licence", "licence")
    assert step.before[0] == first
    assert [(each.service, each.window, each.clerk) for each in step.before[1:]] == [(SEAL, FOUR, "li")]
    assert step.before[1].departments == at_four
    assert (step.window, step.clerk, step.departments) == (FOUR, "li", Departments())
    told = [each.event for each in hall.log if isinstance(each.event, e.Transferred | e.Held)]
    assert [event.departments for event in told] == [at_one, at_four]
    assert picture(hall.rebuilt()) == picture(hall.state)


def test_who_received_a_step_is_forgotten_if_its_sending_on_is_undone() -> None:
    hall = play()
    filing = hall.take(FILING)
    hall.open(ONE)
    hall.next(ONE)
    hall.do(c.Transfer(at=ONE, service=SEAL))
    hall.do(c.Undo(window=ONE))
    step = hall.state.tickets[filing.id].step
    assert (step.service, step.window, step.clerk, step.before) == (FILING, ONE, "zhang", ())


def test_a_service_ends_in_one_of_its_outcomes_or_without_one() -> None:
    hall = play()
    filing = [hall.take(FILING) for _ in range(2)]
    hall.open(ONE)
    hall.next(ONE)
    with pytest.raises(Refusal) as refused:
        hall.do(c.Finish(window=ONE, outcome="done"))
    assert refused.value.code == "outcome.unknown"
    assert refused.value.body().message == (
        "这项业务没有“done”这个结果，可选：accepted 予以受理、papers 补齐材料。"
    )
    hall.do(c.Finish(window=ONE, outcome="papers"))
    assert shown(hall.state, filing[0].id).steps[0].outcome == "papers"
    hall.next(ONE)
    hall.do(c.Finish(window=ONE))
    assert shown(hall.state, filing[1].id).steps[0].outcome is None


def test_a_service_without_outcomes_takes_any_word() -> None:
    hall = play()
    seal = hall.take(SEAL)
    hall.open(FOUR, LI)
    hall.next(FOUR, LI)
    hall.do(c.Finish(window=FOUR, outcome="stamped"), LI)
    assert shown(hall.state, seal.id).steps[0].outcome == "stamped"


def test_nobody_is_called_for_what_the_clerk_cannot_do() -> None:
    hall = play()
    licence, seal = hall.take(LICENCE), hall.take(SEAL)
    hall.open(FOUR, LI)
    assert hall.refused(c.Call(window=FOUR, ticket=licence.id, reason="why"), LI) == "window.cannot_serve"
    assert [each.id for each in waiting(hall.state, FOUR).tickets] == [seal.id]
    called = hall.next(FOUR, LI)
    assert called is not None
    assert called.id == seal.id
    event = hall.log[-1].event
    assert isinstance(event, e.Called)
    assert (event.skipped, event.reason) == (0, None), "who waits for something else is not passed over"


def test_who_can_do_nothing_a_window_offers_calls_nobody() -> None:
    hall = play()
    hall.take(FILING)
    hall.open(TWO, ZHAO)
    assert hall.next(TWO, ZHAO) is None
    assert waiting(hall.state, TWO).count == 0


def test_who_is_not_listed_and_who_has_no_list_of_skills_serve_what_the_window_offers() -> None:
    hall = play()
    hall.take(SEAL)
    hall.open(FOUR, Actor("clerk", "somebody"))
    assert waiting(hall.state, FOUR).count == 1
    hall.open(TWO, ZHANG)
    assert hall.state.served_at(TWO) == (FILING, SEAL)
    hall.do(c.Open(window=TWO, takeover=True), WANG)
    assert hall.state.served_at(TWO) == (FILING,)
