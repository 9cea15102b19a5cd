"""What a call board is told of itself and of calls: records of the topics `board:<display>` and `voice:<loudspeaker>`. Pure."""

from datetime import datetime
from typing import Literal

import msgspec

from queue_server.wire.ids import WindowId, ZoneId
from queue_server.wire.ticket import Text

Layout = Literal["loads", "calls", "media"]
"""What a board shows: calls, and how many wait where; calls alone; or calls, and between them pictures and films."""
Languages = Literal["zh_en", "en_zh", "zh", "en"]
"""What a board speaks: one language, or two with the larger one first."""
Direction = Literal["left", "right", "up", "down"]
FILMS = ("mp4", "webm")
PICTURES = ("png", "jpg", "jpeg", "webp")
MEDIUM = rf"[^./\\\x00-\x1f][^/\\\x00-\x1f]{{0,99}}\.({'|'.join((*PICTURES, *FILMS))})"
"""How the file of a picture or film is named: in one folder, and by its kind."""


class MediumRecord(msgspec.Struct, frozen=True):
    """A picture, which stands there for `seconds`, or a film, which is played to its end, without sound."""

    file: str
    film: bool
    seconds: int


class BoardRecord(msgspec.Struct, frozen=True, kw_only=True):
    """One display: its title, which zones it shows in which order, and how. `arrows` tell which way a zone is from there."""

    display: str
    title: Text
    zones: tuple[ZoneId, ...]
    idle: Text | None = None
    """The hall's own words while nobody is called."""
    loudspeaker: str | None = None
    """The one beside it."""
    layout: Layout = "loads"
    languages: Languages = "zh_en"
    arrows: dict[ZoneId, Direction] = {}
    media: tuple[MediumRecord, ...] = ()
    """What is shown in turn between calls in the layout `media`."""


class CallRecord(msgspec.Struct, frozen=True, kw_only=True):
    """One call. `call` is the seq of the event that made it; `at` moves on a recall, `called_at` does not.

    A board shows a call as new while `at` is recent by the server's clock, so an old call is never shown as new.
    """

    call: int
    ticket: str
    """The ticket's number, "A012"."""
    window: WindowId
    zone: ZoneId
    letter: str
    colour: str
    short: Text
    public: Text | None = None
    """What may be said of its class, if that counts."""
    called_at: datetime
    at: datetime
    recalls: int
    state: Literal["called", "serving", "over", "missed"]


class MissedRecord(msgspec.Struct, frozen=True):
    """Numbers called today whose holders did not come, latest first."""

    numbers: tuple[str, ...]
