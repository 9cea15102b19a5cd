"""A soak that fails, reaches its limit or is interrupted ends its server and its helpers, wherever they are."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import pytest

from tests.e2e.house import until

INTERRUPTED = "import tests.soak.__main__ as soak\nsoak.main()"
AT_ITS_LIMIT = "import tests.soak.__main__ as soak\nsoak.LIMIT_S = 4.0\nsoak.main()"
IN_A_THREAD = """
import asyncio, functools, subprocess, sys, threading
import tests.soak.__main__ as soak

def work():
    subprocess.Popen(["sh", "-c", "trap '' TERM; while :; do sleep 0.1; done"])
    subprocess.run(["sh", "-c", "setsid sleep 600 >/dev/null 2>&1 &"])
    threading.Event().wait()

async def kill(folder, seed):
    "Fails."
    begun = asyncio.create_task(asyncio.to_thread(work))
    await asyncio.sleep(0.5)
    assert begun.done(), "what was asked is not so"

soak.TARGETS["kill"] = kill
soak.Offspring = functools.partial(soak.Offspring, grace_s=0.5)
soak.main()
"""
"""Work that nobody can interrupt, a program that does not heed SIGTERM, and one whose parent has gone."""


class Soak:
    """A soak that runs; all that it brings about has a mark in its environment."""

    def __init__(self, script: str, folder: Path) -> None:
        """Start it; its folders are made in `folder`."""
        self._mark = f"JIAOHAO_MARK={uuid4()}".encode()
        name, _, value = self._mark.decode().partition("=")
        self.process = subprocess.Popen(
            [sys.executable, "-c", script, "kill"],
            env={**os.environ, name: value, "TMPDIR": str(folder)},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )

    def programs(self) -> set[int]:
        """What of it runs, without itself."""
        found = set[int]()
        for entry in Path("/proc").glob("[0-9]*"):
            try:
                marked = self._mark in (entry / "environ").read_bytes().split(b"\0")
            except OSError:
                continue
            if marked and int(entry.name) != self.process.pid:
                found.add(int(entry.name))
        return found

    def serves(self) -> bool:
        """Whether a server of it has its hall open."""
        for pid in self.programs():
            try:
                files = [file.readlink().name for file in Path(f"/proc/{pid}/fd").iterdir()]
            except OSError:
                continue
            if "hall.sqlite3" in files:
                return True
        return False

    def end(self) -> str:
        """What it said on standard error, once it has ended by itself."""
        _, said = self.process.communicate(timeout=60)
        assert self.process.returncode not in (0, -signal.SIGKILL)
        return said

    def clear(self) -> None:
        """Nothing of it is left, whatever was to be."""
        for pid in {self.process.pid, *self.programs()} if self.process.poll() is None else self.programs():
            os.kill(pid, signal.SIGKILL)
        self.process.communicate()


@contextmanager
def begun(script: str, folder: Path) -> Iterator[Soak]:
    """A soak, of which nothing may be left when the block has ended it; then there is nothing, whatever was to be."""
    soak = Soak(script, folder)
    try:
        yield soak
        assert soak.programs() == set(), "programs go on"
        assert list(folder.iterdir()) == []
    finally:
        soak.clear()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_soak_that_is_interrupted_leaves_nothing_behind(tmp_path: Path, number: signal.Signals) -> None:
    with begun(INTERRUPTED, tmp_path) as soak:
        until(soak.serves, "a server at work")
        os.kill(soak.process.pid, number)
        soak.end()


@pytest.mark.parametrize(
    "script, why",
    [(AT_ITS_LIMIT, "TimeoutError"), (IN_A_THREAD, "what was asked is not so")],
    ids=["at its limit", "in a thread"],
)
def test_a_soak_that_fails_leaves_nothing_behind(tmp_path: Path, script: str, why: str) -> None:
    with begun(script, tmp_path) as soak:
        assert why in soak.end()
