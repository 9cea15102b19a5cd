"""What is told of days is itself proven: each planted fault turns its check red."""

from collections.abc import Callable, Iterable
from inspect import signature
from pathlib import Path

import pytest
from msgspec.structs import replace

from queue_server.engine import event
from queue_server.engine.case import BAD
from queue_server.reports import appraisal, figure, table
from queue_server.store import daily
from queue_server.views import attended
from tests.integration.reports import test_period
from tests.integration.reports.test_period import database, history  # noqa: F401 - fixtures
from tests.unit.reports import test_figure
from tests.unit.views import test_attended

Patch = pytest.MonkeyPatch


def few_told(patch: Patch) -> None:
    patch.setattr(figure, "FEW", 1)


def means_of_means(patch: Patch) -> None:
    honest = figure.Sum.add

    def add(self: figure.Sum, more: figure.Sum) -> figure.Sum:
        made = honest(self, more)
        if made.waits_s:
            made.waits_s = [round(sum(made.waits_s) / len(made.waits_s))] * len(made.waits_s)
        return made

    patch.setattr(figure.Sum, "add", add)


def fairly_satisfied_not_counted(patch: Patch) -> None:
    patch.setattr(figure, "CONTENT", figure.CONTENT + 1)


def own_words_repeated(patch: Patch) -> None:
    patch.setattr(test_figure, "told", lambda turns: turns)


def taken_back_counted(patch: Patch) -> None:
    patch.setattr(event, "Undone", type("Never", (), {}))


def unpaused(patch: Patch) -> None:
    honest = attended._time
    patch.setattr(attended, "_time", lambda *given: replace(honest(*given), paused_s=0))


def formula_let_through(patch: Patch) -> None:
    patch.setattr(table, "FORMULA", frozenset())


def older_days_believed(patch: Patch) -> None:
    patch.setattr(daily, "marks", lambda *_: {daily.COUNTED: "2026-11-25"})


def last_day_left_out(patch: Patch) -> None:
    honest = daily._days

    def days(connection: object, database: object, since: str, today: object) -> Iterable[object]:  # noqa: F811
        found = list(honest(connection, database, since, today))  # type: ignore[arg-type]
        return found[:-1] if len(found) > 1 else found

    patch.setattr(daily, "_days", days)


def unknown_is_nothing(patch: Patch) -> None:
    honest = appraisal._points
    patch.setattr(appraisal, "_points", lambda part: honest(part or 0.0))


def few_scored(patch: Patch) -> None:
    patch.setattr(appraisal, "FEW", 1)


def every_bad_rating_counts(patch: Patch) -> None:
    patch.setattr(appraisal, "counts", lambda *_: True)


def bad_ratings_taken_off_unjudged(patch: Patch) -> None:
    honest = appraisal.scores

    def scores(part: figure.Sum, *given: object, **more: object) -> appraisal.Scores:
        part.upheld = sum(part.rated[:BAD])
        return honest(part, *given, **more)  # type: ignore[arg-type]

    patch.setattr(test_figure, "scores", scores)


@pytest.mark.parametrize(
    "plant, check",
    [
        (few_told, test_figure.test_of_few_people_no_share_and_no_percentile_is_told),
        (
            means_of_means,
            test_figure.test_the_waits_of_two_days_are_put_in_one_row_and_no_means_of_means_are_made,
        ),
        (means_of_means, test_period.test_a_median_of_many_days_is_that_of_all_their_tickets),
        (
            fairly_satisfied_not_counted,
            test_figure.test_satisfaction_is_the_upper_three_levels_of_all_who_rated,
        ),
        (own_words_repeated, test_figure.test_a_reason_in_somebodys_own_words_is_counted_and_not_repeated),
        (
            taken_back_counted,
            test_attended.test_calls_are_counted_with_their_reasons_and_one_that_was_taken_back_is_none,
        ),
        (unpaused, test_attended.test_a_window_is_counted_from_its_opening_to_its_end_and_its_pauses_within),
        (
            older_days_believed,
            test_period.test_days_that_an_older_program_counted_are_counted_from_their_tickets,
        ),
        (last_day_left_out, test_period.test_a_period_is_the_sum_of_its_days_and_of_each_of_its_parts),
        (unknown_is_nothing, test_figure.test_what_weighs_nothing_or_is_not_known_is_left_out_of_a_score),
        (few_scored, test_figure.test_who_served_few_has_no_score),
        (
            bad_ratings_taken_off_unjudged,
            test_figure.test_a_bad_rating_that_does_not_count_takes_nothing_off_and_adds_nothing,
        ),
    ],
)
def test_a_planted_fault_turns_its_check_red(
    request: pytest.FixtureRequest,
    monkeypatch: Patch,
    plant: Callable[[Patch], None],
    check: Callable[..., None],
) -> None:
    given = {name: request.getfixturevalue(name) for name in signature(check).parameters}
    plant(monkeypatch)
    with pytest.raises((AssertionError, TypeError)):
        check(**given)


def test_a_formula_that_is_let_through_is_found(monkeypatch: Patch) -> None:
    formula_let_through(monkeypatch)
    with pytest.raises(AssertionError):
        test_period.test_no_name_is_read_as_a_formula("=1+1")


async def test_a_bad_rating_that_counts_unjudged_is_found(monkeypatch: Patch, tmp_path: Path) -> None:
    every_bad_rating_counts(monkeypatch)
    with pytest.raises(AssertionError):
        await test_period.test_a_bad_rating_counts_from_the_verdict_that_it_is_valid_until_somebody_objects(
            tmp_path
        )
