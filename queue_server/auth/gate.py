"""Signing in and out, and finding out who bears a token.

Tokens are looked up for every request, so what the store said is remembered for a few seconds; a token made or revoked by another
process (the command line) is therefore known at once or after `REMEMBER_S` at the latest.
"""

import asyncio
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta

import structlog

from queue_server.auth import secret
from queue_server.auth.patience import Patience
from queue_server.engine.actor import Actor
from queue_server.flow.port import Unavailable
from queue_server.store.account import Account, People, Token
from queue_server.wire.command import PEOPLE
from queue_server.wire.error import Refusal
from queue_server.wire.ids import TicketId

SESSION = timedelta(hours=12)
"""A working day; after it people sign in again."""
REMEMBER_S = 10.0
AT_ONCE = 2
"""Passwords hashed at the same time: each takes 19 MiB and a core."""
MOST_REMEMBERED = 20_000

PUBLIC = Actor("public", "anyone")
"""Somebody without a token."""

log = structlog.get_logger(__name__)


class Gate:
    """Knows who bears a token. `holders` gives the hall's current map of ticket token digests, `devices` the paired
    device with a digest: both are asked anew each time, so that a device that is revoked is nobody at once.

    `real_now` is real time: a session does not end because a demo's business clock jumped.
    """

    def __init__(
        self,
        people: People,
        holders: Callable[[], Mapping[str, TicketId]],
        devices: Callable[[str], Actor | None] = lambda _: None,
        *,
        real_now: Callable[[], datetime] = lambda: datetime.now(UTC),
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._people = people
        self._holders = holders
        self._devices = devices
        self._real_now = real_now
        self._monotonic = monotonic
        self._patience = Patience()
        self._hashing = asyncio.Semaphore(AT_ONCE)
        self._known: dict[str, tuple[Actor, float]] = {}
        self._asked: dict[str, asyncio.Task[Token | None]] = {}
        """What the store is being asked now: many requests of one token ask together."""

    def known(self, token: str | None) -> Actor | None:
        """Who bears a token, as far as that is known without asking the store; None: ask with `who`. No token is the public."""
        if token is None:
            return PUBLIC
        found = secret.digest(token)
        remembered = self._known.get(found)
        if remembered is not None and self._monotonic() < remembered[1]:
            return remembered[0]
        ticket = self._holders().get(found)
        return Actor("holder", ticket, ticket=ticket) if ticket is not None else self._devices(found)

    async def who(self, token: str | None) -> Actor:
        """Who bears a token. Refuses one that is not known, revoked or expired: `auth.invalid`."""
        actor = self.known(token)
        if actor is not None:
            return actor
        assert token is not None
        found = secret.digest(token)
        asked = self._asked.get(found)
        if asked is None:
            asked = self._asked[found] = asyncio.create_task(asyncio.to_thread(self._people.token, found))
            asked.add_done_callback(lambda _: self._asked.pop(found))
        try:
            grant = await asyncio.shield(asked)
        except Unavailable as fault:
            raise Refusal("store.unavailable") from fault
        left_s = REMEMBER_S
        if grant is not None and grant.expires_at is not None:
            left_s = min(left_s, (grant.expires_at - self._real_now()).total_seconds())
        if grant is None or left_s <= 0:
            self._known.pop(found, None)
            raise Refusal("auth.invalid")
        actor = Actor(grant.role, grant.name, grant.windows)
        self._remember(found, actor, left_s)
        return actor

    async def sign_in(self, name: str, password: str) -> tuple[str, Account]:
        """A fresh session's token and whose it is. Refuses `auth.wrong_password`, and `auth.too_many` after many failures."""
        name = name.strip()
        wait_s = self._patience.wait_s(name, self._monotonic())
        if wait_s:
            raise Refusal("auth.too_many", wait_s=wait_s)
        self._patience.attempt(name, self._monotonic())
        try:
            account = await asyncio.to_thread(self._people.account, name)
            hashed = account.hash if account is not None else None
            async with self._hashing:
                right = await asyncio.to_thread(secret.password_matches, hashed, password)
            if account is None or not right:
                log.info("sign_in.refused")
                raise Refusal("auth.wrong_password")
            token = secret.new_token()
            now = self._real_now()
            session = Token(
                digest=secret.digest(token),
                role=account.role,
                name=account.name,
                created_at=now,
                expires_at=now + SESSION,
            )
            await asyncio.to_thread(self._people.put_token, session)
        except Unavailable as fault:
            raise Refusal("store.unavailable") from fault
        self._patience.success(name)
        log.info("sign_in.done", role=account.role)
        return token, account

    async def sign_out(self, token: str | None) -> None:
        """End a person's session. A device's token is not ended by itself, only by an administrator."""
        if token is None:
            return
        found = secret.digest(token)
        actor = self.known(token)
        if actor is not None and actor.role not in PEOPLE:
            return
        self._known.pop(found, None)
        try:
            session = await asyncio.to_thread(self._people.token, found)
            if session is not None and session.role in PEOPLE:
                await asyncio.to_thread(self._people.remove_token, found)
        except Unavailable as fault:
            raise Refusal("store.unavailable") from fault
        self._known.pop(found, None)

    async def shown_name(self, name: str) -> str:
        """The name of an account that other people read; the name itself when there is no such account."""
        try:
            account = await asyncio.to_thread(self._people.account, name)
        except Unavailable as fault:
            raise Refusal("store.unavailable") from fault
        return account.shown if account is not None else name

    def _remember(self, found: str, actor: Actor, left_s: float) -> None:
        if len(self._known) >= MOST_REMEMBERED:
            self._known.clear()
        self._known[found] = (actor, self._monotonic() + left_s)
