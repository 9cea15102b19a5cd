"""The hub without sockets: who sees which topics, what each commit sends to whom, what somebody who comes back has missed. Pure.

Members are whatever the skin uses to send to somebody. All texts are encoded JSON, each made once.
"""

from collections import OrderedDict
from collections.abc import Callable, Collection, Hashable, Mapping
from typing import Any

import msgspec

from queue_server.feed.group import RING, Group, Topic
from queue_server.wire.frame import Change

IDLE = 32
"""Groups kept that nobody is in, so that those who come back can resume; the ones left longest are let go."""
MOST_TOPICS = 64
"""Topics that one link may see."""

_encode = msgspec.json.Encoder().encode


class Hub:
    """All links of a feed. `show(topic)` gives a topic's records as they are now, or refuses the topic.

    `ring` frames are kept for each group.
    """

    def __init__(
        self, show: Callable[[str], Mapping[str, Any]], seq: int, epoch: str, ring: int = RING
    ) -> None:
        self._show = show
        self._ring = ring
        self.seq = seq
        self.epoch = epoch
        self._topics: dict[str, Topic] = {}
        self._groups: dict[tuple[str, ...], Group] = {}
        self._idle: OrderedDict[tuple[str, ...], None] = OrderedDict()
        self._of: dict[Hashable, Group] = {}
        self.live: dict[str, Any] = {}
        """The live part by topic; a topic without one has none to show."""

    # links

    def join(
        self, member: Hashable, topics: Collection[str], after_seq: int | None, epoch: str | None, beat: bytes
    ) -> list[bytes]:
        """Let somebody see topics, in place of what they saw; returns what they must be sent first.

        That is what they missed since `after_seq` (and a beat, so that they know it was all), or else a snapshot. Raises the
        refusal of `show` for a topic that is not; then they see what they saw before.
        """
        wanted = tuple(sorted(set(topics)))
        group = self._group(wanted)
        self.leave(member)
        group.links.add(member)
        self._of[member] = group
        self._idle.pop(wanted, None)
        if after_seq is not None and epoch == self.epoch:
            missed = group.missed(after_seq)
            if missed is not None:
                return [*missed, self._live(wanted), b'{"beat":%b}' % beat]
        return [self._snapshot(group, beat)]

    def leave(self, member: Hashable) -> None:
        """Somebody is gone."""
        group = self._of.pop(member, None)
        if group is None:
            return
        group.links.discard(member)
        if not group.links:
            self._idle[group.topics] = None
            while len(self._idle) > IDLE:
                self._forget(self._idle.popitem(last=False)[0])

    def topics_of(self, member: Hashable) -> tuple[str, ...]:
        """What somebody sees."""
        group = self._of.get(member)
        return group.topics if group is not None else ()

    def count(self, topic: str) -> int:
        """How many links see a topic."""
        return sum(len(group.links) for group in self._groups.values() if topic in group.topics)

    @property
    def members(self) -> Collection[Hashable]:
        """Everybody who has said hello."""
        return self._of.keys()

    # changes

    def commit(
        self, seq: int, epoch: str, concerns: Callable[[str], bool], beat: bytes, *, anew: bool = False
    ) -> tuple[list[tuple[bytes, set[Any]]], dict[str, dict[str, Any]]]:
        """The state is now that of `seq`: what to send to whom, and the records that are new or different by topic.

        `concerns(topic)` may rule out topics that cannot have changed. Another epoch is another store: everybody gets a
        snapshot, as with `anew`, when the hall itself is another one and the order of its parts may be too.
        """
        if anew or epoch != self.epoch:
            return self._replace(seq, epoch, beat), {}
        self.seq = seq
        changes: dict[str, bytes] = {}
        news: dict[str, dict[str, Any]] = {}
        for name, topic in self._topics.items():
            if not concerns(name):
                continue
            put, drop = topic.turn(self._show(name))
            if put or drop:
                news[name] = put
                changes[name] = _encode(Change(topic=name, set=put, drop=drop))
        if not changes:
            return [], news
        sends = []
        for group in self._groups.values():
            own = [changes[name] for name in group.topics if name in changes]
            if own:
                text = group.add(own, seq)
                if group.links:
                    sends.append((text, group.links))
        return sends, news

    def enliven(self, topic: str, values: Any) -> list[tuple[bytes, set[Any]]]:
        """The live part of a topic is now this: what to send to whom."""
        if self.live.get(topic) == values:
            return []
        self.live[topic] = values
        text = _encode({"live": {topic: values}})
        return [
            (text, group.links) for group in self._groups.values() if group.links and topic in group.topics
        ]

    # inside

    def _group(self, wanted: tuple[str, ...]) -> Group:
        group = self._groups.get(wanted)
        if group is not None:
            return group
        fresh = {name: Topic(name, self._show(name)) for name in wanted if name not in self._topics}
        self._topics.update(fresh)
        group = self._groups[wanted] = Group(wanted, self.seq, self._ring)
        return group

    def _forget(self, topics: tuple[str, ...]) -> None:
        del self._groups[topics]
        used = {name for group in self._groups.values() for name in group.topics}
        for name in topics:
            if name not in used:
                del self._topics[name]

    def _replace(self, seq: int, epoch: str, beat: bytes) -> list[tuple[bytes, set[Any]]]:
        self.seq, self.epoch = seq, epoch
        for idle in list(self._idle):
            self._forget(idle)
        self._idle.clear()
        for name in self._topics:
            self._topics[name] = Topic(name, self._show(name))
        sends = []
        for wanted, old in list(self._groups.items()):
            group = self._groups[wanted] = Group(wanted, seq, self._ring)
            group.links = old.links
            for member in group.links:
                self._of[member] = group
            sends.append((self._snapshot(group, beat), group.links))
        return sends

    def _snapshot(self, group: Group, beat: bytes) -> bytes:
        records = b",".join(_encode(name) + b":" + self._topics[name].encoded for name in group.topics)
        live = _encode({name: self.live.get(name, {}) for name in group.topics})
        return b'{"snapshot":{%b},"live":%b,"seq":%d,"epoch":%b,"beat":%b}' % (
            records,
            live,
            group.seq,
            _encode(self.epoch),
            beat,
        )

    def _live(self, topics: tuple[str, ...]) -> bytes:
        return _encode({"live": {name: self.live.get(name, {}) for name in topics}})
