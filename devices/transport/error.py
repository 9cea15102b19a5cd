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

from queue_server.wire.fault import Fault


class LineFault(Fault):
    """Root of what a line may report. `code` is stable."""

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


def gone(name: str, caught: Exception | None = None) -> PortLost:
    """The port of a name ended by itself."""
    return PortLost(f"{name}断开了{_because(caught)}", f"{name} went away{_because(caught)}")


def closed(name: str, caught: Exception | None = None) -> PortLost:
    """The port of a name was closed."""
    return PortLost(f"{name}已关闭{_because(caught)}", f"{name} was closed{_because(caught)}")


def _because(caught: Exception | None) -> str:
    return f" ({caught})" if caught else ""


class WriteStuck(LineFault):
    """Bytes may have been taken in part."""

    code = "port.stuck"


class BadAddress(Fault, ValueError):
    """Not a port address at all; the sentence says what to write."""
