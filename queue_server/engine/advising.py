"""Advice for managers: given, followed or not, and what came of it. Made elsewhere, kept here for the day and the log."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import msgspec

from queue_server.engine import event as e
from queue_server.engine.advice import Advice
from queue_server.engine.decision import Context, Decision
from queue_server.engine.state import State
from queue_server.wire.advice import AdviceRecord, AdvicesRecord, Came, GiveAdvice, ProveAdvice
from queue_server.wire.ids import WindowId

AGAIN = timedelta(minutes=30)
"""So long nothing is said of a window of which something was said."""
IN_TIME = timedelta(minutes=15)
"""A window that opens so long after it was advised opens because of that."""
MOST = 60
"""Pieces of advice kept of a day; older ones are in the log."""
NEAR_MIN, NEAR = 5.0, 0.25
"""What comes is what was expected if it is off by so many minutes at most, or by such a share of it."""


def give(state: State, command: GiveAdvice, context: Context) -> Decision:
    """Say it. Nothing happens where it was said lately, or where the hall is not any more what it was made for."""
    lately = any(
        (one.zone == command.zone or one.window == command.window) and context.now - one.at < AGAIN
        for one in state.advices
    )
    window = state.windows.get(command.window)
    if lately or window is None or window.state != "closed" or command.zone not in state.hall.zone:
        return Decision((), lambda _: None)
    advised = e.Advised(
        advice=context.draw(),
        zone=command.zone,
        opens=command.window,
        waiting=command.waiting,
        then_min=command.then_min,
        p90_min=command.p90_min,
        clerk=command.clerk,
        leaves=command.leaves,
    )
    return Decision((advised,), lambda _: None)


def prove(state: State, command: ProveAdvice, _context: Context) -> Decision:
    """Say what came of it, once."""
    known = any(one.id == command.advice and one.came_of is None for one in state.advices)
    proved = e.AdviceProved(advice=command.advice, came_of=command.came_of, came_min=command.came_min)
    return Decision((proved,) if known else (), lambda _: None)


def following(state: State, window: WindowId, now: datetime) -> Iterator[e.Event]:
    """What a window that opens now makes done."""
    zones = {state.hall.service[service].zone for service in state.hall.window[window].services}
    for one in state.advices:
        if one.done_at is None and now - one.at <= IN_TIME and one.zone in zones:
            yield e.AdviceFollowed(advice=one.id, opened=window)


def advised(state: State, stamped: e.Stamped, event: e.Advised) -> None:
    """One more was given."""
    advice = Advice(
        id=event.advice,
        at=stamped.at,
        zone=event.zone,
        window=event.opens,
        clerk=event.clerk,
        leaves=event.leaves,
        waiting=event.waiting,
        p90_min=event.p90_min,
        then_min=event.then_min,
    )
    state.advices = (*state.advices, advice)[-MOST:]


def followed(state: State, stamped: e.Stamped, event: e.AdviceFollowed) -> None:
    """One was done."""
    _change(state, event.advice, done_at=stamped.at, done_window=event.opened)


def proved(state: State, _stamped: e.Stamped, event: e.AdviceProved) -> None:
    """It is known what came of one."""
    _change(state, event.advice, came_of=event.came_of, came_min=event.came_min)


def _change(state: State, id_: str, **fields: object) -> None:
    state.advices = tuple(
        msgspec.structs.replace(one, **fields) if one.id == id_ else one for one in state.advices
    )


def record(state: State, one: Advice) -> AdviceRecord:
    """An advice as managers see it."""
    return AdviceRecord(
        id=one.id,
        at=one.at,
        zone=one.zone,
        window=one.window,
        clerk=one.clerk,
        clerk_name=None if one.clerk is None else state.names.get(one.clerk, one.clerk),
        leaves=one.leaves,
        waiting=one.waiting,
        p90_min=one.p90_min,
        then_min=one.then_min,
        done_at=one.done_at,
        done_window=one.done_window,
        came_min=one.came_min,
        came_of=one.came_of,
        came=came(one),
    )


def everything(state: State) -> AdvicesRecord:
    """All of today, oldest first."""
    return AdvicesRecord(tuple(record(state, one) for one in state.advices))


def came(one: Advice) -> Came | None:
    """Whether what came is what was expected: with the window where one opened, without it where none did."""
    expected = one.p90_min if one.done_at is None else one.then_min
    if one.came_min is None or expected is None:
        return None
    off = one.came_min - expected
    if abs(off) <= max(NEAR_MIN, NEAR * expected):
        return "expected"
    return "later" if off > 0 else "sooner"
