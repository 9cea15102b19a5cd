"""A hall in one process on a watched disk: the real flow and store, and clients that note what they asked and were told.

`python -m tests.power.town DATABASE SEED START COMMANDS` under the environment of a `Disk`. A line on standard input for each
request that earlier processes left without an answer: they are asked again first. Some commits fail on the way, and `PLANT` in the
environment names a fault of `tests/sabotage/plant.py` to plant.
"""

import asyncio
import os
import sys
from collections.abc import Sequence
from datetime import datetime
from itertools import count
from pathlib import Path
from random import Random
from typing import Any

import msgspec
import structlog

from queue_server.engine.actor import Actor
from queue_server.flow.clock import Clock
from queue_server.flow.flow import Answer, Commit, Flow
from queue_server.store.sqlite import SqliteStore
from queue_server.wire.command import (
    BY_TYPE,
    REGISTRY,
    CallNext,
    Cancel,
    Command,
    NoShow,
    Open,
    Printed,
    Take,
)
from queue_server.wire.error import Refusal
from queue_server.wire.ids import ServiceId, TicketId, WindowId
from tests.fakes.hall import FILING, FOUR, LICENCE, ONE, SEAL, THREE, TWO, hall
from tests.fakes.play import KIOSK, SECRET
from tests.power.disk import FAULTS, UNSYNCED, Switch, note

CLIENTS = 12
CLERKS = {window: Actor("clerk", f"clerk{window}") for window in (ONE, TWO, THREE, FOUR)}
WHO = {actor.id: actor for actor in (KIOSK, *CLERKS.values())}
PATIENCE_S = 60.0


class Asked(msgspec.Struct, frozen=True, tag=True):
    """A client is about to ask; the same key until it is answered."""

    key: str
    who: str
    name: str
    fields: dict[str, Any]

    @property
    def command(self) -> Command:
        """The command that is asked."""
        return msgspec.convert(self.fields, REGISTRY[self.name].type)

    @property
    def actor(self) -> Actor:
        """Who asks."""
        return WHO[self.who]


class Told(msgspec.Struct, frozen=True, tag=True):
    """A client has its answer. A refusal has its code in place of a body; it is no more than that nothing was done."""

    key: str
    status: int
    body: str | None
    code: str | None = None
    changed: bool = True
    """False for what is not kept: a refusal, or a 204 that found the hall as it left it."""


Word = Asked | Told


def word(note_: bytes) -> Word:
    """What a note says."""
    return msgspec.json.decode(note_, type=Asked | Told)


def _say(word_: Word) -> None:
    note(msgspec.json.encode(word_))


class Client:
    """Asks one command after the other, each until it is answered."""

    def __init__(self, flow: Flow, chance: Random, keys: "count[int]", run: str) -> None:
        self._flow, self._chance, self._keys, self._run = flow, chance, keys, run
        self._tickets: list[TicketId] = []

    async def live(self, commands: int) -> None:
        """So many commands."""
        for _ in range(commands):
            await self.ask(*self._next())

    def _next(self) -> tuple[Actor, Command]:
        chance = self._chance.random()
        window = self._chance.choice(list(CLERKS))
        if chance < 0.5 or not self._tickets:
            id_ = TicketId(f"{self._run}-{self._chance.randbytes(9).hex()}")
            self._tickets.append(id_)
            service: ServiceId = self._chance.choice((FILING, LICENCE, SEAL))
            paper = None if self._chance.random() < 0.1 else False  # what waits for its paper wakes the clock
            return KIOSK, Take(service=service, id=id_, token=self._chance.randbytes(12).hex(), paper=paper)
        if chance < 0.8:
            return CLERKS[window], CallNext(window=window)
        if chance < 0.85:
            return CLERKS[window], NoShow(window=window)
        ticket = self._tickets.pop(self._chance.randrange(len(self._tickets)))
        return KIOSK, Printed(ticket=ticket, ok=True) if chance < 0.95 else Cancel(ticket=ticket)

    async def ask(self, actor: Actor, command: Command) -> None:
        """Ask with a fresh key until it is answered."""
        fields = msgspec.to_builtins(command)
        await self.again(
            Asked(f"{self._run}-{next(self._keys)}", actor.id, BY_TYPE[type(command)].name, fields)
        )

    async def again(self, asked: Asked) -> None:
        """Ask with the key that it has until it is answered."""
        _say(asked)
        while True:
            before = self._flow.ahead.seq
            try:
                answer = await self._flow.ask(asked.actor, asked.command, asked.key)
            except Refusal as refusal:
                if refusal.code == "store.unavailable":
                    await asyncio.sleep(0.005)
                    continue
                _say(Told(asked.key, 0, None, refusal.code, changed=False))
                return
            _say(told(asked.key, answer, before))
            return


def told(key: str, answer: Answer, before: int) -> Told:
    """The note of an answer. A 204 at a seq that was there before was decided on a hall that it left as it was."""
    body = None if answer.body is None else answer.body.decode()
    return Told(key, answer.status, body, changed=body is not None or answer.seq > before)


async def _trouble(flow: Flow, disk: Switch, chance: Random) -> None:
    """Now and then the disk fails a call or two; the hall has time to recover in between, and sometimes it fails again at once."""

    def relapse(commit: Commit) -> None:
        if commit.touched is None and chance.random() < 0.6:
            disk.fail(UNSYNCED, times=1)

    flow.hear(relapse)
    while True:
        await asyncio.sleep(chance.uniform(0.02, 0.2))
        if not flow.degraded:
            fault = chance.choice(list(FAULTS.values()))
            skip = chance.randrange(4 if fault == UNSYNCED else 60)  # one sync follows dozens of writes
            disk.fail(fault, skip=skip, times=chance.randrange(1, 3))


async def main(path: Path, seed: int, start: datetime, commands: int, earlier: Sequence[Asked]) -> None:
    """So many commands of all clients together, after those that were left."""
    chance = Random(seed)
    disk = Switch(Path(os.environ["DISK_FAULT"]))
    flow = Flow(hall(), SqliteStore(path), Clock(start, 30.0), secret=SECRET)
    await flow.start()
    keys = count(1)
    clients = [Client(flow, Random(f"{seed}-{n}"), keys, f"run{seed}") for n in range(CLIENTS)]
    async with asyncio.timeout(PATIENCE_S):
        for asked in earlier:
            await clients[0].again(asked)
        for window, clerk in CLERKS.items():
            await clients[0].ask(clerk, Open(window=WindowId(window)))
        trouble = asyncio.create_task(_trouble(flow, disk, chance))
        async with asyncio.TaskGroup() as living:
            for client in clients:
                living.create_task(client.live(commands // CLIENTS))
        trouble.cancel()
        disk.heal()
    await flow.stop()


if __name__ == "__main__":
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
    if fault := os.environ.get("PLANT"):
        import pytest

        from tests.sabotage.plant import PLANTS

        PLANTS[fault](pytest.MonkeyPatch())
    asyncio.run(
        main(
            Path(sys.argv[1]),
            int(sys.argv[2]),
            datetime.fromisoformat(sys.argv[3]),
            int(sys.argv[4]),
            [msgspec.json.decode(line, type=Asked) for line in sys.stdin.buffer],
        )
    )
