"""Cables pulled and put in again, for every driver; `make soak TARGET=unplug` does it a hundred times, by the clock."""

from pathlib import Path

import pytest

from tests.fakes.driver import STANDS
from tests.soak.unplug import pulled, served


@pytest.mark.timeout(60)
@pytest.mark.parametrize("name", STANDS)
async def test_a_driver_works_on_each_time_its_device_is_back(name: str, tmp_path: Path) -> None:
    assert len(await pulled(name, tmp_path, 10, retry_s=0.01)) == 10


@pytest.mark.parametrize("name", STANDS)
async def test_a_driver_works_on_when_its_serial_server_is_back(name: str) -> None:
    assert len(await served(name, 2, retry_s=0.01)) == 2
