"""The register of cases (差评台账): read, filtered, and as a file for a spreadsheet."""

import asyncio
import csv
import io
from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from functools import cache
from typing import Annotated, TypeVar, get_args

import msgspec
from aiohttp import web
from multidict import CIMultiDict

from queue_server.api import answer, parameter
from queue_server.api.answer import EVERYWHERE
from queue_server.api.route import BASE, CSV, Do, Route, asked
from queue_server.engine import casing
from queue_server.engine.actor import Actor
from queue_server.engine.case import AT_HAND, Case
from queue_server.flow.flow import Flow
from queue_server.flow.port import Unavailable
from queue_server.views.topic import REGISTER
from queue_server.wire import face
from queue_server.wire.case import CaseFile, CaseRecord, CaseState, OpenEarlierCase, Words
from queue_server.wire.command import Role
from queue_server.wire.day import day_end, day_start, local, local_day
from queue_server.wire.error import Refusal

MOST = 5000
"""Cases that are told at once."""
AT_ONCE = 200
READERS = frozenset(("supervisor", "manager"))
"""Who may read what people said and wrote: those who may also be told who somebody is."""
PARAMETERS: Mapping[str, str] = {
    "state": "Only these states, with commas between them: to_verify, rectifying, answered, appealed, closed.",
    "overdue": "`true`: only those whose deadline has passed.",
    "from": "Only those opened on this day or later, such as 2026-11-01; with it also those closed long ago.",
    "to": "Only those opened on this day or before.",
}
SOURCES = {"rating": "评价", "complaint": "投诉"}
STATES = {
    "to_verify": "待核实",
    "rectifying": "整改中",
    "answered": "已反馈",
    "appealed": "复核",
    "closed": "已办结",
}
CLOCKS = {"contact": "回访", "rectify": "整改", "complex": "整改", "review": "复核"}
VERDICTS = {"valid": "有效", "mistaken": "误评", "malicious": "恶意"}
COLUMNS: Mapping[str, Callable[[CaseRecord], object]] = {
    "号票 number": lambda one: one.number,
    "开始 opened": lambda one: _clock(one.opened_at),
    "来源 source": lambda one: SOURCES[one.opened_by],
    "星级 level": lambda one: one.level,
    "选项 reasons": lambda one: " ".join(map(_reason, one.reasons)),
    "业务 service": lambda one: one.service,
    "窗口 window": lambda one: one.window,
    "经办人 clerk": lambda one: one.clerk_name or one.clerk,
    "状态 state": lambda one: STATES[one.state],
    "已回访 contacted": lambda one: "是" if one.contacted else "否",
    "复杂 complex": lambda one: "是" if one.complex else "",
    "期限 due": lambda one: _until(one.due),
    "超期 late": lambda one: " ".join(CLOCKS[clock] for clock in one.late),
    "结论 verdict": lambda one: VERDICTS.get(one.verdict or ""),
    "办结 closed": lambda one: _clock(one.closed_at),
}


class EarlierComplaint(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A complaint about a ticket by its day and number, as they stand on its paper. `step` as in `cases.open`."""

    day: date
    number: Annotated[str, msgspec.Meta(min_length=1, max_length=16)]
    text: Words
    step: Annotated[int, msgspec.Meta(ge=0, le=9)] | None = None


ROUTES: tuple[Route, ...] = (
    Route(
        "cases.earlier",
        "POST",
        f"{BASE}/cases/earlier",
        f"Open a case by hand about a ticket of today or of the last {AT_HAND.days} days, by its day and number.",
        frozenset[Role](("steward", "supervisor")),
        EarlierComplaint,
        CaseRecord,
        status=201,
        keyed=True,
    ),
    Route(
        "cases.csv",
        "GET",
        f"{BASE}/cases.csv",
        "The register as a CSV file for a spreadsheet, by the same parameters as /cases; neither words nor who a visitor is.",
        REGISTER,
        None,
        bytes,
        media=CSV,
    ),
)
"""Every address of the register that is neither a command's nor a query's."""
_T = TypeVar("_T")


class RegisterRoutes:
    """Handlers of ROUTES."""

    def __init__(self, flow: Flow) -> None:
        self._flow = flow
        self.do: Mapping[str, Do] = {"cases.csv": self._csv, "cases.earlier": self._earlier}

    async def _earlier(self, request: web.Request, actor: Actor) -> web.StreamResponse:
        told = await asked(request, EarlierComplaint)
        found = await _stored(lambda: self._flow.store.numbered(told.day, told.number.strip().upper()))
        if not found:
            raise Refusal("case.no_ticket", day=told.day.isoformat(), number=told.number.strip().upper())
        ticket = found[-1]
        index = casing.complained(ticket) if told.step is None else told.step
        if index >= len(ticket.steps):
            raise Refusal("rating.unknown_step")
        step = ticket.steps[index]
        command = OpenEarlierCase(
            ticket=ticket.id,
            step=index,
            day=told.day,
            number=ticket.number,
            service=step.service,
            window=step.window,
            clerk=step.clerk,
            remarks=ticket.written,
            text=told.text,
        )
        done = await self._flow.ask(actor, command, request.headers.get("Idempotency-Key"))
        return answer.body(done.body, done.status)

    async def _csv(self, request: web.Request, _actor: Actor) -> web.Response:
        found = sheet(await cases(self._flow, request.query))
        headers = {
            **EVERYWHERE,
            "Content-Type": f"{CSV}; charset=utf-8",
            "Content-Disposition": 'attachment; filename="cases.csv"',
        }
        return web.Response(body=found, headers=CIMultiDict(headers))


async def cases(flow: Flow, asked: Mapping[str, str]) -> list[CaseRecord]:
    """The register, oldest first. Refuses a state or a day that is none."""
    states = frozenset(part for part in asked.get("state", "").split(",") if part)
    for state in states:
        if state not in get_args(CaseState):
            raise parameter.invalid("state", f"没有“{state}”这个状态", f"there is no state “{state}”")
    late, since, until = asked.get("overdue") == "true", _day(asked, "from"), _day(asked, "to")
    now = flow.durable
    found: list[Case] = list(now.cases.values())
    if since is not None:
        span = (day_start(since), day_end(until or date.max.replace(year=9998)))
        found = await _stored(lambda: flow.store.cases(*span, MOST))
    kept = []
    for at, case in enumerate(found, 1):
        one = casing.record(now, case)
        if (
            (not states or one.state in states)
            and (not late or one.overdue)
            and (until is None or one.opened_at < day_end(until))
        ):
            kept.append(one)
        if at % AT_ONCE == 0:
            await asyncio.sleep(0)  # others are answered meanwhile
    return kept


async def file(flow: Flow, actor: Actor, id_: str) -> CaseFile:
    """One case with its history. Refuses whoever was rated in it."""
    case = flow.durable.cases.get(id_) or await _stored(lambda: flow.store.case(id_))
    if case is None:
        raise Refusal("case.unknown")
    if case.clerk == actor.name:
        raise Refusal("case.own")
    ticket = flow.durable.tickets.get(case.ticket)
    if ticket is None:
        taken = case.day or local_day(case.opened_at)
        ticket = await _stored(lambda: flow.store.ticket(taken, case.ticket))
    words = None
    if actor.role in READERS:
        refs = [deed.note for deed in case.deeds if deed.note is not None]
        refs += [remark.note for remark in ticket.remarks] if ticket is not None else []
        words = await _stored(lambda: flow.store.words(refs))
    return casing.history(flow.durable, case, words, ticket)


def sheet(found: list[CaseRecord]) -> bytes:
    """The register as CSV: UTF-8 with a byte order mark, by which spreadsheets know it."""
    made = io.StringIO()
    rows = csv.writer(made)
    rows.writerow(COLUMNS)
    rows.writerows([_plain(cell(one)) for cell in COLUMNS.values()] for one in found)
    return made.getvalue().encode("utf-8-sig")


def _plain(value: object) -> str:
    """A cell that no spreadsheet takes for a formula."""
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(("=", "+", "-", "@")) else text


def _reason(one: str) -> str:
    """What somebody chose on a tablet, in its words; of another program as it wrote it."""
    found = _chosen().get(f"reason_{one}")
    return one if found is None else found["zh"]


@cache
def _chosen() -> Mapping[str, Mapping[str, str]]:
    return face.texts("rate")


def _clock(at: datetime | None) -> str:
    return "" if at is None else f"{local(at):%Y-%m-%d %H:%M}"


def _until(at: datetime | None) -> str:
    """A deadline; midnight is the end of the day before it."""
    if at is None or local(at).time() != time():
        return _clock(at)
    return f"{local(at) - timedelta(days=1):%Y-%m-%d} 24:00"


def _day(asked: Mapping[str, str], name: str) -> date | None:
    return parameter.day(asked, name, date.min) if asked.get(name) else None


async def _stored(read: Callable[[], _T]) -> _T:
    try:
        return await asyncio.to_thread(read)
    except Unavailable as fault:
        raise Refusal("store.unavailable") from fault
