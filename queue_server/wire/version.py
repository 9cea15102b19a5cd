"""The hall's configuration as it was published, version by version."""

from datetime import datetime
from typing import Any

import msgspec


class VersionRecord(msgspec.Struct, frozen=True, kw_only=True):
    """One version of the hall's configuration. `digest` is the SHA-256 of its document as stored."""

    version: int
    at: datetime
    actor: str
    note: str
    digest: str


class ConfigRecord(msgspec.Struct, frozen=True):
    """A version's document: the configuration of the hall as it was published."""

    version: int
    document: dict[str, Any]
