"""Structs to rows and back. No I/O: `pack` runs in the event loop."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

import msgspec

from queue_server.engine.case import Case
from queue_server.engine.device import Device
from queue_server.engine.identity import Identity
from queue_server.engine.state import State, Stop, Window
from queue_server.engine.ticket import Step, Ticket
from queue_server.engine.touch import Touched
from queue_server.engine.version import Version
from queue_server.store.mark import Marks
from queue_server.wire.field import Fitting
from queue_server.wire.ids import WindowId
from queue_server.wire.ticket import Wait

Row = tuple[Any, ...]
"""Values in the order of a table's columns."""

_json = msgspec.json.Encoder()
_steps = msgspec.json.Decoder(list[Step])
_needs = msgspec.json.Decoder(tuple[str, ...])
_wait = msgspec.json.Decoder(Wait)
_case = msgspec.json.Decoder(Case)
_windows = msgspec.json.Decoder(tuple[WindowId, ...])
_places = msgspec.json.Decoder(dict[str, WindowId | None])
_fittings = msgspec.json.Decoder(tuple[Fitting, ...])


def stamp(at: datetime) -> str:
    """An aware time as it is stored: UTC, fixed width, so that it sorts."""
    if at.tzinfo is not UTC:
        at = at.astimezone(UTC)
    if (
        at.microsecond
    ):  # the encoder writes the same, in a tenth of the time; but of a whole second no fraction
        return _json.encode(at)[1:27].decode() + "+00:00"
    return at.isoformat(timespec="microseconds")


def stamp_or_none(at: datetime | None) -> str | None:
    """As `stamp`; None stays None."""
    return None if at is None else stamp(at)


def time(text: str) -> datetime:
    """The time that `stamp` wrote."""
    return datetime.fromisoformat(text)


def time_or_none(text: str | None) -> datetime | None:
    """As `time`; None stays None."""
    return None if text is None else time(text)


class Rows(msgspec.Struct, frozen=True):
    """Rows as they were at one moment. `gone` are windows that are no more.

    `stops` maps a scope to its row, or to None where issuing goes on; `devices` likewise an id, where None is a device
    that is forgotten.
    """

    tickets: tuple[Row, ...] = ()
    windows: tuple[Row, ...] = ()
    stops: tuple[tuple[str, Row | None], ...] = ()
    marks: tuple[tuple[str, str], ...] = ()
    gone: tuple[WindowId, ...] = ()
    devices: tuple[tuple[str, Row | None], ...] = ()
    cases: tuple[Row, ...] = ()


def pack(state: State, touched: Touched) -> Rows:
    """The touched rows as they are now. A ticket that has left the state has none: ask after each event, not after a midnight."""
    tickets, windows = state.tickets, state.windows
    return Rows(
        tuple(
            [ticket_row(tickets[id_], state.day, state.seq) for id_ in touched.tickets if id_ in tickets]
            if len(touched.tickets) < 2
            # Sets have no order; the order of rows is the order in which tickets were taken.
            else [
                ticket_row(ticket, state.day, state.seq)
                for id_, ticket in tickets.items()
                if id_ in touched.tickets
            ]
        ),
        tuple([window_row(windows[id_]) for id_ in touched.windows if id_ in windows]),
        tuple([(scope, _stop_row(state.stops.get(scope))) for scope in touched.stops]),
        _marks(state) if touched.hall or touched.marks else (),
        tuple([id_ for id_ in touched.windows if id_ not in windows]) if touched.hall else (),
        tuple([(id_, _device_row(state.devices.get(id_))) for id_ in touched.devices]),
        tuple([case_row(state.cases[id_]) for id_ in touched.cases]),
    )


def _marks(state: State) -> tuple[tuple[str, str], ...]:
    return (
        ("day", state.day.isoformat()),
        ("turned_at", stamp(state.turned_at)),
        *Marks.of(state).written,
    )


def ticket_row(ticket: Ticket, day: date, seq: int) -> Row:
    """A ticket's row on the hall's `day`; `seq` is kept from its first writing only."""
    return (
        ticket.day.isoformat(),
        ticket.prefix,
        ticket.n,
        ticket.id,
        ticket.number,
        _json.encode(ticket.steps).decode(),
        ticket.at,
        ticket.items,
        ticket.class_,
        ticket.class_state,
        _json.encode(ticket.needs).decode() if ticket.needs else "[]",
        ticket.language,
        ticket.state,
        ticket.paper,
        ticket.token,
        None if ticket.wait is None else _json.encode(ticket.wait).decode(),
        stamp(ticket.issued_at),
        ticket.issued_by,
        stamp_or_none(ticket.ended_at),
        ticket.reason,
        None if ticket.day == day else day.isoformat(),
        seq,
    )


def ticket_of(row: Sequence[Any]) -> Ticket:
    """The ticket that a row describes."""
    return Ticket(
        day=date.fromisoformat(row[0]),
        prefix=row[1],
        n=row[2],
        id=row[3],
        number=row[4],
        steps=_steps.decode(row[5]),
        at=row[6],
        items=row[7],
        class_=row[8],
        class_state=row[9],
        needs=_needs.decode(row[10]),
        language=row[11],
        state=row[12],
        paper=row[13],
        token=row[14],
        wait=None if row[15] is None else _wait.decode(row[15]),
        issued_at=time(row[16]),
        issued_by=row[17],
        ended_at=time_or_none(row[18]),
        reason=row[19],
    )


def window_row(window: Window) -> Row:
    """A window's row."""
    return (
        window.id,
        window.state,
        window.clerk,
        window.reason,
        stamp_or_none(window.until),
        stamp_or_none(window.since_at),
        window.ticket,
        window.prompt,
        window.served,
        window.seat,
    )


def window_of(row: Sequence[Any]) -> Window:
    """The window that a row describes."""
    return Window(
        id=row[0],
        state=row[1],
        clerk=row[2],
        reason=row[3],
        until=time_or_none(row[4]),
        since_at=time_or_none(row[5]),
        ticket=row[6],
        prompt=row[7],
        served=row[8],
        seat=row[9],
    )


def case_row(case: Case) -> Row:
    """A case's row."""
    return (case.id, stamp(case.opened_at), stamp_or_none(case.closed_at), _json.encode(case).decode())


def case_of(row: Sequence[Any]) -> Case:
    """The case that a row describes."""
    return _case.decode(row[3])


def identity_row(identity: Identity, seq: int) -> Row:
    """An identity's row; `seq` is that of the event that brought it."""
    return (
        seq,
        identity.ref,
        identity.ticket,
        identity.day.isoformat(),
        identity.hash,
        identity.mask,
        identity.person,
    )


def identity_of(row: Sequence[Any]) -> Identity:
    """The identity that a row describes."""
    return Identity(
        ref=row[1],
        ticket=row[2],
        day=date.fromisoformat(row[3]),
        hash=row[4],
        mask=row[5],
        person=row[6],
    )


def version_row(version: Version) -> Row:
    """A version's row."""
    return (version.n, stamp(version.at), version.actor, version.note, version.document, version.digest)


def version_of(row: Sequence[Any]) -> Version:
    """The version that a row describes."""
    return Version(n=row[0], at=time(row[1]), actor=row[2], note=row[3], document=row[4], digest=row[5])


def _stop_row(stop: Stop | None) -> Row | None:
    return None if stop is None else (stop.scope, stop.reason, stamp_or_none(stop.until), stop.reason_en)


def stop_of(row: Sequence[Any]) -> Stop:
    """The stop that a row describes."""
    return Stop(scope=row[0], reason=row[1], until=time_or_none(row[2]), reason_en=row[3])


def _device_row(device: Device | None) -> Row | None:
    return None if device is None else device_row(device)


def device_row(device: Device) -> Row:
    """A device's row."""
    return (
        device.id,
        device.kind,
        device.name,
        device.state,
        device.token,
        device.code,
        _json.encode(device.windows).decode(),
        device.zone,
        device.display,
        device.health,
        device.fault,
        stamp(device.paired_at),
        stamp_or_none(device.placed_at),
        stamp(device.seen_at),
        device.reason,
        _json.encode(device.places).decode(),
        _json.encode(device.fittings).decode(),
        stamp_or_none(device.health_at),
    )


def device_of(row: Sequence[Any]) -> Device:
    """The device that a row describes."""
    return Device(
        id=row[0],
        kind=row[1],
        name=row[2],
        state=row[3],
        token=row[4],
        code=row[5],
        windows=_windows.decode(row[6]),
        zone=row[7],
        display=row[8],
        health=row[9],
        fault=row[10],
        paired_at=time(row[11]),
        placed_at=time_or_none(row[12]),
        seen_at=time(row[13]),
        reason=row[14],
        places=_places.decode(row[15]),
        fittings=_fittings.decode(row[16]),
        health_at=time_or_none(row[17]),
    )
