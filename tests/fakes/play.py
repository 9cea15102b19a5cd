"""A script language for the engine: who does what, when, and what comes of it."""

from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import count
from typing import Any

import msgspec

from queue_server.engine.actor import CLOCK, Actor
from queue_server.engine.apply import apply
from queue_server.engine.beside import Beside
from queue_server.engine.case import Case
from queue_server.engine.decide import decide
from queue_server.engine.decision import Context, unknown
from queue_server.engine.device import Device
from queue_server.engine.event import Event, Stamped, decode, encode
from queue_server.engine.hall import Hall
from queue_server.engine.identity import Identity
from queue_server.engine.policy import AsPlanned, Policy
from queue_server.engine.state import State
from queue_server.engine.state import Window as WindowRow
from queue_server.engine.tick import due
from queue_server.engine.ticket import Ticket as Row
from queue_server.engine.version import Version
from queue_server.wire.command import BY_TYPE, CallNext, Command, Open, Take, Tick
from queue_server.wire.day import local_day
from queue_server.wire.error import Refusal
from queue_server.wire.ids import ServiceId, WindowId
from queue_server.wire.ticket import Ticket, Wait
from tests.fakes.hall import MORNING, hall

KIOSK = Actor("kiosk", "k1")
ZHANG, LI = Actor("clerk", "zhang"), Actor("clerk", "li")
MANAGER, STEWARD = Actor("manager", "boss"), Actor("steward", "guide")
AGENT = Actor("agent", "box")
SECRET = b"a key that is no secret, for tests"
EPOCH = "home"


def picture(state: State) -> dict[str, Any]:
    """All that a state is, derived parts too, as plain data that compares. What may be undone is in memory alone."""
    plain = {key: value for key, value in vars(state).items() if key not in ("lines", "last")}
    plain["lines"] = {
        service: (list(line), line.classes, line.put, line.kept) for service, line in state.lines.items()
    }
    copied: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(plain))
    return copied


class Play:
    """A hall played by hand. Events go through their stored form, so that what is played is what a log can hold."""

    def __init__(
        self,
        plan: Hall | None = None,
        now: datetime = MORNING,
        policy: Policy | None = None,
        wait: Callable[[ServiceId, str], Wait | None] = unknown,
    ) -> None:
        self.state = State(plan or hall(), local_day(now))
        self.state.turned_at = now
        self.now = now
        self.policy = policy or AsPlanned()
        self.wait = wait
        self.epoch = EPOCH
        self.log: list[Stamped] = []
        self._draw = count(1)

    def do(self, command: Command, who: Actor = ZHANG) -> Any:
        """Do a command; its answer."""
        context = Context(self.now, who, self.draw, self.policy, SECRET, self.epoch, self.wait)
        decision = decide(self.state, command, context)
        for event, beside in decision.facts:
            self._happen(event, who, command, beside)
        return decision.reply(self.state)

    def draw(self) -> str:
        return f"drawn-token-{next(self._draw):06d}"

    def _happen(self, event: Event, who: Actor, command: Command, beside: Beside | None) -> None:
        at = command.due_at if isinstance(command, Tick) else self.now
        name = BY_TYPE[type(command)].name
        stamped = Stamped(self.state.seq + 1, at, who.id, name, decode(encode(event)), beside)
        apply(self.state, stamped)
        self.log.append(stamped)

    def refused(self, command: Command, who: Actor = ZHANG) -> str:
        """The code of the refusal of a command, which changed nothing."""
        before = picture(self.state)
        try:
            self.do(command, who)
        except Refusal as refusal:
            assert picture(self.state) == before
            return refusal.code
        raise AssertionError(f"{command} was not refused")

    def later(self, *, minutes: float = 0, seconds: float = 0) -> "Play":
        """Let time pass, and do what falls due meanwhile."""
        self.now += timedelta(minutes=minutes, seconds=seconds)
        while (at := due(self.state)) <= self.now:
            self.do(Tick(due_at=at), CLOCK)
        return self

    def take(self, service: ServiceId, who: Actor = KIOSK, **fields: Any) -> Ticket:
        """Take a ticket."""
        ticket: Ticket = self.do(Take(service=service, **fields), who)
        return ticket

    def open(self, window: WindowId, who: Actor = ZHANG) -> None:
        """Open a window."""
        self.do(Open(window=window), who)

    def next(self, window: WindowId, who: Actor = ZHANG) -> Ticket | None:
        """Call the next."""
        ticket: Ticket | None = self.do(CallNext(window=window), who)
        return ticket

    def rebuilt(self) -> State:
        """The state that this one's rows describe."""
        return State.build(
            self.state.plan,
            self.state.day,
            seq=self.state.seq,
            turned_at=self.state.turned_at,
            tickets=_copies(self.state.tickets.values(), list[Row]),
            windows=_copies(self.state.windows.values(), list[WindowRow]),
            stops=tuple(self.state.stops.values()),
            away=self.state.away,
            sheaves=self.state.sheaves,
            leases=self.state.leases,
            notices=self.state.notices,
            alarms=self.state.alarms,
            advices=self.state.advices,
            appointments=tuple(self.state.appointments.values()),
            cases=_copies(self.state.cases.values(), list[Case]),
            versions=_copies(self.state.versions.values(), list[Version]),
            former=self.state.hall.former,
            devices=_copies(self.state.devices.values(), list[Device]),
            identities=_copies(self.state.identities.values(), list[Identity]),
            named=dict(self.state.named),
            worded=dict(self.state.worded),
            skipped=dict(self.state.skipped),
            today=dict(self.state.today),
        )


def _copies(rows: Any, kind: Any) -> Any:
    return msgspec.json.decode(msgspec.json.encode(list(rows)), type=kind)
