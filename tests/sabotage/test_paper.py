"""What is promised of another paper is itself proven: each planted fault turns its check red."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from kiosk.model import reprint
from kiosk.model.event import PrintAsked
from kiosk.model.state import Outcome, State
from queue_server.engine import paper, touch, undo
from queue_server.engine import state as states
from queue_server.engine.ticket import Ticket
from queue_server.wire.ids import TicketId
from queue_server.wire.ticket import OPEN_STATES
from tests.fakes.play import STEWARD
from tests.sabotage.bed import Plant, turns_red
from tests.unit.engine import test_paper as checks
from tests.unit.kiosk import test_reprint as glass


def _printed_by_whoever_looks(patch: pytest.MonkeyPatch) -> None:
    honest = paper.prints

    def prints(state: states.State, printer: Any) -> Any:
        return {id_: one for other in state.devices for id_, one in honest(state, other).items()}

    patch.setattr(paper, "prints", prints)


def _the_kiosk_before_is_not_told(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(touch, "_printers", lambda event: frozenset([event.printer]))


def _closed_tickets_too(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(paper, "OPEN_STATES", OPEN_STATES | {"cancelled"})


def _lost_with_a_step_that_is_taken_back(patch: pytest.MonkeyPatch) -> None:
    def rows(_state: states.State, _id: TicketId) -> Iterator[Ticket]:
        return iter(())

    patch.setattr(undo, "rows", rows)


def _waited_for_since_the_issue(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Ticket, "paper_since", property(lambda ticket: ticket.issued_at))


def _printed_with_each_snapshot(patch: pytest.MonkeyPatch) -> None:
    honest = reprint.asked

    def asked(state: State, event: PrintAsked) -> Outcome:
        return honest(replace(state, reprints={}), event)

    patch.setattr(reprint, "asked", asked)


def _every_paper_came(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(reprint, "PAPER", dict.fromkeys(("printed", "failed", "unknown"), True))


@pytest.mark.parametrize(
    "plant, check",
    [
        (
            _printed_by_whoever_looks,
            lambda: checks.test_a_kiosk_is_asked_by_its_record_and_says_what_came_of_it_as_of_a_first_paper(
                STEWARD
            ),
        ),
        (
            _the_kiosk_before_is_not_told,
            checks.test_whoever_is_asked_last_prints_it_and_the_kiosk_before_is_told,
        ),
        (
            _closed_tickets_too,
            checks.test_only_an_open_ticket_is_printed_and_only_by_a_kiosk_with_a_place,
        ),
        (_closed_tickets_too, checks.test_who_gives_their_ticket_up_meanwhile_gets_no_paper),
        (
            _lost_with_a_step_that_is_taken_back,
            checks.test_another_paper_moves_nobody_so_that_a_call_is_taken_back_as_before,
        ),
        (
            _waited_for_since_the_issue,
            checks.test_of_two_papers_the_one_asked_for_first_is_given_up_first_also_after_a_start,
        ),
        (
            _printed_with_each_snapshot,
            glass.test_the_same_asking_shown_again_after_a_cut_is_no_second_paper,
        ),
        (
            _every_paper_came,
            glass.test_a_paper_that_did_not_come_is_told_with_its_fault_and_one_of_which_nobody_knows_is_not_told,
        ),
    ],
)
def test_a_planted_fault_is_found(
    plant: Plant, check: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    turns_red(plant, check, monkeypatch)
