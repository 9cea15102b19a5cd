"""A hall's own recordings."""

import io
import math
import sys
from array import array
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from devices.driver.voice.render import NoVoice
from devices.driver.voice.sound import (
    LEVEL_DB,
    PEAK_DB,
    RATE,
    Samples,
    even,
    level,
    peak,
    read,
    seconds,
    written,
)
from displays.app.main import clips
from displays.model.announcer import Call
from displays.voice import say
from displays.voice.pack import BadPack, Clips, Pack, Tokens, load, name, wanted
from displays.voice.words import utterance
from queue_server.wire.ids import WindowId, ZoneId
from queue_server.wire.ticket import Text
from queue_server.wire.voice import Announcement, LoudspeakerRecord

CALL = Call(1, "A112", WindowId("12"), ZoneId("A"), datetime(2027, 3, 1, 1, tzinfo=UTC))


def tone(hertz: float, amplitude: float = 0.2, duration_s: float = 0.1) -> Samples:
    count = round(duration_s * RATE)
    return array(
        "h", [round(32_767 * amplitude * math.sin(2 * math.pi * hertz * n / RATE)) for n in range(count)]
    )


@pytest.fixture
def recorded(tmp_path: Path) -> Path:
    """A whole pack, some of it recorded softly, some loudly."""
    for n, tokens in enumerate(wanted()):
        (tmp_path / name(tokens)).write_bytes(written(tone(200 + 10 * n, 0.02 + 0.01 * n)))
    return tmp_path


def test_a_hall_records_forty_clips_and_its_zones() -> None:
    assert len(wanted()) == 41
    assert wanted()["hao4", "chuang1", "kou3", "ban4", "li3"] == "号窗口办理"
    assert wanted()["da2", "bu4", "liu4"] == "W"


def test_a_call_is_joined_from_clips_that_are_equally_loud(recorded: Path) -> None:
    made = load(recorded).joined(utterance(CALL, "zh").said)
    assert level(made) == pytest.approx(LEVEL_DB, abs=0.5)
    assert peak(made) <= PEAK_DB
    assert seconds(made) == pytest.approx(9 * 0.14, abs=0.2), "请 A 一 一 二 号到 十 二 号窗口办理"


def test_clips_that_are_read_when_they_are_needed_sound_the_same(
    recorded: Path, capfdbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    said = utterance(CALL, "zh").said
    assert Pack(Clips(recorded)).joined(said) == load(recorded).joined(said)
    west = LoudspeakerRecord(loudspeaker="west", name=Text("西侧", "West"), zones={})
    asked = Announcement(loudspeaker=west, number=CALL.number, window=CALL.window, zone=CALL.zone, readings=1)
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(msgspec.json.encode(asked))))
    assert say.main([str(recorded)]) == 0
    assert seconds(read(capfdbinary.readouterr().out)) > seconds(Pack(Clips(recorded)).joined(said))
    (recorded / "qing3.wav").write_bytes(b"RIFF")
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(msgspec.json.encode(asked))))
    assert say.main([str(recorded)]) == 1
    told = capfdbinary.readouterr().err.decode()
    assert told.startswith("qing3.wav：不是WAV文件")
    assert "this is not a WAV file" in told


def test_the_longest_clip_that_fits_is_taken() -> None:
    short: dict[Tokens, Samples] = {(said,): tone(300) for said in ("tou2", "zi1", "xiang4", "mu4", "qing3")}
    whole: dict[Tokens, Samples] = {("tou2", "zi1", "xiang4", "mu4"): tone(300, duration_s=1.0)}
    said = "tou2 zi1 xiang4 mu4, qing3"
    assert seconds(Pack(short).joined(said)) < 1.0 < seconds(Pack(short | whole).joined(said))


def test_a_word_that_was_not_recorded_is_told_and_not_left_out() -> None:
    with pytest.raises(NoVoice, match=r"there is no clip zi1\.wav") as told:
        Pack({("tou2",): even(tone(300))}).joined("tou2 zi1")
    assert told.value.text.zh.startswith("没有录音zi1.wav")


def test_everything_that_is_wrong_with_a_pack_is_told_at_once(recorded: Path) -> None:
    (recorded / "er4.wav").unlink()
    (recorded / "san1.wav").write_bytes(written(tone(200, 0.0001)))
    (recorded / "si4.wav").write_bytes(written(tone(200, duration_s=7.0)))
    (recorded / "wu3.wav").write_bytes(b"not a sound")
    with pytest.raises(BadPack) as told:
        load(recorded)
    assert [fault.en.split(";")[0] for fault in told.value.faults] == [
        "san1.wav: there is nothing to hear",
        "si4.wav: it lasts 7 s",
        "wu3.wav: this is not a WAV file: file does not start with RIFF id",
        "er4.wav: it is missing",
    ]
    assert str(told.value).splitlines()[3::4] == [
        "er4.wav: 没有这一条，请录“二”",
        "er4.wav: it is missing; record “二”",
    ]


def test_a_folder_that_is_not_there_is_told_as_that_and_not_as_forty_missing_clips(tmp_path: Path) -> None:
    with pytest.raises(BadPack) as told:
        load(tmp_path / "clips")
    assert [fault.en for fault in told.value.faults] == [
        f"{tmp_path / 'clips'} is no folder; correct the path"
    ]


async def test_clips_speak_no_english_without_another_voice(recorded: Path) -> None:
    with pytest.raises(NoVoice, match="the clips are Chinese"):
        await load(recorded).samples(utterance(CALL, "en"))


def test_the_tool_checks_a_pack_and_joins_a_call(recorded: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = recorded / "call.joined"
    assert clips(recorded, "A012", "3", out) == 0
    assert seconds(read(out.read_bytes())) > 0.5
    assert clips(recorded, "A#1", "3", out) == 1
    (recorded / "A.wav").unlink()
    assert clips(recorded, "A012", "3", out) == 1
    assert "A.wav: it is missing; record “A”" in capsys.readouterr().err
