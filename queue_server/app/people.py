"""Accounts and device tokens from the command line; before the first start and while a server runs."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from queue_server.app.fault import CannotStart, unusable
from queue_server.app.setting import Settings
from queue_server.auth.account import ONCE, Accounts, checked_name
from queue_server.auth.secret import digest, new_token
from queue_server.engine.actor import Actor
from queue_server.flow.port import Unavailable
from queue_server.store.account import People, Token
from queue_server.store.copy import gone
from queue_server.store.error import StoreFault, StoreMoved
from queue_server.store.migrate import version
from queue_server.store.schema import VERSION
from queue_server.wire.command import Role
from queue_server.wire.error import Refusal
from queue_server.wire.ids import WindowId

CONSOLE = Actor("clock", "console")
"""Whoever has the data folder in hand; nobody else reaches it."""


def opened(settings: Settings) -> People:
    """The accounts of a data folder, which is made if need be. Raises CannotStart."""
    settings.make_folder()
    people = People(settings.database)
    with _opening():
        people.open()
    return people


def found(settings: Settings) -> People:
    """The accounts of a data folder that has a database. Raises CannotStart where there is none, and makes nothing."""
    return opened(settings.existing())


def going_on(settings: Settings) -> Settings:
    """The settings of a hall that is kept here and goes on here; nothing is changed.

    Raises CannotStart where there is none, and where it was moved: what is left of it is as it was then.
    """
    with _opening():
        to = gone(settings.existing().database.engine(reads=True))
        if to is not None:
            raise StoreMoved(to)
    return settings


def older(settings: Settings) -> str | None:
    """The schema of a data folder's database if its next start has to upgrade it, else None; nothing is changed.

    Raises CannotStart.
    """
    with _opening(), settings.database.engine(reads=True).connect() as connection:
        found = version(connection)
    return found if found is not None and found < VERSION else None


@contextmanager
def _opening() -> Iterator[None]:
    """Why a database cannot be opened, as the command line says it: raises CannotStart."""
    try:
        yield
    except StoreFault as error:
        raise CannotStart(error.text.zh, error.text.en) from error
    except (Unavailable, SQLAlchemyError) as error:
        told = error.orig if isinstance(error, DBAPIError) else error
        sentence = CannotStart(
            f"无法打开数据库，请检查磁盘和权限，或数据库服务器是否连得上：{told}",
            f"The database cannot be opened; check disk and permissions, or whether its server can be reached: {told}",
        )
        raise unusable(error, sentence) from error


def changed(people: People, once: timedelta = ONCE) -> Accounts:
    """The accounts, to be changed from the command line: by whoever has the data folder in hand.

    `once` is how long a one-time password is good, for whoever lists them or takes an administrator away.
    """
    return Accounts(people, CONSOLE.id, once=once)


@contextmanager
def said() -> Iterator[None]:
    """What is refused inside, as the command line says it: raises CannotStart."""
    try:
        yield
    except Refusal as refusal:
        raise CannotStart(refusal.body("zh").message, refusal.body("en").message) from refusal


def add_account(people: People, name: str, role: Role, shown: str, password: str | None) -> str | None:
    """Add an account. Without a password it gets one for one sign-in, which is returned. Raises CannotStart."""
    with said():
        return changed(people).add(name, role, shown, password)[1]


def change_password(people: People, name: str, password: str) -> None:
    """Give an account another password and end its sessions. Raises CannotStart if there is no such account."""
    with said():
        changed(people).set_password(name, password)


def change_pin(people: People, name: str, pin: str | None) -> None:
    """Give an account another PIN, or none. Raises CannotStart for one that is not good, or if there is no such account."""
    with said():
        changed(people).set_pin(name, pin)


def first_admin(people: People) -> str | None:
    """The password for the first sign-in of a fresh `admin` if there is no account at all, else None.

    It is kept nowhere: tell it at once.
    """
    if people.accounts():
        return None
    return add_account(people, "admin", "admin", "系统管理员", None)


def add_token(
    people: People, name: str, role: Role, windows: Collection[str], known: Collection[str] | None
) -> str:
    """A fresh token for a device. `known` are the hall's windows, None while there is no hall yet. Raises CannotStart.

    An agent's is for `windows` alone, so it has to name them; an older token without any goes on acting at every window.
    """
    if role == "agent" and not windows:
        raise CannotStart(
            "请用--window写明这个设备程序管哪些窗口，可重复：--window 3 --window 4。",
            "Name the windows of this agent with --window, which may be repeated: --window 3 --window 4.",
        )
    for window in windows:
        if known is not None and window not in known:
            raise CannotStart(f"大厅没有{window}号窗口。", f"The hall has no window {window}.")
    with said():
        device = checked_name(name)
    token = new_token()
    people.put_token(
        Token(
            digest=digest(token),
            role=role,
            name=device,
            windows=frozenset(WindowId(window) for window in windows) or None,
            created_at=datetime.now(UTC),
        )
    )
    return token


def bearing(people: People, name: str, role: Role) -> list[Token]:
    """The tokens of a device that are good; several are several machines that nobody tells apart, or an old one's."""
    return [token for token in people.tokens() if token.name == name and token.role == role]


def revoke_tokens(people: People, name: str, role: Role) -> int:
    """Revoke every token of a device; how many. A running server knows within some 10 s, and closes its open links.

    Raises CannotStart where there is none, with the names of those that there are.
    """
    found = bearing(people, name, role)
    if not found:
        known = sorted({token.name for token in people.tokens() if token.role == role})
        raise CannotStart(
            f"没有{role}令牌“{name}”，什么也没有收回；有：{'、'.join(known) or '一个也没有'}。",
            f"There is no {role} token “{name}” and nothing was revoked; there are: {', '.join(known) or 'none'}.",
        )
    for token in found:
        people.remove_token(token.digest)
    return len(found)
