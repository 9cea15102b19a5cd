"""Every process that a program has brought about ends with it: also when its work fails or is interrupted, wherever that is.

A process that was orphaned becomes a child of this one (Linux), so that none is out of reach. SIGKILL of the program itself is past
helping: then the system ends only those that asked for it.
"""

import contextlib
import ctypes
import os
import shutil
import signal
import sys
import threading
import traceback
from pathlib import Path
from time import monotonic, sleep
from types import FrameType, TracebackType
from typing import Self

GRACE_S = 10.0
"""How long, in real seconds, processes have for an orderly end, and then work in a thread to notice that they are gone."""
INTERRUPTS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_PR_SET_CHILD_SUBREAPER = 36  # linux/prctl.h


def offspring() -> set[int]:
    """The processes that this one has brought about, and they, and so on, as far as they run."""
    parents: dict[int, int] = {}
    for entry in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            state, parent = (entry / "stat").read_text().rpartition(")")[2].split()[:2]
            if state != "Z":
                parents[int(entry.name)] = int(parent)
    found, fresh = set[int](), {os.getpid()}
    while fresh:
        fresh = {pid for pid, parent in parents.items() if parent in fresh} - found
        found |= fresh
    return found


class Offspring:
    """What a block brings about; at its end nothing of that runs, and its folder is gone."""

    def __init__(self, folder: Path, grace_s: float = GRACE_S) -> None:
        """`folder` is removed where the program has to be ended in the midst of its work."""
        self._folder, self._grace_s = folder, grace_s
        self._over = threading.Event()
        self._why: BaseException | None = None
        self._ending = threading.Thread(target=self._end, daemon=True)

    def __enter__(self) -> Self:
        if sys.platform == "linux":
            ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        self.end()
        self._ending.join()

    def listen(self) -> None:
        """From now on an interrupt ends all of it, and then is what it was. `asyncio.run` has its own by then."""
        was = signal.getsignal(signal.SIGINT)

        def heard(number: int, frame: FrameType | None) -> None:
            self.end()
            if callable(was):
                was(number, frame)

        for each in INTERRUPTS:
            signal.signal(each, heard)

    def end(self, why: BaseException | None = None) -> None:
        """Begin to end all of it; the program itself too, if its work does not notice. Then it says `why`."""
        self._why = self._why or why
        with contextlib.suppress(RuntimeError):  # it has begun
            self._ending.start()

    def _end(self) -> None:
        for pid in offspring():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL if _ignores(pid) else signal.SIGTERM)
        until = monotonic() + self._grace_s
        while offspring() and monotonic() < until:
            sleep(0.05)
        self._kill()
        if not self._over.wait(self._grace_s):  # in some thread work goes on, for which Python would wait
            self._kill()
            shutil.rmtree(self._folder, ignore_errors=True)
            sys.stderr.write("".join(traceback.format_exception(self._why)) if self._why else "interrupted\n")
            sys.stderr.flush()
            os._exit(1)
        self._kill()

    def _kill(self) -> None:
        while left := offspring():
            for pid in left:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            sleep(0.05)


def _ignores(pid: int) -> bool:
    """Whether a process takes no notice of SIGTERM, as some of Python's own do."""
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("SigIgn:"):
                return bool(int(line.split()[1], 16) >> (signal.SIGTERM - 1) & 1)
    return False
