"""What a link may see: settled at its hello, and taken away when whoever it is may see it no more."""

from collections.abc import Callable, Collection, Iterable

from queue_server.auth.gate import PUBLIC, Gate
from queue_server.auth.secret import digest
from queue_server.engine.actor import Actor
from queue_server.feed.hub import MOST_TOPICS, Hub
from queue_server.feed.link import ServerLink
from queue_server.feed.turn import Turns
from queue_server.flow.flow import Flow
from queue_server.views import topic as topics
from queue_server.wire.command import DEVICES, PEOPLE
from queue_server.wire.error import Refusal
from queue_server.wire.frame import Hello
from queue_server.wire.ids import DeviceId

WITNESSES = frozenset((*PEOPLE, *DEVICES))
"""Whose clocks count where the server doubts its own: nobody's who is not of the hall."""


def _stored(actor: Actor) -> bool:
    """Whether somebody is known by a token of the store: tickets' and paired devices' are the hall's, which tells when they end."""
    return actor.role != "public" and actor.ticket is None and actor.device is None


class Admission:
    """Who of some `links` sees what. `beat` is what goes with a first answer, so that it has the time."""

    def __init__(
        self,
        gate: Gate,
        flow: Flow,
        hub: Hub,
        turns: Turns,
        links: Collection[ServerLink],
        beat: Callable[[], bytes],
    ) -> None:
        self._gate, self._flow, self._hub, self._turns = gate, flow, hub, turns
        self._links, self._beat = links, beat

    async def greet(self, link: ServerLink, hello: Hello) -> None:
        """Let whoever it is see what they ask for, in place of what they saw. Refuses who may not, and what is not there."""
        link.language = "en" if hello.language.lower().startswith("en") else "zh"
        # An empty token is nobody's: so a device that must pair anew lets go of the one it had.
        token = link.token if hello.token is None else hello.token or None
        actor = self._gate.known(token) or await self._gate.who(token)
        self._flow.sure()
        if len(hello.topics) > MOST_TOPICS:
            raise Refusal("feed.unknown_topic", topic=f"#{MOST_TOPICS + 1}")
        wanted = [topics.own(topic, actor.role, actor.device) for topic in hello.topics]
        removed = self._removed(wanted)
        if removed and len(removed) == len(wanted):
            raise next(iter(removed.values()))
        wanted = [topic for topic in wanted if topic not in removed]
        for topic in wanted:
            if not topics.allowed(topic, actor.role, actor.windows, actor.device, token):
                raise Refusal("auth.missing" if actor.role == "public" else "auth.forbidden")
        for text in self._hub.join(link.transport, wanted, hello.after_seq, hello.epoch, self._beat()):
            link.send(text)
        link.token, link.actor, link.instance, link.told = token, actor, hello.instance, True
        link.prints = hello.prints if actor.role == "kiosk" else None
        self._turns.keep(link, [of for kind, of in map(topics.split, wanted) if kind == "voice"])
        if hello.now is not None and actor.role in WITNESSES:
            self._flow.heard(actor.id, hello.now)
        # Whoever serves many windows goes on with the others when one was removed.
        for refusal in removed.values():
            link.refuse(refusal)

    def _removed(self, wanted: Iterable[str]) -> dict[str, Refusal]:
        """Those of some topics that are not there, each with the refusal that says so."""
        found: dict[str, Refusal] = {}
        for topic in wanted:
            try:
                topics.known(self._flow.durable, topic)
            except Refusal as refusal:
                found[topic] = refusal
        return found

    def tell_removed(self) -> None:
        """Tell everybody who sees a display or window that is no more."""
        for link in tuple(self._links):
            for refusal in self._removed(self._hub.topics_of(link.transport)).values():
                link.refuse(refusal)

    def judge_devices(self, changed: Collection[DeviceId] | None) -> None:
        """Close the links of devices that may not see any more what they see; None: any device may have changed."""
        for link in tuple(self._links):
            id_ = link.actor.device
            if id_ is None or (changed is not None and id_ not in changed):
                continue
            actor = self._gate.known(link.token)
            if actor is None and link.actor.role == "public":
                link.actor = PUBLIC  # its code is too old; it sees that its record is gone, and pairs anew
            elif actor is None:
                link.dismiss(Refusal("auth.invalid"))
            else:
                link.actor = actor
                seen = self._hub.topics_of(link.transport)
                if not all(topics.allowed(topic, actor.role, actor.windows, actor.device) for topic in seen):
                    link.dismiss(Refusal("auth.forbidden"))

    def end(self, digests: Collection[str]) -> None:
        """Close the links of tokens that have just ended."""
        for link in tuple(self._links):
            if link.told and link.token is not None and digest(link.token) in digests:
                link.dismiss(Refusal("auth.invalid"))

    async def end_idle(self) -> None:
        """End the open links of tokens that have ended by themselves, or from another process."""
        borne = {digest(link.token) for link in self._links if link.token and _stored(link.actor)}
        if borne:
            self._gate.end(await self._gate.ended(borne))
