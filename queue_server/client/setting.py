"""Settings files of the programs around the server: typed TOML, every fault told at once, with its place and the nearest key."""

import tomllib
from collections.abc import Callable, Iterable, Iterator
from difflib import get_close_matches
from pathlib import Path
from typing import Any, TypeVar, get_args

import msgspec

_T = TypeVar("_T", bound=msgspec.Struct)


class BadConfig(ValueError):
    """The file cannot be used; `faults` are sentences, each with its place."""

    def __init__(self, path: Path, faults: list[str]) -> None:
        """What is wrong with the file at `path`."""
        super().__init__("\n".join(f"{path}: {fault}" for fault in faults))
        self.faults = faults


def load(path: Path, kind: type[_T], contradictions: Callable[[_T], Iterable[str]] = lambda _: ()) -> _T:
    """The settings of a file as a struct. BadConfig with all its faults.

    Fields that are structs are tables, fields that are tuples of structs are lists of tables. `contradictions` tells what is wrong
    between settings that are each as they should be.
    """
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as fault:
        raise BadConfig(
            path, [f"cannot be read ({fault.strerror}); correct the path or the rights"]
        ) from fault
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as fault:
        raise BadConfig(path, [f"is not valid TOML: {fault}"]) from fault
    faults = list(_faults(document, kind, ""))
    if not faults:
        settings = msgspec.convert(document, kind)
        faults = list(contradictions(settings))
        if not faults:
            return settings
    raise BadConfig(path, faults)


def token(path: Path, token_file: str | None, made: str) -> str | None:
    """The token in the file that the settings at `path` name, relative to their own folder; None where they name none.

    `made` is what `jiaohao-server token NAME` needs to make one. BadConfig if the file cannot be read or is empty.
    """
    if token_file is None:
        return None
    place = path.parent / token_file
    try:
        text = place.read_text(encoding="utf-8").strip()
    except OSError as fault:
        said = f"{place} cannot be read ({fault.strerror}); make it: jiaohao-server token NAME {made}"
        raise BadConfig(path, [f"token_file: {said}"]) from fault
    if not text:
        raise BadConfig(path, [f"token_file: {place} is empty"])
    return text


def _faults(table: dict[str, Any], kind: type[msgspec.Struct], place: str) -> Iterator[str]:
    fields = {field.name: field for field in msgspec.structs.fields(kind)}
    for key, value in table.items():
        where = f"{place}{key}"
        if key not in fields:
            near = get_close_matches(key, fields, n=1, cutoff=0.0)
            yield f"{where} is not known; did you mean {place}{near[0]}?"
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
                yield f"{where}: {str(fault)[:1].lower()}{str(fault)[1:]}"
    yield from (f"{place}{name} is missing" for name, f in fields.items() if f.required and name not in table)


def _is_table(kind: object) -> bool:
    return isinstance(kind, type) and issubclass(kind, msgspec.Struct)


def _rows(value: object, row: type[msgspec.Struct], key: str) -> Iterator[str]:
    if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
        yield f"{key} is a list of tables; write [[{key}]]"
        return
    for n, each in enumerate(value, 1):
        yield from _faults(each, row, f"{key} {n}: ")
