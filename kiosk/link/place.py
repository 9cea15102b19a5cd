"""The place of a kiosk that brings no token: until it has one, its code is on the glass."""

from collections.abc import Callable
from pathlib import Path

from kiosk.link.hall import TOPIC
from kiosk.model.event import CodeShown, Event
from queue_server.client.link import Link
from queue_server.client.pairing import Pairing
from queue_server.wire.view import DeviceRecord


def place(link: Link, folder: Path, tell: Callable[[Event], None]) -> Pairing:
    """Pair over a link, with the token kept in a folder. Raises OSError if it cannot be kept there."""

    def shown(record: DeviceRecord) -> None:
        tell(CodeShown(record.code))

    pairing = Pairing(link, "kiosk", "kiosk", folder, topics=lambda _: (TOPIC,), tell=shown)
    pairing.say("ready")
    return pairing
