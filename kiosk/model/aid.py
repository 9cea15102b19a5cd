"""Who does not know which to choose: a ticket for enquiries, or a steward who comes here.

A steward is called only where the server can be asked and knows where this kiosk stands; what comes of the call it tells with the
kiosk's own record, for as long as the call is open.
"""

from dataclasses import replace

from kiosk.model import mine
from kiosk.model.event import Changed, Refused, Touched, Unanswered
from kiosk.model.intent import Change
from kiosk.model.screen import Helping, Home, Trouble
from kiosk.model.state import Outcome, State


def offered(state: State) -> bool:
    """Whether a steward can be called here, or was."""
    return state.name is not None and mine.offered(state)


def touch(state: State, screen: Helping, touched: Touched) -> Outcome:
    """What a pressed button does; a ticket for enquiries is a service as any other, and not taken here."""
    if touched.control == "back":
        return replace(state, screen=Home()), []
    fresh = touched.fresh
    if (touched.control, touched.id) != ("act", "steward") or fresh is None or not calls(state, screen):
        return state, []
    return replace(state, screen=Helping(asked=fresh.key)), [
        Change(fresh.key, "alarms.raise", {"kind": "steward"})
    ]


def calls(state: State, screen: Helping) -> bool:
    """Whether a steward can be called now: nobody was, or it is not known."""
    return offered(state) and state.helped is None and not screen.asked


def answered(state: State, screen: Helping, event: Changed | Refused | Unanswered) -> Outcome:
    """What the server said of the call. An answer that nobody waits for any more is nobody's."""
    if screen.asked != event.key:
        return state, []
    match event:
        case Changed():
            return replace(state, screen=Helping()), []
        case Refused(code=code, detail=detail):
            return replace(state, screen=Helping(trouble=Trouble(code, detail))), []
        case Unanswered():
            return replace(state, screen=Helping(trouble=Trouble("kiosk.unanswered"))), []
