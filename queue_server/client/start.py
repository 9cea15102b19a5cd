"""How a console script begins: the program itself, or what to install where only a part of it is."""

import sys
from collections.abc import Callable
from importlib import import_module
from typing import Any

from queue_server.wire.fault import Fault

OURS = frozenset({"queue_server", "kiosk", "displays", "devices"})
UNUSABLE = 2
"""The exit status of a program that cannot be used as it is."""


class NotWhole(Fault):
    """A library is not there that a program needs. `extra` is what of this project brings it."""

    def __init__(self, program: str, library: str, extra: str) -> None:
        install = f'pip install ".[{extra}]"'
        super().__init__(
            f"{program}没有装全，缺少{library}；请在源码目录执行{install}，再启动",
            f"{program} is not installed whole, {library} is missing; in the source folder type: {install}, then start it again",
        )


def begin(program: str, module: str, extra: str) -> Any:
    """Run `main` of a module and return what it returns.

    Where a library is missing it is told on standard error what to install, and 2 is returned. One of Python's own, or a module
    of ours, is no such case: that is raised as it came.
    """
    try:
        main: Callable[[], Any] = import_module(module).main
    except ModuleNotFoundError as fault:
        library = (fault.name or "").partition(".")[0]
        if not library or library in OURS or library in sys.stdlib_module_names:
            raise
        print(NotWhole(program, library, extra), file=sys.stderr)  # noqa: T201 - whoever typed the command reads it
        return UNUSABLE
    return main()
