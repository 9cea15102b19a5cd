"""step(state, event, now_s) -> (state, orders): whether we may speak from a loudspeaker from which others could too. Pure; `now_s`
is real seconds of our own clock that never goes back.

The server decides: see `queue_server/feed/election.py`. What is kept here is our side of the promise: we begin no call unless it is
our turn, and make no sound any more when the time is over for which we were told so, whether the server can be heard or not.
"""

from dataclasses import dataclass, replace

from queue_server.wire.voice import Stand, Turn

RENEW_S = 1.5
"""So often do we ask: three times within the time for which we are told."""
EVER_S = float("inf")


@dataclass(frozen=True)
class State:
    """Our side of one loudspeaker. `wanted`: the hall would have one like us speak there. `known`: the server counts us."""

    linked: bool = False
    wanted: bool = False
    known: bool = False
    sounding: bool = False
    turn: Turn = "waits"
    term: int = 0
    until_s: float = -EVER_S
    unable_s: float = -EVER_S
    """Until then we would not be heard."""
    since_s: float = -EVER_S
    """Since when the server knows us: answers to what was asked before are of no worth."""
    ask_s: float = -EVER_S

    def may(self, now_s: float) -> bool:
        """Whether we may begin a call."""
        return self.wanted and self.turn == "speaks" and now_s < self.until_s

    def able(self, now_s: float) -> bool:
        """Whether we would be heard, as far as we know."""
        return now_s >= self.unable_s


@dataclass(frozen=True)
class Linked:
    """The server can be told something, or can not any more."""

    up: bool


@dataclass(frozen=True)
class Wanted:
    """The hall would have one like us speak here, or would not any more."""

    yes: bool


@dataclass(frozen=True)
class Sounding:
    """A call has begun, or has ended in whatever way."""

    yes: bool


@dataclass(frozen=True)
class Unable:
    """We would not be heard for some seconds from now on; 0: we would be."""

    for_s: float = 0.0


@dataclass(frozen=True)
class Told:
    """What the server said of our turn: TurnRecord."""

    turn: Turn
    at: float
    term: int
    for_s: float


@dataclass(frozen=True)
class Ticked:
    """Time passed."""


Event = Linked | Wanted | Sounding | Unable | Told | Ticked


@dataclass(frozen=True)
class Ask:
    """Tell the server how we stand."""

    stand: Stand
    able: bool
    term: int
    for_s: float = 0.0


@dataclass(frozen=True)
class Hush:
    """Make no sound any more, at once: the call is another's to say."""


Order = Ask | Hush
Outcome = tuple[State, list[Order]]


def step(state: State, event: Event, now_s: float) -> Outcome:
    """What an event makes of it, and what is to be done."""
    had = state.turn
    state = _turn(state, event, now_s)
    if state.turn != "waits" and now_s >= state.until_s:
        state = replace(state, turn="waits")
    orders: list[Order] = [Hush()] if state.sounding and had != "waits" and state.turn == "waits" else []
    state, asked = _ask(state, now_s)
    return state, orders + asked


def due(state: State) -> float | None:
    """When a tick is needed at the latest; None: not before something happens."""
    times = [state.until_s] if state.turn != "waits" else []
    if state.linked and (state.wanted or state.turn != "waits"):
        times.append(state.ask_s)
    return min(times, default=None)


def _turn(state: State, event: Event, now_s: float) -> State:
    match event:
        case Linked(up):
            return replace(state, linked=up, known=up and state.known, ask_s=now_s)
        case Wanted(yes):
            return replace(state, wanted=yes, ask_s=now_s) if yes != state.wanted else state
        case Sounding(yes):
            return replace(state, sounding=yes)
        case Unable(for_s):
            turned = state.able(now_s) != (for_s <= 0)
            return replace(state, unable_s=now_s + for_s, ask_s=now_s if turned else state.ask_s)
        case Told(turn, at, term, for_s):
            if not state.known or at < state.since_s:
                return state
            return replace(state, turn=turn, term=term, until_s=max(state.until_s, at + for_s))
        case Ticked():
            return state


def _ask(state: State, now_s: float) -> Outcome:
    """Say what there is to be said: that we have left, that we are gone, or as time goes by how we stand."""
    if not state.linked:
        return state, []
    orders: list[Order] = []
    able = state.able(now_s)
    if not state.wanted and not state.sounding:
        if state.known:
            orders.append(Ask("gone", able, state.term))
        return replace(state, known=False, turn="waits"), orders
    if state.turn == "leaves" and not state.sounding:
        orders.append(Ask("left", able, state.term))
        state = replace(state, turn="waits", ask_s=now_s + RENEW_S)
    if now_s >= state.ask_s:
        left_s = state.until_s - now_s if state.turn != "waits" else 0.0
        orders.append(Ask("speaks" if left_s else "waits", able, state.term, left_s))
        state = replace(state, ask_s=now_s + RENEW_S)
    if orders and not state.known:
        state = replace(state, known=True, since_s=now_s)
    return state, orders
