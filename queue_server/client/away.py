"""Why a server could not be had, in a sentence that says what to do, for whoever installs a program and reads what it prints."""

import socket

from websockets.exceptions import InvalidHandshake, InvalidMessage

SCHEMES = ("http", "https")


def why(address: str, fault: Exception) -> str:
    """What became of a try at `address`, as it stands in the settings; "" where a connection was there and ended."""
    match fault:
        case TimeoutError():
            return f"{address} does not answer; check that machine's power and network, and correct server"
        case socket.gaierror():
            return f"{address}: no machine is known by that name; correct server, or write its IP address"
        case ConnectionRefusedError():
            return f"{address}: nothing listens there; start the server, set its JIAOHAO_LISTEN, or correct server"
        case InvalidHandshake() | InvalidMessage():
            return f"{address}: what answers there is no hall's server; correct server"
        case OSError():
            return f"{address} cannot be reached ({fault.strerror or fault}); check the network, or correct server"
    return ""


def wrong(address: str) -> str | None:
    """What is wrong with an address in a settings file; None where it can be one: `http://host:8080`, `https://…`, `host:8080`."""
    scheme, between, rest = address.partition("://")
    host = (rest if between else address).partition("/")[0]
    name, colon, port = host.rpartition(":") if not host.endswith("]") else (host, "", "")
    if (between and scheme not in SCHEMES) or not (name if colon else host) or (colon and not port.isdigit()):
        return f"server: {address} is no server's address; write http://HOST:8080"
    if not between and "//" in address:
        return f"server: {address} is no server's address; did you mean {address.replace('//', '://', 1)}?"
    return None
