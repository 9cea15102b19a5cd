"""Counter tablets as the floor is told of them: where each stands, whether it is here, and since when it is not."""

from datetime import timedelta
from typing import Any

from msgspec.structs import replace

from queue_server.engine.device import Device
from queue_server.feed.tablet import Tablets
from queue_server.wire.field import Fitting
from queue_server.wire.ids import DeviceId, WindowId
from tests.fakes.hall import MORNING

ONE, TWO, TEN = WindowId("1"), WindowId("2"), WindowId("10")
HALL = [ONE, TWO, TEN]


def tablet(name: str, *windows: WindowId, **more: Any) -> Device:
    made = Device(
        id=DeviceId(name),
        kind="agent",
        name=name,
        state="placed",
        token=name,
        windows=windows,
        paired_at=MORNING,
        seen_at=MORNING,
    )
    return replace(made, **more)


def states(told: list[dict[str, Any]]) -> list[tuple[str, str]]:
    return [(one["device"], one["state"]) for one in told]


def test_tablets_are_told_in_the_order_of_their_windows_with_whether_they_are_here() -> None:
    devices = [
        tablet("c", TEN),
        tablet("b", TWO),
        tablet("a", ONE, health="degraded", fault="opened for window 3"),
        tablet("d", WindowId("99")),
    ]
    told = Tablets().status(devices, {DeviceId("a"), DeviceId("b")}, HALL, MORNING)
    assert states(told) == [("a", "fault"), ("b", "well"), ("c", "dark"), ("d", "lost")]
    assert [one["windows"] for one in told] == [[ONE], [TWO], [TEN], []]
    assert [one.get("fault") for one in told] == ["opened for window 3", None, None, None]
    assert ["seen_at" in one for one in told] == [False, False, True, True]


def test_one_that_goes_was_seen_last_when_it_went_and_is_unused_on_the_next_day() -> None:
    tablets, devices = Tablets(), [tablet("a", ONE)]
    noon, evening = MORNING + timedelta(hours=3), MORNING + timedelta(hours=8)
    assert states(tablets.status(devices, {DeviceId("a")}, HALL, noon)) == [("a", "well")]
    (gone,) = tablets.status(devices, (), HALL, evening)
    assert (gone["state"], gone["seen_at"]) == ("dark", noon)
    (gone,) = tablets.status(devices, (), HALL, evening + timedelta(days=1))
    assert (gone["state"], gone["seen_at"]) == ("unused", noon)
    (anew,) = Tablets().status(devices, (), HALL, evening)
    assert anew["seen_at"] == MORNING, "a server that has just begun knows what it told last"


def test_a_counter_s_box_a_waiting_and_a_revoked_tablet_are_none() -> None:
    keypad = Fitting(name="keypad 1", port="pad", profile="ff68", window=ONE)
    devices = [
        tablet("box", ONE, fittings=(keypad,)),
        tablet("new", state="waiting"),
        tablet("old", ONE, state="revoked"),
        tablet("kiosk", kind="kiosk"),
    ]
    assert Tablets().status(devices, {one.id for one in devices}, HALL, MORNING) == []
