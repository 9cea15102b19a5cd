"""Signing in and out, and finding out who bears a token.

Tokens are looked up for every request, so what the store said is remembered for a few seconds. What this process ends is over at
once, also over open links; what another one ends (the command line), after `REMEMBER_S` at the latest.
"""

import asyncio
import time
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TypeVar

import structlog

from queue_server.auth import secret
from queue_server.auth.account import CONFIRM, ONCE, PIN_DIGITS, Accounts, expired, plain
from queue_server.auth.patience import FREE, FREE_ADDRESS, FREE_PIN, Tries
from queue_server.engine.actor import Actor
from queue_server.flow.port import Unavailable
from queue_server.store.account import Account, People, Token
from queue_server.wire.command import PEOPLE
from queue_server.wire.error import Refusal
from queue_server.wire.ids import TicketId

SESSION = timedelta(hours=12)
"""A working day; after it people sign in again."""
IDLE = timedelta(hours=3)
"""A session in which nothing was asked for so long ends: longer than a noon break."""
NOTED = timedelta(minutes=1)
"""How exactly it is noted when a session was last used."""
REMEMBER_S = 10.0
AT_ONCE = 2
"""Passwords hashed at the same time: each takes 19 MiB and a core."""
MOST_REMEMBERED = 20_000

PUBLIC = Actor("public", "anyone")
"""Somebody without a token."""

_T = TypeVar("_T")

log = structlog.get_logger(__name__)


@dataclass
class _Known:
    """What the store said of a token, good until `until_s`. `must_change`: good for choosing a password, and nothing else."""

    actor: Actor
    until_s: float
    must_change: bool


class Gate:
    """Knows who bears a token. `holders` gives the hall's current map of ticket token digests, `devices` the paired
    device with a digest: both are asked anew each time, so that a device that is revoked is nobody at once.

    `real_now` is real time: a session does not end because a demo's business clock jumped. `sure_now` is that as far as it is sure,
    which is earlier while a machine's clock is doubted: sessions and one-time passwords are noted by the one and end by the other,
    so that neither clock sends anybody away, nor the change from one to the other. `idle` ends people's sessions in which
    nothing was asked for so long; a token without an end is a program's and not ended by it. `once` is how long a one-time password
    is good after an administrator gave it, or last changed its account.
    """

    def __init__(
        self,
        people: People,
        holders: Callable[[], Mapping[str, TicketId]],
        devices: Callable[[str], Actor | None] = lambda _: None,
        *,
        idle: timedelta = IDLE,
        once: timedelta = ONCE,
        real_now: Callable[[], datetime] = lambda: datetime.now(UTC),
        sure_now: Callable[[], datetime] | None = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._people = people
        self._holders = holders
        self._devices = devices
        self._real_now = real_now
        self._sure_now = sure_now or real_now
        self._monotonic = monotonic
        self._idle = idle
        self._once = once
        self._sign_ins = Tries(FREE, FREE_ADDRESS)
        self._pins = Tries(FREE_PIN, FREE_PIN)
        self._hashing = asyncio.Semaphore(AT_ONCE)
        self._known: dict[str, _Known] = {}
        self._asked: dict[str, asyncio.Task[_Known | None]] = {}
        """What the store is being asked now: many requests of one token ask together."""
        self._ends = 0
        """How often sessions were ended here: what the store said before that may be out of date."""
        self._hearers: list[Callable[[frozenset[str]], None]] = []

    def hear(self, callback: Callable[[frozenset[str]], None]) -> None:
        """Have `callback` called with the digests of tokens that have just ended."""
        self._hearers.append(callback)

    def known(self, token: str | None) -> Actor | None:
        """Who bears a token, as far as that is known without asking the store; None: ask with `who`. No token is the public."""
        if token is None:
            return PUBLIC
        found = secret.digest(token)
        remembered = self._known.get(found)
        if remembered is not None and self._monotonic() < remembered.until_s:
            return None if remembered.must_change else remembered.actor
        ticket = self._holders().get(found)
        return Actor("holder", ticket, ticket=ticket) if ticket is not None else self._devices(found)

    async def who(self, token: str | None, *, changing: bool = False) -> Actor:
        """Who bears a token. Refuses one that is not known, revoked or expired: `auth.invalid`.

        Who signed in with a one-time password is refused with `auth.must_change` unless `changing`.
        """
        actor = self.known(token)
        if actor is not None:
            return actor
        assert token is not None
        found = secret.digest(token)
        remembered = self._known.get(found)
        if remembered is None or self._monotonic() >= remembered.until_s:
            remembered = await self._ask(found, secret.seat(token))
        if remembered.must_change and not changing:
            raise Refusal("auth.must_change")
        return remembered.actor

    async def must_change(self, token: str | None) -> bool:
        """Whether somebody known by a token has to choose a password before anything else."""
        await self.who(token, changing=True)
        remembered = self._known.get(secret.digest(token)) if token is not None else None
        return remembered is not None and remembered.must_change

    async def _ask(self, found: str, seat: str) -> _Known:
        """Ask the store about a token's digest, and remember what it said; `seat` is what tells it from its owner's others."""
        while True:
            ends = self._ends
            asked = self._asked.get(found)
            if asked is None:
                asked = self._asked[found] = asyncio.create_task(
                    asyncio.to_thread(self._look_up, found, seat)
                )
                asked.add_done_callback(lambda done: self._forget_task(found, done))
            try:
                known = await asyncio.shield(asked)
            except Unavailable as fault:
                raise Refusal("store.unavailable") from fault
            if ends == self._ends:
                break
            self._asked.pop(found, None)  # ended meanwhile, perhaps this one: ask again
        if known is None:
            self._known.pop(found, None)
            raise Refusal("auth.invalid")
        if len(self._known) >= MOST_REMEMBERED:
            self._known.clear()
        self._known[found] = known
        return known

    def _forget_task(self, found: str, done: asyncio.Task[_Known | None]) -> None:
        if self._asked.get(found) is done:
            del self._asked[found]

    def _look_up(self, found: str, seat: str) -> _Known | None:
        """What the store says of a digest; notes that it was used. In a thread."""
        token, account = self._people.session(found)
        sure, now = self._sure_now(), self._real_now()
        if token is None or not self._good(token, account, sure):
            return None
        left_s = REMEMBER_S
        if token.expires_at is not None:
            left_s = min(left_s, (token.expires_at - sure).total_seconds())
            if token.role in PEOPLE and now - (token.seen_at or token.created_at) >= min(
                NOTED, self._idle / 10
            ):
                self._people.seen(found, now)
        must_change = account is not None and account.must_change and token.expires_at is not None
        actor = Actor(token.role, token.name, token.windows, seat=seat if token.role == "clerk" else None)
        return _Known(actor, self._monotonic() + left_s, must_change)

    def _good(self, token: Token, account: Account | None, now: datetime) -> bool:
        """Whether a token is good at a time: not expired, not idle for too long, and not of somebody who has left."""
        if account is not None and not account.active:
            return False
        if token.expires_at is None:
            return True
        if token.role in PEOPLE and (
            account is None or now - (token.seen_at or token.created_at) >= self._idle
        ):
            return False
        return now < token.expires_at

    def end(self, digests: Iterable[str]) -> None:
        """Tokens have just ended: they are nobody's from now on, and their open links are closed."""
        gone = frozenset(digests)
        if not gone:
            return
        self._ends += 1
        for found in gone:
            self._known.pop(found, None)
        for hearer in self._hearers:
            hearer(gone)

    async def ended(self, digests: Collection[str]) -> frozenset[str]:
        """Which of these digests of stored tokens are not good any more, in one look at the store. It uses no session."""
        try:
            return await asyncio.to_thread(self._ended, digests)
        except Unavailable as fault:
            raise Refusal("store.unavailable") from fault

    def _ended(self, digests: Collection[str]) -> frozenset[str]:
        now = self._sure_now()
        accounts = {account.name: account for account in self._people.accounts()}
        good = {
            token.digest
            for token in self._people.tokens()
            if self._good(token, accounts.get(token.name) if token.role in PEOPLE else None, now)
        }
        return frozenset(digests) - good

    async def sign_in(self, name: str, password: str, address: str = "") -> tuple[str, Account]:
        """A fresh session's token and whose it is.

        Refuses `auth.wrong_password`, `auth.expired` where it was a one-time password and is none any more, and `auth.too_many`
        after many failures of the name, or of the network address that asks.
        """
        name = plain(name)
        self._begin(name, address)
        try:
            account = await asyncio.to_thread(self._people.account, name)
            hashed = account.hash if account is not None else None
            async with self._hashing:
                right = await asyncio.to_thread(secret.password_matches, hashed, password)
            if account is None or not account.active or not right:
                # not what was typed as a name: it may be a password, a line too high
                log.info("sign_in.refused", address=address, known=account is not None)
                raise Refusal("auth.wrong_password")
            now = self._real_now()
            if expired(account, self._sure_now(), self._once):
                log.info("sign_in.expired", address=address, role=account.role)
                raise Refusal("auth.expired")
            token = secret.new_token()
            session = Token(
                digest=secret.digest(token),
                role=account.role,
                name=account.name,
                created_at=now,
                expires_at=now + SESSION,
            )
            if not await asyncio.to_thread(self._people.put_session, session, account):
                raise Refusal("auth.wrong_password")
        except Unavailable as fault:
            raise Refusal("store.unavailable") from fault
        self._sign_ins.trust(name, address)
        log.info("sign_in.done", address=address, role=account.role)
        return token, account

    def accounts(self, actor: Actor) -> Accounts:
        """The accounts, to be changed by somebody."""
        return Accounts(self._people, actor.id, self._real_now, self._once)

    def _begin(self, name: str, address: str) -> None:
        """Count an attempt to show a password; refuse one that comes too soon, of which the log has a line as of others."""
        try:
            self._sign_ins.begin(name, address, self._monotonic())
        except Refusal:
            log.info("sign_in.too_many", address=address)
            raise

    async def confirming(self, name: str, pin: str, kiosk: str) -> Actor:
        """Who confirms at a kiosk with their PIN; no session begins.

        Refuses `auth.wrong_pin`, alike for an unknown name, somebody without a PIN, who has left, has to choose a password or may
        not confirm; and `auth.too_many` after many failures of the name, or at the kiosk.
        """
        name = plain(name)
        self._pins.begin(name, kiosk, self._monotonic())
        try:
            account = await asyncio.to_thread(self._people.account, name)
        except Unavailable as fault:
            raise Refusal("store.unavailable") from fault
        good = (
            account is not None
            and account.active
            and not account.must_change
            and account.role in CONFIRM.roles
            and len(pin) == PIN_DIGITS
        )
        hashed = account.pin if account is not None and good else None
        async with self._hashing:
            right = await asyncio.to_thread(secret.password_matches, hashed, pin[:PIN_DIGITS])
        if account is None or not right:
            log.info("pin.refused", kiosk=kiosk)
            raise Refusal("auth.wrong_pin")
        self._pins.trust(name, kiosk)
        return Actor(account.role, account.name)

    async def choose_password(self, token: str, old: str, new: str, address: str = "") -> None:
        """Somebody's own new password; their other sessions end. Refuses as `sign_in` does, and a password that is not good."""
        actor = await self.who(token, changing=True)
        found = secret.digest(token)
        ended = await self._proven(
            actor, address, lambda own: own.choose_password(actor.name, old, new, found)
        )
        self._known.pop(found, None)
        self._ends += 1
        self.end(ended)

    async def choose_pin(self, actor: Actor, password: str, pin: str | None, address: str = "") -> None:
        """Somebody's own PIN, or none. Refuses as `sign_in` does, and a PIN that is not good."""
        await self._proven(actor, address, lambda own: own.choose_pin(actor.name, password, pin))

    async def _proven(self, actor: Actor, address: str, change: Callable[[Accounts], _T]) -> _T:
        """Do what somebody changes of their own account, which refuses `auth.wrong_password` unless they know it."""
        self._begin(actor.name, address)
        try:
            async with self._hashing:
                done = await asyncio.to_thread(change, self.accounts(actor))
        except Unavailable as fault:
            raise Refusal("store.unavailable") from fault
        except Refusal as refusal:
            if refusal.code != "auth.wrong_password":
                self._sign_ins.trust(actor.name, address)
            else:
                log.info("password.refused", address=address, role=actor.role)
            raise
        self._sign_ins.trust(actor.name, address)
        return done

    async def sign_out(self, token: str | None) -> None:
        """End a person's session. A device's token is not ended by itself, only by an administrator."""
        if token is None:
            return
        found = secret.digest(token)
        actor = self.known(token)
        if actor is not None and actor.role not in PEOPLE:
            return
        try:
            session = await asyncio.to_thread(self._people.token, found)
            if session is None or session.role not in PEOPLE:
                return
            await asyncio.to_thread(self._people.remove_token, found)
        except Unavailable as fault:
            raise Refusal("store.unavailable") from fault
        self.end([found])

    async def shown_name(self, name: str) -> str:
        """The name of an account that other people read; the name itself when there is no such account."""
        try:
            account = await asyncio.to_thread(self._people.account, name)
        except Unavailable as fault:
            raise Refusal("store.unavailable") from fault
        return account.shown if account is not None else name
