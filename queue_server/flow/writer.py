"""The writer: one thread that owns the store's connection and commits everything waiting in one transaction.

Whatever is handed over while a commit runs goes into the next one together (natural group commit): alone a command waits for one
fsync, under load many share it.
"""

import threading
from asyncio import AbstractEventLoop, Future
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from queue import Empty, SimpleQueue

import structlog

from queue_server.engine.state import State
from queue_server.flow.port import Store, Unavailable, Unit

log = structlog.get_logger(__name__)

Loaded = tuple[State, State, Iterable[bytes]]
RETRY_S = (0.05, 0.1, 0.2, 0.5, 1.0)
"""Pauses between attempts to get a failed store back; the last one repeats."""


class Writer:
    """Commits units in the order in which they are put, and says in the event loop what became of them.

    `opened(loaded, fault)` comes first; with a fault the store takes no changes, and is loaded again and again as after `failed`.
    `committed(units)` follows each durable transaction. `failed(fault)` follows one whose outcome is not known; from then on every
    unit of an earlier generation is dropped, and the store is loaded again and again until it answers.
    """

    def __init__(
        self,
        store: Store,
        load: Callable[[], Loaded],
        look: Callable[[], Loaded],
        *,
        opened: Callable[[Loaded, Exception | None], None],
        committed: Callable[[Sequence[Unit]], None],
        failed: Callable[[Exception], None],
        recovered: Callable[[State, State, Iterable[bytes]], None],
    ) -> None:
        """`load` reads two equal states and the kept scopes from the open store, `look` those of one that does not open; they run
        in the writer's thread.
        """
        self._store, self._load, self._look = store, load, look
        self._opened, self._committed, self._failed, self._recovered = opened, committed, failed, recovered
        self._queue: SimpleQueue[tuple[int, Sequence[Unit]] | None] = SimpleQueue()
        self._generation = 0
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self, loop: AbstractEventLoop) -> "Future[None]":
        """Begin: open the store and load it. The future fails with what the store says if it cannot even be read."""
        begun: Future[None] = loop.create_future()
        self._thread = threading.Thread(target=self._live, args=(loop, begun), name="writer", daemon=True)
        self._thread.start()
        return begun

    def put(self, generation: int, units: Sequence[Unit]) -> None:
        """Hand over units that were decided after `generation` failures."""
        self._queue.put((generation, units))

    def stop(self) -> None:
        """Commit what was put, close the store, end the thread. Blocks until then; call it outside the event loop."""
        self._stopping.set()
        self._queue.put(None)
        if self._thread is not None:
            self._thread.join()

    def _live(self, loop: AbstractEventLoop, begun: "Future[None]") -> None:
        """All the thread does: the store knows no other."""
        try:
            loaded, fault = self._open()
        except Exception as error:  # noqa: BLE001 - the thread's edge: whoever awaits the start is told
            loop.call_soon_threadsafe(begun.set_exception, error)
            return

        def opened() -> None:
            self._opened(loaded, fault)
            begun.set_result(None)

        loop.call_soon_threadsafe(opened)
        if fault is not None:
            self._recover(loop)
        self._run(loop)
        self._store.close()

    def _open(self) -> tuple[Loaded, Unavailable | None]:
        """What the store holds, and why it takes no changes if it takes none."""
        try:
            self._store.open()
            return self._load(), None
        except Unavailable as fault:
            with suppress(Unavailable):
                return self._look(), fault
            raise

    def _run(self, loop: AbstractEventLoop) -> None:
        ending = False
        while not ending:
            units, ending = self._gather()
            if not units:
                continue
            try:
                self._store.commit(units)
            except Exception as fault:  # noqa: BLE001 - the thread's edge: whatever it was, nobody knows what landed
                loop.call_soon_threadsafe(self._failed, fault)
                self._recover(loop)
            else:
                loop.call_soon_threadsafe(self._committed, units)

    def _gather(self) -> tuple[list[Unit], bool]:
        """Wait for units, then take everything that waits; True with the last ones. Those decided on a lost state are dropped."""
        item = self._queue.get()
        units: list[Unit] = []
        while item is not None:
            generation, more = item
            if generation == self._generation:
                units += more
            try:
                item = self._queue.get_nowait()
            except Empty:
                return units, False
        return units, True

    def _recover(self, loop: AbstractEventLoop) -> None:
        """Load until the store answers."""
        self._generation += 1
        attempt = 0
        while not self._stopping.wait(RETRY_S[min(attempt, len(RETRY_S) - 1)]):
            attempt += 1
            try:
                self._store.open()
                loaded = self._load()
            except Unavailable:
                continue
            except Exception:
                # the thread's edge: a writer that ended here would leave the hall shut for good
                log.exception("store.not_loaded")
                continue
            loop.call_soon_threadsafe(self._recovered, *loaded)
            return
