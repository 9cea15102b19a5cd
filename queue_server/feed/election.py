"""step(state, event, now_s) -> (state, orders): which one of those who could speak from a loudspeaker does. Pure; `now_s` is real
seconds of one clock that never goes back.

Who speaks holds a lease that is renewed with each asking, and falls silent by its own clock when no answer comes. That clock began
before ours did, so when the lease is over here, and `SLACK_S` later, it is over there: then another one speaks, and never two. Who
is better placed waits until the one who speaks has ended its call and says that it has left.
"""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field, replace

from queue_server.wire.voice import Asking, Turn

LEASE_S = 5.0
"""So long after its last asking may somebody sound while others wait to take over."""
ALONE_S = 20.0
"""And so long while there is nobody else: a whole announcement in two languages is not cut off for a cable that was pulled. A dead
cable is noticed by the system after so long, not sooner.
"""
SLACK_S = 1.0
"""What a client may need to fall silent."""


@dataclass(frozen=True)
class Candidate:
    """Who could speak: whether it is one of the hall's `own` screens and boxes, and what it told with its last asking."""

    own: bool
    able: bool
    at: float
    asked_s: float

    @property
    def rank(self) -> tuple[bool, bool]:
        """Who would be heard comes first, then who is the hall's own; of two alike who speaks already, or else came first."""
        return (self.able, self.own)


@dataclass(frozen=True)
class State:
    """One loudspeaker. `candidates` are in the order in which they came, by whatever the skin calls them.

    Before `until_s` nobody but `speaker` is told to speak; without a speaker, only the one who was it last, or on a server that is
    `fresh` whoever says so. Each change of the speaker, or of whether it is `leaving`, is another `term`.
    """

    until_s: float
    term: int
    candidates: Mapping[Hashable, Candidate] = field(default_factory=dict)
    speaker: Hashable | None = None
    leaving: bool = False
    fresh: bool = True


@dataclass(frozen=True)
class Asked:
    """Somebody could speak, or does."""

    who: Hashable
    own: bool
    asking: Asking


@dataclass(frozen=True)
class Gone:
    """Somebody's link is gone. `silent`: it ended it itself, so it plays no more; else it may for as long as it was told."""

    who: Hashable
    silent: bool


@dataclass(frozen=True)
class Ticked:
    """Time passed."""


Event = Asked | Gone | Ticked


@dataclass(frozen=True)
class Tell:
    """Tell somebody their turn: TurnRecord says what these are."""

    who: Hashable
    turn: Turn
    at: float
    term: int
    for_s: float
    reserve: int


Outcome = tuple[State, list[Tell]]


def vacant(now_s: float, term: int) -> State:
    """A loudspeaker of a server that has just begun: whoever spoke before may come back first. `term` is one that none before had.

    That is long enough for all who had others in reserve. One that spoke alone speaks on for longer, if it does not come back; it
    takes one more fault, and another that is switched on just then, for both to be heard.
    """
    return State(now_s + LEASE_S + SLACK_S, term)


def step(state: State, event: Event, now_s: float) -> Outcome:
    """What an event makes of it, and who is told what: who asks always, others when something is new for them."""
    after = _seat(_turn(_lapse(state, now_s), event, now_s), now_s)
    if (after.speaker, after.leaving) != (state.speaker, state.leaving):
        after = replace(after, term=state.term + 1)
    asker = event.who if isinstance(event, Asked) else None
    return _tell(state, after, asker)


def due(state: State) -> float | None:
    """When a tick is needed at the latest; None: not before something happens."""
    lapses = [_lapses_s(state, who) for who in state.candidates]
    if state.speaker is None and state.candidates:
        lapses.append(state.until_s)
    return min(lapses, default=None)


def _lapses_s(state: State, who: Hashable) -> float:
    """When somebody who asks no more is no candidate any more."""
    return state.until_s if who == state.speaker else state.candidates[who].asked_s + LEASE_S + SLACK_S


def _lapse(state: State, now_s: float) -> State:
    for who in [who for who in state.candidates if now_s >= _lapses_s(state, who)]:
        state = _without(state, who)
    return state


def _without(state: State, who: Hashable) -> State:
    left = {other: one for other, one in state.candidates.items() if other != who}
    if who != state.speaker:
        return replace(state, candidates=left)
    return replace(state, candidates=left, speaker=None, leaving=False)


def _turn(state: State, event: Event, now_s: float) -> State:
    match event:
        case Asked(who, own, asking):
            return _asked(state, who, own, asking, now_s)
        case Gone(who, silent):
            ended = silent and who == state.speaker
            state = _without(state, who)
            return replace(state, until_s=now_s) if ended else state
        case Ticked():
            return state


def _asked(state: State, who: Hashable, own: bool, asking: Asking, now_s: float) -> State:
    speaks = who == state.speaker
    if asking.stand == "gone":
        return _turn(state, Gone(who, silent=True), now_s)
    if asking.stand == "left" and speaks and state.leaving and asking.term == state.term:
        state = replace(_without(state, who), until_s=now_s)
    one = Candidate(own, asking.able, asking.at, now_s)
    state = replace(state, candidates={**state.candidates, who: one})
    was = state.fresh or asking.term == state.term - 1
    if asking.stand == "speaks" and state.speaker is None and was:
        until_s = now_s + min(asking.for_s, ALONE_S) + SLACK_S
        return replace(state, speaker=who, fresh=False, until_s=max(state.until_s, until_s))
    return state


def _seat(state: State, now_s: float) -> State:
    """Let the best one speak where nobody does, and have one that is not let go."""
    if not state.candidates:
        return state
    best = max(state.candidates, key=lambda who: state.candidates[who].rank)
    if state.speaker is None:
        return replace(state, speaker=best, fresh=False) if now_s >= state.until_s else state
    leaving = state.candidates[best].rank > state.candidates[state.speaker].rank
    return replace(state, leaving=leaving)


def _tell(before: State, state: State, asker: Hashable | None) -> Outcome:
    """Whoever speaks is promised its time from its last asking on, and the promise is kept whatever comes."""
    others = len(state.candidates) - 1
    news = state.term != before.term or others != len(before.candidates) - 1
    told = [who for who in state.candidates if news or who == asker]
    orders = []
    for who in told:
        one, turn, for_s = state.candidates[who], _turn_of(state, who), 0.0
        if turn != "waits":
            for_s = LEASE_S if others else ALONE_S
            state = replace(state, until_s=max(state.until_s, one.asked_s + for_s + SLACK_S))
        orders.append(Tell(who, turn, one.at, state.term, for_s, others))
    return state, orders


def _turn_of(state: State, who: Hashable) -> Turn:
    if who != state.speaker:
        return "waits"
    return "leaves" if state.leaving else "speaks"
