"""Reports: a day's as a page for a printer, those of several days as figures and as files."""

import base64
import hashlib
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Literal, Protocol

from aiohttp import web
from multidict import CIMultiDict

from queue_server.api.answer import EVERYWHERE
from queue_server.api.route import BASE, BYTES, JSON, Do, Route
from queue_server.engine.actor import Actor
from queue_server.reports.appraisal import Appraisal
from queue_server.reports.period import PeriodReport, checked
from queue_server.wire.command import Role
from queue_server.wire.error import Refusal
from queue_server.wire.ticket import Text

Kind = Literal["period", "appraisal"]
Form = Literal["json", "csv", "xlsx"]
HTML = "text/html"
FILES: Mapping[str, tuple[Form, str]] = {
    "csv": ("csv", "text/csv; charset=utf-8"),
    "xlsx": ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
}
"""The files that a report is given as, and their media types."""
READERS: frozenset[Role] = frozenset(("admin", "manager", "auditor", "supervisor"))
PERIOD = {
    "from": "The first day, such as 2026-11-01.",
    "to": "The last day, such as 2026-11-30; without it the first one alone.",
}
YEAR = {"year": "All of a year, such as 2026, in place of `from` and `to`."}


class Maker(Protocol):
    """Makes reports beside the server. Each call raises Refusal where it cannot."""

    async def day(self, day: date) -> bytes:
        """A day's closing report: one HTML file that needs no other."""

    async def days(self, kind: Kind, since: date, until: date, form: Form) -> bytes:
        """A report of several days."""


ROUTES: tuple[Route, ...] = (
    Route(
        "reports.day",
        "GET",
        f"{BASE}/reports/day/{{day}}",
        "A day's closing report, such as of 2026-11-26: a page for A4, to be printed, signed and filed.",
        READERS,
        None,
        bytes,
        media=HTML,
    ),
    Route(
        "reports.period",
        "GET",
        f"{BASE}/reports/period",
        "The figures of some days, by zone, department, service, window, clerk, hour and day, with what they mean.",
        READERS,
        None,
        PeriodReport,
        parameters=PERIOD,
    ),
    Route(
        "reports.period_file",
        "GET",
        f"{BASE}/reports/period/{{form}}",
        "The same as a file, `xlsx` or `csv`.",
        READERS,
        None,
        bytes,
        media=BYTES,
        parameters=PERIOD,
    ),
    Route(
        "reports.appraisal",
        "GET",
        f"{BASE}/reports/appraisal",
        "Departments, windows and clerks by efficiency, quality and work, with the formula and the counts.",
        READERS,
        None,
        Appraisal,
        parameters=PERIOD | YEAR,
    ),
    Route(
        "reports.appraisal_file",
        "GET",
        f"{BASE}/reports/appraisal/{{form}}",
        "The same as a file, `xlsx` or `csv`.",
        READERS,
        None,
        bytes,
        media=BYTES,
        parameters=PERIOD | YEAR,
    ),
)


class ReportRoutes:
    """Handlers of ROUTES; `now` is the hall's time."""

    def __init__(self, maker: Maker, now: Callable[[], datetime]) -> None:
        self._maker, self._now = maker, now
        self.do: Mapping[str, Do] = {
            "reports.day": self._day,
            "reports.period": self._told("period"),
            "reports.period_file": self._file("period"),
            "reports.appraisal": self._told("appraisal"),
            "reports.appraisal_file": self._file("appraisal"),
        }

    async def _day(self, request: web.Request, _actor: Actor) -> web.Response:
        html = await self._maker.day(_date("day", request.match_info["day"]))
        headers = {
            "Content-Type": f"{HTML}; charset=utf-8",
            "Content-Security-Policy": f"default-src 'none'; style-src {_style(html)}; frame-ancestors 'none'",
        }
        return _sent(html, headers)

    def _told(self, kind: Kind) -> Do:
        async def told(request: web.Request, _actor: Actor) -> web.Response:
            since, until = self._days(request, kind)
            return _sent(await self._maker.days(kind, since, until, "json"), {"Content-Type": JSON})

        return told

    def _file(self, kind: Kind) -> Do:
        async def file(request: web.Request, _actor: Actor) -> web.Response:
            since, until = self._days(request, kind)
            found = FILES.get(request.match_info["form"])
            if found is None:
                raise _invalid("form", Text("应为xlsx或csv", "it must be xlsx or csv"))
            form, media = found
            name = f"{kind}-{since}-{until}.{form}"
            headers = {"Content-Type": media, "Content-Disposition": f'attachment; filename="{name}"'}
            return _sent(await self._maker.days(kind, since, until, form), headers)

        return file

    def _days(self, request: web.Request, kind: Kind) -> tuple[date, date]:
        """The first day and the last. Refuses parameters that there are not, and days that are no period."""
        asked, known = request.query, PERIOD | (YEAR if kind == "appraisal" else {})
        for name in asked:
            if name not in known:
                raise _invalid(name, Text(f"没有“{name}”这个参数", f"there is no parameter “{name}”"))
        if "year" in asked:
            year = asked["year"]
            if not (year.isascii() and year.isdigit() and len(year) == 4 and year >= "2000"):
                raise _invalid("year", Text("应为2026这样的年份", "it must be a year such as 2026"))
            return self._checked("year", date(int(year), 1, 1), date(int(year), 12, 31))
        since = _date("from", asked.get("from", ""))
        return self._checked("from", since, _date("to", asked["to"]) if "to" in asked else since)

    def _checked(self, name: str, since: date, until: date) -> tuple[date, date]:
        wrong = checked(since, until, self._now())
        if wrong is not None:
            raise _invalid(name, wrong)
        return since, until


def _date(name: str, text: str) -> date:
    try:
        if len(text) != len("2026-11-26"):
            raise ValueError(text)
        return date.fromisoformat(text)
    except ValueError as fault:
        told = Text("应为2026-11-26这样的日期", "it must be a date such as 2026-11-26")
        raise _invalid(name, told) from fault


def _invalid(name: str, fault: Text) -> Refusal:
    return Refusal("request.invalid", fault=fault, path=name)


def _sent(body: bytes, headers: Mapping[str, str]) -> web.Response:
    return web.Response(body=body, headers=CIMultiDict({**EVERYWHERE, **headers}))


def _style(html: bytes) -> str:
    """The sheet's one style, by its hash: a page brings nothing else that counts."""
    style = html.partition(b"<style>")[2].partition(b"</style>")[0]
    return f"'sha256-{base64.b64encode(hashlib.sha256(style).digest()).decode()}'"
