"""The power fails, a hundred people and their queue move to another building, and what became of them comes home.

Whichever database the hall has; the other place is a laptop, which has a file.
"""

import re
import shutil
import time
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.house import Server
from tests.fakes.postgres import Cluster

PASSWORD = "a password for a test"
WAITING = 100
CLOCK = "2026-11-23T10:00:00+08:00@1"
MOST_S = 120.0
"""From the cut to the first call elsewhere, without the walk; on a quiet machine it is some ten seconds."""


class House:
    """A server with a clerk at window 1."""

    def __init__(self, data: Path, **environment: str) -> None:
        self.server = Server(data, CLOCK, **environment)

    def open(self) -> "House":
        """Serve, and have the clerk open the window."""
        self.server.user("zhang", "clerk", PASSWORD)
        self.steward = self.server.token("kiosk-1", "kiosk")
        self.server.start()
        self.clerk = self.server.login("zhang", PASSWORD)
        self.services = self.ask("GET", "/windows")[0]["services"]
        return self

    def ask(self, method: str, path: str, body: Any = None, who: str = "") -> Any:
        """What is answered; AssertionError for a refusal."""
        answer = self.server.ask(method, path, who or self.clerk, body)
        assert answer.status < 300, answer.text
        return answer.json

    def take(self, n: int) -> str:
        """One more ticket for window 1; its number."""
        taken = self.ask("POST", "/tickets", {"service": self.services[n % len(self.services)]}, self.steward)
        return str(taken["number"])

    def call(self) -> str | None:
        """The number that window 1 calls next."""
        called = self.ask("POST", "/windows/1/call-next")
        return None if called is None else str(called["number"])


def told(text: str) -> str:
    """The fingerprint in what was printed."""
    found = re.search(r"fingerprint: ([0-9A-F-]{24})", text)
    assert found is not None, text
    return found[1]


@pytest.mark.timeout(400)
@pytest.mark.parametrize("rescued", ["a copy of its disk", "a backup", "a backup of PostgreSQL"])
def test_a_hall_goes_on_elsewhere_from_its_stick_and_its_results_come_home(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest, rescued: str
) -> None:
    monkeypatch.setenv("JIAOHAO_CLOCK", CLOCK)
    restored, environment = rescued != "a copy of its disk", {}
    if rescued == "a backup of PostgreSQL":
        cluster: Cluster = request.getfixturevalue("cluster")
        environment["JIAOHAO_DB"] = cluster.address(cluster.database())
    home = House(tmp_path / "home", **environment).open()
    home.ask("POST", "/windows/1/open", {})
    numbers = [home.take(n) for n in range(WAITING)]
    assert home.call() == numbers[0]  # who was called when the power failed goes first
    usb, stick, file = tmp_path / "usb", tmp_path / "stick", tmp_path / "hall.move"
    usb.mkdir()
    if restored:
        home.server.line("backup", "--to", str(usb))
    home.server.kill()
    cut_s = time.monotonic()
    if restored:
        Server(stick).line("restore", str(usb))
    else:
        shutil.copytree(tmp_path / "home", stick)
    written = Server(stick).line("evacuate", "--out", str(file))
    paper = (tmp_path / "hall.waiting.html").read_text("utf-8")
    assert all(f">{number}<" in paper for number in numbers)

    there = House(tmp_path / "laptop")
    with pytest.raises(AssertionError, match="指纹"):
        there.server.line("import", str(file))
    said = there.server.line("import", str(file), "--fingerprint", told(written))
    assert f"{WAITING}张号票" in said
    there.open()
    there.ask("POST", "/windows/1/open", {})
    called = [there.call()]
    first_s = time.monotonic() - cut_s
    print(f"first call elsewhere {first_s:.1f} s after the cut, {WAITING} waiting")
    assert first_s < MOST_S
    called += [there.call() for _ in range(9)]
    assert called == numbers[:10]
    later = there.take(0)
    assert later not in numbers
    back = tmp_path / "hall.back"
    results = there.server.line("export", "--results", str(back))

    home.server.start()
    assert "evacuation accept" in home.server.line("import", str(file), "--fingerprint", told(written))
    refused = home.server.ask("POST", "/windows/1/call-next", home.clerk, {})
    assert (refused.status, refused.json["code"]) == (409, "hall.evacuated")
    home.server.kill()
    home.server.start()
    refused = home.server.ask("POST", "/windows/1/call-next", home.clerk, {})
    assert refused.json["code"] == "hall.evacuated", "that nobody has decided is known after a restart too"
    id_ = home.server.line("evacuation", "list").split("\t")[0]
    home.server.line("evacuation", "accept", id_)
    assert home.call() is None
    for _ in range(2):  # the same file twice changes nothing
        said = home.server.line("import", str(back), "--fingerprint", told(results))
        assert f"{WAITING + 1}张号票，其中9张已办结" in said
        assert f"{WAITING - 8}张未办完" in said
    assert home.server.line("evacuation", "reopen", id_).split("\t")[1] == "已恢复 back"
    assert home.ask("GET", f"/tickets?number={numbers[3]}&state=served", who=home.clerk)[0]["window"] == "1"
    assert [home.call() for _ in range(WAITING - 8)] == [*numbers[9:], later]
    assert home.take(0) not in (*numbers, later)
    assert home.server.line("verify").startswith("完好")
    assert home.server.stop() == 0
    assert there.server.stop() == 0
