"""What calls sound like: made by a program beside the server, one after another, and kept for who asks again."""

import asyncio
import os
import sys
from asyncio import Task
from asyncio.subprocess import PIPE
from collections import OrderedDict
from collections.abc import Sequence

import msgspec
import structlog

from queue_server.app.child import die_with_parent
from queue_server.wire.error import Refusal
from queue_server.wire.voice import Announcement

PROGRAM = (sys.executable, "-m", "displays.voice.say")
"""The voice belongs to the displays; the server has it speak, and knows it by name alone."""
PATIENCE_S = 20.0
KEPT = 128
"""Announcements that are kept, of half a megabyte: all that four loudspeakers can be asked for, so that a stranger who asks for one
after another keeps nobody from being called.
"""
AGAIN_S = 10.0
"""What failed is not tried again before: boards ask every two seconds."""
NICE = 5
"""Commands come before speech."""

log = structlog.get_logger(__name__)


def _beside() -> None:
    die_with_parent()
    os.nice(NICE)


class Speech:
    """The hall's voice, for boards that speak."""

    def __init__(self, program: Sequence[str] = PROGRAM) -> None:
        self._program = program
        self._made: OrderedDict[bytes, Task[bytes]] = OrderedDict()
        self._turn = asyncio.Semaphore(1)

    async def sound(self, announcement: Announcement) -> bytes:
        """A WAV file. The same again, as for a recall or a second board, is made once. Refuses with `voice.failed`."""
        key = msgspec.json.encode(announcement)
        if key not in self._made:
            self._made[key] = asyncio.create_task(self._make(key), name="speech")
            if len(self._made) > KEPT:
                self._made.popitem(last=False)
        self._made.move_to_end(key)
        return await asyncio.shield(self._made[key])

    async def stop(self) -> None:
        """Make nothing more."""
        for task in self._made.values():
            task.cancel()
        await asyncio.gather(*self._made.values(), return_exceptions=True)

    async def _make(self, asked: bytes) -> bytes:
        try:
            return await self._spoken(asked)
        except Refusal as refusal:
            log.warning("voice.failed", **refusal.detail)
            asyncio.get_running_loop().call_later(AGAIN_S, self._made.pop, asked, None)
            raise

    async def _spoken(self, asked: bytes) -> bytes:
        async with self._turn:
            try:
                process = await asyncio.create_subprocess_exec(
                    *self._program, stdin=PIPE, stdout=PIPE, stderr=PIPE, preexec_fn=_beside
                )
            except OSError as fault:
                raise Refusal("voice.failed", reason=str(fault)) from fault
            try:
                async with asyncio.timeout(PATIENCE_S):
                    made, told = await process.communicate(asked)
            except TimeoutError as fault:
                raise Refusal("voice.failed", reason=f"nothing in {PATIENCE_S:.0f} s") from fault
            finally:
                if process.returncode is None:
                    process.kill()
                    await process.wait()
        if process.returncode:
            reason = told.decode(errors="replace").strip().rpartition("\n")[2]
            raise Refusal("voice.failed", reason=reason)
        return made
