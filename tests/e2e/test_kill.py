"""kill -9 of a real server under load, forty times; `make soak TARGET=kill` does it two hundred times."""

from pathlib import Path

import pytest

from tests.soak.kill import CLIENTS, Siege

KILLS = 40


@pytest.mark.alone
@pytest.mark.timeout(1200)
async def test_a_killed_server_has_every_answered_command_once_and_no_number_twice(tmp_path: Path) -> None:
    outcome = await Siege(tmp_path, seed=11).live(KILLS)
    assert outcome.kills == KILLS
    assert outcome.answered > 40 * KILLS
    assert outcome.repeated > 4 * CLIENTS  # the kills did hit requests under way
    assert outcome.settled > 0
    assert outcome.given_up > CLIENTS
