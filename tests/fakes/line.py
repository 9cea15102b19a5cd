"""A line between a program and a server that can be cut, or lose what is answered: nothing comes through, and nobody is told."""

import asyncio
from asyncio import StreamReader, StreamWriter, Task
from collections.abc import Callable


class Line:
    """Passes on whatever comes to its own port, in the loop that opened it."""

    def __init__(self, to: int) -> None:
        """To a port of this machine."""
        self._to = to
        self._open = asyncio.Event()
        self._open.set()
        self._answers = asyncio.Event()
        self._answers.set()
        self._mark = b""
        self._then: Callable[[], object] = lambda: None
        self._ends: set[StreamWriter] = set()
        self._tasks: set[Task[None]] = set()
        self._server: asyncio.Server | None = None
        self.port = 0

    async def lay(self) -> "Line":
        """Begin."""
        self._server = await asyncio.start_server(self._pass, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    def cut(self) -> None:
        """Let nothing through any more; whoever is connected stays so."""
        self._open.clear()

    def deafen(self) -> None:
        """Let through what is asked, and nothing of what is answered."""
        self._answers.clear()

    def after(self, mark: bytes, then: Callable[[], object]) -> None:
        """Do something as soon as an answer with these bytes has been let through."""
        self._mark, self._then = mark, then

    def turn(self, to: int) -> None:
        """Pass on to another port from now on; who was connected is cut off."""
        if to != self._to:
            self._to = to
            self.mend()

    def mend(self) -> None:
        """Let new connections through; those of before are gone."""
        for end in tuple(self._ends):
            end.transport.abort()
        self._open.set()
        self._answers.set()

    async def take_up(self) -> None:
        """End it."""
        if self._server is not None:
            self._server.close()
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for end in tuple(self._ends):
            end.transport.abort()

    async def _pass(self, reader: StreamReader, writer: StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        self._ends.add(writer)
        try:
            await self._open.wait()
            there_in, there_out = await asyncio.open_connection("127.0.0.1", self._to)
            self._ends.add(there_out)
            try:
                await asyncio.gather(
                    self._pump(reader, there_out, self._open), self._pump(there_in, writer, self._answers)
                )
            finally:
                self._ends.discard(there_out)
                there_out.transport.abort()
        except (OSError, asyncio.CancelledError):
            pass
        finally:
            self._ends.discard(writer)
            self._tasks.discard(task)
            writer.transport.abort()

    async def _pump(self, reader: StreamReader, writer: StreamWriter, gate: asyncio.Event) -> None:
        while data := await reader.read(65536):
            await self._open.wait()
            await gate.wait()
            writer.write(data)
            await writer.drain()
            if gate is self._answers and self._mark and self._mark in data:
                self._mark = b""
                self._then()
        raise ConnectionResetError
