"""Frames that nobody should send harm nobody, and change nothing."""

from pathlib import Path

from tests.soak.frames import storm

FRAMES = 5000


async def test_wrong_frames_harm_nobody_and_change_nothing(tmp_path: Path) -> None:
    outcome = await storm(tmp_path, FRAMES, 1)
    assert outcome.faults == []
    assert outcome.frames.total() >= FRAMES
    assert outcome.served > 5, "the hall went on meanwhile"
