"""Days in numbers, counted from their tickets."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Days that are over already are counted by the next round of the archive."""
    op.create_table(
        "daily",
        sa.Column("day", sa.Text, nullable=False),
        sa.Column("zone", sa.Text, nullable=False),
        sa.Column("service", sa.Text, nullable=False),
        sa.Column("window", sa.Text, nullable=False),
        sa.Column("clerk", sa.Text, nullable=False),
        sa.Column("hour", sa.SmallInteger, nullable=False),
        sa.Column("cell", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("day", "zone", "service", "window", "clerk", "hour"),
    )
