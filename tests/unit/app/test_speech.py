"""Sound that another program makes, and its faults."""

import asyncio
from pathlib import Path

import pytest

from queue_server.app import speech as speeches
from queue_server.app.speech import Speech
from queue_server.wire.error import Refusal
from queue_server.wire.ids import WindowId, ZoneId
from queue_server.wire.ticket import Text
from queue_server.wire.voice import Announcement, LoudspeakerRecord


def announcement(number: str = "A012") -> Announcement:
    west = LoudspeakerRecord(loudspeaker="west", name=Text("西侧", "West"), zones={})
    return Announcement(loudspeaker=west, number=number, window=WindowId("3"), zone=ZoneId("A"), readings=2)


async def test_what_is_asked_for_twice_is_made_once_also_at_the_same_time(tmp_path: Path) -> None:
    made = tmp_path / "made"
    speech = Speech(("sh", "-c", f"cat > {tmp_path}/asked; echo >> {made}; printf sound"))
    both = await asyncio.gather(speech.sound(announcement()), speech.sound(announcement()))
    assert [*both, await speech.sound(announcement())] == [b"sound"] * 3
    assert made.read_text() == "\n"
    assert b'"A012"' in (tmp_path / "asked").read_bytes()
    await speech.sound(announcement("A013"))
    assert made.read_text() == "\n\n"
    await speech.stop()


async def test_what_cannot_be_made_is_refused_with_the_reason_and_tried_again_in_a_while(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(speeches, "AGAIN_S", 0.0)
    mended = tmp_path / "mended"
    speech = Speech(("sh", "-c", f"test -e {mended} && printf sound || {{ echo no voice >&2; exit 1; }}"))
    with pytest.raises(Refusal) as told:
        await speech.sound(announcement())
    assert (told.value.code, told.value.detail["reason"]) == ("voice.failed", "no voice")
    mended.touch()
    await asyncio.sleep(0.01)
    assert await speech.sound(announcement()) == b"sound"
    with pytest.raises(Refusal, match=r"voice\.failed"):
        await Speech(("no-such-program",)).sound(announcement())
