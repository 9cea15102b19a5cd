"""What the kiosk wants done outside. A skin does it and answers with events; each carries all that is
needed to do it again.
"""

from dataclasses import dataclass

from devices.driver.layout import Slip
from queue_server.wire.ticket import Language


@dataclass(frozen=True)
class Take:
    """Ask for a ticket. The same key, id and token are sent until the server has answered, so it is
    issued once.
    """

    key: str
    id: str
    token: str
    service: str
    language: Language
    class_: str | None = None
    needs: tuple[str, ...] = ()


@dataclass(frozen=True)
class Print:
    """Print a ticket, once; the outcome comes back as PrinterReported."""

    ticket: str
    slip: Slip


@dataclass(frozen=True)
class Report:
    """Tell the server what became of the paper, until it has answered."""

    key: str
    ticket: str
    ok: bool
    fault: str | None = None


@dataclass(frozen=True)
class Cancel:
    """Give a ticket up that never got its paper, until the server has answered."""

    key: str
    ticket: str
    reason: str


Intent = Take | Print | Report | Cancel
