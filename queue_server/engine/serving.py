"""What windows do with tickets: call them, serve them to their end, miss them, put them aside and hand them on."""

from datetime import timedelta

from queue_server.engine import attending, destination, handover, hold, need, policy, undo
from queue_server.engine import event as e
from queue_server.engine.decision import Context, Decision, within_a_year
from queue_server.engine.life import go, move
from queue_server.engine.state import LAST_CALLS, State, Window
from queue_server.engine.ticket import Ticket
from queue_server.engine.ticketing import known, shows, take
from queue_server.wire import command as c
from queue_server.wire.error import Refusal
from queue_server.wire.ids import ServiceId, TicketId, WindowId
from queue_server.wire.ticket import Text


def _calling(state: State, id_: WindowId, context: Context) -> Window:
    window = attending.own(state, id_, context)
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
    called = _summons(state, window, choice.ticket, choice.reason, context)
    return Decision((*kept, *ended, *called), shows(choice.ticket, context.actor))


def call(state: State, command: c.Call, context: Context) -> Decision:
    """One ticket that waits is called out of turn; how many it passes is written down."""
    window = _calling(state, command.window, context)
    ticket = known(state, command.ticket)
    move(ticket.state, "call")
    if ticket.step.service not in state.served_at(window.id):
        raise Refusal("window.cannot_serve")
    return Decision(
        (*_ending(state, window), *_summons(state, window, ticket.id, command.reason, context)),
        shows(ticket.id, context.actor),
    )


def _summons(
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
    window = attending.own(state, command.window, context)
    ticket = _current(state, window)
    move(ticket.state, "recall")
    return Decision((e.Recalled(ticket=ticket.id, window=window.id),), shows(ticket.id, context.actor))


def start(state: State, command: c.Start, context: Context) -> Decision:
    """Who was called is there."""
    window = attending.own(state, command.window, context)
    ticket = _current(state, window)
    move(ticket.state, "start")
    return Decision((e.Started(ticket=ticket.id, window=window.id),), shows(ticket.id, context.actor))


def finish(state: State, command: c.Finish, context: Context) -> Decision:
    """The window's ticket, or this step of it, is done."""
    window = attending.own(state, command.window, context, command.reason)
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
    window = attending.own(state, command.window, context, command.reason)
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
    window = attending.own(state, command.window, context)
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
        (*_ending(state, window), *_summons(state, window, ticket.id, hold.RESUMED, context)),
        shows(ticket.id, context.actor),
    )


def transfer(state: State, command: c.Transfer, context: Context) -> Decision:
    """The window's ticket goes on to another service or window."""
    window = attending.own(state, command.at, context)
    ticket = _current(state, window)
    return Decision((destination.transfer(state, ticket, window, command),), shows(ticket.id, context.actor))


def undo_(state: State, command: c.Undo, context: Context) -> Decision:
    """The window's last step is taken back."""
    window = attending.own(state, command.window, context)
    return Decision(undo.undo(state, window, context.now), attending.shows(window.id))


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


# What happens then


def called(state: State, stamped: e.Stamped, event: e.Called) -> None:
    """A ticket is in front of the window, and on the boards."""
    ticket = state.tickets[event.ticket]
    state.leave(ticket)
    go(ticket, "resume" if ticket.state == "held" else "call")
    step = ticket.step
    if step.call:  # called before, and back in line since: the boards show the later one
        state.calls = [call for call in state.calls if call[1:] != (ticket.id, ticket.at)]
    step.window, step.clerk, step.call, step.called_at, step.calls = (
        event.window,
        event.clerk,
        stamped.seq,
        stamped.at,
        1,
    )
    step.recalled_at, step.departments = None, event.departments
    step.hold = step.kept_until = None
    state.windows[event.window].ticket = ticket.id
    state.calls.append((stamped.seq, ticket.id, ticket.at))
    del state.calls[:-LAST_CALLS]


def recalled(state: State, stamped: e.Stamped, event: e.Recalled) -> None:
    """A ticket is called once more."""
    ticket = state.tickets[event.ticket]
    go(ticket, "recall")
    ticket.step.calls += 1
    ticket.step.recalled_at = stamped.at


def started(state: State, stamped: e.Stamped, event: e.Started) -> None:
    """Who was called is there; what the window asked to be rated is over."""
    ticket = state.tickets[event.ticket]
    go(ticket, "start")
    ticket.step.started_at = stamped.at
    state.windows[event.window].prompt = None


def finished(state: State, stamped: e.Stamped, event: e.Finished) -> None:
    """A step is done: the window is free and asks for a rating, the next step waits."""
    ticket = state.tickets[event.ticket]
    step = ticket.step
    go(ticket, "finish")
    step.ended_at, step.ended, step.outcome = stamped.at, stamped.seq, event.outcome
    step.started_at = step.started_at or step.called_at
    step.clerk, step.departments = event.clerk, event.departments  # whoever took the window over meanwhile
    if event.items is not None:
        ticket.dealt_with(event.items)
    window = state.windows[event.window]
    window.ticket, window.prompt, window.since_at = None, f"{ticket.id}/{event.step}", stamped.at
    window.served += 1
    state.tally_of(step.service).served += step.round == 1
    state.timed(step)
    if event.next_step is None:
        ticket.ended_at = stamped.at
        return
    ticket.at = event.next_step
    ticket.state = ticket.step.state = "waiting"
    ticket.step.since_at, ticket.step.order = stamped.at, stamped.seq
    state.lines[ticket.step.service].add(ticket)


def missed(state: State, stamped: e.Stamped, event: e.Missed) -> None:
    """Who was called did not come: the window is free."""
    ticket = state.tickets[event.ticket]
    go(ticket, "no_show")
    ticket.step.ended_at, ticket.step.ended = stamped.at, stamped.seq
    ticket.step.misses += 1
    ticket.step.missed_at = stamped.at
    state.missed.append(ticket.id)
    window = state.windows[event.window]
    window.ticket, window.since_at = None, stamped.at
    state.tally_of(ticket.step.service).missed += 1
