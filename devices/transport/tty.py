"""Serial ports of this machine, through pyserial-asyncio-fast. Which there are: ports.py."""

import asyncio
import contextlib
import errno
import os
import select
import sys
from dataclasses import dataclass
from typing import Literal

import serial
from serial.rs485 import RS485Settings
from serial_asyncio_fast import SerialTransport

from devices.transport.error import LineFault, PortAbsent, PortBusy, PortDenied, gone
from devices.transport.port import StreamPort

TERMIOS: tuple[type[Exception], ...] = ()
if sys.platform != "win32":
    import termios

    TERMIOS = (termios.error,)
"""What the terminal layer itself may raise, where there is one."""
UNFIT: tuple[type[Exception], ...] = (ValueError, *TERMIOS)
"""Line settings that a port does not take."""

GONE = (errno.ENOENT, errno.ENODEV, errno.ENXIO)
"""What the system says where there is no such device; the sentence needs no more of it."""

POLL_S = 0.01
"""How often a full system buffer is looked at again."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Line settings. `rs485`: `none` (adapters that turn the line round themselves) or `kernel`."""

    baud: int = 9600
    bits: int = 8
    parity: Literal["N", "E", "O"] = "N"
    stop: int = 1
    rtscts: bool = False
    xonxoff: bool = False
    rs485: Literal["none", "kernel"] = "none"


def _fault(path: str, caught: Exception) -> LineFault:
    number = getattr(caught, "errno", None)
    if number in (errno.EAGAIN, errno.EBUSY) or "exclusively lock" in str(caught):
        return PortBusy(
            f"{path}正被另一个程序使用。请结束那个程序，或换一个端口。",
            f"{path} is in use by another program; end that program or choose another port",
        )
    if number == errno.EACCES:
        return PortDenied(
            f"没有权限打开{path}。请把运行程序的用户加入它所属的组（通常是dialout）。",
            f"{path} may not be opened; add this user to the group that owns it (often dialout)",
        )
    if number == errno.EISDIR or "Could not configure port" in str(caught):
        return PortAbsent(
            f"{path}不是串口。请改正端口名。",
            f"{path} is no serial port; correct the port's name",
        )
    more = f"（{caught}）" if number not in GONE else "", f" ({caught})" if number not in GONE else ""
    return PortAbsent(
        f"没有{path}。请插好设备，或改正端口名{more[0]}。",
        f"{path} is not there; plug the device in or correct the port's name{more[1]}",
    )


def _unfit(path: str, caught: Exception) -> PortDenied:
    return PortDenied(
        f"{path}不接受这样的串口参数（{caught}）。请改正。",
        f"{path} does not take its line settings; correct them ({caught})",
    )


class TtyPort(StreamPort):
    """A serial port; opened for us alone."""

    def __init__(self, name: str, device: serial.Serial) -> None:
        super().__init__(name)
        self._device = device

    async def _send(self, data: bytes) -> None:
        # Two traps lie in the usual way on POSIX: pyserial spins for ever inside a non-blocking write to
        # a buffer that is exactly full, and serial_asyncio_fast 0.16 never takes its writer off the loop
        # after a partial write. So its transport only reads; we write what the system says it takes.
        if os.name != "posix":
            await super()._send(data)
            return
        left = memoryview(data)
        try:
            while left and self._lost is None:
                if not self._ours:
                    raise gone(self.name)
                if select.select([], [self._device.fileno()], [], 0)[1]:
                    left = left[self._device.write(left) or 0 :]
                else:
                    await asyncio.sleep(POLL_S)
        except (OSError, ValueError, serial.SerialException) as caught:
            raise gone(self.name, caught) from caught

    @property
    def _ours(self) -> bool:
        """Whether the device may be touched: a transport that has ended by itself has it closed in a thread meanwhile, and a second
        closing could close whatever has got the same descriptor since.
        """
        return self._transport is None or not self._transport.is_closing()

    def close(self) -> None:
        """See Port.close. What is unsent is thrown away first: Linux may else wait 30 s for a stuck printer."""
        ours = self._ours
        super().close()
        if not ours:
            return
        with contextlib.suppress(OSError, serial.SerialException, *TERMIOS):
            if self._device.is_open:
                self._device.reset_output_buffer()
        with contextlib.suppress(OSError, serial.SerialException):
            self._device.close()


async def open_tty(path: str, settings: Settings) -> TtyPort:
    """Opens a device path such as /dev/ttyUSB0 or COM3, exclusively. PortAbsent, PortBusy or PortDenied."""
    try:
        device = serial.Serial(
            path,
            baudrate=settings.baud,
            bytesize=settings.bits,
            parity=settings.parity,
            stopbits=settings.stop,
            rtscts=settings.rtscts,
            xonxoff=settings.xonxoff,
            timeout=0,
            write_timeout=0,
            exclusive=True if os.name == "posix" else None,
        )
    except (serial.SerialException, OSError) as caught:
        raise _fault(path, caught) from caught
    except UNFIT as caught:
        raise _unfit(path, caught) from caught
    if settings.rs485 == "kernel":
        try:
            device.rs485_mode = RS485Settings()
        except (ValueError, OSError) as caught:
            device.close()
            raise PortDenied(
                f'{path}不能切换RS-485方向。请设rs485 = "none"（{caught}）。',
                f'{path} can not switch RS-485 direction; set rs485 = "none" ({caught})',
            ) from caught
    port = TtyPort(path, device)
    try:
        SerialTransport(asyncio.get_running_loop(), port, device)
    except UNFIT as caught:
        device.close()
        raise _unfit(path, caught) from caught
    try:
        await port.opened()
    except (
        asyncio.CancelledError
    ):  # nobody else would close it, and the next one who opens it found it in use
        port.close()
        raise
    return port
