"""The power goes at a thousand moments: whatever was answered is there, once, and whoever asks again is answered as before."""

from pathlib import Path

import pytest

from tests.power.cut import power_cuts

CUTS = 1000


@pytest.mark.alone
@pytest.mark.timeout(1200)
def test_after_any_cut_of_the_power_the_hall_is_what_its_clients_were_told(tmp_path: Path) -> None:
    assert power_cuts(tmp_path, seed=7, cuts=CUTS) == []
