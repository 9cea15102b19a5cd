"""Who attends a window: it opens with a clerk, goes from one to another, pauses, goes on and closes."""

from collections.abc import Iterator

from queue_server.engine import advising, record
from queue_server.engine import event as e
from queue_server.engine.actor import Actor
from queue_server.engine.decision import YEAR, Context, Decision, Reply, within_a_year
from queue_server.engine.state import State, Window
from queue_server.engine.today import ending
from queue_server.wire import command as c
from queue_server.wire.error import Refusal
from queue_server.wire.ids import WindowId


def own(state: State, id_: WindowId, context: Context, reason: str | None = None) -> Window:
    """The window, if the actor may act there: a clerk at their own, a manager anywhere with a reason, a device at its places."""
    window = state.windows.get(id_)
    if window is None:
        raise Refusal("window.unknown", window=id_)
    actor = context.actor
    if actor.role == "manager" and reason is None:
        raise Refusal("reason.required")
    if actor.role == "agent":
        if actor.windows is not None and id_ not in actor.windows:
            raise Refusal("auth.not_your_window")
        if window.clerk is None:
            raise Refusal("window.unattended")
    if window.state == "closed":
        raise Refusal("window.closed")
    if actor.role == "clerk" and window.clerk != actor.name:
        raise Refusal("auth.not_your_window")
    if actor.role == "clerk" and window.seat not in (None, actor.seat):
        raise Refusal("window.seated", window=id_)
    return window


def open_(state: State, command: c.Open, context: Context) -> Decision:
    """A clerk begins at a window, takes it over, or leaves another one for it."""
    window = state.windows.get(command.window)
    if window is None:
        raise Refusal("window.unknown", window=command.window)
    if context.actor.role == "manager" and command.reason is None:
        raise Refusal("reason.required")
    clerk = context.actor.name if context.actor.role == "clerk" else command.clerk or context.actor.name
    seat, again = context.actor.seat, window.clerk == clerk
    if again and (context.actor.role == "manager" or window.seat == seat):
        raise Refusal("window.open")
    left = tuple(_left(state, command, clerk, context.actor))
    if window.clerk is None:
        opened: e.Event = e.Opened(window=window.id, clerk=clerk, reason=command.reason, seat=seat)
    elif command.takeover or (again and window.seat is None):
        opened = e.TakenOver(
            window=window.id, clerk=clerk, before=window.clerk, reason=command.reason, seat=seat
        )
    elif again:
        raise Refusal("window.seated", window=window.id)
    else:
        shown = state.names.get(window.clerk, window.clerk)
        raise Refusal("window.attended", clerk=window.clerk, clerk_name=shown)
    done = advising.following(state, window.id, context.now) if window.clerk is None else ()
    return Decision((*left, opened, *done), shows(command.window))


def _left(state: State, command: c.Open, clerk: str, actor: Actor) -> Iterator[e.Event]:
    """What ends where a clerk was before. A manager looks after as many windows as they have to."""
    if actor.role == "manager" and clerk == actor.name:
        return
    for other in state.windows.values():
        if other.clerk != clerk or other.id == command.window:
            continue
        if other.ticket is not None:
            raise Refusal("window.elsewhere", window=other.id, number=state.tickets[other.ticket].number)
        if not command.leave:
            raise Refusal("window.elsewhere", window=other.id)
        yield from ending(state.today, other.id)
        yield e.Closed(window=other.id, reason=command.reason)


def pause(state: State, command: c.Pause, context: Context) -> Decision:
    """Nobody is called to a window until it goes on."""
    window = own(state, command.window, context, command.reason)
    within_a_year(command.until, context.now - YEAR, context.now)
    if window.state == "paused":
        raise Refusal("window.paused")
    return Decision(
        (e.Paused(window=window.id, reason=command.reason, until=command.until),),
        shows(command.window),
    )


def resume(state: State, command: c.Resume, context: Context) -> Decision:
    """A paused window goes on."""
    window = own(state, command.window, context, command.reason)
    if window.state != "paused":
        raise Refusal("window.not_paused")
    return Decision((e.Resumed(window=window.id, reason=command.reason),), shows(command.window))


def close(state: State, command: c.Close, context: Context) -> Decision:
    """A clerk leaves a window that has nobody."""
    window = own(state, command.window, context, command.reason)
    if window.ticket is not None:
        raise Refusal("window.busy", number=state.tickets[window.ticket].number)
    closed = e.Closed(window=window.id, reason=command.reason)
    return Decision((*ending(state.today, window.id), closed), shows(command.window))


def shows(id_: WindowId) -> Reply:
    """The answer that shows a window."""
    return lambda after: record.window(after, id_)


# What happens then


def opened(state: State, stamped: e.Stamped, event: e.Opened) -> None:
    """A clerk is at the window."""
    window = state.windows[event.window]
    window.state, window.clerk, window.reason, window.until = "open", event.clerk, None, None
    window.since_at, window.seat = stamped.at, event.seat


def taken_over(state: State, stamped: e.Stamped, event: e.TakenOver) -> None:
    """Another clerk is at the window."""
    window = state.windows[event.window]
    window.clerk, window.seat = event.clerk, event.seat


def paused(state: State, stamped: e.Stamped, event: e.Paused) -> None:
    """Nobody is called there."""
    window = state.windows[event.window]
    window.state, window.reason, window.until, window.since_at = (
        "paused",
        event.reason,
        event.until,
        stamped.at,
    )


def resumed(state: State, stamped: e.Stamped, event: e.Resumed) -> None:
    """The window goes on."""
    window = state.windows[event.window]
    window.state, window.reason, window.until, window.since_at = "open", None, None, stamped.at


def closed(state: State, stamped: e.Stamped, event: e.Closed) -> None:
    """Nobody is at the window; what it asked to be rated is over."""
    window = state.windows[event.window]
    window.state, window.clerk, window.reason, window.until = "closed", None, None, None
    window.since_at, window.prompt, window.seat = stamped.at, None, None
