"""A server that was cut off says what was open, and which devices are not back yet; one that was stopped says nothing."""

from pathlib import Path
from typing import Any

import pytest

from queue_server.feed import socket
from tests.fakes.house import House, house
from tests.integration.feed.test_device import placed, secret
from tests.integration.feed.test_socket import heard, hello


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is live is told soon."""
    monkeypatch.setattr(socket, "BEAT_S", 0.05)


async def told(home: House, topic: str, who: str) -> Any:
    """The live part of a topic as somebody finds it."""
    async with home.socket() as link:
        return (await hello(link, topic, token=home.tokens[who]))["live"][topic]


async def a_morning(home: House) -> None:
    """A device has its place, window 1 serves, two wait."""
    await placed(home, windows=["1"])
    for _ in range(3):
        await home.take()
    for verb in ("open", "call-next", "start"):
        status, _ = await home.ask("POST", f"/windows/1/{verb}", "clerk", {})
        assert status == 200


async def test_a_server_that_was_cut_off_tells_for_the_day_what_was_open_and_which_devices_are_back(
    tmp_path: Path,
) -> None:
    async with house(tmp_path) as home:
        await a_morning(home)
        assert (await told(home, "floor", "manager"))["cut"] is None
        address = home.address
    (tmp_path / "lock").write_text(address)  # the power fails: nobody takes back what was noted
    async with house(tmp_path) as home, home.socket() as floor:
        cut = (await hello(floor, "floor", token=home.tokens["manager"]))["live"]["floor"]["cut"]
        assert (cut["waiting"], cut["called"], cut["serving"], cut["windows"]) == (2, 0, 1, 1)
        assert cut["missing"] == [{"kind": "agent", "name": "counter"}]
        async with home.socket() as back:
            await hello(back, "window:1", token=secret())
            while not cut["back"]:
                cut = (await heard(floor, "live"))["live"]["floor"]["cut"]
            assert len((await told(home, "admin", "admin"))["here"]) == 1
        assert cut["missing"] == []
        assert (await told(home, "floor", "manager"))["cut"] == cut, "whoever comes later is told too"


async def test_a_server_that_was_stopped_has_nothing_to_tell(tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        await a_morning(home)
    async with house(tmp_path) as home:
        assert (await told(home, "floor", "manager"))["cut"] is None
        assert (await told(home, "admin", "admin"))["here"] == []
