"""Remarks on a ticket: written at a window for the staff who go on with it, and for whoever looks into a complaint."""

from collections.abc import Mapping

from msgspec.structs import replace

from queue_server.engine import attending, undo
from queue_server.engine import event as e
from queue_server.engine.beside import Note
from queue_server.engine.decision import Context, Decision
from queue_server.engine.state import State
from queue_server.engine.ticket import Remark, Ticket
from queue_server.engine.ticketing import shows
from queue_server.wire import command as c
from queue_server.wire.error import Refusal
from queue_server.wire.window import NoteRecord, NotesRecord

MOST = 20
"""Remarks on one ticket: more are no help to whoever reads them, and a row is written whole each time."""


def note(state: State, command: c.WriteNote, context: Context) -> Decision:
    """A remark on the window's ticket, called or served. Refuses a window without one, and a ticket that is full."""
    window = attending.own(state, command.window, context)
    if window.ticket is None:
        raise Refusal("window.idle")
    ticket = state.tickets[window.ticket]
    if len(ticket.remarks) >= MOST:
        raise Refusal("ticket.notes_full", most=MOST)
    assert window.clerk is not None
    words = Note(context.draw(), command.text)
    noted = e.Noted(ticket=ticket.id, window=window.id, clerk=window.clerk, note=words.ref)
    return Decision((noted,), shows(ticket.id, context.actor), words)


def noted(state: State, stamped: e.Stamped, event: e.Noted) -> None:
    """It is on the ticket, also if the window takes its last step back: that was a step, this is what somebody wrote. The ticket's
    cases know of it: while they are looked into its words are kept.
    """
    remark = Remark(at=stamped.at, window=event.window, clerk=event.clerk, note=event.note)
    for row in (state.tickets[event.ticket], *undo.rows(state, event.ticket)):
        row.steps[0].remarks = (*row.remarks, remark)
    for case in [state.cases[id_] for id_ in state.cases_of(state.tickets[event.ticket])]:
        state.enter(replace(case, remarks=(*case.remarks, (event.note, stamped.at))))


def counted(ticket: Ticket) -> NotesRecord | None:
    """That a ticket has remarks, if it has any; what they say is asked for."""
    return NotesRecord(ticket=ticket.id, count=len(ticket.remarks)) if ticket.remarks else None


def told(state: State, ticket: Ticket, words: Mapping[str, str] | None) -> list[NoteRecord]:
    """A ticket's remarks, the oldest first, with their `words` for somebody who may read them."""
    return [
        NoteRecord(
            at=one.at,
            window=one.window,
            clerk=one.clerk,
            clerk_name=state.names.get(one.clerk),
            text=None if words is None else words.get(one.note),
            forgotten=words is not None and one.note not in words,
        )
        for one in ticket.remarks
    ]
