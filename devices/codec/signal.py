"""What every codec shares: bytes in, facts out, and nothing ever raised because of what a wire said.

A codec has one shape::

    feed(data, now=0.0) -> list[Signal]      bytes that arrived at `now` (seconds of any steady clock)
    idle(now)           -> list[Signal]      time passed without bytes; a frame torn in the middle is given up
    encode(order)       -> bytes             one order as one frame

Law: any cutting of the same bytes into chunks gives the same signals; junk comes out as `Garbage`, is never
an exception and never grows a buffer past its cap; a frame whose check fails is never a signal.
"""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Garbage:
    """Bytes that belong to no valid frame. The receiver counts and drops them; whose they were it never prints."""

    raw: bytes = field(repr=False)

    def __repr__(self) -> str:
        """How many there are: a torn frame may hold what a card said."""
        return f"Garbage({len(self.raw)} bytes)"


@dataclass(frozen=True, slots=True)
class Pressed:
    """A caller key: `verb` is the profile's word (call_next, recall, finish ...). `ack` is sent back.

    `typed` is the number that was typed before it, where the profile has such keys.
    """

    address: int
    verb: str
    ack: bytes = b""
    typed: str = ""


@dataclass(frozen=True, slots=True)
class Rated:
    """An evaluator key that the profile maps to a level: 1 (very dissatisfied) to 5 (very satisfied)."""

    address: int
    level: int
    ack: bytes = b""


@dataclass(frozen=True, slots=True)
class Unmapped:
    """A valid frame that means nothing here, such as an unmapped rating key: counted, never guessed."""

    address: int
    raw: bytes
    ack: bytes = b""


@dataclass(frozen=True, slots=True)
class Alive:
    """A valid frame by which a device says that it is there, and nothing else."""

    address: int
    ack: bytes = b""


KeySignal = Pressed | Rated | Unmapped | Alive | Garbage
