"""Sound as samples: one channel, 16 bits, 22,050 a second. Pure.

Whatever is spoken, by a synthesiser or from a recording, is made equally loud: the mean level of its active speech, as people hear
it, not of its pauses or its loudest moment.
"""

import io
import math
import wave
from array import array
from collections.abc import Iterable
from itertools import pairwise
from operator import mul
from typing import TypeAlias

from queue_server.wire.fault import Fault

Samples: TypeAlias = "array[int]"
RATE = 22_050
LEVEL_DB = -20.0
"""The level of active speech, against full scale."""
PEAK_DB = -1.0
"""No sample is above this."""
SILENT_DB = -60.0
"""Below this there is nothing to hear."""
MARGIN_DB = 15.9
"""What is so much below the loudest moment is a pause: the margin of ITU-T P.56."""
FRAME = RATE // 50
_FULL = 32_768
_CHIME = ((659.26, 0.0), (523.25, 0.42))
"""叮 and 咚: a major third downwards; hertz, and when each begins."""
_CHIME_S = 1.4


class BadSound(Fault, ValueError):
    """Not a sound that can be used."""


def read(data: bytes) -> Samples:
    """The samples of a WAV file. BadSound for another format than ours."""
    try:
        with wave.open(io.BytesIO(data)) as file:
            form = (file.getnchannels(), file.getsampwidth(), file.getframerate())
            frames = file.readframes(len(data))
    except (wave.Error, EOFError) as fault:
        raise BadSound(f"不是WAV文件：{fault}", f"this is not a WAV file: {fault}") from fault
    if form != (1, 2, RATE):
        raise BadSound(
            f"是{form[0]}声道、{8 * form[1]}位、{form[2]}赫兹，请存成单声道、16位、{RATE}赫兹",
            f"{form[0]} channels, {8 * form[1]} bits, {form[2]} Hz; save it with 1 channel, 16 bits, {RATE} Hz",
        )
    return array("h", frames[: len(frames) // 2 * 2])


def written(samples: Samples) -> bytes:
    """A WAV file of samples."""
    made = io.BytesIO()
    with wave.open(made, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(samples.tobytes())
    return made.getvalue()


def seconds(samples: Samples) -> float:
    """How long it sounds."""
    return len(samples) / RATE


def level(samples: Samples) -> float:
    """The mean level of active speech in decibels against full scale; minus infinity for silence."""
    powers = _powers(samples)
    loudest = max(powers, default=0.0)
    least = loudest * 10 ** (-MARGIN_DB / 10)
    active = [power for power in powers if power >= least]
    return 10 * math.log10(sum(active) / len(active)) if loudest else -math.inf


def peak(samples: Samples) -> float:
    """The loudest sample in decibels against full scale; minus infinity for silence."""
    loudest = max(max(samples, default=0), -min(samples, default=0))
    return 20 * math.log10(loudest / _FULL) if loudest else -math.inf


def even(samples: Samples) -> Samples:
    """The same without silence at its ends, at the level of all speech. BadSound if it is silent, or has too loud a bang."""
    heard = level(samples)
    if heard < SILENT_DB:
        raise BadSound(
            "听不到声音，请离话筒近些重录",
            "there is nothing to hear; record it again, nearer to the microphone",
        )
    gain_db = LEVEL_DB - heard
    trimmed = _trimmed(samples)
    if peak(trimmed) + gain_db > PEAK_DB:
        raise BadSound(
            "有一声比说话响得多，请重录",
            "a bang in it is far louder than the speech; record it again, without",
        )
    return _scaled(trimmed, 10 ** (gain_db / 20))


def quieter(samples: Samples, volume: int) -> Samples:
    """The same at a volume in percent of the amplitude."""
    return samples if volume >= 100 else _scaled(samples, volume / 100)


def silence(duration_s: float) -> Samples:
    """Nothing to hear, for so long."""
    return array("h", bytes(2 * round(duration_s * RATE)))


def joined(parts: Iterable[Samples]) -> Samples:
    """One after another."""
    whole = array("h")
    for part in parts:
        whole.extend(part)
    return whole


def chime() -> Samples:
    """叮咚, as loud as speech."""
    tones = [0.0] * round(_CHIME_S * RATE)
    for hertz, begins_s in _CHIME:
        start = round(begins_s * RATE)
        for n in range(start, len(tones)):
            t = (n - start) / RATE
            swell = min(1.0, t / 0.004) * math.exp(-4.5 * t)
            turn = 2 * math.pi * hertz * t
            tones[n] += swell * (math.sin(turn) + 0.25 * math.sin(2 * turn))
    fade = round(0.05 * RATE)
    for n in range(1, fade + 1):
        tones[-n] *= (n - 1) / fade
    return even(array("h", [round(8_000 * tone) for tone in tones]))


def _powers(samples: Samples) -> list[float]:
    """The mean power of each fiftieth of a second, full scale being 1."""
    edges = [*range(0, len(samples), FRAME), len(samples)]
    frames = (samples[start:end] for start, end in pairwise(edges))
    return [sum(map(mul, frame, frame)) / (len(frame) * _FULL * _FULL) for frame in frames]


def _trimmed(samples: Samples) -> Samples:
    """Without what is before the first and after the last moment that can be heard."""
    powers = _powers(samples)
    least = max(powers) * 1e-4
    heard = [n for n, power in enumerate(powers) if power >= least]
    return samples[heard[0] * FRAME : (heard[-1] + 1) * FRAME]


def _scaled(samples: Samples, gain: float) -> Samples:
    return array("h", [round(sample * gain) for sample in samples])
