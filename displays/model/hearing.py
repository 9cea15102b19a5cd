"""What a new state of a loudspeaker's records means to its announcer. Pure."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

import msgspec

from displays.model.announcer import Call, Called, Event, Withdrawn
from queue_server.wire.board import CallRecord
from queue_server.wire.voice import LoudspeakerRecord

KEY = "call/"
Calls = Mapping[int, CallRecord]
"""Call records by the call's number."""


def loudspeaker(records: Mapping[str, Any]) -> LoudspeakerRecord | None:
    """How the loudspeaker speaks; None where it is no more."""
    record = records.get("loudspeaker")
    return None if record is None else msgspec.convert(record, LoudspeakerRecord)


def calls(records: Mapping[str, Any]) -> Calls:
    """The calls among the records of a topic."""
    found = (msgspec.convert(record, CallRecord) for key, record in records.items() if key.startswith(KEY))
    return {record.call: record for record in sorted(found, key=lambda record: record.call)}


def news(before: Calls, after: Calls, now: datetime, speed: float) -> Iterator[Event]:
    """What happened between two states, as it stands `now` in business time, which runs at `speed`.

    A call that is served already is spoken still: a clerk who starts at once has not seen anybody come. One that is over or missed
    is not, nor one that is gone, unless later calls only pushed it out of the list.
    """
    for n in before:
        if n not in after and not _pushed_out(n, before, after):
            yield Withdrawn(n)
    for n, record in after.items():
        if record.state in ("over", "missed"):
            yield Withdrawn(n)
        else:
            call = Call(n, record.ticket, record.window, record.zone, record.at)
            yield Called(call, (now - record.at).total_seconds() / speed)


def _pushed_out(n: int, before: Calls, after: Calls) -> bool:
    """A list that is full loses its oldest call for a new one."""
    return len(after) >= len(before) and n < min(after, default=n) and max(after) > max(before)
