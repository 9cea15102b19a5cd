"""What a device profile may say: one TOML file describes one family of callers, evaluators or small displays.

A profile is data. A new keypad is a new file beside `ff68.toml`; only a frame that this shape can not express
needs code. Hex strings are written in small letters and without separators.
"""

from collections.abc import Iterator
from typing import Literal

import msgspec

from devices.codec import checksum
from devices.codec.manner import Manner
from devices.codec.profile.file import BadProfile, shipped, written
from queue_server.wire.ticket import Text


class Wire(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Line settings of the port."""

    baud: int = 9600
    bits: int = 8
    parity: Literal["N", "E", "O"] = "N"
    stop: int = 1

    @property
    def byte_s(self) -> float:
        """How long one byte is on the line: its start bit, its own, its parity's and its stop bits."""
        return (1 + self.bits + (self.parity != "N") + self.stop) / self.baud


class Bus(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How the bus behaves: `echo` means that the adapter gives our own bytes back to us.

    On a `poll` bus devices speak when they are asked: `poll` is the whole question in hex, with `{address}`. A round
    begins `poll_ms` after the last one at the earliest. An address that is silent `retries` times more is asked rarely.
    """

    mode: Literal["push", "poll"] = "push"
    poll: str = ""
    poll_ms: int = 100
    reply_timeout_ms: int = 200
    retries: int = 2
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
    last: str | None = None
    """Instead of `data`: its last byte, before which digits may stand that were typed."""
    levels: dict[str, int] | None = None
    ack: str = "echo"
    """`echo`, `none`, or the command byte (hex) of an answer that repeats the data."""


class Command(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """An order to the device: `data`, then what it shows of the order's text, then `after`.

    `digits` shows the last so many digits, each as its value or as an ASCII character; `text` shows the first so many
    bytes of words. `raw` is a whole frame instead, where orders are shaped otherwise than what the device says: hex
    with `{address}` and `{text}`.
    """

    command: str = ""
    data: str = ""
    digits: int = 0
    digit: Literal["value", "ascii"] = "value"
    blank: str = "0a"
    pad: Literal["blank", "zero"] = "blank"
    text: int = 0
    encoding: Literal["gb2312", "gbk", "gb18030"] = "gb2312"
    after: str = ""
    raw: str = ""


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

    @property
    def manner(self) -> Manner:
        """How its line wants to be spoken to."""
        bus = self.bus
        return Manner(
            byte_s=self.wire.byte_s,
            turnaround_s=bus.turnaround_ms / 1000,
            reply_s=bus.reply_timeout_ms / 1000,
            retries=bus.retries,
            round_s=bus.poll_ms / 1000,
            interbyte_s=self.frame.interbyte_timeout_ms / 1000,
            echo=bus.echo,
            debounce_s=self.debounce_ms / 1000,
            rating_s=self.rating_window_s,
        )


def filled(template: str, address: int, text: bytes = b"") -> bytes:
    """The frame of a `raw` or `poll` template. Raises ValueError if it is no hex."""
    return bytes.fromhex(template.replace("{address}", f"{address:02x}").replace("{text}", text.hex()))


def _check(profile: Profile) -> None:
    for fault in _frame(profile.frame):
        raise BadProfile(fault.zh, fault.en)
    for n, event in enumerate(profile.events, 1):
        if event.levels is not None and any(not 1 <= v <= 5 for v in event.levels.values()):
            raise BadProfile(f"events {n}: levels: 等级是1至5", f"events {n}: levels: a level is 1 to 5")
        if event.data is not None and event.last is not None:
            raise BadProfile(f"events {n}: data和last只写一个", f"events {n}: give either data or last")
        if (event.emit == "rate") != (event.levels is not None):
            raise BadProfile(
                f"events {n}: rate要写levels，别的不写",
                f"events {n}: rate needs levels, and only rate has them",
            )
    for name, order in profile.commands.items():
        if order.digits and order.text:
            raise BadProfile(
                f"commands.{name}: digits和text只写一个", f"commands.{name}: give either digits or text"
            )
    if (profile.bus.mode == "poll") != bool(profile.bus.poll):
        raise BadProfile(
            "bus: poll要在bus.poll写问话，push不写",
            "bus: poll needs its question in bus.poll, and push has none",
        )
    for where, text in _hexes(profile):
        try:
            fits = filled(text, 0).hex() == text.replace("{address}", "00").replace("{text}", "")
        except ValueError:
            fits = False
        if not fits:
            raise BadProfile(
                f"{where}: {text!r}不是小写的十六进制",
                f"{where}: {text!r} is not hexadecimal in small letters",
            )


def _frame(frame: Frame) -> Iterator[Text]:
    """What can not be about a frame."""
    if (frame.length is None) == (frame.fixed_size == 0):
        yield Text("frame: length和fixed_size写一个，只写一个", "frame: give either length or fixed_size")
    if frame.check not in checksum.KINDS:
        yield Text(
            f"frame.check: 没有{frame.check}，有：{'、'.join(checksum.KINDS)}",
            f"frame.check: {frame.check} is none of {', '.join(checksum.KINDS)}",
        )
        return
    if frame.fixed_size > frame.max_size:
        yield Text("frame.fixed_size大于frame.max_size", "frame.fixed_size is larger than frame.max_size")
    if max(frame.address_at, frame.command_at or 0) >= frame.data_at:
        yield Text("frame: 地址和命令在data_at之前", "frame: address and command stand before data_at")
    tail = len(checksum.KINDS[frame.check](b"")) + len(frame.end) // 2
    if frame.fixed_size and frame.data_at + tail > frame.fixed_size:
        yield Text(
            "frame.fixed_size放不下data_at、校验和帧尾",
            "frame.fixed_size has no room for data_at, check and end",
        )


def _hexes(profile: Profile) -> Iterator[tuple[str, str]]:
    """Everything in a profile that is hex, and where."""
    yield from (("frame.start", profile.frame.start), ("frame.end", profile.frame.end))
    yield from ((f"frame.fixed_at.{at}", value) for at, value in profile.frame.fixed_at.items())
    yield "bus.poll", profile.bus.poll
    for n, event in enumerate(profile.events, 1):
        yield from (
            (f"events {n}", value) for value in (event.command, event.data, event.last) if value is not None
        )
        yield from ((f"events {n}: levels", key) for key in event.levels or ())
        if event.ack not in ("echo", "none"):
            yield f"events {n}: ack", event.ack
    for name, order in profile.commands.items():
        parts = (order.command, order.data, order.blank, order.after, order.raw)
        yield from ((f"commands.{name}", value) for value in parts)


def read(text: str) -> Profile:
    """The profile written in `text`. Raises BadProfile with the place of the fault."""
    profile = written(text, Profile)
    _check(profile)
    return profile


def named(name: str) -> Profile:
    """A profile that ships with the package, such as `ff68`. Raises BadProfile for a name that does not."""
    return read(shipped("frame", name))
