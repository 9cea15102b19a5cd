"""What an agent has, and which window each of it stands at."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Agents say what they have when they next come; until somebody gives it windows, their own files do."""
    op.add_column("device", sa.Column("places", sa.Text, nullable=False, server_default="{}"))
    op.add_column("device", sa.Column("fittings", sa.Text, nullable=False, server_default="[]"))
