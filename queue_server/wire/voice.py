"""What a loudspeaker is told: how it speaks, the names of its zones, and what is said. Pure."""

from collections.abc import Mapping
from datetime import datetime
from typing import Literal

import msgspec

from queue_server.wire.day import local
from queue_server.wire.ids import WindowId, ZoneId
from queue_server.wire.ticket import Language, Text

Player = Literal["board", "box"]
"""What speaks: the page of the board beside it, or a voice box."""
One = Literal["yi", "yao"]
"""How 1 is read in a ticket's number: 一, or 幺 as on the telephone."""
PINYIN = r"[a-zü]+[1-5]( [a-zü]+[1-5])*"
"""How Chinese is written as it is said: syllables, each with its tone."""


class SpokenZone(msgspec.Struct, frozen=True):
    """A zone's short name, and how the hall wants it said, in pinyin; None where the voice has its own words."""

    short: Text
    said: str | None = None


class LoudspeakerRecord(msgspec.Struct, frozen=True, kw_only=True):
    """A loudspeaker. A call is read `readings` times, in Chinese and then, where wanted, in English.

    `volume` is percent from a local time of day on ("07:30") until the next; 0 is silence. `zones` are those whose calls it speaks.
    """

    loudspeaker: str
    name: Text
    player: Player = "board"
    english: bool = False
    one: One = "yi"
    readings: int = 2
    volume: dict[str, int] = {}
    zones: dict[ZoneId, SpokenZone]

    @property
    def languages(self) -> tuple[Language, ...]:
        """What is spoken, in this order."""
        return ("zh", "en") if self.english else ("zh",)


def loudness(volume: Mapping[str, int], clock: datetime | None) -> int:
    """The volume at a time: that of the last hour named, over midnight too. 100 where there is none."""
    if not volume or clock is None:
        return 100
    hour = f"{local(clock):%H:%M}"
    return volume[max([at for at in volume if at <= hour] or volume)]


class Announcement(msgspec.Struct, frozen=True, kw_only=True):
    """A call as it is to be heard: who is called where, and how often that is read."""

    loudspeaker: LoudspeakerRecord
    number: str
    window: WindowId
    zone: ZoneId
    readings: int


Stand = Literal["waits", "speaks", "left", "gone"]
"""How a program stands to a loudspeaker, by its own knowledge: it could speak; it may, or is still in the middle of a call; it had
to leave and has; it is there no more.
"""
Turn = Literal["waits", "speaks", "leaves"]
"""Whose turn it is: another's, its own, or its own until the call that it is in the middle of has ended."""


class Asking(msgspec.Struct, frozen=True, kw_only=True):
    """A program could speak from a loudspeaker, or does: told every second or two, and at once when something changes.

    `at` is a reading of its own steady clock in seconds, which the answer repeats; `term` that of the last answer; `for_s` how much
    longer it may sound by what it was told, also by a server before this one; `able` false while it would not be heard, as where a
    browser blocks sound.
    """

    loudspeaker: str
    at: float
    stand: Stand = "waits"
    term: int = 0
    for_s: float = 0.0
    able: bool = True


class TurnRecord(msgspec.Struct, frozen=True, kw_only=True):
    """What one program is told of its turn at a loudspeaker; unasked too, when that changes.

    It may sound until `for_s` seconds after `at` by its own clock, and no longer unless it is told so again. `said` are the last
    calls that were heard there, by whomever: each CallRecord.call, and its `at` then.
    """

    loudspeaker: str
    turn: Turn
    at: float
    term: int
    for_s: float = 0.0
    reserve: int = 0
    """How many others could speak."""
    said: tuple[tuple[int, datetime], ...] = ()
