"""Devices that pair with a code."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "device",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("token", sa.Text, nullable=False),
        sa.Column("code", sa.Text),
        sa.Column("windows", sa.Text, nullable=False),
        sa.Column("zone", sa.Text),
        sa.Column("display", sa.Text),
        sa.Column("health", sa.Text),
        sa.Column("fault", sa.Text),
        sa.Column("paired_at", sa.Text, nullable=False),
        sa.Column("placed_at", sa.Text),
        sa.Column("seen_at", sa.Text, nullable=False),
        sa.Column("reason", sa.Text),
    )
