"""Words that a synthesiser reads without judging: pinyin for Chinese, digits one by one. Pure but for `speech`, which reads the
table beside this file once.
"""

import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Annotated, ClassVar

import msgspec

from queue_server.wire.fault import Fault
from queue_server.wire.ticket import Language, Text
from queue_server.wire.voice import PINYIN, One

Pinyin = Annotated[str, msgspec.Meta(pattern=f"^{PINYIN}$", max_length=120)]
YAO = "yao1"
COUNTED = 3
"""A figure of so many digits in a name is counted; a longer one, as of a telephone (12345), is said digit by digit."""
_FIGURE = re.compile(r"[0-9]+")
_MARKS = re.compile(r"[^\w]+")
_TENS, _HUNDREDS = "shi2", "bai3"


class Unspeakable(Fault, ValueError):
    """There are no words for something; `text` says for what, and what to do, `brief` that where there is little room."""

    code: ClassVar[str] = "voice.words"
    brief: ClassVar[Text] = Text("有号码念不出", "a number cannot be spoken")


class Tongue(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A language: its voice and speed in words a minute, and how the marks of a number are said."""

    voice: str
    speed: int
    marks: dict[str, str]


class Speech(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Both languages, and the short names of zones in pinyin."""

    zh: Tongue
    en: Tongue
    zones: dict[str, Pinyin]

    def of(self, language: Language) -> Tongue:
        """One of them."""
        return self.en if language == "en" else self.zh


@dataclass(frozen=True, slots=True)
class Utterance:
    """One sentence for the synthesiser."""

    voice: str
    speed: int
    said: str


@cache
def speech() -> Speech:
    """The table."""
    table = files("devices.driver.voice").joinpath("speech.toml").read_bytes()
    return msgspec.toml.decode(table, type=Speech)


def uttered(language: Language, said: str) -> Utterance:
    """A sentence in a language, as it is said."""
    tongue = speech().of(language)
    return Utterance(tongue.voice, tongue.speed, said)


def said_zone(name: Text, language: Language, own: str | None = None) -> str | None:
    """How a zone's short name is said; `own` is a hall's own pinyin for it. None where nobody wrote it down."""
    return name.en if language == "en" else own or speech().zones.get(name.zh)


def name(of: Text, language: Language, own: str | None = None) -> str:
    """How any name is said: by the hall's own pinyin or by the table, and else as it is written. The synthesiser knows characters,
    and takes the commonest sound of those that have several.
    """
    known = said_zone(of, language, own)
    return known or " ".join(_FIGURE.sub(_counted, _MARKS.sub(", ", of.zh)).split()).strip(", ")


def _counted(found: re.Match[str]) -> str:
    digits = found[0]
    return f" {cardinal(int(digits)) if len(digits) <= COUNTED else singly(digits, 'zh')} "


def singly(number: str, language: Language, one: One = "yi") -> str:
    """A number mark by mark: A012 is A ling2 yi1 er4. Raises Unspeakable."""
    marks = speech().of(language).marks | ({"1": YAO} if language == "zh" and one == "yao" else {})
    return " ".join(_mark(mark, number, marks) for mark in number)


def cardinal(n: int) -> str:
    """A number below 1000 as it is counted, in pinyin: 12 is shi2 er4, 105 is yi1 bai3 ling2 wu3."""
    marks = speech().zh.marks
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


def window(name: str, language: Language) -> str:
    """A window is counted; one whose name is no number, or has four digits, is said mark by mark. Raises Unspeakable."""
    if not (name.isascii() and name.isdecimal() and int(name) < 1000):
        return singly(name.upper(), language)
    return str(int(name)) if language == "en" else cardinal(int(name))


def _mark(mark: str, number: str, marks: dict[str, str]) -> str:
    if mark.isascii() and mark.isalpha():
        return marks.get(mark, mark)
    if mark not in marks:
        raise Unspeakable(
            f"“{number}”念不出来，“{mark}”没有读法；字头和窗口名只用字母和数字",
            f"“{number}” cannot be spoken: there is no word for “{mark}”; prefixes and windows' names are letters and figures",
        )
    return marks[mark]
