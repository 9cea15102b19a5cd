"""The first schema.

Written out, not taken from `store.schema`: a released version stays what it was when the tables of today have moved on.
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

OPEN = sa.text("ended_at IS NULL")
CARRIED = sa.text("carried IS NOT NULL")


def upgrade() -> None:
    """Create every table."""
    op.create_table(
        "ticket",
        sa.Column("day", sa.Text, nullable=False),
        sa.Column("prefix", sa.Text, nullable=False),
        sa.Column("n", sa.Integer, nullable=False),
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("number", sa.Text, nullable=False),
        sa.Column("steps", sa.Text, nullable=False),
        sa.Column("at", sa.SmallInteger, nullable=False),
        sa.Column("items", sa.SmallInteger, nullable=False),
        sa.Column("class", sa.Text, nullable=False),
        sa.Column("class_state", sa.Text, nullable=False),
        sa.Column("needs", sa.Text, nullable=False),
        sa.Column("language", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("paper", sa.Text, nullable=False),
        sa.Column("token", sa.Text, nullable=False),
        sa.Column("wait", sa.Text),
        sa.Column("issued_at", sa.Text, nullable=False),
        sa.Column("issued_by", sa.Text, nullable=False),
        sa.Column("ended_at", sa.Text),
        sa.Column("reason", sa.Text),
        sa.Column("carried", sa.Text),
        sa.Column("seq", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("day", "prefix", "n"),
    )
    op.create_index("ticket_open", "ticket", ["day"], sqlite_where=OPEN, postgresql_where=OPEN)
    op.create_index("ticket_carried", "ticket", ["carried"], sqlite_where=CARRIED, postgresql_where=CARRIED)
    op.create_table(
        "window",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("clerk", sa.Text),
        sa.Column("reason", sa.Text),
        sa.Column("until", sa.Text),
        sa.Column("since_at", sa.Text),
        sa.Column("ticket", sa.Text),
        sa.Column("prompt", sa.Text),
        sa.Column("served", sa.Integer, nullable=False),
    )
    op.create_table(
        "stop",
        sa.Column("scope", sa.Text, primary_key=True),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("until", sa.Text),
    )
    op.create_table(
        "mark",
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("value", sa.Text, nullable=False),
    )
    op.create_table(
        "event",
        sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("at", sa.Text, nullable=False),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("command", sa.Text, nullable=False),
        sa.Column("version", sa.SmallInteger, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("prev_hash", sa.LargeBinary, nullable=False),
        sa.Column("hash", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "answer",
        sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("scope", sa.LargeBinary, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.Column("status", sa.SmallInteger, nullable=False),
        sa.Column("answer", sa.LargeBinary),
        sa.Column("at", sa.Text, nullable=False),
    )
    op.create_table(
        "note",
        sa.Column("ref", sa.Text, primary_key=True),
        sa.Column("words", sa.Text, nullable=False),
        sa.Column("at", sa.Text, nullable=False),
    )
    op.create_table(
        "account",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("shown", sa.Text, nullable=False),
        sa.Column("hash", sa.Text, nullable=False),
        sa.Column("created_at", sa.Text, nullable=False),
        sa.Column("changed_at", sa.Text, nullable=False),
    )
    op.create_table(
        "token",
        sa.Column("digest", sa.Text, primary_key=True),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("windows", sa.Text),
        sa.Column("created_at", sa.Text, nullable=False),
        sa.Column("expires_at", sa.Text),
        sa.Column("seen_at", sa.Text),
    )
    op.create_index("token_name", "token", ["name"])
