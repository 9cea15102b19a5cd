"""The schema from version to version, run by Alembic inside `store.migrate`."""
