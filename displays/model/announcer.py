"""step(state, event, now) -> (state, orders): what one loudspeaker says, and when. `now` is real seconds of a clock that never goes
back.

One call is spoken at a time, from its chime to its end: none is cut off and none speaks over another. Those that wait are taken in
turns, a zone after a zone, within a zone as they came: so a busy zone keeps nobody of a quiet one waiting for more than its turn.

Whoever is in reserve at a loudspeaker hears of the same calls, and what of them was said, and goes on where the other one ends.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from queue_server.wire.ids import WindowId, ZoneId
from queue_server.wire.ticket import Language
from queue_server.wire.voice import LoudspeakerRecord, loudness

PAUSE_S = 2.0
"""After a loudspeaker failed it is left alone for so long."""
KNOWN = 256
"""Calls that are remembered: more than a feed shows at a time."""
GHOST_S = 120.0
"""What a reserve holds for so long was not the other's to say any more: longer than any backlog of a loudspeaker that speaks."""
READING_S: Mapping[Language, float] = {"zh": 4.75, "en": 4.25}
"""What one reading takes, with the pause after it."""


@dataclass(frozen=True)
class Call:
    """Who is called where. `call` is the same for its recalls, which have a later `at` each."""

    call: int
    number: str
    window: WindowId
    zone: ZoneId
    at: datetime


@dataclass(frozen=True)
class Manner:
    """How one loudspeaker speaks; seconds are real.

    `chime_s` and `reading_s` are what a call takes, near enough. When more than `backlog_s` of speech waits, each call is read
    once instead of `readings` times. Who waited for `late_s` is told of; a call that is older when it is first heard of is never
    spoken as a new one. `volume` is percent from a local time of day on ("07:30") until the next; 0 is silence. Always 100 where
    there is none.
    """

    readings: int = 2
    chime_s: float = 1.5
    reading_s: float = 4.75
    backlog_s: float = 20.0
    late_s: float = 30.0
    volume: Mapping[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, loudspeaker: LoudspeakerRecord) -> "Manner":
        """As the hall's configuration has it."""
        reading_s = sum(READING_S[each] for each in loudspeaker.languages)
        return cls(readings=loudspeaker.readings, reading_s=reading_s, volume=loudspeaker.volume)

    @property
    def call_s(self) -> float:
        """How long a call takes that is read in full."""
        return self.chime_s + self.readings * self.reading_s

    def loudness(self, clock: datetime | None) -> int:
        """The volume at a time, as far as that is known."""
        return loudness(self.volume, clock)


@dataclass(frozen=True)
class Waiting:
    """A call that is to be spoken, since when, whether it was told that it is late, and whether nobody is to be called any more."""

    call: Call
    since: float
    late: bool = False
    withdrawn: bool = False


@dataclass(frozen=True)
class State:
    """One loudspeaker. `known` holds each call's latest `at`, so that each call and each recall is news once."""

    manner: Manner = Manner()
    clock: datetime | None = None
    """Business time, as last told."""
    began_at: datetime | None = None
    """Business time when it was first told: calls that are older were another's to speak."""
    waiting: tuple[Waiting, ...] = ()
    """In the order in which they came."""
    speaking: Waiting | None = None
    ours: bool = True
    """Whether it is our turn to speak; else another does, and we are in reserve."""
    turns: tuple[ZoneId, ...] = ()
    """Zones that had a turn, the last one last."""
    known: Mapping[int, datetime] = field(default_factory=dict)
    rest_until: float = 0.0


@dataclass(frozen=True)
class Called:
    """A call or recall was made, so many real seconds ago."""

    call: Call
    age_s: float = 0.0


@dataclass(frozen=True)
class Withdrawn:
    """There is nobody to call any more: it was undone, has ended, or its holder was missed."""

    call: int


@dataclass(frozen=True)
class Finished:
    """The last order to speak was carried out."""


@dataclass(frozen=True)
class Failed:
    """The last order to speak could not be carried out."""


@dataclass(frozen=True)
class Ticked:
    """Time passed; business time is this."""

    clock: datetime


@dataclass(frozen=True)
class Told:
    """The loudspeaker is to speak in this manner from now on."""

    manner: Manner


@dataclass(frozen=True)
class Heard:
    """Somebody said a call from this loudspeaker, as it was `at`: a later recall was not said by that."""

    call: int
    at: datetime


@dataclass(frozen=True)
class Turned:
    """It is our turn to speak from now on, or another's. A call that is being spoken is not touched by it."""

    ours: bool


Event = Called | Withdrawn | Finished | Failed | Ticked | Told | Heard | Turned


@dataclass(frozen=True)
class Say:
    """Speak this from chime to end, so many times and so loud (percent), then tell that it finished or failed."""

    call: Call
    readings: int
    volume: int


@dataclass(frozen=True)
class Late:
    """A call was not spoken in its time: an alarm, once a call. It is spoken all the same, when its turn comes, unless it is
    `lost`: too old when it was first heard of.
    """

    call: Call
    waited_s: float
    lost: bool = False


Order = Say | Late
Outcome = tuple[State, list[Order]]


def step(state: State, event: Event, now: float) -> Outcome:
    """What an event makes of the announcer, and what it wants done."""
    state, orders = _turn(state, event, now)
    if state.manner.loudness(state.clock) == 0:
        state = replace(state, waiting=())
    if not state.ours:
        held = tuple(each for each in state.waiting if now < each.since + GHOST_S)
        return replace(state, waiting=held), orders
    state, late = _late(state, now)
    state, said = _speak(state, now)
    return state, [*orders, *late, *said]


def due(state: State) -> float | None:
    """When a tick is needed at the latest; None: not before something happens."""
    if not state.ours:
        return None
    times = [each.since + state.manner.late_s for each in state.waiting if not each.late]
    if state.waiting and state.speaking is None:
        times.append(state.rest_until)
    return min(times, default=None)


def _turn(state: State, event: Event, now: float) -> Outcome:
    match event:
        case Called(call, age_s):
            return _called(state, call, age_s, now)
        case Withdrawn(gone):
            return _withdrawn(state, gone), []
        case Finished():
            return replace(state, speaking=None), []
        case Failed():
            return _failed(state, now), []
        case Ticked(clock):
            return replace(state, clock=clock, began_at=state.began_at or clock), []
        case Told(manner):
            return replace(state, manner=manner), []
        case Heard(call, at):
            return _heard(state, call, at), []
        case Turned(ours):
            return replace(state, ours=ours), []


def _called(state: State, call: Call, age_s: float, now: float) -> Outcome:
    """It joins those that wait, unless it waits already: then once is enough."""
    before = state.known.get(call.call)
    if before is not None and call.at <= before:
        return state, []
    state = _knowing(state, call.call, call.at)
    if any(each.call.call == call.call for each in state.waiting):
        waiting = (
            replace(each, call=call) if each.call.call == call.call else each for each in state.waiting
        )
        return replace(state, waiting=tuple(waiting)), []
    if age_s >= state.manner.late_s:
        new = state.began_at is not None and call.at >= state.began_at
        heard = state.manner.loudness(state.clock) > 0
        return state, [Late(call, age_s, lost=True)] if state.ours and new and heard else []
    return replace(state, waiting=(*state.waiting, Waiting(call, now - max(age_s, 0.0)))), []


def _knowing(state: State, call: int, at: datetime) -> State:
    known = {**state.known, call: at}
    return replace(state, known=dict(sorted(known.items(), key=lambda each: each[1])[-KNOWN:]))


def _heard(state: State, call: int, at: datetime) -> State:
    """It waits no more, nor is it news when we hear of it later than of this."""
    before = state.known.get(call)
    if before is None or before < at:
        state = _knowing(state, call, at)
    waiting = (each for each in state.waiting if each.call.call != call or each.call.at > at)
    return replace(state, waiting=tuple(waiting))


def _withdrawn(state: State, gone: int) -> State:
    left = tuple(each for each in state.waiting if each.call.call != gone)
    spoken = state.speaking
    if spoken is not None and spoken.call.call == gone:
        spoken = replace(spoken, withdrawn=True)
    return replace(state, waiting=left, speaking=spoken)


def _failed(state: State, now: float) -> State:
    """Try again in a while, before the others of its zone; not what was withdrawn, nor what was recalled and waits by that."""
    spoken = state.speaking
    state = replace(state, speaking=None, rest_until=now + PAUSE_S)
    if spoken is None or spoken.withdrawn:
        return state
    if any(each.call.call == spoken.call.call for each in state.waiting):
        return state
    return replace(state, waiting=(spoken, *state.waiting))


def _late(state: State, now: float) -> Outcome:
    def is_late(each: Waiting) -> bool:
        return not each.late and now >= each.since + state.manner.late_s

    orders: list[Order] = [Late(each.call, now - each.since) for each in state.waiting if is_late(each)]
    told = tuple(replace(each, late=True) if is_late(each) else each for each in state.waiting)
    return replace(state, waiting=told), orders


def _speak(state: State, now: float) -> Outcome:
    if state.speaking is not None or not state.waiting or now < state.rest_until:
        return state, []
    chosen = _next(state)
    backlog_s = len(state.waiting) * state.manner.call_s
    readings = 1 if backlog_s > state.manner.backlog_s else state.manner.readings
    zone = chosen.call.zone
    state = replace(
        state,
        speaking=chosen,
        waiting=tuple(each for each in state.waiting if each is not chosen),
        turns=(*(other for other in state.turns if other != zone), zone),
    )
    return state, [Say(chosen.call, readings, state.manner.loudness(state.clock))]


def _next(state: State) -> Waiting:
    """The first of the zone whose last turn is the longest ago; of those that had none, the one that came first."""

    def last(each: Waiting) -> int:
        return state.turns.index(each.call.zone) if each.call.zone in state.turns else -1

    return min(state.waiting, key=last)
