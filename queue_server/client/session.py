"""The client's side of the feed, without a socket: what comes in and what time it is decide what goes out.

`now_s` is always a reading of one monotonic clock. Methods return effects in the order in which they are to
happen.

A connection's life: `opened` -> hello (with what we have, or for a snapshot) -> `received` ... -> `lost`.
Commands outlive connections: each is sent again with its own key after every reconnect, until it is answered
or its time is up.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

import msgspec

from queue_server.client.clock import BusinessClock
from queue_server.client.delay import retry_delay
from queue_server.client.effect import (
    Answered,
    Changed,
    Close,
    Effect,
    Expired,
    Faulted,
    LinkState,
    LiveChanged,
    Rejected,
    Send,
    Turned,
    Turning,
)
from queue_server.wire.frame import Beat
from queue_server.wire.voice import Asking, TurnRecord

STALE_AFTER_S = 10.0
"""Nothing heard for this long (three beats): what is shown may no longer be true."""
CLOSE_AFTER_S = 15.0
"""Nothing heard for this long: the connection is dead though the network has not said so."""
UNKNOWN_OUTCOME = frozenset({"store.unavailable", "server.stopping", "server.standby"})
"""Refusals that leave the outcome open: ask again with the same key."""

Records = dict[str, dict[str, Any]]


class _Change(msgspec.Struct):
    topic: str
    set: dict[str, dict[str, Any]] = {}
    drop: tuple[str, ...] = ()


class _Error(msgspec.Struct):
    code: str
    message: str = ""
    detail: dict[str, Any] = {}


class _FromServer(msgspec.Struct):
    """Any message of the server; the fields that are present say which."""

    snapshot: dict[str, Records] | None = None
    live: dict[str, dict[str, Any]] | None = None
    events: tuple[_Change, ...] | None = None
    prev: int = -1
    seq: int = -1
    epoch: str | None = None
    beat: Beat | None = None
    id: int | str | None = None
    ok: Any = None
    voice: TurnRecord | None = None
    error: _Error | None = None


@dataclass
class _Pending:
    """A command without an answer."""

    text: str
    key: str
    deadline_s: float
    sent: bool = False
    retries: int = 0
    again_s: float | None = None


_decode = msgspec.json.Decoder(_FromServer).decode


def _text(message: dict[str, Any]) -> str:
    return msgspec.json.encode(message).decode()


class Session:
    """All that a link knows: records by topic, the live part, the business clock, its state, and commands
    without an answer.
    """

    def __init__(
        self, topics: tuple[str, ...], token: str | None, language: str, instance: str | None = None
    ) -> None:
        """`instance` names this run of the program: it is another one at each start."""
        self.instance = instance
        self.prints: bool | None = None
        self.wanted = topics
        self.token = token
        self.language = language
        self.topics: dict[str, Records] = {topic: {} for topic in topics}
        self.live: dict[str, dict[str, Any]] = {}
        self.clock: BusinessClock | None = None
        self.degraded = False
        self.state: LinkState = "down"
        self.seq: int | None = None
        self.epoch: str | None = None
        self._awaiting: Literal["nothing", "snapshot", "resume"] = "nothing"
        self._caught: dict[str, frozenset[str]] = {}
        """What changed by topic while we were away. It is told when we have all of it: some of it was true for a while only."""
        self._heard_s = 0.0
        self._open = False
        self._pending: dict[int, _Pending] = {}
        self._last_id = 0

    # the connection

    def connecting(self) -> list[Effect]:
        """An attempt to connect begins."""
        return list(self._turn("connecting"))

    def opened(self, now_s: float, at: datetime | None = None) -> list[Effect]:
        """A connection is there: introduce ourselves, by this machine's clock `at`, then ask again whatever has no answer."""
        self._open = True
        self._heard_s = now_s
        effects: list[Effect] = [*self._turn("connecting"), self._hello(resume=self.seq is not None, at=at)]
        for pending in self._pending.values():
            effects.append(Send(pending.text))
            pending.sent, pending.again_s = True, None
        return effects

    def lost(self) -> list[Effect]:
        """The connection is gone, or could not be made. What is known stays, as the last good state."""
        self._open = False
        return list(self._turn("down"))

    def received(self, text: str | bytes, now_s: float) -> list[Effect]:
        """A message of the server. One that cannot be read ends the connection: nothing after it can be
        trusted.
        """
        try:
            message = _decode(text)
        except msgspec.DecodeError:
            return [Close("unreadable message")]
        self._heard_s = now_s
        if message.beat is not None:
            self.clock = BusinessClock(message.beat, now_s)
            self.degraded = message.beat.degraded
        return list(self._apply(message, now_s))

    def want(self, topics: tuple[str, ...]) -> list[Effect]:
        """See other topics from now on; a snapshot of them follows."""
        self.wanted = topics
        self.seq = None
        self.topics = {topic: self.topics.get(topic, {}) for topic in topics}
        return [self._hello(resume=False)] if self._open else []

    def become(self, token: str | None, topics: tuple[str, ...]) -> list[Effect]:
        """Bear another token and see other topics from now on."""
        self.token = token
        return self.want(topics)

    def tell_prints(self, prints: bool) -> list[Effect]:
        """Tell the server whether a paper comes out of this kiosk, now and at each connection."""
        news, self.prints = prints != self.prints, prints
        return [self._hello(resume=self.seq is not None)] if news and self._open else []

    # commands

    def ask(
        self, command: str, args: dict[str, Any], key: str, timeout_s: float, now_s: float
    ) -> tuple[int, list[Effect]]:
        """Ask for a command under an idempotency key; returns the id under which its end will be told."""
        self._last_id += 1
        text = _text({"id": self._last_id, "command": command, "key": key, "args": args})
        pending = self._pending[self._last_id] = _Pending(text, key, now_s + timeout_s)
        if not self._open:
            return self._last_id, []
        pending.sent = True
        return self._last_id, [Send(text)]

    def forget(self, number: int) -> None:
        """Nobody waits for the command `number` any more; it is not sent again."""
        self._pending.pop(number, None)

    def shown(self, call: int) -> list[Effect]:
        """Tell the server that a call is painted. A receipt that cannot be sent now is worthless later."""
        return [Send(_text({"shown": {"call": call}}))] if self._open else []

    def spoken(self, call: int, at: datetime) -> list[Effect]:
        """Tell the server that a call was heard as it was `at`. A receipt that cannot be sent now is told again by who spoke."""
        return [Send(_text({"spoken": {"call": call, "at": at}}))] if self._open else []

    def ask_turn(self, asking: Asking) -> list[Effect]:
        """Tell the server how we stand to a loudspeaker. What cannot be sent now is worthless later."""
        return [Send(_text({"voice": asking}))] if self._open else []

    # time

    def tick(self, now_s: float) -> list[Effect]:
        """Do what is due: tell staleness, give a dead connection up, ask again, let a command's time run
        out.
        """
        effects: list[Effect] = []
        if self._open:
            silent_s = now_s - self._heard_s
            if silent_s >= CLOSE_AFTER_S:
                self._heard_s = now_s
                effects += [*self._turn("stale"), Close("silent")]
            elif silent_s >= STALE_AFTER_S:
                effects += self._turn("stale")
        for number, pending in list(self._pending.items()):
            if now_s >= pending.deadline_s:
                del self._pending[number]
                effects.append(Expired(number, pending.key, pending.sent))
            elif self._open and pending.again_s is not None and now_s >= pending.again_s:
                pending.again_s = None
                effects.append(Send(pending.text))
        return effects

    def due(self) -> float | None:
        """When `tick` has something to do next, on the monotonic clock; None: not before something else
        happens.
        """
        moments = [pending.deadline_s for pending in self._pending.values()]
        if self._open:
            limit = CLOSE_AFTER_S if self.state == "stale" else STALE_AFTER_S
            moments.append(self._heard_s + limit)
            moments += [p.again_s for p in self._pending.values() if p.again_s is not None]
        return min(moments, default=None)

    # inside

    def _turn(self, state: LinkState) -> Iterator[Effect]:
        if state != self.state:
            self.state = state
            yield Turned(state)

    def _hello(self, *, resume: bool, at: datetime | None = None) -> Send:
        self._awaiting = "resume" if resume else "snapshot"
        hello: dict[str, Any] = {"topics": self.wanted, "language": self.language}
        if self.token is not None:
            hello["token"] = self.token
        if self.instance is not None:
            hello["instance"] = self.instance
        if self.prints is not None:
            hello["prints"] = self.prints
        if resume:
            hello |= {"after_seq": self.seq, "epoch": self.epoch}
        if at is not None:
            hello["now"] = at
        return Send(_text({"hello": hello}))

    def _apply(self, message: _FromServer, now_s: float) -> Iterator[Effect]:
        if message.snapshot is not None:
            yield from self._replace(message)
        elif message.events is not None:
            yield from self._advance(message)
        elif message.id is not None:
            yield from self._settle(message, now_s)
        elif message.voice is not None:
            yield Turning(message.voice)
        elif message.error is not None:
            yield Faulted(message.error.code, message.error.message)
        elif message.live is not None:
            yield from self._enliven(message.live)
        # After a hello with `after_seq` the server sends what was missed before its next beat.
        if self._awaiting == "resume" and message.beat is not None:
            self._awaiting = "nothing"
            caught, self._caught = self._caught, {}
            for topic, keys in caught.items():
                yield Changed(topic, keys, whole=False)
        if self._awaiting == "nothing":
            yield from self._turn("live")

    def _replace(self, message: _FromServer) -> Iterator[Effect]:
        before, self.topics = self.topics, {topic: {} for topic in self.wanted} | (message.snapshot or {})
        self.seq, self.epoch = message.seq, message.epoch
        self._awaiting = "nothing"
        caught, self._caught = self._caught, {}
        for topic, records in self.topics.items():
            keys = frozenset(before.get(topic, {})) | frozenset(records) | caught.get(topic, frozenset())
            yield Changed(topic, keys, whole=True)
        yield from self._enliven(message.live or {})

    def _advance(self, message: _FromServer) -> Iterator[Effect]:
        if self._awaiting == "snapshot":
            return  # belongs to what we had before; the snapshot on its way replaces it
        if message.prev != self.seq:
            yield self._hello(resume=False)
            return
        self.seq = message.seq
        for change in message.events or ():
            records = self.topics.setdefault(change.topic, {})
            records.update(change.set)
            for key in change.drop:
                records.pop(key, None)
            keys = frozenset(change.set) | frozenset(change.drop)
            if self._awaiting == "resume":
                self._caught[change.topic] = self._caught.get(change.topic, frozenset()) | keys
            else:
                yield Changed(change.topic, keys, whole=False)

    def _enliven(self, live: dict[str, dict[str, Any]]) -> Iterator[Effect]:
        for topic, values in live.items():
            self.live[topic] = values
            yield LiveChanged(topic)

    def _settle(self, message: _FromServer, now_s: float) -> Iterator[Effect]:
        number = message.id
        pending = self._pending.get(number) if isinstance(number, int) else None
        if pending is None or not isinstance(number, int):
            return  # nobody waits for it any more
        error = message.error
        if error is not None and error.code in UNKNOWN_OUTCOME:
            # spread by the command's own number: the core knows no chance
            pending.again_s = now_s + retry_delay(pending.retries, (number * 0.618) % 1.0)
            pending.retries += 1
            return
        del self._pending[number]
        if error is not None:
            yield Rejected(number, error.code, error.message, error.detail)
        else:
            yield Answered(number, message.ok)
