"""A configuration document read into structs, with every fault reported at once.

A technician corrects a file in one go or not at all: reading does not stop at the first fault, and each fault names its place
(`zones[3].colour`), says in one sentence what is wanted, and for a name that is not known gives the nearest one that is.

A struct describes a table of the document. Its fields may be `str`, `int`, `bool`, `Text`, further structs, tuples of these, and
`| None`; each may be `Annotated` with the marks (`mark.py`) that say what it has to be beyond its type.
"""

import types
from collections.abc import Collection, Mapping
from difflib import get_close_matches
from functools import cache
from typing import Annotated, Any, TypeVar, Union, cast, get_args, get_origin

import msgspec

from queue_server.engine.mark import Mark, Ref
from queue_server.wire.ticket import Text

_S = TypeVar("_S", bound=msgspec.Struct)

WANTED: dict[type, Text] = {
    str: Text("应为带引号的文字。", "It must be text in quotes."),
    int: Text("应为整数，不带引号。", "It must be a whole number without quotes."),
    bool: Text("应为true或false，不带引号。", "It must be true or false without quotes."),
    Text: Text("应写成{ zh = “中文”, en = “English” }。", "It must be { zh = “中文”, en = “English” }."),
    msgspec.Struct: Text("应为一组“名称 = 值”。", "It must be a table of names and values."),
    tuple: Text("应为列表。", "It must be a list."),
}
"""What each kind of value is told to be when it is something else."""
MOST_COMPARED = 20_000
"""So many names are compared to find the nearest ones; that takes some 20 µs each, and a file that needs more is no hall's."""
_STAND_IN: dict[type, Any] = {str: "", int: 0, bool: False, Text: Text("", "")}


class Fault(msgspec.Struct, frozen=True):
    """One thing that is wrong in a document: where, and the sentence that says what to do."""

    path: str
    text: Text

    def line(self, language: str = "zh") -> str:
        """The fault as one line for a terminal."""
        return f"{self.path}: {self.text.of(language)}" if self.path else self.text.of(language)


class Reader:
    """Reads values into structs and gathers faults and warnings; nothing is raised.

    A value that is faulty is replaced by an empty one, so that the rest is still read; `good(path)` tells whoever checks further
    whether a value is the document's own.
    """

    def __init__(self) -> None:
        """Nothing read yet."""
        self.warnings: list[Fault] = []
        self._faults: list[Fault] = []
        self._bad: set[str] = set()
        self._compared = 0
        self._order: dict[str, int] = {}
        """Every place that was read, in the order of the document's tables."""
        self._rows: dict[str, dict[str, str]] = {}
        """Names of rows by table: name -> the row that has it."""
        self._referred: list[tuple[str, Ref, str]] = []

    @property
    def faults(self) -> list[Fault]:
        """All that is wrong, in the order of the document's tables."""
        return sorted(self._faults, key=lambda fault: self._ordinal(fault.path))

    def _ordinal(self, path: str) -> int:
        while path not in self._order and path:
            path = path[: max(path.rfind("."), path.rfind("["), 0)]
        return self._order.get(path, 0)

    def fault(self, path: str, zh: str, en: str) -> None:
        """Note a fault and remember its place as bad."""
        self._faults.append(Fault(path, Text(zh, en)))
        self._bad.add(path)

    def warn(self, path: str, zh: str, en: str) -> None:
        """Note something that is allowed and probably not meant."""
        self.warnings.append(Fault(path, Text(zh, en)))

    def unknown(self, path: str, name: str, known: Collection[str], zh: str, en: str) -> None:
        """Note that `name` is none of `known`, with the nearest one. `zh` and `en` say what it is: 服务区, a zone."""
        self._compared += len(known)
        near = get_close_matches(name, known, n=1, cutoff=0.5) if self._compared <= MOST_COMPARED else []
        hint_zh = f"，最接近的是“{near[0]}”" if near else ""
        hint_en = f"; the nearest is “{near[0]}”" if near else ""
        self.fault(path, f"没有名为“{name}”的{zh}{hint_zh}。", f"There is no {en} “{name}”{hint_en}.")

    def claim(self, table: str, name: str, place: str) -> str | None:
        """Take a name for the row at a place; the row of that table that has it already, if one has."""
        rows = self._rows.setdefault(table, {})
        return None if rows.setdefault(name, place) == place else rows[name]

    def refer(self, path: str, to: Ref, name: str) -> None:
        """Remember that a row is named at a place, for `resolve`."""
        self._referred.append((path, to, name))

    def resolve(self) -> None:
        """Note every row that is named and not there. Called once, when the whole document has been read."""
        for path, to, name in self._referred:
            known = self._rows.get(to.table, {})
            if name not in known and self.good(path):
                self.unknown(path, name, known, to.zh, to.en)

    def good(self, path: str) -> bool:
        """Whether nothing is wrong with the value at a place."""
        return path not in self._bad

    def table(self, kind: type[_S], value: object, path: str = "") -> _S:
        """A table as a struct. What is missing or faulty stands empty in it."""
        known = _fields(kind)
        entries = self._entries(kind, value, path)
        for name in entries:
            if name not in known:
                self.unknown(_join(path, name), name, known, "项目", "key")
        read: dict[str, Any] = {}
        for name, field in known.items():
            place = _join(path, name)
            self._order.setdefault(place, len(self._order) + 1)
            if name in entries:
                read[field.name] = self._value(field.type, entries[name], place)
            elif field.required:
                if self.good(path):
                    self.fault(place, "缺少这一项，请补上。", "It is missing; add it.")
                self._bad.add(place)
                read[field.name] = _stand_in(field.type)
        return kind(**read)

    def _entries(self, kind: type, value: object, path: str) -> Mapping[str, object]:
        if isinstance(value, dict):
            return value
        self._wrong(WANTED[Text if kind is Text else msgspec.Struct], path)
        return {}

    def _value(self, kind: Any, value: object, path: str) -> Any:
        kind, marks = unmarked(kind)
        read = self._plain(kind, value, path)
        for mark in marks:
            if self.good(path):
                mark.check(self, path, read)
        return read

    def _plain(self, kind: Any, value: object, path: str) -> Any:
        self._order.setdefault(path, len(self._order) + 1)
        if get_origin(kind) is tuple:
            if not isinstance(value, list):
                self._wrong(WANTED[tuple], path)
                return ()
            item = get_args(kind)[0]
            return tuple(self._value(item, each, f"{path}[{place}]") for place, each in enumerate(value))
        if issubclass(kind, msgspec.Struct):
            return self._text(value, path) if kind is Text else self.table(kind, value, path)
        if isinstance(value, bool) is not (kind is bool) or not isinstance(value, kind):
            self._wrong(WANTED[kind], path)
            return _STAND_IN[kind]
        return value

    def _text(self, value: object, path: str) -> Text:
        text = self.table(Text, value, path)
        for name, words in (("zh", text.zh), ("en", text.en)):
            place = f"{path}.{name}"
            if self.good(path) and self.good(place) and not words.strip():
                self.fault(place, "不能为空。", "It must not be empty.")
        return text

    def _wrong(self, wanted: Text, path: str) -> None:
        self.fault(path, wanted.zh, wanted.en)


@cache
def _fields(kind: type[msgspec.Struct]) -> Mapping[str, msgspec.structs.FieldInfo]:
    """The fields of a table by their names in a document. A hall has a few kinds of tables, and hundreds of each."""
    return {field.encode_name: field for field in msgspec.structs.fields(kind)}


def unmarked(kind: Any) -> tuple[Any, tuple[Mark, ...]]:
    """A field's type without `| None` and `Annotated`, and its marks."""
    marks: tuple[Mark, ...] = ()
    while True:
        if get_origin(kind) in {Union, types.UnionType}:
            kind = next(part for part in get_args(kind) if part is not type(None))
        elif get_origin(kind) is Annotated:
            kind, more = kind.__origin__, kind.__metadata__
            marks = (*more, *marks)
        else:
            return kind, marks


def _join(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def _stand_in(kind: Any) -> Any:
    kind, _ = unmarked(kind)
    if get_origin(kind) is tuple:
        return ()
    if kind in _STAND_IN:
        return _STAND_IN[kind]
    fields = msgspec.structs.fields(cast("type[msgspec.Struct]", kind))
    return kind(**{field.name: _stand_in(field.type) for field in fields if field.required})
