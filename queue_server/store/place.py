"""Which database a place is."""

from pathlib import Path

from queue_server.store.database import Database
from queue_server.store.error import StoreWithoutDriver
from queue_server.store.sqlite import Sqlite

URLS = ("postgresql://", "postgres://")


def is_url(place: str) -> bool:
    """Whether a place is a PostgreSQL database's URL, and not a file."""
    return place.startswith(URLS)


def at(place: str | Path) -> Database:
    """The database of a URL or in a file.

    Raises ValueError for a URL that cannot be read, and StoreWithoutDriver where psycopg is not installed.
    """
    if isinstance(place, Path) or not is_url(place):
        return Sqlite(Path(place))
    try:
        from queue_server.store.postgres import Postgres  # noqa: PLC0415 - only where a hall is kept so
    except ImportError as error:
        raise StoreWithoutDriver from error
    return Postgres(place)
