"""Why tickets are not issued, in English too."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    """What was stopped before it has the words it was stopped with."""
    op.add_column("stop", sa.Column("reason_en", sa.Text))
