"""Programs that the demo starts: none outlives it."""

import asyncio
import os
import signal
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from queue_server.app.child import Child, stop_all

TALKS = "import sys; print('ready now', flush=True); [print(line.strip()[::-1], flush=True) for line in sys.stdin]"
STUBBORN = """
import signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print("ready", flush=True)
time.sleep(600)
"""
PARENT = """
import asyncio, sys
from queue_server.app.child import Child

async def main():
    child = await Child.start("c", [sys.executable, "-c", "import time; print('ready', flush=True); time.sleep(600)"])
    await child.ready.wait()
    print(child._process.pid, flush=True)
    await asyncio.sleep(600)

asyncio.run(main())
"""


def alive(pid: int) -> bool:
    with suppress(ProcessLookupError, FileNotFoundError):
        os.kill(pid, 0)
        return ") Z " not in Path(f"/proc/{pid}/stat").read_text("ascii")
    return False


async def gone(pid: int) -> None:
    async with asyncio.timeout(30):
        while alive(pid):  # noqa: ASYNC110 - another process gives no event
            await asyncio.sleep(0.02)


async def test_a_child_says_when_it_is_ready_hears_and_is_heard() -> None:
    lines: asyncio.Queue[str] = asyncio.Queue()
    child = await Child.start("talker", [sys.executable, "-c", TALKS], heard=lines.put_nowait)
    await child.ready.wait()
    child.write("abc")
    assert [await lines.get(), await lines.get()] == ["ready now", "cba"]
    await child.stop()
    assert not child.running


@pytest.mark.alone
async def test_a_child_that_will_not_end_is_ended() -> None:
    children = [await Child.start(f"{n}", [sys.executable, "-c", STUBBORN]) for n in range(2)]
    for child in children:
        await child.ready.wait()
    async with asyncio.timeout(1.9):
        await stop_all(children)
    assert not any(child.running for child in children)


async def test_a_child_that_ends_by_itself_keeps_nobody_waiting() -> None:
    child = await Child.start("brief", [sys.executable, "-c", ""])
    await child.ready.wait()
    child.write("into the void")
    await child.stop()
    assert not child.running


async def test_a_program_that_is_not_there_is_an_error_at_once() -> None:
    with pytest.raises(FileNotFoundError):
        await Child.start("none", ["/nonexistent/program"])


@pytest.mark.skipif(sys.platform != "linux", reason="a signal on the parent's death is Linux's")
async def test_a_child_dies_with_its_killed_parent() -> None:
    parent = await asyncio.create_subprocess_exec(
        sys.executable, "-c", PARENT, stdout=asyncio.subprocess.PIPE
    )
    assert parent.stdout is not None
    pid = int(await parent.stdout.readline())
    assert alive(pid)
    parent.send_signal(signal.SIGKILL)
    await parent.wait()
    await gone(pid)
