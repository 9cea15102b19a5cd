"""After a cut of the power: told until every device that has a place was back together."""

from collections.abc import Collection
from typing import Any

from queue_server.engine.device import Device
from queue_server.feed.outage import Outage
from queue_server.wire.ids import DeviceId
from queue_server.wire.view import CutRecord, DeviceState
from tests.fakes.hall import MORNING

CUT = CutRecord(at=MORNING, waiting=37, called=3, serving=5, windows=12)
EAST, WEST = DeviceId("east"), DeviceId("west")


def device(id_: DeviceId, state: DeviceState = "placed") -> Device:
    return Device(id=id_, kind="kiosk", name=id_, state=state, token=id_, paired_at=MORNING, seen_at=MORNING)


HALL = (device(EAST), device(WEST), device(DeviceId("new"), "waiting"), device(DeviceId("old"), "revoked"))


def missing(told: dict[str, Any] | None) -> Collection[str] | None:
    return None if told is None else [one["name"] for one in told["missing"]]


def test_after_a_clean_stop_nothing_is_told() -> None:
    assert Outage(None).status(HALL, ()) is None


def test_devices_are_missed_until_all_of_them_are_back() -> None:
    outage = Outage(CUT)
    told = outage.status(HALL, ())
    assert told is not None
    assert (told["waiting"], told["called"], told["serving"], told["windows"]) == (37, 3, 5, 12)
    assert missing(told) == ["east", "west"]
    assert missing(outage.status(HALL, {EAST})) == ["west"]
    assert outage.status(HALL, {EAST, WEST}) is None


def test_a_device_that_goes_later_is_nothing_of_the_cut_any_more() -> None:
    outage = Outage(CUT)
    outage.status(HALL, {EAST, WEST})
    assert outage.status(HALL, {EAST}) is None


def test_a_hall_without_placed_devices_is_told_of_its_cut_too() -> None:
    assert missing(Outage(CUT).status((device(EAST, "waiting"),), ())) == []
