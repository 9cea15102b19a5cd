"""How fast a simulated device takes what is sent to it: at once, or as slowly as its line would bring it."""

BITS = 10
"""Bits on the line for a byte: start, eight, stop."""
READ, SLOW_READ = 4096, 8


class Pace:
    """A line's speed. `baud` 0 is none: whatever was sent is there."""

    def __init__(self) -> None:
        self.baud = 0
        self._due_s = 0.0

    @property
    def most(self) -> int:
        """How many bytes to take at once."""
        return SLOW_READ if self.baud else READ

    def pause_s(self, size: int, now_s: float, *, waited: bool = False) -> float:
        """How long so many bytes, taken now, are still on the line.

        With `waited` they were behind those before, so the line never stood still, even if this program did.
        """
        if not self.baud:
            return 0.0
        self._due_s = (self._due_s if waited else max(self._due_s, now_s)) + size * BITS / self.baud
        return max(0.0, self._due_s - now_s)
