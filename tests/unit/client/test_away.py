"""Why a server could not be had, as whoever installs a program reads it."""

import asyncio
import socket
from collections.abc import Mapping

import pytest

from queue_server.client.away import why, wrong
from queue_server.client.link import Link
from queue_server.client.standing import follow

HOME = "http://hall:8080"


@pytest.mark.parametrize(
    "fault, said",
    [
        (TimeoutError(), "does not answer"),
        (socket.gaierror(-2, "unknown"), "no machine is known by that name"),
        (ConnectionRefusedError(111, "refused"), "nothing listens there"),
        (OSError(113, "No route to host"), "cannot be reached (No route to host)"),
    ],
)
def test_why_a_server_could_not_be_had_is_a_sentence_with_its_address_and_what_to_do(
    fault: Exception, said: str
) -> None:
    told = why(HOME, fault)
    assert told.startswith(HOME)
    assert said in told
    assert "correct server" in told


@pytest.mark.parametrize(
    "address", [HOME, "https://hall.lan", "hall:8080", "hall", "http://[::1]:8080", "http://hall/a"]
)
def test_what_can_be_an_address_is_not_complained_of(address: str) -> None:
    assert wrong(address) is None


@pytest.mark.parametrize("address", ["ftp://hall", "http//hall", "http://", "http://hall:port", ""])
def test_what_can_be_no_address_is_told_before_anything_starts(address: str) -> None:
    assert "no server's address" in (wrong(address) or "")


async def test_a_server_that_is_away_is_told_once_and_not_at_every_try() -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{nobody.getsockname()[1]}"
        told: list[Mapping[str, object]] = []
        tries: list[str] = []
        thrice = asyncio.Event()

        def tried(state: str) -> None:
            tries.append(state)
            if tries.count("down") == 3:
                thrice.set()

        link = Link([address])
        follow(link, told.append)
        link.on_state(tried)
        async with link:
            await asyncio.wait_for(thrice.wait(), 30)
    assert [fact["server"] for fact in told] == ["connecting", "down"]
    assert "nothing listens there" in str(told[-1]["said"])
