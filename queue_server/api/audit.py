"""What auditors ask of the log. The questions are queries of the one table of queries; here is what reads them, and two files."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import date
from functools import wraps
from typing import TypeVar

from aiohttp import web
from multidict import CIMultiDict

from queue_server.api import parameter
from queue_server.api.answer import EVERYWHERE
from queue_server.api.parameter import Asked
from queue_server.api.route import BASE, CSV, Do, Route
from queue_server.engine.actor import Actor
from queue_server.flow.flow import Flow
from queue_server.flow.port import Audit, Unavailable
from queue_server.wire.audit import LifeRecord, LogAsked, LogRecord, ProofRecord, SkipsRecord
from queue_server.wire.command import Role
from queue_server.wire.error import Refusal

MOST = 500
"""Events of a page at most."""
READERS = frozenset[Role](("manager", "admin", "auditor"))
COMPLAINTS = frozenset[Role]((*READERS, "supervisor"))
"""Who looks into a complaint needs to know who was called before whom and why, and what became of a ticket; not the whole log."""
DAY = {"day": "Which local day, such as 2026-11-26; today if not given."}
NARROWED = {
    "actor": "Only what this account or device did: its name, or its role and name as in `clerk:zhang`.",
    "command": "Only this command.",
    "window": "Only at this window.",
    "zone": "Only of this zone: its windows, services and tickets.",
}
SOUGHT = {**DAY, **NARROWED}

ROUTES: tuple[Route, ...] = (
    Route(
        "audit.skips_csv",
        "GET",
        f"{BASE}/audit/{{day}}/skips.csv",
        "A day's calls out of turn, as `audit.skips`, as a file for a spreadsheet.",
        COMPLAINTS,
        None,
        bytes,
        media=CSV,
    ),
    Route(
        "audit.log_csv",
        "GET",
        f"{BASE}/audit/{{day}}/log.csv",
        "All that `audit.log` finds of a day, as a file for a spreadsheet.",
        READERS,
        None,
        bytes,
        media=CSV,
        parameters=NARROWED,
    ),
    Route(
        "audit.check",
        "POST",
        f"{BASE}/audit/check",
        "Begin to check the whole log beside the server; `audit.proof` tells how far it is and what was found.",
        READERS,
        None,
        ProofRecord,
    ),
)

_T = TypeVar("_T")
Reader = Callable[[Flow, Actor, Asked], Awaitable[_T]]


def _told(read: Callable[[Audit, date, Asked], Awaitable[_T]]) -> Reader[_T]:
    """What reads the log of a day, by default of today."""

    @wraps(read)
    async def reader(flow: Flow, _actor: Actor, asked: Asked) -> _T:
        day = parameter.day(asked, "day", flow.durable.day)
        try:
            return await read(_audit(flow), day, asked)
        except Unavailable as fault:
            raise Refusal("store.unavailable") from fault

    return reader


def _audit(flow: Flow) -> Audit:
    if flow.audit is None:
        raise Refusal("store.unavailable")
    return flow.audit


@_told
async def skips(audit: Audit, day: date, _asked: Asked) -> SkipsRecord:
    """A day's calls out of turn."""
    return await audit.skips(day)


@_told
async def log(audit: Audit, day: date, asked: Asked) -> LogRecord:
    """A page of a day's log."""
    before = parameter.number(asked, "before", 0, 1, 10**18 - 1)
    limit = parameter.number(asked, "limit", 100, 1, MOST)
    return await audit.log(_sought(asked, day, before or None, limit))


@_told
async def ticket(audit: Audit, day: date, asked: Asked) -> LifeRecord:
    """All that the log has of a ticket."""
    number, id_ = parameter.word(asked, "number"), parameter.word(asked, "ticket")
    if (number is None) == (id_ is None):
        raise parameter.invalid("number", "号码或号票id请填一个", "give either a number or a ticket's id")
    return await audit.life(day, None if number is None else number.upper(), id_)


@_told
async def proof(audit: Audit, _day: date, _asked: Asked) -> ProofRecord:
    """What proves the log."""
    return await audit.proof()


def _sought(asked: Asked, day: date, before: int | None = None, limit: int = 100) -> LogAsked:
    return LogAsked(
        day=day,
        actor=parameter.word(asked, "actor"),
        command=parameter.word(asked, "command"),
        window=parameter.word(asked, "window"),
        zone=parameter.word(asked, "zone"),
        before=before,
        limit=limit,
    )


class AuditRoutes:
    """Handlers of ROUTES."""

    def __init__(self, flow: Flow) -> None:
        self._flow = flow
        self.do: Mapping[str, Do] = {
            "audit.skips_csv": self._skips,
            "audit.log_csv": self._log,
            "audit.check": self._check,
        }

    async def _skips(self, request: web.Request, _actor: Actor) -> web.Response:
        _only(request, {})
        day = parameter.day(request.match_info, "day", self._flow.durable.day)
        return _file(f"skips-{day}", await _audit(self._flow).csv(None, day))

    async def _log(self, request: web.Request, _actor: Actor) -> web.Response:
        asked = _only(request, NARROWED)
        day = parameter.day(request.match_info, "day", self._flow.durable.day)
        return _file(f"log-{day}", await _audit(self._flow).csv(_sought(asked, day), day))

    async def _check(self, _request: web.Request, actor: Actor) -> ProofRecord:
        return await _audit(self._flow).check(actor.id)


def _only(request: web.Request, known: Mapping[str, str]) -> Asked:
    """A request's parameters. Refuses one that is not known."""
    for name in request.query:
        if name not in known:
            raise parameter.invalid(name, "没有这个参数", "there is no such parameter")
    return request.query


def _file(name: str, content: bytes) -> web.Response:
    headers = {
        **EVERYWHERE,
        "Cache-Control": "no-store",
        "Content-Type": f"{CSV}; charset=utf-8",
        "Content-Disposition": f'attachment; filename="{name}.csv"',
    }
    return web.Response(body=content, headers=CIMultiDict(headers))
