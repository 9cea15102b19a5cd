"""One server to a data folder."""

import fcntl
import os
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from queue_server.store.error import StoreInUse

ROOM = "room"
ROOM_BYTES = 128 * 1024
"""SQLite needs a quarter of it to open a database that was closed in order, even to read it."""


class FolderLock:
    """Holds a data folder while it is open; the system lets go of it when the process ends, however it ends.

    Use it as a context manager, or `take` and `release`. The file stays: removing it would let two servers lock two files.

    Whoever lets go leaves some room behind, which `make_room` gives to the next one on a disk that is full by then.
    """

    def __init__(self, folder: Path) -> None:
        """For an existing folder."""
        self._folder = folder
        self._file: int | None = None
        self._told = False
        self.cut_off = False
        """Whether the holder before was cut off: what it noted is still there."""

    def take(self) -> None:
        """Hold the folder. Raises StoreInUse if another process does, OSError if the folder cannot be written."""
        file = os.open(self._folder / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            os.close(file)
            raise StoreInUse(str(self._folder)) from error
        self._file = file
        self.cut_off = bool(self.noted(self._folder))

    def note(self, text: str) -> None:
        """Write where the holder can be found; it stays readable by `noted`, also after a power cut. Nothing happens if the folder
        is not held.

        On a full disk the note is missing: nobody serves less for it.
        """
        if self._file is not None:
            self._told = True
            with suppress(OSError):
                os.ftruncate(self._file, 0)
                os.pwrite(self._file, text.encode(), 0)
                os.fsync(self._file)

    @staticmethod
    def make_room(folder: Path) -> None:
        """Let the disk have what the last holder left for it; before anything in the folder is opened."""
        with suppress(OSError):
            (folder / ROOM).unlink()

    @staticmethod
    def noted(folder: Path) -> str:
        """What a folder's holder noted, or one that was cut off; empty if nothing."""
        try:
            return (folder / "lock").read_text(encoding="utf-8")
        except OSError:
            return ""

    def release(self) -> None:
        """Let go, and take back what was noted; nothing happens if it is not held."""
        if self._told:
            self.note("")
        file, self._file, self._told = self._file, None, False
        if file is not None:
            with suppress(OSError):
                self._leave_room()
            with suppress(OSError):
                os.close(file)

    def _leave_room(self) -> None:
        room = os.open(self._folder / ROOM, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            os.posix_fallocate(room, 0, ROOM_BYTES)
        finally:
            os.close(room)

    def __enter__(self) -> Self:
        self.take()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()
