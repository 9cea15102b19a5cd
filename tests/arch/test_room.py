"""Who may import whom: what .importlinter cannot say of rooms' __init__ files, and the proof that it sees."""

import ast
import configparser
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CLIENTS = ("kiosk", "displays", "devices")
DOORS = ("queue_server.wire", "queue_server.client")
PURE = (
    "queue_server/engine",
    "queue_server/views",
    "queue_server/wire",
    "devices/codec",
    "kiosk/model",
    "displays/model",
)


def imported(path: Path) -> set[str]:
    """Every module that a file imports, at its top or inside a function."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def forbidden() -> set[str]:
    """What pure rooms never import, as the import contract lists it."""
    contracts = configparser.ConfigParser()
    contracts.read(ROOT / ".importlinter", encoding="utf-8")
    return set(contracts["importlinter:contract:pure"]["forbidden_modules"].split())


@pytest.mark.parametrize("client", CLIENTS)
def test_a_client_enters_the_server_by_wire_and_client_only(client: str) -> None:
    inside = {
        f"{path.relative_to(ROOT)}: {module}"
        for path in sorted((ROOT / client).rglob("*.py"))
        for module in imported(path)
        if module.startswith("queue_server.") and not module.startswith(DOORS)
    }
    assert inside == set()


def test_the_doors_of_pure_rooms_are_as_pure_as_the_rooms() -> None:
    never = forbidden()
    assert {"asyncio", "time", "os", "socket", "sqlite3", "kivy"} <= never
    impure = {
        f"{room}: {module}"
        for room in PURE
        for path in (ROOT / room).glob("__init__.py")
        for module in imported(path)
        if module.partition(".")[0] in never
    }
    assert impure == set()


PLANTED = {
    "a pure room reads the clock": ("queue_server/engine/planted.py", "import time\n"),
    "wire looks up to the engine": (
        "queue_server/wire/planted.py",
        "from queue_server.engine import planted_rule\n",
    ),
    "a device reaches into the engine": (
        "devices/agent/planted.py",
        "from queue_server.engine import planted_rule\n",
    ),
    "the server imports a device": (
        "queue_server/app/planted.py",
        "from devices.codec import planted_rule\n",
    ),
    "a driver opens a serial line itself": ("devices/driver/planted.py", "import serial\n"),
    "a codec knows a transport": ("devices/codec/planted.py", "from devices.transport import planted_rule\n"),
    "a new room that nobody drew": ("queue_server/attic/planted.py", "import json\n"),
    "the kiosk's model draws": ("kiosk/model/planted.py", "import kivy.app\n"),
}


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of our packages, in which a wrong import may be planted."""
    copy = tmp_path_factory.mktemp("house")
    for package in ("queue_server", *CLIENTS):
        shutil.copytree(
            ROOT / package, copy / package, ignore=shutil.ignore_patterns("__pycache__", "fonts", "static")
        )
    shutil.copy(ROOT / ".importlinter", copy)
    for room in ("queue_server/engine", "devices/codec", "devices/transport"):
        (copy / room).mkdir(exist_ok=True)
        (copy / room / "__init__.py").touch()
        (copy / room / "planted_rule.py").write_text("", encoding="utf-8")
    return copy


def linted(house: Path) -> subprocess.CompletedProcess[str]:
    """What the linter says of the copy; the copy stands first on the path, before the installed packages."""
    command = "import sys; sys.path.insert(0, '.'); from importlinter.cli import *; lint_imports_command()"
    return subprocess.run(
        [sys.executable, "-c", command, "--no-cache", "--no-logo"],
        cwd=house,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("fault", PLANTED)
def test_a_planted_import_breaks_its_contract(house: Path, fault: str) -> None:
    place, line = PLANTED[fault]
    path = house / place
    room_is_new = not path.parent.exists()
    path.parent.mkdir(parents=True, exist_ok=True)
    door = path.parent / "__init__.py"
    if not door.exists():
        door.touch()
    path.write_text(line, encoding="utf-8")
    try:
        outcome = linted(house)
    finally:
        path.unlink()
        if room_is_new:
            shutil.rmtree(path.parent)
    assert outcome.returncode == 1, outcome.stdout + outcome.stderr
    assert "BROKEN" in outcome.stdout
    assert path.stem in outcome.stdout or path.parent.name in outcome.stdout


def test_without_a_planted_import_every_contract_is_kept(house: Path) -> None:
    outcome = linted(house)
    assert outcome.returncode == 0, outcome.stdout + outcome.stderr
    assert "0 broken" in outcome.stdout
