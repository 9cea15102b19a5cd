"""A ticket's paper: what became of it, and which kiosk is to print it once more.

Such a kiosk finds the asking in its own record and says what became of the paper, as of one that it issued. Neither it nor who asks
waits for the other; of a kiosk that says nothing in time nobody knows.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import islice, takewhile

from queue_server.engine import event as e
from queue_server.engine import record, undo
from queue_server.engine.decision import Context, Decision
from queue_server.engine.state import State
from queue_server.engine.ticket import Reprint, Ticket
from queue_server.engine.ticketing import known, shows
from queue_server.wire import command as c
from queue_server.wire.device import PrintRecord
from queue_server.wire.error import Refusal
from queue_server.wire.ids import DeviceId, TicketId
from queue_server.wire.ticket import OPEN_STATES, PaperState


def printed(state: State, command: c.Printed, context: Context) -> Decision:
    """What became of a ticket's paper. Of an earlier one nothing is written while another is to be printed."""
    ticket = known(state, command.ticket)
    if ticket.paper == "none":
        raise Refusal("ticket.no_paper")
    paper: PaperState = "printed" if command.ok else "failed"
    asked = ticket.reprint
    earlier = asked is not None and asked.printer != context.actor.device
    if earlier or ticket.paper == paper:
        return Decision((), shows(ticket.id, context.actor))
    return Decision(
        (_reported(ticket, paper, command.fault),),
        shows(ticket.id, context.actor),
    )


def reprint(state: State, command: c.Reprint, context: Context) -> Decision:
    """A kiosk is to print a ticket that is good for something. Refuses what is no kiosk with a place; once is enough."""
    ticket = known(state, command.ticket)
    if ticket.state not in OPEN_STATES:
        raise Refusal("ticket.closed")
    printer = state.devices.get(command.printer)
    if printer is None or (printer.kind, printer.state) != ("kiosk", "placed"):
        raise Refusal("ticket.no_printer")
    before = ticket.reprint.printer if ticket.reprint is not None else None
    if before == printer.id:
        return Decision((), shows(ticket.id, context.actor))
    asked = e.ReprintAsked(ticket=ticket.id, printer=printer.id, instead_of=before)
    return Decision((asked,), shows(ticket.id, context.actor))


def due(state: State) -> datetime | None:
    """When the first kiosk has been silent too long; None while nothing is waited for."""
    # Papers stand there in the order in which they were asked for, so the first is the one longest waited for.
    for since in islice(state.pending.values(), 1):
        return since + timedelta(seconds=state.hall.rules.paper_s)
    return None


def silent(state: State, at: datetime) -> Iterator[e.PaperReported]:
    """Papers of which their kiosks have said nothing for too long."""
    since = at - timedelta(seconds=state.hall.rules.paper_s)
    for id_, _ in takewhile(lambda item: item[1] <= since, state.pending.items()):
        yield _reported(state.tickets[id_], "unknown", "silent")


def _reported(ticket: Ticket, paper: PaperState, fault: str | None) -> e.PaperReported:
    printer = ticket.reprint.printer if ticket.reprint is not None else None
    return e.PaperReported(ticket=ticket.id, paper=paper, fault=fault, printer=printer)


def awaited(state: State, printer: DeviceId) -> dict[TicketId, Reprint]:
    """What a kiosk was asked to print and has not told of, the longest asked for first."""
    asked = ((id_, state.tickets[id_].reprint) for id_ in state.pending)
    return {id_: one for id_, one in asked if one is not None and one.printer == printer}


def prints(state: State, printer: DeviceId) -> dict[TicketId, Reprint]:
    """What of that it is to print now. Who gave their ticket up meanwhile needs no paper."""
    asked = awaited(state, printer).items()
    return {id_: one for id_, one in asked if state.tickets[id_].state in OPEN_STATES}


def shown(state: State, id_: TicketId, asked: Reprint) -> PrintRecord:
    """The same as the kiosk is shown it."""
    return PrintRecord(f"{id_}.{asked.seq}", record.ticket(state, id_), asked.again)


# What happens then


def asked(state: State, stamped: e.Stamped, event: e.ReprintAsked) -> None:
    """Its paper is waited for again."""
    again = state.tickets[event.ticket].paper != "none"
    _know(state, event.ticket, "pending", Reprint(event.printer, stamped.at, stamped.seq, again))
    state.pending.pop(event.ticket, None)
    state.pending[event.ticket] = stamped.at


def reported(state: State, stamped: e.Stamped, event: e.PaperReported) -> None:
    """What became of a ticket's paper is known."""
    _know(state, event.ticket, event.paper, None)
    state.pending.pop(event.ticket, None)


def _know(state: State, id_: TicketId, paper: PaperState, reprint: Reprint | None) -> None:
    """It is so also if the window takes its last step back: that was a step, this is what a printer did."""
    for row in (state.tickets[id_], *undo.rows(state, id_)):
        row.papered(paper, reprint)
