"""One panel behind whichever driver it has: rows of text to show, a brightness, and how it is."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Protocol

from devices.codec.escpos.status import Health
from devices.driver.bar import MANNER, Bars, Panel
from devices.transport.line import Line


class Sign(Protocol):
    """A panel. `show` and `dim` are for the loop that runs it."""

    async def run(self) -> None:
        """Keeps its port open and what it shows current until cancelled."""

    def show(self, row: int, wordings: Sequence[str], *, blinks: int = 0) -> None:
        """Shows the first wording that fits in a row, or runs the last; blinks so often."""

    def dim(self, level: int) -> None:
        """The brightness, 0 to 15."""


class Card:
    """A panel behind a card that has a font: it draws its rows itself, and says when it did (`shown`)."""

    def __init__(
        self,
        line: Line,
        panel: Panel,
        *,
        address: int,
        baud: int,
        replies: bool,
        health_changed: Callable[[Health], None],
        shown: Callable[[int], None],
    ) -> None:
        self._address = address
        self._bars = Bars(
            line,
            frozenset({address}),
            panel,
            manner=replace(MANNER, byte_s=10 / baud),
            replies=replies,
            health_changed=lambda _, health: health_changed(health),
            shown=lambda _, row: shown(row),
        )

    async def run(self) -> None:
        """See Sign.run."""
        await self._bars.run()

    def show(self, row: int, wordings: Sequence[str], *, blinks: int = 0) -> None:
        """See Sign.show."""
        self._bars.show(self._address, wordings, blinks=blinks, row=row)

    def dim(self, level: int) -> None:
        """See Sign.dim."""
        self._bars.dim(level)
