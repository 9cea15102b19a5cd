"""Where faults to plant are known by their names; `planted/` has them by topic."""

from collections.abc import Callable

import pytest

Plant = Callable[[pytest.MonkeyPatch], None]
PLANTS: dict[str, Plant] = {}


def plant(fault: Plant) -> Plant:
    """Register a fault under its function's name."""
    PLANTS[fault.__name__] = fault
    return fault
