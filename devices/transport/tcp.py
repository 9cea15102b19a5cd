"""Serial servers and simulators on the network: raw TCP, no telnet."""

import asyncio

from devices.transport.error import PortAbsent
from devices.transport.port import StreamPort

CONNECT_S = 3.0


async def open_tcp(host: str, port: int) -> StreamPort:
    """Connects to a raw TCP serial server within 3 s; PortAbsent if nobody is there."""
    name = f"socket://{host}:{port}"
    try:
        async with asyncio.timeout(CONNECT_S):
            _, opened = await asyncio.get_running_loop().create_connection(
                lambda: StreamPort(name), host, port
            )
    except (OSError, TimeoutError) as caught:
        raise PortAbsent(f"{name} does not answer; check the serial server's power and address") from caught
    return opened
