"""What the tree itself promises: small modules, honest names, documented doors, nothing of one machine."""

import ast
import re
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("queue_server", "kiosk", "displays", "devices")
MODULES = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))
TEXT = {
    ".py",
    ".toml",
    ".md",
    ".html",
    ".js",
    ".mjs",
    ".css",
    ".kv",
    ".svg",
    ".json",
    ".sh",
    ".txt",
    ".ini",
    ".yaml",
    "",
}
SHAPELESS = re.compile(r"(^|_)(utils?|helpers?|managers?|commons?|misc|base)(_|$)")
MOST_LINES = 600

MACHINE_PATHS = tuple(f"/{folder}/" for folder in ("work", "root", "Users"))
REGISTRIES = tuple(
    ".".join(parts)
    for parts in (
        ("pypi", "org"),
        ("pythonhosted", "org"),
        ("npmjs", "org"),
        ("npmjs", "com"),
        ("yarnpkg", "com"),
        ("tuna", "tsinghua"),
        ("mirrors", "aliyun"),
        ("jsdelivr", "net"),
        ("unpkg", "com"),
        ("deb", "debian", "org"),
    )
)


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def committed() -> list[Path]:
    """Every file that is in the repository or would be with the next `git add`."""
    listed = subprocess.run(
        ["git", "-c", "safe.directory=*", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
    ).stdout.decode()
    return [path for line in listed.split("\0") if line and (path := ROOT / line).is_file()]


def undocumented(tree: ast.Module) -> Iterator[str]:
    """Public modules, classes, functions and methods that say nothing about themselves."""
    if tree.body and ast.get_docstring(tree) is None:
        yield "the module"
    doors: list[tuple[str, ast.AST]] = [("", tree)]
    while doors:
        prefix, node = doors.pop()
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                public = not child.name.startswith("_")
                if public and ast.get_docstring(child) is None and not _derived(child):
                    yield f"{prefix}{child.name}"
                if public and isinstance(child, ast.ClassDef):
                    doors.append((f"{prefix}{child.name}.", child))


def _derived(node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) -> bool:
    """Overloads and overrides promise what the thing they stand for promises."""
    names = {ast.unparse(mark).rpartition(".")[2] for mark in node.decorator_list}
    return not names.isdisjoint({"override", "overload", "setter"})


def test_the_server_package_is_empty_so_that_clients_enter_by_wire_and_client_only() -> None:
    assert (ROOT / "queue_server" / "__init__.py").read_text(encoding="utf-8") == ""


@pytest.mark.parametrize("package", PACKAGES)
def test_no_module_is_longer_than_can_be_read_at_once(package: str) -> None:
    lengths = {
        name(path): len(path.read_text(encoding="utf-8").splitlines())
        for path in MODULES
        if path.is_relative_to(ROOT / package)
    }
    assert {file: lines for file, lines in lengths.items() if lines > MOST_LINES} == {}


def test_no_file_has_a_name_that_says_nothing() -> None:
    ours = [path for path in committed() if path.relative_to(ROOT).parts[0] in (*PACKAGES, "tests", "tools")]
    allowed = {"queue_server/store/base.py"}  # the one abstract store, which all stores are
    nameless = {name(path) for path in ours if SHAPELESS.search(path.stem) and "vendor" not in path.parts}
    assert nameless - allowed == set()


@pytest.mark.parametrize("package", PACKAGES)
def test_every_public_thing_says_what_it_promises(package: str) -> None:
    silent = {}
    for path in MODULES:
        if path.is_relative_to(ROOT / package):
            found = list(undocumented(ast.parse(path.read_text(encoding="utf-8"))))
            if found:
                silent[name(path)] = found
    assert silent == {}


def test_the_search_for_silent_things_finds_them() -> None:
    silent = ast.parse("class A:\n  def open(self): ...\n  def _own(self): ...\ndef b():\n  'said'\n")
    assert list(undocumented(silent)) == ["the module", "A", "A.open"]


def test_no_file_knows_somebodys_machine_or_a_registry() -> None:
    found = set()
    for path in committed():
        if path.suffix in TEXT and path != Path(__file__):
            text = path.read_text(encoding="utf-8", errors="replace")
            found |= {f"{name(path)}: {word}" for word in (*MACHINE_PATHS, *REGISTRIES) if word in text}
    assert found == set()


def test_no_work_is_left_for_later_in_the_packages() -> None:
    unfinished = re.compile(r"\b(TODO|FIXME|XXX|NotImplementedError)\b")
    left = {
        f"{name(path)}:{number}"
        for path in MODULES
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if unfinished.search(line)
    }
    assert left == set()


def test_every_pin_is_one_exact_version_without_an_address() -> None:
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pins = [line for line in lines if line and not line.startswith("#")]
    assert [pin for pin in pins if not re.fullmatch(r"[A-Za-z0-9_.-]+==[0-9][0-9A-Za-z.+!-]*", pin)] == []


def test_every_library_we_name_is_pinned() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    named = [
        *project["dependencies"],
        *(one for extra in project["optional-dependencies"].values() for one in extra),
    ]
    pinned = {
        _plain(line.partition("==")[0])
        for line in (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    }
    elsewhere = {"jiaohao", "tzdata"}  # ourselves, and what only Windows needs
    assert {_plain(re.split(r"[\[><=;! ]", one)[0]) for one in named} - pinned - elsewhere == set()


def _plain(library: str) -> str:
    """A library's name as registries compare it."""
    return re.sub(r"[-_.]+", "-", library).lower()
