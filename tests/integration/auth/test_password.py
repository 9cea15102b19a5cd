"""A password and the sessions that it ends change together or not at all, whatever fails between."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from sqlalchemy import event

from queue_server.auth.account import ONCE, Accounts
from queue_server.auth.secret import password_matches
from queue_server.store.account import Account, Changed, People, Token
from queue_server.store.place import at
from queue_server.wire.error import Refusal
from tests.fakes.hall import MORNING
from tests.fakes.house import HASH, PASSWORD
from tests.fakes.postgres import Cluster

NEW = "八月桂花遍地开放"
WAYS: dict[str, Callable[[Accounts], object]] = {
    "reset": lambda accounts: accounts.reset("zhang"),
    "set": lambda accounts: accounts.set_password("zhang", NEW),
    "choose": lambda accounts: accounts.choose_password("zhang", PASSWORD, NEW, "here"),
    "pin": lambda accounts: accounts.choose_pin("zhang", PASSWORD, "407219"),
}


class _Cut(Exception):
    """The program ends here."""


@pytest.fixture(params=["sqlite", "postgres"])
def people(request: pytest.FixtureRequest, tmp_path: Path) -> People:
    """Zhang, signed in here and there."""
    if request.param == "sqlite":
        made = People(at(str(tmp_path / "hall.db")))
    else:
        cluster: Cluster = request.getfixturevalue("cluster")
        made = People(at(cluster.url(cluster.database())))
    made.open()
    account = Account(
        name="zhang", role="clerk", shown="张三", hash=HASH, created_at=MORNING, changed_at=MORNING, pin=HASH
    )
    assert made.add(account)
    for digest in ("here", "there"):
        made.put_token(Token(digest=digest, role="clerk", name="zhang", created_at=MORNING))
    return made


@contextmanager
def cut(people: People, after: int) -> Iterator[None]:
    """The program ends before the statement that changes something for the time after so many."""
    done = 0

    def count(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        nonlocal done
        if statement.startswith(("INSERT", "UPDATE", "DELETE")):
            if done == after:
                raise _Cut
            done += 1

    event.listen(people._writing, "before_cursor_execute", count)
    try:
        yield
    finally:
        event.remove(people._writing, "before_cursor_execute", count)


def all_of_it(people: People) -> tuple[object, ...]:
    return people.accounts(), people.tokens(), people.deeds()


@pytest.mark.parametrize("way", ["reset", "set", "choose"])
def test_a_new_password_leaves_no_old_session_wherever_the_program_ends(people: People, way: str) -> None:
    before = all_of_it(people)
    for after in range(3):  # the account, its sessions, the deed
        with cut(people, after), pytest.raises(_Cut):
            WAYS[way](Accounts(people, "admin:zhao"))
        assert all_of_it(people) == before, f"cut after {after} changes"
    with cut(people, 10):
        WAYS[way](Accounts(people, "admin:zhao"))
    assert [one.digest for one in people.tokens()] == (["here"] if way == "choose" else [])
    assert people.deeds()


class _Overtaken(People):
    """Accounts of which one is reset just after it was first read."""

    def account(self, name: str) -> Account | None:
        """As it was before."""
        found = super().account(name)
        if found is not None and not found.must_change:
            Accounts(People(self._database), "admin:zhao").reset(name)
        return found


class _Alone(People):
    """Accounts of two administrators, of whom the other one leaves whenever somebody has looked who there is."""

    def accounts(self) -> list[Account]:
        """As they were before."""
        found = super().accounts()
        other = found[1]
        if other.active:
            gone = Changed(was=other, now=msgspec.structs.replace(other, active=False))
            assert People(self._database).put((), [gone]) == []
        return found


AWAY: dict[str, Callable[[Accounts, str], object]] = {
    "leave": lambda accounts, name: accounts.change(name, active=False),
    "remove": lambda accounts, name: accounts.remove(name),
    "demote": lambda accounts, name: accounts.change(name, role="clerk"),
    "import": lambda accounts, name: _imported(accounts, f"{name},clerk,{name}\n"),
}


def _imported(accounts: Accounts, content: str) -> None:
    for row in accounts.load(content.encode())[0].faults:
        assert row.fault.en == Refusal("account.last_admin").body("en").message
        raise Refusal("account.last_admin")


def invited(people: People, name: str) -> None:
    """One more administrator, whose one-time password nobody has used in time."""
    given = datetime.now(UTC) - ONCE - timedelta(minutes=1)
    Accounts(people, "admin:zhao", lambda: given).add(name, "admin", name)


def administrators(people: People) -> list[str]:
    return [one.name for one in people.accounts() if one.active and one.role == "admin"]


@pytest.mark.parametrize("way", AWAY)
def test_the_last_administrator_stays_also_where_the_other_leaves_at_that_moment(
    people: People, way: str
) -> None:
    for name in ("one", "two"):
        Accounts(people, "admin:zhao").add(name, "admin", name, NEW)
    people.remove("zhang")
    invited(people, "zoe")
    with pytest.raises(Refusal) as refused:
        AWAY[way](Accounts(_Alone(people._database), "admin:two"), "one")
    assert refused.value.code == "account.last_admin"
    assert administrators(people) == ["one", "zoe"]


@pytest.mark.parametrize("way", AWAY)
def test_who_can_sign_in_no_more_with_a_one_time_password_is_no_administrator_to_be_left(
    people: People, way: str
) -> None:
    accounts = Accounts(people, "admin:zhao")
    accounts.add("one", "admin", "one", NEW)
    invited(people, "two")
    with pytest.raises(Refusal) as refused:
        AWAY[way](accounts, "one")
    assert refused.value.code == "account.last_admin", "nobody else could let anybody in"
    AWAY[way](accounts, "two")
    assert administrators(people) == ["one"], "and whoever never came can go"
    invited(people, "three")
    accounts.reset("three")
    AWAY[way](accounts, "one")
    assert administrators(people) == ["three"], "with another password they may sign in"


@pytest.mark.parametrize("way", ["choose", "pin"])
def test_a_reset_that_overtakes_its_owner_is_not_undone_by_them(people: People, way: str) -> None:
    with pytest.raises(Refusal) as refused:
        WAYS[way](Accounts(_Overtaken(people._database), "clerk:zhang"))
    assert refused.value.code == "auth.wrong_password", "the one of before is none any more"
    now = people.account("zhang")
    assert now is not None
    assert (now.must_change, now.pin, password_matches(now.hash, NEW)) == (True, None, False)
    assert people.tokens() == []
