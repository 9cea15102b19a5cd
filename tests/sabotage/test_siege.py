"""What 64 clients prove of kills and failovers is itself proven: servers with a fault planted do not outlive one of them."""

from pathlib import Path

import pytest

from tests.fakes.postgres import Cluster
from tests.soak.failover import Failover
from tests.soak.kill import Siege


async def test_a_server_whose_disk_is_behind_its_answers_does_not_outlive_a_kill(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PLANT", "commits_put_off")
    siege = Siege(tmp_path, seed=11)
    try:
        with pytest.raises((AssertionError, ExceptionGroup)) as found:
            await siege.live(1)
        assert isinstance(found.value, AssertionError) or found.group_contains(AssertionError)
    finally:
        siege._server.kill()


@pytest.mark.alone
async def test_a_server_that_tells_of_the_hall_after_another_has_taken_over_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cluster: Cluster
) -> None:
    monkeypatch.setenv("PLANT", "lease_never_over")
    siege = Failover(tmp_path, 5, cluster)
    siege._faults = iter(("stop",))
    try:
        with pytest.raises(ExceptionGroup) as found:
            await siege.live(1)
        assert found.group_contains(AssertionError, match="an old server told of the hall")
    finally:
        for server in siege._servers:
            server.kill()
        for line in siege._lines.values():
            await line.take_up()
