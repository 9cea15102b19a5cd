"""Calls for help: one of each asker's, told on the floor and at the kiosk, taken once, and over by hand or by themselves."""

from datetime import timedelta

from queue_server.engine import alarming
from queue_server.engine.actor import Actor
from queue_server.views import topic
from queue_server.wire import command as c
from queue_server.wire.alarm import AlarmRecord, Helped
from queue_server.wire.ids import ZoneId
from tests.fakes.hall import ONE
from tests.fakes.play import KIOSK, MANAGER, STEWARD, ZHANG, Play, picture

ADMIN = Actor("admin", "root")
TOKEN = "a-token-of-the-kiosk-itself-123456"
CALL = c.RaiseAlarm(kind="steward")
OTHER = Actor("steward", "other")


def called(play: Play, who: Actor = KIOSK) -> AlarmRecord:
    """A steward is called."""
    alarm: AlarmRecord = play.do(CALL, who)
    return alarm


def paired(play: Play) -> Actor:
    """A kiosk with a place of its own."""
    public = Actor("public", "anyone")
    device = play.do(c.PairDevice(kind="kiosk", name="kiosk", token=TOKEN), public)
    play.do(c.PlaceDevice(device=device.id, name="2号取号机", zone=ZoneId("A")), ADMIN)
    return Actor("kiosk", "2号取号机", device=device.id)


def floor(play: Play) -> list[AlarmRecord]:
    """The calls that the floor shows."""
    return [one for key, one in topic.show(play.state, "floor").items() if key.startswith("alarm/")]


def helped(play: Play, kiosk: Actor) -> Helped | None:
    """What a kiosk is told of its own call."""
    assert kiosk.device is not None
    told: Helped | None = topic.show(play.state, f"device:{kiosk.device}")["device"].helped
    return told


def test_a_call_says_which_kiosk_and_where_it_stands() -> None:
    play = Play()
    kiosk = paired(play)
    alarm = called(play, kiosk)
    assert (alarm.name, alarm.zone, alarm.raised_at) == ("2号取号机", "A", play.now)
    assert floor(play) == [alarm]
    assert helped(play, kiosk) == "called"
    assert picture(play.rebuilt()) == picture(play.state)


def test_a_clerk_calls_a_steward_to_their_window() -> None:
    play = Play()
    play.open(ONE)
    alarm = called(play, ZHANG)
    assert (alarm.name, alarm.window, alarm.zone) == ("zhang", ONE, None)


def test_whoever_calls_again_joins_their_own_call_and_others_have_their_own() -> None:
    play = Play()
    first = called(play)
    before = len(play.log)
    play.later(minutes=2)
    assert called(play) == first
    assert len(play.log) == before
    assert called(play, Actor("kiosk", "k2")).id != first.id
    assert len(floor(play)) == 2


def test_a_steward_takes_a_call_and_ends_it_and_the_log_says_who_and_when() -> None:
    play = Play()
    play.state.names["guide"] = "郭导"
    kiosk = paired(play)
    alarm = called(play, kiosk)
    play.later(minutes=1)
    taken = play.do(c.AcknowledgeAlarm(alarm=alarm.id, note="就来"), STEWARD)
    assert (taken.by, taken.by_name, taken.taken_at) == ("guide", "郭导", play.now)
    assert helped(play, kiosk) == "coming"
    assert called(play, kiosk).by is None  # who comes is nobody's business at a kiosk
    play.do(c.EndAlarm(alarm=alarm.id), STEWARD)
    assert floor(play) == []
    assert helped(play, kiosk) is None
    assert [(one.actor, one.command) for one in play.log[-2:]] == [
        ("steward:guide", "alarms.acknowledge"),
        ("steward:guide", "alarms.end"),
    ]


def test_only_one_goes_there() -> None:
    play = Play()
    alarm = called(play)
    play.do(c.AcknowledgeAlarm(alarm=alarm.id), STEWARD)
    before = len(play.log)
    play.do(c.AcknowledgeAlarm(alarm=alarm.id), STEWARD)
    assert len(play.log) == before
    assert play.refused(c.AcknowledgeAlarm(alarm=alarm.id), OTHER) == "alarm.taken"
    play.do(c.EndAlarm(alarm=alarm.id), MANAGER)
    assert play.refused(c.EndAlarm(alarm=alarm.id), STEWARD) == "alarm.unknown"
    assert play.refused(c.AcknowledgeAlarm(alarm=alarm.id), STEWARD) == "alarm.unknown"


def test_a_call_ends_by_itself_a_while_after_it_was_last_heard_of() -> None:
    play = Play()
    alarm = called(play)
    life = alarming.LIFE / timedelta(minutes=1)
    assert alarm.until == play.now + alarming.LIFE
    play.later(minutes=life - 1)
    play.do(c.AcknowledgeAlarm(alarm=alarm.id), STEWARD)
    play.later(minutes=life - 1)
    assert len(floor(play)) == 1
    play.later(minutes=1)
    assert floor(play) == []
    assert play.log[-1].command == "clock.tick"


def test_who_may_not_is_refused() -> None:
    play = Play()
    alarm = called(play)
    assert play.refused(CALL, Actor("display", "d")) == "auth.forbidden"
    assert play.refused(c.AcknowledgeAlarm(alarm=alarm.id), KIOSK) == "auth.forbidden"
    assert play.refused(c.EndAlarm(alarm=alarm.id), ZHANG) == "auth.forbidden"
