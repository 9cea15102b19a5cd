"""A scanner that types: it is a keyboard to the machine, and ends what it read with the Enter key."""

import secrets
import time
from collections.abc import Callable

from kiosk.model.event import Event, Scanned

PAUSE_S = 0.5
"""A scanner types its characters closer together than this; what stands before a longer pause is not of the same symbol."""
LONGEST = 512


_SHIFTED = dict(zip("1234567890-=[]\\;',./`", '!@#$%^&*()_+{}|:"<>?~', strict=True))


def character(code: int, *, shift: bool) -> str:
    """What a key of an American keyboard types, as scanners are when they come; nothing for one that types nothing."""
    if not 0x20 <= code < 0x7F:
        return ""
    plain = chr(code)
    return _SHIFTED.get(plain, plain.upper()) if shift else plain


class Scanner:
    """What a scanner types is told as one Scanned when it ends."""

    def __init__(self, tell: Callable[[Event], None], clock: Callable[[], float] = time.monotonic) -> None:
        self._tell = tell
        self._clock = clock
        self._text = ""
        self._at = float("-inf")

    def typed(self, text: str) -> None:
        """Characters came, or with a key none."""
        if not text:
            return
        now = self._clock()
        self._text = (self._text if now - self._at < PAUSE_S else "") + text
        self._text, self._at = self._text[-LONGEST:], now

    def ended(self) -> None:
        """The Enter key came."""
        text, self._text = self._text, ""
        if text and self._clock() - self._at < PAUSE_S:
            self._tell(Scanned(text, secrets.token_urlsafe(18)))
