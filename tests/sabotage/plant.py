"""Faults to plant, each in the running code, so that the check that guards it must turn red.

Loaded as a pytest plugin by `test_plant.py`: `pytest -p tests.sabotage.plant --plant NAME some/test.py::test_it`.
"""

import pytest

from tests.sabotage.bed import PLANTS
from tests.sabotage.planted import edge, media, right, secret, write

__all__ = ["PLANTS", "edge", "media", "right", "secret", "write"]


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--plant NAME`."""
    parser.addoption("--plant", choices=sorted(PLANTS), required=False)


@pytest.fixture(autouse=True)
def _planted(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    name = request.config.getoption("--plant")
    if name:
        monkeypatch.setenv("PLANT", name)  # for programs that the test starts: tests/power/town.py
        PLANTS[name](monkeypatch)
