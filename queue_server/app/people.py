"""Accounts and device tokens from the command line; before the first start and while a server runs."""

import secrets
from collections.abc import Collection
from datetime import UTC, datetime

from queue_server.app.fault import CannotStart
from queue_server.app.setting import Settings
from queue_server.auth.secret import LEAST_PASSWORD, LONGEST_PASSWORD, digest, hash_password, new_token
from queue_server.flow.port import Unavailable
from queue_server.store.account import Account, People, Token
from queue_server.store.error import StoreFault
from queue_server.wire.command import Role
from queue_server.wire.ids import WindowId


def opened(settings: Settings) -> People:
    """The accounts of a data folder, which is made if need be. Raises CannotStart."""
    settings.make_folder()
    people = People(settings.database)
    try:
        people.open()
    except StoreFault as error:
        raise CannotStart(error.text.zh, error.text.en) from error
    except Unavailable as error:
        raise CannotStart(f"无法打开数据库：{error}", f"The database cannot be opened: {error}") from error
    return people


def checked_name(name: str) -> str:
    """A sign-in or device name as it is kept: 1 to 64 visible characters without spaces. Raises CannotStart."""
    name = name.strip()
    if not (1 <= len(name) <= 64 and name.isprintable() and not any(letter.isspace() for letter in name)):
        raise CannotStart("名称须为1至64个字符，不含空格。", "A name is 1 to 64 characters without spaces.")
    return name


def checked_password(password: str) -> str:
    """A password that is long enough to be one. Raises CannotStart."""
    if not LEAST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        raise CannotStart(
            f"密码须为{LEAST_PASSWORD}至{LONGEST_PASSWORD}个字符，从标准输入读入。",
            f"A password has {LEAST_PASSWORD} to {LONGEST_PASSWORD} characters; it is read from standard input.",
        )
    return password


def add_account(people: People, name: str, role: Role, shown: str, password: str) -> None:
    """Make an account. Raises CannotStart if the name is taken."""
    now = datetime.now(UTC)
    account = Account(
        name=checked_name(name),
        role=role,
        shown=shown,
        hash=hash_password(checked_password(password)),
        created_at=now,
        changed_at=now,
    )
    if not people.add(account):
        raise CannotStart(
            f"账号“{name}”已经存在；改密码请用user password。",
            f"The account “{name}” exists already; to change its password use: user password.",
        )


def change_password(people: People, name: str, password: str) -> None:
    """Give an account another password and end its sessions. Raises CannotStart if there is no such account."""
    hashed = hash_password(checked_password(password))
    if not people.change(name, datetime.now(UTC), hash=hashed):
        raise no_account(name)
    people.sign_out(name)


def no_account(name: str) -> CannotStart:
    """What to say of a name that nobody has."""
    return CannotStart(f"没有账号“{name}”。", f"There is no account “{name}”.")


def first_admin(people: People) -> str | None:
    """The password of a fresh `admin` account if there is no account at all, else None. It is kept nowhere: tell it at once."""
    if people.accounts():
        return None
    password = secrets.token_urlsafe(9)
    add_account(people, "admin", "admin", "系统管理员", password)
    return password


def add_token(
    people: People, name: str, role: Role, windows: Collection[str], known: Collection[str] | None
) -> str:
    """A fresh token for a device. `known` are the hall's windows, None while there is no hall yet. Raises CannotStart."""
    for window in windows:
        if known is not None and window not in known:
            raise CannotStart(f"大厅没有{window}号窗口。", f"The hall has no window {window}.")
    token = new_token()
    people.put_token(
        Token(
            digest=digest(token),
            role=role,
            name=checked_name(name),
            windows=frozenset(WindowId(window) for window in windows) or None,
            created_at=datetime.now(UTC),
        )
    )
    return token


def revoke_tokens(people: People, name: str, role: Role) -> int:
    """Revoke every token of a device; how many. A running server knows within seconds."""
    found = [token for token in people.tokens() if token.name == name and token.role == role]
    for token in found:
        people.remove_token(token.digest)
    return len(found)
