"""A hall whose power is cut at any step of its disk, again and again, and who is believed afterwards."""

import asyncio
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from datetime import timedelta
from multiprocessing import get_context
from pathlib import Path
from random import Random

import msgspec
import structlog

from queue_server.store.sqlite import SqliteStore
from tests.fakes.hall import MORNING
from tests.power.disk import Disk, Step
from tests.power.image import NOTHING, Image, Medium
from tests.power.judge import Witness, judge
from tests.power.town import word

ROOT = Path(__file__).parents[2]
COMMANDS = 960
"""Commands of one life: enough for the log to be written back into the database and begun again."""
GENERATIONS = 2
"""Lives of one hall; then another is founded."""
RECOVERY = 400
"""Steps after a failed sync in which the hall comes back."""
BETWEEN = timedelta(minutes=20)
"""Business time from one life's start to the next."""
MEMORY = Path("/dev/shm")
"""Where images are laid down, if it is there: what they hold when a program has ended is all that counts."""


class Cut(msgspec.Struct):
    """A moment at which the power went: what was found, and what the clients knew."""

    place: str
    image: Image
    witness: Witness
    chance: int
    life: int


def lives(folder: Path, seed: int, cuts: int, a_life: int) -> Iterator[list[Cut]]:
    """Let halls live, each life begun on what a cut of the one before left; so many cuts, those of each life together."""
    chance = Random(seed)
    image, witness = NOTHING, Witness()
    for life in range(-(-cuts // a_life)):
        if life % GENERATIONS == 0:
            image, witness = NOTHING, Witness()
        disk = _live(folder, image, witness, seed * 1000 + life)
        wanted = min(cuts - life * a_life, a_life)
        made = list(_cuts(list(disk.steps()), image, witness, chance, life, wanted))
        yield made
        last = made[chance.randrange(len(made))]
        image, witness = last.image, last.witness


def _live(folder: Path, image: Image, witness: Witness, seed: int) -> Disk:
    """One life of a town, begun on an image; the disk that it ran on."""
    path = folder / "hall.db"
    image.write(path)
    disk = Disk(folder, path.name, traced=True)
    now = MORNING + BETWEEN * (seed % 1000 % GENERATIONS)
    ran = subprocess.run(
        [sys.executable, "-m", "tests.power.town", str(path), str(seed), now.isoformat(), str(COMMANDS)],
        cwd=ROOT,
        input=b"".join(msgspec.json.encode(asked) + b"\n" for asked in witness.open),
        capture_output=True,
        env={**os.environ, **disk.environment},
        check=False,
    )
    assert ran.returncode == 0, ran.stderr.decode()
    return disk


def _cuts(
    steps: list[Step], image: Image, before: Witness, chance: Random, life: int, wanted: int
) -> Iterator[Cut]:
    """So many cuts of one life: right after answers, when nothing is left but what was synced; soon after a sync that failed,
    while the hall recovers; and at any other step of the disk.
    """
    answers = [n for n, step in enumerate(steps) if step.kind == "note"]
    strict = set(chance.sample(answers, wanted // 3))
    failed = [n for n, step in enumerate(steps) if step.kind == "sync" and step.error]
    soon = {n for first in failed for n in range(first, min(first + RECOVERY, len(steps)))} - strict
    places = strict | set(chance.sample(sorted(soon), min(wanted // 3, len(soon))))
    others = [n for n in range(len(steps)) if n not in places and steps[n].kind != "note"]
    places |= set(chance.sample(others, wanted - len(places)))
    medium, witness = Medium(image, chance), before.copy()
    for n, step in enumerate(steps):
        if step.kind == "note":
            witness.hear(word(step.data))
        else:
            medium.follow(step)
        if n in places:
            where = f"life {life}, step {n} ({step.kind} of {step.file})"
            yield Cut(where, medium.cut(strict=n in strict), witness.copy(), chance.getrandbits(32), life)


def verdict(cut: Cut) -> list[str]:
    """What is wrong after a cut."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
    with tempfile.TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None) as folder:
        path = Path(folder) / "hall.db"
        cut.image.write(path)
        now = MORNING + BETWEEN * (cut.life % GENERATIONS + 1)
        found = asyncio.run(judge(SqliteStore(path), cut.witness, now, Random(cut.chance)))
    return [f"{cut.place}: {fault}" for fault in found]


def power_cuts(folder: Path, seed: int, cuts: int, a_life: int = 100) -> list[str]:
    """Everything that was wrong after so many cuts, `a_life` of each life; no more are made when something was."""
    faults: list[str] = []
    with ProcessPoolExecutor(mp_context=get_context("spawn")) as pool:
        judged: list[Future[list[str]]] = []
        for n, life in enumerate(lives(folder, seed, cuts, a_life)):
            before, judged = judged, [pool.submit(verdict, cut) for cut in life]
            if n == 0:
                before, judged = judged, []
            for each in before:  # while the next life is lived
                faults += each.result()
            if faults:
                break
        for each in judged:
            faults += each.result()
    return faults
