"""Which database a place is."""

from pathlib import Path

from queue_server.store.database import Database
from queue_server.store.error import StoreWithoutDriver
from queue_server.store.sqlite import Sqlite

URLS = ("postgresql://", "postgres://")


def at(place: str | Path) -> Database:
    """The database of a URL, else in a file. Raises what `at_url` does."""
    if isinstance(place, Path) or "://" not in place:
        return Sqlite(Path(place))
    return at_url(place)


def at_url(url: str) -> Database:
    """The database of a URL.

    Raises ValueError for a URL that cannot be read, and StoreWithoutDriver where psycopg is not installed.
    """
    if not url.startswith(URLS):
        raise ValueError("not a URL of a PostgreSQL database")
    try:
        from queue_server.store.postgres import Postgres  # noqa: PLC0415 - only where a hall is kept so
    except ImportError as error:
        raise StoreWithoutDriver from error
    return Postgres(url)
