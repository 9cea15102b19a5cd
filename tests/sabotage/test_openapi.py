"""Drawn requests find what they are there to find: each planted fault is among the faults that they bring home."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from queue_server.api import status
from queue_server.views import query
from tests.soak.openapi import barrage

Plant = Callable[[pytest.MonkeyPatch], None]
REQUESTS = 100


def _raises(patch: pytest.MonkeyPatch) -> None:
    def broken(_state: Any) -> Any:
        raise RuntimeError("planted")

    patch.setattr(query, "windows", broken)


def _of_another_shape(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(query, "zones", lambda *_: [{"id": 7}])  # everybody is told the same of them


def _a_status_that_was_not_told(patch: pytest.MonkeyPatch) -> None:
    patch.setitem(status.STATUS, "request.invalid", 418)


@pytest.mark.parametrize(
    "plant, fault",
    [
        (_raises, "windows: Server error"),
        (_of_another_shape, "zones: Response violates schema"),
        (_a_status_that_was_not_told, "Undocumented status code"),
    ],
)
async def test_drawn_requests_find_a_planted_fault(
    tmp_path: Path, plant: Plant, fault: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    plant(monkeypatch)
    assert any(fault in found for found in (await barrage(tmp_path, REQUESTS, 1)).faults)
