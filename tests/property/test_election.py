"""Screens and boxes at one loudspeaker, under any cuts of cables, restarts and faults: never two of them sound, and one soon does.

Both sides are the real ones: the server's election and each client's own rule, with a network between them that is late, stands
still, and breaks; nobody's clock agrees with anybody's.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from itertools import pairwise
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from displays.model import turn
from queue_server.feed import election
from queue_server.wire.voice import Asking

STEP_S = 0.25
LONGEST_S = 20.0
"""An announcement in two languages."""
TAKEOVER_S = election.LEASE_S + election.SLACK_S + 1.0
"""How long a reserve that is known may wait: "a few seconds"."""
decide = election.step
answer = turn.step
"""The rules under test."""


@dataclass
class Client:
    """One screen: its rule, its own clock, and what is on its way in both directions, each with the time when it comes."""

    own: bool
    skew_s: float
    state: turn.State = field(default_factory=turn.State)
    ends_s: float = 0.0
    dead: bool = False
    link: int = 0
    """The number of its connection; 0 while there is none."""
    stuck: bool = False
    """The cable is pulled: nothing comes through, and neither end knows."""
    out: list[tuple[float, Any]] = field(default_factory=list)
    back: list[tuple[float, Any]] = field(default_factory=list)
    back_at_s: float = 0.0
    """When it connects again."""


class Hall:
    """Everybody, and a log of who sounded when."""

    def __init__(self, chance: Random, owns: list[bool]) -> None:
        self.chance = chance
        self.now = 0.0
        self.server = self.begun()
        self.clients = [Client(own, chance.uniform(-1e5, 1e5)) for own in owns]
        self.links = 0
        self.sure_s = 0.0
        """Until then no cable is pulled: the server has just begun, and a second fault is not its to bear."""
        self.sounds: list[tuple[float, int]] = []
        for client in self.clients:
            self.tell(client, turn.Wanted(True))

    # clients

    def tell(self, client: Client, event: turn.Event) -> None:
        at = self.now + client.skew_s
        client.state, orders = answer(client.state, event, at)
        for order in orders:
            if isinstance(order, turn.Hush):
                self.tell(client, turn.Sounding(False))
            elif client.link:
                asking = Asking(
                    loudspeaker="west",
                    at=at,
                    stand=order.stand,
                    term=order.term,
                    for_s=order.for_s,
                    able=order.able,
                )
                self.send(client.out, asking)

    def send(self, wire: list[tuple[float, Any]], message: Any) -> None:
        comes_s = self.now + self.chance.choice((0.0, 0.0, 0.3, 1.0))
        wire.append((max([comes_s, *(at for at, _ in wire)]), message))

    def live(self, client: Client) -> None:
        """What a screen does by itself: it speaks whenever it may, and comes back when its link is gone."""
        if client.dead:
            return
        if not client.link and self.now >= client.back_at_s and not client.stuck:
            self.links += 1
            client.link = self.links
            self.tell(client, turn.Linked(True))
        self.tell(client, turn.Ticked())
        if client.state.sounding and self.now >= client.ends_s:
            self.tell(client, turn.Sounding(False))
        if not client.state.sounding and client.state.may(self.now + client.skew_s):
            client.ends_s = self.now + self.chance.uniform(1.0, LONGEST_S)
            self.tell(client, turn.Sounding(True))

    # the server

    def begun(self) -> election.State:
        return election.vacant(self.now, round(self.now * 1000))

    def hear(self, event: election.Event) -> None:
        self.server, tells = decide(self.server, event, self.now)
        for told in tells:
            client = next((one for one in self.clients if one.link == told.who), None)
            if client is not None:
                self.send(client.back, turn.Told(told.turn, told.at, told.term, told.for_s))

    def cut(self, client: Client, *, silent: bool) -> None:
        """Both ends know that the link is gone."""
        link, client.link = client.link, 0
        client.out.clear()
        client.back.clear()
        client.back_at_s = self.now + self.chance.uniform(0.1, 2.0)
        if link:
            self.hear(election.Gone(link, silent))
        if not client.dead:
            self.tell(client, turn.Linked(False))

    # time

    def run(self, seconds: float) -> None:
        until = self.now + seconds
        while self.now < until:
            self.now += STEP_S
            self.hear(election.Ticked())
            for client in self.clients:
                if not client.stuck:
                    self.deliver(client)
                self.live(client)
            sounding = [n for n, one in enumerate(self.clients) if one.state.sounding and not one.dead]
            assert len(sounding) < 2, f"two speak at {self.now}"
            self.sounds += [(self.now, n) for n in sounding]

    def deliver(self, client: Client) -> None:
        while client.out and client.out[0][0] <= self.now:
            self.hear(election.Asked(client.link, client.own, client.out.pop(0)[1]))
        while client.back and client.back[0][0] <= self.now and client.link:
            told = client.back.pop(0)[1]
            if not client.dead:
                self.tell(client, told)

    def happen(self) -> None:
        """Something goes wrong, or is well again."""
        client = self.chance.choice(self.clients)
        match self.chance.randrange(8):
            case 0 if client.stuck or self.now > self.sure_s:
                client.stuck = not client.stuck
            case 1:  # its end notices
                self.cut(client, silent=False)
            case 2:
                client.dead = True
                self.cut(client, silent=True)
            case 3:  # it is switched on again
                if client.dead:
                    client.dead, client.state, client.skew_s = (
                        False,
                        turn.State(),
                        self.chance.uniform(-1e5, 1e5),
                    )
                    self.tell(client, turn.Wanted(True))
            case 4:
                self.tell(client, turn.Unable(self.chance.choice((0.0, 0.0, 30.0, turn.EVER_S))))
            case 5:
                self.tell(client, turn.Wanted(self.chance.random() < 0.7))
            case 6 if not any(one.stuck for one in self.clients):
                self.sure_s = self.now + election.ALONE_S  # see `vacant`
                for one in filter(lambda one: one.link, self.clients):
                    self.cut(one, silent=False)
                self.server = self.begun()
            case _:
                pass

    def heal(self) -> None:
        for client in self.clients:
            client.stuck = False
            if client.dead:
                client.dead, client.state = False, turn.State()
            self.tell(client, turn.Wanted(True))
        self.tell(self.clients[0], turn.Unable())


def trouble(chance: Random, owns: list[bool]) -> None:
    """Ten minutes of anything; then all is well, and the best placed one speaks."""
    hall = Hall(chance, owns)
    for _ in range(60):
        hall.happen()
        hall.run(chance.uniform(0.0, 12.0))
    hall.heal()
    hall.run(election.ALONE_S + LONGEST_S + 15.0)
    begun = hall.now
    hall.run(5.0)
    heard = {n for at, n in hall.sounds if at > begun}
    assert len(heard) == 1, "nobody speaks though all could"
    speaker = hall.clients[heard.pop()]
    best = max((one.state.able(hall.now + one.skew_s), one.own) for one in hall.clients)
    assert (speaker.state.able(hall.now + speaker.skew_s), speaker.own) == best, "a better one waits"


@settings(max_examples=25, deadline=None)
@given(st.randoms(use_true_random=False), st.lists(st.booleans(), min_size=2, max_size=4))
def test_never_two_speak_and_when_all_is_well_the_best_placed_one_does(
    chance: Random, owns: list[bool]
) -> None:
    trouble(chance, owns)


@pytest.mark.parametrize("pulled", [True, False], ids=["cable pulled", "browser ended"])
def test_a_reserve_speaks_within_seconds_when_the_one_who_speaks_is_gone(pulled: bool) -> None:
    for seed in range(20):
        hall = Hall(Random(seed), [True, True])
        hall.run(election.ALONE_S + 10.0)
        first = hall.clients[hall.sounds[-1][1]]
        other = 1 - hall.sounds[-1][1]
        gone = hall.now
        if pulled:
            first.stuck = True
        else:
            first.dead = True
            hall.cut(first, silent=True)
        hall.run(TAKEOVER_S)
        assert any(n == other and at > gone for at, n in hall.sounds), "the reserve is silent"


def test_nobody_is_cut_off_while_nobody_is_late_or_gone() -> None:
    """Who is better placed waits for the end of what is being said."""
    hall = Hall(Random(1), [False])
    hall.run(10.0)
    hall.clients.append(Client(own=True, skew_s=7.0))
    hall.tell(hall.clients[1], turn.Wanted(True))
    ends_s = hall.clients[0].ends_s
    hall.run(LONGEST_S + 10.0)
    before = [at for at, n in hall.sounds if n == 0]
    assert max(before) >= ends_s - STEP_S
    assert hall.sounds[-1][1] == 1
    assert all(a <= b for (_, a), (_, b) in pairwise(hall.sounds))


def _speaks_at_once(state: election.State, event: election.Event, now_s: float) -> election.Outcome:
    return election.step(replace(state, until_s=min(state.until_s, now_s)), event, now_s)


def _lets_nobody_finish(state: election.State, event: election.Event, now_s: float) -> election.Outcome:
    state, tells = election.step(state, event, now_s)
    return (replace(state, speaker=None, until_s=now_s), tells) if state.leaving else (state, tells)


def _believes_what_is_gone(state: turn.State, event: turn.Event, now_s: float) -> turn.Outcome:
    return turn.step(replace(state, since_s=0.0, known=True), event, now_s)


def _speaks_on(state: turn.State, event: turn.Event, now_s: float) -> turn.Outcome:
    return turn.step(replace(state, until_s=now_s + 9), event, now_s)


def _holds_for_ever(state: election.State, event: election.Event, now_s: float) -> election.Outcome:
    return election.step(replace(state, leaving=False), replace_left(event), now_s)


def replace_left(event: election.Event) -> election.Event:
    if isinstance(event, election.Asked) and event.asking.stand == "left":
        stays = Asking(loudspeaker="west", at=event.asking.at, stand="speaks", able=event.asking.able)
        return replace(event, asking=stays)
    return event


def much_trouble() -> None:
    for seed in range(40):
        trouble(Random(seed), [True, True, False])


@pytest.mark.parametrize(
    "side, fault",
    [
        ("decide", _speaks_at_once),
        ("decide", _lets_nobody_finish),
        ("decide", _holds_for_ever),
        ("answer", _believes_what_is_gone),
        ("answer", _speaks_on),
    ],
)
def test_a_rule_with_a_fault_is_noticed(
    side: str, fault: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(globals(), side, fault)
    with pytest.raises(AssertionError):
        much_trouble()
