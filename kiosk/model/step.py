"""step(state, event, now) -> (state, intents): all that a kiosk decides.

One visitor takes one ticket at a time. Where the server does not answer, it is issued under the same id from the numbers that were
lent before; where there are none, it is asked for again with the same key: a ticket may exist by then, and a second one must not.
Nothing is shown or printed before the journal has it.
"""

from dataclasses import replace

from kiosk.model import aid, card, mine, post, prompt, reprint, staff, upkeep, visit
from kiosk.model.alone import issue, offered
from kiosk.model.event import (
    CardRead,
    CardUnread,
    Changed,
    CodeShown,
    Confirmed,
    Event,
    Felt,
    Found,
    HallShown,
    Heard,
    Inspected,
    Kept,
    Leased,
    LinkChanged,
    NotKept,
    Painted,
    PrintAsked,
    PrinterChanged,
    PrinterReported,
    ReaderChanged,
    Recalled,
    Refused,
    Scanned,
    Taken,
    Ticked,
    Touched,
    Unanswered,
    Unheard,
    VoiceChanged,
)
from kiosk.model.intent import Ail, Intent, Keep, LeaveCards, Light, Print, ReadCards
from kiosk.model.journal import NOT_PRINTED, UNANSWERED, Entry, given_up, issued
from kiosk.model.order import asking
from kiosk.model.screen import (
    Adding,
    Agreeing,
    Bring,
    Choosing,
    Claiming,
    Classes,
    Dark,
    Helping,
    Home,
    Issued,
    Mine,
    Naming,
    Numbering,
    Order,
    Problem,
    Proving,
    Screen,
    Searching,
    Services,
    Showing,
    Taking,
    Unlocking,
    Unprinted,
    Woken,
)
from kiosk.model.slip import slip
from kiosk.model.state import Outcome, State
from kiosk.model.touch import drop, farewell, touch
from queue_server.wire.ticket import Ticket

ALONE = "kiosk.alone"
"""Code of the problem that is the kiosk's own: the server did not answer, and there is no number to issue without it."""


def step(state: State, event: Event, now: float) -> Outcome:
    """What an event makes of the kiosk, and what it wants done. `now` is real seconds of a clock that
    never goes back.
    """
    before = replace(state, now=max(now, state.now))
    after, intents = _turn(before, event)
    after, words = post.speak(offered(after))
    intents = [*intents, *words, *prompt.turned(state, after)]
    if card.reads(after) != card.reads(before):
        intents.append(ReadCards() if card.reads(after) else LeaveCards())
    if isinstance(after.screen, Dark) != isinstance(before.screen, Dark):
        intents.append(Light(on=isinstance(before.screen, Dark)))
    if _scene(after) != _scene(before):
        after = replace(after, sight=before.sight + 1, painted_at=None)
    return after, intents


def _scene(state: State) -> object:
    """What makes another screen of a screen, beside figures that change on it."""
    match state.screen:
        case Issued(ticket, printed=printed):
            return Issued, ticket.id, printed
        case Searching() | Naming() | Proving() | Numbering() | Claiming() | Unlocking() as typing:
            return type(typing)
        case Taking(order):
            return Taking, order.fresh.key
        case Home():
            return Home, state.code, state.manner
        case Helping():
            return Helping
        case Mine() as found:
            return replace(found, looking="", looked_at=0.0)
        case _:
            return state.screen


def _turn(state: State, event: Event) -> Outcome:
    match event:
        case Touched() | Scanned():
            return touch(state, event) if isinstance(event, Touched) else mine.scanned(state, event)
        case Felt():
            return replace(state, touched_at=state.now, screen=_felt(state)), []
        case Painted(sight):
            return (replace(state, painted_at=state.now) if sight == state.sight else state), []
        case HallShown(hall, zones, services, classes, common, kiosks):
            shown = replace(
                state,
                hall=hall,
                zones=zones,
                services=services,
                classes=classes,
                common=common,
                kiosks=kiosks,
            )
            today = state.hall is not None and hall is not None and hall.day == state.hall.day
            return post.shown(_settled(shown if today else replace(shown, staff=())), event)
        case LinkChanged() | Recalled() | Heard() | Unheard() | Leased() | PrintAsked():
            return post.turn(state, event)
        case Kept() | NotKept():
            return _kept(state, event)
        case Taken() | Found() | Changed() | Confirmed() | Refused() | Unanswered():
            return _answered(state, event)
        case (
            PrinterReported()
            | PrinterChanged()
            | Inspected()
            | ReaderChanged()
            | VoiceChanged()
            | CardRead()
            | CardUnread()
        ):
            return _device(state, event)
        case CodeShown(code, name, zone, helped):
            # Who holds a number, or is about to, is not sent away; who still chooses finds the code instead.
            chooses = code is not None and isinstance(state.screen, Choosing)
            state = replace(state, name=name, stands=zone, helped=helped)
            return post.placed(replace(state, code=code, screen=Home() if chooses else state.screen))
        case Ticked(at):
            return _tick(
                replace(state, clock=at, contact_at=at if state.lost_at is None else state.contact_at)
            )


def _device(
    state: State,
    event: PrinterReported
    | PrinterChanged
    | Inspected
    | ReaderChanged
    | VoiceChanged
    | CardRead
    | CardUnread,
) -> Outcome:
    """What a device of the kiosk's own tells."""
    match event:
        case PrinterReported():
            return _reported(state, event)
        case PrinterChanged(fault):
            return replace(state, printer_fault=fault), []
        case Inspected():
            return upkeep.inspected(state, event), []
        case VoiceChanged(fault):
            return replace(state, mute=fault), []
        case _:
            return card.heard(state, event), []


def _settled(state: State) -> State:
    """Leave a screen whose zone or service the hall no longer has, and give up a class that it has no longer."""
    match state.screen:
        case Services(zone) if state.zone(zone) is None:
            return replace(state, screen=Home())
        case Services(after=Bring() as bring) | Searching(after=Bring() as bring) | Adding(bring):
            settled = _settled(replace(state, screen=bring))
            return state if settled.screen == bring else settled
        case (Bring() as bring) | Classes(bring) if None in map(state.service, visit.chosen(bring)):
            return replace(state, screen=Home())
        case Classes(bring) if not state.classes:
            return _settled(replace(state, screen=bring))
        case Showing(bring) | Numbering(bring) | Agreeing(bring):
            settled = _settled(replace(state, screen=bring))
            return state if settled.screen == bring else settled
        case Bring(class_=str(asked)) as bring if all(kind.id != asked for kind in state.classes):
            return replace(state, screen=replace(bring, class_=None))
        case _:
            return state


def _answered(state: State, event: Taken | Found | Changed | Confirmed | Refused | Unanswered) -> Outcome:
    if isinstance(state.screen, Helping) and isinstance(event, Changed | Refused | Unanswered):
        return aid.answered(state, state.screen, event)
    if isinstance(event, Found | Changed):
        return mine.answered(state, event)
    if isinstance(state.screen, Claiming | Mine) and isinstance(event, Refused | Unanswered):
        return mine.answered(state, event)
    if isinstance(event, Confirmed) or (isinstance(state.screen, Proving) and not isinstance(event, Taken)):
        return staff.answered(state, event)
    if not isinstance(state.screen, Taking) or state.screen.order.fresh.key != event.key:
        return state, []
    order = state.screen.order
    if order.ticket is not None:
        return state, []
    entry = state.journal.entries[order.fresh.id]
    match event:
        case Taken(_, ticket):
            entry = issued(entry, ticket, state.epoch)
            state = replace(state, screen=Taking(replace(order, retry_at=None, ticket=ticket, holder=None)))
            return replace(state, journal=state.journal.put(entry)), [Keep(entry)]
        case Refused(_, code, message, detail):
            state = replace(state, journal=state.journal.put(replace(entry, refused=code)))
            return _trouble(state, code, message, detail), [Keep(replace(entry, refused=code))]
        case Unanswered(sent=sent):
            return _unanswered(state, replace(order, unsure=order.unsure or sent))


def _unanswered(state: State, order: Order) -> Outcome:
    """Issue it alone; or ask again for a while, if the server may have done it; or say where else there is help."""
    alone = issue(state, order, state.journal.entries[order.fresh.id])
    if alone is not None:
        return alone
    if order.unsure and state.now - order.asked_at < state.times.asking_s:
        retry_at = state.now + state.times.retry_s
        return replace(state, screen=Taking(replace(order, retry_at=retry_at))), []
    return _not_issued(state, order)


def _not_issued(state: State, order: Order) -> Outcome:
    """Nobody gets this number, whatever the server may have done with it."""
    entry = state.journal.entries[order.fresh.id]
    if entry.alone:
        # It is on no disk, so the server must not hear of it: after a restart it is another's.
        entry = replace(entry, number=None, issued_at=None, alone=False)
    entry = given_up(entry, UNANSWERED)
    state = replace(state, journal=state.journal.put(entry))
    return _trouble(state, ALONE, "", ()), [Keep(entry)]


def _kept(state: State, event: Kept | NotKept) -> Outcome:
    """Show and print what is in the journal now. A disk that fails costs no ticket that the server has."""
    entry, failed = event.entry, isinstance(event, NotKept)
    ails: list[Intent] = [Ail("journal", entry.number or entry.take.id)] if failed else []
    match state.screen:
        case Taking(Order(ticket=Ticket() as ticket) as order) if _is(ticket, entry):
            if failed and entry.alone:
                state, intents = _not_issued(state, order)
                return state, [*ails, *intents]
            screen = Issued(ticket, order.fresh.key, until=state.now + state.times.paper_s)
            return replace(state, screen=screen), [*ails, Print(ticket.id, slip(state, ticket))]
        case _:
            return state, ails


def _is(ticket: Ticket, entry: Entry) -> bool:
    """Whether an entry is that of a ticket with its number; before that it is only the asking."""
    return (entry.take.id, entry.number) == (ticket.id, ticket.number)


def _trouble(state: State, code: str, message: str, detail: tuple[tuple[str, object], ...]) -> State:
    return replace(state, screen=Problem(code, message, detail, until=state.now + state.patience.problem_s))


def _reported(state: State, event: PrinterReported) -> Outcome:
    """Remember what became of a paper, also of one whose holder has gone, and tell who still stands there."""
    screen, times = state.screen, state.patience
    for part in (reprint.reported, upkeep.reported, mine.reported):
        elsewhere = part(state, event)
        if elsewhere is not None:
            return elsewhere
    before = state.journal.entries[event.ticket]
    entry = replace(before, paper=event.outcome, fault=event.fault)
    state = replace(state, journal=state.journal.put(entry))
    if not isinstance(screen, Issued | Unprinted) or screen.ticket.id != event.ticket:
        return state, [Keep(entry)]
    if event.outcome == "failed":
        fault = event.fault or "unknown"
        until = state.now + times.noted_s
        return replace(state, screen=Unprinted(screen.ticket, screen.key, fault, until)), [Keep(entry)]
    sure = event.outcome == "printed"
    issued = Issued(screen.ticket, screen.key, state.now, printed=True, sure=sure)
    state = replace(state, screen=replace(issued, until=state.now + issued.stays_s(times)))
    return state, [Keep(entry)]  # what nobody knows is not told: the server keeps it as unknown


def _tick(state: State) -> Outcome:
    times = state.times
    match state.screen:
        case Taking(order) if order.retry_at is not None and state.now >= order.retry_at:
            return replace(state, screen=Taking(replace(order, retry_at=None))), [asking(order)]
        case Taking(order) if order.ticket is not None and state.now - order.asked_at >= times.kept_s:
            return _kept(state, NotKept(state.journal.entries[order.fresh.id]))
        case Issued(ticket, key, until, printed=False) if state.now >= until:
            unsure = Unprinted(ticket, key, fault=None, until=state.now + state.patience.noted_s)
            return replace(state, screen=unsure), []
        case Issued(printed=True, until=until) | Problem(until=until) if state.now >= until:
            return farewell(state), []
        case Unprinted(until=until) as unprinted if state.now >= until:
            # Only a paper that is known to have failed gives a number up; one that may be in a hand does
            # not.
            return drop(farewell(state), unprinted, NOT_PRINTED) if unprinted.fault else (farewell(state), [])
        case Taking() | Issued() | Unprinted() | Problem():
            return state, []
        case Dark() | Woken():
            return _rest(state), []
        case _ if state.now - state.touched_at >= state.patience.idle_s:
            return _night(state), []
        case Mine() as found:
            return mine.again(state, found)
        case _:
            return state, []


def _felt(state: State) -> Screen:
    """What is shown to somebody who touched the glass: the dark one wakes, and a refusal that is being read stays as long again."""
    match state.screen:
        case Dark():
            return Woken()
        case Problem() as problem:
            return replace(problem, until=state.now + state.patience.problem_s)
        case screen:
            return screen


def _night(state: State) -> State:
    """Nobody is here any more: the home screen, or none."""
    left = farewell(state)
    return replace(left, screen=Dark()) if left.dark else left


def _rest(state: State) -> State:
    """It stays dark, or falls dark again, while it is night."""
    awake = isinstance(state.screen, Woken) and state.now - state.touched_at < state.times.problem_s
    return state if awake and state.dark else _night(state)
