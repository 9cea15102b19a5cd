"""Whether a client's websocket message has begun and is not whole yet. RFC 6455, section 5.2; what is inside is not looked at."""

_FIN, _OPCODE, _CONTROL = 0x80, 0x0F, 0x08
_MASK, _LENGTH = 0x80, 0x7F
_WIDE = {126: 2, 127: 8}
"""Octets in which a longer length stands."""


class Frames:
    """Counts one connection's frames as they come, in any pieces."""

    __slots__ = ("_head", "_left", "_open")

    def __init__(self) -> None:
        self._head = b""
        """What there is of a header."""
        self._left = 0
        """Octets still to come of a frame whose header is there."""
        self._open = False
        """Whether more frames of a message are to come."""

    @property
    def begun(self) -> bool:
        """Whether something has begun that is not whole."""
        return self._open or self._left > 0 or self._head != b""

    def take(self, data: bytes) -> bool:
        """The next octets; whether a message, or a control frame between two, became whole in them."""
        whole = False
        while data:
            if self._left:
                skipped = min(self._left, len(data))
                self._left -= skipped
                data = data[skipped:]
            else:
                data = self._header(self._head + data)
            if not self._left and not self._head:
                whole = whole or not self._open
        return whole

    def _header(self, data: bytes) -> bytes:
        """Read a frame's header; what follows it. Keeps what is no whole header yet."""
        self._head = b""
        if len(data) < 2:
            self._head = data
            return b""
        length = data[1] & _LENGTH
        wide = _WIDE.get(length, 0)
        end = 2 + wide + (4 if data[1] & _MASK else 0)
        if len(data) < end:
            self._head = data
            return b""
        self._left = int.from_bytes(data[2 : 2 + wide], "big") if wide else length
        if not data[0] & _OPCODE & _CONTROL:
            self._open = not data[0] & _FIN
        return data[end:]
