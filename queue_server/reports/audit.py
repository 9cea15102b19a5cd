"""What auditors ask of the log: a day's calls out of turn, a ticket's life, a page of the log. Each answer says it in words too."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import lru_cache
from pathlib import Path

import msgspec

from queue_server.engine import event as e
from queue_server.engine.hall import Hall
from queue_server.engine.ticket import Ticket
from queue_server.engine.version import hall_of
from queue_server.store import book
from queue_server.store.book import Book, Gone, Sought
from queue_server.store.database import Database
from queue_server.store.row import Row, time
from queue_server.views import skip
from queue_server.views.skip import Passed
from queue_server.views.story import Names, story, ticket_of, window_of
from queue_server.wire.audit import (
    Entry,
    Life,
    LifeRecord,
    LogAsked,
    LogRecord,
    Skip,
    SkipsRecord,
    WindowCount,
)
from queue_server.wire.day import local_day
from queue_server.wire.ids import TicketId, WindowId
from queue_server.wire.ticket import Text

AFTER = 14
"""For so many days after its own an expired ticket's place may be taken up, which its life tells."""


class Archive(msgspec.Struct, frozen=True):
    """A hall's log: its database, the folder of sealed months (None: they are not read here), and what its people and
    devices are called.

    `hall` tells the names of a log in which none was ever published.
    """

    database: Database
    segments: Path | None
    people: Mapping[str, str]
    hall: Hall = Hall(name=Text("", ""), zones=(), services=(), windows=())


def skips(archive: Archive, day: date) -> SkipsRecord:
    """The calls out of turn of a day. Raises Unavailable, and Sealed for a month that is not read here."""
    try:
        with book.opened(archive.database, day, day, archive.segments) as open_book:
            calls, found = passed(archive.database, day, open_book)
    except Gone as gone:
        return SkipsRecord(day=day, unread=_unread(gone))
    hall = _hall(archive, day)
    known = _known(archive.database, day, [each.called.ticket for each in found])
    rows = [_skip(each, hall, known, archive.people, day) for each in reversed(found)]
    counted: Counter[WindowId] = Counter()
    over: Counter[WindowId] = Counter()
    for row in rows:
        counted[row.window] += not row.undone
        over[row.window] += 0 if row.undone else row.skipped
    names = Names(hall, archive.people, {})
    return SkipsRecord(
        day=day,
        calls=calls,
        unexplained=sum(row.why == "unexplained" and not row.undone for row in rows),
        whys=skip.counts(found),
        windows=tuple(
            WindowCount(window, names.window(window), count, over[window])
            for window, count in ranked(counted, hall)
            if count
        ),
        skips=tuple(sorted(rows, key=lambda row: row.why != "unexplained")),
    )


def ranked(counted: Mapping[WindowId, int], hall: Hall) -> list[tuple[WindowId, int]]:
    """Windows and their counts, most first; those of one count in the hall's order, and last whatever it has no more."""
    order = {window.id: n for n, window in enumerate(hall.windows)}
    return sorted(counted.items(), key=lambda one: (-one[1], order.get(one[0], len(order)), one[0]))


def passed(database: Database, day: date, open_book: Book) -> tuple[int, list[Passed]]:
    """How many calls of a day were not taken back, and those out of turn, oldest first: what page and closing report count."""
    stamped = [one for row in open_book.skips() if (one := _stamped(row)) is not None]
    called = [one.event.ticket for one in stamped if isinstance(one.event, e.Called)]
    taken_back = sum(
        open_book.called(one.event.first, one.seq, one.event.window)
        for one in stamped
        if isinstance(one.event, e.Undone)
    )
    return open_book.calls() - taken_back, skip.passed(stamped, _known(database, day, called))


def log(archive: Archive, asked: LogAsked) -> LogRecord:
    """A page of the log of a day. Raises Unavailable, and Sealed for a month that is not read here."""
    hall = _hall(archive, asked.day)
    sought = _sought(archive.database, hall, asked)
    try:
        with book.opened(archive.database, asked.day, asked.day, archive.segments) as open_book:
            rows = open_book.entries(sought, asked.before, asked.limit + 1)
            first = asked.before is None
            count = open_book.count(sought) if first else None
            commands = open_book.commands() if first else []
    except Gone as gone:
        return LogRecord(day=asked.day, unread=_unread(gone))
    more = len(rows) > asked.limit
    rows = rows[: asked.limit]
    return LogRecord(
        day=asked.day,
        entries=tuple(entries(archive, hall, asked.day, rows)),
        before=rows[-1][0] if more else None,
        count=count,
        commands=tuple(commands),
    )


def life(archive: Archive, day: date, *, number: str | None = None, id_: str | None = None) -> LifeRecord:
    """The tickets with a number, or the one with an id, of a day, and all that the log has of them.

    Raises Unavailable, and Sealed for a month that is not read here.
    """
    database, found = archive.database, []
    if number is not None:
        found = book.numbered(database, day, number)
    elif id_ is not None:
        found = book.known(database, day, [id_])
    lives = []
    for ticket in found:
        until = day if ticket.ended_at is None else max(day, local_day(ticket.ended_at))
        if ticket.ended_at is None or ticket.state == "expired":
            until = book.days_after(until, AFTER)
        try:
            with book.opened(database, ticket.day, until, archive.segments) as open_book:
                rows = open_book.of_ticket(ticket.id)
        except Gone as gone:
            return LifeRecord(day=day, unread=_unread(gone))
        lives.append(_life(archive, ticket, rows))
    return LifeRecord(day=day, tickets=tuple(lives))


def entries(archive: Archive, hall: Hall, day: date, rows: Iterable[Row]) -> Iterator[Entry]:
    """Rows of the log with what they say."""
    read = [(row, _event(row)) for row in rows]
    ids = {id_ for _, event in read if event is not None for id_ in _tickets_in(event)}
    known = _known(archive.database, day, sorted(ids))
    names = Names(hall, archive.people, {id_: ticket.number for id_, ticket in known.items()})
    for row, event in read:
        yield _entry(row, event, names)


def _entry(row: Row, event: e.Event | None, names: Names) -> Entry:
    seq, at, actor, command, version, body, prev, hash_ = row
    ticket = None if event is None else ticket_of(event)
    return Entry(
        seq=seq,
        at=time(at),
        actor=actor,
        actor_name=names.people.get(actor.partition(":")[2]),
        command=command,
        said=None if event is None else story(event, time(at), names),
        ticket=ticket,
        number=None if ticket is None else names.numbers.get(ticket),
        window=None if event is None else window_of(event),
        version=version,
        body=body,
        prev_hash=bytes(prev).hex(),
        hash=bytes(hash_).hex(),
    )


def _life(archive: Archive, ticket: Ticket, rows: Sequence[Row]) -> Life:
    hall = _hall(archive, ticket.day)
    names = Names(hall, archive.people, {ticket.id: ticket.number})
    return Life(
        ticket=ticket.id,
        number=ticket.number,
        day=ticket.day,
        services=tuple(names.service(step.service) for step in ticket.steps),
        class_=names.kind(ticket.class_),
        class_state=ticket.class_state,
        state=ticket.state,
        issued_at=ticket.issued_at,
        ended_at=ticket.ended_at,
        entries=tuple(_entry(row, _event(row), names) for row in rows),
    )


def _skip(
    each: Passed, hall: Hall, known: Mapping[TicketId, Ticket], people: Mapping[str, str], day: date
) -> Skip:
    called = each.called
    ticket, window = known.get(called.ticket), hall.any_window.get(called.window)
    return Skip(
        seq=each.stamped.seq,
        at=each.stamped.at,
        ticket=called.ticket,
        number="–" if ticket is None else ticket.number,
        day=day if ticket is None else ticket.day,
        zone=None if window is None else window.zone,
        window=called.window,
        clerk=called.clerk,
        clerk_name=people.get(called.clerk),
        why=each.why,
        class_=None if each.class_ is None else Names(hall, people, {}).kind(each.class_),
        said=each.said,
        skipped=called.skipped,
        undone=each.undone,
    )


def _sought(database: Database, hall: Hall, asked: LogAsked) -> Sought:
    zone = asked.zone
    if zone is None:
        return Sought(asked.actor, asked.command, asked.window)
    services = [one for one in (*hall.services, *hall.former.services) if one.zone == zone]
    windows = [one.id for one in (*hall.windows, *hall.former.windows) if one.zone == zone]
    prefixes = sorted({one.prefix for one in services})
    tickets = book.of_day(database, asked.day, prefixes)
    return Sought(
        asked.actor,
        asked.command,
        asked.window,
        zone,
        tuple(windows),
        tuple(one.id for one in services),
        tuple(tickets),
    )


def _hall(archive: Archive, day: date) -> Hall:
    found = book.document_on(archive.database, day)
    return archive.hall if found is None else _made(found[1])


@lru_cache(maxsize=4)
def _made(document: str) -> Hall:
    return hall_of(document)


def _known(database: Database, day: date, ids: Sequence[str]) -> dict[TicketId, Ticket]:
    return {one.id: one for one in book.known(database, day, list(dict.fromkeys(ids)))}


def _tickets_in(event: e.Event) -> Iterator[str]:
    for name in ("ticket", "of"):
        found = getattr(event, name, None)
        if isinstance(found, str):
            yield found
    if isinstance(event, e.Undone):
        yield from (ticket.id for ticket in event.tickets)


def _event(row: Row) -> e.Event | None:
    try:
        return e.decode(row[5])
    except (msgspec.DecodeError, UnicodeError):
        return None


def _stamped(row: Row) -> e.Stamped | None:
    event = _event(row)
    return None if event is None else e.Stamped(row[0], time(row[1]), row[2], row[3], event)


def _unread(gone: Gone) -> Text:
    """Why a day is not to be had, and the command to type."""
    segment = gone.segment
    if segment.gone_at is not None:
        return Text(
            f"{segment.month}月的日志已到期删除，只剩最后一个哈希。备份里若还有{segment.name}，在放它的目录输入："
            f"zcat segments/{segment.name}",
            f"The log of {segment.month} was deleted in its time; its last hash stays. If a backup still has {segment.name}, type "
            f"where that is: zcat segments/{segment.name}",
        )
    return Text(
        f"{segment.month}月的封存文件{segment.name}不在这台机器上，或与封存时不符。请管理员输入：jiaohao-server verify",
        f"The sealed file {segment.name} of {segment.month} is not on this machine, or is not what was sealed. Ask the "
        "administrator to type: jiaohao-server verify",
    )
