"""The rule that every write stands under the term is itself proven: without it the checks that guard it go red."""

from typing import Any

import pytest

from queue_server.flow import duty
from queue_server.store import term
from queue_server.store.term import TermStore
from tests.fakes.postgres import Cluster
from tests.integration.store import test_term


def _claim_not_checked(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(TermStore, "_claim", lambda *_: lambda: None)


def _number_not_raised(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(term, "_RAISE", "UPDATE term SET seen_at = clock_timestamp(), free = false RETURNING n")


def _others_not_ended(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(term, "_END_OTHERS", "SELECT 1")


@pytest.mark.parametrize(
    "plant, check",
    [
        (_claim_not_checked, "test_a_server_that_was_replaced_writes_nothing_more"),
        (_number_not_raised, "test_a_server_that_was_replaced_writes_nothing_more"),
        (_others_not_ended, "test_a_transaction_that_is_under_way_is_ended_and_not_waited_for"),
    ],
)
def test_a_planted_fault_is_seen(
    cluster: Cluster, monkeypatch: pytest.MonkeyPatch, plant: Any, check: str
) -> None:
    url = cluster.url(cluster.database())
    plant(monkeypatch)
    with (
        test_term.terms(url) as make,
        test_term.halls(url) as under,
        pytest.raises((AssertionError, pytest.fail.Exception)),
    ):
        getattr(test_term, check)(make, under, url)


def test_a_lease_that_outlives_its_time_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    from tests.unit.flow import test_duty

    monkeypatch.setattr(duty, "HOLD_S", 60.0)
    with pytest.raises(AssertionError):
        test_duty.test_a_server_stops_telling_before_another_may_take_over()
