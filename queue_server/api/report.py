"""Reports as pages for a printer."""

import base64
import hashlib
from collections.abc import Awaitable, Callable, Mapping
from datetime import date

from aiohttp import web
from multidict import CIMultiDict

from queue_server.api.answer import EVERYWHERE
from queue_server.api.route import BASE, Do, Route
from queue_server.engine.actor import Actor
from queue_server.wire.error import Refusal
from queue_server.wire.ticket import Text

Sheet = Callable[[date], Awaitable[bytes]]
"""Makes a day's closing report: one HTML file that needs no other. Raises Refusal where it cannot."""
HTML = "text/html"

ROUTES: tuple[Route, ...] = (
    Route(
        "reports.day",
        "GET",
        f"{BASE}/reports/day/{{day}}",
        "A day's closing report, such as of 2026-11-26: a page for A4, to be printed, signed and filed.",
        frozenset(("admin", "manager", "auditor", "supervisor")),
        None,
        bytes,
        media=HTML,
    ),
)


class ReportRoutes:
    """Handlers of ROUTES."""

    def __init__(self, sheet: Sheet) -> None:
        self._sheet = sheet
        self.do: Mapping[str, Do] = {"reports.day": self._day}

    async def _day(self, request: web.Request, _actor: Actor) -> web.Response:
        try:
            day = date.fromisoformat(request.match_info["day"])
        except ValueError as fault:
            told = Text("应为2026-11-26这样的日期", "it must be a date such as 2026-11-26")
            raise Refusal("request.invalid", fault=told, path="day") from fault
        html = await self._sheet(day)
        headers = {
            **EVERYWHERE,
            "Content-Type": f"{HTML}; charset=utf-8",
            "Content-Security-Policy": f"default-src 'none'; style-src {_style(html)}; frame-ancestors 'none'",
        }
        return web.Response(body=html, headers=CIMultiDict(headers))


def _style(html: bytes) -> str:
    """The sheet's one style, by its hash: a page brings nothing else that counts."""
    style = html.partition(b"<style>")[2].partition(b"</style>")[0]
    return f"'sha256-{base64.b64encode(hashlib.sha256(style).digest()).decode()}'"
