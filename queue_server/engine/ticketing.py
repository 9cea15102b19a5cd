"""What becomes of a ticket outside windows: taken, given up, left over, put back, classified, moved."""

from queue_server.engine import (
    day,
    destination,
    handover,
    holder,
    issuing,
    life,
    need,
    number,
    rank,
    record,
    slip,
    turn,
)
from queue_server.engine import event as e
from queue_server.engine.actor import Actor
from queue_server.engine.decision import Context, Decision, Reply
from queue_server.engine.state import State
from queue_server.engine.ticket import Step, Ticket
from queue_server.wire import command as c
from queue_server.wire.day import local_day
from queue_server.wire.error import Refusal
from queue_server.wire.ids import TicketId


def take(state: State, command: c.Take, context: Context) -> Decision:
    """A number for one service or several, counted from the counter that its first service has."""
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


def cancel(state: State, command: c.Cancel, context: Context) -> Decision:
    """A ticket ends because who holds it, or a steward, gave it up; not while a window has it."""
    holder.own(command.ticket, context.actor)
    ticket = known(state, command.ticket)
    if ticket.state in ("called", "serving"):
        raise Refusal("ticket.busy", window=ticket.step.window)
    life.move(ticket.state, "cancel")
    return Decision((e.Cancelled(ticket=ticket.id, reason=command.reason),), shows(ticket.id, context.actor))


def reenter(state: State, command: c.Reenter, context: Context) -> Decision:
    """Somebody missed, or left over from before, comes back into line, as the hall's rules let them."""
    holder.own(command.ticket, context.actor)
    ticket = known(state, command.ticket)
    if ticket.state == "no_show":
        reentered = turn.reenter(state, ticket, context.now)
        holder.check_open(state, ticket)
        return Decision((reentered,), shows(ticket.id, context.actor))
    return day.reenter(state, ticket, context)


def defer(state: State, command: c.Defer, context: Context) -> Decision:
    """Somebody lets others go first."""
    holder.own(command.ticket, context.actor)
    ticket = known(state, command.ticket)
    return Decision(turn.defer(state, ticket, command.behind), shows(ticket.id, context.actor))


def add_step(state: State, command: c.AddStep, context: Context) -> Decision:
    """One more service on a ticket that is not over."""
    ticket = known(state, command.ticket)
    return Decision((destination.add(state, ticket, command.service),), shows(ticket.id, context.actor))


def bind(state: State, command: c.Bind, context: Context) -> Decision:
    """A ticket waits for a person or a window that it needs."""
    holder.own(command.ticket, context.actor)
    ticket = known(state, command.ticket)
    return Decision(need.bind(state, ticket, command), shows(ticket.id, context.actor))


def classify(state: State, command: c.Classify, context: Context) -> Decision:
    """A ticket is counted as another class, or a class asked for is confirmed or refused."""
    ticket = known(state, command.ticket)
    events, person = rank.classify(state, ticket, command, context)
    return Decision(events, shows(ticket.id, context.actor), person)


def identify(state: State, command: c.Identify, context: Context) -> Decision:
    """Who holds a ticket, read from a card; what is shown is masked."""
    ticket = known(state, command.ticket)
    read = holder.identify(state, ticket, command, context)
    return Decision((read,), lambda after: holder.record(after, ticket.id))


def move(state: State, command: c.Move, context: Context) -> Decision:
    """A manager has a waiting ticket go to another window, service or step."""
    ticket = known(state, command.ticket)
    return Decision(destination.move(state, ticket, command), shows(ticket.id, context.actor))


def known(state: State, id_: TicketId) -> Ticket:
    """The ticket of an id. Refuses one that is not."""
    ticket = state.tickets.get(id_)
    if ticket is None:
        raise Refusal("ticket.unknown")
    return ticket


def shows(id_: TicketId, actor: Actor) -> Reply:
    """The answer that shows a ticket as far as somebody may see it."""
    return lambda after: record.told(after, id_, actor)


# What happens then


def taken(state: State, stamped: e.Stamped, event: e.Taken) -> None:
    """A ticket that is issued stands in line for its first step."""
    steps = [Step(service=service) for service in event.services]
    for index, items in enumerate(event.portions):
        steps[index].items = items
        if index and steps[index - 1].service == steps[index].service:
            steps[index].round = steps[index - 1].round + 1
    ticket = Ticket(
        id=event.ticket,
        day=event.day,
        prefix=event.prefix,
        n=event.n,
        number=number.text(event.prefix, event.n),
        steps=steps,
        items=event.items,
        class_=event.class_,
        class_state=event.class_state,
        needs=event.needs,
        language=event.language,
        paper=event.paper,
        token=event.token,
        wait=event.wait,
        issued_at=event.since or stamped.at,
        issued_by=stamped.actor,
    )
    steps[0].state, steps[0].since_at, steps[0].order = "waiting", event.since or stamped.at, stamped.seq
    steps[0].slot = event.slot
    if event.handed_over:
        steps[0].against = event.against
    if event.slip:
        slip.used(state, event.prefix, event.n)
    if event.stand is not None:
        steps[0].stand, steps[0].moved = event.stand, day.AGAIN
    if event.of is not None:
        steps[0].remarks = state.tickets[event.of].remarks
        state.tickets[event.of].step.offered = False
    state.tickets[ticket.id] = ticket
    state.holders[ticket.token] = ticket.id
    state.object_to(ticket)
    state.lines[steps[0].service].add(ticket)
    state.burn(event.prefix, event.n)
    if event.paper == "pending":
        state.pending[ticket.id] = stamped.at
    for step in steps:
        if step.round == 1:
            state.tally_of(step.service).issued += 1
            state.issued[step.service] += 1


def cancelled(state: State, stamped: e.Stamped, event: e.Cancelled) -> None:
    """A ticket was given up."""
    ticket = state.tickets[event.ticket]
    _end(state, ticket, "cancel", stamped)
    ticket.reason = event.reason


def expired(state: State, stamped: e.Stamped, event: e.Expired) -> None:
    """A ticket was left over at the end of its day."""
    ticket = state.tickets[event.ticket]
    _end(state, ticket, "expire", stamped)
    ticket.step.offered, ticket.reason = event.offered, event.reason


def _end(state: State, ticket: Ticket, verb: life.Verb, stamped: e.Stamped) -> None:
    """End a ticket that nobody serves, and the steps it had left."""
    state.leave(ticket)
    life.go(ticket, verb)
    ticket.step.hold = None
    ticket.step.ended_at = ticket.ended_at = stamped.at
    ticket.step.ended = stamped.seq
    for step in ticket.steps[ticket.at + 1 :]:
        step.state = ticket.step.state
