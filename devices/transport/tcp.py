"""Serial servers and simulators on the network: raw TCP, no telnet."""

import asyncio
import socket

from devices.transport.error import PortAbsent, dropped, gone
from devices.transport.port import StreamPort

CONNECT_S = 1.0
"""A hall's own network answers in milliseconds; the next attempt comes soon."""
PROBE_AFTER_S, PROBE_EVERY_S, PROBES = 1, 1, 3
"""A serial server without power or cable says nothing: the kernel asks, and the line is lost after some seconds.
One that is back without us having noticed refuses the first probe.
"""
WATCH = {
    "TCP_KEEPIDLE": PROBE_AFTER_S,
    "TCP_KEEPINTVL": PROBE_EVERY_S,
    "TCP_KEEPCNT": PROBES,
    "TCP_USER_TIMEOUT": 3000,
}
"""Options of the socket, each where the system has it; the last one, in ms, is for bytes that nobody acknowledges."""


class TcpPort(StreamPort):
    """A connection. Its end tells apart who ended it: the far end, or a way that is no more."""

    def connection_lost(self, exc: Exception | None) -> None:
        """From asyncio: the far end is gone."""
        if self._lost is None:
            theirs = exc is None or isinstance(exc, ConnectionResetError | BrokenPipeError)
            self._lost = dropped(self.name, exc) if theirs else gone(self.name, exc)
        super().connection_lost(exc)


async def open_tcp(host: str, port: int) -> TcpPort:
    """Connects to a raw TCP serial server within 1 s; PortAbsent if nobody is there, or it takes no connection more."""
    name = f"socket://{host}:{port}"
    try:
        async with asyncio.timeout(CONNECT_S):
            transport, opened = await asyncio.get_running_loop().create_connection(
                lambda: TcpPort(name), host, port
            )
    except ConnectionRefusedError as caught:
        raise PortAbsent(
            f"{name}拒绝连接。请核对串口服务器的端口号；也可能已有别的程序连着它，请只留一个。",
            f"{name} refuses the connection; check the serial server's port number, or whether another program is connected",
        ) from caught
    except socket.gaierror as caught:
        raise PortAbsent(
            f"{name}：没有叫这个名字的机器。请改正主机名，或写IP地址。",
            f"{name}: no machine is known by that name; correct it, or write an IP address of the serial server",
        ) from caught
    except (OSError, TimeoutError) as caught:
        raise PortAbsent(
            f"{name}没有回答。请检查串口服务器的电源和地址。",
            f"{name} does not answer; check the serial server's power and address",
        ) from caught
    connection = transport.get_extra_info("socket")
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for option, value in WATCH.items():
        if hasattr(socket, option):
            connection.setsockopt(socket.IPPROTO_TCP, getattr(socket, option), value)
    return opened
