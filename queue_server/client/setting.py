"""Settings files of the programs around the server: typed TOML, every fault told at once, with its place and the nearest key."""

import errno
import tomllib
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from queue_server.wire import misfit
from queue_server.wire.fault import cause
from queue_server.wire.misfit import at, no_toml
from queue_server.wire.ticket import Text

_T = TypeVar("_T", bound=msgspec.Struct)

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


def read(path: Path) -> dict[str, Any]:
    """What stands in a file, whatever it means. BadConfig if it cannot be read or is no TOML."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))  # editors on Windows put a mark before it
    except OSError as fault:
        raise BadConfig(path, [unread(fault)]) from fault
    except UnicodeDecodeError as fault:
        raise BadConfig(path, [NOT_UTF8]) from fault
    except tomllib.TOMLDecodeError as fault:
        raise BadConfig(path, [no_toml(fault)]) from fault


def load(path: Path, kind: type[_T], contradictions: Callable[[_T], Iterable[Text]] = lambda _: ()) -> _T:
    """The settings of a file as a struct. BadConfig with all its faults.

    Fields that are structs are tables, fields that are tuples of structs are lists of tables. `contradictions` tells what is wrong
    between settings that are each as they should be.
    """
    document = read(path)
    faults = list(misfit.faults(document, kind))
    if not faults:
        settings = msgspec.convert(document, kind)
        faults = list(contradictions(settings))
        if not faults:
            return settings
    raise BadConfig(path, faults)


def unread(fault: OSError) -> Text:
    """What to say of a settings file that cannot be read."""
    return Text(
        f"无法读取（{cause(fault)}），请改正路径或权限",
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
        f"写不进去（{cause(fault)}），请改正路径或权限",
        f"cannot be written ({fault.strerror}); correct the path or the rights",
    )


def unkept(fault: OSError) -> Text:
    """What to say where a program that pairs cannot keep its token."""
    if fault.errno in (errno.ENOSPC, errno.EDQUOT):
        return Text(
            "磁盘满了，令牌存不下来，请腾出空间", "the disk is full and no token can be kept; make room"
        )
    return Text(
        f"令牌存不下来（{cause(fault)}），请把data改为能写的目录",
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
            f"无法读取{place}（{cause(fault)}），令牌这样建：{make}",
            f"{place} cannot be read ({fault.strerror}); make it: {make}",
        )
        raise BadConfig(path, [at("token_file", said)]) from fault
    if not text:
        said = Text(f"{place}是空的，令牌这样建：{make}", f"{place} is empty; make a token: {make}")
        raise BadConfig(path, [at("token_file", said)])
    return text
