"""Whatever is played, the store gives it back; whatever is done to its log, the check finds where."""

import shutil
import sqlite3
from datetime import timedelta
from pathlib import Path
from tempfile import mkdtemp

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule, run_state_machine_as_test

from queue_server.engine import noticing
from queue_server.store.database import Database
from queue_server.store.place import at
from queue_server.store.sqlite import Sqlite, SqliteStore
from queue_server.store.table import TableStore
from queue_server.store.verify import verify
from queue_server.wire import command as c
from queue_server.wire.field import Holder
from tests.fakes.card import number
from tests.fakes.hall import SEAL, hall
from tests.fakes.play import KIOSK, MANAGER, STEWARD, picture
from tests.fakes.postgres import Cluster
from tests.integration.store.stage import Stage
from tests.integration.store.suite import a_busy_morning
from tests.property.test_engine import Hall


class Kept(Hall):
    """The engine's own machine on a real store. Commands gather until they are committed together; every prefix is read back."""

    play: Stage

    def fresh(self) -> Stage:
        """As the engine's, with a store below."""
        self.database = self.somewhere()
        return Stage(TableStore(self.database), at_once=False)

    def somewhere(self) -> Database:
        """A database that is empty."""
        self.folder = Path(mkdtemp(prefix="store-"))
        return Sqlite(self.folder / "hall.db")

    def tidy(self) -> None:
        """Remove it."""
        shutil.rmtree(self.folder)

    @rule(scope=st.sampled_from(("hall", "zone:A", "service:seal")), stop=st.booleans())
    def issue(self, scope: str, stop: bool) -> None:
        """Stop issuing somewhere, or go on."""
        if stop:
            self.attempt(c.StopIssuing(scope=scope, reason="why"), MANAGER)
        elif scope in self.play.state.stops:
            self.attempt(c.ResumeIssuing(scope=scope, reason="why"), MANAGER)

    @rule(minutes=st.integers(1, 90))
    def tell(self, minutes: int) -> None:
        """Tell everybody something for a while, and the oldest no more where enough is told."""
        until = self.play.now + timedelta(minutes=minutes)
        if len(self.play.state.notices) < noticing.MOST:
            self.attempt(c.PublishNotice(text="停电", until=until), MANAGER)
        else:
            self.attempt(c.WithdrawNotice(notice=self.play.state.notices[0].id), MANAGER)

    @rule(minutes=st.integers(1, 90), ordinary=st.booleans(), known=st.booleans())
    def appoint(self, minutes: int, ordinary: bool, known: bool) -> None:
        """Book an appointment; or its holder comes when some time has passed, or comes again, or gives it up."""
        standing = list(self.play.state.appointments)
        if len(standing) < 3:
            slot, who = (
                self.play.now + timedelta(minutes=minutes),
                Holder(number(), "买买提") if known else None,
            )
            booked = c.Book(appointment=f"CODE{self.play.state.seq:06}", service=SEAL, slot=slot, holder=who)
            self.attempt(booked, MANAGER)
        elif known:
            self.attempt(c.CheckIn(appointment=standing[minutes % 3], ordinary=ordinary), KIOSK)
        else:
            self.attempt(c.CancelAppointment(appointment=standing[minutes % 3]), MANAGER)

    @rule(minutes=st.integers(0, 20), end=st.booleans())
    def help(self, minutes: int, end: bool) -> None:
        """Call for help, and have somebody come, or say that it is over; it is by itself after a while."""
        self.play.later(minutes=minutes)
        standing = self.play.state.alarms
        if not standing:
            self.attempt(c.RaiseAlarm(kind="steward"), KIOSK)
        elif end:
            self.attempt(c.EndAlarm(alarm=standing[0].id), STEWARD)
        else:
            self.attempt(c.AcknowledgeAlarm(alarm=standing[0].id), STEWARD)

    @rule()
    def save(self) -> None:
        """Commit what has gathered; another program then reads exactly the hall that was played."""
        self.play.save()
        other = TableStore(self.database)
        assert picture(other.load(hall(), self.play.now)) == picture(self.play.state)
        other.close()

    @rule()
    def restart(self) -> None:
        """Stop and start again: the hall goes on from what it reads."""
        self.play.save()
        self.play.store.close()
        before = picture(self.play.state)
        self.play.store.open()
        self.play.state = self.play.store.load(hall(), self.play.now)
        assert picture(self.play.state) == before
        assert list(self.play.state.tickets) == list(before["tickets"])

    @invariant()
    def no_event_is_committed_twice(self) -> None:
        """What waits to be committed follows what was."""
        waiting = [stamped.seq for unit in self.play.units for stamped in unit.stamped]
        assert waiting == list(range(self.play.state.seq - len(waiting) + 1, self.play.state.seq + 1))

    def teardown(self) -> None:
        """Read it all once more, and check the chain."""
        if hasattr(self, "database"):
            self.save()
            assert verify(self.database).whole
            self.play.store.close()
            self.tidy()


TestKept = Kept.TestCase
TestKept.settings = settings(max_examples=80, stateful_step_count=40, deadline=None)


def test_postgresql_gives_back_whatever_is_played(cluster: Cluster) -> None:
    name = cluster.database()

    class Served(Kept):
        def somewhere(self) -> Database:
            return at(cluster.url(name))

        def tidy(self) -> None:
            cluster.empty(name)

    run_state_machine_as_test(
        Served, settings=settings(max_examples=10, stateful_step_count=30, deadline=None)
    )


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, int]:
    """A database with a log, and how many events it has."""
    path = tmp_path_factory.mktemp("log") / "hall.db"
    stage = Stage(SqliteStore(path))
    a_busy_morning(stage)
    stage.store.close()
    return path, stage.state.seq


TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=60)
VALUES = {
    "at": TEXTS,
    "actor": TEXTS,
    "command": TEXTS,
    "version": st.integers(-5, 5) | TEXTS,
    "body": TEXTS | st.binary(max_size=60),
    "prev_hash": st.binary(max_size=40) | TEXTS,
    "hash": st.binary(max_size=40) | st.integers(-(2**63), 2**63 - 1),
}


@given(data=st.data())
@settings(max_examples=120, deadline=None)
def test_any_change_of_any_column_of_any_row_is_found_at_its_place(
    log: tuple[Path, int], data: st.DataObject
) -> None:
    path, length = log
    seq = data.draw(st.integers(1, length), label="row")
    column = data.draw(st.sampled_from(sorted(VALUES)), label="column")
    with tampered(path) as connection:
        (before,) = connection.execute(f"SELECT {column} FROM event WHERE seq = ?", (seq,)).fetchone()
        value = data.draw(VALUES[column], label="value")
        connection.execute(f"UPDATE event SET {column} = ? WHERE seq = ?", (value, seq))
        (after,) = connection.execute(f"SELECT {column} FROM event WHERE seq = ?", (seq,)).fetchone()
    broken = verify(Sqlite(copy(path))).broken
    if (before, type(before)) == (after, type(after)):
        assert broken is None
    else:
        assert broken is not None
        assert (broken.seq, broken.fault) == (seq, "changed")


@given(data=st.data())
@settings(max_examples=60, deadline=None)
def test_any_removed_moved_or_inserted_row_is_found_at_its_place(
    log: tuple[Path, int], data: st.DataObject
) -> None:
    path, length = log
    seq = data.draw(st.integers(1, length), label="row")
    deed = data.draw(st.sampled_from(("remove", "move", "insert")), label="deed")
    with tampered(path) as connection:
        if deed == "remove":
            last = data.draw(st.integers(seq, length), label="to")
            connection.execute("DELETE FROM event WHERE seq BETWEEN ? AND ?", (seq, last))
            expected = (seq, "removed")
        elif deed == "move":
            connection.execute("UPDATE event SET seq = ? WHERE seq = ?", (length + 9, seq))
            expected = (seq, "removed")
        else:
            connection.execute(
                "INSERT INTO event SELECT ?, at, actor, command, version, body, prev_hash, hash"
                " FROM event WHERE seq = ?",
                (length + 1, seq),
            )
            expected = (length + 1, "inserted")
    broken = verify(Sqlite(copy(path))).broken
    assert broken is not None
    assert (broken.seq, broken.fault) == expected


def copy(path: Path) -> Path:
    """Where a tampered copy of a database is."""
    return path.with_name("copy.db")


class tampered:  # noqa: N801 - reads as a word: with tampered(path) as connection
    """A fresh copy of a database, open for somebody with no good in mind."""

    def __init__(self, path: Path) -> None:
        self.path = copy(path)
        for left in path.parent.glob("copy.db*"):
            left.unlink()
        shutil.copy(path, self.path)

    def __enter__(self) -> sqlite3.Connection:
        self.connection = sqlite3.connect(self.path, isolation_level=None)
        return self.connection

    def __exit__(self, *_: object) -> None:
        self.connection.close()
