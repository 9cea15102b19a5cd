"""Segments: months of the event log that were sealed into files."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """None is sealed yet."""
    op.create_table(
        "segment",
        sa.Column("month", sa.Text, primary_key=True),
        sa.Column("first", sa.Integer, nullable=False),
        sa.Column("last", sa.Integer, nullable=False),
        sa.Column("prev_hash", sa.LargeBinary, nullable=False),
        sa.Column("hash", sa.LargeBinary, nullable=False),
        sa.Column("until", sa.Text, nullable=False),
        sa.Column("gone_at", sa.Text),
    )
