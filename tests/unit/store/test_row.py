"""Structs to rows and back."""

from datetime import UTC, date, datetime, timedelta, timezone

from hypothesis import given
from hypothesis import strategies as st

from queue_server.engine.device import Device
from queue_server.engine.state import State, Stop, Window
from queue_server.engine.ticket import Step, Ticket
from queue_server.engine.touch import Touched
from queue_server.store import schema
from queue_server.store.row import (
    Rows,
    device_of,
    device_row,
    pack,
    stamp,
    stop_of,
    ticket_of,
    ticket_row,
    time,
    window_of,
    window_row,
)
from queue_server.wire.day import SHANGHAI
from queue_server.wire.ids import DeviceId, TicketId, ZoneId
from queue_server.wire.ticket import Wait
from tests.fakes.hall import FILING, LICENCE, MORNING, ONE, TWO, hall

TODAY = date(2026, 11, 23)
TIMES = st.datetimes(
    datetime(1990, 1, 1),  # noqa: DTZ001 - hypothesis adds the zone
    datetime(2100, 1, 1),  # noqa: DTZ001
    timezones=st.sampled_from((UTC, SHANGHAI, timezone(timedelta(hours=-9)))),
)


@given(at=TIMES, other=TIMES)
def test_times_sort_as_text_and_come_back(at: datetime, other: datetime) -> None:
    assert time(stamp(at)) == at
    assert time(stamp(at)).tzinfo is UTC
    assert stamp(at) == at.astimezone(UTC).isoformat(timespec="microseconds")
    assert (stamp(at) < stamp(other)) == (at < other)
    assert len(stamp(at)) == len("2026-11-23T01:00:00.000000+00:00")


def full() -> Ticket:
    """A ticket with every field filled."""
    later = MORNING + timedelta(microseconds=1)
    step = Step(
        service=FILING,
        state="served",
        since_at=MORNING,
        order=3,
        window=ONE,
        clerk="张",
        call=9,
        called_at=later,
        recalled_at=later,
        calls=2,
        started_at=later,
        ended_at=later,
        outcome="done",
        rating=5,
        rated_at=later,
        channel="keypad",
    )
    return Ticket(
        id=TicketId("t"),
        day=TODAY,
        prefix="A",
        n=1,
        number="A001",
        steps=[step, Step(service=LICENCE)],
        at=1,
        items=2,
        class_="priority",
        class_state="confirmed",
        needs=("wheelchair", "手语"),
        language="en",
        state="cancelled",
        paper="printed",
        token="digest",
        wait=Wait(5, 10, 2.5),
        issued_at=MORNING,
        issued_by="kiosk:k1",
        ended_at=later,
        reason="离开",
    )


def test_a_ticket_comes_back_from_its_row() -> None:
    assert ticket_of(ticket_row(full(), TODAY, 1)) == full()


def test_a_row_has_a_value_for_each_column_and_no_ticket_field_is_forgotten() -> None:
    row = dict(zip(schema.ticket.columns.keys(), ticket_row(full(), TODAY, 1), strict=True))
    fields = {name.rstrip("_") for name in Ticket.__struct_fields__}
    assert set(row) == fields | {"carried", "seq"}
    assert None not in (row[name] for name in fields)


def test_a_row_written_on_another_day_than_its_own_says_so() -> None:
    columns = list(schema.ticket.columns.keys())
    carried = columns.index("carried")
    assert ticket_row(full(), TODAY, 1)[carried] is None
    assert ticket_row(full(), date(2026, 11, 24), 1)[carried] == "2026-11-24"


def test_a_window_comes_back_from_its_row() -> None:
    window = Window(
        id=ONE,
        state="paused",
        clerk="zhang",
        reason="午休",
        until=MORNING,
        since_at=MORNING,
        ticket=TicketId("t"),
        prompt="t/0",
        served=3,
    )
    row = window_row(window)
    assert window_of(row) == window
    assert dict(zip(schema.window.columns.keys(), row, strict=True)).keys() == set(Window.__struct_fields__)


def test_a_device_comes_back_from_its_row() -> None:
    device = Device(
        id=DeviceId("d"),
        kind="agent",
        name="counter",
        state="placed",
        token="digest",
        code="012345",
        windows=(ONE, TWO),
        zone=ZoneId("A"),
        display="hall",
        health="degraded",
        fault="bar 3",
        paired_at=MORNING,
        placed_at=MORNING,
        seen_at=MORNING,
        reason="被盗",
        health_at=MORNING,
    )
    row = device_row(device)
    assert device_of(row) == device
    assert dict(zip(schema.device.columns.keys(), row, strict=True)).keys() == set(Device.__struct_fields__)
    assert None not in row


def test_packing_is_a_snapshot_of_what_was_touched_and_nothing_else() -> None:
    state = State(hall(), TODAY)
    ticket = full()
    state.tickets[ticket.id] = ticket
    state.stops["hall"] = Stop(scope="hall", reason="满", reason_en="full")
    rows = pack(
        state,
        Touched(
            frozenset({ticket.id, TicketId("gone")}), frozenset({TWO}), stops=frozenset({"hall", "zone:A"})
        ),
    )
    ticket.steps[0].clerk, ticket.state = "li", "served"
    assert ticket_of(rows.tickets[0]) == full()
    assert len(rows.tickets) == 1
    assert [row[0] for row in rows.windows] == [TWO]
    stops = dict(rows.stops)
    assert stops["zone:A"] is None
    stopped = stops["hall"]
    assert stopped is not None
    assert stop_of(stopped) == Stop(scope="hall", reason="满", reason_en="full")
    assert rows.marks == ()
    assert pack(state, Touched()) == Rows()
    assert dict(pack(state, Touched(hall=True)).marks) == {
        "day": "2026-11-23",
        "turned_at": "2026-11-22T16:00:00.000000+00:00",
        "former": '{"zones":[],"services":[],"windows":[]}',
        "sheaves": "[]",
        "away": '{"departures":[],"arrival":null}',
        "leases": "[]",
        "notices": "[]",
        "alarms": "[]",
        "advices": "[]",
        "appointments": "[]",
        "skipped": "{}",
        "today": "{}",
    }
