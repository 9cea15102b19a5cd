"""Where faults to plant are known by their names; `planted/` has them by topic."""

from collections.abc import Callable

import pytest

Plant = Callable[[pytest.MonkeyPatch], None]
PLANTS: dict[str, Plant] = {}


def plant(fault: Plant) -> Plant:
    """Register a fault under its function's name."""
    PLANTS[fault.__name__] = fault
    return fault


def turns_red(fault: Plant, check: Callable[[], None], patch: pytest.MonkeyPatch) -> None:
    """A check holds, and no more once a fault is planted; it then raises an assertion or a refusal, no slip of the plant's."""
    check()
    fault(patch)
    with pytest.raises(BaseException) as found:  # noqa: PT011 - either of the two
        check()
    assert not isinstance(found.value, KeyboardInterrupt | TypeError)
