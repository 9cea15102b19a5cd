"""What the links of a feed share. Pure.

A `Topic` is what one topic showed after the last commit, and its last changes, so that a link that was away briefly gets just what
it missed. A `Group` is all links that see the same topics: they get the same bytes, put together once. What is kept goes by topics:
however links mix them, it is no more.
"""

from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from itertools import takewhile
from typing import Any

import msgspec

KEPT = 512
"""Changes kept of a topic: some minutes of a busy hall."""

_encode = msgspec.json.Encoder().encode


def frame(changes: Iterable[bytes], prev: int, seq: int) -> bytes:
    """Encoded changes that lead from one seq to the next."""
    return b'{"events":[%b],"prev":%d,"seq":%d}' % (b",".join(changes), prev, seq)


class Topic:
    """The records that a topic shows, their encoding as far as it is known, and the last changes of them."""

    def __init__(
        self, name: str, records: Mapping[str, Any], live: Mapping[str, Any], seq: int, kept: int = KEPT
    ) -> None:
        """From `seq` on."""
        self.name = name
        self.live = live
        """What goes with the records and is in no event."""
        self.sources: frozenset[str] = frozenset()
        """What the records are made of."""
        self.groups: dict[Group, None] = {}
        """The groups that see it, oldest first."""
        self._changes: deque[tuple[int, bytes]] = deque(maxlen=kept)
        """(seq, encoded) of the last changes, oldest first."""
        self.replace(records, seq)

    def replace(self, records: Mapping[str, Any], seq: int) -> None:
        """Show other records from now on, in their own order; nobody who saw those before can go on from there."""
        self.records = dict(records)
        self._encoded: bytes | None = None
        self._changes.clear()
        self.since = seq
        """All changes after this seq are kept."""

    @property
    def encoded(self) -> bytes:
        """All records as JSON."""
        if self._encoded is None:
            self._encoded = _encode(self.records)
        return self._encoded

    def turn(self, records: Mapping[str, Any]) -> tuple[dict[str, Any], tuple[str, ...]]:
        """Show other records from now on; returns those that are new or different, and the keys that are gone."""
        before = self.records
        put = {key: record for key, record in records.items() if before.get(key) != record}
        drop = tuple(key for key in before if key not in records)
        if put or drop:
            self.records = dict(records)
            self._encoded = None
        return put, drop

    def keep(self, change: bytes, seq: int) -> None:
        """A change, encoded, for those who come back."""
        if len(self._changes) == self._changes.maxlen:
            self.since = self._changes[0][0]
        self._changes.append((seq, change))

    def after(self, seq: int) -> Iterator[tuple[int, bytes]]:
        """The changes kept that are later, newest first."""
        return takewhile(lambda change: change[0] > seq, reversed(self._changes))


class Group:
    """Links that see the same topics. `seq` is that of the last frame sent here, or where the group began."""

    def __init__(self, topics: tuple[str, ...], seq: int) -> None:
        self.topics = topics
        self.seq = seq
        self.links: dict[Any, None] = {}
        """In the order in which they came, which is nearly that in which they lie in memory: a thousand that are written to in an
        order of chance take a sixth more of the processor.
        """

    def add(self, changes: Iterable[bytes], seq: int) -> bytes:
        """The next frame, made of encoded changes."""
        text = frame(changes, self.seq, seq)
        self.seq = seq
        return text
