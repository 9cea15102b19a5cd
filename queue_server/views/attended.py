"""A day of windows in numbers, counted from the log: calls and their reasons, and how long who was at each of them.

A call is counted in the hour and at the window in which it was made; one that was taken back counts as not made. Time is counted
in the hour in which somebody came, went, paused or went on.
"""

from collections.abc import Callable, Iterable
from datetime import datetime

import msgspec

from queue_server.engine import event as e
from queue_server.engine.ticket import Step
from queue_server.views.daily import Cell, together
from queue_server.wire.day import local
from queue_server.wire.ids import ServiceId, TicketId, WindowId, ZoneId

UNEXPLAINED = "unexplained"
"""The reason of a call that passed somebody over and does not say why; there must be none."""

Dated = tuple[int, datetime, e.Event]
"""An event with its seq and time."""


class _Seat(msgspec.Struct):
    """Who is at a window since when."""

    clerk: str
    since: datetime
    paused: bool = False


def attended(
    events: Iterable[Dated],
    step_of: Callable[[TicketId, int], Step | None],
    zone_of: Callable[[ServiceId], ZoneId | None],
    zone_at: Callable[[WindowId], ZoneId | None],
    until: datetime,
) -> list[Cell]:
    """The cells of a day's events, of which the last state lasts `until` then.

    A window that was open before the day began is not counted until somebody does something there: whoever sits there then.
    """
    seats: dict[WindowId, _Seat] = {}
    calls: dict[int, tuple[WindowId, Cell]] = {}
    times: list[Cell] = []

    def leave(window: WindowId, at: datetime) -> None:
        seat = seats.pop(window, None)
        if seat is not None and at > seat.since:
            times.append(_time(window, zone_at(window) or ZoneId(""), seat, at))

    for seq, at, event in events:
        match event:
            case e.Called():
                calls[seq] = (event.window, _call(event, at, step_of(event.ticket, event.step), zone_of))
            case e.Undone():
                calls = {n: one for n, one in calls.items() if n < event.first or one[0] != event.window}
            case e.Opened() | e.TakenOver():
                leave(event.window, at)
                seats[event.window] = _Seat(event.clerk, at)
            case e.Paused() | e.Resumed() if event.window in seats:
                clerk = seats[event.window].clerk
                leave(event.window, at)
                seats[event.window] = _Seat(clerk, at, isinstance(event, e.Paused))
            case e.Closed():
                leave(event.window, at)
            case _:
                pass
    for window in list(seats):
        leave(window, until)
    return together((*(cell for _, cell in calls.values()), *times))


def _call(
    event: e.Called, at: datetime, step: Step | None, zone_of: Callable[[ServiceId], ZoneId | None]
) -> Cell:
    service = ServiceId("") if step is None else step.service
    for before in () if step is None else step.before:
        if (before.window, before.called_at) == (event.window, at):
            service = before.service
    return Cell(
        zone=(zone_of(service) if service else None) or "",
        service=service,
        window=event.window,
        clerk=event.clerk,
        hour=local(at).hour,
        calls=1,
        turns={(event.reason or "").strip() or UNEXPLAINED: 1} if event.skipped else {},
    )


def _time(window: WindowId, zone: ZoneId, seat: _Seat, at: datetime) -> Cell:
    seconds = round((at - seat.since).total_seconds())
    return Cell(
        zone=zone,
        service="",
        window=window,
        clerk=seat.clerk,
        hour=local(seat.since).hour,
        open_s=seconds,
        paused_s=seconds if seat.paused else 0,
    )
