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
    "fault, zh, en",
    [
        (TimeoutError(), "没有回答", "does not answer"),
        (socket.gaierror(-2, "unknown"), "没有叫这个名字的电脑", "no machine is known by that name"),
        (ConnectionRefusedError(111, "refused"), "那里没有程序在接听", "nothing listens there"),
        (
            OSError(113, "No route to host"),
            "连不上（到不了那台机器）",
            "cannot be reached (No route to host)",
        ),
    ],
)
def test_why_a_server_could_not_be_had_is_a_sentence_with_its_address_and_what_to_do(
    fault: Exception, zh: str, en: str
) -> None:
    told = why(HOME, fault)
    assert told is not None
    for said, expected, mend in ((told.zh, zh, "改正server"), (told.en, en, "correct server")):
        assert said.startswith(HOME)
        assert expected in said
        assert mend in said


@pytest.mark.parametrize(
    "address", [HOME, "https://hall.lan", "hall:8080", "hall", "http://[::1]:8080", "http://hall/a"]
)
def test_what_can_be_an_address_is_not_complained_of(address: str) -> None:
    assert wrong(address) is None


@pytest.mark.parametrize("address", ["ftp://hall", "http//hall", "http://", "http://hall:port", ""])
def test_what_can_be_no_address_is_told_before_anything_starts(address: str) -> None:
    told = wrong(address)
    assert told is not None
    assert "不是服务器地址" in told.zh
    assert "no server's address" in told.en


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
    said = str(told[-1]["said"])
    assert said.startswith(f"{address}：那里没有程序在接听。")
    assert said.endswith("or correct server"), "both languages, Chinese first"
