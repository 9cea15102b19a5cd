"""Whose ticket it is, where a service asks: a card on the reader, or its number typed, seen under a mask before it is sent.

The number stands in the state until the ticket is there, or whoever stood here has gone, and nowhere else. A kiosk alone asks for
none: it cannot know a person again, nor keep what only the server may.
"""

from dataclasses import replace
from datetime import date

from kiosk.model import order, visit
from kiosk.model.alone import today
from kiosk.model.event import CardRead, CardUnread, Fresh, ReaderChanged, Touched
from kiosk.model.screen import Agreeing, Bring, Numbering, Showing
from kiosk.model.state import Outcome, State
from queue_server.wire.card import DIGITS, age, born
from queue_server.wire.field import Holder
from queue_server.wire.ids import ServiceId
from queue_server.wire.ticket import Ticket
from queue_server.wire.view import ClassRecord, RealName

KEYS = ("123", "456", "789", "X0")
"""The keys on which a number is typed, row by row."""
STRENGTH: tuple[RealName, ...] = ("no", "ask", "required")


def registers(state: State, *services: ServiceId | str) -> RealName:
    """Whether a ticket for some services, and for those that follow on it, is to say whose it is: as the strictest of them says."""
    through = (state.service(step) for step in visit.steps(state, services))
    return max((one.real_name for one in through if one is not None), key=STRENGTH.index, default="no")


def offers(state: State, bring: Bring) -> RealName:
    """Whether a card is asked for before a ticket is taken: for the service, or because its age confirms the class."""
    if state.alone:
        return "no"
    asks = registers(state, *visit.chosen(bring))
    kind = state.kind(bring.class_)
    return "ask" if asks == "no" and kind is not None and kind.age is not None else asks


def ask(state: State, bring: Bring) -> State:
    """Ask for a card; for its number, where no reader is ready."""
    return replace(state, screen=Showing(bring) if state.reader else Numbering(bring))


def reads(state: State) -> bool:
    """Whether the reader is to look for cards now: never but while somebody is asked for one."""
    return state.reader and isinstance(state.screen, Showing)


def first(state: State, screen: Showing | Numbering | Agreeing) -> bool:
    """Whether nothing was shown or typed yet, so that back leads out."""
    return isinstance(screen, Showing) or (isinstance(screen, Numbering) and not state.reader)


def touch(state: State, screen: Showing | Numbering | Agreeing, touched: Touched) -> Outcome:
    """What a pressed button does on a screen about a card."""
    bring = screen.bring
    match touched.control:
        case "skip" if offers(state, bring) != "required":
            return order.take(state, bring, touched.fresh)
        case "back":
            return ask(state, bring), []
    match screen:
        case Showing():
            typing = replace(state, screen=Numbering(bring))
            return (typing if touched.control == "number" else state), []
        case Numbering():
            return _type(state, screen, touched), []
        case Agreeing():
            return _agree(state, screen, touched.control, touched.id, touched.fresh)


def _type(state: State, screen: Numbering, touched: Touched) -> State:
    """The last character of a number that is one leads on; one that is none can be corrected."""
    typed = screen.number
    match touched.control:
        case "key" if touched.id in tuple("0123456789") or (touched.id == "X" and len(typed) == DIGITS - 1):
            if len(typed) == DIGITS:
                return state
            typed += touched.id
            holder = Holder(typed) if _born(state, typed) else None
            return replace(
                state, screen=Agreeing(screen.bring, holder) if holder else replace(screen, number=typed)
            )
        case "erase":
            return replace(state, screen=replace(screen, number="" if touched.id == "all" else typed[:-1]))
        case _:
            return state


def _agree(state: State, screen: Agreeing, control: str, id_: str, fresh: Fresh | None) -> Outcome:
    """It is theirs: the ticket is taken, with the class that their age confirms if they want that."""
    bring = screen.bring
    match control:
        case "take":
            return order.take(state, bring, fresh, screen.holder)
        case "class" if (kind := entitled(state, screen)) is not None and kind.id == id_:
            chosen = None if bring.class_ == kind.id else kind.id
            return replace(state, screen=replace(screen, bring=replace(bring, class_=chosen))), []
        case _:
            return state, []


def entitled(state: State, screen: Agreeing) -> ClassRecord | None:
    """The class that this card confirms by its age: the one that was asked for, or the first that there is where none was."""
    asked = state.kind(screen.bring.class_)
    kinds = state.classes if asked is None else (asked,)
    return next((kind for kind in kinds if proves(state, screen, kind)), None)


def proves(state: State, screen: Agreeing, kind: ClassRecord) -> bool:
    """Whether the age on a card confirms a class."""
    day, since = today(state), _born(state, screen.holder.number or "")
    return kind.age is not None and day is not None and since is not None and age(since, day) >= kind.age


def heard(state: State, event: ReaderChanged | CardRead | CardUnread) -> State:
    """What the reader tells. A card that nobody is asked for any more is nobody's."""
    screen = state.screen
    match event:
        case ReaderChanged(ready, fault):
            state = replace(state, reader=ready, reader_fault=fault)
            return ask(state, screen.bring) if isinstance(screen, Showing) and not ready else state
        case CardRead(holder) if isinstance(screen, Showing):
            good = _born(state, holder.number or "") is not None
            state = replace(state, touched_at=state.now)
            return replace(
                state, screen=Agreeing(screen.bring, holder) if good else Showing(screen.bring, "other")
            )
        case CardUnread() if isinstance(screen, Showing):
            return replace(state, screen=Showing(screen.bring, "unread"), touched_at=state.now)
        case _:
            return state


def unregistered(state: State, ticket: Ticket) -> bool:
    """Whether a ticket that should say whose it is was issued without the server, and does not."""
    entry = state.journal.entries.get(ticket.id)
    return (
        entry is not None
        and entry.alone
        and registers(state, *(step.service for step in ticket.steps)) == "required"
    )


def _born(state: State, number: str) -> date | None:
    """The day of birth in a number that is one, by the hall's day."""
    day = today(state)
    return born(number, day) if day is not None else None
