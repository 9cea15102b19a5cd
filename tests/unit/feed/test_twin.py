"""Of two programs that are one device the newer speaks for it, and once they have been two for a while it is told."""

from queue_server.feed.link import DEAD_AFTER_MS
from queue_server.feed.twin import TWICE_S, Run, Twins, names, speaks
from queue_server.wire.ids import DeviceId

KIOSK, BOX = DeviceId("k1"), DeviceId("b1")
OLD, NEW, OTHER = Run(KIOSK, "first", 1), Run(KIOSK, "second", 2), Run(BOX, "third", 3)


def test_the_program_that_came_last_speaks_for_a_device() -> None:
    runs = [OLD, NEW, OTHER]
    assert [speaks(run, runs) for run in runs] == [False, True, True]
    assert speaks(OLD, [OLD, OTHER]), "the other is gone"


def test_a_program_that_comes_back_is_no_other_one() -> None:
    back = Run(KIOSK, "first", 9)
    assert speaks(OLD, [OLD, back])
    assert speaks(back, [OLD, back])
    assert Twins().status([OLD, back], 0.0) == []


def test_two_programs_are_told_after_a_while_and_not_when_one_took_the_place_of_the_other() -> None:
    twins = Twins()
    assert twins.status([OLD, NEW, OTHER], 100.0) == []
    assert twins.status([OLD, NEW, OTHER], 100.0 + TWICE_S) == [KIOSK]
    assert twins.status([NEW, OTHER], 140.0) == []
    assert twins.status([OLD, NEW], 150.0) == [], "it begins anew"
    assert TWICE_S * 1000 > DEAD_AFTER_MS, "the link of a machine without power is open for so long"


def test_a_device_is_told_by_its_name() -> None:
    assert names([KIOSK, BOX], {KIOSK: "大厅1号机"}) == ["大厅1号机"]
