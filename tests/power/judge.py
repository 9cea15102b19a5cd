"""Whether a hall that is found after a crash is what its clients were told, and answers them as it did."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from functools import cached_property
from random import Random
from typing import Any

import msgspec

from queue_server.engine import event as log
from queue_server.engine.apply import apply
from queue_server.engine.event import Stamped
from queue_server.engine.state import State
from queue_server.flow.clock import Clock
from queue_server.flow.flow import Flow
from queue_server.flow.port import Store
from queue_server.wire.command import Take
from queue_server.wire.day import local_day
from queue_server.wire.error import Refusal
from tests.fakes.hall import FILING, hall
from tests.fakes.play import KIOSK, SECRET, picture
from tests.power.town import Asked, Told

SIGN: dict[str, type] = {
    "tickets.take": log.Taken,
    "tickets.cancel": log.Cancelled,
    "tickets.printed": log.PaperReported,
    "windows.open": log.Opened,
    "windows.call_next": log.Called,
    "windows.no_show": log.Missed,
}
"""The event that each command has exactly one of when it has done what it answers."""
LATEST, OLDER = 10, 3
"""How many answered keys are asked again at each crash: of the newest, where something might be missing, and of all others."""


class Witness:
    """What the clients know at some moment."""

    def __init__(self) -> None:
        self.asked: dict[str, Asked] = {}
        self.told: dict[str, Told] = {}

    def hear(self, word: Asked | Told) -> None:
        """A client speaks."""
        if isinstance(word, Asked):
            self.asked[word.key] = word
        else:
            self.told[word.key] = word

    def copy(self) -> "Witness":
        """As it is now."""
        made = Witness()
        made.asked, made.told = dict(self.asked), dict(self.told)
        return made

    @property
    def open(self) -> list[Asked]:
        """What nobody was answered yet."""
        return [asked for key, asked in self.asked.items() if key not in self.told]

    @property
    def kept(self) -> list[Told]:
        """The answers that a retry must get again."""
        return [told for told in self.told.values() if told.changed]

    @cached_property
    def answers(self) -> list[tuple[str, Any]]:
        """Command and answer of everything that was answered with something; ask when all was heard."""
        return [
            (self.asked[told.key].name, msgspec.json.decode(told.body))
            for told in self.kept
            if told.body is not None
        ]


async def judge(store: Store, witness: Witness, now: datetime, chance: Random) -> list[str]:
    """Start a hall on what was found at a crash. Every way in which it is not what the clients know; empty if there is none."""
    flow = Flow(hall(), store, Clock(now), secret=SECRET)
    try:
        await flow.start()
        found = _stamped(store, 0)
        faults = [*_against_log(flow.durable, found, now), *_against_told(found, witness)]
        faults += await _again(flow, witness, chance)
        fresh = _body(await flow.ask(KIOSK, Take(service=FILING), "after the crash"))
        found += _stamped(store, len(found))
        if fresh["number"] in {made["number"] for name, made in witness.answers if name == "tickets.take"}:
            faults.append(f"{fresh['number']} is given again")
        return faults + _against_told(found, witness, others=1)
    except Exception as fault:  # noqa: BLE001 - a hall that cannot be used is what is looked for, whatever it says
        return [f"cannot be used: {fault!r}"]
    finally:
        await flow.stop()


def _stamped(store: Store, after: int) -> list[Stamped]:
    return [
        Stamped(each.seq, each.at, each.actor, each.command, log.decode(bytes(each.body)))
        for each in store.events(after, 100_000)
    ]


def _against_log(state: State, found: Sequence[Stamped], now: datetime) -> list[str]:
    """The tables are what the log makes."""
    if [each.seq for each in found] != list(range(1, len(found) + 1)):
        return ["the log has a gap"]
    again = State(hall(), local_day(found[0].at) if found else local_day(now))
    again.turned_at = state.turned_at
    faults: list[str] = []
    for n, each in enumerate(found):
        apply(again, each)
        if each.command == "windows.call_next" and isinstance(each.event, log.Finished):
            services = again.hall.window[each.event.window].services
            follows = n + 1 < len(found) and found[n + 1].command == each.command
            if not follows and any(len(again.lines[service]) for service in services):
                faults.append(f"event {each.seq} is half of a call")
    if picture(again) != picture(state):
        faults.append("the tables are not what the log makes")
    return faults


def _against_told(found: Sequence[Stamped], witness: Witness, others: int = 0) -> list[str]:
    """Every answered command is there once, and of those under way each once or not at all. `others` tickets are nobody's here."""
    faults: list[str] = []
    taken = [each.event for each in found if isinstance(each.event, log.Taken)]
    numbers = Counter((event.day, event.prefix, event.n) for event in taken)
    faults += [f"number {number} was given {times} times" for number, times in numbers.items() if times > 1]
    tickets = Counter(event.ticket for event in taken)
    faults += [f"ticket {id_} is there {times} times" for id_, times in tickets.items() if times > 1]
    called = Counter(each.event.ticket for each in found if isinstance(each.event, log.Called))
    faults += [f"ticket {id_} was called {times} times" for id_, times in called.items() if times > 1]
    done = Counter(each.command for each in found if isinstance(each.event, SIGN.get(each.command, ())))
    under_way = Counter(asked.name for asked in witness.open)
    answered = Counter[str]()
    named = {event.ticket: f"{event.prefix}{event.n:03d}" for event in taken}
    for name, made in witness.answers:
        answered[name] += 1
        if name == "tickets.take" and named.get(made["id"]) != made["number"]:
            faults.append(f"{made['number']} is {named.get(made['id'])} now")
        if name == "windows.call_next" and called[made["id"]] != 1:
            faults.append(f"the call of {made['number']} was answered and is not there")
    for name in SIGN:
        most = answered[name] + under_way[name] + (others if name == "tickets.take" else 0)
        if not answered[name] <= done[name] <= most:
            faults.append(
                f"{name}: {done[name]} done, {answered[name]} answered, {under_way[name]} under way"
            )
    return faults


async def _again(flow: Flow, witness: Witness, chance: Random) -> list[str]:
    """Retries: an answered key gets its first answer, the others are answered now."""
    faults: list[str] = []
    kept = witness.kept
    older = kept[:-LATEST]
    for told in [*kept[-LATEST:], *chance.sample(older, min(OLDER, len(older)))]:
        asked = witness.asked[told.key]
        try:
            again = await flow.ask(asked.actor, asked.command, told.key)
        except Refusal as refusal:
            faults.append(f"{told.key} ({asked.name}) was answered, now {refusal.code}")
            continue
        body = None if again.body is None else again.body.decode()
        if (again.status, body) != (told.status, told.body):
            faults.append(f"{told.key} ({asked.name}) has another answer now")
    for asked in witness.open:
        try:
            first = await flow.ask(asked.actor, asked.command, asked.key)
            if (await flow.ask(asked.actor, asked.command, asked.key)).body != first.body:
                faults.append(f"{asked.key} ({asked.name}) has two answers")
        except Refusal as refusal:
            if refusal.code == "store.unavailable":
                faults.append(f"{asked.key} ({asked.name}) is unavailable")
    return faults


def _body(answer: Any) -> Any:
    return msgspec.json.decode(answer.body)
