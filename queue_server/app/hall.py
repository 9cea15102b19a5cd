"""The hall's configuration file: `hall.toml` read into a Hall, or every fault in it at once."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from queue_server.engine import toml
from queue_server.engine.config import proposed
from queue_server.engine.design import FaultyHall
from queue_server.engine.document import Fault
from queue_server.engine.hall import Hall
from queue_server.wire.ticket import Text

SHIPPED = Path(__file__).with_name("hall.toml")
"""The hall that comes with the program: ten zones, 68 windows."""
BRANCH = Path(__file__).parent / "sample" / "branch.toml"
"""A sample of a small branch hall with six windows."""


DATABASE = b"SQLite format 3\0"
"""How a database of SQLite begins, and so a backup."""
SAMPLES: Mapping[str, Path] = {"hall": SHIPPED, "branch": BRANCH}
"""Halls to begin with, by their names in addresses."""


class Loaded(msgspec.Struct, frozen=True):
    """A usable hall, what in its configuration is probably not meant, and the document as it stood in the file."""

    hall: Hall
    warnings: tuple[Fault, ...]
    document: dict[str, Any]


def load(path: Path = SHIPPED) -> Loaded:
    """The hall in a file. Raises FaultyHall with every fault, also when the file cannot be read."""
    raw = content(path)
    if raw.startswith(DATABASE):
        zh = "是数据库或备份，不是大厅配置；恢复备份请用jiaohao-server restore。"
        raise FaultyHall(
            [
                _whole(
                    zh,
                    "This is a database or a backup and no configuration; a backup is restored by restore.",
                )
            ]
        )
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise FaultyHall(
            [_whole(f"{path}不是UTF-8编码，请另存为UTF-8。", f"{path} is not UTF-8; save it as UTF-8.")]
        ) from error
    return read(text)


def content(path: Path) -> bytes:
    """What a file holds. Raises FaultyHall if it cannot be read."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise FaultyHall(
            [_whole(f"无法读取{path}，请检查文件和权限。", f"{path} cannot be read ({error.strerror}).")]
        ) from error


def read(text: str) -> Loaded:
    """The hall that a TOML text describes. Raises FaultyHall with every fault."""
    return made(toml.read(text))


def made(document: dict[str, Any]) -> Loaded:
    """The hall that a document describes. Raises FaultyHall with every fault."""
    found = proposed(document)
    return Loaded(found.hall, found.warnings, document)


def _whole(zh: str, en: str) -> Fault:
    return Fault("", Text(zh, en))
