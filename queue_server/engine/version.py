"""A version of the hall: the document that was published, and the hall that it makes."""

from datetime import datetime
from functools import lru_cache
from hashlib import sha256
from typing import Any

import msgspec

from queue_server.engine.design import design
from queue_server.engine.hall import Hall
from queue_server.wire.version import VersionRecord

KEPT = 50
"""Newest versions in memory: so far back a rollback reaches. Older ones stay in the store, to be exported."""


class Version(msgspec.Struct, frozen=True, kw_only=True):
    """One published version: one row. `document` is its JSON text, `digest` the SHA-256 of that text in lower-case hex."""

    n: int
    at: datetime
    actor: str
    note: str
    document: str
    digest: str

    @property
    def record(self) -> VersionRecord:
        """The version as other programs see it."""
        return VersionRecord(version=self.n, at=self.at, actor=self.actor, note=self.note, digest=self.digest)

    @property
    def content(self) -> dict[str, Any]:
        """The document itself."""
        found: dict[str, Any] = msgspec.json.decode(self.document)
        return found


def written(document: Any) -> str:
    """A faultless document as the text that is stored: its keys in the order in which they came."""
    return msgspec.json.encode(document).decode()


def digest(document: str) -> str:
    """What the log keeps of a document's text."""
    return sha256(document.encode()).hexdigest()


@lru_cache(maxsize=8)
def hall_of(document: str) -> Hall:
    """The hall that a stored document makes. Raises FaultyHall for one that was never published."""
    return design(msgspec.json.decode(document)).hall
