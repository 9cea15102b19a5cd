"""The light behind the glass, by commands of the machine's own."""

import asyncio
import logging
from collections.abc import Sequence

PATIENCE_S = 10.0
"""So long a command may take."""
_log = logging.getLogger(__name__)


class Backlight:
    """Runs one command to put it out and one to put it on; without them nothing happens, and the glass is only black."""

    def __init__(self, off: Sequence[str] = (), on: Sequence[str] = ()) -> None:
        """Each is a program and its words; no shell sees them."""
        self._commands = {False: off, True: on}
        self._turn = asyncio.Lock()

    async def put(self, *, on: bool) -> None:
        """Put it on, or out, one after another. What fails is noted: the glass is black all the same."""
        command = self._commands[on]
        async with self._turn:
            if command:
                await _run(command)


async def _run(command: Sequence[str]) -> None:
    try:
        process = await asyncio.create_subprocess_exec(
            *command,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.PIPE,
        )
    except OSError as fault:
        _log.warning("%s cannot be started (%s); correct [night] in kiosk.toml", command[0], fault.strerror)
        return
    try:
        async with asyncio.timeout(PATIENCE_S):
            _, said = await process.communicate()
    except TimeoutError:
        _log.warning("%s does not end", command[0])
        return
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode:
        _log.warning("%s failed: %s", command[0], said.decode(errors="replace").strip())
