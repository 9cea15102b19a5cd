"""Ratings: of one finished step, once, through a channel that is the asker's own. A bad one opens a case."""

from datetime import datetime, timedelta

from queue_server.engine import casing, holder
from queue_server.engine import event as e
from queue_server.engine.actor import Actor
from queue_server.engine.beside import Note
from queue_server.engine.decision import Context, Decision
from queue_server.engine.state import LAST_RATINGS, State
from queue_server.engine.ticket import Step
from queue_server.wire import command as c
from queue_server.wire.error import Refusal
from queue_server.wire.ids import TicketId, WindowId

TABLET = timedelta(minutes=10)
"""So long after its end a step may be rated on the tablet that asked for it, also when the window has started its next ticket:
whoever touched a face there may still say why, and the network may keep it back. A keypad's key does not name the step, a tablet's
touch does.
"""


def rate(state: State, command: c.Rate, context: Context) -> Decision:
    """Rate a step. Refuses what is not finished, was rated, or whose time is over at the counter."""
    if command.channel not in c.CHANNELS[context.actor.role]:
        raise Refusal("rating.wrong_channel", channel=command.channel)
    id_, _, index_text = command.step.partition("/")
    ticket_id, index = TicketId(id_), int(index_text)
    holder.own(ticket_id, context.actor)
    ticket = state.tickets.get(ticket_id)
    if ticket is None or index >= len(ticket.steps):
        raise Refusal("rating.unknown_step")
    step = ticket.steps[index]
    if step.state != "served" or step.window is None:
        raise Refusal("rating.not_finished")
    _given_at(state, command.window, step.window, context.actor)
    if step.rating is not None:
        raise Refusal("rating.twice")
    if context.actor.role == "agent" and not _in_time(state, command, step, context.now):
        raise Refusal("rating.closed")
    note = Note(context.draw(), command.text) if command.text else None
    rated = e.Rated(
        ticket=ticket_id,
        step=index,
        level=command.level,
        channel=command.channel,
        reasons=command.reasons,
        note=note.ref if note else None,
    )
    opened = casing.rated(state, rated, context)
    return Decision((rated, *opened), lambda after: after.rating(after.tickets[ticket_id], index), note)


def _in_time(state: State, command: c.Rate, step: Step, now: datetime) -> bool:
    """Whether the window still asks for this rating, or its tablet did a moment ago."""
    window = state.windows.get(step.window) if step.window is not None else None
    if window is not None and window.prompt == command.step:
        return True
    return command.channel == "tablet" and step.ended_at is not None and now - step.ended_at < TABLET


def _given_at(state: State, here: WindowId | None, served: WindowId, actor: Actor) -> None:
    """Refuse a rating that was given at another window than the step was `served` at, or at one that is not the agent's.

    `here` is where it was given. An agent of an earlier version does not say so; it need not while one of its windows asks.
    """
    if actor.windows is not None:
        if not {served, here or served} <= actor.windows:
            raise Refusal("auth.not_your_window")
        asking = [id_ for id_ in actor.windows if id_ in state.windows and state.windows[id_].prompt]
        if here is None and len(asking) > 1:
            raise Refusal("rating.which_window")
    if here is not None and here != served:
        raise Refusal("rating.other_window")


def rated(state: State, stamped: e.Stamped, event: e.Rated) -> None:
    """A step has its rating; whoever asked for it at the window asks no more."""
    ticket = state.tickets[event.ticket]
    step = ticket.steps[event.step]
    step.rating, step.channel, step.rated_at, step.rated = event.level, event.channel, stamped.at, stamped.seq
    state.tally_of(step.service).rated[event.level - 1] += 1
    state.ratings.insert(0, state.rating(ticket, event.step))
    del state.ratings[LAST_RATINGS:]
    casing.levelled(state, stamped, event)
    window = state.windows.get(step.window) if step.window is not None else None
    if window is not None and window.prompt == f"{ticket.id}/{event.step}":
        window.prompt = None
