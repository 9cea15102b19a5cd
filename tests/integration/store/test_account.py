"""Accounts and tokens, also from a second process while the hall's store is in use."""

import signal
import subprocess
import sys
import threading
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from queue_server.flow.port import Unavailable
from queue_server.store.account import Account, Changed, Deed, People, Token
from queue_server.store.error import StoreTooNew
from queue_server.store.place import at
from queue_server.store.sqlite import Sqlite
from queue_server.store.table import TableStore
from tests.fakes.hall import LICENCE, MORNING, ONE, TWO
from tests.fakes.postgres import Cluster
from tests.integration.store.stage import Stage

ZHANG = Account(
    name="zhang", role="clerk", shown="张三", hash="$argon2id$x", created_at=MORNING, changed_at=MORNING
)
LATER = MORNING + timedelta(hours=1)


@pytest.fixture(params=["sqlite", "postgres"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where a database is: a file, or a URL."""
    if request.param == "sqlite":
        return str(tmp_path / "hall.db")
    cluster: Cluster = request.getfixturevalue("cluster")
    return cluster.url(cluster.database())


@pytest.fixture
def people(place: str) -> People:
    made = People(at(place))
    made.open()
    return made


def token(digest: str, name: str = "zhang", **fields: object) -> Token:
    values = {"digest": digest, "role": "clerk", "name": name, "created_at": MORNING} | fields
    return Token(**values)  # type: ignore[arg-type]


def test_an_account_is_added_before_the_halls_first_start(people: People, place: str) -> None:
    assert people.add(ZHANG)
    stage = Stage(TableStore(at(place)))
    stage.open(ONE)
    stage.store.close()
    assert people.account("zhang") == ZHANG
    assert people.account("li") is None


def test_a_name_is_taken_once_and_the_first_account_stays(people: People) -> None:
    assert people.add(ZHANG)
    assert not people.add(msgspec.structs.replace(ZHANG, role="admin"))
    assert people.accounts() == [ZHANG]


def changed(
    people: People, name: str, *, over: bool = False, keep: str | None = None, **values: Any
) -> Changed:
    """An account of the store with other values, as of LATER."""
    was = people.account(name)
    assert was is not None
    return Changed(
        was=was, now=msgspec.structs.replace(was, changed_at=LATER, **values), over=over, keep=keep
    )


@pytest.mark.parametrize(
    "change", [{"hash": "new"}, {"role": "manager"}, {"active": False}], ids=["password", "role", "left"]
)
def test_a_sign_in_that_was_overtaken_by_a_change_of_the_account_begins_no_session(
    people: People, change: dict[str, Any]
) -> None:
    people.add(ZHANG)
    assert people.put_session(token("before"), ZHANG)
    assert people.put((), [changed(people, "zhang", over=True, **change)]) == ["before"]
    assert not people.put_session(token("after"), ZHANG)
    assert people.tokens() == []


def test_administrators_who_send_each_other_away_at_the_same_time_do_not_leave_none(people: People) -> None:
    for name in ("one", "two"):
        people.add(msgspec.structs.replace(ZHANG, name=name, role="admin"))
    changes = [changed(people, name, active=False) for name in ("one", "two")]
    told: list[list[str] | None] = []
    both = threading.Barrier(2)

    def leave(change: Changed) -> None:
        both.wait()
        told.append(people.put((), [change]))

    threads = [threading.Thread(target=leave, args=(change,)) for change in changes]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert told in ([[], None], [None, []])
    (left,) = [account for account in people.accounts() if account.active]
    assert not people.remove(left.name)
    assert people.account(left.name) == left
    assert people.put((), [changed(people, left.name, role="clerk")]) is None


def test_a_session_is_found_with_its_account_and_a_device_without_one(people: People) -> None:
    people.add(ZHANG)
    people.put_token(token("d1"))
    people.put_token(token("d2", role="kiosk"))
    assert people.session("d1") == (token("d1"), ZHANG)
    assert people.session("d2") == (token("d2", role="kiosk"), None)
    assert people.session("d3") == (None, None)


def test_a_token_is_kept_found_seen_and_forgotten(people: People) -> None:
    box = token("d1", "box", role="agent", windows=frozenset((ONE, TWO)), expires_at=LATER, seen_at=None)
    people.put_token(box)
    assert people.token("d1") == box
    assert people.token("d2") is None
    people.seen("d1", LATER)
    assert people.tokens() == [msgspec.structs.replace(box, seen_at=LATER)]
    assert people.remove_token("d1")
    assert not people.remove_token("d1")
    assert people.tokens() == []


def test_a_token_of_the_same_digest_is_replaced(people: People) -> None:
    people.put_token(token("d1", windows=frozenset()))
    people.put_token(token("d1", windows=None))
    (found,) = people.tokens()
    assert found.windows is None


def test_tokens_that_have_expired_are_forgotten(people: People) -> None:
    people.put_token(token("never"))
    people.put_token(token("then", expires_at=LATER))
    people.put_token(token("later", expires_at=LATER + timedelta(microseconds=1)))
    assert people.expire_tokens(LATER) == 1
    assert {each.digest for each in people.tokens()} == {"never", "later"}


def test_signing_out_ends_a_persons_sessions_and_no_devices(people: People) -> None:
    people.add(ZHANG)
    people.put_token(token("session"))
    people.put_token(token("another"))
    people.put_token(token("li", "li"))
    people.put_token(token("device", role="kiosk"))
    assert people.put((), [changed(people, "zhang", over=True, keep="another")]) == ["session"]
    assert people.sign_out("zhang") == ["another"]
    assert {each.digest for each in people.tokens()} == {"li", "device"}
    people.put_token(token("session"))
    assert people.remove("zhang")
    assert {each.digest for each in people.tokens()} == {"li", "device"}
    assert people.account("zhang") is None
    assert not people.remove("zhang")


def test_a_second_process_adds_accounts_while_the_server_commits(people: People, place: str) -> None:
    stage = Stage(TableStore(at(place)))
    script = """
import sys
from datetime import UTC, datetime
from queue_server.store.account import Account, People
from queue_server.store.place import at
people = People(at(sys.argv[1]))
people.open()
now = datetime(2026, 11, 23, tzinfo=UTC)
for n in range(50):
    assert people.add(Account(name=f"n{n}", role="clerk", shown="", hash="", created_at=now, changed_at=now))
"""
    second = subprocess.Popen([sys.executable, "-c", script, place])
    taken = 0
    while second.poll() is None or taken < 50:
        stage.take(LICENCE)
        taken += 1
    assert second.returncode == 0
    assert len(people.accounts()) == 50
    assert stage.state.seq == taken
    stage.store.close()


def test_many_threads_may_ask_at_once(people: People) -> None:
    def work(n: int) -> None:
        for k in range(10):
            people.put_token(token(f"{n}-{k}"))

    threads = [threading.Thread(target=work, args=(n,)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(people.tokens()) == 60


def test_a_newer_database_and_a_missing_one_are_told_apart(people: People, tmp_path: Path) -> None:
    with people._writing.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0999'")
    with pytest.raises(StoreTooNew, match="0999"):
        people.open()
    with pytest.raises(Unavailable):
        People(Sqlite(tmp_path / "nowhere" / "hall.db")).open()


def _several(people: People) -> tuple[list[Account], list[Changed]]:
    """What an import wants: li and wang are new, zhang becomes a steward, zhao the last of all gets another shown name."""
    for name in ("zhang", "zhao"):
        assert people.add(msgspec.structs.replace(ZHANG, name=name))
    people.put_token(token("d1"))
    changes = [
        Changed(
            was=was, now=msgspec.structs.replace(was, changed_at=LATER, **changed), over=was.name == "zhang"
        )
        for was, changed in zip(people.accounts(), ({"role": "steward"}, {"shown": "赵大"}), strict=True)
    ]
    return [msgspec.structs.replace(ZHANG, name=name) for name in ("li", "wang")], changes


def _all_of_it(people: People) -> tuple[object, ...]:
    return people.accounts(), people.tokens(), people.deeds()


DEED = Deed(id="1", at=MORNING, account="li", what="added", by="admin:zhao")


def test_accounts_that_are_put_together_are_all_put_with_their_sessions_and_deeds(people: People) -> None:
    new, changes = _several(people)
    assert people.put(new, changes, DEED) == ["d1"]
    assert [(one.name, one.role, one.shown) for one in people.accounts()] == [
        ("li", "clerk", "张三"),
        ("wang", "clerk", "张三"),
        ("zhang", "steward", "张三"),
        ("zhao", "clerk", "赵大"),
    ]
    assert (people.tokens(), people.deeds()) == ([], [DEED])


def test_of_accounts_that_are_put_together_none_is_where_one_cannot_be(people: People) -> None:
    new, changes = _several(people)
    before = _all_of_it(people)
    assert people.put([*new, ZHANG], changes, DEED) is None, "the last name is taken"
    assert _all_of_it(people) == before
    assert people.put((), [changed(people, "zhao", shown="赵二")]) == []
    before = _all_of_it(people)
    assert people.put(new, changes, DEED) is None, "somebody changed the last one meanwhile"
    assert _all_of_it(people) == before


def test_of_accounts_that_are_put_together_none_is_where_the_program_is_killed_between(
    people: People, place: str
) -> None:
    """Killed by itself, after the third of the statements that would change something and before the fourth."""
    _several(people)
    before = _all_of_it(people)
    script = """
import os, signal, sys
import msgspec
from sqlalchemy import event
from queue_server.store.account import Changed, People
from queue_server.store.place import at

people = People(at(sys.argv[1]))
zhang, zhao = people.accounts()
done = []

@event.listens_for(people._writing, "before_cursor_execute")
def count(connection, cursor, statement, *_):
    done.append(statement)
    if len([one for one in done if one.startswith(("INSERT", "UPDATE"))]) == 4:
        os.kill(os.getpid(), signal.SIGKILL)

new = [msgspec.structs.replace(zhang, name=name) for name in ("li", "wang")]
changes = [
    Changed(was=zhang, now=msgspec.structs.replace(zhang, role="steward"), over=True),
    Changed(was=zhao, now=msgspec.structs.replace(zhao, shown="x")),
]
people.put(new, changes)
"""
    done = subprocess.run([sys.executable, "-c", script, place], check=False)
    assert done.returncode == -signal.SIGKILL
    assert _all_of_it(people) == before
