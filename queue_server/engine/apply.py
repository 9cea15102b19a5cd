"""apply(state, event) -> state: the only way a state changes. It decides nothing and refuses nothing.

What an event does stands beside the rule that brings it about; here is the table of them all.
"""

from collections.abc import Callable
from typing import Any

from queue_server.engine import (
    adopting,
    advising,
    alarming,
    appointing,
    attending,
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
    noting,
    offer,
    pairing,
    paper,
    rank,
    rating,
    restore,
    serving,
    slip,
    stopping,
    tick,
    ticketing,
    turn,
    undo,
)
from queue_server.engine import event as e
from queue_server.engine.beside import Note
from queue_server.engine.identity import Identity
from queue_server.engine.state import State
from queue_server.wire.day import local_day


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


def _noted(
    _state: State, _stamped: e.Stamped, _event: e.IdentityRead | e.NamesRead | e.AccountChanged
) -> None:
    """The hall does not change by it; that it happened is what counts."""


_APPLY: dict[type[Any], Callable[[State, e.Stamped, Any], None]] = {
    e.Taken: ticketing.taken,
    e.Renumbered: handover.renumbered,
    e.Cancelled: ticketing.cancelled,
    e.ReprintAsked: paper.asked,
    e.PaperReported: paper.reported,
    e.Opened: attending.opened,
    e.TakenOver: attending.taken_over,
    e.Paused: attending.paused,
    e.Resumed: attending.resumed,
    e.Closed: attending.closed,
    e.OfferSet: offer.offer_set,
    e.Called: serving.called,
    e.Recalled: serving.recalled,
    e.Started: serving.started,
    e.Finished: serving.finished,
    e.Missed: serving.missed,
    e.Held: hold.held,
    e.Woken: hold.woken,
    e.Transferred: destination.transferred,
    e.Noted: noting.noted,
    e.Undone: undo.undone,
    e.Reentered: turn.reentered,
    e.Deferred: turn.deferred,
    e.StepAdded: destination.added,
    e.Rated: rating.rated,
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
    e.Turned: tick.turned,
    e.Expired: ticketing.expired,
    e.DayBegun: tick.begun,
    e.Classified: rank.classified,
    e.Kept: need.kept,
    e.NeedBound: need.bound,
    e.IdentityRead: _noted,
    e.NamesRead: _noted,
    e.IdentitiesForgotten: tick.forgotten,
    e.WordsForgotten: casing.forgotten,
    e.SlipsMade: slip.made,
    e.Leased: leasing.leased,
    e.Evacuated: evacuation.evacuated,
    e.Arrived: adopting.arrived,
    e.Adopted: adopting.adopted,
    e.CameHome: adopting.adopted,
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
