"""What was found, as tables of devices.toml. What stands in the file stays: a table is joined or put at the end."""

import contextlib
import json
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Literal

from devices.agent.config import BarConfig, Config, KeypadConfig, load
from devices.driver.probe import Key
from queue_server.client.setting import NOT_UTF8, BadConfig, read, unwritten
from queue_server.wire.ticket import Text

_HEADS = re.compile(r"(?m)^(?=[ \t]*\[)")
_WINDOWS = re.compile(r"(?m)^([ \t]*windows[ \t]*=[ \t]*\{)([^}\n]*)\}")


@dataclass(frozen=True, slots=True)
class Keypad:
    """A window's keypad, found by its key."""

    window: str
    port: str
    key: Key


@dataclass(frozen=True, slots=True)
class Bar:
    """A window's LED bar, found by its answer; somebody has said where it hangs."""

    window: str
    port: str
    baud: int
    address: int


Found = Keypad | Bar


@dataclass(frozen=True, slots=True)
class Table:
    """One `[[keypad]]` or `[[bar]]`: the devices of one port, of one profile or at one speed."""

    kind: Literal["keypad", "bar"]
    port: str
    key: Literal["profile", "baud"]
    value: str | int
    windows: dict[int, str]

    @property
    def text(self) -> str:
        """As the file has it."""
        settings = f"port = {_quoted(self.port)}\n{self.key} = {_quoted(self.value)}\n"
        return f"\n[[{self.kind}]]\n{settings}windows = {{ {_listed(self.windows)} }}\n"

    def is_in(self, config: Config) -> bool:
        """Whether a file's settings have all of it."""
        lines: Iterable[BarConfig | KeypadConfig] = config.bar if self.kind == "bar" else config.keypad
        return any(
            line.port == self.port
            and getattr(line, self.key) == self.value
            and self.windows.items() <= line.addresses.items()
            for line in lines
        )


def tables(found: Sequence[Found]) -> list[Table]:
    """One for each port and profile, or port and speed."""
    out: dict[tuple[str, str | int], Table] = {}
    for each in found:
        if isinstance(each, Bar):
            address = each.address
            table = Table("bar", each.port, "baud", each.baud, {})
        else:
            address = each.key.address
            table = Table("keypad", each.port, "profile", each.key.profile, {})
        out.setdefault((table.port, table.value), table).windows[address] = each.window
    return list(out.values())


def entries(found: Sequence[Found]) -> str:
    """What somebody is asked to agree to."""
    return "".join(table.text for table in tables(found))


def joined(before: str, found: Sequence[Found]) -> str:
    """A file with what was found: its addresses stand in the table of their port, or in one of their own at the end."""
    parts = _HEADS.split(before)
    for table in tables(found):
        place = next((n for n, part in enumerate(parts) if _is(part, table)), None)
        if place is None:
            parts.append(table.text)
        else:
            parts[place] = _WINDOWS.sub(partial(_with, table), parts[place], count=1)
    return "".join(parts)


def ready(path: Path) -> None:
    """Whether devices.toml can be read and written, asked before somebody walks from window to window. BadConfig if not."""
    if path.exists():
        read(path)
    fresh = path.with_name(f".{path.name}.new")
    try:
        fresh.write_text(path.read_text("utf-8") if path.exists() else "", "utf-8")
        fresh.unlink()
    except OSError as fault:
        raise BadConfig(path, [unwritten(fault)]) from fault


def write(path: Path, found: Sequence[Found]) -> None:
    """Puts what was found into devices.toml, which is made if there is none.

    BadConfig, and the file as it was, if it would not be whole with them, or says otherwise of one of them.
    """
    fresh = path.with_name(f".{path.name}.new")
    try:
        before = path.read_text("utf-8") if path.exists() else ""
        fresh.write_text(joined(before, found), "utf-8")
        faults = list(_lacking(fresh, found))
        if faults:
            lines = entries(found).rstrip()
            by_hand = Text(f"文件没有改动，请手工加上：{lines}", f"it was left as it is; add by hand:{lines}")
            raise BadConfig(path, [*faults, by_hand])
        fresh.replace(path)
    except OSError as fault:
        raise BadConfig(path, [unwritten(fault)]) from fault
    except UnicodeDecodeError as fault:
        raise BadConfig(path, [NOT_UTF8]) from fault
    finally:
        with contextlib.suppress(OSError):
            fresh.unlink(missing_ok=True)


def _lacking(fresh: Path, found: Sequence[Found]) -> Iterator[Text]:
    """What is wrong with a file that should have all that was found."""
    try:
        config = load(fresh)
    except BadConfig as fault:
        yield from fault.faults
        return
    for table in tables(found):
        if not table.is_in(config):
            yield Text(
                f"{table.kind}: 文件里的{table.port}写得不一样",
                f"{table.kind}: {table.port} stands there otherwise",
            )


def _is(part: str, table: Table) -> bool:
    """Whether a part of a file is the table of the same port and profile, or port and speed."""
    try:
        lines = tomllib.loads(part).get(table.kind)
    except tomllib.TOMLDecodeError:  # a part of something longer
        return False
    if not isinstance(lines, list) or lines[0].get("port") != table.port:
        return False
    usual = 57600 if table.kind == "bar" else "ff68"
    return bool(lines[0].get(table.key, usual) == table.value)


def _with(table: Table, match: re.Match[str]) -> str:
    """The line of windows with the addresses that it lacks."""
    there = tomllib.loads(f"windows = {{{match[2]}}}")["windows"]
    more = {address: window for address, window in table.windows.items() if str(address) not in there}
    old = match[2].rstrip()
    return f"{match[1]}{old}{', ' if old and more else ' '}{_listed(more)}{' ' if more else ''}}}"


def _listed(windows: Mapping[int, str]) -> str:
    return ", ".join(f"{address} = {_quoted(window)}" for address, window in sorted(windows.items()))


def _quoted(value: str | int) -> str:
    """A value as TOML writes it; where a string needs an escape at all, JSON's is the same."""
    return json.dumps(value, ensure_ascii=False)
