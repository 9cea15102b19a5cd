"""The rule that every write stands under the term is itself proven: without it the checks that guard it go red."""

from inspect import signature
from pathlib import Path
from typing import Any

import pytest

from queue_server.flow import duty
from queue_server.flow.port import Unavailable
from queue_server.store import term
from queue_server.store.postgres import Postgres
from queue_server.store.table import Foreseen, TableStore
from queue_server.store.term import Held
from tests.fakes.postgres import Cluster
from tests.integration.store import test_term

WRITES = "test_a_server_that_was_replaced_writes_nothing_more"


def _claim_not_checked(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Held, "_check", lambda *_: None)


def _claim_by_the_store_alone(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Held, "engine", Postgres.engine)


def _other_connections_not_marked(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Held, "connect", Postgres.connect)


def _number_not_raised(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(term, "_RAISE", "UPDATE term SET seen_at = clock_timestamp(), free = false RETURNING n")


def _others_not_ended(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(term, "_END_OTHERS", "SELECT 1")


def _changes_overlooked(patch: pytest.MonkeyPatch) -> None:
    class Same(dict[str, str]):
        __hash__ = None

        def __eq__(self, _other: object) -> bool:
            return True

    read = TableStore.foresee

    def foresee(*given: Any) -> Foreseen:
        foreseen = read(*given)
        return Foreseen(Same(foreseen.marks), foreseen.states)

    patch.setattr(TableStore, "foresee", foresee)


@pytest.mark.parametrize(
    "plant, check, error, told",
    [
        (_claim_not_checked, WRITES, pytest.fail.Exception, "DID NOT RAISE Replaced"),
        (
            _claim_by_the_store_alone,
            "test_no_way_of_writing_is_left_to_a_server_that_was_replaced",
            pytest.fail.Exception,
            "DID NOT RAISE Replaced",
        ),
        (
            _other_connections_not_marked,
            "test_a_sign_in_that_is_under_way_is_ended_and_not_waited_for",
            Unavailable,
            "lock timeout",
        ),
        (_number_not_raised, WRITES, pytest.fail.Exception, "DID NOT RAISE Replaced"),
        (
            _others_not_ended,
            "test_a_transaction_that_is_under_way_is_ended_and_not_waited_for",
            AssertionError,
            "the hall cannot be taken over",
        ),
        (
            _changes_overlooked,
            "test_a_hall_that_has_changed_since_it_was_read_beforehand_is_read_again",
            AssertionError,
            "assert {",
        ),
    ],
)
def test_a_planted_fault_is_seen(
    cluster: Cluster,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    plant: Any,
    check: str,
    error: type[Exception],
    told: str,
) -> None:
    url = cluster.url(cluster.database())
    plant(monkeypatch)
    with (
        test_term.terms(url) as make,
        test_term.halls(url) as under,
        pytest.raises(error, match=told),
    ):
        _run(getattr(test_term, check), make=make, under=under, url=url, tmp_path=tmp_path)


def _run(check: Any, **given: Any) -> None:
    """Run a test with what it asks for of what is given."""
    check(**{name: given[name] for name in signature(check).parameters})


def test_a_lease_that_outlives_its_time_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    from tests.unit.flow import test_duty

    monkeypatch.setattr(duty, "HOLD_S", 60.0)
    with pytest.raises(AssertionError, match="assert not True"):
        test_duty.test_a_server_stops_telling_before_another_may_take_over()
