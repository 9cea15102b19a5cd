"""The hall's own key, in a file of the data folder that only its owner may read. `engine/identity.py` says what it is good for."""

import os
import secrets
from contextlib import suppress
from pathlib import Path

from queue_server.app.fault import CannotStart
from queue_server.wire.fault import cause

NAME = "identity.key"
LENGTH = 32
"""Bytes."""


def secret(folder: Path) -> bytes:
    """The key of a data folder; a fresh one is made where there is none, wholly on disk before it is used.

    Raises CannotStart for a file that is no key: a new one in its place would know nobody again, so that is for people to decide.
    """
    place = folder / NAME
    try:
        if not place.exists():
            _make(place)
        key = place.read_bytes()
    except OSError as error:
        raise CannotStart(
            f"无法读写密钥{place}（{cause(error)}），请检查权限。",
            f"The key {place} cannot be read or written ({error.strerror}); check its permissions.",
        ) from error
    if len(key) != LENGTH:
        raise CannotStart(
            f"{place}不是有效的密钥，请从备份恢复；没有备份时删去它，会另生成一个。",
            f"{place} is not a key. Restore it from a backup; without one remove it, and another is made.",
        )
    return key


def _make(place: Path) -> None:
    """A fresh key. Of two programs that start at once the first one's counts."""
    fresh = place.with_name(f".{place.name}-{os.getpid()}")
    fresh.unlink(missing_ok=True)
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(secrets.token_bytes(LENGTH))
        file.flush()
        os.fsync(file.fileno())
    with suppress(FileExistsError):
        os.link(fresh, place)
    fresh.unlink()
    folder = os.open(place.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
