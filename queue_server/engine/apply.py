"""apply(state, event) -> state: the only way a state changes. It decides nothing and refuses nothing."""

from collections.abc import Callable
from datetime import date
from typing import Any

from queue_server.engine import (
    advising,
    alarming,
    appointing,
    casing,
    config,
    destination,
    evacuation,
    handover,
    hold,
    homecoming,
    leasing,
    need,
    noticing,
    number,
    pairing,
    restore,
    slip,
    stopping,
    turn,
    undo,
)
from queue_server.engine import day as days
from queue_server.engine import event as e
from queue_server.engine.beside import Note
from queue_server.engine.identity import Identity
from queue_server.engine.life import Verb, move
from queue_server.engine.state import LAST_CALLS, LAST_RATINGS, Pace, State, Tally
from queue_server.engine.ticket import Step, Ticket
from queue_server.wire.day import local_day
from queue_server.wire.ids import TicketId


def apply(state: State, stamped: e.Stamped, *, undoable: bool = True) -> State:
    """The state after an event, which must follow the last one applied. Changes `state` in place.

    `undoable`: whether the state remembers how the event is taken back, as one on which nobody decides need not.
    """
    assert stamped.seq == state.seq + 1, f"event {stamped.seq} does not follow {state.seq}"
    was = undo.before(state, stamped.event) if undoable else None
    _APPLY[type(stamped.event)](state, stamped, stamped.event)
    if was is not None:
        undo.remember(state, stamped, was)
    if isinstance(stamped.beside, Identity):
        state.know(stamped.beside)
    elif isinstance(stamped.beside, Note):
        state.note(local_day(stamped.at))
    state.seq = stamped.seq
    return state


def _tally(state: State, step: Step) -> Tally:
    return state.tallies[state.zone_of(step.service)]


def _move(ticket: Ticket, verb: Verb) -> None:
    ticket.state = ticket.step.state = move(ticket.state, verb)


def _taken(state: State, stamped: e.Stamped, event: e.Taken) -> None:
    steps = [Step(service=service) for service in event.services]
    for index, items in enumerate(event.portions):
        steps[index].items = items
        if index and steps[index - 1].service == steps[index].service:
            steps[index].round = steps[index - 1].round + 1
    ticket = Ticket(
        id=event.ticket,
        day=event.day,
        prefix=event.prefix,
        n=event.n,
        number=number.text(event.prefix, event.n),
        steps=steps,
        items=event.items,
        class_=event.class_,
        class_state=event.class_state,
        needs=event.needs,
        language=event.language,
        paper=event.paper,
        token=event.token,
        wait=event.wait,
        issued_at=event.since or stamped.at,
        issued_by=stamped.actor,
    )
    steps[0].state, steps[0].since_at, steps[0].order = "waiting", event.since or stamped.at, stamped.seq
    steps[0].slot = event.slot
    if event.handed_over:
        steps[0].against = event.against
    if event.slip:
        slip.used(state, event.prefix, event.n)
    if event.stand is not None:
        steps[0].stand, steps[0].moved = event.stand, days.AGAIN
    if event.of is not None:
        state.tickets[event.of].step.offered = False
    state.tickets[ticket.id] = ticket
    state.holders[ticket.token] = ticket.id
    state.object_to(ticket)
    state.lines[steps[0].service].add(ticket)
    state.burn(event.prefix, event.n)
    if event.paper == "pending":
        state.pending[ticket.id] = stamped.at
    for step in steps:
        if step.round == 1:
            _tally(state, step).issued += 1
            state.issued[step.service] += 1


def _cancelled(state: State, stamped: e.Stamped, event: e.Cancelled) -> None:
    ticket = state.tickets[event.ticket]
    _end(state, ticket, "cancel", stamped)
    ticket.reason = event.reason


def _end(state: State, ticket: Ticket, verb: Verb, stamped: e.Stamped) -> None:
    """End a ticket that nobody serves, and the steps it had left."""
    state.leave(ticket)
    _move(ticket, verb)
    ticket.step.hold = None
    ticket.step.ended_at = ticket.ended_at = stamped.at
    ticket.step.ended = stamped.seq
    for step in ticket.steps[ticket.at + 1 :]:
        step.state = ticket.step.state


def _paper(state: State, stamped: e.Stamped, event: e.PaperReported) -> None:
    state.tickets[event.ticket].paper = event.paper
    state.pending.pop(event.ticket, None)


def _opened(state: State, stamped: e.Stamped, event: e.Opened) -> None:
    window = state.windows[event.window]
    window.state, window.clerk, window.reason, window.until = "open", event.clerk, None, None
    window.since_at, window.seat = stamped.at, event.seat


def _taken_over(state: State, stamped: e.Stamped, event: e.TakenOver) -> None:
    window = state.windows[event.window]
    window.clerk, window.seat = event.clerk, event.seat


def _paused(state: State, stamped: e.Stamped, event: e.Paused) -> None:
    window = state.windows[event.window]
    window.state, window.reason, window.until, window.since_at = (
        "paused",
        event.reason,
        event.until,
        stamped.at,
    )


def _resumed(state: State, stamped: e.Stamped, event: e.Resumed) -> None:
    window = state.windows[event.window]
    window.state, window.reason, window.until, window.since_at = "open", None, None, stamped.at


def _closed(state: State, stamped: e.Stamped, event: e.Closed) -> None:
    window = state.windows[event.window]
    window.state, window.clerk, window.reason, window.until = "closed", None, None, None
    window.since_at, window.prompt, window.seat = stamped.at, None, None


def _called(state: State, stamped: e.Stamped, event: e.Called) -> None:
    ticket = state.tickets[event.ticket]
    state.leave(ticket)
    _move(ticket, "resume" if ticket.state == "held" else "call")
    step = ticket.step
    if step.call:  # called before, and back in line since: the boards show the later one
        state.calls = [call for call in state.calls if call[1:] != (ticket.id, ticket.at)]
    step.window, step.clerk, step.call, step.called_at, step.calls = (
        event.window,
        event.clerk,
        stamped.seq,
        stamped.at,
        1,
    )
    step.recalled_at, step.departments = None, event.departments
    step.hold = step.kept_until = None
    state.windows[event.window].ticket = ticket.id
    state.calls.append((stamped.seq, ticket.id, ticket.at))
    del state.calls[:-LAST_CALLS]


def _recalled(state: State, stamped: e.Stamped, event: e.Recalled) -> None:
    ticket = state.tickets[event.ticket]
    _move(ticket, "recall")
    ticket.step.calls += 1
    ticket.step.recalled_at = stamped.at


def _started(state: State, stamped: e.Stamped, event: e.Started) -> None:
    ticket = state.tickets[event.ticket]
    _move(ticket, "start")
    ticket.step.started_at = stamped.at
    state.windows[event.window].prompt = None


def _finished(state: State, stamped: e.Stamped, event: e.Finished) -> None:
    ticket = state.tickets[event.ticket]
    step = ticket.step
    _move(ticket, "finish")
    step.ended_at, step.ended, step.outcome = stamped.at, stamped.seq, event.outcome
    step.started_at = step.started_at or step.called_at
    step.clerk, step.departments = event.clerk, event.departments  # whoever took the window over meanwhile
    if event.items is not None:
        ticket.dealt_with(event.items)
    window = state.windows[event.window]
    window.ticket, window.prompt, window.since_at = None, f"{ticket.id}/{event.step}", stamped.at
    window.served += 1
    _tally(state, step).served += step.round == 1
    state.timed(step)
    if event.next_step is None:
        ticket.ended_at = stamped.at
        return
    ticket.at = event.next_step
    ticket.state = ticket.step.state = "waiting"
    ticket.step.since_at, ticket.step.order = stamped.at, stamped.seq
    state.lines[ticket.step.service].add(ticket)


def _missed(state: State, stamped: e.Stamped, event: e.Missed) -> None:
    ticket = state.tickets[event.ticket]
    _move(ticket, "no_show")
    ticket.step.ended_at, ticket.step.ended = stamped.at, stamped.seq
    ticket.step.misses += 1
    ticket.step.missed_at = stamped.at
    state.missed.append(ticket.id)
    window = state.windows[event.window]
    window.ticket, window.since_at = None, stamped.at
    _tally(state, ticket.step).missed += 1


def _rated(state: State, stamped: e.Stamped, event: e.Rated) -> None:
    ticket = state.tickets[event.ticket]
    step = ticket.steps[event.step]
    step.rating, step.channel, step.rated_at, step.rated = event.level, event.channel, stamped.at, stamped.seq
    _tally(state, step).rated[event.level - 1] += 1
    state.ratings.insert(0, state.rating(ticket, event.step))
    del state.ratings[LAST_RATINGS:]
    casing.levelled(state, stamped, event)
    window = state.windows.get(step.window) if step.window is not None else None
    if window is not None and window.prompt == f"{ticket.id}/{event.step}":
        window.prompt = None


def _turned(state: State, stamped: e.Stamped, event: e.Turned) -> None:
    state.turned_at = event.at


def _expired(state: State, stamped: e.Stamped, event: e.Expired) -> None:
    ticket = state.tickets[event.ticket]
    _end(state, ticket, "expire", stamped)
    ticket.step.offered, ticket.reason = event.offered, event.reason


def _day_begun(state: State, stamped: e.Stamped, event: e.DayBegun) -> None:
    state.day = event.day
    state.turned_at = stamped.at
    kept = {
        id_: ticket
        for id_, ticket in state.tickets.items()
        if ticket.state in ("waiting", "called", "serving", "held", "moved")
        or days.offered(state.hall, ticket, event.day)
    }
    state.tickets = kept
    state.holders = {ticket.token: id_ for id_, ticket in kept.items()}
    state.pending = {id_: at for id_, at in state.pending.items() if id_ in kept}
    state.numbers, state.skipped, state.leases, state.advices = {}, {}, (), ()
    state.calls, state.missed, state.objected, state.ratings = [], [], [], []
    state.last = {}
    state.drop_former()
    appointing.drop(state)
    casing.drop(state)
    state.unknow(date.min)
    state.tallies = {id_: Tally() for id_ in state.hall.any_zone}
    state.issued = dict.fromkeys(state.hall.any_service, 0)
    state.paces = {id_: Pace() for id_ in state.hall.any_service}
    for window in state.windows.values():
        window.served = 0
        if window.prompt is not None and TicketId(window.prompt.partition("/")[0]) not in kept:
            window.prompt = None
        if window.ticket is None and window.state != "closed":
            window.state, window.clerk, window.reason, window.until = "closed", None, None, None
            window.since_at, window.seat = stamped.at, None
    assert local_day(stamped.at) == event.day


def _classified(state: State, stamped: e.Stamped, event: e.Classified) -> None:
    ticket = state.tickets[event.ticket]
    line = state.lines[ticket.step.service] if ticket.state == "waiting" else None
    if line is not None:
        line.remove(ticket)
    ticket.class_, ticket.class_state = event.class_, event.state
    if line is not None:  # with the clock it has, among those of its class
        line.add(ticket)


def _read(state: State, stamped: e.Stamped, event: e.IdentityRead | e.NamesRead) -> None:
    """Nothing changes; that it happened is what counts."""


def _forgotten(state: State, stamped: e.Stamped, event: e.IdentitiesForgotten) -> None:
    state.unknow(event.before)


def _noted(_state: State, _stamped: e.Stamped, _event: e.AccountChanged) -> None:
    """The hall does not change by it."""


_APPLY: dict[type[Any], Callable[[State, e.Stamped, Any], None]] = {
    e.Taken: _taken,
    e.Renumbered: handover.renumbered,
    e.Cancelled: _cancelled,
    e.PaperReported: _paper,
    e.Opened: _opened,
    e.TakenOver: _taken_over,
    e.Paused: _paused,
    e.Resumed: _resumed,
    e.Closed: _closed,
    e.Called: _called,
    e.Recalled: _recalled,
    e.Started: _started,
    e.Finished: _finished,
    e.Missed: _missed,
    e.Held: hold.held,
    e.Woken: hold.woken,
    e.Transferred: destination.transferred,
    e.Undone: undo.undone,
    e.Reentered: turn.reentered,
    e.Deferred: turn.deferred,
    e.StepAdded: destination.added,
    e.Rated: _rated,
    e.Stopped: stopping.stopped,
    e.Unstopped: stopping.unstopped,
    e.Noticed: noticing.noticed,
    e.NoticeEnded: noticing.ended,
    e.Alarmed: alarming.raised,
    e.AlarmTaken: alarming.taken,
    e.AlarmEnded: alarming.ended,
    e.Advised: advising.advised,
    e.AdviceFollowed: advising.followed,
    e.AdviceProved: advising.proved,
    e.Booked: appointing.booked,
    e.Unbooked: appointing.unbooked,
    e.CheckedIn: appointing.checked_in,
    e.CaseOpened: casing.opened,
    e.CaseContacted: casing.contacted,
    e.CaseRectified: casing.rectified,
    e.CaseAnswered: casing.answered,
    e.CaseClosed: casing.closed,
    e.CaseAppealed: casing.appealed,
    e.CaseOverdue: casing.passed,
    e.Turned: _turned,
    e.Expired: _expired,
    e.DayBegun: _day_begun,
    e.Classified: _classified,
    e.Kept: need.kept,
    e.NeedBound: need.bound,
    e.IdentityRead: _read,
    e.NamesRead: _read,
    e.IdentitiesForgotten: _forgotten,
    e.WordsForgotten: casing.forgotten,
    e.SlipsMade: slip.made,
    e.Leased: leasing.leased,
    e.Evacuated: evacuation.evacuated,
    e.Arrived: evacuation.arrived,
    e.Adopted: evacuation.adopted,
    e.CameHome: evacuation.adopted,
    e.Returned: homecoming.returned,
    e.HandedBack: homecoming.handed_back,
    e.Reopened: evacuation.reopened,
    e.EvacuationShown: evacuation.shown,
    e.EvacuationAccepted: evacuation.evacuated,
    e.Moved: destination.moved,
    e.Published: config.published,
    e.DevicePaired: pairing.paired,
    e.DeviceLapsed: pairing.lapsed,
    e.DevicePlaced: pairing.placed,
    e.DeviceRevoked: pairing.revoked,
    e.DeviceReported: pairing.reported,
    e.AccountChanged: _noted,
    e.Restored: restore.restored,
}
