"""Calls for help: one of each asker's at a time, taken by one of the staff, and over by hand or by themselves."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from msgspec.structs import replace

from queue_server.engine import event as e
from queue_server.engine.actor import Actor
from queue_server.engine.alarm import Alarm
from queue_server.engine.decision import Context, Decision
from queue_server.engine.state import State
from queue_server.wire import command as c
from queue_server.wire.alarm import AlarmRecord, Helped
from queue_server.wire.error import Refusal
from queue_server.wire.ids import DeviceId

LIFE = timedelta(minutes=15)
"""So long after it was raised, and again after somebody took it, a call ends by itself: whoever called has gone."""


def call(state: State, command: c.RaiseAlarm, context: Context) -> Decision:
    """Call for help; whoever has called already joins their own call."""
    actor = context.actor
    source = actor.device or actor.id
    standing = next((one for one in state.alarms if (one.kind, one.source) == (command.kind, source)), None)
    if standing is not None:
        return Decision((), lambda after: told(after, standing, actor))
    device = state.devices.get(actor.device) if actor.device is not None else None
    windows = [window.id for window in state.windows.values() if window.clerk == actor.name]
    alarmed = e.Alarmed(
        alarm=context.draw(),
        kind=command.kind,
        source=source,
        name=actor.name,
        zone=device.zone if device is not None else None,
        place=windows[0] if windows and actor.role == "clerk" else None,
    )
    return Decision((alarmed,), lambda after: told(after, after.alarms[-1], actor))


def acknowledge(state: State, command: c.AcknowledgeAlarm, context: Context) -> Decision:
    """Go there. Refuses one to which somebody else goes; saying it twice is no news."""
    alarm = _open(state, command.alarm)
    if alarm.by == context.actor.name:
        return Decision((), lambda after: record(after, alarm))
    if alarm.by is not None:
        raise Refusal("alarm.taken", by=state.names.get(alarm.by, alarm.by))
    taken = e.AlarmTaken(alarm=alarm.id, by=context.actor.name, note=command.note)
    return Decision((taken,), lambda after: record(after, _open(after, alarm.id)))


def end(state: State, command: c.EndAlarm, context: Context) -> Decision:
    """It is over. Refuses one that is not open."""
    alarm = _open(state, command.alarm)
    ended = e.AlarmEnded(alarm=alarm.id, reason="done", note=command.note)
    return Decision((ended,), lambda after: record(after, alarm))


def _open(state: State, id_: str) -> Alarm:
    alarm = next((one for one in state.alarms if one.id == id_), None)
    if alarm is None:
        raise Refusal("alarm.unknown")
    return alarm


def until(alarm: Alarm) -> datetime:
    """When it ends by itself."""
    return (alarm.taken_at or alarm.at) + LIFE


def ending(state: State, at: datetime) -> Iterator[e.Event]:
    """Calls that are over by then."""
    return (e.AlarmEnded(alarm=one.id, reason="until") for one in state.alarms if until(one) <= at)


def raised(state: State, stamped: e.Stamped, event: e.Alarmed) -> None:
    """One more call is open."""
    alarm = Alarm(
        id=event.alarm,
        kind=event.kind,
        source=event.source,
        name=event.name,
        zone=event.zone,
        place=event.place,
        needs=event.needs,
        at=stamped.at,
    )
    state.alarms = (*state.alarms, alarm)


def taken(state: State, stamped: e.Stamped, event: e.AlarmTaken) -> None:
    """Somebody goes there."""
    state.alarms = tuple(
        replace(one, by=event.by, taken_at=stamped.at) if one.id == event.alarm else one
        for one in state.alarms
    )


def ended(state: State, _stamped: e.Stamped, event: e.AlarmEnded) -> None:
    """It is open no more."""
    state.alarms = tuple(one for one in state.alarms if one.id != event.alarm)


def record(state: State, alarm: Alarm) -> AlarmRecord:
    """A call as staff see it."""
    return AlarmRecord(
        id=alarm.id,
        kind=alarm.kind,
        name=alarm.name,
        zone=alarm.zone,
        window=alarm.place,
        needs=alarm.needs,
        raised_at=alarm.at,
        until=until(alarm),
        by=alarm.by,
        by_name=state.names.get(alarm.by) if alarm.by is not None else None,
        taken_at=alarm.taken_at,
    )


def told(state: State, alarm: Alarm, actor: Actor) -> AlarmRecord:
    """A call as whoever raised it is told of it: in the open no names."""
    seen = record(state, alarm)
    return replace(seen, by=None, by_name=None) if actor.role == "kiosk" else seen


def helped(state: State, device: DeviceId) -> Helped | None:
    """What came of a device's own call, while it is open."""
    for alarm in state.alarms:
        if alarm.source == device:
            return "called" if alarm.by is None else "coming"
    return None
