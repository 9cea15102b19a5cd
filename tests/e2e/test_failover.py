"""Two servers of one hall under 64 clients: a few failovers; `make soak TARGET=failover` does many."""

from pathlib import Path

import pytest

from tests.fakes.postgres import Cluster
from tests.soak.failover import FAULTS, WITHIN_S, Failover


@pytest.mark.alone
@pytest.mark.timeout(240)
async def test_another_server_takes_over_within_seconds_and_the_old_one_does_nothing_more(
    tmp_path: Path, cluster: Cluster
) -> None:
    siege = Failover(tmp_path, 5, cluster)
    outcome = await siege.live(len(FAULTS))
    print("seconds from fault to first accepted command:", siege.took_s)
    assert [fault for fault, _ in siege.took_s] == list(FAULTS)
    assert max(took_s for _, took_s in siege.took_s) <= WITHIN_S
    assert outcome.answered > 40 * len(FAULTS)
    assert outcome.repeated > 0
