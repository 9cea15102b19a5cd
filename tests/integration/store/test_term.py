"""One server to a hall in PostgreSQL: the term is taken, renewed, lost, and every write stands under it."""

import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import date
from pathlib import Path

import msgspec
import pytest
from sqlalchemy import Connection, update

from queue_server.flow.clock import ticking
from queue_server.flow.duty import Lease
from queue_server.flow.port import Replaced, Unavailable
from queue_server.store.account import Account, Changed, People, Token
from queue_server.store.copy import Digest, digests
from queue_server.store.daily import count
from queue_server.store.error import StoreOtherKey
from queue_server.store.postgres import Postgres
from queue_server.store.schema import account
from queue_server.store.segment import forget, seal
from queue_server.store.table import Foreseen, TableStore
from queue_server.store.term import Held, Term
from tests.fakes.hall import FILING, MORNING, ONE
from tests.fakes.play import picture
from tests.fakes.postgres import Cluster
from tests.integration.store.stage import Stage

Make = Callable[[], Term]
Under = Callable[[Lease], Stage]
ZHANG = Account(
    name="zhang", role="clerk", shown="张三", hash="$argon2id$x", created_at=MORNING, changed_at=MORNING
)
LONG_AFTER = date(2028, 1, 1)


@pytest.fixture
def url(cluster: Cluster) -> str:
    return cluster.url(cluster.database())


@contextmanager
def terms(url: str) -> Iterator[Make]:
    """Servers' sides of the term; all are closed at the end, whatever happened."""
    made: list[Term] = []

    def one() -> Term:
        made.append(Term(Postgres(url), b"key"))
        return made[-1]

    try:
        yield one
    finally:
        for term in made:
            term.close()


@contextmanager
def halls(url: str) -> Iterator[Under]:
    """Halls served under a lease; all are closed at the end, whatever happened."""
    made: list[TableStore] = []

    def one(lease: Lease) -> Stage:
        made.append(TableStore(Held(url, lease)))
        return Stage(made[-1])

    try:
        yield one
    finally:
        for store in made:
            store.close()


@pytest.fixture
def make(url: str) -> Iterator[Make]:
    """Another server's side of the term."""
    with terms(url) as one:
        yield one


@pytest.fixture
def under(url: str) -> Iterator[Under]:
    """A hall served under a lease."""
    with halls(url) as one:
        yield one


def grow_old(url: str) -> None:
    """As if nobody had renewed for a while."""
    with Postgres(url).connect() as connection:
        connection.execute("UPDATE term SET seen_at = seen_at - interval '1 minute'")


def foresee(url: str, stage: Stage) -> Foreseen:
    """The hall as one that stands by reads it."""
    with closing(TableStore(Postgres(url))) as store:
        return store.foresee(stage.state.hall, 1)


def taken(term: Term) -> Lease:
    lease = term.take()
    assert lease is not None, "the hall cannot be taken over"
    return lease


def ways(people: People) -> tuple[dict[str, Callable[[], object]], dict[str, Callable[[], object]]]:
    """Everything that accounts and tokens can be asked, what writes and what only reads, by name."""
    session = Token(digest="s", role="clerk", name="zhang", created_at=MORNING, expires_at=MORNING)
    return {
        "open": people.open,
        "add": lambda: people.add(ZHANG),
        "put": lambda: people.put([], [Changed(was=ZHANG, now=msgspec.structs.replace(ZHANG, hash="other"))]),
        "put_token": lambda: people.put_token(session),
        "put_session": lambda: people.put_session(session, ZHANG),
        "seen": lambda: people.seen("s", MORNING),
        "remove_token": lambda: people.remove_token("s"),
        "sign_out": lambda: people.sign_out("zhang"),
        "entered": lambda: people.entered("d"),
        "expire_tokens": lambda: people.expire_tokens(MORNING),
        "remove": lambda: people.remove("zhang"),
    }, {
        "accounts": people.accounts,
        "account": lambda: people.account("zhang"),
        "token": lambda: people.token("s"),
        "session": lambda: people.session("s"),
        "tokens": people.tokens,
        "deeds": people.deeds,
    }


def content(url: str) -> dict[str, Digest]:
    """Every table, as a digest."""
    with Postgres(url).engine(reads=True).connect() as connection:
        return digests(connection)


def test_a_new_hall_is_taken_at_once_and_a_second_server_stands_by(make: Make) -> None:
    first = taken(make())
    assert (first.n, first.cut_off) == (1, False)
    assert make().take() is None


def test_a_server_with_another_key_is_refused_with_a_sentence(make: Make, url: str) -> None:
    taken(make())
    with pytest.raises(StoreOtherKey, match=r"identity\.key"):
        Term(Postgres(url), b"another").take()


def test_one_that_renews_is_not_replaced(make: Make, url: str) -> None:
    first, second = make(), make()
    lease = taken(first)
    grow_old(url)
    first.renew(lease)
    assert second.take() is None
    assert lease.holds(ticking())


def test_one_that_does_not_renew_is_replaced_and_learns_it(make: Make, url: str) -> None:
    first, second = make(), make()
    lease = taken(first)
    grow_old(url)
    heir = taken(second)
    assert (heir.n, heir.cut_off) == (2, True), "it tells people that the first one did not stop in order"
    with pytest.raises(Unavailable):
        first.renew(lease)  # its backend was ended
    with pytest.raises(Unavailable):
        first.renew(lease)
    assert lease.over
    assert not lease.holds(ticking())


def test_one_that_leaves_in_order_is_followed_at_once(make: Make) -> None:
    first, second = make(), make()
    lease = taken(first)
    first.release(lease)
    heir = taken(second)
    assert (heir.n, heir.cut_off) == (2, False)


def test_of_many_that_stand_by_one_takes_over_and_keeps_it(make: Make, url: str) -> None:
    taken(make())
    grow_old(url)
    found: list[tuple[Term, Lease]] = []
    ready = threading.Barrier(5)

    def stand_by(term: Term) -> None:
        ready.wait()
        for _ in range(3):
            try:
                lease = term.take()
            except Unavailable:  # ended by another that also found it vacant
                continue
            if lease is not None:
                found.append((term, lease))
                return

    others = [threading.Thread(target=stand_by, args=(make(),)) for _ in range(5)]
    for each in others:
        each.start()
    for each in others:
        each.join()
    ((term, lease),) = found
    term.renew(lease)
    assert lease.holds(ticking())


def test_one_whose_connection_broke_goes_on_with_the_same_term(make: Make, url: str) -> None:
    term = make()
    lease = taken(term)
    term.cut()
    with pytest.raises(Unavailable):
        term.renew(lease)
    term.renew(lease)
    assert lease.holds(ticking())
    assert make().look().n == lease.n == 1


def test_a_hall_goes_on_with_the_next_server_as_it_was_and_keeps_its_epoch(
    make: Make, under: Under, url: str
) -> None:
    before = under(taken(make()))
    before.open(ONE)
    before.take(FILING)
    grow_old(url)
    after = under(taken(make()))
    assert picture(after.state) == picture(before.state)
    assert after.store.epoch == before.store.epoch
    assert after.take(FILING).number == "A002"


def test_a_hall_that_was_read_beforehand_is_not_read_again(make: Make, under: Under, url: str) -> None:
    before = under(taken(make()))
    before.take(FILING)
    foreseen = foresee(url, before)
    grow_old(url)
    with closing(TableStore(Held(url, taken(make())), foreseen=foreseen)) as store:
        store.open()
        (state,) = store.states(before.state.plan, MORNING, 1)
    assert state is foreseen.states[0]
    assert picture(state) == picture(before.state)


def test_a_hall_that_has_changed_since_it_was_read_beforehand_is_read_again(
    make: Make, under: Under, url: str
) -> None:
    before = under(taken(make()))
    before.take(FILING)
    foreseen = foresee(url, before)
    before.take(FILING)
    grow_old(url)
    with closing(TableStore(Held(url, taken(make())), foreseen=foreseen)) as store:
        store.open()
        (state,) = store.states(before.state.plan, MORNING, 1)
    assert picture(state) == picture(before.state)


def test_a_server_that_was_replaced_writes_nothing_more(make: Make, under: Under, url: str) -> None:
    lease = taken(make())
    old = under(lease)
    old.take(FILING)
    grow_old(url)
    new = under(taken(make()))
    with pytest.raises(Unavailable):
        old.take(FILING)  # its writer's backend was ended
    for deed in (
        lambda: old.store.commit(old.units),
        old.store.open,
        lambda: old.store.load(old.state.plan, old.now),
        old.store.scopes,
    ):
        with pytest.raises(Replaced):
            deed()
    assert lease.over
    assert len(new.store.events(0, 10)) == 1


def test_a_transaction_that_is_under_way_is_ended_and_not_waited_for(
    make: Make, under: Under, url: str
) -> None:
    """As of a process that stands still between its last statement and its COMMIT."""
    stage = under(taken(make()))
    stage.take(FILING)
    store = stage.store
    assert isinstance(store, TableStore)
    entered, go, outcome = threading.Event(), threading.Event(), []

    def stand_still() -> None:
        entered.set()
        go.wait()

    def commit() -> None:
        stage.at_once = False
        stage.take(FILING)
        try:
            with store._unless("write"), store._write(stand_still) as writer:
                writer.execute("UPDATE ticket SET reason = 'late'")
        except Unavailable as fault:
            outcome.append(str(fault))

    writing = threading.Thread(target=commit)
    writing.start()
    entered.wait()
    grow_old(url)
    try:
        after = under(taken(make()))
    finally:
        go.set()
        writing.join()
    assert "terminating connection" in outcome[0]
    assert {ticket.reason for ticket in after.state.tickets.values()} == {None}


def test_no_way_of_writing_is_left_to_a_server_that_was_replaced(
    make: Make, under: Under, url: str, tmp_path: Path
) -> None:
    """Accounts, sessions, days in numbers, months in files: what does not go through the store has the same database."""
    lease = taken(make())
    under(lease).take(FILING)
    old = Held(url, lease)
    people = People(old)
    writes, reads = ways(people)
    assert writes.keys() | reads.keys() == {name for name in vars(People) if not name.startswith("_")}
    for write in writes.values():
        write()
    people.add(ZHANG)
    grow_old(url)
    seal(Held(url, taken(make())), tmp_path, LONG_AFTER)
    before = content(url)
    writes["count days"] = lambda: count(old, LONG_AFTER)
    writes["forget months"] = lambda: forget(old, tmp_path, LONG_AFTER, MORNING)
    for write in writes.values():
        with pytest.raises(Replaced):
            write()
    for read in reads.values():
        read()
    assert lease.over
    assert content(url) == before
    assert list(tmp_path.iterdir()), "the file of a month stays"


def test_a_month_that_is_being_sealed_stays_in_the_table_when_its_server_is_replaced(
    make: Make, under: Under, url: str, tmp_path: Path
) -> None:
    lease = taken(make())
    under(lease).take(FILING)
    grow_old(url)
    taken(make())
    before = content(url)
    with pytest.raises(Replaced):
        seal(Held(url, lease), tmp_path, LONG_AFTER)
    assert content(url) == before


def test_a_sign_in_that_is_under_way_is_ended_and_not_waited_for(make: Make, url: str) -> None:
    """As of a process that stands still between its last statement and its COMMIT."""
    people = People(Held(url, taken(make())))
    people.add(ZHANG)
    entered, go, outcome = threading.Event(), threading.Event(), []

    def stand_still(connection: Connection) -> None:
        connection.execute(update(account).values(shown="late"))
        entered.set()
        go.wait()

    def sign_in() -> None:
        try:
            people._do(stand_still)
        except Unavailable as fault:
            outcome.append(str(fault))

    writing = threading.Thread(target=sign_in)
    writing.start()
    entered.wait()
    grow_old(url)
    try:
        taken(make())
    finally:
        go.set()
        writing.join()
    assert "terminating connection" in outcome[0]
    assert [each.shown for each in People(Postgres(url)).accounts()] == [ZHANG.shown]


def test_renewing_never_waits_for_a_commit_nor_a_commit_for_it(make: Make, under: Under) -> None:
    term = make()
    lease = taken(term)
    stage = under(lease)
    store = stage.store
    assert isinstance(store, TableStore)
    with store._write() as writer:
        writer.execute("SELECT 1")
        term.renew(lease)
    connection = term._connected()
    with connection.transaction():
        connection.execute("UPDATE term SET seen_at = clock_timestamp()")
        stage.take(FILING)


def test_reading_needs_no_term(make: Make, under: Under, url: str) -> None:
    stage = under(taken(make()))
    stage.take(FILING)
    stage.store.close()
    other = TableStore(Postgres(url))
    assert len(other.events(0, 10)) == 1
    other.close()
