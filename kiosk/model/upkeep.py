"""What the hall's technician does at a kiosk: behind a knock that nobody sees and a PIN of the kiosk's own.

It needs no server: it is there for the hour in which there is none. Without a PIN in kiosk.toml there is no such screen.
"""

from dataclasses import replace

from kiosk.model.alone import again, today
from kiosk.model.event import Inspected, PrinterReported, Touched
from kiosk.model.intent import Inspect, Intent, Keep, Print, Restart, TryPrinter
from kiosk.model.journal import Entry
from kiosk.model.manner import Manner
from kiosk.model.screen import Home, Unlocking, Upkeep
from kiosk.model.slip import slip
from kiosk.model.state import Outcome, State

KNOCKS = 5
"""So many touches of the clock, one soon after another, lead to the PIN."""
KNOCK_S = 1.5
DIGITS = ("123", "456", "789", "0")
TRIES = 5
REST_S = 60.0
"""After so many wrong PINs in a row the pad rests for so long."""
TRIAL = "trial"
"""Stands for a ticket's id where a printer is only tried."""


def knock(state: State) -> State:
    """The clock was touched. The technician finds the screens as they are for most."""
    if state.pin is None:
        return state
    knocks = state.knocks + 1 if state.now - state.knocked_at <= KNOCK_S else 1
    state = replace(state, knocks=knocks, knocked_at=state.now)
    return replace(state, knocks=0, screen=Unlocking(), manner=Manner()) if knocks >= KNOCKS else state


def touch(state: State, screen: Unlocking | Upkeep, touched: Touched) -> Outcome:
    """What a pressed button does there."""
    if touched.control == "back":
        leaves_log = isinstance(screen, Upkeep) and screen.log
        return replace(state, screen=Upkeep() if leaves_log else Home()), []
    match screen:
        case Unlocking():
            return _unlock(state, screen, touched)
        case Upkeep():
            return _work(state, screen, touched)


def _unlock(state: State, screen: Unlocking, touched: Touched) -> Outcome:
    match touched.control:
        case "key" if touched.id in tuple("0123456789") and state.now >= state.unlock_at and state.pin:
            pin = screen.pin + touched.id
            if len(pin) < len(state.pin):
                return replace(state, screen=Unlocking(pin)), []
            if pin == state.pin:
                return replace(state, screen=Upkeep(), wrong=0), [Inspect()]
            wrong = state.wrong + 1
            rest = wrong >= TRIES
            unlock_at = state.now + REST_S if rest else state.unlock_at
            return replace(
                state, screen=Unlocking(wrong=True), wrong=0 if rest else wrong, unlock_at=unlock_at
            ), []
        case "erase":
            return replace(state, screen=Unlocking(screen.pin[:-1])), []
        case _:
            return state, []


def unprinted(state: State) -> list[Entry]:
    """Today's tickets that are good and have no paper that is known of, in the order of issue."""
    day = today(state)
    return [
        entry
        for entry in state.journal.entries.values()
        if entry.paper in {"failed", "unknown"} and entry.number is not None and entry.issued_at is not None
        if entry.dropped is None and entry.refused is None and entry.day == day
    ]


def acts(state: State, screen: Upkeep) -> tuple[str, ...]:
    """What can be done now."""
    if screen.log:
        return ("look",)
    if screen.printing:
        return ()
    prints = state.printer_fault is None
    may = {
        "trial": prints,
        "rest": prints and bool(unprinted(state)),
        "log": True,
        "look": True,
        "restart": True,
    }
    return tuple(act for act, possible in may.items() if possible)


def _work(state: State, screen: Upkeep, touched: Touched) -> Outcome:
    if touched.control != "act" or touched.id not in acts(state, screen):
        return state, []
    match touched.id:
        case "trial":
            return replace(state, screen=Upkeep(printing=TRIAL)), [TryPrinter(TRIAL)]
        case "rest":
            return _next(state, 0)
        case "log":
            return replace(state, screen=Upkeep(log=True)), [Inspect()]
        case "look":
            return replace(state, screen=Upkeep(log=screen.log)), [Inspect()]
        case _:
            return state, [Restart()]


def _next(state: State, done: int) -> Outcome:
    """Print the first that has no paper, if there is one."""
    entry = next(iter(unprinted(state)), None)
    ticket = again(state, entry) if entry is not None else None
    if entry is None or ticket is None:
        return replace(
            state, screen=Upkeep(note="rest_done" if entry is None else "rest_gone", count=done)
        ), []
    screen = Upkeep(printing=ticket.id, count=done)
    return replace(state, screen=screen), [Print(ticket.id, slip(state, ticket, again=True))]


def inspected(state: State, event: Inspected) -> State:
    """The skin looked."""
    return replace(state, facts=event.facts, log=event.log)


def reported(state: State, event: PrinterReported) -> Outcome | None:
    """What became of a paper that was asked for here; None where it was another's."""
    screen = state.screen
    if not isinstance(screen, Upkeep) or screen.printing != event.ticket:
        return (state, []) if event.ticket == TRIAL else None
    if event.ticket == TRIAL:
        return replace(state, screen=Upkeep(note=f"trial_{event.outcome}")), []
    if event.outcome != "printed":
        return replace(state, screen=Upkeep(note="rest_stopped", count=screen.count)), []
    before = state.journal.entries[event.ticket]
    entry = replace(before, paper="printed", fault=None, told=False, again=True)
    state, intents = _next(replace(state, journal=state.journal.put(entry)), screen.count + 1)
    keep: list[Intent] = [Keep(entry)]
    return state, [*keep, *intents]
