"""PINs with which staff confirm at a kiosk."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Nobody has one yet."""
    op.add_column("account", sa.Column("pin", sa.Text))
