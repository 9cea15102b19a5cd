"""From a call to its words in the hall: what voices say they have spoken. Pure; times are business time, and so is its speed."""

from collections.abc import Iterable
from datetime import datetime

import msgspec

from queue_server.wire.board import CallRecord
from queue_server.wire.ticket import Text
from queue_server.wire.voice import LoudspeakerRecord, loudness

LATE_S = 30.0
"""Real seconds in which a call is to be spoken."""
KEPT = 256
"""Calls remembered per loudspeaker."""


class Trouble(msgspec.Struct, frozen=True):
    """A loudspeaker that does not do its work: nobody speaks there (`players`), or numbers are `late`."""

    loudspeaker: str
    name: Text
    players: int
    late: tuple[str, ...]


class Voices:
    """Loudspeakers: since when somebody is to speak there, and which calls were spoken.

    One that never had anybody to speak is no trouble: a hall may write its loudspeakers down before it has them, and people look at
    boards on their own screens.
    """

    def __init__(self) -> None:
        self._since: dict[str, datetime] = {}
        self._spoken: dict[str, dict[int, None]] = {}

    def met(self, loudspeaker: str, now: datetime) -> None:
        """Somebody speaks there from now on."""
        self._since.setdefault(loudspeaker, now)

    def spoken(self, loudspeaker: str, call: CallRecord, now: datetime, speed: float) -> float | None:
        """A call was heard to its end: real seconds since it was made; None if it was heard before."""
        spoken = self._spoken.setdefault(loudspeaker, {})
        if call.call in spoken:
            return None
        self.met(loudspeaker, now)
        spoken[call.call] = None
        if len(spoken) > KEPT:
            del spoken[next(iter(spoken))]
        return (now - call.called_at).total_seconds() / speed

    def trouble(
        self,
        loudspeaker: LoudspeakerRecord,
        calls: Iterable[CallRecord],
        players: int,
        now: datetime,
        speed: float,
    ) -> Trouble | None:
        """What is wrong, given its last calls and how many links speak there; None if all is well, or it is a quiet hour.

        A call whose holder came without it, or who was missed, is late no more.
        """
        since = self._since.get(loudspeaker.loudspeaker)
        if since is None or loudness(loudspeaker.volume, now) == 0:
            return None
        spoken = self._spoken.get(loudspeaker.loudspeaker, {})
        late = tuple(
            call.ticket
            for call in calls
            if call.state == "called"
            and call.call not in spoken
            and call.called_at >= since
            and (now - call.called_at).total_seconds() / speed > LATE_S
            and loudness(loudspeaker.volume, call.called_at) > 0
        )
        if players and not late:
            return None
        return Trouble(loudspeaker.loudspeaker, loudspeaker.name, players, late)
