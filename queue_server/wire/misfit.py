"""What is wrong with a file that people write, and what is expected there: every fault with its place and the nearest known key."""

import re
from collections.abc import Iterator
from difflib import get_close_matches
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin

import msgspec

from queue_server.wire.ticket import Text

_EXPECTED = re.compile(r"Expected `(?P<wanted>[^`]+)`(?P<more>.*?)(?:, got `(?P<got>[^`]+)`)?")
"""What msgspec says of a value that does not fit."""
_INSIDE = re.compile(r" - at `[^`]*`$")
"""Where in the value it says so."""
_KINDS = {
    "str": "带引号的文字",
    "int": "不带引号的整数",
    "float": "不带引号的数",
    "bool": "true或false（不带引号）",
    "array": "列表",
    "object": "表",
    "null": "空",
}
_MORE = {" of length": "，长度", " matching regex ": "，写法须符合", " >= ": "，不小于", " <= ": "，不大于"}
_PLACE = re.compile(r"\(at (?:line (?P<line>\d+), column (?P<column>\d+)|end of document)\)")
"""Where tomllib says that it is at a loss."""


def at(place: str, fault: Text) -> Text:
    """A fault with the place in the file where it is."""
    return Text(f"{place}: {fault.zh}", f"{place}: {fault.en}")


def no_toml(said: Exception) -> Text:
    """What is said of a text that is no TOML, after what its reader says."""
    found = _PLACE.search(str(said))
    where = (
        "" if found is None else f"第{found['line']}行第{found['column']}字" if found["line"] else "文件末尾"
    )
    if str(said).startswith(("Cannot overwrite", "Cannot declare")):
        return Text(
            f"不是有效的TOML，{where}的名称前面已经写过，请只留一处",
            f"is not valid TOML: {said}; keep one of the two",
        )
    return Text(
        f"不是有效的TOML，请检查{where and f'{where}的'}引号、括号和等号", f"is not valid TOML: {said}"
    )


def faults(document: dict[str, Any], kind: type[msgspec.Struct], place: str = "") -> Iterator[Text]:
    """All that keeps a document from being of a kind. `place` is what stands before its keys.

    Fields that are structs are tables, fields that are tuples of structs are lists of tables.
    """
    fields = {field.name: field for field in msgspec.structs.fields(kind)}
    for key, value in document.items():
        where = f"{place}{key}"
        if key in fields:
            yield from _value(value, fields[key].type, where)
        else:
            near = get_close_matches(key, fields, n=1, cutoff=0.0)
            yield Text(
                f"{where}不是设置的名称，是不是{place}{near[0]}？",
                f"{where} is not known; did you mean {place}{near[0]}?",
            )
    for name, field in fields.items():
        if field.required and name not in document:
            yield Text(f"没有写{place}{name}", f"{place}{name} is missing")


def _value(value: object, expected: Any, where: str) -> Iterator[Text]:
    """What is wrong with the value of one field."""
    least = [each for each in get_args(expected) if each is not NoneType]
    if get_origin(expected) in (Union, UnionType) and len(least) == 1:
        expected = least[0]
    origin = get_origin(expected)
    table = next((each for each in (expected, *get_args(expected)) if _is_table(each)), None)
    if table is not None and origin is tuple:
        yield from _rows(value, table, where)
    elif table is not None and origin is dict and isinstance(value, dict):
        for key, each in value.items():
            yield from _value(each, table, f"{where}.{key}")
    elif table is not None and isinstance(value, dict):
        yield from faults(value, table, f"{where}.")
    elif origin is dict and isinstance(value, dict):
        for key, each in value.items():
            yield from _plain({key: each}, expected, f"{where}.{key}")
    else:
        yield from _plain(value, expected, where)


def _plain(value: object, expected: Any, where: str) -> Iterator[Text]:
    try:
        msgspec.convert(value, expected)
    except msgspec.ValidationError as fault:
        yield at(where, _misfit(_INSIDE.sub("", str(fault)), expected))


def _misfit(said: str, expected: object) -> Text:
    """Why a value does not fit, after what msgspec says of it."""
    en = f"{said[:1].lower()}{said[1:]}"
    if get_origin(expected) is Literal:
        words = [str(each) for each in get_args(expected)]
        return Text(f"只能写{'、'.join(words)}", f"{en}; write one of {', '.join(words)}")
    found = _EXPECTED.fullmatch(said)
    if found is None:
        return Text(f"写得不对（{said}）", en)
    wanted = "或".join(_KINDS.get(each, each) for each in found["wanted"].split(" | "))
    more = found["more"].removesuffix(".0")
    for english, chinese in _MORE.items():
        more = more.replace(english, chinese, 1)
    got = f"，写的是{_KINDS.get(found['got'], found['got'])}" if found["got"] else ""
    return Text(f"应为{wanted}{more}{got}", en)


def _is_table(kind: object) -> bool:
    return isinstance(kind, type) and issubclass(kind, msgspec.Struct)


def _rows(value: object, row: type[msgspec.Struct], key: str) -> Iterator[Text]:
    if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
        yield Text(f"{key}可以有几个，请写成[[{key}]]", f"{key} is a list of tables; write [[{key}]]")
        return
    for n, each in enumerate(value, 1):
        yield from faults(each, row, f"{key} {n}: ")
