"""Websocket frames of a server, built by hand so that one broadcast is built once. RFC 6455, section 5.2; no masking, no
extension.
"""

from struct import pack

TEXT, CLOSE = 0x81, 0x88
"""First octets: final fragment of a text message, and of a close."""
GOING_AWAY, POLICY = 1001, 1008
"""Close codes, section 7.4.1."""


def text_frame(text: bytes) -> bytes:
    """A whole text message (UTF-8) as one frame."""
    length = len(text)
    if length < 126:
        return bytes((TEXT, length)) + text
    if length < 1 << 16:
        return pack(">BBH", TEXT, 126, length) + text
    return pack(">BBQ", TEXT, 127, length) + text


def close_frame(code: int) -> bytes:
    """A close with a code and no words."""
    return pack(">BBH", CLOSE, 2, code)
