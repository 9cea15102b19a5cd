"""The day's sheet tells what became of the day's bad ratings, apart from complaints without one."""

from queue_server.engine.case import Case
from queue_server.reports.day import Verdicts, verdicts
from queue_server.reports.sheet import BAD
from queue_server.wire.case import Verdict
from queue_server.wire.ids import TicketId
from tests.fakes.hall import FILING, MORNING


def case(level: int | None, verdict: Verdict | None) -> Case:
    """One of that rating and verdict."""
    return Case(
        id="a-case-of-nobody",
        ticket=TicketId("a-ticket-of-nobody"),
        step=0,
        number="A001",
        service=FILING,
        level=level,
        opened_at=MORNING,
        since_at=MORNING,
        verdict=verdict,
    )


def test_bad_ratings_are_told_by_verdict_and_complaints_and_good_ones_are_not_among_them() -> None:
    found = [
        case(1, "valid"),
        case(2, "valid"),
        case(1, "mistaken"),
        case(2, None),
        case(None, "valid"),
        case(5, None),
    ]
    bad = verdicts(found)
    assert bad == Verdicts(valid=2, mistaken=1, open=1)
    assert BAD[0].format(bad) == "差评4件：有效2（计入）、误评1、恶意0（不计），未认定1"
