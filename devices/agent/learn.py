"""By hand: records what an unknown caller says, and proposes its profile."""

import asyncio
import contextlib
import signal
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from devices.codec.draft import draft
from devices.codec.learn import bursts, learn
from devices.transport.address import open_port
from devices.transport.error import PortLost
from devices.transport.port import Port
from devices.transport.tty import Settings
from queue_server.client.setting import BadConfig, unwritten
from queue_server.wire.face import LANGUAGES, say

Tell = Callable[[str], None]


Heard = Sequence[tuple[float, bytes]]
"""Bytes, with the seconds at which they came."""


async def record(port: str, settings: Settings, seconds: float, *, tell: Tell) -> Heard:
    """What comes over a port within so many seconds, or until Ctrl-C. Raises a LineFault for one that can not be had."""
    opened = await open_port(port, settings)
    for language in LANGUAGES:
        tell(say("device", "learn_press", language, seconds=f"{seconds:g}"))
    try:
        return await _heard(opened, seconds)
    finally:
        opened.close()


def keep(heard: Heard, file: Path) -> None:
    """Write down what was heard, in hex, for its maker or for later. Raises BadConfig if that can not be."""
    try:
        file.write_text("".join(f"{at:.3f} {data.hex(' ')}\n" for at, data in heard), "utf-8")
    except OSError as fault:
        raise BadConfig(file, [unwritten(fault)]) from fault


def propose(heard: Heard, settings: Settings, *, tell: Tell) -> str | None:
    """The profile that the recording speaks for; None, and what to try, if it speaks for none."""
    found = learn(bursts(heard))
    if found is not None:
        return draft(found, settings.baud, settings.parity)
    for language in LANGUAGES:
        tell(say("device", "learn_nothing" if heard else "learn_silent", language))
    return None


async def _heard(port: Port, seconds: float) -> list[tuple[float, bytes]]:
    """Everything that comes, with its second since the beginning."""
    loop = asyncio.get_running_loop()
    began, out, ended = loop.time(), list[tuple[float, bytes]](), asyncio.Event()

    async def listen() -> None:
        with contextlib.suppress(PortLost):
            while True:
                data = await port.read()
                out.append((loop.time() - began, data))
        ended.set()

    listening = asyncio.create_task(listen())
    if sys.platform != "win32":  # there the console's own interruption ends the program
        loop.add_signal_handler(signal.SIGINT, ended.set)
    try:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(ended.wait(), seconds)
    finally:
        listening.cancel()
        if sys.platform != "win32":
            loop.remove_signal_handler(signal.SIGINT)
    return out
