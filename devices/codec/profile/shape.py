"""What a device profile may say: one TOML file describes one family of callers, evaluators or small displays.

A profile is data. A new keypad is a new file beside `ff68.toml`; only a frame that this shape can not express
needs code. Hex strings are written without separators.
"""

import tomllib
from importlib.resources import files
from typing import Literal

import msgspec

from devices.codec import checksum


class BadProfile(ValueError):
    """The profile file says something that can not be; the message names the file and the place."""


class Wire(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Line settings of the port."""

    baud: int = 9600
    bits: int = 8
    parity: Literal["N", "E", "O"] = "N"
    stop: int = 1


class Bus(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How the bus behaves: `echo` means that the adapter gives our own bytes back to us."""

    turnaround_ms: int = 0
    echo: bool = False


class Length(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Where the length is written. It counts the bytes from `counts_from` up to the check value."""

    offset: int
    size: int = 1
    endian: Literal["big", "little"] = "big"
    counts_from: int
    repeat_at: tuple[int, ...] = ()


class Frame(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One frame: start, fixed bytes, length or fixed size, check value, end."""

    start: str = ""
    end: str = ""
    length: Length | None = None
    fixed_size: int = 0
    fixed_at: dict[str, str] = {}
    address_at: int
    command_at: int | None = None
    data_at: int
    check: str = "none"
    check_from: int = 0
    max_size: int = 64
    interbyte_timeout_ms: int = 50


class Event(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A mask and what it means. Masks are tried in the file's order; an absent mask matches anything."""

    emit: str
    command: str | None = None
    data: str | None = None
    levels: dict[str, int] | None = None
    ack: str = "echo"
    """`echo`, `none`, or the command byte (hex) of an answer that repeats the data."""


class Command(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """An order to the device: `data`, then `digits` digits of the order's text, then `after`."""

    command: str = ""
    data: str = ""
    digits: int = 0
    blank: str = "0a"
    pad: Literal["blank", "zero"] = "blank"
    after: str = ""


class Profile(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A whole profile: its name, where its bytes are known from, and the tables above."""

    name: str
    title: str
    source: str
    wire: Wire = Wire()
    bus: Bus = Bus()
    frame: Frame
    events: tuple[Event, ...]
    commands: dict[str, Command] = {}
    debounce_ms: int = 300
    rating_window_s: int = 30


def _check(profile: Profile) -> None:
    frame = profile.frame
    if (frame.length is None) == (frame.fixed_size == 0):
        raise BadProfile("frame: give either length or fixed_size")
    if frame.check not in checksum.KINDS:
        raise BadProfile(f"frame.check: {frame.check} is none of {', '.join(checksum.KINDS)}")
    if frame.fixed_size > frame.max_size:
        raise BadProfile("frame.fixed_size is larger than frame.max_size")
    hexes = [("frame.start", frame.start), ("frame.end", frame.end)]
    hexes += [(f"frame.fixed_at.{at}", value) for at, value in frame.fixed_at.items()]
    for n, event in enumerate(profile.events):
        hexes += [(f"events[{n}]", v) for v in (event.command, event.data) if v is not None]
        hexes += [(f"events[{n}].ack", event.ack)] if event.ack not in ("echo", "none") else []
        if event.levels is not None and any(not 1 <= v <= 5 for v in event.levels.values()):
            raise BadProfile(f"events[{n}].levels: a level is 1 to 5")
        if (event.emit == "rate") != (event.levels is not None):
            raise BadProfile(f"events[{n}]: rate needs levels, and only rate has them")
    for name, order in profile.commands.items():
        hexes += [(f"commands.{name}", v) for v in (order.command, order.data, order.blank, order.after)]
    for where, text in hexes:
        try:
            bytes.fromhex(text)
        except ValueError:
            raise BadProfile(f"{where}: {text!r} is not hexadecimal") from None


def read(text: str) -> Profile:
    """The profile written in `text`. Raises BadProfile with the place of the fault."""
    try:
        profile = msgspec.convert(tomllib.loads(text), Profile)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as fault:
        raise BadProfile(str(fault)) from None
    _check(profile)
    return profile


def named(name: str) -> Profile:
    """A profile that ships with the package, such as `ff68`. Raises BadProfile for a name that does not."""
    here = files("devices.codec.profile")
    known = sorted(p.name.removesuffix(".toml") for p in here.iterdir() if p.name.endswith(".toml"))
    if name not in known:
        raise BadProfile(f"no device profile {name!r}; there are: {', '.join(known)}")
    return read(here.joinpath(f"{name}.toml").read_text("utf-8"))
