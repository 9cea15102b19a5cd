"""Whose turn it is, on a bus in virtual time: no line, no clock."""

from collections.abc import Iterator
from itertools import pairwise

from devices.codec.manner import Manner
from devices.driver.turn import SILENT_S, Turn, Turns

MANNER = Manner(byte_s=0.0, turnaround_s=0.005, reply_s=0.04, retries=2, round_s=0.1)
ALL = frozenset(range(1, 33))
ASK = {address: bytes((4, address, 7)) for address in ALL}


class Bench:
    """A bus whose devices answer after a time of their own; None is never."""

    def __init__(self, turns: Turns, answers: dict[int, float | None] | None = None) -> None:
        self.turns, self.now = turns, 0.0
        self.answers = answers or {}
        self.said: list[tuple[float, int | None, bytes]] = []

    def step(self) -> Turn | None:
        turn = self.turns.next(self.now)
        if turn is None:
            return None
        if not isinstance(turn, Turn):
            self.now += turn
            return self.step()
        self.said.append((self.now, turn.address, turn.frame))
        if turn.awaits and turn.address is not None:
            took = self.answers.get(turn.address, 0.001)
            if took is None or took > MANNER.reply_s:
                self.now += MANNER.reply_s
                self.turns.missed(turn.address, self.now)
            else:
                self.now += took
                self.turns.answered(turn.address)
        self.now += MANNER.turnaround_s
        return turn

    def rounds(self, count: int) -> Iterator[float]:
        """How long each of so many rounds takes."""
        last = self.turns.round_s
        for _ in range(count * 100):
            self.step()
            if self.turns.round_s != last:
                last = self.turns.round_s
                yield last
                count -= 1
                if not count:
                    return


def polled(answers: dict[int, float | None] | None = None) -> Bench:
    return Bench(Turns(ALL, MANNER, ASK), answers)


def test_everybody_is_asked_once_a_round_in_the_same_order() -> None:
    bench = polled()
    for _ in range(64):
        bench.step()
    asked = [address for _, address, _ in bench.said]
    assert asked == [*range(1, 33)] * 2


def test_a_round_of_32_is_as_long_as_its_turns_and_is_measured() -> None:
    (took,) = polled().rounds(1)
    assert abs(took - 32 * 0.006) < 1e-9


def test_one_who_talks_all_the_time_gets_one_order_a_round_and_delays_nobody() -> None:
    bench = polled()
    for n in range(100):
        bench.turns.order(7, f"slot {n}", b"talk")
    for _ in range(66):
        bench.step()
    asked = [address for _, address, frame in bench.said if frame != b"talk"]
    assert asked == [*range(1, 33)] * 2
    assert sum(frame == b"talk" for _, _, frame in bench.said) == 2


def test_many_silent_ones_cost_the_others_one_wait_a_round() -> None:
    whole = next(polled().rounds(1))
    ill = polled(dict.fromkeys(range(1, 11)))
    times = list(ill.rounds(12))
    assert max(times[4:]) <= whole + MANNER.reply_s + 1e-9


def test_a_silent_one_is_left_alone_for_a_second_and_heard_when_it_is_back() -> None:
    bench = polled({5: None})
    list(bench.rounds(5))
    asked = [at for at, address, _ in bench.said if address == 5][MANNER.retries :]
    list(bench.rounds(12))
    asked = [at for at, address, _ in bench.said if address == 5][MANNER.retries :]
    assert len(asked) >= 3
    assert all(later - earlier >= SILENT_S for earlier, later in pairwise(asked))
    del bench.answers[5]
    list(bench.rounds(8))
    asked = [at for at, address, _ in bench.said if address == 5]
    assert asked[-1] - asked[-2] < SILENT_S


def test_every_silent_one_is_asked_in_its_turn() -> None:
    bench = polled(dict.fromkeys((3, 9, 20)))
    list(bench.rounds(30))
    late = [address for at, address, _ in bench.said if at > 3 and address in (3, 9, 20)]
    assert abs(late.count(3) - late.count(9)) <= 1
    assert abs(late.count(9) - late.count(20)) <= 1


def test_an_order_that_is_overtaken_is_never_sent() -> None:
    bench = Bench(Turns(frozenset({1, 2}), MANNER, {}))
    bench.turns.order(1, "show", b"A001")
    bench.turns.order(1, "show", b"A002")
    bench.turns.order(2, "show", b"A003")
    bench.turns.order(1, "beep", b"beep")
    while bench.step():
        pass
    assert [frame for _, _, frame in bench.said] == [b"A002", b"A003", b"beep"]


def test_an_order_that_owes_an_answer_is_sent_until_it_has_one() -> None:
    bench = Bench(Turns(frozenset({1}), MANNER, {}), {1: None})
    bench.turns.order(1, "show", b"A001", awaits=True)
    for _ in range(6):
        bench.step()
    assert [frame for _, _, frame in bench.said] == [b"A001"] * 6
    assert bench.now >= 3 * SILENT_S
    bench.answers[1] = 0.001
    bench.step()
    assert bench.step() is None


def test_an_answer_to_an_order_that_was_overtaken_on_its_way_is_not_one_to_the_new_order() -> None:
    turns = Turns(frozenset({1}), MANNER, {})
    turns.order(1, "show", b"A001", awaits=True)
    assert turns.next(0.0) == Turn(1, b"A001", awaits=True)
    turns.order(1, "show", b"A002", awaits=True)
    turns.answered(1)
    assert turns.next(0.1) == Turn(1, b"A002", awaits=True)


def test_the_answer_to_a_key_goes_before_all_else() -> None:
    bench = polled()
    bench.step()
    bench.turns.urge(b"ack")
    bench.step()
    assert bench.said[-1][2] == b"ack"


def test_with_nothing_to_say_nobody_is_disturbed() -> None:
    assert Turns(ALL, MANNER, {}).next(0.0) is None


def test_a_new_line_begins_without_old_orders_and_without_silent_ones() -> None:
    bench = polled({5: None})
    list(bench.rounds(5))
    bench.turns.order(1, "show", b"old")
    bench.turns.clear()
    bench.said.clear()
    for _ in range(32):
        bench.step()
    assert [address for _, address, _ in bench.said] == [*range(1, 33)]
