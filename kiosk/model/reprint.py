"""补打: another paper of a ticket, wherever it was taken, also for somebody whom staff send here for it.

What the server has this kiosk print it prints at once, whoever stands before the glass: the number is on the paper, and on the home
screen. What became of it the server is told once.
"""

from dataclasses import replace

import msgspec

from kiosk.model.event import PrintAsked, PrinterReported
from kiosk.model.intent import Intent, Keep, Print, Report
from kiosk.model.journal import PAPER
from kiosk.model.slip import slip
from kiosk.model.state import Outcome, Reprinted, State
from queue_server.wire.ticket import Ticket, track_url

KEPT = 50
"""So many askings are known again: the server shows one until it knows what came of it."""


def asked(state: State, event: PrintAsked) -> Outcome:
    """Print what is asked for, once."""
    if event.ref in state.reprints:
        return state, []
    known = dict([*state.reprints.items(), (event.ref, event.ticket)][-KEPT:])
    paper = slip(state, own(state, event.ticket), again=event.again)
    return replace(state, reprints=known), [Print(event.ref, paper)]


def reported(state: State, event: PrinterReported) -> Outcome | None:
    """What became of such a paper; None where it is of another one. What nobody knows is not told."""
    ticket = state.reprints.get(event.ticket)
    if ticket is None:
        return None
    ok = PAPER.get(event.outcome)
    if ok is None:
        return state, []
    report = Report(f"{event.ticket}.printed", ticket.id, ok, event.fault)
    if not ok:
        return state, [report]
    state, kept = came(state, ticket.id)
    until = state.now + state.patience.noted_s
    return replace(state, reprinted=Reprinted(ticket.number, until)), [report, *kept]


def came(state: State, id_: str) -> tuple[State, list[Intent]]:
    """A ticket has a paper now; one that was issued here without any is known to have it."""
    entry = state.journal.entries.get(id_)
    if entry is None or entry.paper == "printed":
        return state, []
    entry = replace(entry, paper="printed", fault=None, again=True)
    return replace(state, journal=state.journal.put(entry)), [Keep(entry)]


def own(state: State, ticket: Ticket) -> Ticket:
    """The ticket with the address of its page, where this kiosk issued it and so knows it."""
    entry, public_url = state.journal.entries.get(ticket.id), state.hall.public_url if state.hall else None
    if entry is None or public_url is None:
        return ticket
    return msgspec.structs.replace(ticket, track_url=track_url(public_url, entry.take.token))
