"""A configuration document as TOML: read, and written the way people write one, names in two languages on one line.

Own and small, because a general writer would spread `{ zh = …, en = … }` over tables of their own. Comments are not in a document.
"""

import json
import re
import tomllib
from collections.abc import Mapping
from typing import Any

from queue_server.engine.design import FaultyHall
from queue_server.engine.document import Fault
from queue_server.engine.version import Version
from queue_server.wire.misfit import no_toml
from queue_server.wire.ticket import Text

_BARE = re.compile(r"[A-Za-z0-9_-]+")
_WIDTH = 120
MOST_DOTS = 64
"""In one line. Ours have two or three; the time and the memory that a key takes grow with the square of its parts, so that one of
200 KB would stop the whole server."""


def read(content: str) -> dict[str, Any]:
    """The document in a text. Raises FaultyHall for one that is not TOML; what stands in it is not looked at."""
    for number, line in enumerate(
        content.split("\n"), 1
    ):  # as TOML counts lines; a key never goes on in the next one
        if line.count(".") > MOST_DOTS:
            text = Text(
                f"第{number}行有{MOST_DOTS}个以上的点，请分成几行。",
                f"Line {number} has more than {MOST_DOTS} dots: make several lines of it.",
            )
            raise FaultyHall([Fault("", text)])
    try:
        return tomllib.loads(content)
    except (
        ValueError,
        RecursionError,
    ) as error:  # the library's own kind, or of a number with thousands of digits
        said = no_toml(error)
        raise FaultyHall([Fault("", Text(said.zh, f"This {said.en}"))]) from error


def write(document: Mapping[str, Any]) -> str:
    """A document of texts, numbers, truths, lists and tables as TOML; reading it gives an equal document in the same order.

    Only values of the whole document that are no tables come first, since TOML has no other place for them.
    """
    plain = [f"{_key(name)} = {_value(value)}" for name, value in document.items() if not _is_table(value)]
    parts = ["\n".join(plain)] if plain else []
    for name, value in document.items():
        if isinstance(value, Mapping) and _is_table(value):
            parts.append(_table(f"[{_key(name)}]", value))
        elif _is_table(value):
            parts += [_table(f"[[{_key(name)}]]", entry) for entry in value]
    return "\n\n".join(parts) + "\n"


def published(version: Version, document: Mapping[str, Any]) -> str:
    """A version as a file: its document, as it may be read, under a line that says which it is."""
    note = "".join(letter if letter.isprintable() else " " for letter in version.note)
    at = version.at.isoformat(timespec="seconds")
    return f"# 第{version.n}版 version {version.n} · {at} · {version.actor} · {note}\n\n{write(document)}"


def _is_table(value: Any) -> bool:
    """Whether a value of the document stands under a heading: a list of tables, or a table that is not a name in two languages."""
    if isinstance(value, list):
        return bool(value) and all(isinstance(entry, Mapping) for entry in value)
    return isinstance(value, Mapping) and value.keys() != {"zh", "en"}


def _table(heading: str, table: Mapping[str, Any]) -> str:
    return "\n".join([heading, *(f"{_key(name)} = {_value(value)}" for name, value in table.items())])


def _key(name: str) -> str:
    return name if _BARE.fullmatch(name) else _text(name)


def _value(value: Any) -> str:
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Mapping):
        inner = ", ".join(f"{_key(name)} = {_value(each)}" for name, each in value.items())
        return f"{{ {inner} }}" if inner else "{}"
    if isinstance(value, list):
        entries = [_value(each) for each in value]
        line = f"[{', '.join(entries)}]"
        return line if len(line) <= _WIDTH else "[\n" + "".join(f"  {each},\n" for each in entries) + "]"
    return repr(value)


def _text(text: str) -> str:
    """A basic string: TOML escapes as JSON does, and DEL too."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
