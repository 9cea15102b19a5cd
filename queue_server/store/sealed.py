"""A hall in a file that nobody writes any more: a backup, as it lies on a stick."""

import sqlite3
from pathlib import Path
from urllib.parse import quote

from sqlalchemy import Engine, create_engine
from sqlalchemy.pool import NullPool

from queue_server.store.sqlite import Sqlite


class Sealed(Sqlite):
    """It is read without a trace: no lock, no log and no shared memory beside it, so that the medium may be read-only."""

    def __init__(self, path: Path) -> None:
        """The finished file `path`."""
        super().__init__(path)

    def writer(self) -> sqlite3.Connection:
        """Never: raises sqlite3.OperationalError."""
        raise sqlite3.OperationalError(f"{self.path} is a backup and is not written")

    def reader(self) -> sqlite3.Connection:
        """A connection that only reads."""
        place = f"file:{quote(str(self.path.absolute()))}?mode=ro&immutable=1"
        return sqlite3.connect(place, uri=True, isolation_level=None, check_same_thread=False)

    def engine(self, *, reads: bool = True) -> Engine:  # noqa: ARG002 - it never does anything else
        """An engine that only reads."""
        return create_engine("sqlite://", creator=self.reader, poolclass=NullPool)
