"""Fair turns under any orders and any silence, in virtual time."""

from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from devices.codec.manner import Manner
from devices.driver.turn import Turn, Turns

WIRE_S = 0.005
"""How long a frame and its answer take."""
MANNER = Manner(reply_s=0.04, retries=1, round_s=0.02)


class Bus:
    """Devices of which some are silent, and an owner who orders at any time."""

    def __init__(self, well: int, silent: int, *, polled: bool) -> None:
        self.well, self.now = frozenset(range(well)), 0.0
        self.all = frozenset(range(well + silent))
        self.turns = Turns(self.all, MANNER, {a: bytes((a,)) for a in self.all} if polled else {})
        self.sent: list[tuple[float, int, bytes]] = []

    def step(self) -> None:
        turn = self.turns.next(self.now)
        if not isinstance(turn, Turn):
            self.now += WIRE_S if turn is None else max(turn, 1e-6)
            return
        assert turn.address is not None
        self.sent.append((self.now, turn.address, turn.frame))
        if turn.awaits and turn.address not in self.well:
            self.now += MANNER.reply_s
            self.turns.missed(turn.address, self.now)
            return
        self.now += WIRE_S
        if turn.awaits:
            self.turns.answered(turn.address)


orders = st.lists(st.tuples(st.integers(0, 11), st.sampled_from(["show", "beep", "prompt"])), max_size=3)


@settings(max_examples=25)
@given(well=st.integers(1, 6), silent=st.integers(0, 6), talk=st.lists(orders, min_size=150, max_size=150))
def test_nobody_who_answers_waits_longer_than_everybodys_turn_and_one_silence(
    well: int, silent: int, talk: list[list[tuple[int, str]]]
) -> None:
    bus = Bus(well, silent, polled=True)
    for said in talk:
        for address, slot in said:
            if address in bus.all:
                bus.turns.order(address, slot, f"{address} {slot}".encode(), awaits=slot == "show")
        bus.step()
    settled = 3 * (silent + 1) * (MANNER.retries + 1) * MANNER.reply_s
    most = MANNER.round_s + 2 * (well + silent) * WIRE_S + 2 * MANNER.reply_s
    for address in bus.well:
        asked = [
            at for at, to, frame in bus.sent if to == address and frame == bytes((address,)) and at > settled
        ]
        assert all(later - earlier <= most for earlier, later in pairwise(asked))


@settings(max_examples=25)
@given(silent=st.integers(0, 3), talk=st.lists(orders, min_size=30, max_size=30), polled=st.booleans())
def test_the_last_order_in_a_slot_is_sent_and_none_is_sent_after_it(
    silent: int, talk: list[list[tuple[int, str]]], polled: bool
) -> None:
    bus, last = Bus(6, silent, polled=polled), dict[tuple[int, str], bytes]()
    for n, said in enumerate(talk):
        for address, slot in said:
            if address in bus.all:
                last[address, slot] = f"{slot} {n}".encode()
                bus.turns.order(address, slot, last[address, slot], awaits=slot == "show")
        bus.step()
    for _ in range(200):
        bus.step()
    for (address, slot), frame in last.items():
        if address in bus.well:
            mine = [f for _, to, f in bus.sent if to == address and f.startswith(slot.encode() + b" ")]
            assert mine[-1] == frame
            assert mine.count(frame) == 1
