"""Work beside the server: one command of `jiaohao-server` at a time, in a process of its own that stands behind the server's."""

import asyncio
import contextlib
import os
import signal
import sys
from asyncio.subprocess import DEVNULL, PIPE
from collections.abc import Callable

from queue_server.app.child import GRACE_S, die_with_parent
from queue_server.wire.ticket import Text

NICE = 10
"""How far it stands behind."""


async def chore(*words: str) -> Text | None:
    """Run a command to its end; None if it is done, else what it says. Ended with whoever awaits it."""
    return (await ran(*words))[1]


async def ran(*words: str, heard: Callable[[bytes], None] | None = None) -> tuple[bytes, Text | None]:
    """The same, with what it printed; each line is `heard` as it comes, and then it is not kept."""
    try:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "queue_server.app.main", *words),
            stdin=DEVNULL,
            stdout=PIPE,
            stderr=PIPE,
            start_new_session=True,
            preexec_fn=behind,
        )
    except OSError as error:
        return b"", Text(f"无法运行{words[0]}：{error}", f"{words[0]} cannot be run: {error}")
    try:
        if heard is None:
            printed, errors = await process.communicate()
        else:
            assert process.stdout is not None
            assert process.stderr is not None
            said = asyncio.ensure_future(process.stderr.read())
            async for line in process.stdout:
                heard(line)
            printed, errors = b"", await said
            await process.wait()
    except asyncio.CancelledError:
        with contextlib.suppress(ProcessLookupError):
            process.send_signal(signal.SIGTERM)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(GRACE_S):
                await process.wait()
        raise
    if process.returncode == 0:
        return printed, None
    lines = errors.decode("utf-8", "replace").strip().splitlines() or [f"exit {process.returncode}"]
    return printed, Text(lines[-2] if len(lines) > 1 else lines[-1], lines[-1])


def behind() -> None:
    """Called in a child before its program: it ends with this process, and stands behind it."""
    die_with_parent()
    os.nice(NICE)
