"""Random ids and tokens. The system is asked for many at a time: one question costs it as much as deciding on a ticket costs us."""

import os
from base64 import urlsafe_b64encode

LENGTH = 22
"""Characters of a token, of six random bits each."""
_AT_ONCE = 256
_BYTES, _TEXT = 18, 24
"""What is drawn for each, and its length as text: base64 turns three bytes into four characters."""


class Draw:
    """Draws a fresh token of 132 random bits each time it is called."""

    def __init__(self) -> None:
        """Nothing is drawn yet."""
        self._drawn: list[str] = []

    def __call__(self) -> str:
        """A token that nobody can guess, and that was never given before. Safe in an address."""
        if not self._drawn:
            text = urlsafe_b64encode(os.urandom(_AT_ONCE * _BYTES)).decode()
            self._drawn = [text[at : at + LENGTH] for at in range(0, len(text), _TEXT)]
        return self._drawn.pop()
