"""A disk that can be watched and broken: `disk.c`, compiled once and preloaded into the program under test.

Everything that SQLite asks of the disk goes through a handful of library calls. The shim writes them down in their order, together
with what the program told its clients meanwhile, and lets any of them fail with any error, switched from outside while it runs.
"""

import ctypes
import errno
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

import msgspec

from tests.power.shim import shim

SOURCE = Path(__file__).with_name("disk.c")
WRITE, SYNC, READ, OPEN = 1, 2, 4, 8
"""Calls that may fail: truncations and removals count as writes."""
FULL = (WRITE, errno.ENOSPC)
READ_ONLY = (WRITE | OPEN, errno.EROFS)
BROKEN = (WRITE | SYNC | READ, errno.EIO)
UNSYNCED = (SYNC, errno.EIO)
FAULTS = {"full": FULL, "read-only": READ_ONLY, "broken": BROKEN, "unsynced": UNSYNCED}
"""What a disk does when it is full, was mounted read-only by the kernel, fails at everything, or fails to sync what it wrote."""
FOR_EVER = -1
_RECORD = struct.Struct("=IIqII")
_FAULT = struct.Struct("=4i")

Kind = Literal["write", "sync", "truncate", "create", "remove", "folder", "note", "sent"]
_KINDS: dict[str, Kind] = {
    "W": "write",
    "S": "sync",
    "T": "truncate",
    "C": "create",
    "U": "remove",
    "D": "folder",
    "N": "note",
    "A": "sent",
}
File = Literal["database", "log", "journal", "none"]
_FILES: dict[int, File] = {0: "none", 1: "database", 2: "log", 3: "none", 4: "journal"}


class Step(msgspec.Struct, frozen=True):
    """One thing that happened. `offset` is a truncation's new length; `data` what was written, noted or sent; `error` an errno."""

    kind: Kind
    file: File
    offset: int
    data: bytes
    error: int


class Switch:
    """What fails of a disk, from now on; also from inside the program."""

    def __init__(self, path: Path) -> None:
        """In an existing file, which the shim reads at each call."""
        self._path = path

    def fail(self, fault: tuple[int, int], *, skip: int = 0, times: int = FOR_EVER) -> None:
        """From now on these calls fail, after `skip` more that succeed."""
        calls, error = fault
        self.heal()
        with self._path.open("r+b") as file:
            file.write(_FAULT.pack(error, skip, times, calls))

    def heal(self) -> None:
        """From now on nothing fails."""
        with self._path.open("r+b") as file:
            file.write(bytes(_FAULT.size))

    @contextmanager
    def failing(self, fault: tuple[int, int]) -> Iterator[None]:
        """These calls fail inside the block."""
        self.fail(fault)
        try:
            yield
        finally:
            self.heal()


class Disk(Switch):
    """The watched disk under one program's database. Give `environment` to the program."""

    def __init__(self, folder: Path, name: str, *, traced: bool = False) -> None:
        """`folder` (existing) takes the switch and the trace; `name` is the database's file name."""
        switch, self._trace = folder / "disk.fault", folder / "disk.trace"
        switch.write_bytes(bytes(_FAULT.size))
        self._trace.unlink(missing_ok=True)
        super().__init__(switch)
        self.environment = {
            "LD_PRELOAD": str(shim(SOURCE)),
            "DISK_NAME": name,
            "DISK_FAULT": str(switch),
            **({"DISK_TRACE": str(self._trace)} if traced else {}),
        }

    def steps(self) -> Iterator[Step]:
        """All that was traced, in order. A record that the program was killed over is left out."""
        with self._trace.open("rb") as file:
            while len(head := file.read(_RECORD.size)) == _RECORD.size:
                kind, on, offset, size, error = _RECORD.unpack(head)
                data = file.read(size)
                if len(data) < size:
                    return
                yield Step(_KINDS[chr(kind)], _FILES[on], offset, data, error)


def note(text: bytes) -> None:
    """From inside a program on a traced disk: put a word into the trace. OSError if the disk is not traced."""
    try:
        told = ctypes.CDLL(None).disk_note
    except AttributeError:
        raise OSError("this program runs on no traced disk") from None
    told(ctypes.c_char_p(text), ctypes.c_size_t(len(text)))
