"""Who holds a ticket."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Create the table; nothing was kept of anybody before."""
    op.create_table(
        "identity",
        sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("ref", sa.Text, nullable=False),
        sa.Column("ticket", sa.Text, nullable=False),
        sa.Column("day", sa.Text, nullable=False),
        sa.Column("hash", sa.Text),
        sa.Column("mask", sa.Text),
        sa.Column("person", sa.Text),
    )
