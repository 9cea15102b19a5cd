"""Which of a clerk's sign-ins holds a window."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """So far any of them: the first that asks has it."""
    op.add_column("window", sa.Column("seat", sa.Text))
