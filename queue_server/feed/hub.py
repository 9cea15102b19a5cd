"""The hub without sockets: who sees which topics, what each commit sends to whom, what somebody who comes back has missed. Pure.

Members are whatever the skin uses to send to somebody. All texts are encoded JSON, each made once.
"""

from collections import OrderedDict
from collections.abc import Callable, Collection, Hashable, Iterable, Mapping
from typing import Any

import msgspec

from queue_server.feed.group import KEPT, Group, Topic, frame
from queue_server.wire.frame import Change

IDLE = 32
"""Topics kept that nobody sees, so that those who come back can resume; the ones left longest are let go."""
MOST_TOPICS = 64
"""Topics that one link may see."""

_encode = msgspec.json.Encoder().encode


class Hub:
    """All links of a feed. `show(topic, before, changed)` gives a topic's records as they are now, or refuses the topic.

    `before` is what it showed, and `changed` are the sources that may be others since, None: all.
    """

    def __init__(
        self,
        show: Callable[[str, Mapping[str, Any], Collection[str] | None], Mapping[str, Any]],
        sources: Callable[[str], frozenset[str]],
        seq: int,
        epoch: str,
        kept: int = KEPT,
        brief: Callable[[str], bool] = lambda _: False,
        alive: Callable[[str], Mapping[str, Any]] = lambda _: {},
        told: Callable[[str], str] = lambda topic: topic,
    ) -> None:
        """`sources(topic)` names what its records are made of now; they are asked for anew when one of those has changed.

        `kept` changes of each topic are kept. One that is `brief` is looked at by one person for a while, so nothing is kept of it
        once nobody sees it: many such would drive out what boards come back to.
        `alive(topic)` gives a topic's live part as it is now. `told` is how those who see a topic know it.
        """
        self._show = show
        self._sources = sources
        self._kept = kept
        self._brief = brief
        self._alive = alive
        self._told = told
        self.seq = seq
        self.epoch = epoch
        self._topics: dict[str, Topic] = {}
        self._made_of: dict[str, dict[str, Topic]] = {}
        """By each source the topics that are made of it: however many others there are, a commit does not look at them."""
        self._groups: dict[tuple[str, ...], Group] = {}
        self._idle: OrderedDict[str, None] = OrderedDict()
        self._of: dict[Hashable, Group] = {}

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
        if self._of.get(member) is not group:
            self.leave(member)
            group.links[member] = None
            self._of[member] = group
        if after_seq is not None and epoch == self.epoch:
            missed = self._missed(group, after_seq)
            if missed is not None:
                return [*missed, self._live(wanted), b'{"beat":%b}' % beat]
        return [self._snapshot(group, beat)]

    def leave(self, member: Hashable) -> None:
        """Somebody is gone."""
        group = self._of.pop(member, None)
        if group is None:
            return
        group.links.pop(member, None)
        if not group.links:
            self._end(group)

    def topics_of(self, member: Hashable) -> tuple[str, ...]:
        """What somebody sees."""
        group = self._of.get(member)
        return group.topics if group is not None else ()

    def record(self, topic: str, key: str) -> Any:
        """What a topic that somebody sees shows under a key; None where that is nothing."""
        held = self._topics.get(topic)
        return held.records.get(key) if held is not None else None

    def count(self, topic: str) -> int:
        """How many links see a topic."""
        held = self._topics.get(topic)
        return sum(len(group.links) for group in held.groups) if held is not None else 0

    # changes

    def commit(
        self,
        seq: int,
        epoch: str,
        changed: Collection[str] | None,
        beat: Callable[[], bytes],
        *,
        anew: bool = False,
    ) -> tuple[list[tuple[bytes, Collection[Any]]], dict[str, dict[str, Any]]]:
        """The state is now that of `seq`: what to send to whom, and the records that are new or different by topic.

        `changed` are the sources that may be others now, None: all. Another epoch is another store: everybody gets a snapshot,
        as with `anew`, when the hall itself is another one and the order of its parts may be too. `beat` is asked for only then.
        """
        if anew or epoch != self.epoch:
            return self._replace(seq, epoch, beat()), {}
        self.seq = seq
        changes: dict[str, bytes] = {}
        news: dict[str, dict[str, Any]] = {}
        for topic in self._concerned(changed):
            put, drop = topic.turn(self._show(topic.name, topic.records, changed))
            self._watch(topic)
            if put or drop:
                news[topic.name] = put
                change = _encode(Change(topic=self._told(topic.name), set=put, drop=drop))
                topic.keep(change, seq)
                changes[topic.name] = change
        sends: list[tuple[bytes, Collection[Any]]] = []
        for group in dict.fromkeys(group for name in changes for group in self._topics[name].groups):
            text = group.add([changes[name] for name in group.topics if name in changes], seq)
            sends.append((text, group.links))
        return sends, news

    def enliven(self) -> list[tuple[bytes, Collection[Any]]]:
        """Look at every topic's live part: what to send to whom of those that are others now."""
        sends: list[tuple[bytes, Collection[Any]]] = []
        for topic in self._topics.values():
            values = self._alive(topic.name)
            if values != topic.live:
                topic.live = values
                text = _encode({"live": {self._told(topic.name): values}})
                sends += [(text, group.links) for group in topic.groups]
        return sends

    # inside

    def _group(self, wanted: tuple[str, ...]) -> Group:
        group = self._groups.get(wanted)
        if group is not None:
            return group
        fresh = [
            Topic(name, self._show(name, {}, None), self._alive(name), self.seq, self._kept)
            for name in wanted
            if name not in self._topics
        ]
        for topic in fresh:
            self._topics[topic.name] = topic
            self._watch(topic)
        group = self._groups[wanted] = Group(wanted, self.seq)
        for name in wanted:
            self._topics[name].groups[group] = None
            self._idle.pop(name, None)
        return group

    def _end(self, group: Group) -> None:
        """Nobody is in a group any more; its topics are kept for a while for those who come back."""
        del self._groups[group.topics]
        for name in group.topics:
            topic = self._topics[name]
            del topic.groups[group]
            if not topic.groups:
                if self._brief(name):
                    self._forget(name)
                else:
                    self._idle[name] = None
        while len(self._idle) > IDLE:
            self._forget(self._idle.popitem(last=False)[0])

    def _missed(self, group: Group, after_seq: int) -> list[bytes] | None:
        """The frames after a seq, as the group's links had them; None if it is too long ago, or not yet."""
        topics = [self._topics[name] for name in group.topics]
        if after_seq > group.seq or any(after_seq < topic.since for topic in topics):
            return None
        changes: dict[int, list[bytes]] = {}
        for topic in topics:
            for seq, change in topic.after(after_seq):
                changes.setdefault(seq, []).append(change)
        frames, prev = [], after_seq
        for seq in sorted(changes):
            frames.append(frame(changes[seq], prev, seq))
            prev = seq
        if prev != group.seq:  # it began after the last change
            frames.append(frame((), prev, group.seq))
        return frames

    def _concerned(self, changed: Collection[str] | None) -> Iterable[Topic]:
        """The topics that are made of what may have changed."""
        if changed is None:
            return self._topics.values()
        return {
            name: topic for source in changed for name, topic in self._made_of.get(source, {}).items()
        }.values()

    def _watch(self, topic: Topic, sources: frozenset[str] | None = None) -> None:
        """Remember what a topic is made of, which may have become something else."""
        now = self._sources(topic.name) if sources is None else sources
        for source in topic.sources - now:
            others = self._made_of[source]
            del others[topic.name]
            if not others:
                del self._made_of[source]
        for source in now - topic.sources:
            self._made_of.setdefault(source, {})[topic.name] = topic
        topic.sources = now

    def _forget(self, name: str) -> None:
        self._watch(self._topics[name], frozenset())
        del self._topics[name]

    def _replace(self, seq: int, epoch: str, beat: bytes) -> list[tuple[bytes, Collection[Any]]]:
        self.seq, self.epoch = seq, epoch
        for idle in self._idle:
            self._forget(idle)
        self._idle.clear()
        for topic in self._topics.values():
            topic.replace(self._show(topic.name, {}, None), seq)
            topic.live = self._alive(topic.name)
            self._watch(topic)
        for group in self._groups.values():
            group.seq = seq
        return [(self._snapshot(group, beat), group.links) for group in self._groups.values()]

    def _snapshot(self, group: Group, beat: bytes) -> bytes:
        records = b",".join(
            _encode(self._told(name)) + b":" + self._topics[name].encoded for name in group.topics
        )
        live = _encode({self._told(name): self._topics[name].live for name in group.topics})
        return b'{"snapshot":{%b},"live":%b,"seq":%d,"epoch":%b,"beat":%b}' % (
            records,
            live,
            group.seq,
            _encode(self.epoch),
            beat,
        )

    def _live(self, topics: tuple[str, ...]) -> bytes:
        return _encode({"live": {self._told(name): self._topics[name].live for name in topics}})
