"""What is on a port nobody has described: asks it harmless questions, and listens for the key that names it."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from devices.codec.frame import FrameCodec
from devices.codec.onbon.bar import BarCodec
from devices.codec.onbon.order import Area, Show
from devices.codec.profile.shape import Profile, Wire
from devices.codec.question import Question
from devices.codec.signal import Alive, Garbage, KeySignal, Pressed, Rated
from devices.driver.paper import RESET
from devices.transport.port import Port

WRITE_S = 1.0
TURN_S = 10.0
"""How long one speed is listened at, where callers of several may be."""

NARROW = 32
"""Dots of a text that every bar has room for."""

Open = Callable[[Wire], Awaitable[Port]]


@dataclass(frozen=True, slots=True)
class Answered:
    """Something on the port answered a question."""

    question: Question


@dataclass(frozen=True, slots=True)
class Key:
    """A key that came: by which profile, from which address."""

    profile: str
    address: int


async def ask(opened: Open, questions: Sequence[Question]) -> list[Answered]:
    """What answers, at all the addresses that are asked at the first speed where something does. Raises a LineFault."""
    found: list[Answered] = []
    for (what, wire), group in groupby(questions, key=lambda each: (each.what, each.wire)):
        port = await opened(wire)
        try:
            found += [Answered(each) for each in group if await _answers(port, each)]
            if not found and what != "printer":
                # A printer that is mute has taken our question for text: it must not stand above a ticket.
                await port.write(RESET, WRITE_S)
        finally:
            port.close()
        if found:
            break
    return found


async def light(opened: Open, bar: Question, text: str) -> bool:
    """Shows a few characters on a bar that has answered; whether it says that it does. Raises a LineFault."""
    port = await opened(bar.wire)
    show = BarCodec().encode(bar.address or 0, Show((Area(text, width=NARROW),)))
    try:
        return await _answers(port, replace(bar, ask=show))
    finally:
        port.close()


async def _answers(port: Port, question: Question) -> bool:
    heard = b""
    await port.write(question.ask, WRITE_S)
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(question.patience_s):
            while not question.answered(heard):
                heard += await port.read()
    return question.answered(heard)


async def listen(opened: Open, profiles: Sequence[Profile], polled: Sequence[Question]) -> Key:
    """The next key; it is answered, so that it is not sent again. Raises a LineFault.

    `polled` are the questions that the devices of this port have answered: they are asked instead of listened to.
    """
    if polled:
        return await _asked(opened, next(p for p in profiles if p.name == polled[0].what), polled)
    spoken = sorted((p for p in profiles if p.bus.mode == "push"), key=lambda each: repr(each.wire))
    wires = [(wire, list(group)) for wire, group in groupby(spoken, key=lambda each: each.wire)]
    while True:
        for wire, several in wires:
            limit_s = TURN_S if len(wires) > 1 else None
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(limit_s):
                    return await _heard(opened, wire, several)


async def _heard(opened: Open, wire: Wire, profiles: Sequence[Profile]) -> Key:
    port = await opened(wire)
    codecs = [FrameCodec(profile) for profile in profiles]
    loop = asyncio.get_running_loop()
    try:
        while True:
            data, now = await port.read(), loop.time()
            heard = [(codec, signal) for codec in codecs for signal in codec.feed(data, now)]
            # One that knows what the key means comes before one that only knows the frame.
            for codec, signal in sorted(heard, key=lambda each: not isinstance(each[1], Pressed | Rated)):
                if not isinstance(signal, Alive | Garbage):
                    await _answer(port, signal)
                    return Key(codec.profile.name, signal.address)
    finally:
        port.close()


async def _asked(opened: Open, profile: Profile, polled: Sequence[Question]) -> Key:
    port = await opened(profile.wire)
    codec, manner = FrameCodec(profile), profile.manner
    loop = asyncio.get_running_loop()
    try:
        while True:
            for question in polled:
                await port.write(question.ask, WRITE_S)
                data = b""
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(manner.reply_s):
                        data = await port.read()
                for signal in codec.feed(data, loop.time()):
                    if not isinstance(signal, Alive | Garbage):
                        await _answer(port, signal)
                        return Key(profile.name, signal.address)
                await asyncio.sleep(max(manner.turnaround_s, manner.round_s / len(polled)))
    finally:
        port.close()


async def _answer(port: Port, signal: KeySignal) -> None:
    if not isinstance(signal, Garbage) and signal.ack:
        await port.write(signal.ack, WRITE_S)
