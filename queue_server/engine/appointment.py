"""An appointment, and what happens to one. Whose it is, is kept apart as a ticket's holder is, under the id of the ticket to be."""

from datetime import datetime
from typing import Literal

import msgspec

from queue_server.engine.fact import Fact
from queue_server.wire.ids import ServiceId, TicketId

Arrival = Literal["early", "in_time", "late"]
"""When its holder came."""


class Appointment(msgspec.Struct, frozen=True, kw_only=True):
    """One that stands; `id` is that of the ticket with which its holder comes."""

    id: TicketId
    code: str
    service: ServiceId
    slot: datetime
    come: bool = False


class Booked(Fact, frozen=True, tag="booked"):
    """An appointment was made. `holder` refers to who that is, kept apart."""

    appointment: TicketId
    code: str
    service: ServiceId
    slot: datetime
    holder: str | None = None


class Unbooked(Fact, frozen=True, tag="unbooked"):
    """An appointment is over without its holder: given up (`cancelled`), or the day ended (`missed`)."""

    appointment: TicketId
    service: ServiceId
    why: Literal["cancelled", "missed"]
    reason: str | None = None


class CheckedIn(Fact, frozen=True, tag="checked_in"):
    """The holder of an appointment came and has its ticket, which was issued in the event before."""

    appointment: TicketId
    service: ServiceId
    arrival: Arrival
