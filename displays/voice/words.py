"""What is said of a call, in words that a synthesiser reads without judging: pinyin for Chinese, digits one by one. Pure but for
`words`, which reads the table beside this file once.
"""

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Annotated

import msgspec

from displays.model.announcer import Call
from queue_server.wire.ticket import Language, Text
from queue_server.wire.voice import PINYIN, LoudspeakerRecord, One

Pinyin = Annotated[str, msgspec.Meta(pattern=f"^{PINYIN}$", max_length=120)]
YAO = "yao1"
_TENS, _HUNDREDS = "shi2", "bai3"


class Unspeakable(ValueError):
    """There are no words for something; the sentence says for what, and what to do."""


class Phrase(msgspec.Struct, frozen=True):
    """A sentence with places to fill in: as people read it, and as it is said."""

    text: str
    said: str


class Speech(msgspec.Struct, frozen=True):
    """A language: its voice and speed in words a minute, its sentences, and how the marks of a number are said."""

    voice: str
    speed: int
    call: Phrase
    call_in_zone: Phrase
    marks: dict[str, str]


class Words(msgspec.Struct, frozen=True):
    """Everything that is said."""

    zh: Speech
    en: Speech
    zones: dict[str, Pinyin]


@dataclass(frozen=True, slots=True)
class Utterance:
    """One sentence for the synthesiser."""

    voice: str
    speed: int
    said: str


@cache
def words() -> Words:
    """The table."""
    table = files("displays.voice").joinpath("words.toml").read_bytes()
    return msgspec.toml.decode(table, type=Words)


def said_zone(name: Text, language: Language, own: str | None = None) -> str | None:
    """How a zone's short name is said; `own` is a hall's own pinyin for it. None where nobody wrote it down."""
    return name.en if language == "en" else own or words().zones.get(name.zh)


def spoken_zones(call: Call, loudspeaker: LoudspeakerRecord) -> dict[Language, str]:
    """How the call's zone is said, by language; nothing where the loudspeaker serves one zone, or nobody wrote down how."""
    zone = loudspeaker.zones.get(call.zone)
    if zone is None or len(loudspeaker.zones) < 2:
        return {}
    found = {each: said_zone(zone.short, each, zone.said) for each in loudspeaker.languages}
    return {language: said for language, said in found.items() if said is not None}


def utterance(call: Call, language: Language, zone: str | None = None, one: One = "yi") -> Utterance:
    """A call in words; `zone` as `said_zone` gives it, for a loudspeaker that serves several. Raises Unspeakable."""
    speech = words().en if language == "en" else words().zh
    phrase = speech.call if zone is None else speech.call_in_zone
    number = singly(call.number, language, one)
    said = phrase.said.format(number=number, window=_window(call.window, language), zone=zone)
    return Utterance(speech.voice, speech.speed, said)


def singly(number: str, language: Language, one: One = "yi") -> str:
    """A number mark by mark: A012 is A ling2 yi1 er4. Raises Unspeakable."""
    speech = words().en if language == "en" else words().zh
    marks = speech.marks | ({"1": YAO} if language == "zh" and one == "yao" else {})
    return " ".join(_mark(mark, number, marks) for mark in number)


def cardinal(n: int) -> str:
    """A number below 1000 as it is counted, in pinyin: 12 is shi2 er4, 105 is yi1 bai3 ling2 wu3."""
    marks = words().zh.marks
    hundreds, rest = divmod(n, 100)
    tens, units = divmod(rest, 10)
    parts = [marks[str(hundreds)], _HUNDREDS] if hundreds else []
    if tens:
        parts += [_TENS] if tens == 1 and not hundreds else [marks[str(tens)], _TENS]
    elif hundreds and units:
        parts.append(marks["0"])
    if units or not parts:
        parts.append(marks[str(units)])
    return " ".join(parts)


def _window(window: str, language: Language) -> str:
    """A window is counted; one whose name is no number, or has four digits, is said mark by mark."""
    if not (window.isascii() and window.isdecimal() and int(window) < 1000):
        return singly(window.upper(), language)
    return str(int(window)) if language == "en" else cardinal(int(window))


def _mark(mark: str, number: str, marks: dict[str, str]) -> str:
    if mark.isascii() and mark.isalpha():
        return marks.get(mark, mark)
    if mark not in marks:
        raise Unspeakable(f"“{number}” cannot be spoken: there is no word for “{mark}”")
    return marks[mark]
