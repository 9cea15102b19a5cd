"""A simulated identity card reader, and the cards of people who do not exist."""

from collections.abc import Callable
from datetime import date

from devices.codec.sam import card as text
from devices.codec.sam.card import Card, Kind
from devices.codec.sam.frame import (
    DONE,
    FOUND,
    NO_CARD,
    NOT_READ,
    NOT_SELECTED,
    UNKNOWN_ORDER,
    Ask,
    SamFramer,
    framed,
)
from devices.codec.signal import Garbage
from devices.simulator.core import Refused, Tell
from queue_server.wire.card import check_digit

PICTURE = bytes(1024)
WORDS = "card put [resident|elder|permit|foreign], card bad, card take"
BORN, LONG_AGO = date(1980, 1, 1), date(1950, 1, 1)


def nobody(kind: Kind = "resident", born: date = BORN) -> Card:
    """The card of somebody who does not exist: there is no region 99."""
    digits = f"990000{born:%Y%m%d}001"
    return Card(
        kind=kind,
        name="测试卡",
        number="UTO990000000019" if kind == "foreign" else digits + check_digit(digits),
        sex="male",
        born=born,
        since=date(2020, 1, 1),
        until=date(2040, 1, 1),
        address="" if kind == "foreign" else "测试省测试市1号",
        issuer="9900" if kind == "foreign" else "测试局",
        nation="UTO" if kind == "foreign" else "01",
    )


class VirtualReader:
    """A reader. A card that was read is found again only when it was taken off and put on again, as on real ones; until
    somebody looks for the next one it may be read again.

    With `deal` it needs nobody: after so many looks in vain a card is put on, of somebody old and somebody not in turns, and it is
    taken off once it was read.
    """

    def __init__(self, *, deal: int = 0, tell: Tell = lambda _: None) -> None:
        self.send: Callable[[bytes], None] = lambda _: None
        self.reads = 0
        self._tell = tell
        self._deal, self._looks = deal, 0
        self._card: Card | None = None
        self._bad = False
        self.restart()

    def restart(self) -> None:
        """See Core.restart."""
        self._framer = SamFramer()
        self._found = self._selected = self._done = False

    def put(self, card: Card, *, bad: bool = False) -> None:
        """A card is put on; a `bad` one is found and can not be read."""
        self._card, self._bad = card, bad
        self._found = self._selected = self._done = False

    def take(self) -> None:
        """The card is taken off."""
        self._card = None

    def feed(self, data: bytes) -> None:
        """See Core.feed."""
        for content in self._framer.feed(data):
            if not isinstance(content, Garbage):
                self.send(framed(self._reply(content)))

    def steer(self, words: list[str]) -> None:
        """See Core.steer."""
        match words:
            case ["card", "put"]:
                self.put(nobody())
            case ["card", "put", "elder"]:
                self.put(nobody(born=LONG_AGO))
            case ["card", "put", "resident" | "permit" | "foreign" as kind]:
                self.put(nobody(kind))
            case ["card", "bad"]:
                self.put(nobody(), bad=True)
            case ["card", "take"]:
                self.take()
            case _:
                raise Refused(f"a card reader takes: {WORDS}")

    def _reply(self, content: bytes) -> bytes:
        match content:
            case Ask.FIND.value:
                self._selected = False
                self._dealt()
                self._found = self._card is not None and not self._done
                return FOUND + bytes(4) if self._found else NO_CARD
            case Ask.SELECT.value:
                self._selected = self._found and self._card is not None
                return DONE + bytes(8) if self._selected else NOT_SELECTED
            case Ask.READ.value:
                if self._card is None or self._bad or not self._selected:
                    self._found = self._selected = False
                    return NOT_READ
                self._done = True
                self.reads += 1
                self._tell({"read": self._card.kind})
                sizes = text.TEXT.to_bytes(2, "big") + len(PICTURE).to_bytes(2, "big")
                return DONE + sizes + text.write(self._card) + PICTURE
            case Ask.RESET.value | Ask.STATUS.value | Ask.MODULE.value:
                return DONE
            case _:
                return UNKNOWN_ORDER

    def _dealt(self) -> None:
        """Where cards come by themselves: one that was read is taken off, and the next one comes after some looks."""
        if not self._deal:
            return
        if self._done:
            self._card, self._done = None, False
        self._looks += self._card is None
        if self._looks >= self._deal:
            self._looks = 0
            self.put(nobody(born=BORN if self.reads % 2 else LONG_AGO))
