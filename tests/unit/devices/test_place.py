"""What an agent tells the server of its devices: which ail, how, and since when."""

from datetime import UTC, datetime

from devices.agent.place import Ailing, ailment, standing
from devices.codec.escpos.status import Health
from devices.driver.condition import MOST
from queue_server.wire.field import Fitting
from queue_server.wire.ids import WindowId


def since(hour: int, minute: int) -> datetime:
    """On the hall's clock it is eight hours later."""
    return datetime(2026, 11, 23, hour - 8, minute, tzinfo=UTC)


def test_the_longest_ailing_comes_first_with_the_halls_own_time() -> None:
    ill = {
        "keypad 1/5": Ailing(Health.GONE, since(9, 30)),
        "bar 1": Ailing(Health.OFFLINE, since(9, 12)),
    }
    assert ailment(ill) == "bar 1有故障 faulty 09:12, keypad 1/5没连上 gone 09:30"


def test_of_many_the_first_are_named_and_the_others_counted() -> None:
    ill = {f"keypad 1/{n}": Ailing(Health.GONE, since(9, n)) for n in range(10)}
    told = ailment(ill)
    assert told == "keypad 1/0没连上 gone 09:00, keypad 1/1没连上 gone 09:01 +8"
    assert len(told) <= MOST + 4


def test_a_device_stands_where_it_was_placed_and_else_where_its_file_says() -> None:
    one, two, three = (WindowId(id_) for id_ in "123")
    fittings = [
        Fitting(name=f"keypad 1/{n}", port="/dev/ttyUSB0", profile="ff68", window=one) for n in (5, 6, 7)
    ]
    places = {"keypad 1/6": two, "keypad 1/7": None, "keypad 9/9": three}
    assert standing(fittings, places) == {"keypad 1/5": one, "keypad 1/6": two, "keypad 1/7": None}


def test_nothing_that_ails_is_nothing_to_tell() -> None:
    assert ailment({}) is None
