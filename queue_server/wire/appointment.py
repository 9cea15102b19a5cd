"""Appointments: booked by staff or by a file, checked in at a kiosk by their code; `command` is their door."""

from datetime import datetime
from typing import Annotated, Literal

import msgspec

from queue_server.wire.field import Holder, Moment, Reason
from queue_server.wire.ids import ServiceId, TicketId, ZoneId
from queue_server.wire.registry import Command, command
from queue_server.wire.ticket import Language, Ticket

LONGEST = 20
AppointmentCode = Annotated[str, msgspec.Meta(pattern=rf"^[A-Za-z0-9]{{8,{LONGEST}}}$")]
"""By what an appointment is known to its holder; capitals and small letters are one."""


class AppointmentRecord(msgspec.Struct, frozen=True, kw_only=True):
    """An appointment; `ticket` and `number` are those with which its holder came. No `zone`: the hall has its service no longer."""

    code: str
    service: ServiceId
    zone: ZoneId | None
    slot: datetime
    state: Literal["booked", "come", "cancelled"]
    ticket: TicketId | None = None
    number: str | None = None


@command(
    "appointments.book", "POST /appointments", "clerk manager admin", answer=AppointmentRecord, success=201
)
class Book(Command, frozen=True):
    """Book an appointment for a service at a time within a year, by a code (`appointment`) that no other has.

    Of a `holder`'s card and name what a ticket's holder leaves is kept, for services that ask for it. The same again is answered
    as it stands.
    """

    appointment: AppointmentCode
    service: ServiceId
    slot: Moment
    holder: Holder | None = None


@command(
    "appointments.cancel",
    "POST /appointments/{appointment}/cancel",
    "steward clerk manager admin",
    answer=AppointmentRecord,
)
class CancelAppointment(Command, frozen=True):
    """Give an appointment up whose holder has not come. Its code is free again."""

    appointment: AppointmentCode
    reason: Reason | None = None


@command(
    "appointments.check_in",
    "POST /appointments/{appointment}/check-in",
    "kiosk steward clerk manager",
    answer=Ticket,
    success=201,
)
class CheckIn(Command, frozen=True):
    """Take the ticket of an appointment, once.

    Within the hall's minutes around its time it has the class `appointment`. Later it is an ordinary one. Earlier it is refused
    with `appointment.early`, which says from when; asked again with `ordinary`, an ordinary ticket is taken at once.
    """

    appointment: AppointmentCode
    ordinary: bool = False
    language: Language = "zh"
