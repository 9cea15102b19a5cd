"""A program whose every sync fails: it commits one ticket before and one after its disk runs dry, and says what came of them.

`python -m tests.integration.store.dry DATABASE [SYNCHRONOUS]`. The system itself (a seccomp filter of this process) answers fsync
and fdatasync with EIO, so a commit that succeeds has not waited for the disk. SYNCHRONOUS plants another level than the store's.
"""

import ctypes
import errno
import os
import platform
import struct
import sys
from pathlib import Path

from queue_server.flow.port import Unavailable
from queue_server.store.sqlite import SqliteStore
from tests.fakes.hall import FILING
from tests.integration.store.stage import Stage

SYNCS: tuple[int, ...] = {"x86_64": (74, 75), "aarch64": (82, 83)}.get(platform.machine(), ())
"""System call numbers of fsync and fdatasync."""
PR_SET_NO_NEW_PRIVS, PR_SET_SECCOMP, SECCOMP_MODE_FILTER = 38, 22, 2
LOAD, EQUAL, RETURN = 0x20, 0x15, 0x06
ALLOW, ERRNO = 0x7FFF0000, 0x00050000


class _Program(ctypes.Structure):
    """struct sock_fprog of linux/filter.h."""

    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_char_p))


def fail_every_sync() -> None:
    """From now on fsync and fdatasync of this process fail with EIO. OSError if the system has no such filters."""
    (first, second) = SYNCS
    steps = (
        (LOAD, 0, 0, 0),  # the call's number is the first field of struct seccomp_data
        (EQUAL, 2, 0, first),
        (EQUAL, 1, 0, second),
        (RETURN, 0, 0, ALLOW),
        (RETURN, 0, 0, ERRNO | errno.EIO),
    )
    code = b"".join(struct.pack("=HBBI", *step) for step in steps)
    program = _Program(len(steps), code)
    libc = ctypes.CDLL(None, use_errno=True)
    for arguments in (
        (PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0),
        (PR_SET_SECCOMP, SECCOMP_MODE_FILTER, ctypes.byref(program), 0, 0),
    ):
        if libc.prctl(*arguments) != 0:
            raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))


def main(path: Path, synchronous: str | None) -> str:
    """What became of the ticket that was taken without a disk: `committed` or `unavailable`."""
    store = SqliteStore(path)
    stage = Stage(store)
    stage.take(FILING)
    if synchronous is not None:
        store._writing().execute(f"PRAGMA synchronous={synchronous}")
    fail_every_sync()
    try:
        stage.take(FILING)
    except Unavailable:
        return "unavailable"
    return "committed"


if __name__ == "__main__":
    print(main(Path(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else None), flush=True)
    os._exit(0)
