"""Programs in processes of their own that start warm: each is forked from one process that has imported the server already.

A test that only needs a server, or a run of pytest, is spared the second that Python takes to read it all in. Tests of starting
itself use the installed commands.
"""

import os
import signal
import sys
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from types import TracebackType
from typing import Self

PRELOADED = (
    *("queue_server.app.main", "queue_server.app.run", "tests.fakes.house", "uvloop"),
    *("pytest", "hypothesis.stateful", "psycopg"),
)
_FORKED = get_context("forkserver")
_FORKED.set_forkserver_preload(list(PRELOADED))


class Warm:
    """A running program: `said` is its standard output, and what it says on standard error goes into a file."""

    def __init__(
        self,
        program: Callable[[list[str]], None],
        words: Sequence[str],
        errors: Path,
        environment: Mapping[str, str] | None = None,
        say: str = "",
    ) -> None:
        """Start it in this environment and with `say` on its standard input; `program` is a function of a module."""
        reader, writer = _FORKED.Pipe(duplex=False)
        heard = errors.with_suffix(".in")
        heard.write_text(say)
        self._process = _FORKED.Process(
            target=_become,
            args=(program, list(words), writer, heard, errors, dict(environment or os.environ)),
        )
        self._process.start()
        writer.close()
        self.said = os.fdopen(os.dup(reader.fileno()), encoding="utf-8")
        reader.close()
        assert self._process.pid is not None
        self.pid: int = self._process.pid

    def end(self, patience_s: float) -> int:
        """Its exit code, or minus the signal that ended it; AssertionError if it goes on for so long."""
        self._process.join(patience_s)
        code = self._process.exitcode
        assert code is not None, f"{self.pid} goes on"
        return code

    def kill(self) -> None:
        """SIGKILL, at whatever it is doing."""
        if self._process.exitcode is None:
            os.kill(self.pid, signal.SIGKILL)
        self._process.join()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Nothing of it is left."""
        self.kill()
        self._process.close()
        self.said.close()


def _become(
    program: Callable[[list[str]], None],
    words: list[str],
    out: Connection,
    heard: Path,
    errors: Path,
    environment: dict[str, str],
) -> None:
    """Be that program: its words, its environment, its streams."""
    os.environ.clear()
    os.environ.update(environment)
    for stream, path, flags in ((0, heard, os.O_RDONLY), (2, errors, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)):
        opened = os.open(path, flags)
        os.dup2(opened, stream)
        os.close(opened)
    os.dup2(out.fileno(), 1)
    out.close()
    if "LD_PRELOAD" in environment:  # a library comes before others only where a program is begun anew
        start = f"import sys; from {program.__module__} import {program.__name__} as it; it(sys.argv[1:])"
        os.execve(sys.executable, [sys.executable, "-c", start, *words], environment)
    sys.stdin = os.fdopen(0, encoding="utf-8", closefd=False)
    program(words)


def jiaohao_server(words: list[str]) -> None:
    """The server's command line."""
    from queue_server.app.main import main

    main(words)


def hasty(words: list[str]) -> None:
    """The server's command line, which pauses less between forecasts: who waits for one in a test waits for no pauses."""
    import pytest

    from queue_server.app import serve
    from queue_server.app.forecast.forecasts import Forecasts

    pytest.MonkeyPatch().setattr(serve, "Forecasts", partial(Forecasts, pause_s=0.2))
    jiaohao_server(words)


def planted(words: list[str]) -> None:
    """The server's command line with a fault, which `PLANT` names."""
    from tests.sabotage.server import planted as serve

    serve(words)


def pytest_run(words: list[str]) -> None:
    """A run of pytest. It would have rewritten the assertions of what is there already, which is not under test."""
    import pytest

    sys.exit(pytest.main(["-W", "ignore::pytest.PytestAssertRewriteWarning", *words]))
