"""Profile files: TOML that ships with the package, one folder for each kind of device."""

import tomllib
from importlib.resources import files
from typing import Literal, TypeVar

import msgspec

from queue_server.wire.fault import Fault
from queue_server.wire.misfit import faults, no_toml

Kind = Literal["frame", "pad", "digits", "printer"]
"""Callers, evaluators and small displays in frames; key pads; Modbus number displays; ticket printers."""

_T = TypeVar("_T", bound=msgspec.Struct)


class BadProfile(Fault, ValueError):
    """The profile file says something that can not be; the sentence names the place."""


def written(text: str, kind: type[_T]) -> _T:
    """What a file says, in the shape `kind`. Raises BadProfile."""
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as fault:
        said = no_toml(fault)
        raise BadProfile(said.zh, said.en) from None
    wrong = list(faults(document, kind))
    if wrong:
        raise BadProfile("；".join(fault.zh for fault in wrong), "; ".join(fault.en for fault in wrong))
    return msgspec.convert(document, kind)


def names(kind: Kind) -> tuple[str, ...]:
    """The profiles of a kind that ship."""
    here = files("devices.codec.profile").joinpath("model", kind)
    return tuple(sorted(p.name.removesuffix(".toml") for p in here.iterdir() if p.name.endswith(".toml")))


def shipped(kind: Kind, name: str) -> str:
    """The text of a shipped profile. Raises BadProfile, with the names that there are, for another one."""
    known = names(kind)
    if name not in known:
        raise BadProfile(
            f"没有名为{name}的型号，有：{'、'.join(known)}",
            f"no device profile {name!r}; there are: {', '.join(known)}",
        )
    return files("devices.codec.profile").joinpath("model", kind, f"{name}.toml").read_text("utf-8")
