"""Appointments from a file: each line is booked as `appointments.book` would."""

import asyncio
from collections.abc import Iterator, Mapping
from datetime import datetime

import msgspec
from aiohttp import web

from queue_server.api.route import BASE, Do, Route
from queue_server.auth.account import RowFault
from queue_server.auth.door import invalid
from queue_server.engine import sheet
from queue_server.engine.actor import Actor
from queue_server.engine.hall import Hall
from queue_server.flow.flow import Answer, Flow
from queue_server.wire.command import Book, Role
from queue_server.wire.day import SHANGHAI
from queue_server.wire.error import Refusal
from queue_server.wire.ticket import Text

COLUMNS = ("code", "service", "slot", "number", "name")
FEWEST = 3
"""Columns that every line has."""
HEADS = ("code", "预约码")
"""What the first cell of a first line is that holds nothing but the names of the columns."""
MOST_ROWS = 2000
AT_ONCE = 50
"""Lines that are booked together."""


class ImportedAppointments(msgspec.Struct, frozen=True):
    """How many lines stand as appointments now, also those that stood before, and which were not booked, and why."""

    booked: int = 0
    faults: list[RowFault] = []


ROUTES: tuple[Route, ...] = (
    Route(
        "appointments.import",
        "POST",
        BASE + "/appointments/import",
        "Book appointments from a CSV file (code, service, slot, and of its holder card number and name). "
        "Nothing is booked of a file that cannot be read; a line that is refused keeps no other back.",
        frozenset[Role](("manager", "admin")),
        bytes,
        ImportedAppointments,
    ),
)
"""Every address of appointments that is no command's."""


class AppointmentRoutes:
    """Handlers of ROUTES."""

    def __init__(self, flow: Flow) -> None:
        self._flow = flow
        self.do: Mapping[str, Do] = {"appointments.import": self._import}

    async def _import(self, request: web.Request, actor: Actor) -> ImportedAppointments:
        rows, faults = read(await request.read(), self._flow.durable.hall)
        if faults:
            return ImportedAppointments(faults=faults)
        booked = 0
        for first in range(0, len(rows), AT_ONCE):
            some = rows[first : first + AT_ONCE]
            answers = await asyncio.gather(*(self._book(actor, made) for _, made in some))
            for (line, _), answer in zip(some, answers, strict=True):
                if isinstance(answer, Refusal):
                    faults.append(RowFault(line, _said(answer)))
                else:
                    booked += 1
        return ImportedAppointments(booked, faults)

    async def _book(self, actor: Actor, made: Book) -> Answer | Refusal:
        try:
            return await self._flow.ask(actor, made, None)
        except Refusal as refusal:
            return refusal


def read(content: bytes, hall: Hall) -> tuple[list[tuple[int, Book]], list[RowFault]]:
    """The appointments of a file with their lines, and what is wrong with it."""
    rows: list[tuple[int, Book]] = []
    faults: list[RowFault] = []
    try:
        for line, cells in _lines(content):
            if len(rows) >= MOST_ROWS:
                faults.append(RowFault(line, Text(f"最多{MOST_ROWS}行。", f"At most {MOST_ROWS} rows.")))
                break
            made = _made(cells, hall)
            if isinstance(made, Text):
                faults.append(RowFault(line, made))
            else:
                rows.append((line, made))
    except sheet.NotASheet as error:
        faults.append(RowFault(error.line, error.fault))
    return rows, faults


def _lines(content: bytes) -> Iterator[tuple[int, list[str]]]:
    return ((line, cells) for line, cells in sheet.rows(content) if line != 1 or cells[0] not in HEADS)


def _made(cells: list[str], hall: Hall) -> Book | Text:
    """The appointment of a line, or what is wrong with it."""
    if not FEWEST <= len(cells) <= len(COLUMNS):
        return Text(
            "应有三至五列：预约码、业务、时间，可再写证件号码、姓名。",
            "There must be three to five columns: code, service, slot, and then number, name.",
        )
    code, service, slot, *who = cells
    named = [one.id for one in hall.services if service in (one.id, one.name.zh, one.name.en)]
    if len(named) != 1:
        return Text(f"没有业务“{service}”，或不止一项。", f"There is no service “{service}”, or several.")
    try:
        at = datetime.fromisoformat(slot)
    except ValueError:
        return Text(
            f"时间“{slot}”应写成2026-11-23 10:00。", f"The time “{slot}” must be like 2026-11-23 10:00."
        )
    number, name = (*who, "", "")[:2]
    fields = {
        "appointment": code,
        "service": named[0],
        "slot": at if at.tzinfo is not None else at.replace(tzinfo=SHANGHAI),
        "holder": {"number": number or None, "name": name or None} if number or name else None,
    }
    try:
        return msgspec.convert(fields, Book)
    except msgspec.ValidationError as error:
        return _said(invalid(error))


def _said(refusal: Refusal) -> Text:
    return Text(refusal.body("zh").message, refusal.body("en").message)
