"""Bring a database to the schema of this program."""

from pathlib import Path

from sqlalchemy import Connection, inspect, select, text

from queue_server.store.error import StoreMoved, StoreTooNew
from queue_server.store.schema import VERSION, mark

SCRIPTS = Path(__file__).parent / "migration"
"""Alembic's environment and its versions, part of the package."""
MOVED = "moved"
"""The mark of a hall that goes on in another place (`store.copy.leave`): where."""


def migrate(connection: Connection) -> None:
    """Run what is missing, inside the open transaction of `connection`. Raises StoreTooNew, and StoreMoved for a hall that is
    served from elsewhere by now, so that nobody serves it twice; then nothing is changed.
    """
    upgrade(connection)
    to = connection.execute(select(mark.c.value).where(mark.c.key == MOVED)).scalar()
    if to is not None:
        raise StoreMoved(str(to))


def upgrade(connection: Connection) -> None:
    """The same whoever is served from it. Raises StoreTooNew, then nothing is changed.

    Versions are numbers of four digits, so an unknown one that is greater than ours is a newer one.
    """
    found = version(connection)
    if found != VERSION and connection.dialect.name == "postgresql":
        # Two programs that find the same old tables come one after the other; a file is locked already.
        connection.execute(text("SELECT pg_advisory_xact_lock(hashtext('jiaohao'), hashtext('migrate'))"))
        found = version(connection)
    if found == VERSION:
        return
    if found is not None and found > VERSION:
        raise StoreTooNew(found, VERSION)
    # Alembic takes a tenth of a second to import, and a start on an up-to-date database does not need it.
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(SCRIPTS).replace("%", "%%"))
    config.set_main_option("version_locations", str(SCRIPTS / "version").replace("%", "%%"))
    config.set_main_option("path_separator", "newline")
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def version(connection: Connection) -> str | None:
    """The schema version of a database; None for one without tables."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return None if found is None else str(found)
