"""One request by HTTP to the server that a link is with, for what the feed does not do. It blocks: call it in a thread."""

import ssl
from collections.abc import Mapping
from http.client import HTTPConnection, HTTPSConnection
from urllib.parse import urlsplit

BASE = "/api/v1"


def post(
    feed: str,
    path: str,
    body: bytes,
    headers: Mapping[str, str],
    trust: ssl.SSLContext | None,
    timeout_s: float,
) -> tuple[int, bytes]:
    """Status and body of what the server whose feed has this address answers to a POST below /api/v1.

    Each step of it may take `timeout_s`. OSError or HTTPException where nothing is answered that is HTTP.
    """
    parts = urlsplit(feed)
    host, port = parts.hostname or "", parts.port
    connection = (
        HTTPSConnection(host, port, timeout=timeout_s, context=trust)
        if parts.scheme == "wss"
        else HTTPConnection(host, port, timeout=timeout_s)
    )
    try:
        connection.request("POST", parts.path.removesuffix("/feed") + BASE + path, body, dict(headers))
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()
