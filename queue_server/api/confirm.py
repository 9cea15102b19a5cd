"""Confirming a ticket's class where it was asked for: at a kiosk, by staff who show with a PIN who they are."""

from collections.abc import Mapping
from typing import Literal

import msgspec
from aiohttp import web

from queue_server.api import answer
from queue_server.api.route import BASE, Do, Route, asked
from queue_server.auth.account import CONFIRM
from queue_server.auth.gate import Gate
from queue_server.auth.intake import Intake
from queue_server.engine.actor import Actor
from queue_server.wire.command import Role
from queue_server.wire.error import Refusal
from queue_server.wire.field import Name, Reason
from queue_server.wire.ticket import Ticket


class Confirmation(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who confirms or refuses a ticket's class, as `tickets.classify` does: their sign-in name and the PIN of their account."""

    name: str
    pin: str
    class_: Name = msgspec.field(name="class")
    decision: Literal["confirm", "refuse"]
    reason: Reason


ROUTES: tuple[Route, ...] = (
    Route(
        "tickets.confirm",
        "POST",
        f"{BASE}/tickets/{{ticket}}/confirm",
        "Confirm or refuse a ticket's class at a kiosk, with the PIN of somebody who may.",
        frozenset[Role](("kiosk",)),
        Confirmation,
        Ticket,
        keyed=True,
    ),
)


class ConfirmRoutes:
    """Handlers of ROUTES. What is done is done by the person, whom the log names; the kiosk is none the wiser."""

    def __init__(self, gate: Gate, intake: Intake) -> None:
        self._gate = gate
        self._intake = intake
        self.do: Mapping[str, Do] = {"tickets.confirm": self._confirm}

    async def _confirm(self, request: web.Request, kiosk: Actor) -> web.StreamResponse:
        given = await asked(request, Confirmation)
        if not (1 <= len(given.name.strip()) <= 64 and given.name.isprintable()):
            raise Refusal("auth.wrong_pin")
        person = await self._gate.confirming(given.name, given.pin, kiosk.id)
        fields: dict[str, object] = {
            "ticket": request.match_info["ticket"],
            "class": given.class_,
            "decision": given.decision,
            "reason": given.reason,
        }
        done = await self._intake.ask_fields(CONFIRM, person, fields, request.headers.get("Idempotency-Key"))
        return answer.body(done.body, done.status)
