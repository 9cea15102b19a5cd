"""How a line wants to be spoken to: the times and habits that a driver keeps, in seconds."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Manner:
    """The habits of one bus. Without `polls` its devices speak by themselves, and nobody is asked."""

    byte_s: float = 0.0
    """How long one byte is on the line."""
    turnaround_s: float = 0.0
    """Silence that the line needs after each of our frames, or after the answer to it."""
    reply_s: float = 0.2
    """How long an answer is waited for."""
    retries: int = 2
    """How often somebody silent is asked again before the others come first."""
    round_s: float = 0.1
    """A round of polls begins so long after the last one at the earliest."""
    interbyte_s: float = 0.05
    """A frame whose next byte is overdue by this is given up."""
    echo: bool = False
    """The adapter gives our own bytes back to us."""
    debounce_s: float = 0.3
    rating_s: float = 30.0
