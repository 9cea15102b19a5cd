"""decide(state, command, context) -> events and a reply, or a Refusal. It changes nothing and knows no time but the context's."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import msgspec

from queue_server.engine import (
    advising,
    alarming,
    appointing,
    casing,
    config,
    day,
    destination,
    device,
    evacuation,
    handover,
    hold,
    holder,
    homecoming,
    issuing,
    leasing,
    need,
    noticing,
    pairing,
    policy,
    rank,
    rating,
    record,
    restore,
    slip,
    stopping,
    turn,
    undo,
)
from queue_server.engine import event as e
from queue_server.engine.actor import Actor
from queue_server.engine.decision import YEAR, Context, Decision, Reply, within_a_year
from queue_server.engine.life import MOVES, NEEDED, move
from queue_server.engine.state import State, Window
from queue_server.engine.tick import tick
from queue_server.engine.ticket import Ticket
from queue_server.wire import command as c
from queue_server.wire.day import local_day
from queue_server.wire.error import Refusal
from queue_server.wire.ids import ServiceId, TicketId, WindowId
from queue_server.wire.ticket import PaperState, Text


def decide(state: State, command: c.Command, context: Context) -> Decision:
    """What a command makes happen now. Raises Refusal if the actor may not, or the rules do not let it; then nothing happens."""
    entry = c.BY_TYPE[type(command)]
    if context.actor.role not in entry.roles:
        raise Refusal("auth.missing" if context.actor.role == "public" else "auth.forbidden")
    if context.actor.device is not None:
        # What is on disk said who asks; what is decided already may have taken its rights away.
        asker = device.actor(state.devices, context.actor.device)
        if asker is None:
            raise Refusal("auth.invalid")
        context = msgspec.structs.replace(context, actor=asker)
    if state.away.resting:
        evacuation.guard(state, command)
    return _DECIDE[type(command)](state, command, context)


# Tickets


def _take(state: State, command: c.Take, context: Context) -> Decision:
    if command.issued_offline is not None:
        return handover.take(state, command, context)
    hall = state.hall
    for service in (command.service, *(command.then or ())):
        if service not in hall.service:
            raise Refusal("service.unknown", service=service)
    wanted = issuing.visit(state, command.service)
    if command.then is not None:
        wanted = (command.service, *command.then)
    if len(wanted) > hall.rules.max_steps:
        raise Refusal("steps.too_many", limit=hall.rules.max_steps)
    by_hand = slip.taken(state, command, context)
    visit = issuing.portioned(state, wanted, command.items)
    wanted = visit.services
    issuing.check(state, wanted, context.now, by_hand=by_hand is not None)
    first = hall.service[command.service]
    card = holder.shown(command, context)
    asked = rank.asked(hall, command, context, card)
    id_ = TicketId(command.id or context.draw())
    token = holder.digest(command.token or holder.token_of(id_, context.secret))
    if id_ in state.tickets or token in state.holders:
        raise Refusal("ticket.exists")
    holder.check(state, wanted, context, card)
    person = holder.kept(state, command, wanted, context, ticket=id_, shown=card, person=asked.person)
    paper = command.paper if command.paper is not None else context.actor.role == "kiosk"
    prefix = by_hand.prefix if by_hand is not None else first.prefix
    told = None if by_hand is not None else context.wait(command.service, asked.counts_as)
    taken = e.Taken(
        ticket=id_,
        day=local_day(context.now),
        prefix=prefix,
        n=by_hand.n if by_hand is not None else state.next_number(prefix),
        slip=by_hand is not None,
        since=by_hand.since if by_hand is not None else None,
        stand=by_hand.stand if by_hand is not None else None,
        services=visit.steps,
        items=command.items,
        portions=visit.portions,
        class_=asked.class_,
        class_state=asked.state,
        class_reason=asked.reason,
        entry=asked.entry,
        holder=person.ref if person is not None else None,
        needs=command.needs,
        language=command.language,
        paper="pending" if paper and by_hand is None else "none",
        token=token,
        wait=need.wait(state, command.service, command.needs, told),
    )
    return Decision((taken,), lambda after: record.ticket(after, id_), person)


def _ticket(state: State, id_: TicketId) -> Ticket:
    ticket = state.tickets.get(id_)
    if ticket is None:
        raise Refusal("ticket.unknown")
    return ticket


def _cancel(state: State, command: c.Cancel, context: Context) -> Decision:
    holder.own(command.ticket, context.actor)
    ticket = _ticket(state, command.ticket)
    if ticket.state in ("called", "serving"):
        raise Refusal("ticket.busy", window=ticket.step.window)
    move(ticket.state, "cancel")
    return Decision(
        (e.Cancelled(ticket=ticket.id, reason=command.reason),), _shows_ticket(ticket.id, context.actor)
    )


def _reenter(state: State, command: c.Reenter, context: Context) -> Decision:
    holder.own(command.ticket, context.actor)
    ticket = _ticket(state, command.ticket)
    if ticket.state == "no_show":
        reentered = turn.reenter(state, ticket, context.now)
        holder.check_open(state, ticket)
        return Decision((reentered,), _shows_ticket(ticket.id, context.actor))
    return day.reenter(state, ticket, context)


def _defer(state: State, command: c.Defer, context: Context) -> Decision:
    holder.own(command.ticket, context.actor)
    ticket = _ticket(state, command.ticket)
    return Decision(turn.defer(state, ticket, command.behind), _shows_ticket(ticket.id, context.actor))


def _add_step(state: State, command: c.AddStep, context: Context) -> Decision:
    ticket = _ticket(state, command.ticket)
    return Decision(
        (destination.add(state, ticket, command.service),), _shows_ticket(ticket.id, context.actor)
    )


def _bind(state: State, command: c.Bind, context: Context) -> Decision:
    holder.own(command.ticket, context.actor)
    ticket = _ticket(state, command.ticket)
    return Decision(need.bind(state, ticket, command), _shows_ticket(ticket.id, context.actor))


def _classify(state: State, command: c.Classify, context: Context) -> Decision:
    ticket = _ticket(state, command.ticket)
    events, person = rank.classify(state, ticket, command, context)
    return Decision(events, _shows_ticket(ticket.id, context.actor), person)


def _identify(state: State, command: c.Identify, context: Context) -> Decision:
    ticket = _ticket(state, command.ticket)
    read = holder.identify(state, ticket, command, context)
    return Decision((read,), lambda after: holder.record(after, ticket.id))


def _printed(state: State, command: c.Printed, context: Context) -> Decision:
    ticket = _ticket(state, command.ticket)
    if ticket.paper == "none":
        raise Refusal("ticket.no_paper")
    paper: PaperState = "printed" if command.ok else "failed"
    if ticket.paper == paper:
        return Decision((), _shows_ticket(ticket.id, context.actor))
    return Decision(
        (e.PaperReported(ticket=ticket.id, paper=paper, fault=command.fault),),
        _shows_ticket(ticket.id, context.actor),
    )


# Windows


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


def _shows_window(id_: WindowId) -> Reply:
    return lambda after: record.window(after, id_)


def _shows_ticket(id_: TicketId, actor: Actor) -> Reply:
    return lambda after: record.told(after, id_, actor)


def _open(state: State, command: c.Open, context: Context) -> Decision:
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


def _pause(state: State, command: c.Pause, context: Context) -> Decision:
    window = _window(state, command.window, context, command.reason)
    within_a_year(command.until, context.now - YEAR, context.now)
    if window.state == "paused":
        raise Refusal("window.paused")
    return Decision(
        (e.Paused(window=window.id, reason=command.reason, until=command.until),),
        _shows_window(command.window),
    )


def _resume(state: State, command: c.Resume, context: Context) -> Decision:
    window = _window(state, command.window, context, command.reason)
    if window.state != "paused":
        raise Refusal("window.not_paused")
    return Decision((e.Resumed(window=window.id, reason=command.reason),), _shows_window(command.window))


def _close(state: State, command: c.Close, context: Context) -> Decision:
    window = _window(state, command.window, context, command.reason)
    if window.ticket is not None:
        raise Refusal("window.busy", number=state.tickets[window.ticket].number)
    return Decision((e.Closed(window=window.id, reason=command.reason),), _shows_window(command.window))


def _calling(state: State, id_: WindowId, context: Context) -> Window:
    window = _window(state, id_, context)
    if window.state == "paused":
        raise Refusal("window.paused")
    return window


def _call_next(state: State, command: c.CallNext, context: Context) -> Decision:
    window = _calling(state, command.window, context)
    choice = context.policy.choose(state, window.id, context.now)
    ended = _ending(state, window)
    kept = (*need.keeping(state, window, choice.kept), *need.stranded(state, window, context))
    if choice.ticket is None:
        return Decision((*kept, *ended), lambda _: None)
    called = _called(state, window, choice.ticket, choice.reason, context)
    return Decision((*kept, *ended, *called), _shows_ticket(choice.ticket, context.actor))


def _call(state: State, command: c.Call, context: Context) -> Decision:
    window = _calling(state, command.window, context)
    ticket = _ticket(state, command.ticket)
    move(ticket.state, "call")
    if ticket.step.service not in state.served_at(window.id):
        raise Refusal("window.cannot_serve")
    return Decision(
        (*_ending(state, window), *_called(state, window, ticket.id, command.reason, context)),
        _shows_ticket(ticket.id, context.actor),
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


def _recall(state: State, command: c.Recall, context: Context) -> Decision:
    window = _window(state, command.window, context)
    ticket = _current(state, window)
    move(ticket.state, "recall")
    return Decision(
        (e.Recalled(ticket=ticket.id, window=window.id),), _shows_ticket(ticket.id, context.actor)
    )


def _start(state: State, command: c.Start, context: Context) -> Decision:
    window = _window(state, command.window, context)
    ticket = _current(state, window)
    move(ticket.state, "start")
    return Decision((e.Started(ticket=ticket.id, window=window.id),), _shows_ticket(ticket.id, context.actor))


def _finish(state: State, command: c.Finish, context: Context) -> Decision:
    window = _window(state, command.window, context, command.reason)
    ticket = _current(state, window)
    _known_outcome(state, ticket.step.service, command.outcome)
    ended = _ending(state, window, command.outcome, command.items, command.reason)
    return Decision(ended, _shows_ticket(ticket.id, context.actor))


def _known_outcome(state: State, service: ServiceId, outcome: str | None) -> None:
    """Refuse an outcome that a service with outcomes has not; a service without any takes any word."""
    known = state.hall.outcomes_of.get(service, ())
    if outcome is not None and known and outcome not in [each.id for each in known]:
        words = Text(
            "、".join(f"{each.id} {each.name.zh}" for each in known),
            ", ".join(f"{each.id} ({each.name.en})" for each in known),
        )
        raise Refusal("outcome.unknown", outcome=outcome, known=words)


def _no_show(state: State, command: c.NoShow, context: Context) -> Decision:
    window = _window(state, command.window, context, command.reason)
    ticket = _current(state, window)
    move(ticket.state, "no_show")
    rules, step = state.hall.rules, ticket.step
    assert step.called_at is not None
    if step.calls < rules.calls or context.now - step.called_at < timedelta(seconds=rules.wait_s):
        raise Refusal("ticket.too_soon", calls=rules.calls, wait_s=rules.wait_s)
    missed = e.Missed(ticket=ticket.id, step=ticket.at, window=window.id, reason=command.reason)
    return Decision((missed,), _shows_ticket(ticket.id, context.actor))


def _hold(state: State, command: c.Hold, context: Context) -> Decision:
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
    return Decision((held,), _shows_ticket(ticket.id, context.actor))


def _resume_held(state: State, command: c.ResumeHeld, context: Context) -> Decision:
    window = _calling(state, command.window, context)
    ticket = _ticket(state, command.ticket)
    hold.resume(state, ticket, window)
    return Decision(
        (*_ending(state, window), *_called(state, window, ticket.id, hold.RESUMED, context)),
        _shows_ticket(ticket.id, context.actor),
    )


def _transfer(state: State, command: c.Transfer, context: Context) -> Decision:
    window = _window(state, command.at, context)
    ticket = _current(state, window)
    return Decision(
        (destination.transfer(state, ticket, window, command),), _shows_ticket(ticket.id, context.actor)
    )


def _undo(state: State, command: c.Undo, context: Context) -> Decision:
    window = _window(state, command.window, context)
    return Decision(undo.undo(state, window, context.now), _shows_window(window.id))


def _walk_in(state: State, command: c.WalkIn, context: Context) -> Decision:
    """All who wait for the window's services are passed over, with the reason; whoever goes on to another step comes after."""
    window = _calling(state, command.window, context)
    services = state.served_at(window.id)
    if command.service not in state.hall.service:
        raise Refusal("service.unknown", service=command.service)
    if command.service not in services:
        raise Refusal("window.cannot_serve")
    issued = _take(state, c.Take(service=command.service, then=(), paper=False), context)
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
    return Decision((taken, *_ending(state, window), called), _shows_ticket(taken.ticket, context.actor))


# Devices


def _paired(
    rule: Callable[[State, Any, Context], pairing.Outcome],
) -> Callable[[State, Any, Context], Decision]:
    return lambda state, command, context: Decision(*rule(state, command, context))


# Configuration


def _move(state: State, command: c.Move, context: Context) -> Decision:
    ticket = _ticket(state, command.ticket)
    return Decision(destination.move(state, ticket, command), _shows_ticket(ticket.id, context.actor))


def _publish(state: State, command: c.Publish | c.Rollback, context: Context) -> Decision:
    events, version = config.publish(state, command, context.now, context.actor.id)
    return Decision(events, lambda _: version.record, version if events else None)


# Accounts


def _noted(_state: State, command: c.NoteAccount, _context: Context) -> Decision:
    """Accounts are kept apart from the hall; the log has what was done to them."""
    changed = e.AccountChanged(
        account=command.account,
        what=command.what,
        by=command.by,
        done_at=command.done_at,
        role=command.role,
    )
    return Decision((changed,), lambda _: None)


_DECIDE: dict[type[c.Command], Callable[[State, Any, Context], Decision]] = {
    c.Take: _take,
    c.Cancel: _cancel,
    c.Reenter: _reenter,
    c.Defer: _defer,
    c.AddStep: _add_step,
    c.Printed: _printed,
    c.Classify: _classify,
    c.Bind: _bind,
    c.Identify: _identify,
    c.Open: _open,
    c.Pause: _pause,
    c.Resume: _resume,
    c.Close: _close,
    c.CallNext: _call_next,
    c.Call: _call,
    c.Recall: _recall,
    c.Start: _start,
    c.Finish: _finish,
    c.NoShow: _no_show,
    c.Hold: _hold,
    c.ResumeHeld: _resume_held,
    c.Transfer: _transfer,
    c.Undo: _undo,
    c.WalkIn: _walk_in,
    c.StopIssuing: stopping.stop,
    c.ResumeIssuing: stopping.resume,
    c.GiveAdvice: advising.give,
    c.ProveAdvice: advising.prove,
    c.PublishNotice: noticing.publish,
    c.WithdrawNotice: noticing.withdraw,
    c.RaiseAlarm: alarming.call,
    c.AcknowledgeAlarm: alarming.acknowledge,
    c.EndAlarm: alarming.end,
    c.Book: appointing.book,
    c.CancelAppointment: appointing.cancel,
    c.CheckIn: appointing.check_in,
    c.OpenCase: casing.open_,
    c.ContactCase: casing.contact,
    c.RectifyCase: casing.rectify,
    c.AnswerCase: casing.answer,
    c.CloseCase: casing.close,
    c.AppealCase: casing.appeal,
    c.EndDay: day.end,
    c.OpenDay: day.reopen,
    c.MakeSlips: slip.make,
    c.TakeLease: leasing.take,
    c.Evacuate: evacuation.evacuate,
    c.Adopt: evacuation.adopt,
    c.BringHome: homecoming.bring_home,
    c.HandBack: homecoming.hand_back,
    c.Reopen: evacuation.reopen,
    c.Show: evacuation.show,
    c.Decide: evacuation.decide,
    c.Rate: rating.rate,
    c.Move: _move,
    c.Publish: _publish,
    c.Rollback: _publish,
    c.ReadNames: config.read_names,
    c.PairDevice: _paired(pairing.pair),
    c.PlaceDevice: _paired(pairing.place),
    c.RevokeDevice: _paired(pairing.revoke),
    c.ReportDevice: _paired(pairing.report),
    c.NoteAccount: _noted,
    c.Restore: restore.restore,
    c.Tick: tick,
}

assert set(_DECIDE) == set(c.BY_TYPE), "every command of the registry is decided here"
assert {verb for _, verb in MOVES} == set(NEEDED), "every verb has a refusal"
