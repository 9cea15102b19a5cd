"""Messages on `/feed`, JSON text, both ways.

A client says hello, gets either a snapshot or the frames it missed, then frames. `prev` of a frame is the `seq` of the frame or
snapshot sent before it on the same link; a mismatch means something is missing, and the client says hello again for a snapshot.

A snapshot is the whole of every topic asked for, `{snapshot: {topic: {key: record}}, live: {topic: ...}, seq, epoch, beat}`, and
replaces all that the client had.
"""

from datetime import datetime
from typing import Annotated, Any

import msgspec

from queue_server.wire.field import Moment
from queue_server.wire.voice import Asking


class Hello(msgspec.Struct, frozen=True, kw_only=True):
    """The first message of a client: who it is, what it wants to see, and what it has. Again at any time to change topics.

    `now` is its own machine's time: a server that doubts its own asks others. `instance` names the running program, which makes it
    anew at each start: a device that two of them are is told of. `prints` is a kiosk's own word of whether a paper comes out of it.
    """

    topics: tuple[str, ...] = ()
    token: str | None = None
    after_seq: int | None = None
    epoch: str | None = None
    language: str = "zh"
    now: Moment | None = None
    instance: Annotated[str, msgspec.Meta(min_length=1, max_length=64)] | None = None
    prints: bool | None = None


class Shown(msgspec.Struct, frozen=True):
    """A display has painted a call; `call` is CallRecord.call."""

    call: int


class Spoken(msgspec.Struct, frozen=True):
    """A call was heard from a loudspeaker to its end; `call` is CallRecord.call, `at` its `at` when it was begun."""

    call: int
    at: Moment | None = None


class FromClient(msgspec.Struct, frozen=True, kw_only=True):
    """Anything a client may send: a hello, a receipt, that it could speak, or a command with an id of the client's own and its
    idempotency key.
    """

    hello: Hello | None = None
    shown: Shown | None = None
    spoken: Spoken | None = None
    voice: Asking | None = None
    id: int | str | None = None
    command: str | None = None
    key: str | None = None
    args: dict[str, Any] = {}


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """What a commit changed in one topic: records that are new or different, and keys that are gone."""

    topic: str
    set: dict[str, Any] = {}
    drop: tuple[str, ...] = ()


class Frame(msgspec.Struct, frozen=True, kw_only=True):
    """Changes since `prev`; the state is now that of `seq`."""

    events: tuple[Change, ...]
    prev: int
    seq: int


class Beat(msgspec.Struct, frozen=True):
    """The business clock and its speed, every 3 s of real time; `degraded` while the store takes no changes."""

    now: datetime
    speed: float
    degraded: bool = False
