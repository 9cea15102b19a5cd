"""Where a hall calls people: boards with what they show between calls, and loudspeakers."""

from datetime import date

import msgspec

from queue_server.wire.board import Direction, Languages, Layout
from queue_server.wire.ids import ZoneId
from queue_server.wire.ticket import Text
from queue_server.wire.voice import One, Player


class Loudspeaker(msgspec.Struct, frozen=True, kw_only=True):
    """Where the calls of some zones are spoken, by what and how; `volume` is percent from a local time of day on ("07:30")."""

    id: str
    name: Text
    zones: tuple[ZoneId, ...]
    player: Player = "board"
    english: bool = False
    one: One = "yi"
    readings: int = 2
    volume: tuple[tuple[str, int], ...] = ()


class Medium(msgspec.Struct, frozen=True, kw_only=True):
    """A picture, which stands for `seconds`, or a film, between calls; from its `first` day to its `last`, both included."""

    file: str
    seconds: int
    first: date | None = None
    last: date | None = None

    def shown(self, day: date) -> bool:
        """Whether boards show it on a local day."""
        return (self.first is None or self.first <= day) and (self.last is None or day <= self.last)


class Display(msgspec.Struct, frozen=True, kw_only=True):
    """A call board, the zones it shows and how, which way they are from there, the loudspeaker beside it, and its pictures and
    films.
    """

    id: str
    title: Text
    zones: tuple[ZoneId, ...]
    loudspeaker: str | None = None
    layout: Layout = "loads"
    languages: Languages = "zh_en"
    arrows: tuple[tuple[ZoneId, Direction], ...] = ()
    media: tuple[Medium, ...] = ()
