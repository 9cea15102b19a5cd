"""Settings files of the programs around the server: typed TOML, every fault told at once, with its place and the nearest key."""

import errno
import re
import tomllib
from collections.abc import Callable, Iterable, Iterator
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Literal, TypeVar, get_args, get_origin

import msgspec

from queue_server.wire.ticket import Text

_T = TypeVar("_T", bound=msgspec.Struct)

_EXPECTED = re.compile(r"Expected `(?P<wanted>[^`]+)`(?P<more>.*?)(?:, got `(?P<got>[^`]+)`)?(?: - at `.*`)?")
"""What msgspec says of a value that does not fit."""
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


NOT_UTF8 = Text(
    "不是UTF-8编码，请在编辑器里另存为UTF-8",
    "is not written in UTF-8; save it as UTF-8 in your editor",
)
"""Of a file with Chinese comments that an editor has written in GBK."""


class BadConfig(ValueError):
    """The file cannot be used; `faults` are sentences, each with its place. `str()` is both languages, Chinese first."""

    def __init__(self, path: Path, faults: list[Text]) -> None:
        """What is wrong with the file at `path`."""
        lines = [f"{path}: {fault.of(language)}" for language in ("zh", "en") for fault in faults]
        super().__init__("\n".join(lines))
        self.faults = faults


def at(place: str, fault: Text) -> Text:
    """A fault with the place in the file where it is."""
    return Text(f"{place}: {fault.zh}", f"{place}: {fault.en}")


def read(path: Path) -> dict[str, Any]:
    """What stands in a file, whatever it means. BadConfig if it cannot be read or is no TOML."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))  # editors on Windows put a mark before it
    except OSError as fault:
        raise BadConfig(path, [unread(fault)]) from fault
    except UnicodeDecodeError as fault:
        raise BadConfig(path, [NOT_UTF8]) from fault
    except tomllib.TOMLDecodeError as fault:
        said = Text(f"不是有效的TOML，请检查引号和括号：{fault}", f"is not valid TOML: {fault}")
        raise BadConfig(path, [said]) from fault


def load(path: Path, kind: type[_T], contradictions: Callable[[_T], Iterable[Text]] = lambda _: ()) -> _T:
    """The settings of a file as a struct. BadConfig with all its faults.

    Fields that are structs are tables, fields that are tuples of structs are lists of tables. `contradictions` tells what is wrong
    between settings that are each as they should be.
    """
    document = read(path)
    faults = list(_faults(document, kind, ""))
    if not faults:
        settings = msgspec.convert(document, kind)
        faults = list(contradictions(settings))
        if not faults:
            return settings
    raise BadConfig(path, faults)


def unread(fault: OSError) -> Text:
    """What to say of a settings file that cannot be read."""
    return Text(
        f"无法读取（{fault.strerror}），请改正路径或权限",
        f"cannot be read ({fault.strerror}); correct the path or the rights",
    )


def unwritten(fault: OSError) -> Text:
    """What to say of a file that cannot be written."""
    if fault.errno in (errno.ENOSPC, errno.EDQUOT):
        return Text(
            "磁盘满了，没有写成，请腾出空间再来",
            "the disk is full and nothing was written; make room and try again",
        )
    return Text(
        f"写不进去（{fault.strerror}），请改正路径或权限",
        f"cannot be written ({fault.strerror}); correct the path or the rights",
    )


def unkept(fault: OSError) -> Text:
    """What to say where a program that pairs cannot keep its token."""
    if fault.errno in (errno.ENOSPC, errno.EDQUOT):
        return Text(
            "磁盘满了，令牌存不下来，请腾出空间", "the disk is full and no token can be kept; make room"
        )
    return Text(
        f"令牌存不下来（{fault.strerror}），请把data改为能写的目录",
        f"no token can be kept ({fault.strerror}); correct data",
    )


def token(path: Path, token_file: str | None, made: str) -> str | None:
    """The token in the file that the settings at `path` name, relative to their own folder; None where they name none.

    `made` is what `jiaohao-server token NAME` needs to make one. BadConfig if the file cannot be read or is empty.
    """
    if token_file is None:
        return None
    place = path.parent / token_file
    make = f"jiaohao-server token NAME {made}"
    try:
        text = place.read_text(encoding="utf-8-sig").strip()
    except OSError as fault:
        said = Text(
            f"无法读取{place}（{fault.strerror}），令牌这样建：{make}",
            f"{place} cannot be read ({fault.strerror}); make it: {make}",
        )
        raise BadConfig(path, [at("token_file", said)]) from fault
    if not text:
        said = Text(f"{place}是空的，令牌这样建：{make}", f"{place} is empty; make a token: {make}")
        raise BadConfig(path, [at("token_file", said)])
    return text


def _faults(table: dict[str, Any], kind: type[msgspec.Struct], place: str) -> Iterator[Text]:
    fields = {field.name: field for field in msgspec.structs.fields(kind)}
    for key, value in table.items():
        where = f"{place}{key}"
        if key not in fields:
            near = get_close_matches(key, fields, n=1, cutoff=0.0)
            yield Text(
                f"{where}不是设置的名称，是不是{place}{near[0]}？",
                f"{where} is not known; did you mean {place}{near[0]}?",
            )
            continue
        expected = fields[key].type
        row = next((each for each in get_args(expected) if _is_table(each)), None)
        if _is_table(expected) and isinstance(value, dict):
            yield from _faults(value, expected, f"{where}.")
        elif row is not None:
            yield from _rows(value, row, key)
        else:
            try:
                msgspec.convert(value, expected)
            except msgspec.ValidationError as fault:
                yield at(where, _misfit(str(fault), expected))
    for name, field in fields.items():
        if field.required and name not in table:
            yield Text(f"没有写{place}{name}", f"{place}{name} is missing")


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
        yield from _faults(each, row, f"{key} {n}: ")
