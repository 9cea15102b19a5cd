"""By hand: which port is what, and which window's keypads and bars have which port and address."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from functools import partial

from devices.agent.entry import Bar, Found, Keypad
from devices.codec.profile.file import names
from devices.codec.profile.shape import Profile, Wire, named
from devices.codec.question import Question, questions
from devices.driver.probe import Key, ask, light, listen
from devices.transport.address import open_port
from devices.transport.error import LineFault
from devices.transport.port import Port
from devices.transport.ports import ports
from devices.transport.tty import Settings
from queue_server.wire.face import LANGUAGES, say

Tell = Callable[[Mapping[str, object]], None]
Say = Callable[[str], None]


Which = Callable[[int], str]
"""Asks at which window the bar hangs that shows a number; nothing if nobody knows."""


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
    which: Which | None = None,
) -> list[Found]:
    """Asks each port what it is, where each bar hangs, and for each window waits for a key; what has its window now.

    `every` are the questions, all that there are if none are given. Without `which` bars are told and no more. A port that can
    not be had is told and left out.
    """
    profiles = tuple(named(name) for name in names("frame"))
    every = tuple(questions(profiles)) if every is None else every
    answers = await asyncio.gather(*(_asked(port, every, tell) for port in dict.fromkeys(chosen)))
    open_ = {
        port: found for port, found in zip(dict.fromkeys(chosen), answers, strict=True) if found is not None
    }
    # Of what has answered only a polled keypad has keys.
    keyed = {port: found for port, found in open_.items() if not found or found[0].what in names("frame")}
    bars = [] if which is None else await _hung(open_, which, tell)
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
    return [*bars, *out]


async def _hung(open_: Mapping[str, Sequence[Question]], which: Which, tell: Tell) -> list[Bar]:
    """The bars whose windows somebody knows: each shows a number of its own, and is asked for by it."""
    bars = [(port, each) for port, found in open_.items() for each in found if each.what == "bar"]
    out: list[Bar] = []
    for n, (port, bar) in enumerate(bars, 1):
        try:
            await light(partial(_opened, port), bar, str(n))
        except LineFault as fault:
            tell({"port": port, "fault": fault.code, "said": fault.said})
            continue
        window = which(n).strip()
        if window:
            assert bar.address is not None, "bars are asked by their addresses"
            tell({"window": window, "port": port, "bar": bar.address, "baud": bar.wire.baud})
            out.append(Bar(window, port, bar.wire.baud, bar.address))
    return out


async def _asked(port: str, every: Sequence[Question], tell: Tell) -> list[Question] | None:
    try:
        found = [each.question for each in await ask(partial(_opened, port), every)]
    except LineFault as fault:
        tell({"port": port, "fault": fault.code, "said": fault.said})
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


def both(speak: Say, key: str, **values: str) -> None:
    """Says a sentence in all languages: whoever installs has told us none."""
    for language in LANGUAGES:
        speak(say("device", key, language, **values))
