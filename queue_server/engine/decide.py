"""decide(state, command, context) -> events and a reply, or a Refusal. It changes nothing and knows no time but the context's."""

from collections.abc import Callable
from typing import Any

import msgspec

from queue_server.engine import (
    adopting,
    advising,
    alarming,
    appointing,
    attending,
    casing,
    config,
    day,
    device,
    evacuation,
    homecoming,
    leasing,
    noticing,
    noting,
    offer,
    pairing,
    paper,
    rating,
    restore,
    serving,
    slip,
    stopping,
    ticketing,
)
from queue_server.engine import event as e
from queue_server.engine.decision import Context, Decision
from queue_server.engine.life import MOVES, NEEDED
from queue_server.engine.state import State
from queue_server.engine.tick import tick
from queue_server.wire import command as c
from queue_server.wire.error import Refusal


def decide(state: State, command: c.Command, context: Context) -> Decision:
    """What a command makes happen now. Raises Refusal if the actor may not, or the rules do not let it; then nothing happens."""
    entry = c.BY_TYPE[type(command)]
    if context.actor.role not in entry.roles:
        raise Refusal("auth.missing" if context.actor.role == "public" else "auth.forbidden")
    if context.actor.device is not None:
        # What is on disk said who asks; what is decided already may have taken its rights away.
        asker = device.actor(state.devices, context.actor.device)
        if asker is None:
            raise Refusal("auth.invalid")
        context = msgspec.structs.replace(context, actor=asker)
    if state.away.resting:
        evacuation.guard(state, command)
    return _DECIDE[type(command)](state, command, context)


# Devices


def _paired(
    rule: Callable[[State, Any, Context], pairing.Outcome],
) -> Callable[[State, Any, Context], Decision]:
    return lambda state, command, context: Decision(*rule(state, command, context))


# Configuration


def _publish(state: State, command: c.Publish | c.Rollback, context: Context) -> Decision:
    events, version = config.publish(state, command, context.now, context.actor.id)
    return Decision(events, lambda _: version.record, version if events else None)


# Accounts


def _noted(_state: State, command: c.NoteAccount, _context: Context) -> Decision:
    """Accounts are kept apart from the hall; the log has what was done to them."""
    changed = e.AccountChanged(
        account=command.account,
        what=command.what,
        by=command.by,
        done_at=command.done_at,
        role=command.role,
    )
    return Decision((changed,), lambda _: None)


_DECIDE: dict[type[c.Command], Callable[[State, Any, Context], Decision]] = {
    c.Take: ticketing.take,
    c.Cancel: ticketing.cancel,
    c.Reenter: ticketing.reenter,
    c.Defer: ticketing.defer,
    c.AddStep: ticketing.add_step,
    c.Printed: paper.printed,
    c.Reprint: paper.reprint,
    c.Classify: ticketing.classify,
    c.Bind: ticketing.bind,
    c.Identify: ticketing.identify,
    c.Open: attending.open_,
    c.Pause: attending.pause,
    c.Resume: attending.resume,
    c.Close: attending.close,
    c.SetServices: offer.set_services,
    c.Cover: offer.cover,
    c.CallNext: serving.call_next,
    c.Call: serving.call,
    c.Recall: serving.recall,
    c.Start: serving.start,
    c.Finish: serving.finish,
    c.NoShow: serving.no_show,
    c.Hold: serving.hold_,
    c.ResumeHeld: serving.resume_held,
    c.Transfer: serving.transfer,
    c.WriteNote: noting.note,
    c.Undo: serving.undo_,
    c.WalkIn: serving.walk_in,
    c.StopIssuing: stopping.stop,
    c.ResumeIssuing: stopping.resume,
    c.GiveAdvice: advising.give,
    c.ProveAdvice: advising.prove,
    c.PublishNotice: noticing.publish,
    c.WithdrawNotice: noticing.withdraw,
    c.RaiseAlarm: alarming.call,
    c.AcknowledgeAlarm: alarming.acknowledge,
    c.EndAlarm: alarming.end,
    c.Book: appointing.book,
    c.CancelAppointment: appointing.cancel,
    c.CheckIn: appointing.check_in,
    c.OpenCase: casing.open_,
    c.OpenEarlierCase: casing.open_earlier,
    c.ContactCase: casing.contact,
    c.RectifyCase: casing.rectify,
    c.AnswerCase: casing.answer,
    c.CloseCase: casing.close,
    c.AppealCase: casing.appeal,
    c.EndDay: day.end,
    c.OpenDay: day.reopen,
    c.MakeSlips: slip.make,
    c.TakeLease: leasing.take,
    c.Evacuate: evacuation.evacuate,
    c.Adopt: adopting.adopt,
    c.BringHome: homecoming.bring_home,
    c.HandBack: homecoming.hand_back,
    c.Reopen: evacuation.reopen,
    c.Show: evacuation.show,
    c.Decide: evacuation.decide,
    c.Rate: rating.rate,
    c.Move: ticketing.move,
    c.Publish: _publish,
    c.Rollback: _publish,
    c.ReadNames: config.read_names,
    c.PairDevice: _paired(pairing.pair),
    c.PlaceDevice: _paired(pairing.place),
    c.RevokeDevice: _paired(pairing.revoke),
    c.ReportDevice: _paired(pairing.report),
    c.NoteAccount: _noted,
    c.Restore: restore.restore,
    c.Tick: tick,
}

assert set(_DECIDE) == set(c.BY_TYPE), "every command of the registry is decided here"
assert {verb for _, verb in MOVES} == set(NEEDED), "every verb has a refusal"
