"""What says that a soak leaves nothing behind is itself proven."""

from pathlib import Path

import pytest

from tests.e2e.test_soak import IN_A_THREAD, begun

PLANT = "from tests.soak.offspring import Offspring\nOffspring.__enter__ = lambda self: self\n"
"""Orphans are not taken in."""


def test_a_soak_that_leaves_an_orphan_behind_is_found(tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match="programs go on"), begun(PLANT + IN_A_THREAD, tmp_path) as soak:
        soak.end()
