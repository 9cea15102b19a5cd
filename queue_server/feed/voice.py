"""From a call to its words in the hall: what voices say they have spoken. Pure; times are business time, and so is its speed."""

from collections.abc import Iterable
from datetime import datetime
from typing import Literal, NamedTuple

import msgspec

from queue_server.wire.board import CallRecord
from queue_server.wire.ticket import Text
from queue_server.wire.voice import LoudspeakerRecord, loudness

LATE_S = 30.0
"""Real seconds in which a call is to be spoken."""
KEPT = 256
"""Calls remembered per loudspeaker."""
SAID = 24
"""Calls of which those who could speak are told that they were heard: more than a loudspeaker's last calls."""

Trouble = Literal["late", "gone", "mute"]
"""Numbers are late; nobody speaks there any more; or who does is not heard."""


class Speaker(NamedTuple):
    """Who speaks: its name, whether it would be heard, and how many others could."""

    name: Text
    able: bool
    reserve: int


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """A loudspeaker as the floor sees it: who speaks there, whether that one would be heard, and how many others could."""

    loudspeaker: str
    name: Text
    speaker: Text | None
    able: bool
    reserve: int
    trouble: Trouble | None = None
    late: tuple[str, ...] = ()


class Voices:
    """Loudspeakers: since when somebody is to speak there, and which calls were spoken.

    One that never had anybody to speak is no trouble: a hall may write its loudspeakers down before it has them, and people look at
    boards on their own screens.
    """

    def __init__(self) -> None:
        self._since: dict[str, datetime] = {}
        self._spoken: dict[str, dict[int, datetime]] = {}
        """By loudspeaker each call's latest `at` that was spoken, in the order in which they first were."""

    def met(self, loudspeaker: str, now: datetime) -> None:
        """One of the hall's own speaks there from now on."""
        self._since.setdefault(loudspeaker, now)

    def spoken(
        self, loudspeaker: str, call: CallRecord, at: datetime | None, now: datetime, speed: float
    ) -> float | None:
        """A call was heard to its end as it was `at`: real seconds since it was made; None if it was heard before.

        Without `at` it was said by a program that knows no recalls.
        """
        spoken = self._spoken.setdefault(loudspeaker, {})
        before = spoken.get(call.call)
        spoken[call.call] = max(filter(None, (before, call.at if at is None else min(at, call.at))))
        if before is not None:
            return None
        self.met(loudspeaker, now)
        if len(spoken) > KEPT:
            del spoken[next(iter(spoken))]
        return (now - call.called_at).total_seconds() / speed

    def said(self, loudspeaker: str) -> tuple[tuple[int, datetime], ...]:
        """The last calls that were spoken there, each as it was then."""
        return tuple(self._spoken.get(loudspeaker, {}).items())[-SAID:]

    def standing(
        self,
        loudspeaker: LoudspeakerRecord,
        calls: Iterable[CallRecord],
        speaker: Speaker | None,
        now: datetime,
        speed: float,
    ) -> Standing:
        """How it is, given its last calls and who speaks there now. Nothing is wrong in a quiet hour.

        A call whose holder came without it, or who was missed, is late no more.
        """
        late = self._late(loudspeaker, calls, now, speed)
        trouble: Trouble | None = None
        if late:
            trouble = "late"
        elif loudspeaker.loudspeaker in self._since and loudness(loudspeaker.volume, now) > 0:
            trouble = "gone" if speaker is None else "mute" if not speaker.able else None
        return Standing(
            loudspeaker=loudspeaker.loudspeaker,
            name=loudspeaker.name,
            speaker=None if speaker is None else speaker.name,
            able=speaker is not None and speaker.able,
            reserve=0 if speaker is None else speaker.reserve,
            trouble=trouble,
            late=late,
        )

    def _late(
        self, loudspeaker: LoudspeakerRecord, calls: Iterable[CallRecord], now: datetime, speed: float
    ) -> tuple[str, ...]:
        since = self._since.get(loudspeaker.loudspeaker)
        if since is None or loudness(loudspeaker.volume, now) == 0:
            return ()
        spoken = self._spoken.get(loudspeaker.loudspeaker, {})
        return tuple(
            call.ticket
            for call in calls
            if call.state == "called"
            and call.call not in spoken
            and call.called_at >= since
            and (now - call.called_at).total_seconds() / speed > LATE_S
            and loudness(loudspeaker.volume, call.called_at) > 0
        )
