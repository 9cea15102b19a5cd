"""Any interleaving of joins, changes, drops and resumes gives every client exactly the hall's state.

Both ends are the real ones: the server's hub and the client's session, with a network between them that loses whole connections at
any point and delivers what it has at any time.
"""

import json
from collections import deque
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from queue_server.client.effect import Changed, Close, Effect, Send
from queue_server.client.session import Session
from queue_server.feed.hub import Hub

BEAT = b'{"now":"2026-11-23T01:00:00Z","speed":1.0}'
KEPT = 4
"""So few that some come back too late."""
TOPICS = ("hall", "floor", "board:1")
KEYS = ("a", "b", "c")


class Client:
    """A session, the number of its connection, and what is on the wire towards it."""

    def __init__(self, topics: tuple[str, ...]) -> None:
        self.session = Session(topics, None, "zh")
        self.member: str | None = None
        self.wire: deque[bytes] = deque()
        self.told: dict[str, dict[str, Any]] = {topic: {} for topic in topics}
        """What it shows, which looks at what it is told of as changed, and at nothing else."""


class Feed(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.state: dict[str, dict[str, dict[str, int]]] = {topic: {} for topic in TOPICS}
        self.seq = 0
        self.epoch = "e0"
        self.connections = 0
        self.hub = self.opened()
        self.clients = [Client(("hall",)), Client(("hall", "floor")), Client(("floor", "hall"))]
        self.clients.append(Client(TOPICS))

    def opened(self) -> Hub:
        return Hub(
            lambda topic, _before, _changed: self.state[topic],
            lambda topic: frozenset((topic,)),
            self.seq,
            self.epoch,
            KEPT,
            brief=lambda topic: topic == "board:1",
        )

    # the hall

    @rule(
        topic=st.sampled_from(TOPICS),
        key=st.sampled_from(KEYS),
        value=st.one_of(st.none(), st.integers(0, 3)),
    )
    def change(self, topic: str, key: str, value: int | None) -> None:
        if value is None:
            self.state[topic].pop(key, None)
        else:
            self.state[topic][key] = {"n": value}
        self.seq += 1
        self.publish(topic)

    @rule()
    def restart(self) -> None:
        """The server starts again on the same store: what was kept is gone, the state is not."""
        for client in self.clients:
            self.cut(client)
        self.hub = self.opened()

    @rule(seq=st.one_of(st.none(), st.integers(0, 5)))
    def replace_the_store(self, seq: int | None) -> None:
        """Another store under a running server: its records are others, its seq may even be the same, its epoch is new."""
        self.epoch = f"{self.epoch}+"
        self.state = {topic: {"other": {"n": len(self.epoch)}} for topic in TOPICS}
        self.seq = self.seq if seq is None else seq
        self.publish(None)

    def publish(self, topic: str | None) -> None:
        sends, _ = self.hub.commit(self.seq, self.epoch, None if topic is None else (topic,), lambda: BEAT)
        for text, members in sends:
            for client in self.clients:
                if client.member in members:
                    client.wire.append(text)

    # the clients

    @rule(number=st.integers(0, 3))
    def connect(self, number: int) -> None:
        client = self.clients[number]
        if client.member is None:
            self.connections += 1
            client.member = f"connection {self.connections}"
            self.obey(client, client.session.opened(0.0))

    @rule(number=st.integers(0, 3))
    def lose(self, number: int) -> None:
        self.cut(self.clients[number])

    @rule(
        number=st.integers(0, 3),
        topic=st.sampled_from(TOPICS),
        changes=st.lists(
            st.tuples(st.sampled_from(KEYS), st.sampled_from((None, 0, 1))), min_size=1, max_size=2 * KEPT
        ),
    )
    def blink(self, number: int, topic: str, changes: list[tuple[str, int | None]]) -> None:
        """A client that has read all is away for some changes: the shortest way to a resume, or to one that comes too late."""
        client = self.clients[number]
        self.connect(number)
        while client.wire:
            self.obey(client, client.session.received(client.wire.popleft(), 0.0))
        self.cut(client)
        for key, value in changes:
            self.change(topic, key, value)
        self.connect(number)

    @rule(number=st.integers(0, 3), messages=st.integers(1, 3))
    def deliver(self, number: int, messages: int) -> None:
        client = self.clients[number]
        for _ in range(min(messages, len(client.wire))):
            self.obey(client, client.session.received(client.wire.popleft(), 0.0))

    @precondition(lambda self: any(client.wire for client in self.clients))
    @rule()
    def deliver_all(self) -> None:
        for client in self.clients:
            while client.wire:
                self.obey(client, client.session.received(client.wire.popleft(), 0.0))

    def obey(self, client: Client, effects: list[Effect]) -> None:
        for effect in effects:
            assert not isinstance(effect, Close), "nothing that the hub says is unreadable"
            if isinstance(effect, Changed):
                held = client.session.topics[effect.topic]
                shown = {**client.told[effect.topic], **{key: held.get(key) for key in effect.keys}}
                client.told[effect.topic] = {key: value for key, value in shown.items() if value is not None}
            if isinstance(effect, Send):
                hello: dict[str, Any] = json.loads(effect.text)["hello"]
                assert client.member is not None
                client.wire.extend(
                    self.hub.join(
                        client.member, hello["topics"], hello.get("after_seq"), hello.get("epoch"), BEAT
                    )
                )

    def cut(self, client: Client) -> None:
        if client.member is not None:
            self.hub.leave(client.member)
            client.member = None
            client.wire.clear()
            client.session.lost()

    @invariant()
    def whoever_is_live_and_has_read_all_has_exactly_the_state(self) -> None:
        for client in self.clients:
            session = client.session
            if client.member is not None and not client.wire:
                assert session.state == "live"
                assert session.topics == {topic: self.state[topic] for topic in session.wanted}
                assert client.told == session.topics


TestFeed = Feed.TestCase
TestFeed.settings = settings(max_examples=150, stateful_step_count=60)
