"""Decide, commit, answer and publish: the only way to change the hall.

Two states are kept. `ahead` is what has been decided; `durable` is what is on disk, and the only one that anybody is shown. Both
are changed by the same events: `ahead` when they are decided, `durable` when their transaction has been committed. So every answer,
every refusal, every query and every frame tells only of what a power cut cannot take back.
"""

import asyncio
from asyncio import AbstractEventLoop, Future, TimerHandle
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from functools import partial
from hashlib import blake2b
from typing import Any

import msgspec
import structlog

from queue_server.engine import holder
from queue_server.engine.actor import CLOCK, Actor
from queue_server.engine.apply import apply
from queue_server.engine.decide import decide
from queue_server.engine.decision import Context
from queue_server.engine.event import DayBegun, Stamped
from queue_server.engine.hall import Hall
from queue_server.engine.policy import AsPlanned, Policy
from queue_server.engine.state import State
from queue_server.engine.tick import due
from queue_server.engine.touch import NOTHING, Touched, together, touched
from queue_server.flow.clock import Clock
from queue_server.flow.doubt import Doubt, Kind
from queue_server.flow.draw import Draw
from queue_server.flow.foresight import Foresight
from queue_server.flow.port import KEEP, Audit, Kept, Store, Unavailable, Unit
from queue_server.flow.writer import Loaded, Writer
from queue_server.views.cut import cut
from queue_server.wire.command import BY_TYPE, Command, Publish, Tick
from queue_server.wire.error import Refusal
from queue_server.wire.floor import CutRecord
from queue_server.wire.ids import ServiceId, TicketId

ENOUGH = 32
"""Units for which the writer is woken before the turn of the event loop ends: it writes them while the next are decided."""

LONGEST_S = 10.0
"""The timer looks at the clock at least that often: a machine may be put right, or have slept, while it waits."""
TWINS = 2
"""How many equal states a hall has in memory: what is decided, and what is durable."""

log = structlog.get_logger(__name__)
FIRST = "hall.toml"
"""The note of version 1: where it was read."""
_encoder = msgspec.json.Encoder()


def always() -> bool:
    """A file has one server, and that one knows."""
    return True


class Answer(msgspec.Struct, frozen=True):
    """What a command is answered once it is durable: a status in HTTP's numbers and the encoded body, None for nothing.

    `seq` is the last event it made or saw. `reply` is what the body encodes; None where that was read from the store.
    """

    status: int
    body: bytes | None
    seq: int
    reply: Any = None


class Commit(msgspec.Struct, frozen=True):
    """What became durable together. `touched` None: everything may have changed (the store was loaded again)."""

    seq: int
    stamped: tuple[Stamped, ...]
    touched: Touched | None


class _Waiting(msgspec.Struct):
    """A unit on its way to the disk: its answer, what was asked under its key, and what it touched.

    `waiters` are told when it is durable, each with an answer of their own: of the unit itself, or what was decided behind it. Each
    has a future of their own too, so that one who goes away takes nothing from the others.
    """

    answer: Answer
    scope: bytes | None
    body: bytes
    changed: list[Touched]
    waiters: "list[tuple[Future[Answer], Answer]]"


class Flow:
    """The writer of one hall. All methods are for the event loop that ran `start`."""

    def __init__(
        self,
        hall: Hall,
        store: Store,
        clock: Clock,
        *,
        secret: bytes,
        public_url: str | None = None,
        policy: Policy | None = None,
        draw: Callable[[], str] | None = None,
        holds: Callable[[], bool] = always,
        doubts: bool = False,
    ) -> None:
        """`secret` is the hall's key, the same at every start; `draw` makes ids and tokens (default: `Draw`).

        `public_url` is where phones find the hall, None where they do not.
        `holds` says whether nobody else can have changed the hall. One that `doubts` begins no new day at its start that would take
        something from somebody, before another clock of the hall knows of it (`heard`).
        """
        self.hall, self.store, self.clock = hall, store, clock
        self.holds = holds
        self.doubt = Doubt(clock)
        self._doubted: Kind | None = None
        """What was last said of it in the log, or at the start by whoever started."""
        self.foresight = Foresight(clock)
        """What is known of waits; whoever makes forecasts tells it."""
        self.common: tuple[ServiceId, ...] = ()
        """The services that most people come for; whoever counts days tells it."""
        self.audit: Audit | None = None
        """The log for auditors; whoever joins the server gives it."""
        self._doubts = doubts
        self.commits = 0
        self.units = 0
        self.names: dict[str, str] = {}
        """Shown names by sign-in name, for screens; whoever signs people in keeps it."""
        self.public_url = public_url
        self.found: CutRecord
        """What was open in the store when it was opened."""
        self._secret = secret
        self._policy = policy or AsPlanned()
        self._draw = draw or Draw()
        self._units: list[_Waiting] = []
        self._written: list[Unit] = []
        """Units that the writer has not been given yet."""
        self._inflight: dict[bytes, _Waiting] = {}
        self._scopes: dict[bytes, datetime] = {}
        self._hearers: list[Callable[[Commit], None]] = []
        self._timer: TimerHandle | None = None
        self._wound: datetime | None = None
        """What the timer waits for."""
        self._stopping = False
        self._failing = False
        """The store has failed and is not back yet."""
        self._begun = False
        """What time it was when the store was left is known: what fell due since may be done."""
        self._generation = 0
        self._loop: AbstractEventLoop
        self._writer = Writer(
            store,
            self._load,
            self._look,
            opened=self._opened,
            committed=self._committed,
            failed=self._failed,
            recovered=self._recovered,
        )

    async def start(self, document: dict[str, Any] | None = None) -> None:
        """Open the store, load the hall, do what fell due meanwhile. Raises Unavailable.

        A hall whose disk takes no changes now is shown as it was, and goes on by itself as after any failure.

        In a store where nothing was published yet, `document` becomes version 1; it is the one that the given hall was made of.
        """
        self._loop = asyncio.get_running_loop()
        await self._writer.start(self._loop)
        # A machine whose clock was set back meanwhile goes on from its last event: behind it, numbers would be given twice.
        last = await asyncio.to_thread(self.store.events, self.durable.seq - 1, 1)
        for stored in last:
            self.clock.not_before(stored.at)
        self.found = cut(self.durable, last[0].at if last else None)
        if self._doubts:
            self.doubt.begin(self.durable, last[0].at if last else None)
        self._doubted = self.doubt.kind
        self._latest = max([self.clock.now(), *(stored.at for stored in last)])
        # None is forgotten here before it is in the store.
        self._scopes = dict.fromkeys(self._scopes, self._latest)
        self._begun = True
        unpublished = document is not None and not self.durable.versions
        try:
            await self.settle()
            if document is not None and unpublished:
                await self.ask(CLOCK, Publish(document=document, note=FIRST))
        except Refusal as refusal:
            if refusal.code != "store.unavailable" or unpublished:
                raise Unavailable(f"the hall cannot be begun: {refusal.code}") from refusal

    async def stop(self) -> None:
        """Answer what was asked, take nothing more, close the store."""
        self._stopping = True
        if self._timer is not None:
            self._timer.cancel()
        self._hand_over()
        await asyncio.to_thread(self._writer.stop)
        self._fail(Refusal("server.stopping"))

    @property
    def seq(self) -> int:
        """The last durable event's seq."""
        return self.durable.seq

    @property
    def epoch(self) -> str:
        """The store's epoch."""
        return self.store.epoch

    @property
    def degraded(self) -> bool:
        """True while the store takes no changes; `durable` is then the last good state."""
        return self._failing or not self.holds()

    def sure(self) -> None:
        """Refuse `server.standby` unless `durable` is what the hall is now."""
        if not self.holds():
            raise Refusal("server.standby")

    def wake(self) -> None:
        """Do what fell due while nobody knew whether this server may."""
        self._tick(self._now())

    def heard(self, who: str, at: datetime) -> None:
        """Hear what another clock of the hall says, that of an actor's machine: a day that was doubted begins once most agree."""
        if self.doubt.heard(who, at):
            self._wound = None
            self._tick(self._now())
        self._note_doubt()

    def token_of(self, ticket: TicketId) -> str:
        """The holder's token of a ticket for which its issuer made none. Answers do not have it: they are kept."""
        return holder.token_of(ticket, self._secret)

    def hear(self, hearer: Callable[[Commit], None]) -> Callable[[], None]:
        """Be told of every commit, in order, in the event loop. Returns how to stop hearing."""
        self._hearers.append(hearer)
        return lambda: self._hearers.remove(hearer)

    async def settle(self) -> None:
        """Do what the clock has made due, and wait until it is durable. Also after the clock was set."""
        self._wound = None
        self._tick(self._now())
        if self._units:
            await self._behind(self._units[-1])

    async def ask(self, actor: Actor, command: Command, key: str | None = None) -> Answer:
        """Do a command and answer when it is durable. Raises Refusal, also one only when what it was decided on is durable.

        The same actor, command and key again get the first answer; another body under its key is
        refused as `idempotency.reused`.

        `store.unavailable` means the outcome is not known: ask again with the same key.
        """
        scope, body, entry = None, b"", BY_TYPE[type(command)]
        if key is not None and not entry.private:
            if not (1 <= len(key) <= 128 and key.isprintable()):
                raise Refusal("idempotency.bad_key")
            scope = _digest(f"{actor.id}\n{entry.name}\n{key}".encode())
            # keyed: what was asked may hold a number of so few digits that a plain digest can be searched for it
            body = _digest(_encoder.encode(command), self._secret)
            kept = await self._first(scope, body)
            if kept is not None:
                return kept
        if self._stopping:
            raise Refusal("server.stopping")
        self.sure()
        if self._failing:
            raise Refusal("store.unavailable")
        # Read once: between two readings the day might end, and the number be one of the day before. What the writer is given
        # together happens at one time.
        if not self._written:
            self._tick(self._now())
        try:
            answered = self._do(actor, command, scope, body, self._latest)
        except Refusal:
            if self._units:  # its failure is then the answer
                await self._behind(self._units[-1])
            raise
        return await answered

    async def _first(self, scope: bytes, body: bytes) -> Answer | None:
        """The first answer to a key, if it was used before."""
        twin = self._inflight.get(scope)
        if twin is not None:
            if twin.body != body:
                raise Refusal("idempotency.reused")
            return await self._behind(twin)
        if scope not in self._scopes:
            return None
        try:
            kept = await asyncio.to_thread(self.store.kept, scope)
        except Unavailable as fault:
            raise Refusal("store.unavailable") from fault
        if kept is None:
            # Forgotten just now: who waited here with us has no second look otherwise, and both would be done.
            self._scopes.pop(scope, None)
            return await self._first(scope, body)
        if kept.body != body:
            raise Refusal("idempotency.reused")
        return Answer(kept.status, kept.answer, self.seq)

    def _now(self) -> datetime:
        """Business time, which never goes back."""
        return max(self.clock.now(), self._latest)

    def _do(
        self, actor: Actor, command: Command, scope: bytes | None, body: bytes, now: datetime
    ) -> "Future[Answer]":
        """Decide on `ahead`, apply, hand over to the writer. The future is done when it is durable."""
        entry = BY_TYPE[type(command)]
        wait = partial(self.foresight.wait, now)
        context = Context(now, actor, self._draw, self._policy, self._secret, self.epoch, wait)
        decision = decide(self.ahead, command, context)
        self._latest = max(now, self._latest)
        stamped: list[Stamped] = []
        changed: list[Touched] = []
        rows = []
        for event, beside in decision.facts:
            stamped.append(Stamped(self.ahead.seq + 1, now, actor.id, entry.name, event, beside))
            apply(self.ahead, stamped[-1])
            changed.append(touched(self.ahead, event))
            rows.append(self.store.rows(self.ahead, changed[-1]))
        reply = decision.reply(self.ahead)
        answer = Answer(204, None, self.ahead.seq)
        if reply is not None:
            answer = Answer(entry.success, _encoder.encode(reply), self.ahead.seq, reply)
        if not stamped:
            return self._after_all(answer)
        kept = None
        if scope is not None:
            kept = Kept(scope, body, answer.status, answer.body, now)
        waiting = _Waiting(answer, scope, body, changed, [])
        future = self._behind(waiting)
        self._units.append(waiting)
        if scope is not None:
            self._inflight[scope] = waiting
        if not self._written:
            self._loop.call_soon(self._hand_over)
        self._written.append(Unit(tuple(stamped), tuple(rows), kept))
        if len(self._written) == ENOUGH:
            self._hand_over()
        return future

    def _hand_over(self) -> None:
        """Give the writer what was decided in this turn of the event loop, so that it is not woken for each unit."""
        if self._written:
            self._writer.put(self._generation, self._written)
            self._written = []

    def _after_all(self, answer: Answer) -> "Future[Answer]":
        """Answer what changed nothing, once all that it was decided on is durable. It is not kept for retries."""
        if self._units:
            return self._behind(self._units[-1], answer)
        future: Future[Answer] = self._loop.create_future()
        future.set_result(answer)
        return future

    def _behind(self, waiting: _Waiting, answer: Answer | None = None) -> "Future[Answer]":
        """An answer (None: the unit's own) once a unit is durable."""
        future: Future[Answer] = self._loop.create_future()
        waiting.waiters.append((future, answer or waiting.answer))
        return future

    def _load(self) -> tuple[State, State, Iterable[bytes]]:
        """Two equal states and the kept keys from the store; runs in the writer's thread."""
        now = self.clock.now()
        ahead, durable = map(self._told, self.store.states(self.hall, now, TWINS))
        return ahead, durable, self.store.scopes()

    def _look(self) -> tuple[State, State, Iterable[bytes]]:
        """The same of a store that takes no changes; runs in the writer's thread."""
        states, scopes = self.store.look(self.hall, TWINS)
        ahead, durable = map(self._told, states)
        return ahead, durable, scopes

    def _told(self, state: State) -> State:
        """A state from the store, with what that does not hold."""
        state.names, state.public_url = self.names, self.public_url
        return state

    def _opened(self, loaded: Loaded, fault: Exception | None) -> None:
        """The store was read for the first time; with a fault it takes no changes."""
        self.ahead, self.durable, scopes = loaded
        self._scopes = dict.fromkeys(scopes, self.clock.now())
        if fault is not None:
            log.error("store.unavailable", fault=repr(fault), undecided=0)
            self._failing = True
            self._generation += 1

    def _committed(self, units: Sequence[Unit]) -> None:
        """A transaction is durable: bring `durable` up to it, answer, publish."""
        self.commits += 1
        self.units += len(units)
        changed: list[Touched] = []
        stamped: list[Stamped] = []
        for unit in units:
            for each in unit.stamped:
                apply(self.durable, each, undoable=False)
                stamped.append(each)
        answered, self._units = self._units[: len(units)], self._units[len(units) :]
        for waiting in answered:
            changed += waiting.changed
            if waiting.scope is not None:
                del self._inflight[waiting.scope]
                self._scopes[waiting.scope] = stamped[-1].at
            for future, answer in waiting.waiters:
                if not future.done():
                    future.set_result(answer)
        if any(isinstance(each.event, DayBegun) for each in stamped):
            since = max(self._scopes.values(), default=stamped[-1].at) - KEEP
            self._scopes = {scope: at for scope, at in self._scopes.items() if at >= since}
        self._publish(Commit(self.durable.seq, tuple(stamped), together(changed)))
        if not (self.degraded or self._stopping):
            self._wind(due(self.ahead))

    def _failed(self, fault: Exception) -> None:
        """A transaction's outcome is not known: so is that of everything decided since."""
        log.error("store.unavailable", fault=repr(fault), undecided=len(self._units))
        self._failing = True
        self._generation += 1
        self._fail(Refusal("store.unavailable"))
        self._publish(Commit(self.durable.seq, (), NOTHING))

    def _fail(self, refusal: Refusal) -> None:
        lost, self._units, self._written = self._units, [], []
        self._inflight.clear()
        for waiting in lost:
            for future, _ in waiting.waiters:
                if not future.done():
                    future.set_exception(refusal)
                    future.exception()  # nobody may be left to hear it; then it is no one's surprise

    def _recovered(self, ahead: State, durable: State, scopes: Iterable[bytes]) -> None:
        """The store answers again: its word is the truth, whatever was in memory."""
        log.info("store.recovered", seq=durable.seq)
        self.ahead, self.durable = ahead, durable
        self._scopes = dict.fromkeys(scopes, self.clock.now())
        self._failing = False
        self._publish(Commit(durable.seq, (), None))
        if self._begun:  # else `start` is about to
            self._tick(self._now())

    def _publish(self, commit: Commit) -> None:
        for hearer in tuple(self._hearers):
            hearer(commit)

    def _tick(self, now: datetime) -> None:
        """Do all that is due by now, in order, each at its own due time; then wind the one timer."""
        if self.degraded or self._stopping:
            return
        while (at := due(self.ahead)) <= now:
            self._do(CLOCK, Tick(due_at=at), None, b"", at)
        self._latest = max(now, self._latest)
        self._wind(at)

    def _wind(self, at: datetime) -> None:
        """Let the one timer wait for a business time; nearly always it does so already."""
        if at == self._wound:
            return
        if self._timer is not None:
            self._timer.cancel()
        wait_s = min(self.clock.real_s(at), LONGEST_S)
        self._timer, self._wound = self._loop.call_later(wait_s, self._ring), at

    def _ring(self) -> None:
        self._timer = self._wound = None
        self._tick(self._now())
        self._note_doubt()

    def _note_doubt(self) -> None:
        """Log it when what is doubted of the machine's time has changed since the start."""
        doubted = self.doubt.kind
        if doubted == self._doubted:
            return
        self._doubted, told = doubted, self.doubt.tells()
        if told is None:
            log.info("clock.sure")
        else:
            log.warning("clock.doubted", told=told.en)


def _digest(text: bytes, secret: bytes = b"") -> bytes:
    return blake2b(text, digest_size=16, key=secret).digest()
