"""A simulated ESC/POS printer: draws what it prints, answers DLE EOT and tells of changes. It is a picture, not paper."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from PIL import Image

from devices.codec.escpos.decoder import Decoder, Op
from devices.codec.escpos.op import Automatic, Clear, Cut, Feed, Keep, Query, Reset
from devices.codec.escpos.status import (
    CLEARED,
    COVER_2,
    COVER_A1,
    CUTTER_3,
    CUTTER_A2,
    END_4,
    END_A3,
    FIXED,
    FIXED_A1,
    NEAR_END_4,
    NEAR_END_A3,
    OFFLINE_1,
    OFFLINE_A1,
    PAPER_END_2,
)
from devices.codec.profile.printer import Model, named
from devices.codec.signal import Garbage
from devices.simulator.core import Refused, Tell
from devices.simulator.picture import Roll

PaperState = Literal["ok", "low", "out"]
WORDS = "paper ok|low|out, cover open|closed, cutter ok|jammed, offline on|off, mute on|off"

HELD = 4096
"""What its memory has room for, in steps of printing."""
TEAR = 6
"""Lines from the print head to the edge on which a ticket is torn off."""


@dataclass(frozen=True, slots=True)
class PrintedTicket:
    """One ticket that was cut off: its picture and its text line by line."""

    image: Image.Image
    text: str


class VirtualPrinter:
    """The printer. With `out` each ticket is kept there as ticket-0001.png and so on."""

    def __init__(
        self, *, model: Model | None = None, out: Path | None = None, tell: Tell = lambda _: None
    ) -> None:
        self.send: Callable[[bytes], None] = lambda _: None
        self.tickets: list[PrintedTicket] = []
        self.paper: PaperState = "ok"
        self.cover_open = False
        self.cutter_jammed = False
        self.offline = False
        self.mute = False
        self.received = 0
        self.garbage = 0
        self._out = out
        self._tell = tell
        self._model = model or named("escpos-80")
        self._roll = Roll(self._model.dots)
        self.restart()

    def restart(self) -> None:
        """See Core.restart: a half-printed ticket stays in the printer's throat and is lost."""
        self._decoder = Decoder(chinese=False)  # strict: shows a driver that forgot FS &
        kept, self._roll = self._roll.kept, Roll(self._roll.width)
        self._roll.kept = kept
        self._automatic = False
        self._held: list[Op] = []

    def feed(self, data: bytes) -> None:
        """See Core.feed."""
        self.received += len(data)
        for op in self._decoder.feed(data):
            if isinstance(op, Query):
                if not self.mute:
                    self.send(bytes((self._status(op.n),)))
            elif isinstance(op, Garbage):
                self.garbage += 1
                self._tell({"garbage": op.raw.hex(" ")})
            elif isinstance(op, Clear):
                self._held.clear()
                if not self.mute:
                    self.send(CLEARED)
            elif self._can_print:
                self._do(op)
            elif len(self._held) < HELD:
                self._held.append(op)  # a real one prints it as soon as it can

    def steer(self, words: list[str]) -> None:
        """See Core.steer."""
        match words:
            case ["paper", ("ok" | "low" | "out") as state]:
                self.paper = state
            case ["cover", ("open" | "closed") as state]:
                self.cover_open = state == "open"
            case ["cutter", ("ok" | "jammed") as state]:
                self.cutter_jammed = state == "jammed"
            case ["offline", ("on" | "off") as state]:
                self.offline = state == "on"
            case ["mute", ("on" | "off") as state]:
                self.mute = state == "on"
            case _:
                raise Refused(f"a printer takes: {WORDS}")
        self._tell_host()
        while self._held and self._can_print:
            self._do(self._held.pop(0))

    def _do(self, op: Op) -> None:
        if isinstance(op, Automatic | Reset):
            self._automatic = isinstance(op, Automatic) and op.bits != 0
            self._tell_host()
            return
        self._roll.put(op)
        if isinstance(op, Keep):
            self._automatic = False  # it starts anew
            self._tell({"kept": len(op.pictures)})
        if self._ends(op) and not self._roll.is_blank:
            self._finish()

    @property
    def _can_print(self) -> bool:
        return self.paper != "out" and not (self.cover_open or self.cutter_jammed or self.offline)

    def _tell_host(self) -> None:
        """Automatic status: sent when it is asked for and at each change."""
        if not self._automatic or self.mute:
            return
        one = FIXED_A1 | (0 if self._can_print else OFFLINE_A1) | (COVER_A1 if self.cover_open else 0)
        two = CUTTER_A2 if self.cutter_jammed else 0
        three = {"ok": 0, "low": NEAR_END_A3, "out": NEAR_END_A3 | END_A3}[self.paper]
        self.send(bytes((one, two, three, 0)))

    def _ends(self, op: Op) -> bool:
        """Whether a ticket ends here: cut off, or fed to where it is torn off by hand."""
        if self._model.knife == "none":
            return isinstance(op, Feed) and op.lines >= TEAR
        return isinstance(op, Cut)

    def _status(self, n: int) -> int:
        bits = {
            1: 0 if self._can_print else OFFLINE_1,
            2: (COVER_2 if self.cover_open else 0) | (PAPER_END_2 if self.paper == "out" else 0),
            3: CUTTER_3 if self.cutter_jammed else 0,
            4: {"ok": 0, "low": NEAR_END_4, "out": NEAR_END_4 | END_4}[self.paper],
        }
        return FIXED | bits[n]

    def _finish(self) -> None:
        ticket = PrintedTicket(*self._roll.tear())
        self.tickets.append(ticket)
        fact: dict[str, object] = {"text": ticket.text}
        if self._out is not None:
            name = f"ticket-{len(self.tickets):04d}.png"
            part = self._out / f".{name}.part"
            ticket.image.save(part, "PNG")
            part.replace(self._out / name)  # whoever waits for the name finds a whole picture
            fact = {"printed": name, **fact}
        self._tell(fact)
