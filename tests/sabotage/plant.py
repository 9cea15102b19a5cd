"""Faults to plant, each in the running code, so that the check that guards it must turn red.

Loaded as a pytest plugin by `test_plant.py`: `pytest -p tests.sabotage.plant --plant NAME some/test.py::test_it`.
"""

import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any

import pytest
from msgspec import structs

PLANTS: dict[str, Callable[[pytest.MonkeyPatch], None]] = {}


def plant(fault: Callable[[pytest.MonkeyPatch], None]) -> Callable[[pytest.MonkeyPatch], None]:
    """Register a fault under its function's name."""
    PLANTS[fault.__name__] = fault
    return fault


@plant
def answer_before_commit(patch: pytest.MonkeyPatch) -> None:
    """Flow answers what it has only decided."""
    from queue_server.flow.flow import Flow

    honest = Flow._do

    def hasty(self: Flow, *args: Any) -> Any:
        future = honest(self, *args)
        if self._units and not future.done():
            future.set_result(self._units[-1].answer)
        return future

    patch.setattr(Flow, "_do", hasty)


@plant
def refusal_before_commit(patch: pytest.MonkeyPatch) -> None:
    """Flow refuses on grounds that may yet be lost."""
    from queue_server.engine.decide import decide
    from queue_server.engine.decision import Context
    from queue_server.flow.flow import Flow

    honest = Flow.ask

    async def hasty(self: Flow, actor: Any, command: Any, key: Any = None) -> Any:
        decide(self.ahead, command, Context(self.clock.now(), actor, self._draw, self._policy, self._secret))
        return await honest(self, actor, command, key)

    patch.setattr(Flow, "ask", hasty)


@plant
def key_not_stored(patch: pytest.MonkeyPatch) -> None:
    """The answer of a key is not written with its command."""
    from queue_server.flow import flow
    from queue_server.flow.port import Unit

    patch.setattr(flow, "Unit", lambda stamped, rows, kept: Unit(stamped, rows, None))


@plant
def key_in_another_transaction(patch: pytest.MonkeyPatch) -> None:
    """The answer of a key is written after its command, in a transaction of its own."""
    from queue_server.flow.port import Unit
    from queue_server.store.row import stamp
    from queue_server.store.table import TableStore

    honest = TableStore.commit

    def late(self: TableStore, units: Sequence[Unit]) -> None:
        honest(self, [structs.replace(unit, kept=None) for unit in units])
        for unit in units:
            if (kept := unit.kept) is not None:
                row = (unit.stamped[-1].seq, kept.scope, kept.body, kept.status, kept.answer, stamp(kept.at))
                self._sql.answer(self._writing(), [row])

    patch.setattr(TableStore, "commit", late)


@plant
def no_sync(patch: pytest.MonkeyPatch) -> None:
    """A commit returns before the disk has it."""
    from queue_server.store.table import TableStore

    honest = TableStore._writing

    def hasty(self: TableStore) -> Any:
        connection = honest(self)
        connection.execute("PRAGMA synchronous=NORMAL")
        return connection

    patch.setattr(TableStore, "_writing", hasty)


@plant
def log_written_back_without_a_sync(patch: pytest.MonkeyPatch) -> None:
    """Commits are synced, but the log is thrown away before the database is."""
    from queue_server.store.table import TableStore

    honest = TableStore.commit

    def hasty(self: TableStore, units: Any) -> None:
        honest(self, units)
        connection = self._writing()
        connection.execute("PRAGMA synchronous=OFF")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.execute("PRAGMA synchronous=FULL")

    patch.setattr(TableStore, "commit", hasty)


@plant
def commits_put_off(patch: pytest.MonkeyPatch) -> None:
    """The disk is some commits behind the answers; who reads, or stops in order, sees nothing of it."""
    from queue_server.store.table import TableStore

    commit, read, close = TableStore.commit, TableStore._read, TableStore.close
    held: list[Sequence[Any]] = []
    one = threading.Lock()

    def write(self: TableStore, most: int) -> None:
        with one:
            while len(held) > most:
                commit(self, held.pop(0))

    def late(self: TableStore, units: Sequence[Any]) -> None:
        held.append(units)
        write(self, 3)

    def reading(self: TableStore, ask: Any) -> Any:
        write(self, 0)
        return read(self, ask)

    def closing(self: TableStore) -> None:
        write(self, 0)
        close(self)

    patch.setattr(TableStore, "commit", late)
    patch.setattr(TableStore, "_read", reading)
    patch.setattr(TableStore, "close", closing)


@plant
def lease_never_over(patch: pytest.MonkeyPatch) -> None:
    """A server that was replaced believes that it still serves."""
    from queue_server.flow.duty import Lease

    patch.setattr(Lease, "holds", lambda *_: True)
    patch.setattr(Lease, "end", lambda _: None)


@plant
def commit_error_swallowed(patch: pytest.MonkeyPatch) -> None:
    """A commit that failed is answered all the same."""
    from queue_server.flow.port import Unavailable
    from queue_server.store.table import TableStore

    honest = TableStore.commit

    def deaf(self: TableStore, units: Any) -> None:
        with suppress(Unavailable):
            honest(self, units)

    patch.setattr(TableStore, "commit", deaf)


@plant
def command_in_two_transactions(patch: pytest.MonkeyPatch) -> None:
    """The events of a command are committed one by one."""
    from queue_server.store.table import TableStore

    honest = TableStore.commit

    def scattered(self: TableStore, units: Any) -> None:
        for unit in units:
            last = len(unit.stamped) - 1
            for n, stamped in enumerate(unit.stamped):
                part = structs.replace(unit, stamped=(stamped,), rows=unit.rows[n : n + 1])
                honest(self, [part if n == last else structs.replace(part, kept=None)])

    patch.setattr(TableStore, "commit", scattered)


@plant
def early_seq(patch: pytest.MonkeyPatch) -> None:
    """What has only been decided is shown as if it were durable."""
    from queue_server.flow.flow import Flow

    patch.setattr(Flow, "seq", property(lambda self: self.ahead.seq))
    patch.setattr(Flow, "durable", property(lambda self: self.ahead, lambda self, state: None), raising=False)


@plant
def memory_kept_after_a_lost_commit(patch: pytest.MonkeyPatch) -> None:
    """After a failed commit flow goes on with what it had in memory."""
    from queue_server.flow.flow import Flow

    honest = Flow._recovered

    def stubborn(self: Flow, ahead: Any, durable: Any, scopes: Any) -> None:
        honest(self, self.ahead, self.durable, scopes)

    patch.setattr(Flow, "_recovered", stubborn)


@plant
def closing_ends_every_wait(patch: pytest.MonkeyPatch) -> None:
    """Whoever waits when the hours turn has waited in vain."""
    from queue_server.engine import day, decide
    from queue_server.engine.event import Turned
    from queue_server.engine.tick import tick
    from queue_server.wire.command import Tick

    def hasty(state: Any, command: Any, context: Any) -> Any:
        made = tick(state, command, context)
        if isinstance(made.events[-1], Turned):
            made = structs.replace(made, events=(*made.events, *day.expiring(state)))
        return made

    table: dict[Any, Any] = decide._DECIDE
    patch.setitem(table, Tick, hasty)


@plant
def due_while_off_done_at_once(patch: pytest.MonkeyPatch) -> None:
    """A server that was off does what fell due meanwhile as if it had fallen due now."""
    from queue_server.engine.actor import CLOCK
    from queue_server.engine.tick import due
    from queue_server.flow.flow import Flow
    from queue_server.wire.command import Tick

    def hasty(self: Flow, now: Any) -> None:
        while due(self.ahead) <= now:
            self._do(CLOCK, Tick(due_at=now), None, b"", now)
        self._wind(due(self.ahead))

    patch.setattr(Flow, "_tick", hasty)


@plant
def time_of_the_machine_believed(patch: pytest.MonkeyPatch) -> None:
    """Things happen when the machine's clock says so, also when it was set back."""
    from queue_server.flow.flow import Flow

    patch.setattr(Flow, "_now", lambda self: self.clock._wall())


@plant
def answers_never_forgotten(patch: pytest.MonkeyPatch) -> None:
    """A server that never stops keeps every answer."""
    from queue_server.store.sqlite import Sqlite

    patch.setattr(Sqlite.sql, "forget", "DELETE FROM answer WHERE at < ? AND 0")


@plant
def frame_left_out_of_the_ring(patch: pytest.MonkeyPatch) -> None:
    """A frame is sent but not kept for those who come back."""
    from queue_server.feed.group import Group

    honest = Group.add

    def forget(self: Group, changes: Any, seq: int) -> bytes:
        text = honest(self, changes, seq)
        prev = self._frames[-1][0]
        self._frames[-1] = (prev, b'{"events":[],"prev":%d,"seq":%d}' % (prev, seq))
        return text

    patch.setattr(Group, "add", forget)


@plant
def drops_not_told(patch: pytest.MonkeyPatch) -> None:
    """Records that are gone are not named."""
    from queue_server.feed.group import Topic

    honest = Topic.turn
    patch.setattr(Topic, "turn", lambda self, records: (honest(self, records)[0], ()))


@plant
def chain_of_frames_broken(patch: pytest.MonkeyPatch) -> None:
    """A frame names a seq before it that nobody on the link has."""
    from queue_server.feed.group import Group

    honest = Group.add
    patch.setattr(
        Group, "add", lambda self, changes, seq: honest(self, changes, seq).replace(b'"prev":', b'"prev":9')
    )


@plant
def role_not_checked(patch: pytest.MonkeyPatch) -> None:
    """Anybody may ask for anything."""
    from queue_server.api import http
    from queue_server.auth import intake
    from queue_server.engine import decide
    from queue_server.flow import flow

    patch.setattr(http, "check_role", lambda *_: None)
    patch.setattr(intake, "check_role", lambda *_: None)
    patch.setattr(
        flow, "decide", lambda state, command, context: decide._DECIDE[type(command)](state, command, context)
    )


@plant
def windows_of_others_not_checked(patch: pytest.MonkeyPatch) -> None:
    """A clerk may act at any window."""
    from queue_server.engine import decide

    patch.setattr(decide, "_window", lambda state, id_, context, reason=None: state.windows[id_])


@plant
def tickets_of_others_not_checked(patch: pytest.MonkeyPatch) -> None:
    """A holder may act on any ticket."""
    from queue_server.engine import holder

    patch.setattr(holder, "own", lambda *_: None)


@plant
def column_emptied_by_a_migration(patch: pytest.MonkeyPatch) -> None:
    """Migrations that touch a table do not carry one of its columns over."""
    from alembic import op

    honest = op.add_column

    def careless(table: str, column: Any) -> None:
        honest(table, column)
        op.execute(f"UPDATE {table} SET shown = ''")

    patch.setattr(op, "add_column", careless)


@plant
def rows_left_behind_by_a_migration(patch: pytest.MonkeyPatch) -> None:
    """Migrations take over what is open, and leave out what is done."""
    from alembic import op

    honest = op.create_table

    def careless(*words: Any) -> None:
        honest(*words)
        if words[0] == "segment":
            op.execute("DELETE FROM ticket WHERE state = 'served'")

    patch.setattr(op, "create_table", careless)


@plant
def newer_tables_taken_for_its_own(patch: pytest.MonkeyPatch) -> None:
    """A program opens tables of a schema that it does not know."""
    from queue_server.store import migrate as room
    from queue_server.store.schema import VERSION

    honest = room.version

    def bold(connection: Any) -> str | None:
        found = honest(connection)
        return None if found is None else min(found, VERSION)

    patch.setattr(room, "version", bold)


@plant
def role_added(patch: pytest.MonkeyPatch) -> None:
    """The registry of a running server lets one role more ask."""
    import dataclasses

    from queue_server.wire.command import BY_TYPE, REGISTRY

    entry = REGISTRY["devices.revoke"]
    wider = dataclasses.replace(entry, roles=entry.roles | {"manager"})
    patch.setitem(REGISTRY, entry.name, wider)
    patch.setitem(BY_TYPE, entry.type, wider)


@plant
def query_open_to_everybody(patch: pytest.MonkeyPatch) -> None:
    """A query does not look at who asks."""
    from queue_server.api import http

    patch.setattr(http, "check_role", lambda *_: None)


@plant
def route_open_to_everybody(patch: pytest.MonkeyPatch) -> None:
    """An address of accounts does not look at who asks."""
    from queue_server.api import route

    patch.setattr(route, "check_role", lambda *_: None)


@plant
def topic_open_to_everybody(patch: pytest.MonkeyPatch) -> None:
    """The feed does not look at who wants to see a topic."""
    from queue_server.views import topic

    patch.setattr(topic, "allowed", lambda *_: True)


@plant
def number_in_the_event(patch: pytest.MonkeyPatch) -> None:
    """What is shown of a card goes on into the log."""
    import msgspec

    from queue_server.engine import rank

    honest = rank.asked

    def talkative(hall: Any, command: Any, context: Any, card: Any) -> Any:
        return msgspec.structs.replace(honest(hall, command, context, card), reason=card and card.number)

    patch.setattr(rank, "asked", talkative)


@plant
def number_hashed_without_a_key(patch: pytest.MonkeyPatch) -> None:
    """A hash that anybody can make of every number there is."""
    from hashlib import sha256

    from queue_server.engine import holder

    patch.setattr(holder, "hashed", lambda _, number: sha256(number.encode()).hexdigest())


@plant
def name_not_masked(patch: pytest.MonkeyPatch) -> None:
    """Names are kept whole."""
    from queue_server.engine import holder

    patch.setattr(holder, "mask", str)


@plant
def request_digested_without_a_key(patch: pytest.MonkeyPatch) -> None:
    """What was asked under a key is kept as a digest that can be searched for a number."""
    from queue_server.flow import flow

    honest = flow._digest
    patch.setattr(flow, "_digest", lambda text, _secret=b"": honest(text))


@plant
def number_in_the_refusal(patch: pytest.MonkeyPatch) -> None:
    """A refusal says what it did not like."""
    from queue_server.engine import holder
    from queue_server.engine.identity import card as honest
    from queue_server.wire.error import Refusal

    def repeat(number: str, today: Any) -> Any:
        raise Refusal("holder.bad_number", number=number)

    patch.setattr(
        holder, "card", lambda number, today: (repeat if len(number) != 18 else honest)(number, today)
    )


@plant
def command_in_the_log(patch: pytest.MonkeyPatch) -> None:
    """Whoever logs a command logs who it is of."""
    import structlog

    from queue_server.engine import holder

    honest = holder.shown

    def logged(command: Any, context: Any) -> Any:
        structlog.get_logger().info("taken", name=command.holder and command.holder.name)
        return honest(command, context)

    patch.setattr(holder, "shown", logged)


@plant
def identity_kept_for_retries(patch: pytest.MonkeyPatch) -> None:
    """The answer that tells a name is kept like any other."""
    import dataclasses

    from queue_server.flow import flow
    from queue_server.wire.command import BY_TYPE, Identify

    told = dataclasses.replace(BY_TYPE[Identify], private=False)
    table: dict[Any, Any] = {**BY_TYPE, Identify: told}
    patch.setattr(flow, "BY_TYPE", table)


@plant
def deleted_bytes_left(patch: pytest.MonkeyPatch) -> None:
    """The write-ahead log keeps what was deleted from the tables."""
    from queue_server.store.sqlite import Sqlite

    patch.setattr(Sqlite, "scrub", lambda *_: True)


@plant
def deleted_bytes_not_overwritten(patch: pytest.MonkeyPatch) -> None:
    """The database file keeps what was deleted in its free space."""
    from queue_server.store import sqlite
    from queue_server.store.connection import connect as honest

    def careless(path: Any) -> Any:
        made = honest(path)
        made.execute("PRAGMA secure_delete=OFF")
        return made

    patch.setattr(sqlite, "connect", careless)


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--plant NAME`."""
    parser.addoption("--plant", choices=sorted(PLANTS), required=False)


@pytest.fixture(autouse=True)
def _planted(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    name = request.config.getoption("--plant")
    if name:
        monkeypatch.setenv("PLANT", name)  # for programs that the test starts: tests/power/town.py
        PLANTS[name](monkeypatch)


@plant
def password_in_the_log(patch: pytest.MonkeyPatch) -> None:
    """Who signs in is logged with what they typed."""
    from queue_server.auth import gate

    honest = gate.Gate.sign_in

    async def talkative(self: gate.Gate, name: str, password: str, address: str = "") -> Any:
        gate.log.info("sign_in.tried", name=name, password=password)
        return await honest(self, name, password, address)

    patch.setattr(gate.Gate, "sign_in", talkative)


@plant
def values_in_tracebacks(patch: pytest.MonkeyPatch) -> None:
    """A failure is logged with the values of the variables where it happened."""
    import structlog

    from queue_server.app import log

    told = (
        structlog.processors.ExceptionRenderer(structlog.tracebacks.ExceptionDictTransformer())
        if each is structlog.processors.format_exc_info
        else each
        for each in log.PROCESSORS
    )
    patch.setattr(log, "PROCESSORS", tuple(told))


@plant
def csrf_not_checked(patch: pytest.MonkeyPatch) -> None:
    """Any token of a page is as good as its own."""
    patch.setattr("hmac.compare_digest", lambda *_: True)


@plant
def clock_of_slow_clients_stopped(patch: pytest.MonkeyPatch) -> None:
    """Nobody is ever too late."""
    from queue_server.api.guard import Guard

    patch.setattr(Guard, "_late", lambda self: None)


@plant
def web_server_overtakes(patch: pytest.MonkeyPatch) -> None:
    """A connection goes over to the web server while the express way still owes it an answer."""
    from queue_server.api.lane import Lane

    honest = Lane.takes
    patch.setattr(
        Lane, "takes", lambda self, data, *, unread: not self._asking and honest(self, data, unread=unread)
    )


@plant
def surplus_let_in(patch: pytest.MonkeyPatch) -> None:
    """The door is open to as many as come."""
    from queue_server.auth.pace import Crowd

    patch.setattr(Crowd, "enter", lambda self, name: True)
    patch.setattr(Crowd, "leave", lambda self, name: None)


@plant
def requests_not_counted(patch: pytest.MonkeyPatch) -> None:
    """Nobody ever asks too much."""
    from queue_server.auth.pace import Paces

    patch.setattr(Paces, "take", lambda self, name, now_s: 0.0)
