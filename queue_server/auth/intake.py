"""Where every command from outside goes through, over HTTP and over the websocket alike: role, shape, then the write path."""

import msgspec
from prometheus_client import CollectorRegistry, Counter

from queue_server.auth.door import check_role, command
from queue_server.engine.actor import Actor
from queue_server.flow.flow import Answer, Flow
from queue_server.wire.command import CheckIn, Command, Entry, Take
from queue_server.wire.error import Refusal
from queue_server.wire.ticket import Ticket, track_url

_read = msgspec.json.Decoder(Ticket).decode
_write = msgspec.json.Encoder().encode


class Intake:
    """Asks flow on behalf of an actor, and counts what became of it as `jiaohao_commands_total`."""

    def __init__(self, flow: Flow, registry: CollectorRegistry) -> None:
        """`registry` is the one whose numbers /metrics shows."""
        self.flow = flow
        counter = Counter(
            "jiaohao_commands", "Commands by name and outcome.", ("command", "outcome"), registry=registry
        )
        self._counter = counter
        self._children: dict[tuple[str, str], Counter] = {}

    async def ask(self, entry: Entry, actor: Actor, made: Command, key: str | None) -> Answer:
        """Have a command done whose asker's role was checked already. Raises Refusal.

        A caller that goes away meanwhile changes nothing: flow decides before it first waits, and shields what it decided.
        """
        try:
            answer = await self.flow.ask(actor, made, key)
        except Refusal as refusal:
            self._count(entry.name, refusal.code)
            raise
        self._count(entry.name, "done")
        return self._tracked(made, answer)

    def _tracked(self, made: Command, answer: Answer) -> Answer:
        """An answer with the ticket's token, unless whoever took it made one, and the address of its page, where phones find it.

        Both are added here, also to what is answered again: the write path keeps its answers, and no token.
        """
        public_url = self.flow.public_url
        given = made.token if isinstance(made, Take) else None
        if not isinstance(made, Take | CheckIn) or answer.body is None or (given and public_url is None):
            return answer
        ticket = answer.reply if isinstance(answer.reply, Ticket) else _read(answer.body)
        # an answer that an earlier version kept has a token that it drew
        own = None if given else ticket.token or self.flow.token_of(ticket.id)
        address = None if public_url is None else track_url(public_url, given or own or "")
        shown = msgspec.structs.replace(ticket, token=own, track_url=address)
        return Answer(answer.status, _write(shown), answer.seq, shown)

    async def ask_fields(
        self, entry: Entry, actor: Actor, fields: dict[str, object], key: str | None
    ) -> Answer:
        """The same from fields as they came."""
        check_role(entry.roles, actor)
        return await self.ask(entry, actor, command(entry, fields), key)

    def _count(self, name: str, outcome: str) -> None:
        child = self._children.get((name, outcome))
        if child is None:
            child = self._children[name, outcome] = self._counter.labels(name, outcome)
        child.inc()
