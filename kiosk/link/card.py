"""The kiosk's own reader of identity cards: what it reads goes into the model and nowhere else."""

from collections.abc import Callable
from typing import Protocol

from devices.driver.reader import READERS_OWN, CardReader, Read
from kiosk.model.event import CardRead, CardUnread, Event
from queue_server.wire.field import Holder

LOOK_S = 1.0
"""How long one look takes; a card that cannot be read is told of after it."""


class Cards(Protocol):
    """Something that cards are put on."""

    async def run(self) -> None:
        """Keep the reader ready until cancelled. PortBusy or PortDenied if it cannot be had at the start."""

    async def read(self) -> None:
        """Tell of every card that is put on, until cancelled."""


class SerialCards:
    """A reader on a line."""

    def __init__(self, reader: CardReader, tell: Callable[[Event], None]) -> None:
        self._reader = reader
        self._tell = tell

    async def run(self) -> None:
        """See Cards."""
        await self._reader.run()

    async def read(self) -> None:
        """See Cards."""
        while True:
            match await self._reader.read(LOOK_S):
                case Read(card):
                    self._tell(CardRead(Holder(card.number, card.name)))
                case found if found not in READERS_OWN:
                    self._tell(CardUnread())


class NoCards:
    """No reader (port `null`): numbers are typed."""

    async def run(self) -> None:
        """Nothing to keep."""

    async def read(self) -> None:
        """Nothing to tell."""
