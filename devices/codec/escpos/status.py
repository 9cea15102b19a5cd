"""DLE EOT answers (Epson ESC/POS reference, "Transmit real-time status").

A status byte is valid exactly when `b & 0x93 == 0x12`. No answer at all is no statement: a mute printer is
unknown, never fine (a well-known library reports "paper adequate" for a printer whose cable is pulled).
"""

from dataclasses import dataclass
from enum import StrEnum

QUERIES = (1, 2, 3, 4)
"""Kinds of status: 1 printer, 2 cause of offline, 3 cause of error, 4 paper sensors."""

OFFLINE_1 = 0x08
COVER_2, PAPER_END_2, ERROR_2 = 0x04, 0x20, 0x40
CUTTER_3, FATAL_3, PASSING_3 = 0x08, 0x20, 0x40
NEAR_END_4, END_4 = 0x0C, 0x60
FIXED = 0x12


class Health(StrEnum):
    """What is known of a device."""

    READY = "ready"
    NEAR_END = "near_end"
    NO_PAPER = "no_paper"
    COVER = "cover"
    OFFLINE = "offline"
    UNKNOWN = "unknown"
    GONE = "gone"

    @property
    def prints(self) -> bool:
        """Whether a ticket is sent to it: yes also when the printer does not say how it is."""
        return self in (Health.READY, Health.NEAR_END, Health.UNKNOWN)


def query(n: int) -> bytes:
    """The real-time status request DLE EOT n."""
    return bytes((0x10, 0x04, n))


ASK = b"".join(query(n) for n in QUERIES)
"""All four requests in one write; a printer answers one byte to each, in this order."""


@dataclass(frozen=True, slots=True)
class Status:
    """Answers to requests 1 to 4; None where none came."""

    answers: tuple[int | None, int | None, int | None, int | None] = (None, None, None, None)

    @property
    def health(self) -> Health:
        """The worst thing that the answers say; ready only if all four came."""
        one, two, three, four = self.answers
        if (two is not None and two & PAPER_END_2) or (four is not None and four & END_4):
            return Health.NO_PAPER
        if two is not None and two & COVER_2:
            return Health.COVER
        if any(b is not None and b & bits for b, bits in ((one, OFFLINE_1), (two, ERROR_2), (three, 0x68))):
            return Health.OFFLINE
        if None in self.answers:
            return Health.UNKNOWN
        return Health.NEAR_END if four is not None and four & NEAR_END_4 else Health.READY


class StatusReader:
    """Collects the four answers to one ASK. Bytes that can be no status are counted and dropped."""

    def __init__(self) -> None:
        self.junk = 0
        self._answers: list[int] = []

    def begin(self) -> None:
        """Forgets earlier answers: a new ASK goes out."""
        self._answers.clear()

    def feed(self, data: bytes) -> Status | None:
        """The complete status once its last byte came; until then None."""
        for byte in data:
            if byte & 0x93 == FIXED and len(self._answers) < len(QUERIES):
                self._answers.append(byte)
            else:
                self.junk += 1
        return self.partial() if len(self._answers) == len(QUERIES) else None

    def partial(self) -> Status:
        """What is known when patience ends. Fewer than four answers can not be told apart: none."""
        if len(self._answers) < len(QUERIES):
            return Status()
        one, two, three, four = self._answers
        return Status((one, two, three, four))
