"""A word to systemd, where it started the kiosk: that it is ready, and ever again that its glass still moves."""

import os
import socket

EVERY_S = 1.0
"""Between one sign of life and the next; the unit's WatchdogSec is several of them."""


def tell(word: str) -> None:
    """Say READY=1 or WATCHDOG=1. Nothing happens where nobody listens; a word that is lost is followed by the next."""
    path = os.environ.get("NOTIFY_SOCKET")
    if not path:
        return
    address = f"\0{path[1:]}" if path.startswith("@") else path
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as line:
        line.setblocking(False)
        try:
            line.sendto(word.encode(), address)
        except OSError:
            return
