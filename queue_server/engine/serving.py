"""What happens at windows: opened and closed, tickets called, done, missed, put aside and handed on."""

from collections.abc import Iterator
from datetime import timedelta

from queue_server.engine import advising, destination, handover, hold, need, policy, record, undo
from queue_server.engine import event as e
from queue_server.engine.actor import Actor
from queue_server.engine.decision import YEAR, Context, Decision, Reply, within_a_year
from queue_server.engine.life import move
from queue_server.engine.state import State, Window
from queue_server.engine.ticket import Ticket
from queue_server.engine.ticketing import known, shows, take
from queue_server.wire import command as c
from queue_server.wire.error import Refusal
from queue_server.wire.ids import ServiceId, TicketId, WindowId
from queue_server.wire.ticket import Text


def _window(state: State, id_: WindowId, context: Context, reason: str | None = None) -> Window:
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
    return Decision((*left, opened, *done), _shows_window(command.window))


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
        yield e.Closed(window=other.id, reason=command.reason)


def pause(state: State, command: c.Pause, context: Context) -> Decision:
    """Nobody is called to a window until it goes on."""
    window = _window(state, command.window, context, command.reason)
    within_a_year(command.until, context.now - YEAR, context.now)
    if window.state == "paused":
        raise Refusal("window.paused")
    return Decision(
        (e.Paused(window=window.id, reason=command.reason, until=command.until),),
        _shows_window(command.window),
    )


def resume(state: State, command: c.Resume, context: Context) -> Decision:
    """A paused window goes on."""
    window = _window(state, command.window, context, command.reason)
    if window.state != "paused":
        raise Refusal("window.not_paused")
    return Decision((e.Resumed(window=window.id, reason=command.reason),), _shows_window(command.window))


def close(state: State, command: c.Close, context: Context) -> Decision:
    """A clerk leaves a window that has nobody."""
    window = _window(state, command.window, context, command.reason)
    if window.ticket is not None:
        raise Refusal("window.busy", number=state.tickets[window.ticket].number)
    return Decision((e.Closed(window=window.id, reason=command.reason),), _shows_window(command.window))


def _calling(state: State, id_: WindowId, context: Context) -> Window:
    window = _window(state, id_, context)
    if window.state == "paused":
        raise Refusal("window.paused")
    return window


def call_next(state: State, command: c.CallNext, context: Context) -> Decision:
    """The window's ticket ends and the one whose turn it is is called; an answer of null where nobody waits."""
    window = _calling(state, command.window, context)
    choice = context.policy.choose(state, window.id, context.now)
    ended = _ending(state, window)
    kept = (*need.keeping(state, window, choice.kept), *need.stranded(state, window, context))
    if choice.ticket is None:
        return Decision((*kept, *ended), lambda _: None)
    called = _called(state, window, choice.ticket, choice.reason, context)
    return Decision((*kept, *ended, *called), shows(choice.ticket, context.actor))


def call(state: State, command: c.Call, context: Context) -> Decision:
    """One ticket that waits is called out of turn; how many it passes is written down."""
    window = _calling(state, command.window, context)
    ticket = known(state, command.ticket)
    move(ticket.state, "call")
    if ticket.step.service not in state.served_at(window.id):
        raise Refusal("window.cannot_serve")
    return Decision(
        (*_ending(state, window), *_called(state, window, ticket.id, command.reason, context)),
        shows(ticket.id, context.actor),
    )


def _called(
    state: State, window: Window, id_: TicketId, reason: str | None, context: Context
) -> tuple[e.Event, ...]:
    """A call, and that a steward is needed there, if one is."""
    ticket = state.tickets[id_]
    assert window.clerk is not None
    called = e.Called(
        ticket=ticket.id,
        step=ticket.at,
        window=window.id,
        clerk=window.clerk,
        skipped=policy.skipped(state, window.id, id_),
        reason=reason or ticket.step.moved or handover.said(ticket),
        departments=state.hall.whose(ticket.step.service, window.clerk),
    )
    return (called, *need.call(state, window, ticket, context))


def _ending(
    state: State,
    window: Window,
    outcome: str | None = None,
    items: int | None = None,
    reason: str | None = None,
) -> tuple[e.Event, ...]:
    """The end of a window's ticket, if it has one."""
    if window.ticket is None:
        return ()
    ticket = state.tickets[window.ticket]
    following = ticket.at + 1
    assert window.clerk is not None
    finished = e.Finished(
        ticket=ticket.id,
        step=ticket.at,
        window=window.id,
        clerk=window.clerk,
        outcome=outcome,
        items=items,
        next_step=following if following < len(ticket.steps) else None,
        reason=reason,
        departments=state.hall.whose(ticket.step.service, window.clerk),
    )
    return (finished,)


def _current(state: State, window: Window) -> Ticket:
    if window.ticket is None:
        raise Refusal("window.idle")
    return state.tickets[window.ticket]


def recall(state: State, command: c.Recall, context: Context) -> Decision:
    """The window's ticket is called again."""
    window = _window(state, command.window, context)
    ticket = _current(state, window)
    move(ticket.state, "recall")
    return Decision((e.Recalled(ticket=ticket.id, window=window.id),), shows(ticket.id, context.actor))


def start(state: State, command: c.Start, context: Context) -> Decision:
    """Who was called is there."""
    window = _window(state, command.window, context)
    ticket = _current(state, window)
    move(ticket.state, "start")
    return Decision((e.Started(ticket=ticket.id, window=window.id),), shows(ticket.id, context.actor))


def finish(state: State, command: c.Finish, context: Context) -> Decision:
    """The window's ticket, or this step of it, is done."""
    window = _window(state, command.window, context, command.reason)
    ticket = _current(state, window)
    _known_outcome(state, ticket.step.service, command.outcome)
    ended = _ending(state, window, command.outcome, command.items, command.reason)
    return Decision(ended, shows(ticket.id, context.actor))


def _known_outcome(state: State, service: ServiceId, outcome: str | None) -> None:
    """Refuse an outcome that a service with outcomes has not; a service without any takes any word."""
    known = state.hall.outcomes_of.get(service, ())
    if outcome is not None and known and outcome not in [each.id for each in known]:
        words = Text(
            "、".join(f"{each.id} {each.name.zh}" for each in known),
            ", ".join(f"{each.id} ({each.name.en})" for each in known),
        )
        raise Refusal("outcome.unknown", outcome=outcome, known=words)


def no_show(state: State, command: c.NoShow, context: Context) -> Decision:
    """Who was called did not come: not before the hall's calls and its wait."""
    window = _window(state, command.window, context, command.reason)
    ticket = _current(state, window)
    move(ticket.state, "no_show")
    rules, step = state.hall.rules, ticket.step
    assert step.called_at is not None
    if step.calls < rules.calls or context.now - step.called_at < timedelta(seconds=rules.wait_s):
        raise Refusal("ticket.too_soon", calls=rules.calls, wait_s=rules.wait_s)
    missed = e.Missed(ticket=ticket.id, step=ticket.at, window=window.id, reason=command.reason)
    return Decision((missed,), shows(ticket.id, context.actor))


def hold_(state: State, command: c.Hold, context: Context) -> Decision:
    """The window's ticket is put aside until papers come, or its holder is back."""
    window = _window(state, command.window, context)
    ticket = _current(state, window)
    move(ticket.state, "hold")
    within_a_year(command.until, context.now, context.now)
    assert window.clerk is not None
    held = e.Held(
        ticket=ticket.id,
        step=ticket.at,
        window=window.id,
        clerk=window.clerk,
        kind=command.kind,
        reason=command.reason,
        until=command.until,
        departments=state.hall.whose(ticket.step.service, window.clerk),
    )
    return Decision((held,), shows(ticket.id, context.actor))


def resume_held(state: State, command: c.ResumeHeld, context: Context) -> Decision:
    """A ticket put aside is called by the window again."""
    window = _calling(state, command.window, context)
    ticket = known(state, command.ticket)
    hold.resume(state, ticket, window)
    return Decision(
        (*_ending(state, window), *_called(state, window, ticket.id, hold.RESUMED, context)),
        shows(ticket.id, context.actor),
    )


def transfer(state: State, command: c.Transfer, context: Context) -> Decision:
    """The window's ticket goes on to another service or window."""
    window = _window(state, command.at, context)
    ticket = _current(state, window)
    return Decision((destination.transfer(state, ticket, window, command),), shows(ticket.id, context.actor))


def undo_(state: State, command: c.Undo, context: Context) -> Decision:
    """The window's last step is taken back."""
    window = _window(state, command.window, context)
    return Decision(undo.undo(state, window, context.now), _shows_window(window.id))


def walk_in(state: State, command: c.WalkIn, context: Context) -> Decision:
    """All who wait for the window's services are passed over, with the reason; whoever goes on to another step comes after."""
    window = _calling(state, command.window, context)
    services = state.served_at(window.id)
    if command.service not in state.hall.service:
        raise Refusal("service.unknown", service=command.service)
    if command.service not in services:
        raise Refusal("window.cannot_serve")
    issued = take(state, c.Take(service=command.service, then=(), paper=False), context)
    (taken,) = issued.events
    assert isinstance(taken, e.Taken)
    assert window.clerk is not None
    called = e.Called(
        ticket=taken.ticket,
        step=0,
        window=window.id,
        clerk=window.clerk,
        skipped=sum(len(state.lines[service]) for service in services),
        reason=command.reason,
        departments=state.hall.whose(command.service, window.clerk),
        walked_in=True,
    )
    return Decision((taken, *_ending(state, window), called), shows(taken.ticket, context.actor))


def _shows_window(id_: WindowId) -> Reply:
    return lambda after: record.window(after, id_)
