"""A simulated ESC/POS printer: draws what it prints and answers DLE EOT. It is a picture, not paper."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from PIL import Image

from devices.codec.escpos.decoder import Decoder
from devices.codec.escpos.op import Query
from devices.codec.escpos.status import (
    COVER_2,
    CUTTER_3,
    END_4,
    FIXED,
    NEAR_END_4,
    OFFLINE_1,
    PAPER_END_2,
)
from devices.codec.signal import Garbage
from devices.simulator.core import Refused, Tell
from devices.simulator.picture import Roll, is_cut

PaperState = Literal["ok", "low", "out"]
WORDS = "paper ok|low|out, cover open|closed, cutter ok|jammed, mute on|off"


@dataclass(frozen=True, slots=True)
class PrintedTicket:
    """One ticket that was cut off: its picture and its text line by line."""

    image: Image.Image
    text: str


class VirtualPrinter:
    """The printer. With `out` each ticket is kept there as ticket-0001.png and so on."""

    def __init__(self, *, mm: int = 80, out: Path | None = None, tell: Tell = lambda _: None) -> None:
        self.send: Callable[[bytes], None] = lambda _: None
        self.tickets: list[PrintedTicket] = []
        self.paper: PaperState = "ok"
        self.cover_open = False
        self.cutter_jammed = False
        self.mute = False
        self.received = 0
        self.garbage = 0
        self._mm = mm
        self._out = out
        self._tell = tell
        self.restart()

    def restart(self) -> None:
        """See Core.restart: a half-printed ticket stays in the printer's throat and is lost."""
        self._decoder = Decoder(chinese=False)  # strict: shows a driver that forgot FS &
        self._roll = Roll(self._mm)

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
            elif self._can_print:
                self._roll.put(op)
                if is_cut(op) and not self._roll.is_blank:
                    self._finish()

    def steer(self, words: list[str]) -> None:
        """See Core.steer."""
        match words:
            case ["paper", ("ok" | "low" | "out") as state]:
                self.paper = state
            case ["cover", ("open" | "closed") as state]:
                self.cover_open = state == "open"
            case ["cutter", ("ok" | "jammed") as state]:
                self.cutter_jammed = state == "jammed"
            case ["mute", ("on" | "off") as state]:
                self.mute = state == "on"
            case _:
                raise Refused(f"a printer takes: {WORDS}")

    @property
    def _can_print(self) -> bool:
        return self.paper != "out" and not self.cover_open and not self.cutter_jammed

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
