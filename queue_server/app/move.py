"""`jiaohao-server migrate`: a stopped hall from one kind of database into another."""

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

import click
import msgspec
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from queue_server.app import people as accounts
from queue_server.app import version as versions
from queue_server.app.fault import CannotStart
from queue_server.app.secret import secret
from queue_server.app.setting import DB, Settings
from queue_server.store import segment
from queue_server.store.copy import Differs, Digest, NotEmpty, OtherVersion, counted, gone, leave, served
from queue_server.store.copy import move as move_tables
from queue_server.store.database import Database
from queue_server.store.error import StoreFault
from queue_server.store.lock import FolderLock
from queue_server.store.place import at
from queue_server.store.verify import Verdict, verify
from queue_server.wire.fault import cause

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
            f"无法写入{settings.segments}（{cause(error)}），请检查空间和权限。",
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


def not_left_behind(settings: Settings) -> None:
    """Raise CannotStart where a database without a hall is set, beside a file that has one and was not moved.

    A server would begin a new hall there, and give the numbers of today that are out already again.
    """
    if settings.db is None:
        return
    file, there = replace(settings, db=None, held=None).database, settings.database
    with suppress(SQLAlchemyError, StoreFault):  # whoever opens them says what is wrong with them
        reading = file.engine(reads=True)
        if not file.exists() or not served(reading) or gone(reading) is not None:
            return
        if served(there.engine(reads=True)):
            return
        raise CannotStart(
            f"{file}里有大厅，而{DB}所指的{there}里还没有。要搬过去，先去掉{DB}，执行jiaohao-server migrate --to "
            f"postgresql://… --data {settings.data}；确实不要了，就把{file}移到别处。",
            f"{file} holds a hall, and {there}, which {DB} names, none yet. To move it there leave {DB} out and run: "
            f"jiaohao-server migrate --to postgresql://… --data {settings.data}. If it is really not wanted, put {file} elsewhere.",
        )


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
