"""Why a program does not start: one sentence that says what to do, in both languages."""

import sqlite3

from queue_server.wire.fault import Fault

DAMAGED = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
"""What SQLite says of a file whose bytes are no longer what was written (https://www.sqlite.org/rescode.html)."""


class CannotStart(Fault):
    """The start ends here."""


def unusable(fault: BaseException, told: CannotStart) -> CannotStart:
    """What to say of a database that cannot be used: `told`, but of a file that is damaged to restore a backup.

    A damaged file needs no space and no permissions, which is what `told` has people look for.
    """
    cause: BaseException | None = fault
    while cause is not None:
        code = getattr(cause, "sqlite_errorcode", None)
        if isinstance(cause, sqlite3.Error) and code is not None and code & 0xFF in DAMAGED:
            return CannotStart(
                f"数据库文件已损坏，再试也没有用：{cause}。请停下服务器，把数据目录原样留好，换一块好盘，用最近一份备份恢复："
                "jiaohao-server restore 备份目录 --force。",
                f"The database file is damaged, and trying again does not help: {cause}. Stop the server, keep the data folder as "
                "it is, take a disk that is sound, and go on from the newest backup: jiaohao-server restore FOLDER --force.",
            )
        cause = cause.__cause__
    return told
