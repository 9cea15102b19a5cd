"""Key pads of Linux (/dev/input): opened for us alone, so that no key reaches a browser or a login prompt.

Read directly, as whole `struct input_event`s: what a key pad needs is one system call, which is less than a library
that has to be compiled on every counter PC.
"""

import asyncio
import contextlib
import errno
import os
import sys
from collections.abc import Callable

from devices.transport.error import LineFault, PortAbsent, PortBusy, PortDenied, PortLost
from devices.transport.port import StreamPort
from queue_server.wire.fault import cause

FOLDER = "/dev/input/"
GRAB = 0x40044590
"""EVIOCGRAB of linux/input.h: from now on the events are ours alone, until we close."""
AT_ONCE = 4096


def _grab(descriptor: int) -> None:
    if sys.platform != "win32":
        import fcntl  # noqa: PLC0415 - Windows has none, and gets here never

        fcntl.ioctl(descriptor, GRAB, 1)


class EvdevPort(StreamPort):
    """An open pad."""

    def __init__(self, name: str, descriptor: int) -> None:
        super().__init__(name)
        self._descriptor = descriptor
        self._loop = asyncio.get_running_loop()
        self._loop.add_reader(descriptor, self._readable)

    async def write(self, data: bytes, limit_s: float) -> None:  # noqa: ARG002 - a pad takes nothing
        """A pad has nothing that could be written to."""
        raise PortLost(f"{self.name}是按键器，不能写入", f"{self.name} is a key pad and takes no bytes")

    def close(self) -> None:
        """See Port.close. The kernel ends the grab with it."""
        if self._descriptor >= 0:
            self._loop.remove_reader(self._descriptor)
            with contextlib.suppress(OSError):
                os.close(self._descriptor)
            self._descriptor = -1
        super().close()

    def _readable(self) -> None:
        try:
            data = os.read(self._descriptor, AT_ONCE)
        except BlockingIOError:
            return
        except OSError as caught:  # ENODEV: unplugged
            self._loop.remove_reader(self._descriptor)
            self.connection_lost(caught)
            return
        if data:
            self.data_received(data)
        else:
            self._loop.remove_reader(self._descriptor)
            self.connection_lost(None)


def _fault(path: str, caught: OSError) -> LineFault:
    if caught.errno == errno.EBUSY:
        return PortBusy(
            f"{path}正被另一个程序使用。请结束那个程序，或换一个按键器。",
            f"{path} is in use by another program; end that program or choose another pad",
        )
    if caught.errno in (errno.EACCES, errno.EPERM):
        return PortDenied(
            f"没有权限打开{path}。请把运行程序的用户加入它所属的组（通常是input）。",
            f"{path} may not be opened; add this user to the group that owns it (often input)",
        )
    if caught.errno in (errno.ENOTTY, errno.EINVAL):
        return PortDenied(
            f"{path}不是按键器。请选名字以-event-kbd结尾的。",
            f"{path} is no key pad; choose one that ends in -event-kbd",
        )
    return PortAbsent(
        f"没有{path}。请插好按键器，或改正名字（{cause(caught)}）。",
        f"{path} is not there; plug the pad in or correct its name ({caught.strerror})",
    )


async def open_evdev(path: str, grab: Callable[[int], None] = _grab) -> EvdevPort:
    """Opens a pad such as /dev/input/by-path/...-event-kbd, exclusively. PortAbsent, PortBusy or PortDenied."""
    if sys.platform == "win32":
        raise PortDenied(
            f"{path}：只有Linux能读按键器。请用接COM口的呼叫器。",
            f"{path}: key pads are read on Linux only; use a caller on a COM port",
        )
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as caught:
        raise _fault(path, caught) from caught
    try:
        grab(descriptor)
    except OSError as caught:
        os.close(descriptor)
        raise _fault(path, caught) from caught
    return EvdevPort(path, descriptor)
