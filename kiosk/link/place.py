"""The place of a kiosk that brings no token: until it has one, its code is on the glass; then how it is is told."""

import logging
from collections.abc import Callable
from pathlib import Path

import msgspec

from devices.codec.escpos.status import Health
from devices.driver.condition import Part, listed, troubled
from devices.driver.condition import part as named
from kiosk.link.hall import TOPIC
from kiosk.model.event import CodeShown, Event, PrintAsked
from kiosk.model.intent import Ail
from queue_server.client.link import Link
from queue_server.client.pairing import OWN, Pairing
from queue_server.wire.device import PRINT, DeviceHealth, DeviceRecord, PrintRecord

_log = logging.getLogger(__name__)


class Condition:
    """How a kiosk is: all that ails it as one word, told with each change."""

    def __init__(self) -> None:
        """Well, and nobody to tell."""
        self._say: Callable[[DeviceHealth, str | None], None] = lambda *_: None
        self._ails: dict[str, str] = {}

    def tell(self, say: Callable[[DeviceHealth, str | None], None]) -> None:
        """Tell it to `say`, now and with each change."""
        self._say = say
        self._speak()

    def ail(self, part: str, fault: str | None) -> None:
        """What is wrong with a part of it; None is nothing any more."""
        self._ails.pop(part, None)
        if fault is not None:
            self._ails[part] = fault
        self._speak()

    def _speak(self) -> None:
        self._say("degraded" if self._ails else "ready", listed(self._ails.values()))

    def part(self, part: Part, health: Health) -> None:
        """How its printer is, or its reader. One that says nothing is unknown, which is not fine."""
        self.ail(part, None if health is Health.READY else named(part, health))

    def trouble(self, ail: Ail) -> None:
        """What is wrong with a ticket, until the program ends: with its journal once, with each that was not taken."""
        part = ail.part if ail.part == "journal" else f"{ail.part} {ail.name}"
        self.ail(part, troubled(ail.part, ail.name, ail.code))


def reprints(link: Link, topic: str, keys: frozenset[str]) -> list[PrintRecord]:
    """What a change of its own topic has this kiosk print, or of what it was told before it was cut off. One that cannot be read,
    of a newer server, is left out, and noted.
    """
    shown = link.topics.get(topic, {}) if topic.partition(":")[0] == OWN else {}
    found: list[PrintRecord] = []
    for key in sorted(key for key in keys & shown.keys() if key.startswith(PRINT)):
        try:
            found.append(msgspec.convert(shown[key], PrintRecord))
        except msgspec.ValidationError as fault:
            _log.warning("what is to be printed, %s, cannot be read: %s", key, fault)
    return found


def place(link: Link, folder: Path, tell: Callable[[Event], None]) -> Pairing:
    """Pair over a link, with the token kept in a folder. Raises OSError if it cannot be kept there."""

    def shown(record: DeviceRecord) -> None:
        tell(CodeShown(record.code, record.name, record.zone, record.helped))

    def asked(topic: str, keys: frozenset[str]) -> None:
        for record in reprints(link, topic, keys):
            tell(PrintAsked(record.ref, record.ticket, record.again))

    link.on_change(asked)
    pairing = Pairing(link, "kiosk", "kiosk", folder, topics=lambda _: (TOPIC,), tell=shown)
    pairing.say("ready")
    return pairing
