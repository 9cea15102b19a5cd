"""After a cut of the power: what was open and which devices are missed, told until the day is over."""

from collections.abc import Collection
from datetime import timedelta
from typing import Any

from queue_server.engine.device import Device
from queue_server.feed.outage import Outage
from queue_server.wire.day import local_day
from queue_server.wire.device import DeviceState
from queue_server.wire.floor import CutRecord
from queue_server.wire.ids import DeviceId
from tests.fakes.hall import MORNING

CUT = CutRecord(at=MORNING, waiting=37, called=3, serving=5, windows=12)
TODAY = local_day(MORNING)
EAST, WEST = DeviceId("east"), DeviceId("west")


def device(id_: DeviceId, state: DeviceState = "placed") -> Device:
    return Device(id=id_, kind="kiosk", name=id_, state=state, token=id_, paired_at=MORNING, seen_at=MORNING)


HALL = (device(EAST), device(WEST), device(DeviceId("new"), "waiting"), device(DeviceId("old"), "revoked"))


def missing(told: dict[str, Any] | None) -> Collection[str] | None:
    return None if told is None else [one["name"] for one in told["missing"]]


def test_after_a_clean_stop_nothing_is_told() -> None:
    assert Outage(None).status(HALL, (), TODAY) is None


def test_devices_are_missed_until_all_of_them_are_back() -> None:
    outage = Outage(CUT)
    told = outage.status(HALL, (), TODAY)
    assert told is not None
    assert (told["waiting"], told["called"], told["serving"], told["windows"]) == (37, 3, 5, 12)
    assert missing(told) == ["east", "west"]
    assert missing(outage.status(HALL, {EAST}, TODAY)) == ["west"]
    told = outage.status(HALL, {EAST, WEST}, TODAY)
    assert told is not None
    assert (told["waiting"], told["missing"], told["back"]) == (37, [], True)


def test_what_was_open_is_told_until_midnight_and_no_longer() -> None:
    outage = Outage(CUT)
    assert outage.status(HALL, {EAST, WEST}, TODAY) is not None
    assert outage.status(HALL, {EAST, WEST}, TODAY) is not None
    assert outage.status(HALL, (), TODAY + timedelta(days=1)) is None
    assert outage.status(HALL, (), TODAY) is None


def test_a_cut_over_night_is_told_of_on_the_morning_after() -> None:
    outage = Outage(CUT)
    assert outage.status(HALL, (), TODAY, held=True) is not None, "nobody has agreed that it is another day"
    assert outage.status(HALL, (), TODAY + timedelta(days=1)) is not None
    assert outage.status(HALL, (), TODAY + timedelta(days=2)) is None


def test_a_device_that_goes_later_is_nothing_of_the_cut_any_more() -> None:
    outage = Outage(CUT)
    outage.status(HALL, {EAST}, TODAY)
    assert missing(outage.status(HALL, {WEST}, TODAY)) == []


def test_a_hall_without_placed_devices_is_told_of_its_cut_too() -> None:
    told = Outage(CUT).status((device(EAST, "waiting"),), (), TODAY)
    assert told is not None
    assert (told["missing"], told["back"]) == ([], False)
