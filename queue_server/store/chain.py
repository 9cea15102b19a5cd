r"""The hash chain of the event log.

For the event number `seq` with time `at` (text as stored), `actor`, `command`, body `version` and `body` (JSON text as stored),

    hash = SHA-256( prev_hash || head || actor || command || body )
    head = "<seq> <at> <version> <bytes of actor> <bytes of command> <bytes of body>\n"   in ASCII, numbers decimal

where texts are UTF-8 and `prev_hash` is the 32 bytes of the event before, or 32 zero bytes before the first. The lengths make it
impossible to move a character from one field into the next; `sha256sum` and a few lines of any language can check it.
"""

from hashlib import sha256

ORIGIN = bytes(32)
"""What stands before the first event."""


def link(prev: bytes, seq: int, at: str, actor: str, command: str, version: int, body: bytes) -> bytes:
    """The hash (32 bytes) of an event that follows the one whose hash is `prev`."""
    actor_bytes, command_bytes = actor.encode(), command.encode()
    return sha256(
        b"%b%d %b %d %d %d %d\n%b%b%b"
        % (
            prev,
            seq,
            at.encode(),
            version,
            len(actor_bytes),
            len(command_bytes),
            len(body),
            actor_bytes,
            command_bytes,
            body,
        )
    ).digest()
