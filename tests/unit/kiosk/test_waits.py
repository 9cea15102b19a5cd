"""Waits that are told beside the hall's records stand on the kiosk's tiles and rows, and nowhere else."""

import msgspec

from kiosk.link.hall import TOPIC, Hall
from kiosk.model import look as seen
from kiosk.model.event import Event, HallShown
from kiosk.model.show import look
from queue_server.client.link import Link
from tests.unit.kiosk.hall import HALL, SERVICES, Play, open_kiosk, zone
from tests.unit.kiosk.test_look import home

PAY = "c-pay"


def told(waits: dict[str, dict[str, int]], **service: int) -> Play:
    """A kiosk that hears over its link of a hall in which nothing else is known of waits, nor of each `service` than that."""
    records = [
        ("hall", HALL),
        *((f"zone/{id_}", zone(id_, wait=None)) for id_ in ("A", "C")),
        *((f"service/{one.id}", msgspec.structs.replace(one, wait=None, **service)) for one in SERVICES),
    ]
    link = Link(["http://127.0.0.1"], (TOPIC,))
    link.topics[TOPIC] = {key: msgspec.to_builtins(record) for key, record in records}
    link.live[TOPIC] = {"waits": waits}
    events: list[Event] = []
    Hall(link, events.append)._changed(TOPIC, frozenset())
    [event] = events
    assert isinstance(event, HallShown)
    return open_kiosk() >> event


def test_a_wait_stands_with_its_own_zone_and_service() -> None:
    play = told(
        {"zone/C": {"low_min": 10, "high_min": 25}, f"service/{PAY}": {"low_min": 10, "high_min": 15}}
    )
    assert [tile.wait for tile in home(play).tiles] == ["", "约10-25分钟"]
    assert {one.id: one.wait.high_min for one in play.state.services if one.wait} == {PAY: 15}


def test_nothing_stands_where_nothing_is_known() -> None:
    play = told({})
    assert [tile.wait for tile in home(play).tiles] == ["", ""]
    assert not any(one.wait for one in play.state.services)


def test_where_nobody_waits_and_one_would_wait_all_the_same_it_is_the_windows_that_are_busy() -> None:
    for low, waiting in ((35, "窗口正忙"), (0, "无人等候")):
        play = told({"service/a-fire": {"low_min": low, "high_min": low + 5}}, waiting=0).touch("zone", "A")
        body = look(play.state).body
        assert isinstance(body, seen.Services)
        assert [row.waiting for row in body.rows if row.id == "a-fire"] == [waiting]
