"""What becomes of bad ratings: the register of cases."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """Of ratings before it there are no cases."""
    op.create_table(
        "register",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("opened_at", sa.Text, nullable=False),
        sa.Column("closed_at", sa.Text),
        sa.Column("body", sa.Text, nullable=False),
    )
