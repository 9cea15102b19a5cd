"""What the pages for people say is so: links lead somewhere; settings, commands and error codes are told as the code has them."""

import argparse
import re
import tomllib
import types
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Union, get_args, get_origin

import click
import msgspec
import pytest

from devices.agent.config import Config as DevicesConfig
from devices.agent.main import options as devices_options
from displays.app.config import Config as DisplayConfig
from displays.app.main import options as display_options
from kiosk.app.config import Config as KioskConfig
from kiosk.app.main import main as kiosk_main
from queue_server.app.main import main as server_main
from queue_server.app.server import ServerDocument
from queue_server.engine.plan import Document as HallConfig
from queue_server.wire.error import CODES
from queue_server.wire.ticket import Text
from tools import errors, roles

ROOT = Path(__file__).parents[2]
PAGES = (ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md")))
CONFIGURATION = ROOT / "docs" / "configuration.md"
LINK = re.compile(
    r"\]\(\s*<?([^)\s>]+)>?[^)]*\)|\b(?:src|href)=[\"']([^\"']+)[\"']|^\[[^\]]+\]:\s*(\S+)", re.MULTILINE
)
CODE = re.compile(r"^( *)(```|~~~).*?^\1\2|`[^`\n]*`", re.MULTILINE | re.DOTALL)
ELSEWHERE = re.compile(r"[a-z]+:")
REQUIRED = "必填 required"
NONE = "—"


def links(text: str) -> Iterator[tuple[str, str]]:
    """What a page links to or shows inside this repository: the file, "" for itself, and the place in it."""
    for found in LINK.findall(CODE.sub("", text)):
        target = next(part for part in found if part)
        if not ELSEWHERE.match(target):
            file, _, place = target.partition("#")
            yield file, place


def places(text: str) -> set[str]:
    """The names by which the headings of a page are linked to."""
    fenced = re.compile(r"^( *)(```|~~~).*?^\1\2", re.MULTILINE | re.DOTALL)
    headings = re.findall(r"^#+ (.*)$", fenced.sub("", text), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-") for heading in headings}


def dead(page: Path) -> list[str]:
    """The links of a page that lead nowhere."""
    found = []
    for file, place in links(page.read_text(encoding="utf-8")):
        path = page.parent / file if file else page
        if not path.exists() or (place and place not in places(path.read_text(encoding="utf-8"))):
            found.append(f"{file}#{place}" if place else file)
    return found


def tables(text: str) -> dict[str, dict[str, list[str]]]:
    """Heading -> name in the first cell of a row -> the row's other cells; names stand in backquotes."""
    found: dict[str, dict[str, list[str]]] = {}
    heading = ""
    for line in text.splitlines():
        if line.startswith("#"):
            heading = line.lstrip("# ").replace("`", "")
        elif row := re.match(r"\| `([^`]+)` \|(.*)\|$", line):
            found.setdefault(heading, {})[row[1]] = [cell.strip() for cell in row[2].split(" | ")]
    return found


def settings(file: str, kind: type[msgspec.Struct]) -> dict[str, dict[str, str]]:
    """The tables of a settings file as its structs have them: heading -> key -> default as the page writes it."""
    found: dict[str, dict[str, str]] = {file: {}}
    for field in msgspec.structs.fields(kind):
        inner, many = _table(field.type)
        if inner is None:
            found[file][field.encode_name] = _default(field)
        else:
            name = f"[[{field.encode_name}]]" if many else f"[{field.encode_name}]"
            found.update(_nested(file, name, inner))
    return found


def _nested(file: str, name: str, kind: type[msgspec.Struct]) -> dict[str, dict[str, str]]:
    """A table under its heading, and the tables inside its rows under theirs."""
    fields = msgspec.structs.fields(kind)
    found = {f"{file} {name}": {field.encode_name: _default(field) for field in fields}}
    for field in fields:
        inner, _ = _table(field.type)
        if inner is not None:
            found.update(_nested(file, name.replace("]", f".{field.encode_name}]", 1), inner))
    return found


def _table(kind: Any) -> tuple[type[msgspec.Struct] | None, bool]:
    """The struct of a field that is a table of its own, and whether it may be repeated."""
    if get_origin(kind) in {Union, types.UnionType}:
        kind = next(part for part in get_args(kind) if part is not type(None))
    many = get_origin(kind) is tuple
    if many:
        kind = get_args(kind)[0]
    table = isinstance(kind, type) and issubclass(kind, msgspec.Struct) and kind is not Text
    return (kind, many) if table else (None, False)


def _default(field: msgspec.structs.FieldInfo) -> str:
    if field.required:
        return REQUIRED
    if field.default_factory is dict:
        return "`{}`"
    value = field.default
    if value is None or value == Text("", ""):
        return NONE
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    if isinstance(value, str):
        return f'`"{value}"`'
    if isinstance(value, tuple) and not value:
        return "`[]`"
    return f"`{value}`" if isinstance(value, int) else f"`{value:g}`"


def options(command: click.Command, name: str) -> Iterator[tuple[str, set[str]]]:
    """Every command that does something, by its full name, with its long options."""
    if isinstance(command, click.Group):
        for word, inner in command.commands.items():
            yield from options(inner, f"{name} {word}")
    else:
        yield (
            name,
            {
                long
                for each in command.params
                if each.expose_value  # not --version, which every program has
                for long in each.opts
                if long.startswith("--")
            },
        )


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_and_picture_of_a_page_is_there(path: Path) -> None:
    assert dead(path) == []


def test_the_search_for_dead_links_finds_them(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(
        "# Here `[it]` is\n[a](gone.md#part) ![b](page.md) `[c](code.md)` [d](https://e.f) [e](#here-it-is) [f](#there)\n"
        "<img src='gone.png'>\n```\n[g](fenced.md)\n```\n[h]: gone-too.md\n",
        encoding="utf-8",
    )
    assert dead(page) == ["gone.md#part", "#there", "gone.png", "gone-too.md"]


@pytest.mark.parametrize(
    "file,kind",
    [
        ("hall.toml", HallConfig),
        ("server.toml", ServerDocument),
        ("kiosk.toml", KioskConfig),
        ("devices.toml", DevicesConfig),
        ("display.toml", DisplayConfig),
    ],
)
def test_every_setting_of_a_file_is_explained_with_its_default(file: str, kind: type[msgspec.Struct]) -> None:
    told = tables(CONFIGURATION.read_text(encoding="utf-8"))
    page = {
        heading: {key: cells[0] for key, cells in rows.items()}
        for heading, rows in told.items()
        if heading.split(" ")[0] == file
    }
    assert page == settings(file, kind)


def test_every_variable_of_the_environment_is_explained() -> None:
    packages = [ROOT / package for package in ("queue_server", "kiosk", "displays", "devices")]
    sources = [path for package in packages for path in package.rglob("*.py")]
    used = {
        name
        for path in sources
        for name in re.findall(r"\bJIAOHAO_[A-Z]+\b", path.read_text(encoding="utf-8"))
    }
    told = tables(CONFIGURATION.read_text(encoding="utf-8"))["环境变量 Environment"]
    assert len(used) > 3
    assert set(told) == used


def tasks(parser: argparse.ArgumentParser, name: str) -> Iterator[tuple[str, set[str]]]:
    """As `options`, of a command line that is argparse's own."""
    found = set()
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for word, inner in action.choices.items():
                yield from tasks(inner, f"{name} {word}")
        else:
            found |= {long for long in action.option_strings if long.startswith("--")}
    yield name, found - {"--help", "--version"}


def test_every_command_is_explained_with_its_options() -> None:
    known = {
        **dict(options(server_main, "jiaohao-server")),
        **dict(options(kiosk_main, "jiaohao-kiosk")),
        **dict(tasks(devices_options(), "jiaohao-devices")),
        **dict(tasks(display_options(), "jiaohao-display")),
    }
    told = tables(CONFIGURATION.read_text(encoding="utf-8"))["命令 Commands"]
    page = {name: set(re.findall(r"`(--[a-z]+)", " ".join(cells))) for name, cells in told.items()}
    assert page == known


def test_every_installed_program_is_among_the_commands() -> None:
    scripts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["scripts"]
    told = tables(CONFIGURATION.read_text(encoding="utf-8"))["命令 Commands"]
    assert {name.split(" ")[0] for name in told} == set(scripts)


def test_the_page_of_error_codes_is_what_the_server_answers() -> None:
    page = errors.PAGE.read_text(encoding="utf-8")
    assert page == errors.page(), "write it again: .venv/bin/python tools/errors.py"
    assert {code for rows in tables(page).values() for code in rows} == set(CODES)


def test_the_page_of_roles_is_what_the_server_checks_by() -> None:
    assert roles.PAGE.read_text(encoding="utf-8") == roles.page(), (
        "write it again: .venv/bin/python tools/roles.py"
    )


def test_decisions_are_numbered_without_a_gap_and_each_says_its_own_number() -> None:
    pages = sorted((ROOT / "docs" / "adr").glob("*.md"))
    assert [int(page.name[:4]) for page in pages] == list(range(1, len(pages) + 1))
    for page in pages:
        assert page.read_text(encoding="utf-8").startswith(f"# {int(page.name[:4])}. "), page.name
