"""What an agent tells the server of its devices: which ail, how, and since when."""

from datetime import UTC, datetime

from devices.agent.place import MOST, Ailing, ailment
from devices.codec.escpos.status import Health


def since(hour: int, minute: int) -> datetime:
    """On the hall's clock it is eight hours later."""
    return datetime(2026, 11, 23, hour - 8, minute, tzinfo=UTC)


def test_the_longest_ailing_comes_first_with_the_halls_own_time() -> None:
    ill = {
        "keypad 1/5": Ailing(Health.GONE, since(9, 30)),
        "bar 1": Ailing(Health.OFFLINE, since(9, 12)),
    }
    assert ailment(ill) == "bar 1 offline 09:12, keypad 1/5 gone 09:30"


def test_of_many_the_first_are_named_and_the_others_counted() -> None:
    ill = {f"keypad 1/{n}": Ailing(Health.GONE, since(9, n)) for n in range(10)}
    told = ailment(ill)
    assert told == "keypad 1/0 gone 09:00, keypad 1/1 gone 09:01 +8"
    assert len(told) <= MOST + 4


def test_nothing_that_ails_is_nothing_to_tell() -> None:
    assert ailment({}) is None
