"""The life of a ticket as a table: a missing key is a refusal that changes nothing.

waiting -> called -> serving -> served
called -> called (recall)              called -> no_show -> waiting (re-entry)
serving -> held -> called | waiting    serving|called -> waiting (transfer, or the next step of the visit)
waiting -> cancelled | expired         waiting -> waiting (deferred, classified)
"""

from typing import Literal

from queue_server.engine.ticket import Ticket
from queue_server.wire.error import Refusal
from queue_server.wire.ticket import TicketState

Verb = Literal[
    "call",
    "recall",
    "start",
    "finish",
    "no_show",
    "reenter",
    "hold",
    "resume",
    "wake",
    "transfer",
    "defer",
    "cancel",
    "expire",
    "classify",
    "evacuate",
]

MOVES: dict[tuple[TicketState, Verb], TicketState] = {
    ("waiting", "call"): "called",
    ("waiting", "defer"): "waiting",
    ("waiting", "cancel"): "cancelled",
    ("waiting", "expire"): "expired",
    ("waiting", "classify"): "waiting",
    ("called", "recall"): "called",
    ("called", "start"): "serving",
    ("called", "finish"): "served",
    ("called", "no_show"): "no_show",
    ("called", "transfer"): "waiting",
    ("serving", "finish"): "served",
    ("serving", "hold"): "held",
    ("serving", "transfer"): "waiting",
    ("held", "resume"): "called",
    ("held", "wake"): "waiting",
    ("held", "cancel"): "cancelled",
    ("no_show", "reenter"): "waiting",
    ("waiting", "evacuate"): "moved",
    ("called", "evacuate"): "moved",
    ("serving", "evacuate"): "moved",
    ("held", "evacuate"): "moved",
    ("no_show", "evacuate"): "moved",
    ("no_show", "cancel"): "cancelled",
    ("no_show", "expire"): "expired",
}
"""(state, verb) -> state. `finish` of a step that is not the last leads to waiting instead: see `event.Finished`."""

NEEDED: dict[Verb, str] = {
    "call": "ticket.not_waiting",
    "defer": "ticket.not_waiting",
    "cancel": "ticket.closed",
    "expire": "ticket.not_waiting",
    "classify": "ticket.not_waiting",
    "recall": "ticket.not_called",
    "start": "ticket.not_called",
    "finish": "ticket.not_serving",
    "no_show": "ticket.not_called",
    "reenter": "ticket.not_missed",
    "hold": "ticket.not_serving",
    "evacuate": "ticket.closed",
    "resume": "ticket.not_held",
    "wake": "ticket.not_held",
    "transfer": "ticket.not_serving",
}
"""What a refusal of each verb says."""


def move(state: TicketState, verb: Verb) -> TicketState:
    """The state after a verb, or a Refusal with the verb's code."""
    after = MOVES.get((state, verb))
    if after is None:
        raise Refusal(NEEDED[verb], state=state)
    return after


def go(ticket: Ticket, verb: Verb) -> None:
    """A ticket and the step that it is at, after a verb."""
    ticket.state = ticket.step.state = move(ticket.state, verb)
