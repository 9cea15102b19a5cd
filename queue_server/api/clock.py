"""Setting the business clock of a demo or a test forward."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

import msgspec
from aiohttp import web

from queue_server.api.route import BASE, Do, Route, asked
from queue_server.engine.actor import Actor
from queue_server.flow.flow import Flow
from queue_server.wire.error import Refusal
from queue_server.wire.ticket import Text

FURTHEST = timedelta(days=366)
"""How far it may jump: every midnight on the way is lived through."""


class Jump(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Set the business clock of a demo or a test forward."""

    to: datetime


class Now(msgspec.Struct, frozen=True):
    """The business time."""

    now: datetime


ROUTES: tuple[Route, ...] = (
    Route(
        "clock.jump",
        "POST",
        f"{BASE}/clock/jump",
        "Set the business clock forward, where it was started as settable.",
        frozenset(("admin",)),
        Jump,
        Now,
    ),
)


class ClockRoutes:
    """Handlers of ROUTES. `jumped` is called after the clock was set."""

    def __init__(self, flow: Flow, jumped: Callable[[], None]) -> None:
        self._flow, self._jumped = flow, jumped
        self.do: Mapping[str, Do] = {"clock.jump": self._jump}

    async def _jump(self, request: web.Request, _actor: Actor) -> Now:
        clock = self._flow.clock
        if not clock.settable:
            raise Refusal("clock.not_settable")
        to = (await asked(request, Jump)).to
        if to.tzinfo is None or not clock.now() <= to <= clock.now() + FURTHEST:
            fault = Text(
                "to 应为一年以内的将来时间，带时区",
                "to: expected a later time within a year, with its offset",
            )
            raise Refusal("request.invalid", fault=fault, path="$.to")
        clock.set(to)
        await self._flow.settle()
        self._jumped()
        return Now(clock.now())
