"""Signing in, signing out, and who one is."""

from collections.abc import Mapping

import msgspec
from aiohttp import web

from queue_server.api import answer, bearer
from queue_server.api.query import EVERYBODY
from queue_server.api.route import BASE, Do, Route, asked
from queue_server.auth.account import CONFIRM
from queue_server.auth.gate import SESSION, Gate
from queue_server.auth.ledger import Ledger
from queue_server.auth.pace import neighbourhood
from queue_server.auth.secret import LONGEST_PASSWORD, csrf
from queue_server.engine.actor import Actor
from queue_server.flow.flow import Flow
from queue_server.wire.command import PEOPLE, Role
from queue_server.wire.error import Refusal
from queue_server.wire.ids import WindowId


class SignIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A name and a password."""

    name: str
    password: str


class SignedIn(msgspec.Struct, frozen=True):
    """A fresh session. `name` is the sign-in name, `shown` the one that other people read; `csrf` is as in Me."""

    token: str
    role: Role
    name: str
    shown: str
    csrf: str


class Me(msgspec.Struct, frozen=True):
    """Who bears the token, and the window a clerk attends now.

    With `must_change` a new password has to be chosen at /me/password before anything else is answered. A page that bears a
    cookie sends `csrf` as `X-CSRF-Token` with every change. `seat` tells a clerk's sign-in from their others: see WindowRecord.
    """

    role: Role
    name: str
    shown: str
    csrf: str
    window: WindowId | None = None
    must_change: bool = False
    seat: str | None = None


class NewPassword(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The password so far, and the one from now on: 8 to 200 characters."""

    old: str
    new: str


class NewPin(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One's password, and the PIN from now on to confirm with at a kiosk: 6 digits, or null for none."""

    password: str
    pin: str | None


ROUTES: tuple[Route, ...] = (
    Route(
        "login",
        "POST",
        f"{BASE}/login",
        "Sign in: the token for programs, and the same in a cookie for pages.",
        EVERYBODY,
        SignIn,
        SignedIn,
        open=True,
    ),
    Route("logout", "POST", f"{BASE}/logout", "Sign out.", EVERYBODY, None, None, open=True),
    Route(
        "me",
        "GET",
        f"{BASE}/me",
        "Who bears the token, and what a page shows with each change.",
        EVERYBODY - {"public"},
        None,
        Me,
        changing=True,
    ),
    Route(
        "password",
        "POST",
        f"{BASE}/me/password",
        "Choose a password of one's own; one's other sessions end.",
        frozenset(PEOPLE),
        NewPassword,
        None,
        changing=True,
    ),
    Route(
        "pin",
        "POST",
        f"{BASE}/me/pin",
        "Choose a PIN of one's own to confirm with at a kiosk, or have none any more.",
        CONFIRM.roles,
        NewPin,
        None,
    ),
)


class SessionRoutes:
    """Handlers of ROUTES."""

    def __init__(self, gate: Gate, flow: Flow, ledger: Ledger) -> None:
        self._gate = gate
        self._flow = flow
        self._ledger = ledger
        self.do: Mapping[str, Do] = {
            "login": self._login,
            "logout": self._logout,
            "me": self._me,
            "password": self._password,
            "pin": self._pin,
        }

    async def _login(self, request: web.Request, _actor: Actor) -> web.StreamResponse:
        """Check a password; the token goes into the answer for programs and into a cookie for pages."""
        bearer.check_site(request)
        given = await asked(request, SignIn)
        if len(given.password) > LONGEST_PASSWORD or not 1 <= len(given.name.strip()) <= 64:
            raise Refusal("auth.wrong_password")
        token, account = await self._gate.sign_in(
            given.name, given.password, neighbourhood(request.remote or "")
        )
        self._flow.names[account.name] = account.shown
        made = answer.value(SignedIn(token, account.role, account.name, account.shown, csrf(token)))
        made.set_cookie(
            bearer.COOKIE,
            token,
            max_age=int(SESSION.total_seconds()),
            httponly=True,
            samesite="Strict",
            secure=request.secure,
            path="/",
        )
        return made

    async def _logout(self, request: web.Request, _actor: Actor) -> web.StreamResponse:
        """End the session. Whoever has none is signed out already."""
        bearer.check_page(request, None)
        await self._gate.sign_out(bearer.token(request))
        made = answer.body(None)
        made.del_cookie(bearer.COOKIE, path="/", httponly=True, samesite="Strict", secure=request.secure)
        return made

    async def _me(self, request: web.Request, actor: Actor) -> Me:
        token = bearer.token(request)
        assert token is not None  # nobody without one is anybody
        must_change = await self._gate.must_change(token)
        shown = await self._gate.shown_name(actor.name) if actor.role in PEOPLE else actor.name
        attended = None
        if actor.role == "clerk":
            windows = self._flow.durable.windows.values()
            attended = next((window.id for window in windows if window.clerk == actor.name), None)
        return Me(actor.role, actor.name, shown, csrf(token), attended, must_change, actor.seat)

    async def _password(self, request: web.Request, _actor: Actor) -> None:
        chosen = await asked(request, NewPassword)
        if len(chosen.old) > LONGEST_PASSWORD:
            raise Refusal("auth.wrong_password")
        token = bearer.token(request)
        assert token is not None
        await self._gate.choose_password(token, chosen.old, chosen.new, neighbourhood(request.remote or ""))

    async def _pin(self, request: web.Request, actor: Actor) -> None:
        chosen = await asked(request, NewPin)
        if len(chosen.password) > LONGEST_PASSWORD:
            raise Refusal("auth.wrong_password")
        await self._gate.choose_pin(actor, chosen.password, chosen.pin, neighbourhood(request.remote or ""))
        await self._ledger.settle()
