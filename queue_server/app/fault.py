"""Why a program does not start: one sentence that says what to do, in both languages."""

import sqlite3

from queue_server.wire.fault import Fault

DAMAGED = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
"""What SQLite says of a file whose bytes are no longer what was written (https://www.sqlite.org/rescode.html)."""
CLOSED = (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY)
"""What it says of one that it cannot write beside, which it has to also in order to read."""


class CannotStart(Fault):
    """The start ends here."""


def unusable(fault: BaseException, told: CannotStart) -> CannotStart:
    """What to say of a database that cannot be used: `told`, but of a file that is damaged to restore a backup, and of one on a
    disk that takes nothing to copy it to one that does.

    Neither needs space, which is what `told` has people look for.
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
        if isinstance(cause, sqlite3.Error) and code is not None and code & 0xFF in CLOSED:
            return CannotStart(
                f"打不开数据库文件：{cause}。硬盘只能读、不能写，或没有权限时都会这样，读也要能写。"
                "硬盘写不了：把整个数据目录（连同-wal）拷到能写的盘上，用--data指向那里再执行。",
                f"The database file cannot be opened: {cause}. That is so where the disk is read-only or permission lacks; also "
                "to read it one must be able to write there. Where the disk takes nothing any more, copy the whole data folder, "
                "-wal and all, to one that does, and name that with --data.",
            )
        cause = cause.__cause__
    return told
