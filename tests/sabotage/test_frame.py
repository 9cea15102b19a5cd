"""Wrong frames find what they are there to find: each planted fault is among the faults that they bring home."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from queue_server.auth import door
from queue_server.feed.socket import Feed
from tests.soak.frames import storm

Plant = Callable[[pytest.MonkeyPatch], None]
FRAMES = 2000
MANY = 10_000
"""So that one of the registry's commands, whichever it is, is drawn often."""
SENT = 5000
"""As many as the check that is always run sends."""
KEPT = 2_000
"""Bytes that are kept of a text."""


def _raises(patch: pytest.MonkeyPatch) -> None:
    honest = door.command

    def broken(entry: Any, fields: dict[str, Any]) -> Any:
        if "nobody_knows" in fields:
            raise KeyError("planted")
        return honest(entry, fields)

    patch.setattr("queue_server.auth.intake.command", broken)


def _reads_what_is_wrong(patch: pytest.MonkeyPatch) -> None:
    honest = door.command

    def kind(entry: Any, fields: dict[str, Any]) -> Any:
        right = {"kind": "agent", "name": "planted", "token": "x" * 32}
        return honest(entry, right if entry.name == "devices.pair" else fields)

    patch.setattr("queue_server.auth.intake.command", kind)


def _keeps_what_it_read(patch: pytest.MonkeyPatch) -> None:
    honest, kept = Feed._take, list[bytearray]()

    async def take(self: Feed, link: Any, text: str) -> None:
        kept.append(bytearray(KEPT))
        await honest(self, link, text)

    patch.setattr(Feed, "_take", take)


@pytest.mark.parametrize(
    "plant, fault, frames",
    [
        (_raises, "command.failed", FRAMES),
        (_reads_what_is_wrong, "events that nobody asked for", MANY),
        (_keeps_what_it_read, "the process grew", SENT),
    ],
)
async def test_wrong_frames_find_a_planted_fault(
    tmp_path: Path, plant: Plant, fault: str, frames: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    plant(monkeypatch)
    found = (await storm(tmp_path, frames, 1)).faults
    assert any(fault in each for each in found), found
