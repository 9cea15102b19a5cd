"""Staff at the kiosk: they look at a class that was asked for, say what they found, and show by name and PIN who they are.

The digits stand in the state until they are sent, and nowhere else: no Look, no event of the hall and no log has them.
"""

from dataclasses import replace

from kiosk.model.event import Confirmed, Refused, Touched, Unanswered
from kiosk.model.intent import Confirm, Decision
from kiosk.model.screen import Deciding, Issued, Naming, Proving, Trouble
from kiosk.model.state import Outcome, State
from queue_server.wire.face import say

REASONS: dict[str, Decision] = {
    "seen": "confirm",
    "known": "confirm",
    "no_proof": "refuse",
    "not_met": "refuse",
    "withdrawn": "refuse",
}
"""What staff may have found, and what follows from it."""
LETTERS = ("1234567890", "qwertyuiop", "asdfghjkl.", "zxcvbnm-_")
"""The keys on which a sign-in name is typed, row by row."""
DIGITS = ("123", "456", "789", "0")
PIN_DIGITS = 6
LONGEST_NAME = 24
"""So many letters of a sign-in name can be typed here."""
REMEMBERED = 3
"""So many names that were good today are offered again."""
WAIT = "auth.too_many"


def may_decide(issued: Issued) -> bool:
    """Whether there is a class on this ticket that staff may still confirm."""
    return issued.printed and issued.ticket.class_state in ("requested", "refused")


def touch(state: State, screen: Deciding | Naming | Proving, touched: Touched) -> Outcome:
    """What a pressed button does on a screen for staff."""
    match screen:
        case Deciding():
            return _decide(state, screen, touched)
        case Naming():
            return _name(state, screen, touched)
        case Proving():
            return _prove(state, screen, touched)


def _decide(state: State, screen: Deciding, touched: Touched) -> Outcome:
    """What they found."""
    match touched.control:
        case "reason" if touched.id in REASONS:
            return replace(state, screen=Naming(screen.issued, touched.id)), []
        case "back":
            return _ticket(state, screen.issued), []
        case _:
            return state, []


def _name(state: State, screen: Naming, touched: Touched) -> Outcome:
    """Who they are: a name that is typed, or one that was good here today."""
    typed = screen.name
    match touched.control:
        case "key" if touched.id in tuple("".join(LETTERS)):
            return replace(state, screen=replace(screen, name=(typed + touched.id)[:LONGEST_NAME])), []
        case "erase":
            return replace(state, screen=replace(screen, name=typed[:-1])), []
        case "enter" if typed:
            return replace(state, screen=Proving(screen.issued, screen.reason, typed)), []
        case "known" if touched.id in map(str, range(len(state.staff))):
            known = state.staff[int(touched.id)]
            return replace(state, screen=Proving(screen.issued, screen.reason, known)), []
        case "back":
            return replace(state, screen=Deciding(screen.issued)), []
        case _:
            return state, []


def _prove(state: State, screen: Proving, touched: Touched) -> Outcome:
    """That it is they: the sixth digit sends it."""
    if screen.asked:
        return state, []
    match touched.control:
        case "key" if touched.id in tuple("0123456789") and state.now >= screen.again_at:
            pin = screen.pin + touched.id
            if len(pin) < PIN_DIGITS:
                return replace(state, screen=replace(screen, pin=pin, trouble=None)), []
            sent = replace(screen, pin="", trouble=None, asked=True)
            return replace(state, screen=sent), [_confirm(sent, pin)]
        case "erase":
            return replace(state, screen=replace(screen, pin=screen.pin[:-1])), []
        case "back":
            return replace(state, screen=Naming(screen.issued, screen.reason)), []
        case _:
            return state, []


def answered(state: State, event: Confirmed | Refused | Unanswered) -> Outcome:
    """What the server said of it. Only a confirmation leads on; with anything else they may try again."""
    screen = state.screen
    if not isinstance(screen, Proving) or not screen.asked or _key(screen) != event.key:
        return state, []
    match event:
        case Confirmed(ticket=ticket):
            names = (screen.name, *(known for known in state.staff if known != screen.name))
            done = replace(state, staff=names[:REMEMBERED])
            return _ticket(done, replace(screen.issued, ticket=ticket)), []
        case Refused(code=code, detail=detail):
            wait_s = dict(detail).get("wait_s") if code == WAIT else None
            again_at = state.now + wait_s if isinstance(wait_s, int | float) else screen.again_at
            trouble = Trouble(code, detail)
            return replace(state, screen=replace(screen, asked=False, trouble=trouble, again_at=again_at)), []
        case Unanswered(sent=sent):
            trouble = Trouble("kiosk.unanswered" if sent else "kiosk.never_sent")
            return replace(state, screen=replace(screen, asked=False, trouble=trouble)), []


def _ticket(state: State, issued: Issued) -> State:
    """Back to the ticket, with as much time as it had at first."""
    return replace(state, screen=replace(issued, until=state.now + issued.stays_s(state.times)))


def _confirm(screen: Proving, pin: str) -> Confirm:
    return Confirm(
        key=_key(screen),
        ticket=screen.issued.ticket.id,
        name=screen.name,
        pin=pin,
        class_=screen.issued.ticket.class_,
        decision=REASONS[screen.reason],
        reason=say(
            "kiosk", f"reason_{screen.reason}", "zh"
        ),  # for the log, whichever language is on the glass
    )


def _key(screen: Proving) -> str:
    """The same for the same finding, so that asking again confirms once."""
    return f"{screen.issued.key}.{screen.reason}"
