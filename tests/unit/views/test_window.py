"""What devices are shown of their window: what a tablet needs to ask, and a name only where the hall shows it."""

from dataclasses import dataclass
from typing import Any

import msgspec
import pytest

from queue_server.engine.hall import Rules
from queue_server.views import topic
from queue_server.wire import command as c
from tests.fakes.hall import FILING, ONE, hall
from tests.fakes.play import Play


@dataclass
class Counter:
    """Window 1 with somebody of a name, in a hall that shows it or does not."""

    play: Play

    def shown(self) -> dict[str, Any]:
        return dict(topic.show(self.play.state, f"counter:{ONE}"))


def counter(*, show_clerk: bool = False) -> Counter:
    play = Play(hall(rules=Rules(show_clerk=show_clerk)))
    play.state.names["zhang"] = "张敏"
    play.open(ONE)
    return Counter(play)


def test_a_window_s_devices_are_told_the_step_to_rate_in_the_language_of_its_ticket() -> None:
    at = counter()
    ticket = at.play.take(FILING, language="en")
    at.play.next(ONE)
    assert "prompt" not in at.shown()
    at.play.do(c.Finish(window=ONE))
    prompt = at.shown()["prompt"]
    assert (prompt.step, prompt.number, prompt.language, prompt.clerk) == (
        f"{ticket.id}/0",
        "A001",
        "en",
        None,
    )
    at.play.next(ONE)
    assert "prompt" in at.shown()


@pytest.mark.parametrize("show_clerk, name", [(False, None), (True, "张敏")])
def test_a_window_s_devices_are_told_who_serves_only_where_the_hall_shows_it(
    show_clerk: bool, name: str | None
) -> None:
    at = counter(show_clerk=show_clerk)
    assert at.shown()["window"].clerk_name == name
    at.play.state.names["zhang"] = "zhang"
    assert at.shown()["window"].clerk_name is None, "an account without a name to show"
    at.play.state.names["zhang"] = "张敏"
    at.play.do(c.Pause(window=ONE, reason="就餐"))
    told = at.shown()["window"]
    assert (told.clerk_name, told.clerk, told.seat, told.reason) == (None, None, None, None)
    assert "zhang" not in msgspec.json.encode(at.shown()).decode()
