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
