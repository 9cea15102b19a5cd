"""Two running programs with one copied token, as after a copied card: real programs' links on both sides."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from queue_server.client import pairing
from queue_server.client.link import Link
from queue_server.client.pairing import NOBODY, Pairing
from tests.fakes.house import House, house


@asynccontextmanager
async def running(home: House, folder: Path) -> AsyncIterator[Pairing]:
    """A counter's box with the token of a folder."""
    link = Link([home.address], (), NOBODY)
    box = Pairing(link, "agent", "agent", folder, topics=lambda _: (), tell=lambda _: None)
    work = [asyncio.create_task(each) for each in (link.run(), box.run())]
    try:
        yield box
    finally:
        for task in work:
            task.cancel()
        await asyncio.gather(*work, return_exceptions=True)


async def until(condition: Callable[[], bool]) -> None:
    for _ in count():
        if condition():
            return
        await asyncio.sleep(0.01)


async def record(home: House) -> dict[str, Any]:
    _, (device,) = await home.ask("GET", "/devices", "admin")
    assert isinstance(device, dict)
    return device


async def reports(home: House) -> int:
    _, events = await home.ask("GET", "/events", "admin")
    return sum(str(event).count("device_reported") for event in events)


async def test_a_program_beside_a_copy_of_it_does_not_answer_what_that_says_and_speaks_again_once_it_is_gone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(pairing, "PAUSE_S", 0.02)
    monkeypatch.setattr(pairing, "TWICE_S", 0.05)
    box, copied = tmp_path / "box", tmp_path / "copied"
    async with asyncio.timeout(30), house(tmp_path) as home, running(home, box) as first:
        await until(lambda: first.record is not None)
        id_ = (await record(home))["id"]
        await home.ask("POST", f"/devices/{id_}/place", "admin", {"windows": ["1"]})
        first.say("ready")
        await until(lambda: first.record is not None and first.record.health == "ready")
        shutil.copytree(box, copied)
        async with running(home, copied) as second:
            second.say("degraded", "bar 1 gone 09:12")
            await until(lambda: "请重新配对" in caplog.text)
            assert "Another program uses this device's token; pair it anew" in caplog.text
            tries = len(caplog.records)
            for _ in range(5):  # it is tried again, and nothing comes of it
                await asyncio.sleep(0.05)
            assert len(caplog.records) == tries, "told once"
            assert (await record(home))["fault"] == "bar 1 gone 09:12"
            assert await reports(home) == 2, "each said its word, and neither answered the other"
        await until(lambda: first.record is not None and first.record.health == "ready")
        assert await reports(home) == 3


async def test_news_beside_a_copy_does_not_make_more_trials(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However often something ails the one that does not speak for the device, it tries again at its own pace."""
    monkeypatch.setattr(pairing, "PAUSE_S", 0.02)
    monkeypatch.setattr(pairing, "TWICE_S", 0.2)
    box, copied = tmp_path / "box", tmp_path / "copied"
    async with asyncio.timeout(30), house(tmp_path) as home, running(home, box) as first:
        await until(lambda: first.record is not None)
        await home.ask("POST", f"/devices/{(await record(home))['id']}/place", "admin", {"windows": ["1"]})
        first.say("ready")
        await until(lambda: first.record is not None and first.record.health == "ready")
        shutil.copytree(box, copied)
        async with running(home, copied) as second:
            second.say("degraded", "bar 1 gone 09:12")
            await until(lambda: first.record is not None and first.record.health == "degraded")
            trials: list[float] = []
            ask = first._link.command

            async def counted(name: str, *args: Any, **more: Any) -> Any:
                trials.append(asyncio.get_running_loop().time())
                return await ask(name, *args, **more)

            monkeypatch.setattr(first._link, "command", counted)
            for n in range(20):
                before = len(trials)
                first.say("degraded", f"bar {n} gone")
                await until(lambda before=before: len(trials) > before)  # type: ignore[misc]
            news = len(trials)
            await until(lambda: len(trials) >= news + 6)
            assert trials[news + 5] - trials[news] >= 5 * 0.1, "half the pause at least between two"
