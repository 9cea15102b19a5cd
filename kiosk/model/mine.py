"""我的号票: a ticket is found by its paper, or taken for an appointment by its code; its holder does what is possible with
it now.

What is possible the server says with the ticket; after each change it is looked up again. Nothing of it is kept once whoever stood
here has gone.
"""

import re
from dataclasses import replace
from datetime import datetime, timedelta

from kiosk.model.event import Changed, Found, PrinterReported, Refused, Scanned, Touched, Unanswered
from kiosk.model.intent import Change, Find, Intent, Print, Report
from kiosk.model.journal import PAPER
from kiosk.model.reprint import came, own
from kiosk.model.screen import Claiming, Home, Mine, Trouble
from kiosk.model.slip import code_of, slip
from kiosk.model.state import Outcome, State
from queue_server.wire import claim
from queue_server.wire.appointment import LONGEST
from queue_server.wire.holder import FoundRecord
from queue_server.wire.ticket import OPEN_STATES, Ticket

KEYS = ("1234567890", "QWERTYUIOP", "ASDFGHJKL", "ZXCVBNM")
"""The keys on which a code is typed, row by row."""
TRIES = 5
"""After so many codes that were none, this kiosk looks for no other for a while."""
BEHIND = 3
"""So many are let go first (稍后叫我)."""
LOOK_S = 5.0
"""After so many seconds a ticket that is shown is looked at again: it may be called while its holder reads."""
REPRINT = timedelta(minutes=10)
"""So long after its issue a ticket has another paper."""
_BOOKED = re.compile(rf"[A-Z0-9]{{8,{LONGEST}}}")
_LINK = re.compile(r".*/t/([A-Za-z0-9_-]{16,64})")
_AGAIN: dict[str, str] = {"defer": "tickets.defer", "reenter": "tickets.reenter", "sure": "tickets.cancel"}


def offered(state: State) -> bool:
    """Whether a ticket can be looked for: the server is there to be asked, or was a moment ago."""
    return state.hall is not None and state.code is None and not (state.alone or state.barred)


def scanned(state: State, event: Scanned) -> Outcome:
    """A symbol was held before the scanner. It is looked up from where nothing else is begun."""
    if not offered(state) or not isinstance(state.screen, Home | Claiming | Mine) or _waits(state):
        return state, []
    state = replace(state, touched_at=state.now)
    link = _LINK.fullmatch(event.text.strip())
    if link is not None:
        return _look(state, Find(event.key, token=link[1]))
    return _look(state, asking(state, event.text.strip().upper(), event.key))


def asking(state: State, code: str, key: str, *, ordinary: bool = False) -> Find | Change | None:
    """What is asked about a code: which ticket has it, or else for the ticket of the appointment; None where it is neither's."""
    if claim.parted(code):
        return Find(key, code=code)
    if _BOOKED.fullmatch(code) is None:
        return None
    booked: dict[str, object] = {"appointment": code, "language": state.language}
    if ordinary:
        booked["ordinary"] = True
    return Change(key, "appointments.check_in", booked)


def early(screen: Claiming) -> bool:
    """Whether it was said that it is too early for an appointment, and an ordinary ticket can be taken instead."""
    return screen.trouble is not None and screen.trouble.code == "appointment.early"


def touch(state: State, screen: Claiming | Mine, touched: Touched) -> Outcome:
    """What a pressed button does where a ticket is looked for, or is found."""
    if screen.asked:
        return (replace(state, screen=Home()), []) if touched.control == "back" else (state, [])
    match screen:
        case Claiming():
            return _type(state, screen, touched)
        case Mine():
            return _act(state, screen, touched)


def _type(state: State, screen: Claiming, touched: Touched) -> Outcome:
    code = screen.code
    match touched.control:
        case "key" if touched.id in tuple("".join(KEYS)):
            code = (code + touched.id)[:LONGEST]
            return replace(state, screen=Claiming(code)), []
        case "erase":
            return replace(state, screen=Claiming(code[:-1])), []
        case "enter" if touched.fresh is not None and state.now >= state.find_at:
            key = screen.again or touched.fresh.key
            return _look(state, asking(state, code, key, ordinary=early(screen)))
        case "back":
            return replace(state, screen=Home()), []
        case _:
            return state, []


def _look(state: State, asked: Find | Change | None) -> Outcome:
    """Ask the server. A code that was typed stands there meanwhile."""
    if asked is None:
        return state, []
    if state.now < state.find_at:
        return replace(state, screen=Claiming()), []
    return replace(state, screen=Claiming(_code(asked), asked)), [asked]


def _code(asked: Find | Change) -> str:
    """The code that was asked about."""
    return (asked.code or "") if isinstance(asked, Find) else str(asked.args["appointment"])


def _waits(state: State) -> bool:
    """Whether an asking is out already."""
    return isinstance(state.screen, Claiming | Mine) and bool(state.screen.asked)


def acts(state: State, mine: Mine) -> tuple[str, ...]:
    """What can be done with a ticket now, the most wanted first."""
    ticket, guide, at = mine.found.ticket, mine.found.guide, state.clock
    if mine.at == "cancel":
        return ("sure", "not")
    if mine.at == "rate":
        return ()
    if mine.at == "ways":
        return ("first", "able") if opens_able(mine.found) else ("first",)
    late = guide.until is None or at is None or at >= guide.until
    may = {
        "reenter": (ticket.state == "no_show" and not late) or (ticket.offered and guide.renew),
        "rate": unrated(ticket) is not None,
        "ways": ticket.state == "waiting" and (ticket.binding or opens_able(mine.found)),
        "reprint": reprints(state, mine.found, at),
        "defer": ticket.state == "waiting" and guide.defers > 0,
        "cancel": ticket.state in {"waiting", "held", "no_show"},
    }
    return tuple(act for act, possible in may.items() if possible)


def opens_able(found: FoundRecord) -> bool:
    """Whether a window is open that has what the ticket's holder needs."""
    return found.able is not None and bool(found.able.windows)


def reprints(state: State, found: FoundRecord, at: datetime | None) -> bool:
    """Whether another paper can be had here: soon after the issue, of a ticket that is still good."""
    ticket = found.ticket
    good = ticket.state in OPEN_STATES and found.guide.day == found.guide.today
    return good and state.printer_fault is None and at is not None and at - ticket.issued_at <= REPRINT


def unrated(ticket: Ticket) -> int | None:
    """The first step that is done and was not rated."""
    steps = enumerate(ticket.steps)
    return next((n for n, one in steps if one.state == "served" and one.window and one.rating is None), None)


def _act(state: State, mine: Mine, touched: Touched) -> Outcome:
    control, fresh = touched.control, touched.fresh
    if control == "back":
        return replace(state, screen=_asks(mine, "") if mine.at else Home()), []
    if control == "level" and mine.at == "rate" and fresh is not None:
        return _rate(state, mine, touched.id, fresh.key)
    if control != "act" or touched.id not in acts(state, mine) or fresh is None:
        return state, []
    ticket = mine.found.ticket
    match touched.id:
        case "rate" | "cancel" | "ways" as at:
            return replace(state, screen=_asks(mine, at)), []
        case "not":
            return replace(state, screen=_asks(mine, "")), []
        case "first" | "able" as way if (way == "able") == ticket.binding:
            return replace(state, screen=_asks(mine, "")), []
        case "first" | "able" as way:
            chosen: dict[str, object] = {"ticket": ticket.id, "binding": way == "able"}
            return _change(state, mine, Change(fresh.key, "tickets.bind", chosen), way)
        case "reprint":
            printing = replace(mine, asked=fresh.key, note="printing", trouble=None, looking="")
            if not offered(state):
                return _print(state, printing)
            return replace(state, screen=printing), [replace(mine.find, key=fresh.key)]
        case act:
            args: dict[str, object] = {"ticket": ticket.id}
            if act == "defer":
                args["behind"] = BEHIND
            return _change(state, mine, Change(fresh.key, _AGAIN[act], args), named(mine, act))


def _print(state: State, mine: Mine) -> Outcome:
    """Another paper of the ticket that is shown."""
    ticket = mine.found.ticket
    return replace(state, screen=mine), [Print(ticket.id, slip(state, own(state, ticket), again=True))]


def _asked_first(state: State, mine: Mine, event: Found | Changed | Refused | Unanswered) -> Outcome:
    """Before another paper the ticket was looked at again: one that was given up elsewhere has none. Without an answer it is as
    it was when it was last seen.
    """
    if isinstance(event, Refused):
        return replace(
            state, screen=replace(mine, asked="", note="", trouble=Trouble(event.code, event.detail))
        ), []
    now = replace(mine, found=event.found) if isinstance(event, Found) else mine
    if reprints(state, now.found, state.clock):
        return _print(state, now)
    return replace(state, screen=replace(now, asked="", note="")), []


def named(mine: Mine, act: str) -> str:
    """What something is called: who comes back on another day has a new number, and does not go on with the old one."""
    return "renew" if act == "reenter" and mine.found.ticket.state == "expired" else act


def _asks(mine: Mine, at: str) -> Mine:
    """A ticket, with something asked about it or not; what came of the last thing is over."""
    return replace(mine, at=at, note="", trouble=None)


def _rate(state: State, mine: Mine, level: str, key: str) -> Outcome:
    step = unrated(mine.found.ticket)
    if step is None or level not in tuple("12345"):
        return state, []
    args = {"step": f"{mine.found.ticket.id}/{step}", "level": int(level), "channel": "kiosk"}
    return _change(state, mine, Change(key, "ratings.submit", args), "rated")


def _change(state: State, mine: Mine, change: Change, note: str) -> Outcome:
    return replace(state, screen=replace(mine, asked=change.key, note=note, trouble=None, looking="")), [
        change
    ]


def answered(state: State, event: Found | Changed | Refused | Unanswered) -> Outcome:
    """What the server said. An answer that nobody waits for any more is nobody's."""
    match state.screen:
        case Claiming(asked=Find(key) as find, note=note) if key == event.key:
            return _found(state, find, note, event)
        case Claiming(asked=Change(key) as change) if key == event.key:
            return _checked_in(state, change, event)
        case Mine(asked=str(key)) as mine if key == event.key:
            return _changed(state, mine, event)
        case Mine(looking=key) as mine if key == event.key:
            found = event.found if isinstance(event, Found) else mine.found
            return replace(state, screen=replace(mine, found=found, looking="")), []
        case _:
            return state, []


def again(state: State, mine: Mine) -> Outcome:
    """Look at a ticket again that is shown for a while and is not done with, where nothing else is asked about it."""
    rests = bool(mine.asked or mine.at or mine.found.ticket.state not in OPEN_STATES)
    if rests or not offered(state) or state.now - mine.looked_at < LOOK_S:
        return state, []
    key = f"{mine.find.key}.{state.now:.3f}"
    return replace(state, screen=replace(mine, looking=key, looked_at=state.now)), [
        replace(mine.find, key=key)
    ]


def _found(state: State, find: Find, note: str, event: Found | Changed | Refused | Unanswered) -> Outcome:
    match event:
        case Found(_, found):
            return replace(state, screen=Mine(found, find, note=note, looked_at=state.now), misses=0), []
        case Refused():
            return _refused(state, _code(find), event), []
        case _:
            silent = Trouble("kiosk.unanswered")
            return replace(state, screen=Claiming(_code(find), trouble=silent)), []


def _refused(state: State, code: str, refused: Refused) -> State:
    """Say why not. After some codes that nothing has, nothing is looked for for a while."""
    trouble = Trouble(refused.code, refused.detail)
    if not refused.code.endswith(".unknown"):
        return replace(state, screen=Claiming(code, trouble=trouble))
    missed = replace(state, screen=Claiming(trouble=trouble), misses=state.misses + 1)
    if missed.misses < TRIES:
        return missed
    return replace(missed, misses=0, find_at=state.now + state.times.find_s)


def _checked_in(state: State, change: Change, event: Found | Changed | Refused | Unanswered) -> Outcome:
    """The ticket of an appointment is printed and shown; without an answer the same is asked again, since it may have been done."""
    code = _code(change)
    match event:
        case Changed(key, Ticket() as ticket):
            find = Find(f"{key}.found", code=code_of(ticket))
            note = "checked_in" if ticket.class_ != "ordinary" else "checked_in_ordinary"
            printing = Print(ticket.id, slip(state, ticket))
            return replace(state, screen=Claiming(code, find, note=note)), [printing, find]
        case Refused():
            return _refused(state, code, event), []
        case _:
            silent = Trouble("kiosk.unanswered")
            return replace(state, screen=Claiming(code, trouble=silent, again=change.key)), []


def _changed(state: State, mine: Mine, event: Found | Changed | Refused | Unanswered) -> Outcome:
    """It is done, or it is said why not; either way the ticket is looked at again."""
    match event:
        case _ if mine.note == "printing":
            return _asked_first(state, mine, event)
        case Found(_, found):
            more = mine.at == "rate" and unrated(found.ticket) is not None and mine.trouble is None
            return replace(state, screen=replace(mine, found=found, asked="", at="rate" if more else "")), []
        case _ if mine.trouble is not None:  # it is known why it was not done; how the ticket stands is not
            return replace(state, screen=replace(mine, asked="")), []
        case Changed(key, ticket):
            intents: list[Intent] = []
            find = mine.find
            if ticket is not None and ticket.id != mine.found.ticket.id:
                find = Find(key, code=code_of(ticket))
                intents = [Print(ticket.id, slip(state, ticket))]
            return replace(state, screen=replace(mine, find=find)), [*intents, replace(find, key=key)]
        case Refused(code=code, detail=detail):
            not_done = replace(mine, at="", note="", trouble=Trouble(code, detail))
            return replace(state, screen=not_done), [replace(mine.find, key=mine.asked)]
        case _:
            not_done = replace(mine, asked="", at="", note="", trouble=Trouble("kiosk.unanswered"))
            return replace(state, screen=not_done), []


def reported(state: State, event: PrinterReported) -> Outcome | None:
    """What became of a paper, where it is of a ticket that was found here; None where it is not."""
    screen = state.screen
    if isinstance(screen, Mine) and screen.note == "printing" and screen.found.ticket.id == event.ticket:
        return _printed(state, screen, event)
    if event.ticket in state.journal.entries:
        return None
    ok = PAPER.get(event.outcome)
    find = screen.find if isinstance(screen, Mine) else getattr(screen, "asked", None)
    if not isinstance(find, Find) or not (find.code or "").endswith(claim.check(event.ticket)):
        return state, []
    if not ok and isinstance(screen, Claiming | Mine):
        state = replace(state, screen=replace(screen, note=f"paper_{event.outcome}"))
    return state, [] if ok is None else [Report(f"{event.ticket}.paper", event.ticket, ok, event.fault)]


def _printed(state: State, mine: Mine, event: PrinterReported) -> Outcome:
    """What became of another paper: a ticket that had none is told to have one now."""
    note = f"paper_{event.outcome}"
    state = replace(state, screen=replace(mine, asked="", note=note))
    if not PAPER.get(event.outcome):
        return state, []
    state, kept = came(state, event.ticket)
    return state, [Report(f"{mine.asked}.printed", event.ticket, ok=True), *kept]
