"""By hand: which port is what, and which window's keypad has which port and address."""

import asyncio
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from devices.agent.config import load
from devices.codec.profile.file import names
from devices.codec.profile.shape import Profile, Wire, named
from devices.codec.question import Question, questions
from devices.driver.probe import Key, ask, listen
from devices.transport.address import open_port
from devices.transport.error import LineFault
from devices.transport.port import Port
from devices.transport.ports import ports
from devices.transport.tty import Settings
from queue_server.client.setting import BadConfig
from queue_server.wire.face import LANGUAGES, say

Tell = Callable[[Mapping[str, object]], None]
Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Keypad:
    """A window's keypad, found by its key."""

    window: str
    port: str
    key: Key


def listed(*, tell: Tell) -> list[str]:
    """The ports of this machine, each by the name to write down; tells all its names."""
    found = ports()
    for port in found:
        tell({"port": port.name, "names": port.names, "says": port.says})
    return [port.name for port in found]


async def find(
    chosen: Sequence[str],
    windows: Sequence[str],
    seconds: float,
    *,
    tell: Tell,
    speak: Say,
    every: Sequence[Question] | None = None,
) -> list[Keypad]:
    """Asks each port what it is, then for each window waits for a key; the keypads that named themselves.

    `every` are the questions, all that there are if none are given. A port that can not be had is told and left out.
    """
    profiles = tuple(named(name) for name in names("frame"))
    every = tuple(questions(profiles)) if every is None else every
    answers = await asyncio.gather(*(_asked(port, every, tell) for port in dict.fromkeys(chosen)))
    open_ = {
        port: found for port, found in zip(dict.fromkeys(chosen), answers, strict=True) if found is not None
    }
    # Of what has answered only a polled keypad has keys.
    keyed = {port: found for port, found in open_.items() if not found or found[0].what in names("frame")}
    out: list[Keypad] = []
    for window in windows:
        found = await _pressed(window, keyed, profiles, seconds, out, speak)
        if found is None:
            both(speak, "find_nobody", window=window)
            continue
        tell(
            {"window": window, "port": found.port, "profile": found.key.profile, "address": found.key.address}
        )
        out.append(found)
    return out


async def _asked(port: str, every: Sequence[Question], tell: Tell) -> list[Question] | None:
    try:
        found = [each.question for each in await ask(partial(_opened, port), every)]
    except LineFault as fault:
        tell({"port": port, "fault": fault.code, "said": str(fault)})
        return None
    for each in found:
        tell({"port": port, "answers": each.what, "baud": each.wire.baud, "address": each.address})
    if not found:
        tell({"port": port, "answers": None})
    return found


async def _pressed(
    window: str,
    keyed: Mapping[str, Sequence[Question]],
    profiles: Sequence[Profile],
    seconds: float,
    taken: Sequence[Keypad],
    speak: Say,
) -> Keypad | None:
    """The keypad whose key comes first and that is no other window's; None if there is none in time."""
    owners = {(each.port, each.key.address): each.window for each in taken}
    news: asyncio.Queue[tuple[str, Key]] = asyncio.Queue()

    async def hear(port: str, polled: Sequence[Question]) -> None:
        try:
            while True:
                news.put_nowait((port, await listen(partial(_opened, port), profiles, polled)))
        except LineFault as fault:
            speak(str(fault))

    listening = [asyncio.create_task(hear(port, polled)) for port, polled in keyed.items()]
    both(speak, "find_press", window=window)
    try:
        async with asyncio.timeout(seconds):
            while True:
                port, key = await news.get()
                owner = owners.get((port, key.address))
                if owner is None:
                    return Keypad(window, port, key)
                both(speak, "find_taken", window=owner)
    except TimeoutError:
        return None
    finally:
        for task in listening:
            task.cancel()
        await asyncio.gather(*listening, return_exceptions=True)


async def _opened(port: str, wire: Wire) -> Port:
    return await open_port(port, Settings(wire.baud, wire.bits, wire.parity, wire.stop))


def entries(found: Sequence[Keypad]) -> str:
    """What devices.toml gets: one [[keypad]] for each port and profile."""
    buses: dict[tuple[str, str], dict[int, str]] = {}
    for each in found:
        buses.setdefault((each.port, each.key.profile), {})[each.key.address] = each.window
    return "".join(
        f'\n[[keypad]]\nport = {_quoted(port)}\nprofile = "{profile}"\nwindows = {{ {_windows(windows)} }}\n'
        for (port, profile), windows in buses.items()
    )


def _windows(windows: Mapping[int, str]) -> str:
    return ", ".join(f"{address} = {_quoted(window)}" for address, window in sorted(windows.items()))


def _quoted(text: str) -> str:
    """A string as TOML writes it; where it needs an escape at all, JSON's is the same."""
    return json.dumps(text, ensure_ascii=False)


def write(path: Path, entry: str) -> None:
    """Puts the entries at the end of devices.toml, which is made if there is none.

    BadConfig, and the file as it was, if it would not be whole with them: its port may already stand there.
    """
    fresh = path.with_name(f".{path.name}.new")
    try:
        before = path.read_text("utf-8") if path.exists() else ""
        fresh.write_text(before + entry, "utf-8")
        try:
            load(fresh)
        except BadConfig as fault:
            raise BadConfig(
                path, [*fault.faults, f"it was left as it is; add by hand:{entry.rstrip()}"]
            ) from fault
        fresh.replace(path)
    except OSError as fault:
        raise BadConfig(
            path, [f"cannot be written ({fault.strerror}); correct the path or the rights"]
        ) from fault
    finally:
        fresh.unlink(missing_ok=True)


def both(speak: Say, key: str, **values: str) -> None:
    """Says a sentence in all languages: whoever installs has told us none."""
    for language in LANGUAGES:
        speak(say("device", key, language, **values))
