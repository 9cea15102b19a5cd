"""What is answered is on disk, once, and kept as long as it is promised: the write path, the store and the clock."""

import threading
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

import pytest
from msgspec import structs

from tests.sabotage.bed import plant


@plant
def answer_before_commit(patch: pytest.MonkeyPatch) -> None:
    """Flow answers what it has only decided. The writer has it a little later, or it could be first by chance each time."""
    from queue_server.flow.flow import Flow

    honest, hand_over = Flow._do, Flow._hand_over

    def late(self: Flow) -> None:
        self._loop.call_later(0.002, hand_over, self)

    def hasty(self: Flow, *args: Any) -> Any:
        future = honest(self, *args)
        if self._units and not future.done():
            future.set_result(self._units[-1].answer)
        return future

    patch.setattr(Flow, "_do", hasty)
    patch.setattr(Flow, "_hand_over", late)


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
def moved_hall_served_on(patch: pytest.MonkeyPatch) -> None:
    """What is left of a hall that moved does not say so."""
    from queue_server.app import move

    patch.setattr(move, "leave", lambda *_: None)


@plant
def hall_begun_beside_one_that_was_not_moved(patch: pytest.MonkeyPatch) -> None:
    """A server begins a hall in an empty database beside a file that has one. It ends where it would serve: nobody waits for it."""
    from queue_server.app import run
    from queue_server.app.fault import CannotStart

    def begun() -> None:
        raise CannotStart("开始服务了", "it serves")

    patch.setattr(run, "not_left_behind", lambda _: None)
    patch.setattr(run, "warm", begun)


@plant
def moved_hall_reported(patch: pytest.MonkeyPatch) -> None:
    """Reports and audit read what is left of a hall that moved as if it went on there."""
    from queue_server.app import people

    patch.setattr(people, "gone", lambda _: None)


@plant
def moved_before_it_can_be_written(patch: pytest.MonkeyPatch) -> None:
    """A part is closed here before anybody has seen whether its file can be written."""
    from queue_server.app import evacuation

    patch.setattr(evacuation, "reachable", lambda *_: None)


@plant
def wrong_fault_told(patch: pytest.MonkeyPatch) -> None:
    """The command line says of whatever is wrong with the log that it was removed."""
    from queue_server.app import proof

    patch.setattr(proof, "FAULTS", dict.fromkeys(proof.FAULTS, proof.FAULTS["removed"]))


@plant
def parts_without_names(patch: pytest.MonkeyPatch) -> None:
    """A list of what moved does not say what it is."""
    from queue_server.app import evacuation

    patch.setattr(evacuation, "contents", lambda *_: "")


@plant
def any_part_decided(patch: pytest.MonkeyPatch) -> None:
    """It is not looked whether there is a part of that name before something is done with it."""
    from queue_server.app import evacuation

    patch.setattr(
        evacuation, "_decided", lambda settings, _, command: evacuation._ask(settings, [command])[0]
    )


@plant
def checked_in_files_only(patch: pytest.MonkeyPatch) -> None:
    """A hall is looked at in a way that is a file's alone."""
    from queue_server.app import version
    from queue_server.store.glance import present

    def settled(database: Any) -> Any:
        database.settled().close()
        return present(database)

    patch.setattr(version, "present", settled)


@plant
def fault_of_the_driver_not_told(patch: pytest.MonkeyPatch) -> None:
    """A database that cannot be opened at all ends a check with a traceback."""
    from queue_server.store import verify

    patch.setattr(verify, "DBAPIError", ())
