"""What a window's devices do, from the window's records on the feed. Pure: records in, orders out.

The records are those of the topic `window:<id>` (queue_server/wire/window.py). One `Window` remembers what its devices
were last told, so that the same record twice is told once.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import msgspec

from devices.driver.phrase import phrases
from queue_server.wire.day import local
from queue_server.wire.face import say
from queue_server.wire.ids import TicketId, WindowId
from queue_server.wire.ticket import HoldKind, Language, Ticket
from queue_server.wire.view import NoticesRecord
from queue_server.wire.window import HeldRecord, PromptRecord, WaitingRecord, WindowRecord

BLINKS = 5
"""How often a new call goes off and on."""
PROMPT_S = 30.0
"""How long a rating key counts, in real seconds."""

COMMANDS = {
    "call_next": "windows.call_next",
    "recall": "windows.recall",
    "start": "windows.start",
    "finish": "windows.finish",
    "no_show": "windows.no_show",
    "hold": "windows.hold",
    "resume_held": "windows.resume_held",
    "transfer": "windows.transfer",
}
"""Caller keys that are commands of the clerk who is signed in at the window. A key that is none of these is told and answered
with a beep.
"""
HOLD: HoldKind = "at_window"
"""A key holds a ticket in the plainest way: the papers stay, and it goes on at the same window."""


@dataclass(frozen=True, slots=True)
class ShowText:
    """The bar shows the first of these wordings that fits it; a new call blinks."""

    wordings: tuple[str, ...]
    blinks: int = 0


@dataclass(frozen=True, slots=True)
class ShowNumber:
    """The caller shows this ticket."""

    number: str


@dataclass(frozen=True, slots=True)
class ShowWaiting:
    """The caller shows how many wait."""

    count: int


@dataclass(frozen=True, slots=True)
class AskRating:
    """The evaluator asks for the rating of this step, for so many real seconds, and says whose it is."""

    step: str
    text: str
    seconds: float


@dataclass(frozen=True, slots=True)
class WithdrawRating:
    """The evaluator's question is over."""


Order = ShowText | ShowNumber | ShowWaiting | AskRating | WithdrawRating


class Window:
    """One window's devices."""

    def __init__(self, id: WindowId, language: Language = "zh") -> None:  # noqa: A002 - a window's id
        self.id = id
        self._language = language
        self._call: tuple[str, int] | None = None
        self._text: tuple[str, ...] | None = None
        self._shown: Order | None = None
        self._step: str | None = None
        self.held: TicketId | None = None
        """The ticket that the key for held ones calls: the first that goes on here."""

    def see(self, records: Mapping[str, Mapping[str, Any]], now: datetime, speed: float) -> list[Order]:
        """What is new for the devices. `now` is business time, which runs `speed` times as fast as real time."""
        if "window" not in records:
            return []
        window = msgspec.convert(records["window"], WindowRecord)
        ticket = msgspec.convert(records["current"], Ticket) if "current" in records else None
        waiting = msgspec.convert(records["waiting"], WaitingRecord) if "waiting" in records else None
        prompt = msgspec.convert(records["prompt"], PromptRecord) if "prompt" in records else None
        told = msgspec.convert(records["notices"], NoticesRecord).notices if "notices" in records else ()
        notice = "  ".join(each.text.of(self._language) for each in told)
        held = msgspec.convert(records["held"], HeldRecord).tickets if "held" in records else ()
        here = (each.id for each in held if each.hold.kind != HOLD or each.window == self.id)
        self.held = next(here, None)
        orders: list[Order] = []
        text = self._bar(window, ticket, notice)
        if text.blinks or text.wordings != self._text:
            self._text = text.wordings
            orders.append(text)
        digits = self._digits(window, waiting)
        if digits != self._shown:
            self._shown = digits
            orders.append(digits)
        return [*orders, *self._rating(prompt, now, speed)]

    def leave(self) -> list[Order]:
        """The window is not ours any more: nothing of its visits stays on its devices."""
        text, digits = ShowText(phrases("closed", self._language)), ShowWaiting(0)
        orders: list[Order] = [text] if text.wordings != self._text else []
        orders += [digits] if digits != self._shown else []
        orders += [WithdrawRating()] if self._step is not None else []
        self._text, self._shown, self._step, self._call = text.wordings, digits, None, None
        self.held = None
        return orders

    def _bar(self, window: WindowRecord, ticket: Ticket | None, notice: str) -> ShowText:
        if window.number is not None and window.ticket_state == "called":
            text = phrases("calling", self._language, number=window.number, window=window.id)
            call = (str(window.ticket), ticket.recalls if ticket else 0)
            new, self._call = call != self._call, call
            return ShowText(text, BLINKS if new else 0)
        if window.number is not None:
            return ShowText(phrases("serving", self._language, number=window.number))
        if window.state == "paused":
            until = f"{local(window.until):%H:%M}" if window.until else None
            return ShowText(phrases("paused", self._language, until=until))
        if (
            notice
        ):  # whoever is called, served or asked to wait reads that; a window that is closed says so first
            shut = "" if window.state == "open" else phrases("closed", self._language)[0]
            return ShowText((f"{shut} {notice}".strip(),))
        if window.state == "open" and window.idle is not None:
            return ShowText((window.idle.of(self._language),))
        return ShowText(phrases("idle" if window.state == "open" else "closed", self._language))

    @staticmethod
    def _digits(window: WindowRecord, waiting: WaitingRecord | None) -> Order:
        if window.number is not None:
            return ShowNumber(window.number)
        return ShowWaiting(min(waiting.count if waiting else 0, 999))

    def _rating(self, prompt: PromptRecord | None, now: datetime, speed: float) -> list[Order]:
        if prompt is None:
            over, self._step = self._step is not None, None
            return [WithdrawRating()] if over else []
        if prompt.step == self._step:
            return []
        self._step = prompt.step
        age: timedelta = now - prompt.finished_at
        left = PROMPT_S - max(0.0, age.total_seconds() / max(speed, 1.0))
        text = say("device", "keypad_ask", self._language, number=prompt.number)
        return [AskRating(prompt.step, text, left)] if left > 0 else []


def command(
    verb: str,
    window: WindowId,
    held: TicketId | None = None,
    destination: Mapping[str, str] | None = None,
) -> tuple[str, dict[str, Any]] | None:
    """The command of a caller key at a window, where `held` goes on and from where a transfer goes to `destination`.

    None for a key that is none, that has nobody to call, or that has nowhere to send somebody.
    """
    name = COMMANDS.get(verb)
    if name is None:
        return None
    match verb:
        case "hold":
            return name, {
                "window": window,
                "kind": HOLD,
                "reason": say("device", "caller_hold", "zh"),
            }
        case "resume_held":
            return None if held is None else (name, {"window": window, "ticket": held})
        case "transfer":
            return None if destination is None else (name, {"at": window, **destination})
        case _:
            return name, {"window": window}


def rated(step: str, level: int, window: WindowId) -> tuple[str, dict[str, Any]]:
    """The command of a rating key at a window."""
    return "ratings.submit", {"step": step, "level": level, "channel": "keypad", "window": window}
