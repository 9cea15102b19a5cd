"""What the links of a feed share. Pure.

A `Topic` is what one topic showed after the last commit. A `Group` is all links that see the same topics: they get the same bytes,
encoded once, and the group keeps the last of them in a ring, so that a link that was away briefly gets just what it missed.
"""

from collections import deque
from collections.abc import Iterable, Mapping
from itertools import islice
from typing import Any

import msgspec

RING = 512
"""Frames kept for a group: some minutes of a busy hall."""

_encode = msgspec.json.Encoder().encode


class Topic:
    """The records that a topic shows, and their encoding as far as it is known."""

    def __init__(self, name: str, records: Mapping[str, Any], live: Mapping[str, Any]) -> None:
        self.name = name
        self.live = live
        """What goes with the records and is in no event."""
        self.sources: frozenset[str] = frozenset()
        """What the records are made of."""
        self.groups: dict[Group, None] = {}
        """The groups that see it, oldest first."""
        self.replace(records)

    def replace(self, records: Mapping[str, Any]) -> None:
        """Show other records from now on, in their own order."""
        self.records = dict(records)
        self._encoded: bytes | None = None

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


class Group:
    """Links that see the same topics. `seq` is that of the last frame sent here, or where the group began."""

    def __init__(self, topics: tuple[str, ...], seq: int, ring: int = RING) -> None:
        self.topics = topics
        self.seq = seq
        self.links: set[Any] = set()
        self._frames: deque[tuple[int, bytes]] = deque(maxlen=ring)
        """(prev, text) of the last frames, oldest first."""
        self._places: dict[int, int] = {}
        """Number of the frame that follows each seq a client of this group may have."""
        self._count = 0

    def add(self, changes: Iterable[bytes], seq: int) -> bytes:
        """The next frame, made of encoded changes and kept for those who come back."""
        text = b'{"events":[%b],"prev":%d,"seq":%d}' % (b",".join(changes), self.seq, seq)
        if len(self._frames) == self._frames.maxlen:
            del self._places[self._frames[0][0]]
        self._frames.append((self.seq, text))
        self._places[self.seq] = self._count
        self._count += 1
        self.seq = seq
        return text

    def missed(self, after_seq: int) -> list[bytes] | None:
        """The frames after a seq; None if it is not one that this group's links can have, or too long ago."""
        if after_seq == self.seq:
            return []
        place = self._places.get(after_seq)
        if place is None:
            return None
        first = self._count - len(self._frames)
        return [text for _, text in islice(self._frames, place - first, None)]
