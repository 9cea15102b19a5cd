"""step(state, event, now) -> (state, intents): all that a kiosk decides.

One visitor takes one ticket at a time, and only an answer of the server leads on from its taking. An
asking without an answer is
asked again with the same key for as long as it takes: a ticket may exist by then, and a second one must not.
"""

from dataclasses import replace

from kiosk.model.event import (
    CodeShown,
    Event,
    Felt,
    HallShown,
    LinkChanged,
    Painted,
    PrinterReported,
    Refused,
    Taken,
    Ticked,
    Touched,
    Unanswered,
)
from kiosk.model.intent import Print, Report
from kiosk.model.slip import slip
from kiosk.model.state import (
    Bring,
    Classes,
    Home,
    Issued,
    Problem,
    Services,
    State,
    Taking,
    Unprinted,
)
from kiosk.model.touch import Outcome, asking, cancel, farewell, touch

NEVER_SENT = "kiosk.never_sent"
"""Code of the problem that is the kiosk's own: the server could not be asked at all."""


def step(state: State, event: Event, now: float) -> Outcome:
    """What an event makes of the kiosk, and what it wants done. `now` is real seconds of a clock that
    never goes back.
    """
    before = replace(state, now=max(now, state.now))
    after, intents = _turn(before, event)
    if _scene(after) != _scene(before):
        after = replace(after, sight=before.sight + 1, painted_at=None)
    return after, intents


def _scene(state: State) -> object:
    """What makes another screen of a screen, beside figures that change on it."""
    match state.screen:
        case Issued(ticket, printed=printed):
            return Issued, ticket.id, printed
        case Taking(order):
            return Taking, order.fresh.key
        case Home():
            return Home, state.code
        case _:
            return state.screen


def _turn(state: State, event: Event) -> Outcome:
    match event:
        case Touched():
            return touch(state, event)
        case Felt():
            return replace(state, touched_at=state.now), []
        case Painted(sight):
            return (replace(state, painted_at=state.now) if sight == state.sight else state), []
        case HallShown(hall, zones, services, classes):
            shown = replace(state, hall=hall, zones=zones, services=services, classes=classes)
            return _settled(shown), []
        case LinkChanged(link, degraded):
            # Between attempts a lost link says "connecting"; to a visitor it is lost until it is live.
            lost = link == "connecting" and state.link != "connecting"
            return replace(state, link="down" if lost else link, degraded=degraded), []
        case Taken() | Refused() | Unanswered():
            return _answered(state, event)
        case PrinterReported():
            return _reported(state, event)
        case CodeShown(code):
            # Who holds a number, or is about to, is not sent away; who still chooses finds the code instead.
            chooses = code is not None and isinstance(state.screen, Services | Bring | Classes)
            return replace(state, code=code, screen=Home() if chooses else state.screen), []
        case Ticked(at):
            return _tick(replace(state, clock=at))


def _settled(state: State) -> State:
    """Leave a screen whose zone or service the hall no longer has, and give up a class that it has no longer."""
    match state.screen:
        case Services(zone) if state.zone(zone) is None:
            return replace(state, screen=Home())
        case Bring(service) | Classes(Bring(service)) if state.service(service) is None:
            return replace(state, screen=Home())
        case Classes(bring) if not state.classes:
            return _settled(replace(state, screen=bring))
        case Bring(class_=str(asked)) as bring if all(kind.id != asked for kind in state.classes):
            return replace(state, screen=replace(bring, class_=None))
        case _:
            return state


def _answered(state: State, event: Taken | Refused | Unanswered) -> Outcome:
    if not isinstance(state.screen, Taking) or state.screen.order.fresh.key != event.key:
        return state, []
    order = state.screen.order
    match event:
        case Taken(key, ticket):
            issued = Issued(ticket, key, until=state.now + state.times.paper_s)
            return replace(state, screen=issued), [Print(ticket.id, slip(state, ticket))]
        case Refused(_, code, message, detail):
            return _trouble(state, code, message, detail), []
        case Unanswered(sent=False) if not order.unsure:
            return _trouble(state, NEVER_SENT, "", ()), []
        case Unanswered():
            retry_at = state.now + state.times.retry_s
            return replace(state, screen=Taking(replace(order, retry_at=retry_at, unsure=True))), []


def _trouble(state: State, code: str, message: str, detail: tuple[tuple[str, object], ...]) -> State:
    return replace(state, screen=Problem(code, message, detail, until=state.now + state.times.problem_s))


def _reported(state: State, event: PrinterReported) -> Outcome:
    screen, times = state.screen, state.times
    if not isinstance(screen, Issued | Unprinted) or screen.ticket.id != event.ticket:
        return state, []
    report = Report(f"{screen.key}.printed", event.ticket, event.outcome == "printed", event.fault)
    if event.outcome == "failed":
        fault = event.fault or "unknown"
        until = state.now + times.noted_s
        return replace(state, screen=Unprinted(screen.ticket, screen.key, fault, until)), [report]
    sure = event.outcome == "printed"
    until = state.now + (times.ticket_s if sure else times.doubt_s)
    state = replace(state, screen=Issued(screen.ticket, screen.key, until, printed=True, sure=sure))
    return state, [report] if sure else []  # the server keeps what nobody knows as unknown


def _tick(state: State) -> Outcome:
    times = state.times
    match state.screen:
        case Taking(order) if order.retry_at is not None and state.now >= order.retry_at:
            return replace(state, screen=Taking(replace(order, retry_at=None))), [asking(order)]
        case Taking():
            return state, []
        case Issued(ticket, key, until, printed=False) if state.now >= until:
            unsure = Unprinted(ticket, key, fault=None, until=state.now + times.noted_s)
            return replace(state, screen=unsure), []
        case Issued(printed=True, until=until) if state.now >= until:
            return farewell(state), []
        case Unprinted(until=until) as unprinted if state.now >= until:
            # Only a paper that is known to have failed gives a number up; one that may be in a hand does
            # not.
            return farewell(state), [cancel(unprinted, "not_printed")] if unprinted.fault else []
        case Issued() | Unprinted():
            return state, []
        case Problem(until=until) if state.now >= until:
            return farewell(state), []
        case _ if state.now - state.touched_at >= times.idle_s:
            return farewell(state), []
        case _:
            return state, []
