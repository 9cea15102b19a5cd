"""What every wire and bus promises is itself proven: each planted fault turns the test that guards it red."""

from collections.abc import Callable

import pytest

from devices.codec import evdev
from devices.codec.modbus.rtu import RtuCodec
from devices.codec.sam.card import Card
from devices.codec.sam.frame import SamFramer
from devices.driver.turn import Turn, Turns
from tests.property import test_wire
from tests.unit.devices import test_pad, test_sam, test_turn

Plant = Callable[[pytest.MonkeyPatch], None]


def _xor_not_checked(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(SamFramer, "_good", lambda *_: True)


def _modbus_not_checked(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(RtuCodec, "_good", lambda *_: True)


def _card_printed(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Card, "__repr__", lambda self: f"Card({self.name}, {self.number})")


def _held_key_counts_again(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(evdev, "DOWN", evdev.REPEAT)


def _silent_ones_keep_their_place(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Turns, "missed", lambda *_: False)


def _talker_is_served_first(patch: pytest.MonkeyPatch) -> None:
    honest = Turns.next

    def next_(self: Turns, now: float) -> Turn | float | None:
        talkers = [address for address, place in self._places.items() if place.orders]
        if talkers:
            self._asks = None
            self._visits.clear()
            self._visits.extend(talkers)
        return honest(self, now)

    patch.setattr(Turns, "next", next_)


PLANTS: list[tuple[Plant, Callable[[], None]]] = [
    (_xor_not_checked, lambda: test_wire.test_a_frame_with_any_bit_changed_says_nothing("sam reader")),
    (_modbus_not_checked, lambda: test_wire.test_a_frame_with_any_bit_changed_says_nothing("modbus")),
    (_card_printed, test_sam.test_nothing_of_a_card_is_in_what_a_program_might_print),
    (_held_key_counts_again, test_pad.test_a_key_that_is_held_is_one_press),
    (_silent_ones_keep_their_place, test_turn.test_many_silent_ones_cost_the_others_one_wait_a_round),
    (
        _talker_is_served_first,
        test_turn.test_one_who_talks_all_the_time_gets_one_order_a_round_and_delays_nobody,
    ),
]


@pytest.mark.parametrize("plant,guard", PLANTS, ids=[p.__name__.strip("_") for p, _ in PLANTS])
def test_a_planted_fault_turns_its_guard_red(
    plant: Plant, guard: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    guard()
    plant(monkeypatch)
    with pytest.raises(AssertionError):
        guard()
