"""Alembic's way in: runs the versions on the connection that `store.migrate` hands over, in the transaction that is open there."""

from alembic import context

from queue_server.store.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    transactional_ddl=True,
)
context.run_migrations()
