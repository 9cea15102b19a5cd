"""Accounts of people and bearer tokens, for `auth`. Also from a second process while the server runs."""

from collections.abc import Callable, Collection, Iterable
from datetime import datetime
from typing import Any, TypeVar

import msgspec
from sqlalchemy import (
    Connection,
    Delete,
    Engine,
    Insert,
    Row,
    delete,
    insert,
    literal,
    or_,
    select,
    update,
)
from sqlalchemy.exc import DBAPIError, IntegrityError

from queue_server.flow.port import Unavailable
from queue_server.store.database import Database
from queue_server.store.migrate import migrate
from queue_server.store.row import stamp, stamp_or_none, time, time_or_none
from queue_server.store.schema import account, deed, token
from queue_server.wire.command import PEOPLE, Role
from queue_server.wire.field import AccountDeed
from queue_server.wire.ids import WindowId

_T = TypeVar("_T")
_windows = msgspec.json.Decoder(frozenset[WindowId])


class Account(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who signs in. `shown` is the name on screens, `hash` of the password as `auth` made it.

    Who has left is not `active`. With `must_change` the password is good for nothing but choosing another. `pin` is the hash
    of what they confirm with at a kiosk, if they have one.
    """

    name: str
    role: Role
    shown: str
    hash: str
    created_at: datetime
    changed_at: datetime
    active: bool = True
    must_change: bool = False
    pin: str | None = None


class Changed(msgspec.Struct, frozen=True, kw_only=True):
    """An account as it was read and as it is to be; `over` ends its sessions, but the one of the digest `keep`."""

    was: Account
    now: Account
    over: bool = False
    keep: str | None = None


class Token(msgspec.Struct, frozen=True, kw_only=True):
    """A bearer token, known by its digest only. `windows` None: the whole hall; `expires_at` None: never."""

    digest: str
    role: Role
    name: str
    windows: frozenset[WindowId] | None = None
    created_at: datetime
    expires_at: datetime | None = None
    seen_at: datetime | None = None


class Deed(msgspec.Struct, frozen=True, kw_only=True):
    """Something done to an account that the event log is to have; `by` is the actor as the log names them, `id` random."""

    id: str
    at: datetime
    account: str
    what: AccountDeed
    by: str
    role: Role | None = None


class _Overtaken(Exception):
    """Somebody else changed an account meanwhile."""


class People:
    """Accounts and tokens in the same database as the hall. Every method may be called from any thread and is durable on return.

    Every method raises Unavailable if the database cannot be used now.
    """

    def __init__(self, database: Database) -> None:
        """In `database`; the folder of a file exists."""
        self._database = database
        self._writing, self._reading = database.engine(), database.engine(reads=True)

    def open(self) -> None:
        """Create or bring up to date the tables, also before a first start. Raises StoreFault if the database is newer."""
        self._do(migrate)

    def accounts(self) -> list[Account]:
        """Every account, by name."""
        return [
            _account(row)
            for row in self._look(lambda c: c.execute(select(account).order_by(account.c.name)).all())
        ]

    def account(self, name: str) -> Account | None:
        """The account of a name."""
        row = self._look(lambda c: c.execute(select(account).where(account.c.name == name)).first())
        return None if row is None else _account(row)

    def add(self, new: Account, *deeds: Deed) -> bool:
        """Add an account; False if the name is taken, then nothing changes."""
        try:
            self._do(lambda c: _with(deeds, c, insert(account).values(_values(new))))
        except IntegrityError:
            return False
        return True

    def put(
        self,
        added: Iterable[Account],
        changed: Collection[Changed],
        *deeds: Deed,
        lapsed: datetime | None = None,
    ) -> list[str] | None:
        """Add and change accounts and end sessions in one transaction, so that all of it is done or nothing.

        The digests of the sessions that have ended. None: nothing is done, since a name is taken meanwhile, or an account is not
        any more what it was when it was read, or no administrator who may sign in would be left. Of those with a one-time password
        to whom it was given at `lapsed` or before may not.
        """

        def work(connection: Connection) -> list[str]:
            governed = _admins(connection, lapsed)
            for new in added:
                connection.execute(insert(account).values(_values(new)))
            for each in changed:
                same = (account.c.name == each.was.name, account.c.changed_at == stamp(each.was.changed_at))
                if connection.execute(update(account).where(*same).values(_values(each.now))).rowcount != 1:
                    raise _Overtaken
            if governed and not _admins(connection, lapsed):
                raise _Overtaken
            ended = [
                one for each in changed if each.over for one in _forget(connection, each.was.name, each.keep)
            ]
            _note(deeds, connection)
            return ended

        try:
            return self._do(work)
        except (IntegrityError, _Overtaken):
            return None

    def remove(self, name: str, *deeds: Deed, lapsed: datetime | None = None) -> bool:
        """Remove an account and sign it out everywhere.

        False: nothing is done, since there is no such account, or no administrator who may sign in would be left (as for `put`).
        """

        def both(connection: Connection) -> None:
            governed = _admins(connection, lapsed)
            connection.execute(_sessions(name))
            gone = _with(deeds, connection, delete(account).where(account.c.name == name))
            if gone != 1 or (governed and not _admins(connection, lapsed)):
                raise _Overtaken

        try:
            self._do(both)
        except _Overtaken:
            return False
        return True

    def put_token(self, new: Token) -> None:
        """Keep a token; one with the same digest is replaced."""
        values = {
            "digest": new.digest,
            "role": new.role,
            "name": new.name,
            "windows": None if new.windows is None else msgspec.json.encode(sorted(new.windows)).decode(),
            "created_at": stamp(new.created_at),
            "expires_at": stamp_or_none(new.expires_at),
            "seen_at": stamp_or_none(new.seen_at),
        }

        def replace(connection: Connection) -> None:
            connection.execute(delete(token).where(token.c.digest == new.digest))
            connection.execute(insert(token).values(values))

        self._do(replace)

    def put_session(self, new: Token, owner: Account) -> bool:
        """Keep the token of somebody who has just signed in; False if they may not any more, or with another password only.

        The password took a while to check: an account that was reset or changed meanwhile has ended its sessions already.
        """
        values = {
            "digest": new.digest,
            "role": new.role,
            "name": new.name,
            "created_at": stamp(new.created_at),
            "expires_at": stamp_or_none(new.expires_at),
        }
        same = select(*(literal(value).label(name) for name, value in values.items())).where(
            account.c.name == owner.name,
            account.c.hash == owner.hash,
            account.c.role == owner.role,
            account.c.active == 1,
        )

        def keep(connection: Connection) -> bool:
            connection.execute(insert(token).from_select(list(values), same))
            kept = select(token.c.digest).where(token.c.digest == new.digest)
            return connection.execute(kept).first() is not None

        return self._do(keep)

    def token(self, digest: str) -> Token | None:
        """The token of a digest, also one that has expired."""
        row = self._look(lambda c: c.execute(select(token).where(token.c.digest == digest)).first())
        return None if row is None else _token(row)

    def session(self, digest: str) -> tuple[Token | None, Account | None]:
        """The token of a digest, and the account of the person who bears it; a device has none."""

        def both(connection: Connection) -> tuple[Token | None, Account | None]:
            row = connection.execute(select(token).where(token.c.digest == digest)).first()
            if row is None or row.role not in PEOPLE:
                return (None if row is None else _token(row)), None
            owner = connection.execute(select(account).where(account.c.name == row.name)).first()
            return _token(row), None if owner is None else _account(owner)

        return self._look(both)

    def tokens(self) -> list[Token]:
        """Every token, by name and age."""
        order = (token.c.name, token.c.created_at, token.c.digest)
        return [_token(row) for row in self._look(lambda c: c.execute(select(token).order_by(*order)).all())]

    def seen(self, digest: str, at: datetime) -> None:
        """Note when a token was last used."""
        self._do(lambda c: c.execute(update(token).where(token.c.digest == digest).values(seen_at=stamp(at))))

    def remove_token(self, digest: str) -> bool:
        """Forget a token; False if there is none."""
        return self._do(lambda c: c.execute(delete(token).where(token.c.digest == digest)).rowcount) == 1

    def sign_out(self, name: str, *deeds: Deed) -> list[str]:
        """Forget every token of a person; the digests of those forgotten. Devices of that name keep theirs."""

        def forget(connection: Connection) -> list[str]:
            found = _forget(connection, name)
            _note(deeds, connection)
            return found

        return self._do(forget)

    def deeds(self) -> list[Deed]:
        """What was done to accounts and is not in the event log yet, oldest first."""
        found = self._look(lambda c: c.execute(select(deed).order_by(deed.c.at, deed.c.id)).all())
        return [Deed(**row._asdict() | {"at": time(row.at)}) for row in found]

    def entered(self, *ids: str) -> None:
        """The event log has these."""
        self._do(lambda c: c.execute(delete(deed).where(deed.c.id.in_(ids))))

    def expire_tokens(self, now: datetime) -> int:
        """Forget every token that has expired; how many."""
        gone = delete(token).where(token.c.expires_at <= stamp(now))
        return int(self._do(lambda c: c.execute(gone).rowcount))

    def _look(self, work: Callable[[Connection], _T]) -> _T:
        return self._in(self._reading, work)

    def _do(self, work: Callable[[Connection], _T]) -> _T:
        return self._in(self._writing, work)

    def _in(self, engine: Engine, work: Callable[[Connection], _T]) -> _T:
        try:
            with engine.begin() as connection:
                return work(connection)
        except IntegrityError:
            raise
        except DBAPIError as error:
            raise Unavailable(f"cannot use {self._database}: {error.orig}") from error


def _admins(connection: Connection, lapsed: datetime | None) -> int:
    """How many administrators may sign in; nobody else takes that from one of them until this transaction ends."""
    found = select(account.c.name).where(account.c.role == "admin", account.c.active == 1)
    if lapsed is not None:
        found = found.where(or_(account.c.must_change == 0, account.c.changed_at > stamp(lapsed)))
    return len(connection.execute(found.order_by(account.c.name).with_for_update()).all())


def _with(deeds: tuple[Deed, ...], connection: Connection, change: Insert | Delete) -> int:
    """Make a change and note what it is in the same transaction; how many rows it changed."""
    count = connection.execute(change).rowcount
    _note(deeds, connection)
    return count


def _note(deeds: tuple[Deed, ...], connection: Connection) -> None:
    rows = [msgspec.structs.asdict(each) | {"at": stamp(each.at)} for each in deeds]
    if rows:
        connection.execute(insert(deed), rows)


def _forget(connection: Connection, name: str, keep: str | None = None) -> list[str]:
    """Forget a person's sessions but the one of the digest `keep`; the digests of those forgotten."""
    sessions = select(token.c.digest).where(
        token.c.name == name, token.c.role.in_(PEOPLE), token.c.digest != (keep or "")
    )
    found = [str(row.digest) for row in connection.execute(sessions)]
    connection.execute(delete(token).where(token.c.digest.in_(found)))
    return found


def _values(of: Account) -> dict[str, Any]:
    return msgspec.structs.asdict(of) | {
        "created_at": stamp(of.created_at),
        "changed_at": stamp(of.changed_at),
        "active": int(of.active),
        "must_change": int(of.must_change),
    }


def _sessions(name: str) -> Delete:
    return delete(token).where(token.c.name == name, token.c.role.in_(PEOPLE))


def _account(row: Row[Any]) -> Account:
    values = row._asdict()
    times = {key: time(values[key]) for key in ("created_at", "changed_at")}
    return Account(**values | times | {key: bool(values[key]) for key in ("active", "must_change")})


def _token(row: Row[Any]) -> Token:
    return Token(
        digest=row.digest,
        role=row.role,
        name=row.name,
        windows=None if row.windows is None else _windows.decode(row.windows),
        created_at=time(row.created_at),
        expires_at=time_or_none(row.expires_at),
        seen_at=time_or_none(row.seen_at),
    )
