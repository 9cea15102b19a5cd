"""What goes wrong on a line, told apart by what somebody can do about it.

LineFault           the line can not be used now
    PortAbsent      no such device, or nobody answers there: it may come back
    PortBusy        another program holds the port: end that program
    PortDenied      the system does not let us open it: mend the rights
    PortLost        it was open and went away
    WriteStuck      the far end does not take our bytes in time
BadAddress          the configuration names no port that can exist
"""

from typing import ClassVar

from queue_server.wire.ticket import Text


class LineFault(Exception):
    """Root of what a line may report. `code` is stable; the text is a sentence that says what to do."""

    code: ClassVar[str] = "port.fault"


class PortAbsent(LineFault):
    """No device there yet."""

    code = "port.absent"


class PortBusy(LineFault):
    """Somebody else has it open."""

    code = "port.busy"


class PortDenied(LineFault):
    """We have no right to open it."""

    code = "port.denied"


class PortLost(LineFault):
    """Unplugged, switched off or disconnected while open."""

    code = "port.lost"


class WriteStuck(LineFault):
    """Bytes may have been taken in part."""

    code = "port.stuck"


class BadAddress(ValueError):
    """Not a port address at all. `text` says what to write; `str()` is both languages, Chinese first."""

    def __init__(self, zh: str, en: str) -> None:
        self.text = Text(zh, en)
        super().__init__(f"{zh}\n{en}")
