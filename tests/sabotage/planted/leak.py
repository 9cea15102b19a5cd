"""The kiosk's program with a fault: it keeps something of everything it ever showed."""

import sys
from typing import Any

from kiosk.app import main, window

KEPT_MB = 1.0
"""Of each Look."""


def _plant() -> None:
    honest, kept = window.run, []

    async def run(kiosk: Any, *given: Any, **named: Any) -> None:
        tell = kiosk.tell

        def heard(event: Any) -> None:
            before = kiosk.look
            tell(event)
            if kiosk.look != before:
                kept.append(b"x" * int(KEPT_MB * 2**20))

        kiosk.tell = heard
        await honest(kiosk, *given, **named)

    window.run = run


if __name__ == "__main__":
    _plant()
    sys.exit(main.main())
