"""Since when a device has been as it is."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """Not known of what was reported before; it is once a device says something else."""
    op.add_column("device", sa.Column("health_at", sa.Text))
