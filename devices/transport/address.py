"""From a configured address to an open port."""

from urllib.parse import urlsplit

from devices.transport.error import BadAddress
from devices.transport.port import Port
from devices.transport.tcp import open_tcp
from devices.transport.tty import Settings, open_tty


def check(url: str) -> None:
    """Raises BadAddress, with a sentence, for what can never be opened."""
    if not url.strip():
        raise BadAddress("a port is empty; write a device path or socket://host:port")
    if "://" not in url:
        return
    try:
        parts = urlsplit(url)
        good = parts.scheme == "socket" and parts.hostname and parts.port
    except ValueError:
        good = False
    if not good:
        raise BadAddress(f"{url} is no port; write a device path (/dev/..., COM3) or socket://host:port")


async def open_port(url: str, settings: Settings | None = None) -> Port:
    """Opens a device path or `socket://host:port`. BadAddress, PortAbsent, PortBusy or PortDenied."""
    check(url)
    if "://" in url:
        parts = urlsplit(url)
        return await open_tcp(parts.hostname or "", parts.port or 0)
    return await open_tty(url, settings or Settings())
