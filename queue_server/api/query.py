"""The queries: what may be read, by whom, and how. One table, from which routes and the API document are derived."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, get_args

import msgspec

from queue_server.api import audit, register
from queue_server.api.parameter import Asked, day, invalid, number, word
from queue_server.engine import advising, appointing, config, noting, record
from queue_server.engine.actor import Actor
from queue_server.engine.form import Form, form
from queue_server.engine.version import Version
from queue_server.flow.flow import Flow
from queue_server.flow.port import Stored, Unavailable
from queue_server.forecast.advice import shown
from queue_server.forecast.told import expected
from queue_server.views import query
from queue_server.views.topic import REGISTER
from queue_server.wire.advice import CounselRecord
from queue_server.wire.appointment import AppointmentRecord
from queue_server.wire.audit import LifeRecord, LogRecord, ProofRecord, SkipsRecord
from queue_server.wire.case import CaseFile, CaseRecord
from queue_server.wire.command import DEVICES, PEOPLE, ROLES, ReadNames, Role
from queue_server.wire.device import DeviceRecord
from queue_server.wire.error import Refusal
from queue_server.wire.floor import LoadRecord
from queue_server.wire.forecast import ForecastRecord
from queue_server.wire.ids import ServiceId, TicketId, ZoneId
from queue_server.wire.ticket import Ticket, TicketState
from queue_server.wire.version import ConfigRecord, VersionRecord
from queue_server.wire.view import ServiceRecord, ZoneRecord
from queue_server.wire.window import NoteRecord, WindowRecord

MOST_TICKETS = 5000
MOST_EVENTS = 1000
MOST_VERSIONS = 1000
EVERYBODY = frozenset(ROLES) - {"clock"}


@dataclass(frozen=True)
class Query:
    """One thing that may be read at GET `path`: by `roles`, answered as `answer`; `parameters` of the query string with their
    words.

    `read(flow, actor, asked)` reads the durable state. `own` are those of `roles` that see only what is their own.
    """

    name: str
    path: str
    summary: str
    roles: frozenset[Role]
    answer: Any
    read: Callable[[Flow, Actor, Asked], Awaitable[Any]]
    parameters: Mapping[str, str]
    own: frozenset[Role] = frozenset()


async def _ticket(flow: Flow, actor: Actor, asked: Asked) -> Ticket:
    id_ = TicketId(asked["id"])
    if actor.role == "holder" and actor.ticket != id_:
        raise Refusal("ticket.unknown")
    return query.ticket(flow.durable, id_, actor)


async def _notes(flow: Flow, actor: Actor, asked: Asked) -> list[NoteRecord]:
    """A ticket's remarks. Those of one that is done with, of an earlier day, concern nobody but who looks into a complaint."""
    id_ = TicketId(asked["id"])
    found = flow.durable.tickets.get(id_)
    words = None
    try:
        if found is None and "day" in asked and actor.role in _COMPLAINTS:
            taken = day(asked, "day", flow.durable.day)
            found = await asyncio.to_thread(flow.store.ticket, taken, id_)
        if found is None:
            raise Refusal("ticket.unknown")
        if actor.role in _AT_WORK:
            refs = [each.note for each in found.remarks]
            words = await asyncio.to_thread(flow.store.words, refs) if refs else {}
    except Unavailable as fault:
        raise Refusal("store.unavailable") from fault
    return noting.told(flow.durable, found, words)


async def _tickets(flow: Flow, _actor: Actor, asked: Asked) -> list[Ticket]:
    states = tuple(part for part in asked.get("state", "").split(",") if part)
    for state in states:
        if state not in get_args(TicketState):
            raise invalid("state", f"没有“{state}”这个状态", f"there is no state “{state}”")
    zone = asked.get("zone")
    if zone is not None and zone not in flow.durable.hall.zone:
        raise Refusal("zone.unknown")
    return query.tickets(
        flow.durable,
        states=states,
        zone=None if zone is None else ZoneId(zone),
        number=asked.get("number"),
        limit=number(asked, "limit", 500, 1, MOST_TICKETS),
    )


async def _appointments(flow: Flow, _actor: Actor, asked: Asked) -> list[AppointmentRecord]:
    service = asked.get("service")
    return query.appointments(
        flow.durable,
        day=day(asked, "day", flow.durable.day) if "day" in asked else None,
        service=None if service is None else ServiceId(service),
        code=word(asked, "code"),
        limit=number(asked, "limit", 500, 1, appointing.MOST),
    )


async def _events(flow: Flow, _actor: Actor, asked: Asked) -> list[Stored]:
    after = number(asked, "after", 0, 0, 10**18 - 1)
    limit = number(asked, "limit", 500, 1, MOST_EVENTS)
    try:
        return await asyncio.to_thread(flow.store.events, after, limit)
    except Unavailable as fault:
        raise Refusal("store.unavailable") from fault


async def _zones(flow: Flow, _actor: Actor, _asked: Asked) -> list[ZoneRecord]:
    return query.zones(flow.durable)


async def _services(flow: Flow, _actor: Actor, _asked: Asked) -> list[ServiceRecord]:
    return query.services(flow.durable)


async def _windows(flow: Flow, actor: Actor, _asked: Asked) -> list[WindowRecord]:
    found = query.windows(flow.durable)
    return list(map(record.unnamed, found)) if actor.role in DEVICES else found


async def _load(flow: Flow, _actor: Actor, _asked: Asked) -> list[LoadRecord]:
    return query.load(flow.durable)


async def _forecast(flow: Flow, actor: Actor, _asked: Asked) -> ForecastRecord:
    told = flow.foresight.told
    if told is None:
        return ForecastRecord()
    return expected(told, flow.durable, flow.foresight.age_s(told), whole=actor.role in PEOPLE)


async def _advice(flow: Flow, _actor: Actor, _asked: Asked) -> CounselRecord:
    now = shown(flow.foresight.counsel, flow.durable)
    return msgspec.structs.replace(now, today=advising.everything(flow.durable).advices)


async def _devices(flow: Flow, _actor: Actor, _asked: Asked) -> list[DeviceRecord]:
    return query.devices(flow.durable)


async def told(flow: Flow, actor: Actor, version: Version) -> dict[str, Any]:
    """The document of a version as somebody may read it. Names that they are told of are told once it is on disk that they are."""
    document = version.content
    if config.tells_names(document, actor.role):
        await flow.ask(actor, ReadNames(version=version.n))
    return config.told(document, actor.role)


async def _config(flow: Flow, actor: Actor, _asked: Asked) -> ConfigRecord:
    runs = config.running(flow.durable)
    if runs is None:
        raise Refusal("config.unknown_version", version=0)
    return ConfigRecord(runs.n, await told(flow, actor, runs))


async def _form(_flow: Flow, _actor: Actor, _asked: Asked) -> Form:
    return form()


async def _versions(flow: Flow, _actor: Actor, asked: Asked) -> list[VersionRecord]:
    limit = number(asked, "limit", 100, 1, MOST_VERSIONS)
    try:
        return [each.record for each in await asyncio.to_thread(flow.store.versions, limit)]
    except Unavailable as fault:
        raise Refusal("store.unavailable") from fault


async def _version(flow: Flow, actor: Actor, asked: Asked) -> ConfigRecord:
    n = number(asked, "version", 0, 0, 10**9)
    try:
        found = await asyncio.to_thread(flow.store.version, n)
    except Unavailable as fault:
        raise Refusal("store.unavailable") from fault
    if found is None:
        raise Refusal("config.unknown_version", version=n)
    return ConfigRecord(found.n, await told(flow, actor, found))


async def _cases(flow: Flow, _actor: Actor, asked: Asked) -> list[CaseRecord]:
    return await register.cases(flow, asked)


async def _case(flow: Flow, actor: Actor, asked: Asked) -> CaseFile:
    return await register.file(flow, actor, asked["case"])


_HALL = frozenset[Role]((*PEOPLE, *DEVICES))
_STAFF = frozenset[Role](PEOPLE)
_AT_WORK = frozenset[Role](("clerk", "steward", "supervisor", "manager"))
"""Who may read what was written on a ticket at a window; auditors are told that it was, when and by whom."""
_COMPLAINTS = frozenset[Role](("supervisor", "manager", "auditor"))
_FLOOR = frozenset[Role](("steward", "supervisor", "manager", "admin", "auditor"))
_AUDIT = frozenset[Role](("manager", "admin", "auditor"))

QUERIES: tuple[Query, ...] = (
    Query(
        "ticket",
        "/tickets/{id}",
        "One ticket.",
        _STAFF | {"kiosk", "holder"},
        Ticket,
        _ticket,
        {},
        own=frozenset(("holder",)),
    ),
    Query(
        "notes",
        "/tickets/{id}/notes",
        "The remarks on a ticket, oldest first; their words for those at work with it, auditors are told of them without.",
        _AT_WORK | {"auditor"},
        list[NoteRecord],
        _notes,
        {
            "day": "The local day on which it was taken: for supervisors, managers and auditors of one that is done with, of an "
            "earlier day."
        },
    ),
    Query(
        "tickets",
        "/tickets",
        "Tickets of today and open ones, oldest first.",
        _STAFF,
        list[Ticket],
        _tickets,
        {
            "state": "Only these states, with commas between them.",
            "zone": "Only this zone.",
            "number": "Only this number.",
            "limit": f"At most so many, up to {MOST_TICKETS}; 500 if not given.",
        },
    ),
    Query(
        "appointments",
        "/appointments",
        "Appointments of today and of coming days, by their time; whose they are is not told.",
        frozenset(("steward", "clerk", "manager", "admin", "auditor")),
        list[AppointmentRecord],
        _appointments,
        {
            "day": "Only those of this local day, such as 2026-11-26.",
            "service": "Only those for this service, also one that the hall has no longer.",
            "code": "Only those whose code begins like this.",
            "limit": f"At most so many, up to {appointing.MOST}; 500 if not given.",
        },
    ),
    Query("zones", "/zones", "All zones, in the hall's order.", EVERYBODY, list[ZoneRecord], _zones, {}),
    Query("services", "/services", "All services.", EVERYBODY, list[ServiceRecord], _services, {}),
    Query(
        "windows",
        "/windows",
        "All windows; to devices without who is there.",
        _HALL,
        list[WindowRecord],
        _windows,
        {},
    ),
    Query(
        "devices",
        "/devices",
        "Paired devices: those that wait first, then by kind and name.",
        frozenset(("admin", "auditor", "clock")),
        list[DeviceRecord],
        _devices,
        {},
    ),
    Query("load", "/load", "All zones for the floor manager.", _FLOOR, list[LoadRecord], _load, {}),
    Query(
        "forecast",
        "/forecast",
        "What is expected of waits: by service and class, and for staff of everybody who waits.",
        EVERYBODY,
        ForecastRecord,
        _forecast,
        {},
    ),
    Query(
        "advice",
        "/advice",
        "Which windows managers are advised to open, which zones will be late, and what came of today's advice.",
        _FLOOR,
        CounselRecord,
        _advice,
        {},
    ),
    Query(
        "cases",
        "/cases",
        "The register: cases of bad ratings and complaints, oldest first; those that are open or were closed in the last 60 days.",
        REGISTER,
        list[CaseRecord],
        _cases,
        register.PARAMETERS,
    ),
    Query(
        "case",
        "/cases/{case}",
        "One case, however old, with its history; its words for supervisors and managers who are not the rated one.",
        REGISTER,
        CaseFile,
        _case,
        {},
    ),
    Query("config", "/config", "The configuration that runs.", _AUDIT, ConfigRecord, _config, {}),
    Query(
        "versions",
        "/config/versions",
        "Published versions, newest first.",
        _AUDIT,
        list[VersionRecord],
        _versions,
        {"limit": f"At most so many, up to {MOST_VERSIONS}; 100 if not given."},
    ),
    Query("form", "/config/form", "What a form for a configuration offers.", _AUDIT, Form, _form, {}),
    Query(
        "version", "/config/{version}", "The configuration of a version.", _AUDIT, ConfigRecord, _version, {}
    ),
    Query(
        "events",
        "/events",
        "The event log, in order.",
        _AUDIT,
        list[Stored],
        _events,
        {
            "after": "Only events with a seq above this.",
            "limit": f"At most so many, up to {MOST_EVENTS}; 500 if not given.",
        },
    ),
    Query(
        "audit.skips",
        "/audit/skips",
        "A day's calls out of turn, each with its reason: those that nobody explains first; and how many for each reason.",
        audit.COMPLAINTS,
        SkipsRecord,
        audit.skips,
        audit.DAY,
    ),
    Query(
        "audit.ticket",
        "/audit/ticket",
        "All that the log has of a ticket, in order and in plain sentences.",
        audit.COMPLAINTS,
        LifeRecord,
        audit.ticket,
        {
            "day": "The local day on which it was taken; today if not given.",
            "number": "Its number.",
            "ticket": "Or its id.",
        },
    ),
    Query(
        "audit.log",
        "/audit/log",
        "The event log of a day, newest first, in plain sentences and as it was hashed.",
        audit.READERS,
        LogRecord,
        audit.log,
        {
            **audit.SOUGHT,
            "before": "Only events with a seq below this.",
            "limit": f"At most so many, up to {audit.MOST}; 100 if not given.",
        },
    ),
    Query(
        "audit.proof",
        "/audit/proof",
        "What proves the log: its newest hash, the sealed months, and what the last check found.",
        audit.READERS,
        ProofRecord,
        audit.proof,
        {},
    ),
)
"""Every query."""
