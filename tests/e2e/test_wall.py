"""The clock of a server's machine is an hour slow, a day fast, and put right: nobody loses a turn, no number is given twice."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from websockets.sync.client import connect

from queue_server.wire.day import SHANGHAI
from tests.e2e.house import Server
from tests.power.wall import Wall
from tests.soak.day import play

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


class Hall:
    """A real server on a machine whose clock is set while it runs and while it is off."""

    def __init__(self, folder: Path) -> None:
        now = datetime.now(SHANGHAI)
        self._noon = (
            now.replace(hour=12, minute=0, second=0) - now
        )  # whenever this test runs, no midnight is near
        self._wall = Wall(folder, self._noon)
        hall, cast = play(folder / "data", staffed=1)
        self.server = Server(folder / "data", **self._wall.environment).start()
        self._window, (_, self._clerk) = next(iter(cast.clerks.items()))
        self._service, self._kiosk = hall.window[self._window].services[0], cast.kiosk

    def clock(self, off: timedelta) -> None:
        """Set the machine's clock; off by so much of what it should be."""
        self._wall.set(self._noon + off)

    def again(self) -> None:
        """kill -9, and a new start."""
        self.server.kill()
        self.server.start()

    def witness(self, off: timedelta) -> None:
        """A kiosk comes that has a clock of its own."""
        at = datetime.now(UTC) + self._noon + off
        with connect(f"{self.server.url.replace('http', 'ws', 1)}/feed") as link:
            link.send(
                json.dumps({"hello": {"topics": ["hall"], "token": self._kiosk, "now": at.isoformat()}})
            )
            link.recv(timeout=30)

    def take(self, key: str) -> Any:
        """The ticket that the key has got, now or before."""
        return self._ask("/tickets", self._kiosk, {"service": self._service, "paper": False}, key)

    def reenter(self, ticket: Any) -> Any:
        """Another ticket for one that the end of a day left waiting."""
        return self._ask(f"/tickets/{ticket['id']}/reenter", self._kiosk)

    def at_window(self, verb: str) -> Any:
        """What the clerk is answered."""
        return self._ask(f"/windows/{self._window}/{verb}", self._clerk)

    def _ask(self, path: str, token: str, body: Any = None, key: str = "") -> Any:
        answer = self.server.ask("POST", path, token, body or {}, key)
        assert answer.status < 300, answer.text
        return answer.json


@pytest.fixture
def hall(tmp_path: Path) -> Iterator[Hall]:
    made = Hall(tmp_path)
    yield made
    made.server.kill()


@pytest.mark.timeout(200)
def test_a_clock_that_goes_wrong_by_an_hour_and_by_a_day_takes_no_turn_and_gives_no_number_twice(
    hall: Hall,
) -> None:
    hall.at_window("open")
    tickets = [hall.take("first")]
    hall.clock(-HOUR)
    tickets.append(hall.take("an hour slow"))
    hall.again()
    tickets.append(hall.take("started an hour slow"))
    hall.clock(timedelta())
    tickets.append(hall.take("right again"))
    assert _numbers(tickets) == [1, 2, 3, 4]
    assert _times(tickets) == sorted(_times(tickets))
    assert hall.at_window("call-next")["id"] == tickets[0]["id"]

    hall.server.kill()
    hall.clock(DAY)
    hall.server.start()  # on a day that has not come: nobody's clock says so too
    assert hall.take("first") == tickets[0], "a key has its first answer"
    tickets.append(hall.take("a day fast"))
    hall.clock(timedelta())
    assert hall.take("a day fast") == tickets[4]
    tickets.append(hall.take("right again while it serves"))
    hall.again()
    tickets += [hall.take("started on the right day"), hall.take("the last one")]
    assert _numbers(tickets) == [1, 2, 3, 4, 5, 6, 7, 8], "the day goes on"
    assert _times(tickets) == sorted(_times(tickets))
    called = [hall.at_window("call-next")["id"] for _ in tickets[1:7]]
    assert called == [ticket["id"] for ticket in tickets[1:7]], (
        "nobody lost a turn, and nobody did anything for it"
    )

    hall.server.kill()
    hall.clock(DAY)
    hall.server.start()  # the next morning, as a kiosk knows too
    hall.witness(DAY)
    new = [hall.take("the next day"), hall.reenter(tickets[7])]
    assert _numbers(new) == [1, 2]
    called = [hall.at_window("call-next")["id"] for _ in new]
    assert called == [new[1]["id"], new[0]["id"]], "who waited the day before is first"
    assert hall.server.line("verify").startswith("完好")


def _numbers(tickets: list[Any]) -> list[int]:
    return [int(ticket["number"][1:]) for ticket in tickets]


def _times(tickets: list[Any]) -> list[datetime]:
    return [datetime.fromisoformat(ticket["issued_at"]) for ticket in tickets]
