"""Why a server could not be had, in sentences that say what to do, for whoever installs a program and reads what it prints."""

import socket

from websockets.exceptions import InvalidHandshake, InvalidMessage

from queue_server.wire.fault import cause
from queue_server.wire.ticket import Text

SCHEMES = ("http", "https")


def why(address: str, fault: Exception) -> Text | None:
    """What became of a try at `address`, as it stands in the settings; None where a connection was there and ended."""
    match fault:
        case TimeoutError():
            return Text(
                f"{address}没有回答。请查看那台电脑的电源和网络；地址不对就改正server。",
                f"{address} does not answer; check that machine's power and network, and correct server",
            )
        case socket.gaierror():
            return Text(
                f"{address}：没有叫这个名字的电脑。请改正server，或写IP地址。",
                f"{address}: no machine is known by that name; correct server, or write its IP address",
            )
        case ConnectionRefusedError():
            return Text(
                f"{address}：那里没有程序在接听。请启动服务器，检查它的JIAOHAO_LISTEN，或改正server。",
                f"{address}: nothing listens there; start the server, set its JIAOHAO_LISTEN, or correct server",
            )
        case InvalidHandshake() | InvalidMessage():
            return Text(
                f"{address}：回答的不是大厅的服务器。请改正server。",
                f"{address}: what answers there is no hall's server; correct server",
            )
        case OSError():
            return Text(
                f"{address}连不上（{cause(fault)}）。请检查网络，或改正server。",
                f"{address} cannot be reached ({fault.strerror or fault}); check the network, or correct server",
            )
    return None


def distrusted(address: str, doubt: str) -> Text:
    """What to say of a server at `address` whose certificate is not trusted, for the reason `doubt`."""
    return Text(
        f"{address}的证书不受信任（{doubt}）。请把ca设为大厅的hall-ca.pem。",
        f"{address} is not trusted: {doubt}; set ca to the hall's hall-ca.pem",
    )


def wrong(address: str) -> Text | None:
    """What is wrong with an address in a settings file; None where it can be one: `http://host:8080`, `https://…`, `host:8080`."""
    scheme, between, rest = address.partition("://")
    host = (rest if between else address).partition("/")[0]
    name, colon, port = host.rpartition(":") if not host.endswith("]") else (host, "", "")
    if (between and scheme not in SCHEMES) or not (name if colon else host) or (colon and not port.isdigit()):
        return Text(
            f"server: {address}不是服务器地址，请写成http://主机:8080",
            f"server: {address} is no server's address; write http://HOST:8080",
        )
    if not between and "//" in address:
        near = address.replace("//", "://", 1)
        return Text(
            f"server: {address}不是服务器地址，是不是{near}？",
            f"server: {address} is no server's address; did you mean {near}?",
        )
    return None
