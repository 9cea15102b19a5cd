"""Counter PCs may run Windows: what the agent loads at its start must exist there."""

import ast
from pathlib import Path

import pytest

import devices

HERE = Path(devices.__file__).parent
POSIX_ONLY = {"termios", "fcntl", "pty", "tty", "pwd", "grp", "resource", "posix", "readline", "syslog"}
LOADED = [
    p for room in ("codec", "transport", "driver", "agent") for p in sorted((HERE / room).rglob("*.py"))
]


def at_load(path: Path) -> set[str]:
    """The modules that a file imports when it is loaded; an import under `if` has its own guard."""
    names: set[str] = set()
    for node in ast.parse(path.read_text("utf-8")).body:
        if isinstance(node, ast.Import):
            names |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names.add((node.module or "").partition(".")[0])
    return names


@pytest.mark.parametrize("path", LOADED, ids=lambda p: str(p.relative_to(HERE)))
def test_nothing_that_only_posix_has_is_loaded(path: Path) -> None:
    assert not at_load(path) & POSIX_ONLY
