"""Sound that is made equally loud, from whatever it comes."""

import io
import math
import wave
from array import array
from random import Random

import pytest

from devices.driver.voice.sound import (
    LEVEL_DB,
    PEAK_DB,
    RATE,
    BadSound,
    Samples,
    chime,
    even,
    joined,
    level,
    peak,
    quieter,
    read,
    seconds,
    silence,
    written,
)


def tone(amplitude: float, duration_s: float = 0.5, hertz: float = 220.0) -> Samples:
    n = round(duration_s * RATE)
    return array(
        "h", [round(32_767 * amplitude * math.sin(2 * math.pi * hertz * k / RATE)) for k in range(n)]
    )


def noise(amplitude: float, seed: int) -> Samples:
    chance = Random(seed)
    return array("h", [round(32_767 * amplitude * chance.uniform(-1, 1)) for _ in range(RATE // 2)])


def test_a_full_tone_is_three_decibels_below_full_scale_and_pauses_do_not_count() -> None:
    assert level(tone(1.0)) == pytest.approx(-3.01, abs=0.02)
    assert level(joined([tone(1.0), silence(2.0)])) == pytest.approx(-3.01, abs=0.2)
    assert level(silence(1.0)) == -math.inf


@pytest.mark.parametrize("sound", [tone(0.9), tone(0.01), noise(0.3, 1), noise(0.02, 2)])
def test_everything_becomes_equally_loud_and_nothing_too_loud(sound: Samples) -> None:
    made = even(sound)
    assert level(made) == pytest.approx(LEVEL_DB, abs=0.3)
    assert peak(made) <= PEAK_DB


def test_silence_at_the_ends_is_cut_off_and_pauses_between_are_kept() -> None:
    said = joined([silence(1.0), tone(0.3, 0.2), silence(0.3), tone(0.3, 0.2), silence(2.0)])
    assert seconds(even(said)) == pytest.approx(0.7, abs=0.05)


def test_silence_is_no_speech() -> None:
    with pytest.raises(BadSound, match="nothing to hear"):
        even(tone(0.0001))


def test_a_bang_in_a_recording_is_told() -> None:
    said = tone(0.01, 5.0)
    said[RATE] = 32_000
    with pytest.raises(BadSound, match="bang"):
        even(said)


def test_the_chime_is_as_loud_as_speech_and_ends_in_silence() -> None:
    made = chime()
    assert level(made) == pytest.approx(LEVEL_DB, abs=0.1)
    assert peak(made) <= PEAK_DB
    assert 0.9 <= seconds(made) <= 1.5
    assert max(map(abs, made[-5:])) < 200


def test_volume_is_percent_of_the_amplitude() -> None:
    sound = tone(0.5)
    assert quieter(sound, 100) == sound
    assert level(quieter(sound, 50)) == pytest.approx(level(sound) - 6.02, abs=0.05)


def test_a_file_of_samples_is_read_as_it_was_written() -> None:
    sound = tone(0.5)
    assert read(written(sound)) == sound


def test_a_file_of_another_format_is_told_what_is_wrong_with_it() -> None:
    made = io.BytesIO()
    with wave.open(made, "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(44_100)
        file.writeframes(bytes(400))
    with pytest.raises(BadSound, match="2 channels, 16 bits, 44100 Hz; save it with 1 channel"):
        read(made.getvalue())
    with pytest.raises(BadSound, match="not a WAV file"):
        read(b"RIFF?")
