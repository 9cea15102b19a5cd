"""Who takes part in a demo: accounts for people who try it, and names and tokens for drawn clerks and simulated devices."""

import secrets
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec

from queue_server.auth import secret
from queue_server.engine.hall import Hall
from queue_server.store.account import Account, Changed, People, Token
from queue_server.wire.command import Role
from queue_server.wire.ids import WindowId

PEOPLE: tuple[tuple[str, Role, str], ...] = (
    ("admin", "admin", "系统管理员"),
    ("manager", "manager", "值班主任"),
    ("steward", "steward", "导办员"),
    ("supervisor", "supervisor", "督查员"),
    ("auditor", "auditor", "审计员"),
    *((f"clerk{place}", "clerk", f"窗口人员{place}") for place in range(1, 13)),
)
"""Sign-in name, role and shown name of the accounts that a demo has."""
MARK = "demo-password"
"""The file that marks a data folder as a demo's; it holds the password of its accounts."""
DUTY = "08:30-17:00"
"""When drawn clerks are on duty by the roster, every day of the week: a demo runs on any."""
SURNAMES = "张王李赵刘陈杨黄周吴徐孙马朱胡郭何林"
GIVEN = ("敏", "志强", "秀芳", "建国", "晓燕", "磊", "静怡", "海涛", "丽华", "晨", "文博", "雪梅", "国栋")


class Cast(msgspec.Struct, frozen=True, kw_only=True):
    """Everybody, ready to act. `clerks` gives each staffed window its drawn clerk's sign-in name and token."""

    password: str
    clerks: dict[WindowId, tuple[str, str]]
    desk: str
    pad: str
    kiosk: str
    agent: str
    clock: str


def clerk_at(window: WindowId) -> str:
    """The sign-in name of the drawn clerk at a window."""
    return f"demo-{window}"


def rostered(document: Mapping[str, Any], hall: Hall, staffed: Sequence[WindowId]) -> dict[str, Any]:
    """A hall's document with its drawn clerks, each sent by whoever receives for the first service of their window."""
    staff, roster = [], []
    for window in staffed:
        first = hall.service[hall.window[window].services[0]]
        home = first.delegated_to or first.department
        staff.append({"id": clerk_at(window), **({"department": home} if home else {})})
        roster.append({"window": window, "clerk": clerk_at(window), "days": "1-7", "hours": [DUTY]})
    return {**document, "staff": staff, "roster": roster}


def name_of(place: int) -> str:
    """The shown name of a drawn clerk: a different one for each of the first 234."""
    return SURNAMES[place % len(SURNAMES)] + GIVEN[place % len(GIVEN)]


def password(folder: Path) -> str:
    """The password of a demo's accounts: made once for a data folder, then kept there and the same at every start."""
    path = folder / MARK
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(f"{secrets.randbelow(9000) + 1000}-{secrets.randbelow(9000) + 1000}\n", "ascii")
    return path.read_text("ascii").strip()


def cast(people: People, folder: Path, staffed: Sequence[WindowId], places: frozenset[WindowId]) -> Cast:
    """Make sure that everybody has an account and a fresh token. `places` are the windows of the simulated agent.

    Blocks for some 20 ms. Tokens of an earlier start are revoked.
    """
    now = datetime.now(UTC)
    word = password(folder)
    hashed, locked = secret.hash_password(word), secret.hash_password(secret.new_token())

    def account(name: str, role: Role, shown: str, hash_: str) -> None:
        new = Account(name=name, role=role, shown=shown, hash=hash_, created_at=now, changed_at=now)
        there = people.account(name)
        if there is None:
            people.add(new)
        else:
            after = msgspec.structs.replace(there, role=role, shown=shown, hash=hash_, changed_at=now)
            people.put((), [Changed(was=there, now=after)])

    def token(name: str, role: Role, windows: frozenset[WindowId] | None = None) -> str:
        made = secret.new_token()
        people.put_token(
            Token(digest=secret.digest(made), role=role, name=name, windows=windows, created_at=now)
        )
        return made

    ours = {f"demo-{place}" for place in ("desk", "pad", "kiosk", "agent", "clock", *staffed)}
    for old in people.tokens():
        if old.name in ours:
            people.remove_token(old.digest)
    for name, role, shown in PEOPLE:
        account(name, role, shown, hashed)
    for place, window in enumerate(staffed):
        account(clerk_at(window), "clerk", name_of(place), locked)
    return Cast(
        password=word,
        clerks={window: (clerk_at(window), token(clerk_at(window), "clerk")) for window in staffed},
        desk=token("demo-desk", "steward"),
        pad=token("demo-pad", "agent"),
        kiosk=token("demo-kiosk", "kiosk"),
        agent=token("demo-agent", "agent", places),
        clock=token("demo-clock", "admin"),
    )
