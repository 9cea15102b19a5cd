"""Accounts that are not active any more, and passwords that must be changed."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Everybody known so far is active and keeps their password."""
    op.add_column("account", sa.Column("active", sa.SmallInteger, nullable=False, server_default="1"))
    op.add_column("account", sa.Column("must_change", sa.SmallInteger, nullable=False, server_default="0"))
