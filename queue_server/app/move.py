"""`jiaohao-server migrate`: a stopped hall from one kind of database into another."""

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
import msgspec
from sqlalchemy.exc import DBAPIError

from queue_server.app import people as accounts
from queue_server.app import version as versions
from queue_server.app.fault import CannotStart
from queue_server.app.secret import secret
from queue_server.app.setting import Settings
from queue_server.store import segment
from queue_server.store.copy import Differs, Digest, NotEmpty, OtherVersion, counted, leave
from queue_server.store.copy import move as move_tables
from queue_server.store.database import Database
from queue_server.store.error import StoreFault
from queue_server.store.lock import FolderLock
from queue_server.store.place import at
from queue_server.store.verify import Verdict, verify

_SECRET = re.compile(r"//[^/@]*:[^/@]*@|[?&]password=")
"""A URL with a password in it."""


class Moved(msgspec.Struct, frozen=True):
    """What is there now: every table, compared with its origin, and the verdict on the log."""

    tables: dict[str, Digest]
    verdict: Verdict


def move(settings: Settings, to: str) -> Moved:
    """Copy the settings' hall, which nobody serves meanwhile, into an empty place, and let nobody serve it where it was.

    Raises CannotStart; then nothing is there.
    """
    if _SECRET.search(to):
        raise CannotStart(
            "命令行上的密码会被其他用户看到，请改用PGPASSFILE或PGPASSWORD。",
            "Everybody on this machine can read a password on the command line: put it into PGPASSFILE or PGPASSWORD.",
        )
    try:
        target = at(to)
    except ValueError as error:
        raise CannotStart(
            f"无法识别{to}：应为postgresql://开头的地址，或一个文件。",
            f"{to} cannot be understood: it must be the URL of a PostgreSQL database, or a file.",
        ) from error
    except StoreFault as error:
        raise CannotStart(error.text.zh, error.text.en) from error
    source = settings.database
    if not source.exists():
        raise CannotStart(f"{source}中还没有大厅数据。", f"There is no hall in {source} yet.")
    try:
        with _alone(settings):
            accounts.opened(settings)  # an older database gets its tables, a newer one is refused
            segment.fetch(source, settings.segments)  # where it comes from keeps them for several servers
            return _move(source, target, to if "://" in to else str(Path(to).absolute()))
    except StoreFault as error:
        raise CannotStart(error.text.zh, error.text.en) from error
    except OSError as error:
        raise CannotStart(
            f"无法写入{settings.segments}（{error.strerror}），请检查空间和权限。",
            f"{settings.segments} cannot be written ({error.strerror}); check space and permissions.",
        ) from error
    except NotEmpty as error:
        raise CannotStart(
            f"{target}不是空的，没有做任何更改；请新建一个空数据库，是文件就先把它移到别处。",
            f"{target} is not empty and was left as it is: make a fresh database, or put a file that is there elsewhere first.",
        ) from error
    except DBAPIError as error:
        raise CannotStart(
            f"未迁移，没有做任何更改：连不上或不能写入{target}，请核对地址、账号和密码（PGPASSFILE）：{error.orig}",
            f"Not migrated, and nothing was changed: {target} cannot be reached or written; check address, name and password "
            f"(PGPASSFILE): {error.orig}",
        ) from error
    except (OtherVersion, Differs) as error:
        raise CannotStart(f"未迁移：{error}。", f"Not migrated: {error}.") from error


def _move(source: Database, target: Database, to: str) -> Moved:
    with source.engine().connect() as connection:
        rows = sum(counted(connection).values())
    with click.progressbar(length=rows, label="行 rows", file=sys.stderr) as bar:
        tables = move_tables(source.engine(), target.engine(), bar.update)
    before, after = verify(source), verify(target)
    if before != after:
        raise Differs("event")
    leave(source.engine(), to)
    return Moved(tables, after)


@contextmanager
def _alone(settings: Settings) -> Iterator[None]:
    """Nobody serves the hall meanwhile. Raises StoreInUse, CannotStart."""
    lock = FolderLock(Path(settings.data))
    lock.take()
    try:
        with versions.held(settings, secret(settings.data)):
            yield
    finally:
        lock.release()
