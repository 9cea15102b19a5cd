"""Waits beside records on the feed: told when they change, found by whoever comes later, taken back when they are too old."""

from collections.abc import Collection
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from queue_server.app import popular
from queue_server.feed import socket
from queue_server.feed.hub import Hub
from queue_server.flow.foresight import FRESH_S
from queue_server.forecast.told import Told
from queue_server.forecast.wait import Outlook
from queue_server.wire.ids import ServiceId
from tests.fakes.hall import FILING, LICENCE
from tests.fakes.house import house
from tests.integration.feed.test_device import paired, secret
from tests.integration.feed.test_socket import heard, hello

RANGE = {"low_min": 10, "high_min": 15}


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is live is told soon."""
    monkeypatch.setattr(socket, "BEAT_S", 0.05)


async def test_a_wait_is_told_beside_its_records_and_taken_back_when_it_is_too_old(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(popular, "most", lambda _: (LICENCE, ServiceId("gone"), FILING))
    async with house(tmp_path) as home, home.socket() as kiosk, home.socket() as board:
        live = (await hello(kiosk, "hall"))["live"]["hall"]
        if "common" not in live:  # they are added up when the server has begun
            live = (await heard(kiosk, "live"))["live"]["hall"]
        assert live == {"waits": {}, "common": [LICENCE, FILING]}
        clock, foresight = home.flow.clock, home.flow.foresight
        foresight.hear(Told(clock.now(), 1, 100, {}, {FILING: {"ordinary": Outlook(8.0, 12.0, 14.0)}}))
        told = (await heard(kiosk, "live"))["live"]["hall"]["waits"]
        assert told == {"zone/A": RANGE, "service/filing": RANGE}
        assert (await hello(board, "board:hall"))["live"]["board:hall"] == {"waits": {"zone/A": RANGE}}
        assert (await home.take())["wait"] | {"age_s": 0.0} == RANGE | {"age_s": 0.0}
        _, expected = await home.ask("GET", "/forecast")
        assert [(one["service"], one["p50_min"]) for one in expected["new"]] == [("filing", 12.0)]
        clock.set(clock.now() + timedelta(seconds=FRESH_S + 1))
        assert (await heard(kiosk, "live"))["live"]["hall"]["waits"] == {}
        assert (await home.take())["wait"] is None
        assert (await home.ask("GET", "/forecast"))[1]["at"] is None


async def test_a_kiosk_of_an_older_program_is_told_to_all_while_nothing_ails_it_and_not_asked_to_print(
    tmp_path: Path,
) -> None:
    async with house(tmp_path) as home, home.socket() as other:
        device = await paired(home, kind="kiosk")
        where = {"name": "2号取号机", "zone": "A"}
        assert (await home.ask("POST", f"/devices/{device['id']}/place", "admin", where))[0] == 200
        assert "kiosks" not in (await hello(other, "hall"))["live"]["hall"]
        async with home.socket() as kiosk:
            await hello(kiosk, "device", token=secret())
            await home.ask("POST", "/devices/report", secret(), {"state": "ready"})
            assert (await heard(other, "live"))["live"]["hall"]["kiosks"] == [where]
            report = {"state": "degraded", "reason": "printer no_paper"}
            await home.ask("POST", "/devices/report", secret(), report)
            assert "kiosks" not in (await heard(other, "live"))["live"]["hall"]
            await home.ask("POST", "/devices/report", secret(), {"state": "ready"})
            assert (await heard(other, "live"))["live"]["hall"]["kiosks"] == [where]
        assert "kiosks" not in (await heard(other, "live"))["live"]["hall"], "it has gone"


async def test_a_kiosk_that_says_it_prints_is_told_at_once_also_with_something_else_amiss_or_a_token_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(socket, "BEAT_S", 60.0)
    async with house(tmp_path) as home, home.socket() as other, home.socket() as own, home.socket() as kiosk:
        await hello(other, "hall")
        await hello(own, "hall", token=home.tokens["kiosk"], prints=True)
        of_its_own = {"name": "kiosk", "zone": None}
        assert (await heard(other, "live"))["live"]["hall"]["kiosks"] == [of_its_own]
        device = await paired(home, kind="kiosk")
        where = {"name": "2号取号机", "zone": "A"}
        await home.ask("POST", f"/devices/{device['id']}/place", "admin", where)
        where["id"] = device["id"]
        low = {"state": "degraded", "reason": "打印机纸将用完 printer low on paper"}
        await home.ask("POST", "/devices/report", secret(), low)
        await hello(kiosk, "device", token=secret(), prints=True)
        assert (await heard(other, "live"))["live"]["hall"]["kiosks"] == [where, of_its_own]
        await hello(own, "hall", token=home.tokens["kiosk"], prints=False)
        assert (await heard(other, "live"))["live"]["hall"]["kiosks"] == [where]


async def test_nobody_but_a_kiosk_says_that_it_prints_and_has_all_topics_looked_at_by_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(socket, "BEAT_S", 60.0)
    looks: list[Hub] = []
    honest = Hub.enliven

    def enliven(hub: Hub) -> list[tuple[bytes, Collection[Any]]]:
        looks.append(hub)
        return honest(hub)

    monkeypatch.setattr(Hub, "enliven", enliven)
    async with house(tmp_path) as home, home.socket() as stranger, home.socket() as kiosk:
        for prints in (True, False, True):
            await hello(stranger, "hall", prints=prints)
        assert not looks
        await hello(kiosk, "hall", token=home.tokens["kiosk"], prints=True)
        assert len(looks) == 1
