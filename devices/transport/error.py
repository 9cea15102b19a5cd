"""What goes wrong on a line, told apart by what somebody can do about it.

LineFault           the line can not be used now
    PortAbsent      no such device, or nobody answers there: it may come back
    PortBusy        another program holds the port: end that program
    PortDenied      the system does not let us open it: mend the rights
    PortLost        it was open and went away
        PortDropped the far end of a connection ended it, though there was a way to it
        PortDeaf    nobody takes our datagrams
    PortShared      it is open and dropped again and again: another program seems to use it too
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


class PortDropped(PortLost):
    """The far end of a connection ended it: it was switched off, or another program took its place."""


class PortDeaf(PortLost):
    """Nobody takes our datagrams. Such a port opens whether or not anybody is there, so opening it again is no news."""


class PortShared(LineFault):
    """Somebody else seems to use it, and only one may."""

    code = "port.shared"

    def __init__(self, name: str, wait_s: float) -> None:
        super().__init__(
            f"{name}一连上就被断开，好像有别的程序也在用它。请查哪台机器的设置写了同一个地址，只留一处；没有别的程序，就在设备里关掉空闲断开。"
            f"在那以前隔得久些才再连，最长{wait_s:.0f}秒。",
            f"{name} ends each connection soon after it is made; another program seems to use it too. Find which machine's "
            "settings name the same address and leave it in one; if none does, switch off that the device itself ends connections. "
            f"Until then it is left alone longer between trials, {wait_s:.0f} s at most",
        )


def dropped(name: str, caught: Exception | None = None) -> PortDropped:
    """The far end of a connection ended it."""
    return PortDropped(
        f"{name}被对方断开了{_because(caught)}。请检查它的电源，接好就恢复。",
        f"{name} was ended by its far end{_because(caught)}; check its power: it is back by itself once it has it",
    )


def gone(name: str, caught: Exception | None = None) -> PortLost:
    """The port of a name ended by itself. What the library says of that (`multiple access on port?`) is no help to anybody."""
    more = _because(caught) if isinstance(caught, TimeoutError | ConnectionError) else ""
    return PortLost(
        f"{name}断开了{more}。请检查插头、连线和电源，接好就恢复。",
        f"{name} went away{more}; check plug, cable and power: it is back by itself once they are",
    )


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
