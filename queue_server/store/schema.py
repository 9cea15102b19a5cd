"""The tables, as one metadata for SQLite and PostgreSQL.

Times are text: ISO 8601 in UTC, always with six digits of a second, so that they sort as they are. Days are ISO dates. What is
only ever read and written whole (steps, needs, a wait) is JSON text inside its row, because one ticket must be one upsert.

`VERSION` is the newest migration; see `migration/`. A released table is changed by a new migration only, and each version gets a
snapshot of a hall that its program left (`tools/snapshot.py`), from which later programs are shown to go on.
"""

from sqlalchemy import (
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    SmallInteger,
    Table,
    Text,
    text,
)

VERSION = "0014"
"""The newest migration this program knows."""

metadata = MetaData()
"""Every table of a hall."""

OPEN = "ended_at IS NULL"
"""Which tickets are open: the condition of the partial index over them."""

ticket = Table(
    "ticket",
    metadata,
    Column("day", Text, nullable=False),
    Column("prefix", Text, nullable=False),
    Column("n", Integer, nullable=False),
    Column("id", Text, nullable=False),
    Column("number", Text, nullable=False),
    Column("steps", Text, nullable=False),
    Column("at", SmallInteger, nullable=False),
    Column("items", SmallInteger, nullable=False),
    Column("class", Text, nullable=False),
    Column("class_state", Text, nullable=False),
    Column("needs", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("paper", Text, nullable=False),
    Column("token", Text, nullable=False),
    Column("wait", Text),
    Column("issued_at", Text, nullable=False),
    Column("issued_by", Text, nullable=False),
    Column("ended_at", Text),
    Column("reason", Text),
    Column("carried", Text),
    Column("seq", Integer, nullable=False),
    # A number names one ticket of its day and prefix: the database itself refuses to give it twice. And the index grows at its end,
    # where one on the random id would touch a page for every ticket.
    PrimaryKeyConstraint("day", "prefix", "n"),
    Index("ticket_open", "day", sqlite_where=text(OPEN), postgresql_where=text(OPEN)),
    Index(
        "ticket_carried",
        "carried",
        sqlite_where=text("carried IS NOT NULL"),
        postgresql_where=text("carried IS NOT NULL"),
    ),
)
"""One row a ticket; columns as in `engine.ticket.Ticket`."""

window = Table(
    "window",
    metadata,
    Column("id", Text, primary_key=True),
    Column("state", Text, nullable=False),
    Column("clerk", Text),
    Column("reason", Text),
    Column("until", Text),
    Column("since_at", Text),
    Column("ticket", Text),
    Column("prompt", Text),
    Column("served", Integer, nullable=False),
    Column("seat", Text),
)
"""One row a window; columns as in `engine.state.Window`."""

stop = Table(
    "stop",
    metadata,
    Column("scope", Text, primary_key=True),
    Column("reason", Text, nullable=False),
    Column("until", Text),
    Column("reason_en", Text),
)
"""One row for each scope in which issuing is stopped."""

device = Table(
    "device",
    metadata,
    Column("id", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("token", Text, nullable=False),
    Column("code", Text),
    Column("windows", Text, nullable=False),
    Column("zone", Text),
    Column("display", Text),
    Column("health", Text),
    Column("fault", Text),
    Column("paired_at", Text, nullable=False),
    Column("placed_at", Text),
    Column("seen_at", Text, nullable=False),
    Column("reason", Text),
    Column("places", Text, nullable=False, server_default="{}"),
    Column("fittings", Text, nullable=False, server_default="[]"),
    Column("health_at", Text),
)
"""One row a paired device; columns as in `engine.device.Device`."""

mark = Table(
    "mark",
    metadata,
    Column("key", Text, primary_key=True),
    Column("value", Text, nullable=False),
)
"""Single values: `epoch`, `hall` (its name), `day`, `turned_at`, `former` (what the hall no longer has and tickets
still speak of), `away` (what is served elsewhere), `sheaves` (slips printed beforehand), `leases` (numbers that kiosks have today),
`notices` (what everybody is told), `alarms` (calls for help that are open), `advices` (what managers were advised today),
`appointments` (of today and later), `skipped` (numbers left out of the day, by prefix),
`today` (what windows offer today), `counted` (the last day in `daily`),
`epochs` (those before a restore), `moved` (where the hall goes on, if not here), `log` (the hash of the first event, once that is
in a file) and `head`, the log's last `<seq> <hash>`.
"""

event = Table(
    "event",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("at", Text, nullable=False),
    Column("actor", Text, nullable=False),
    Column("command", Text, nullable=False),
    Column("version", SmallInteger, nullable=False),
    Column("body", Text, nullable=False),
    Column("prev_hash", LargeBinary, nullable=False),
    Column("hash", LargeBinary, nullable=False),
)
"""The append-only log; `chain.py` says what is hashed."""

answer = Table(
    "answer",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("scope", LargeBinary, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("status", SmallInteger, nullable=False),
    Column("answer", LargeBinary),
    Column("at", Text, nullable=False),
)
"""Answers kept for retries; columns as in `flow.port.Kept`, and the last event of their command.

There is no index on the scope: an index on a random digest writes a page for every command, and a retry is nearly always of a
command just asked, which a walk from the newest row backwards finds at once. Whether a scope is there at all flow knows by heart.
"""

note = Table(
    "note",
    metadata,
    Column("ref", Text, primary_key=True),
    Column("words", Text, nullable=False),
    Column("at", Text, nullable=False),
)
"""People's own words, apart from the log so that they can be deleted."""

identity = Table(
    "identity",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("ref", Text, nullable=False),
    Column("ticket", Text, nullable=False),
    Column("day", Text, nullable=False),
    Column("hash", Text),
    Column("mask", Text),
    Column("person", Text),
)
"""Who holds a ticket, apart from the log and deleted by day; columns as in `engine.identity.Identity`, and its event's seq.

No index on the random reference: nobody looks for one, and it would write a page for every ticket.
"""

version = Table(
    "version",
    metadata,
    Column("n", Integer, primary_key=True, autoincrement=False),
    Column("at", Text, nullable=False),
    Column("actor", Text, nullable=False),
    Column("note", Text, nullable=False),
    Column("document", Text, nullable=False),
    Column("digest", Text, nullable=False),
)
"""One row a published version of the hall; columns as in `engine.version.Version`. The newest one runs."""

segment = Table(
    "segment",
    metadata,
    Column("month", Text, primary_key=True),
    Column("first", Integer, nullable=False),
    Column("last", Integer, nullable=False),
    Column("prev_hash", LargeBinary, nullable=False),
    Column("hash", LargeBinary, nullable=False),
    Column("until", Text, nullable=False),
    Column("gone_at", Text),
)
"""One row a sealed month of the log, as in `segment.Segment`. It stays when the file is gone, so that the chain goes on from it."""

register = Table(
    "register",
    metadata,
    Column("id", Text, primary_key=True),
    Column("opened_at", Text, nullable=False),
    Column("closed_at", Text),
    Column("body", Text, nullable=False),
)
"""The register (台账): one row a case, `body` being `engine.case.Case` as JSON. Words are in `note`, nobody's identity is here."""

shared = MetaData()
"""Tables that only a database of several servers has, made when they are needed: neither copied with the hall nor migrated."""

segment_file = Table(
    "segment_file",
    shared,
    Column("name", Text, primary_key=True),
    Column("content", LargeBinary, nullable=False),
)
"""The files of sealed months that are not gone, byte for byte: every server has a folder of its own, and may be lost with it."""

daily = Table(
    "daily",
    metadata,
    Column("day", Text, nullable=False),
    Column("zone", Text, nullable=False),
    Column("service", Text, nullable=False),
    Column("window", Text, nullable=False),
    Column("clerk", Text, nullable=False),
    Column("hour", SmallInteger, nullable=False),
    Column("cell", Text, nullable=False),
    PrimaryKeyConstraint("day", "zone", "service", "window", "clerk", "hour"),
)
"""Days in numbers, counted from tickets: `cell` is `views.daily.Cell` as JSON. All of it can be counted again."""

account = Table(
    "account",
    metadata,
    Column("name", Text, primary_key=True),
    Column("role", Text, nullable=False),
    Column("shown", Text, nullable=False),
    Column("hash", Text, nullable=False),
    Column("created_at", Text, nullable=False),
    Column("changed_at", Text, nullable=False),
    Column("active", SmallInteger, nullable=False, server_default="1"),
    Column("must_change", SmallInteger, nullable=False, server_default="0"),
    Column("pin", Text),
)
"""People who sign in, and those who did: who has left is not `active`. `must_change`: the password is good for choosing another.
`pin` is the hash of what they confirm with at a kiosk."""

deed = Table(
    "deed",
    metadata,
    Column("id", Text, primary_key=True),
    Column("at", Text, nullable=False),
    Column("account", Text, nullable=False),
    Column("what", Text, nullable=False),
    Column("by", Text, nullable=False),
    Column("role", Text),
)
"""What was done to accounts and is not in the event log yet: written in the change's own transaction, by whichever program made it,
and gone once the server has entered it."""

token = Table(
    "token",
    metadata,
    Column("digest", Text, primary_key=True),
    Column("role", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("windows", Text),
    Column("created_at", Text, nullable=False),
    Column("expires_at", Text),
    Column("seen_at", Text),
    Index("token_name", "name"),
)
"""Bearer tokens of devices and of sessions, by digest; `windows` is a JSON list or NULL for all."""
