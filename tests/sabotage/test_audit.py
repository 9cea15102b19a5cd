"""What auditors are told is itself proven: each planted fault turns the check that guards it red."""

from collections.abc import Callable
from inspect import iscoroutinefunction, signature
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace
from sqlalchemy import true

from queue_server.engine.hall import Rules
from queue_server.reports import audit, spread
from queue_server.store import book
from queue_server.store.sqlite import SqliteStatements
from queue_server.views import skip
from queue_server.wire import face
from tests.fakes.hall import hall
from tests.fakes.house import house
from tests.integration.reports import test_audit
from tests.unit.reports import test_spread
from tests.unit.views import test_skip, test_story

Patch = pytest.MonkeyPatch
RED = (AssertionError, pytest.fail.Exception)


def blank_reason_passes(patch: Patch) -> None:
    honest = skip.reason
    patch.setattr(
        test_skip,
        "reason",
        lambda command, called: "moved" if not (called.reason or "").strip() else honest(command, called),
    )


def word_of_a_clerk_taken_for_the_rule(patch: Patch) -> None:
    honest = skip.reason
    patch.setattr(test_skip, "reason", lambda _, called: honest("windows.call_next", called))


def undone_not_told(patch: Patch) -> None:
    honest = skip.passed
    patch.setattr(
        test_skip, "passed", lambda *given: [replace(each, undone=False) for each in honest(*given)]
    )


def class_of_now(patch: Patch) -> None:
    patch.setattr(skip, "_class", lambda _, id_, __, tickets: tickets[id_].class_)


def report_counts_other_calls(patch: Patch) -> None:
    honest = audit.passed

    def passed(*given: Any) -> tuple[int, list[skip.Passed]]:
        calls, found = honest(*given)
        return calls, [replace(each, undone=False) for each in found]

    patch.setattr("queue_server.reports.day.passed", passed)


def walk_ins_left_out(patch: Patch) -> None:
    honest = skip.passed
    patch.setattr(test_skip, "passed", lambda *given: [one for one in honest(*given) if one.why != "walk_in"])


def last_event_of_the_day_left_out(patch: Patch) -> None:
    honest = book.Book.__init__

    def init(self: Any, connection: Any, sql: Any, after: int, last: int) -> None:
        honest(self, connection, sql, after, last - 1)

    patch.setattr(book.Book, "__init__", init)


def unexplained_not_first(patch: Patch) -> None:
    honest = audit.skips
    patch.setattr(
        audit,
        "skips",
        lambda *given: replace(
            found := honest(*given), skips=tuple(sorted(found.skips, key=lambda one: -one.seq))
        ),
    )


def formula_let_through(patch: Patch) -> None:
    patch.setattr(spread, "FORMULA", ("@",))


def mark_left_out(patch: Patch) -> None:
    patch.setattr(spread, "BOM", b"")


def zone_forgotten(patch: Patch) -> None:
    patch.setattr(book, "of_day", lambda *_: [])


def body_that_is_no_json_read(patch: Patch) -> None:
    patch.setattr(SqliteStatements, "readable", lambda *_: true())


def part_said_that_was_not_told(patch: Patch) -> None:
    patch.setattr(face, "placeholders", lambda _: frozenset())


@pytest.mark.parametrize(
    "plant, check",
    [
        (blank_reason_passes, test_skip.test_no_reason_or_a_blank_one_is_unexplained_whoever_called),
        (
            word_of_a_clerk_taken_for_the_rule,
            test_skip.test_no_reason_or_a_blank_one_is_unexplained_whoever_called,
        ),
        (undone_not_told, test_skip.test_a_call_that_was_taken_back_is_told_as_such),
        (class_of_now, test_skip.test_a_class_is_the_one_that_counted_when_the_ticket_was_called),
        (report_counts_other_calls, test_audit.test_page_closing_report_and_log_agree_to_the_ticket),
        (walk_ins_left_out, test_skip.test_each_way_out_of_turn_is_told_by_its_own_name),
        (
            last_event_of_the_day_left_out,
            test_audit.test_the_log_is_paged_by_seq_and_narrowed_by_who_command_window_and_zone,
        ),
        (zone_forgotten, test_audit.test_the_log_is_paged_by_seq_and_narrowed_by_who_command_window_and_zone),
        (
            body_that_is_no_json_read,
            test_audit.test_a_body_that_is_no_json_is_of_no_zone_and_the_zone_is_told_all_the_same,
        ),
        (
            unexplained_not_first,
            test_audit.test_a_call_that_nobody_explains_stands_first_and_is_counted_by_page_and_report,
        ),
        (
            formula_let_through,
            test_spread.test_a_file_begins_with_the_mark_of_utf_8_and_keeps_commas_quotes_and_lines_in_their_cell,
        ),
        (
            mark_left_out,
            test_spread.test_a_file_begins_with_the_mark_of_utf_8_and_keeps_commas_quotes_and_lines_in_their_cell,
        ),
        (
            part_said_that_was_not_told,
            test_story.test_a_call_out_of_turn_says_who_called_whom_past_how_many_and_why,
        ),
    ],
)
async def test_a_planted_fault_turns_its_check_red(
    monkeypatch: Patch, tmp_path: Path, plant: Callable[[Patch], None], check: Callable[..., Any]
) -> None:
    plant(monkeypatch)
    with pytest.raises(RED):
        await looked(check, tmp_path)


async def looked(check: Callable[..., Any], folder: Path) -> None:
    """Do a check, with whatever of a folder and of a house in it is wanted."""
    wanted = signature(check).parameters
    if "home" in wanted:
        async with house(folder, plan=hall(Rules(policy="strict"))) as home:
            await check(home)
    elif iscoroutinefunction(check):
        await check(folder)
    else:
        check()
