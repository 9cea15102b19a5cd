"""Two joined ends in one process: what one writes the other reads. For tests and for mounted simulators."""

import asyncio

from devices.transport.error import closed


class NullPort:
    """One end of a pair."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._peer: NullPort | None = None
        self._queue: asyncio.Queue[bytes | None] = asyncio.Queue()
        self._open = True

    def join(self, peer: "NullPort") -> None:
        """Makes `peer` the far end of this one, one way."""
        self._peer = peer

    async def read(self) -> bytes:
        """See Port.read."""
        data = await self._queue.get() if self._open or not self._queue.empty() else None
        if data is None:
            self._open = False
            raise closed(self.name)
        return data

    async def write(self, data: bytes, limit_s: float) -> None:  # noqa: ARG002 - it never waits
        """See Port.write."""
        if not self.post(data):
            raise closed(self.name)

    def post(self, data: bytes) -> bool:
        """Writes without waiting; False if the cable is out."""
        if not self._open or self._peer is None:
            return False
        if data:
            self._peer.give(data)
        return True

    def give(self, data: bytes | None) -> None:
        """Puts bytes (or, with None, the end) before this end's reader."""
        self._queue.put_nowait(data)

    def close(self) -> None:
        """Closes both ends, as pulling a cable does."""
        if self._open:
            self._open = False
            self._queue.put_nowait(None)
            if self._peer is not None:
                self._peer.hang_up()

    def hang_up(self) -> None:
        """The far end was closed: the reader sees what came before, then the end."""
        if self._open:
            self._queue.put_nowait(None)
        self._open = False


def pair(name: str = "null") -> tuple[NullPort, NullPort]:
    """Two ends of one cable."""
    ours, theirs = NullPort(name), NullPort(f"{name}'")
    ours.join(theirs)
    theirs.join(ours)
    return ours, theirs
