"""What a printer says of itself: answers to DLE EOT, and automatic status back (GS a), in one stream of bytes.

Every byte tells by its fixed bits what it is (Epson ESC/POS reference):

    an answer to DLE EOT            0xx1 xx10
    automatic status, first byte    0xx1 xx00, then three of 0xx0 xxxx without a gap
    XON, XOFF                       11, 13: flow control, no statement

Which of the four questions an answer belongs to only its place tells; so four answers to four questions are a
statement and anything else is none. A mute printer is unknown, never fine (a well-known library reports "paper
adequate" for a printer whose cable is pulled).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from devices.codec.signal import Garbage

OFFLINE_1 = 0x08
COVER_2, PAPER_END_2, ERROR_2 = 0x04, 0x20, 0x40
CUTTER_3, FATAL_3, PASSING_3 = 0x08, 0x20, 0x40
NEAR_END_4, END_4 = 0x0C, 0x60
FIXED = 0x12
"""The fixed bits of an answer, under the mask FIXED_MASK."""
FIXED_MASK = 0x93

OFFLINE_A1, COVER_A1 = 0x08, 0x20
CUTTER_A2, FATAL_A2, PASSING_A2 = 0x08, 0x20, 0x44
NEAR_END_A3, END_A3 = 0x03, 0x0C
FIXED_A1 = 0x10
"""The fixed bits of the first byte of automatic status; of the others bits 4 and 7 are 0."""
LATER_MASK = 0x90
FLOW = (0x11, 0x13)
AUTO_SIZE = 4

AUTO = b"\x1da\x0e"
"""GS a: from now on tell by yourself of offline, errors and paper. ESC @ may take it back."""

CLEAR = bytes.fromhex("10140801031401060208")
"""DLE DC4 8: throw away all that is received and not printed. Answered with CLEARED; a printer that does not know it skips it."""
CLEARED = b"\x37\x25\x00"


class Health(StrEnum):
    """What is known of a device."""

    READY = "ready"
    NEAR_END = "near_end"
    NO_PAPER = "no_paper"
    COVER = "cover"
    CUTTER = "cutter"
    OFFLINE = "offline"
    UNKNOWN = "unknown"
    GONE = "gone"
    SHARED = "shared"
    """Another program seems to use it, which only one may."""

    @property
    def away(self) -> bool:
        """Whether there is no way to it now."""
        return self in (Health.GONE, Health.SHARED)

    @property
    def prints(self) -> bool:
        """Whether a ticket is sent to it: yes also when the printer does not say how it is."""
        return self in (Health.READY, Health.NEAR_END, Health.UNKNOWN)


def query(n: int) -> bytes:
    """The real-time status request DLE EOT n."""
    return bytes((0x10, 0x04, n))


QUERIES = (1, 2, 3, 4)
"""Kinds of status: 1 printer, 2 cause of offline, 3 cause of error, 4 paper sensors."""
ASK = b"".join(query(n) for n in QUERIES)
"""All four requests in one write; a printer answers one byte to each, in this order."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer to DLE EOT."""

    value: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """A whole statement of a printer about itself; also the signal of automatic status."""

    no_paper: bool = False
    cover: bool = False
    cutter: bool = False
    offline: bool = False
    near_end: bool = False

    @property
    def health(self) -> Health:
        """The one thing that somebody has to mend first."""
        for claim, health in (
            (self.no_paper, Health.NO_PAPER),
            (self.cover, Health.COVER),
            (self.cutter, Health.CUTTER),
            (self.offline, Health.OFFLINE),
            (self.near_end, Health.NEAR_END),
        ):
            if claim:
                return health
        return Health.READY


StatusSignal = Answer | Status | Garbage


def answered(answers: Sequence[Answer]) -> Status | None:
    """What four answers say together. Fewer, or more, can not be told apart: no statement."""
    if len(answers) != len(QUERIES):
        return None
    one, two, three, four = (answer.value for answer in answers)
    return Status(
        no_paper=bool(two & PAPER_END_2 or four & END_4),
        cover=bool(two & COVER_2),
        cutter=bool(three & CUTTER_3),
        offline=bool(one & OFFLINE_1 or two & ERROR_2 or three & (FATAL_3 | PASSING_3)),
        near_end=bool(four & NEAR_END_4),
    )


def automatic(one: int, two: int, three: int) -> Status:
    """What the bytes of automatic status say; the fourth is reserved."""
    return Status(
        no_paper=bool(three & END_A3),
        cover=bool(one & COVER_A1),
        cutter=bool(two & CUTTER_A2),
        offline=bool(one & OFFLINE_A1 or two & (FATAL_A2 | PASSING_A2)),
        near_end=bool(three & NEAR_END_A3),
    )


class StatusCodec:
    """Reads what a printer sends. See devices.codec.signal for the law of all codecs."""

    def __init__(self) -> None:
        self._automatic = bytearray()

    def feed(self, data: bytes, now: float = 0.0) -> list[StatusSignal]:  # noqa: ARG002 - see idle
        """Answers, statements and garbage in the order in which they ended."""
        out: list[StatusSignal] = []
        for byte in data:
            if byte not in FLOW:
                self._byte(byte, out)
        return out

    def idle(self, now: float = 0.0) -> list[StatusSignal]:  # noqa: ARG002 - the caller judges the pause
        """Nothing came for a while: a statement torn in the middle is given up."""
        out: list[StatusSignal] = []
        self._give_up(out)
        return out

    def _byte(self, byte: int, out: list[StatusSignal]) -> None:
        pending = self._automatic
        if pending and byte & LATER_MASK == 0:
            pending.append(byte)
            if len(pending) == AUTO_SIZE:
                out.append(automatic(*pending[:3]))
                pending.clear()
            return
        self._give_up(out)
        if byte & FIXED_MASK == FIXED_A1:
            pending.append(byte)
        elif byte & FIXED_MASK == FIXED:
            out.append(Answer(byte))
        else:
            out.append(Garbage(bytes((byte,))))

    def _give_up(self, out: list[StatusSignal]) -> None:
        if self._automatic:
            out.append(Garbage(bytes(self._automatic)))
            self._automatic.clear()
