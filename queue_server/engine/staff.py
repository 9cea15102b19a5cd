"""Staff from a CSV file, put into a hall's document: 账号,岗位,姓名,部门,技能,便民条件, that is the columns of COLUMNS.

The first three make accounts, which are kept apart from the hall (`auth.account`). What a line says in the others is what the hall
knows of somebody from then on; a line that ends before them says nothing of them.
"""

import re
import unicodedata
from collections.abc import Container, Iterator, Mapping
from typing import Any

from queue_server.engine.design import FaultyHall, design
from queue_server.engine.sheet import rows
from queue_server.wire.ticket import Text

COLUMNS = ("name", "role", "shown", "department", "skills", "abilities")
FEWEST = 3
"""Columns that every line has."""
HEADS = ("name", "账号", "sign-in name")
"""What the first cell of a first line is, in small letters, that holds nobody but the names of the columns."""
_SPLIT = re.compile(r"[,，;；、\n]+")
_PLACE = re.compile(r"staff\[(\d+)\]")

Faults = list[tuple[int, Text]]
"""What is wrong in which lines, counted from 1."""


def tells(content: bytes) -> bool:
    """Whether a file says anything of departments, skills or abilities. Raises NotASheet."""
    return any(len(cells) > FEWEST for _, cells in rows(content))


def merged(
    document: Mapping[str, Any], content: bytes, abilities: Mapping[str, str]
) -> tuple[dict[str, Any], Faults]:
    """The document with what a file says of its staff, and what is wrong with it. Raises NotASheet.

    Departments and services are named by their code, or by their name where only one is called so, abilities by any word of
    `abilities`, which tells its own. Nobody is taken out, and somebody of whom nothing is said gets no row.
    """
    known: dict[str, Mapping[str, tuple[str, ...]]] = {
        "department": _named(document, "departments"),
        "skills": _named(document, "services"),
        "abilities": {word: (one,) for word, one in abilities.items()},
    }
    staff = {str(row.get("id")): dict(row) for row in document.get("staff", ())}
    lines: dict[str, int] = {}
    faults: Faults = []

    for line, cells in rows(content):
        name = unicodedata.normalize("NFKC", cells[0]).strip()
        said = dict(zip(COLUMNS[FEWEST:], cells[FEWEST:], strict=False))
        if (line == 1 and name.lower() in HEADS) or not (any(said.values()) or (said and name in staff)):
            continue
        row = {key: value for key, value in staff.get(name, {"id": name}).items() if key not in said}
        for key, cell in said.items():
            words = [cell] if key == "department" else _named_in(cell, known[key])
            meant: list[str] = []
            for word in filter(None, words):
                codes = known[key].get(word, ())
                meant += codes
                if len(codes) != 1:
                    faults.append((line, _unclear(key, word, codes)))
            if meant:
                row[key] = meant[0] if key == "department" else meant
        staff[name], lines[name] = row, line
    if not lines:
        return dict(document), faults
    made = dict(document) | {"staff": list(staff.values())}
    if not faults:
        faults += _design(made, [lines.get(name, 0) for name in staff])
    return made, faults


def _named_in(cell: str, known: Container[str]) -> Iterator[str]:
    """What a cell names, one by one: a name may have spaces in it, and a space may be all that stands between two."""
    for piece in _SPLIT.split(cell):
        words, unknown = piece.split(), list[str]()
        while words:
            long = next((n for n in range(len(words), 0, -1) if " ".join(words[:n]) in known), 0)
            if not long:
                unknown.append(words.pop(0))
                continue
            if unknown:
                yield " ".join(unknown)
                unknown = []
            yield " ".join(words[:long])
            del words[:long]
        if unknown:
            yield " ".join(unknown)


def _unclear(key: str, word: str, codes: tuple[str, ...]) -> Text:
    """Why a word is not taken: it means nothing here, or several things."""
    zh, en, many_zh, many_en = {
        "department": ("这个部门", "department", "个部门", "departments"),
        "skills": ("这项业务", "service", "项业务", "services"),
        "abilities": ("这种便民条件", "ability", "种便民条件", "abilities"),
    }[key]
    if codes:
        return Text(
            f"有{len(codes)}{many_zh}叫“{word}”，请写代号：{'、'.join(codes)}。",
            f"{len(codes)} {many_en} are called “{word}”; write the code: {', '.join(codes)}.",
        )
    return Text(f"没有“{word}”{zh}。", f"There is no {en} “{word}”.")


def _design(document: dict[str, Any], lines: list[int]) -> Faults:
    """What else is wrong with a document, by the lines that its staff came from; 0 for what did not."""
    try:
        design(document)
    except FaultyHall as error:
        places = [_PLACE.match(fault.path) for fault in error.faults]
        return [
            (lines[int(place[1])] if place is not None else 0, fault.text)
            for place, fault in zip(places, error.faults, strict=True)
        ]
    return []


def _named(document: Mapping[str, Any], table: str) -> dict[str, tuple[str, ...]]:
    """What each word means in a table, as codes: a code itself, a name whatever is called so."""
    named: dict[str, dict[str, None]] = {}
    for row in document.get(table, ()):
        for name in dict(row.get("name", {})).values():
            named.setdefault(name, {})[row["id"]] = None
    codes = {row["id"]: (row["id"],) for row in document.get(table, ())}
    return {name: tuple(called) for name, called in named.items()} | codes
