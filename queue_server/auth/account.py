"""Accounts of staff: added, changed, reset, imported; by the API and by the command line alike.

What is done here is durable on return and takes up to some 20 ms a password: call it in a thread. Sessions that a change ends are
returned by their digests, so that a running server can close their links at once.
"""

import secrets
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from queue_server.auth.guess import guessable, guessable_pin
from queue_server.auth.secret import LEAST_PASSWORD, LONGEST_PASSWORD, hash_password, password_matches
from queue_server.engine import sheet, staff
from queue_server.engine.hall import ABILITIES
from queue_server.flow.port import Unavailable
from queue_server.store.account import Account, Changed, Deed, People
from queue_server.wire import face
from queue_server.wire.command import PEOPLE, REGISTRY, Role
from queue_server.wire.error import Refusal
from queue_server.wire.field import AccountDeed
from queue_server.wire.ticket import Text

LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
"""What a one-time password is made of: nothing that is mistaken for something else when it is read out or copied by hand."""
MOST_ROWS = 2000
"""Rows of one import."""
TRIES = 3
"""How often what others overtook is begun again."""
NOTE = "导入人员"
"""What a version of the hall is noted with that an import of staff has made."""
PIN_DIGITS = 6
CONFIRM = REGISTRY["tickets.classify"]
"""What a PIN is good for; who may not do that needs none."""

ONCE = timedelta(days=7)
"""A one-time password that nobody has used ends: long enough for who is away for some days, too short for a note that is found."""
OVERTAKEN = "others change the same accounts at the same time"
Ended = list[str]
"""Digests of the sessions that a change has ended."""


class AccountRecord(msgspec.Struct, frozen=True):
    """An account as administrators see it. `signed_in` counts its sessions; who has left is not `active`.

    Who has to choose a password and whose one-time password has `expired` cannot sign in until they are given another.
    """

    name: str
    role: Role
    shown: str
    active: bool
    must_change: bool
    signed_in: int
    created_at: datetime
    changed_at: datetime
    has_pin: bool = False
    expired: bool = False


class Added(msgspec.Struct, frozen=True):
    """An account made by an import, and the password it signs in with once."""

    name: str
    one_time_password: str


class RowFault(msgspec.Struct, frozen=True):
    """What is wrong in a line of an import, counted from 1."""

    line: int
    fault: Text


class Imported(msgspec.Struct, frozen=True):
    """What an import did. With any fault no account was changed, and the hall neither, unless there is a `version`.

    `version` of the hall is the one published with what the file says of its staff; None if that is what ran already, or nothing.
    The hall comes first: with a fault beside it, somebody changed the accounts in the moment between.
    """

    added: list[Added] = []
    changed: list[str] = []
    faults: list[RowFault] = []
    version: int | None = None


class _Row(msgspec.Struct, frozen=True):
    line: int
    name: str
    role: Role
    shown: str


class Accounts:
    """The accounts in a store, changed by somebody.

    Raises Refusal for what is not to be done, Unavailable if the database cannot be used.
    Each change leaves a deed beside it, which a server enters into the event log: at once, or when it next runs.
    """

    def __init__(
        self,
        people: People,
        by: str,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        once: timedelta = ONCE,
    ) -> None:
        """`by` is the actor as the event log names them, such as "admin:zhao"; `once` how long a one-time password is good."""
        self._people = people
        self._by = by
        self._now = now
        self._once = once

    def records(self) -> list[AccountRecord]:
        """Every account, by name."""
        now = self._now()
        sessions: dict[str, int] = {}
        for token in self._people.tokens():
            if token.role in PEOPLE and token.expires_at is not None and token.expires_at > now:
                sessions[token.name] = sessions.get(token.name, 0) + 1
        return [
            _record(account, sessions.get(account.name, 0), expired=expired(account, now, self._once))
            for account in self._people.accounts()
        ]

    def add(
        self, name: str, role: Role, shown: str, password: str | None = None
    ) -> tuple[AccountRecord, str | None]:
        """Add an account. Without a password it gets one for one sign-in, which is returned and kept nowhere."""
        account, once = self._new(name, role, shown, password)
        if not self._people.add(account, self._deed("added", account.name, role)):
            raise Refusal("account.exists", name=account.name)
        return _record(account, 0), once

    def change(
        self,
        name: str,
        *,
        role: Role | None = None,
        shown: str | None = None,
        active: bool | None = None,
        forget_pin: bool = False,
    ) -> tuple[AccountRecord, Ended]:
        """Change what is given. Another role, or leaving, ends every session and takes the PIN; the window that a clerk leaves
        keeps its ticket.
        """

        def wanted(account: Account) -> tuple[Changed, list[Deed]]:
            after = msgspec.structs.replace(
                account,
                role=role or account.role,
                shown=account.shown if shown is None else checked_shown(shown),
                active=account.active if active is None else active,
            )
            self._keep_an_admin([after])
            return self._changed(account, after, forget_pin=forget_pin)

        ended = self._change(name, wanted)
        return next(record for record in self.records() if record.name == name), ended

    def reset(self, name: str) -> tuple[str, Ended]:
        """A password for one sign-in, after which another must be chosen; every session ends, and the PIN is none any more."""
        once = new_password()
        hashed = hash_password(once)

        def wanted(account: Account) -> tuple[Changed, list[Deed]]:
            change = self._passed(account, hashed, once=True)
            return change, [self._deed("reset", name), *self._unpinned(account)]

        return once, self._change(name, wanted)

    def set_password(self, name: str, password: str) -> Ended:
        """Give an account a password that it keeps; every session ends."""
        hashed = hash_password(checked_password(password))
        return self._change(
            name, lambda account: (self._passed(account, hashed), [self._deed("password_set", name)])
        )

    def choose_password(self, name: str, old: str, new: str, keep: str) -> Ended:
        """Somebody's own new password; every session of theirs ends but the one of the digest `keep`."""

        def wanted(account: Account) -> tuple[Changed, list[Deed]]:
            if not password_matches(account.hash, old):
                raise Refusal("auth.wrong_password")
            if new in (old, name):
                raise Refusal("auth.same_password")
            if guessable(checked_password(new), name):
                raise Refusal("auth.common_password")
            change = self._passed(account, hash_password(new), keep=keep)
            return change, [self._deed("password_chosen", name)]

        return self._change(name, wanted)

    def set_pin(self, name: str, pin: str | None) -> None:
        """Give an account a PIN to confirm with at a kiosk; None takes it away."""
        self._change(name, lambda account: self._pinned(account, pin, "pin_set"))

    def choose_pin(self, name: str, password: str, pin: str | None) -> None:
        """Somebody's own PIN, who shows that they know their password."""

        def wanted(account: Account) -> tuple[Changed, list[Deed]]:
            if not password_matches(account.hash, password):
                raise Refusal("auth.wrong_password")
            return self._pinned(account, pin, "pin_chosen")

        self._change(name, wanted)

    def sign_out(self, name: str) -> Ended:
        """End every session of somebody."""
        self._known(name)
        return self._people.sign_out(name, self._deed("signed_out", name))

    def remove(self, name: str) -> None:
        """Remove an account and end its sessions."""
        for _ in range(TRIES):
            account = self._known(name)
            self._keep_an_admin([msgspec.structs.replace(account, active=False)])
            if self._people.remove(name, self._deed("removed", name), lapsed=self._lapsed()):
                return
        raise Unavailable(OVERTAKEN)

    def load(self, content: bytes) -> tuple[Imported, Ended]:
        """Accounts from a CSV file with the columns name, role, shown; UTF-8, or GB 18030 as spreadsheets in China write it.

        What follows in a line is of the hall (`staff.merged`).

        Who is not known yet is added with a password for one sign-in; who is known gets the role and the shown name that are given.
        Roles are our words or the Chinese ones. Any fault in any line, and nothing is changed; else all of it, in one transaction.
        """
        for _ in range(TRIES):
            rows, known, changes, faults = self._read(content)
            if faults:
                return Imported(faults=faults), []
            # hashed before the transaction begins, which holds up whatever else is to be written
            new = [self._new(row.name, row.role, row.shown) for row in rows if row.name not in known]
            deeds = [self._deed("added", account.name, account.role) for account, _ in new]
            changed = []
            for wanted in changes:
                change, done = self._changed(known[wanted.name], wanted)
                changed.append(change)
                deeds += done
            ended = self._people.put([account for account, _ in new], changed, *deeds, lapsed=self._lapsed())
            if ended is not None:
                added = [Added(account.name, once or "") for account, once in new]
                return Imported(added, [account.name for account in changes]), ended
        raise Unavailable(OVERTAKEN)

    def faults(self, content: bytes) -> list[RowFault]:
        """What is wrong with a file that `load` would take; nothing is changed."""
        return self._read(content)[3]

    def _read(self, content: bytes) -> tuple[list[_Row], dict[str, Account], list[Account], list[RowFault]]:
        """The rows of a file, whom we know, what changes of them, and what is wrong."""
        rows, faults = _rows(content)
        known = {account.name: account for account in self._people.accounts()}
        changes = [
            msgspec.structs.replace(known[row.name], role=row.role, shown=row.shown)
            for row in rows
            if row.name in known and (known[row.name].role, known[row.name].shown) != (row.role, row.shown)
        ]
        if not faults:
            try:
                self._keep_an_admin(changes)
            except Refusal as refusal:
                line = next(row.line for row in rows if row.name in {one.name for one in changes})
                faults.append(RowFault(line, _said(refusal)))
        return rows, known, changes, faults

    def _new(
        self, name: str, role: Role, shown: str, password: str | None = None
    ) -> tuple[Account, str | None]:
        """An account to be added, and its password for one sign-in if none was given."""
        once = None if password is not None else new_password()
        now = self._now()
        account = Account(
            name=checked_name(name),
            role=role,
            shown=checked_shown(shown or name),
            hash=hash_password(once or checked_password(password or "")),
            created_at=now,
            changed_at=now,
            must_change=once is not None,
        )
        return account, once

    def _changed(
        self, account: Account, wanted: Account, *, forget_pin: bool = False
    ) -> tuple[Changed, list[Deed]]:
        """What another role or shown name, coming back or leaving makes of an account, and the deeds of it."""
        deeds = []
        if (wanted.role, wanted.shown) != (account.role, account.shown):
            deeds.append(self._deed("changed", account.name, wanted.role))
        if wanted.active != account.active:
            deeds.append(self._deed("activated" if wanted.active else "deactivated", account.name))
        over = wanted.role != account.role or not wanted.active
        if over or forget_pin:
            deeds += self._unpinned(account)
            wanted = msgspec.structs.replace(wanted, pin=None)
        now = msgspec.structs.replace(wanted, changed_at=self._now())
        return Changed(was=account, now=now, over=over), deeds

    def _passed(
        self, account: Account, hashed: str, *, once: bool = False, keep: str | None = None
    ) -> Changed:
        """An account with another password, whose sessions end with the old one; but the one of the digest `keep`.

        With one for one sign-in (`once`) the PIN ends too.
        """
        pin = None if once else account.pin
        now = msgspec.structs.replace(account, hash=hashed, must_change=once, pin=pin, changed_at=self._now())
        return Changed(was=account, now=now, over=True, keep=keep)

    def _pinned(self, account: Account, pin: str | None, what: AccountDeed) -> tuple[Changed, list[Deed]]:
        """An account with another PIN or none, and the deeds of it."""
        if pin is not None and account.role not in CONFIRM.roles:
            raise Refusal("account.no_pin", name=account.name)
        hashed = None if pin is None else hash_password(checked_pin(pin))
        deeds = self._unpinned(account) if pin is None else [self._deed(what, account.name)]
        now = msgspec.structs.replace(account, pin=hashed, changed_at=self._now())
        return Changed(was=account, now=now), deeds

    def _change(self, name: str, wanted: Callable[[Account], tuple[Changed, list[Deed]]]) -> Ended:
        """Make of an account what is wanted of it as it is then, all in one transaction; the sessions that ended."""
        for _ in range(TRIES):
            change, deeds = wanted(self._known(name))
            ended = self._people.put((), [change], *deeds, lapsed=self._lapsed())
            if ended is not None:
                return ended
        raise Unavailable(OVERTAKEN)

    def _unpinned(self, account: Account) -> list[Deed]:
        """The deed of taking a PIN away from somebody who has one."""
        return [] if account.pin is None else [self._deed("pin_removed", account.name)]

    def _deed(self, what: AccountDeed, name: str, role: Role | None = None) -> Deed:
        return Deed(
            id=secrets.token_urlsafe(16), at=self._now(), account=name, what=what, by=self._by, role=role
        )

    def _known(self, name: str) -> Account:
        account = self._people.account(name)
        if account is None:
            raise Refusal("account.unknown", name=name)
        return account

    def _keep_an_admin(self, changed: Iterable[Account]) -> None:
        """Refuse a change after which nobody could undo it: no administrator who may sign in, as whose one-time password has
        expired may not. A change makes a one-time password good anew.

        The store holds to it too, for two who send each other away at the same time; whom it stops is refused here when it is
        tried again.
        """
        now = self._now()
        before = {account.name: account for account in self._people.accounts()}
        after = before | {each.name: msgspec.structs.replace(each, changed_at=now) for each in changed}

        def governed(accounts: Iterable[Account]) -> bool:
            return any(
                each.role == "admin" and each.active and not expired(each, now, self._once)
                for each in accounts
            )

        if governed(before.values()) and not governed(after.values()):
            raise Refusal("account.last_admin")

    def _lapsed(self) -> datetime:
        """One-time passwords that were given then or before are good no more."""
        return self._now() - self._once


def expired(account: Account, now: datetime, once: timedelta) -> bool:
    """Whether somebody has a one-time password which is none any more: `once` is how long one is good, from the last change on."""
    return account.must_change and now - account.changed_at >= once


def new_password() -> str:
    """A password for one sign-in: 12 of 31 letters and digits, 59 random bits, in groups that can be read out."""
    return "-".join("".join(secrets.choice(LETTERS) for _ in range(4)) for _ in range(3))


def checked_name(name: str) -> str:
    """A sign-in or device name as it is kept: 1 to 64 visible characters without spaces, as `plain` writes them."""
    name = plain(name)
    if not (1 <= len(name) <= 64 and name.isprintable() and not any(letter.isspace() for letter in name)):
        raise Refusal("account.bad_name")
    return name


def plain(name: str) -> str:
    """A sign-in name however it was typed: full-width letters are the same ones, so nobody else has a name that looks like it."""
    return unicodedata.normalize("NFKC", name).strip()


def checked_shown(shown: str) -> str:
    """A name that other people read: 1 to 64 visible characters."""
    shown = shown.strip()
    if not (1 <= len(shown) <= 64 and shown.isprintable()):
        raise Refusal("account.bad_name")
    return shown


def checked_password(password: str) -> str:
    """A password that is long enough to be one."""
    if not LEAST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        raise Refusal("auth.weak_password", least=LEAST_PASSWORD, most=LONGEST_PASSWORD)
    return password


def checked_pin(pin: str) -> str:
    """A PIN that is not the first to be tried."""
    if not (len(pin) == PIN_DIGITS and pin.isascii() and pin.isdigit()) or guessable_pin(pin):
        raise Refusal("auth.weak_pin")
    return pin


def _record(account: Account, signed_in: int, *, expired: bool = False) -> AccountRecord:
    return AccountRecord(
        account.name,
        account.role,
        account.shown,
        account.active,
        account.must_change,
        signed_in,
        account.created_at,
        account.changed_at,
        account.pin is not None,
        expired,
    )


def _roles() -> dict[str, Role]:
    """Roles by our word and by those of the pages, in small letters."""
    words = face.texts("page")
    return {word.lower(): role for role in PEOPLE for word in (role, *words[f"role_{role}"].values())}


def _rows(content: bytes) -> tuple[list[_Row], list[RowFault]]:
    roles = _roles()
    rows: list[_Row] = []
    faults: list[RowFault] = []
    seen: set[str] = set()
    try:
        for line, cells in sheet.rows(content):
            if line == 1 and cells[0].strip().lower() in staff.HEADS:
                continue
            if len(rows) >= MOST_ROWS:
                faults.append(RowFault(line, Text(f"最多{MOST_ROWS}行。", f"At most {MOST_ROWS} rows.")))
                break
            row = _row(cells, line, roles)
            if isinstance(row, RowFault):
                faults.append(row)
            elif row.name in seen:
                again = Text(f"“{row.name}”出现了两次。", f"“{row.name}” is there twice.")
                faults.append(RowFault(line, again))
            else:
                seen.add(row.name)
                rows.append(row)
    except sheet.NotASheet as error:
        faults.append(RowFault(error.line, error.fault))
    return rows, faults


def _row(cells: list[str], line: int, roles: dict[str, Role]) -> _Row | RowFault:
    if not staff.FEWEST <= len(cells) <= len(staff.COLUMNS):
        columns = Text(
            "应有三至六列：账号、岗位、姓名，可再写部门、技能、便民条件。",
            "There must be three to six columns: name, role, shown, and then department, skills, abilities.",
        )
        return RowFault(line, columns)
    name, role, shown = cells[: staff.FEWEST]
    meant = roles.get(role.strip().lower())
    if meant is None:
        words = [face.texts("page")[f"role_{each}"] for each in PEOPLE]
        there = [
            link.join(word[language] for word in words) for language, link in (("zh", "、"), ("en", ", "))
        ]
        none = Text(
            f"没有“{role}”这个岗位，可以写：{there[0]}。",
            f"There is no role “{role}”; there are: {there[1]}.",
        )
        return RowFault(line, none)
    try:
        return _Row(line, checked_name(name), meant, checked_shown(shown or name))
    except Refusal as refusal:
        return RowFault(line, _said(refusal))


def of_hall(document: Mapping[str, Any], content: bytes) -> tuple[dict[str, Any], list[RowFault]]:
    """A hall's document with what a file of staff says of it, and what is wrong with that. The file is one that `faults` passed."""
    words = face.texts("form")
    abilities = {word: one for one in ABILITIES for word in (one, *words[f"any_abilities_{one}"].values())}
    made, faults = staff.merged(document, content, abilities)
    return made, [RowFault(line, fault) for line, fault in faults]


def _said(refusal: Refusal) -> Text:
    return Text(refusal.body("zh").message, refusal.body("en").message)
