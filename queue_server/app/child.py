"""Programs started by this one, which never outlive it.

A child ends when it is told to and when this program ends; on Linux also when this program is killed: the system sees to it.
"""

import asyncio
import contextlib
import ctypes
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Self

import structlog

GRACE_S = 1.0
"""How long, in real seconds, a child has for an orderly end."""
_PR_SET_PDEATHSIG = 1  # linux/prctl.h
_libc = ctypes.CDLL(None) if sys.platform == "linux" else None

log = structlog.get_logger(__name__)


def die_with_parent() -> None:
    """Called in a child before its program: the system ends it when this process is gone."""
    if _libc is not None:
        _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


class Child:
    """One running program. `heard` gets each line that it prints, without the line's end."""

    def __init__(self, name: str, process: asyncio.subprocess.Process, heard: Callable[[str], None]) -> None:
        """Made by `start`."""
        self.name = name
        self._process = process
        self._heard = heard
        self._stopping = False
        self.ready = asyncio.Event()
        """Set by the first line that begins with the word `ready`, or when the child has ended."""
        self._reading = asyncio.create_task(self._read(), name=f"child {name}")

    @classmethod
    async def start(
        cls,
        name: str,
        command: Sequence[str],
        *,
        heard: Callable[[str], None] = lambda _: None,
        environment: Mapping[str, str] | None = None,
    ) -> Self:
        """Start a program in a session of its own, so that Ctrl-C reaches it only through us. OSError if it cannot be."""
        process = await asyncio.create_subprocess_exec(
            *command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=environment,
            start_new_session=True,
            preexec_fn=die_with_parent,
        )
        return cls(name, process, heard)

    @property
    def running(self) -> bool:
        """Whether it has not ended."""
        return self._process.returncode is None

    def write(self, line: str) -> None:
        """A line to its standard input; lost if it has ended."""
        pipe = self._process.stdin
        if pipe is not None and not pipe.is_closing():
            with contextlib.suppress(OSError):
                pipe.write(f"{line}\n".encode())

    async def stop(self) -> None:
        """Ask it to end, and end it for certain after GRACE_S."""
        self._stopping = True
        self._signal(signal.SIGTERM)
        try:
            async with asyncio.timeout(GRACE_S):
                await self._process.wait()
        except TimeoutError:
            self._signal(signal.SIGKILL)
            await self._process.wait()
        await self._reading

    def _signal(self, number: signal.Signals) -> None:
        if self.running:
            with contextlib.suppress(ProcessLookupError):
                self._process.send_signal(number)

    async def _read(self) -> None:
        assert self._process.stdout is not None
        while line := await self._process.stdout.readline():
            text = line.decode("utf-8", "replace").rstrip()
            if text.startswith("ready"):
                self.ready.set()
            self._heard(text)
        code = await self._process.wait()
        self.ready.set()
        if not self._stopping:
            log.warning("child.ended", child=self.name, code=code)


async def stop_all(children: Sequence[Child]) -> None:
    """Stop children, all at once."""
    await asyncio.gather(*(child.stop() for child in children))
