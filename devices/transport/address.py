"""From a configured address to an open port."""

import os
import re
from collections.abc import Awaitable, Callable, Iterator, Mapping
from urllib.parse import urlsplit

from devices.transport.error import BadAddress, PortBusy
from devices.transport.evdev import FOLDER, open_evdev
from devices.transport.port import Opener, Port
from devices.transport.tcp import open_tcp
from devices.transport.tty import Settings, open_tty
from devices.transport.udp import open_udp
from queue_server.wire.ticket import Text

NETWORK: Mapping[str, Callable[[str, int], Awaitable[Port]]] = {"socket": open_tcp, "udp": open_udp}
"""How an address of each scheme is opened."""


def check(url: str) -> None:
    """Raises BadAddress, with a sentence, for what can never be opened."""
    if not url.strip():
        raise BadAddress(
            "没有写端口，请写设备路径或socket://主机:端口",
            "a port is empty; write a device path or socket://host:port",
        )
    if "://" not in url:
        return
    try:
        parts = urlsplit(url)
        good = parts.scheme in NETWORK and parts.hostname and parts.port
    except ValueError:
        good = False
    if not good:
        raise BadAddress(
            f"{url}不是端口，请写设备路径（/dev/…、COM3）、socket://主机:端口或udp://主机:端口",
            f"{url} is no port; write a device path (/dev/..., COM3), socket://host:port or udp://host:port",
        )


COM = re.compile(r"(\\\\\.\\)?(com\d+):?", re.IGNORECASE)
"""Names that Windows has for one serial port: COM3, com3:, \\\\.\\COM3."""


def device(url: str) -> str:
    """What a port's name stands for now: all names of one device give the same.

    A name under /dev/serial/by-id or by-path is a link, which is there while its device is.
    """
    if "://" in url:
        parts = urlsplit(url)
        return f"{parts.scheme}://{(parts.hostname or '').lower()}:{parts.port}"
    com = COM.fullmatch(url)
    return com[2].upper() if com else os.path.realpath(url)


def claims(ports: Mapping[str, str]) -> Iterator[Text]:
    """A sentence for each device whose port is already another one's, also under another name; names both."""
    owners: dict[str, str] = {}
    for name, port in ports.items():
        try:
            what = device(port)
        except ValueError:  # no port at all, as check() says
            continue
        owner = owners.setdefault(what, name)
        if owner == name:
            continue
        if ports[owner] == port:
            yield Text(
                f"{name}: port: {port}已是{owner}的端口，请各写各的",
                f"{name}: port: {port} is already that of {owner}; give each its own",
            )
        else:
            yield Text(
                f"{name}: port: {port}和{owner}的{ports[owner]}是同一个设备，请各写各的",
                f"{name}: port: {port} and {ports[owner]} of {owner} are one device; give each its own",
            )


async def open_port(url: str, settings: Settings | None = None) -> Port:
    """Opens a device path, a COM port's name, `socket://host:port` or `udp://host:port`; a path under /dev/input is a key pad's.

    Raises BadAddress, PortAbsent, PortBusy or PortDenied.
    """
    check(url)
    if url.startswith(FOLDER):
        return await open_evdev(url)
    if "://" in url:
        parts = urlsplit(url)
        return await NETWORK[parts.scheme](parts.hostname or "", parts.port or 0)
    return await open_tty(url, settings or Settings())


def opener(name: str, ports: Mapping[str, str], settings: Settings) -> Opener:
    """Opens the port of the device `name` again and again; `ports` are those of all devices.

    What a name stands for may change while the program runs, when something is plugged in: while two names stand for one
    device neither gets it, and PortBusy names both.
    """
    mine_last = {each: ports[each] for each in sorted(ports, key=name.__eq__)}

    async def opened() -> Port:
        for said in claims(mine_last):
            if said.en.startswith(f"{name}: "):
                raise PortBusy(said.zh, said.en)
        return await open_port(ports[name], settings)

    return opened
