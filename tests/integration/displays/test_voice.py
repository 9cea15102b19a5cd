"""The voice box as the program it is, at a real server, its loudspeaker a folder."""

import asyncio
import json
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from devices.driver.voice.sound import level, read
from tests.fakes.house import House, house

PATIENCE_S = 40


@asynccontextmanager
async def program(
    folder: Path, text: str, task: str = "voice", *, status: int = 0
) -> AsyncIterator[asyncio.subprocess.Process]:
    """The program with this display.toml; it ends with `status` by itself, or well on SIGTERM."""
    path = folder / "display.toml"
    path.write_text(text, encoding="utf-8")
    command = (sys.executable, "-m", "displays.app.main", "--config", str(path), task)
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(*command, stdout=pipe, stderr=pipe if status else None)
    try:
        yield process
    finally:
        if status == 0 and process.returncode is None:
            process.send_signal(signal.SIGTERM)
        await process.communicate()
    assert process.returncode == status


async def told(process: asyncio.subprocess.Process, key: str) -> Any:
    """The next fact with this key."""
    assert process.stdout is not None
    async with asyncio.timeout(PATIENCE_S):
        while line := (await process.stdout.readline()).decode():
            fact = {"ready": line.strip()} if line.startswith("ready") else json.loads(line)
            if key in fact:
                return fact
    raise AssertionError(f"it ended without a word of {key}")


async def called(home: House) -> str:
    """A ticket is called to window 1; its number."""
    status, ticket = await home.ask("POST", "/windows/1/call-next", "clerk", {})
    assert status == 200, ticket
    return str(ticket["number"])


async def opened(home: House) -> None:
    for _ in range(3):
        await home.take()
    status, _ = await home.ask("POST", "/windows/1/open", "clerk", {})
    assert status == 200


async def test_a_call_is_spoken_twice_from_chime_to_end(tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        await opened(home)
        (tmp_path / "token").write_text(home.tokens["display"])
        settings = f"""
            server = "{home.address}"
            token_file = "token"
            [voice]
            loudspeaker = "west"
            output = "file:{tmp_path / "sound"}"
            """
        async with program(tmp_path, settings) as process:
            assert (await told(process, "ready"))["ready"] == f"ready {home.address}"
            number = await called(home)
            assert await told(process, "spoken") == {"spoken": number, "window": "1", "readings": 2}
        assert [path.name for path in (tmp_path / "sound").iterdir()] == ["0001.wav"]
        assert level(read((tmp_path / "sound" / "0001.wav").read_bytes())) > -30


async def test_a_box_that_pairs_speaks_the_calls_of_the_loudspeaker_beside_its_board(tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        await opened(home)
        settings = f"""
            server = "{home.address}"
            data = "kept"
            [voice]
            output = "file:{tmp_path / "sound"}"
            """
        async with program(tmp_path, settings) as process:
            code = (await told(process, "code"))["code"]
            _, devices = await home.ask("GET", "/devices", "admin")
            device = next(each for each in devices if each["code"] == code)
            status, _ = await home.ask("POST", f"/devices/{device['id']}/place", "admin", {"display": "hall"})
            assert status == 200
            assert (await told(process, "placed"))["loudspeaker"] == "west"
            await told(process, "ready")
            number = await called(home)
            assert (await told(process, "spoken"))["spoken"] == number
