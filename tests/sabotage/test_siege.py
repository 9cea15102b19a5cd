"""What kills, failovers and a cut of the power prove is itself proven: servers with a fault planted do not outlive one of them."""

from datetime import timedelta
from pathlib import Path
from typing import cast

import pytest
from playwright.sync_api import Playwright

from tests.e2e.hall import PASSWORD, Hall
from tests.fakes.postgres import Cluster
from tests.soak.failover import Failover
from tests.soak.kill import Siege
from tests.soak.power import SERVICE, Blackout

LOST = "tickets lost or doubled|a call was lost|one ticket for two keys|gaps or twins|no one clerk could"
REFUSED = r"'/\S+', 4\d\d, "
"""What a server that is behind its answers looks like, by what it was asked last before it was killed: things are missing in the
end, or somebody is refused what goes on from them.
"""


class Bare(Hall):
    """A hall of which only the server is there."""

    def open(self, *_: str) -> None:
        """Start it, and sign the manager in."""
        self.begin("server")
        self.boss = self.server.login("boss", PASSWORD)

    def touch(self) -> None:
        """A ticket, without a kiosk."""
        assert self.server.ask("POST", "/tickets", self.token, {"service": SERVICE}).status == 201


async def test_a_server_whose_disk_is_behind_its_answers_does_not_outlive_a_kill(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PLANT", "commits_put_off")
    siege = Siege(tmp_path, seed=11)
    try:
        with pytest.raises((AssertionError, ExceptionGroup)) as found:
            await siege.live(1)
        if isinstance(found.value, ExceptionGroup):
            assert found.group_contains(AssertionError, match=REFUSED), found.value.exceptions
        else:
            found.match(LOST)
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


def test_a_cut_of_the_power_finds_a_hall_that_comes_back_as_it_was_a_little_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PLANT", "commits_put_off")
    hall = Bare(tmp_path)
    blackout = Blackout(hall, cast("Playwright", None))  # no board is looked at
    try:
        blackout.open()
        with pytest.raises(AssertionError, match="not as they were"):
            blackout.strike(("server",), ("kiosk", timedelta(0)))
    finally:
        hall.cut()
