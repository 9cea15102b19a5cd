"""The hall as versions: what may be published, what happens then, and what the difference is.

A version is refused while tickets are at what it would remove, so nobody who waits is ever without a line to stand in. What tickets
that are done still speak of stays known as former (`State.follow`) until midnight.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import msgspec

from queue_server.engine import event as e
from queue_server.engine import leasing
from queue_server.engine.decision import Context, Decision
from queue_server.engine.design import Design, FaultyHall, design
from queue_server.engine.document import Fault
from queue_server.engine.hall import Hall
from queue_server.engine.hold import at_window
from queue_server.engine.state import State, Window
from queue_server.engine.ticket import Ticket
from queue_server.engine.today import fitting, offered
from queue_server.engine.version import KEPT, Version, digest, hall_of, written
from queue_server.wire import command as c
from queue_server.wire.card import is_mask, mask
from queue_server.wire.command import Role
from queue_server.wire.error import Refusal
from queue_server.wire.ids import ServiceId, WindowId
from queue_server.wire.ticket import Text


def running(state: State) -> Version | None:
    """The version that runs; None for a hall that was given and not published."""
    return state.versions[max(state.versions)] if state.versions else None


def earlier(state: State, n: int) -> Version:
    """One of the newest versions. Refuses another."""
    found = state.versions.get(n)
    if found is None:
        raise Refusal("config.unknown_version", version=n)
    return found


def publish(
    state: State, command: c.Publish | c.Rollback, now: datetime, actor: str
) -> tuple[tuple[e.Event, ...], Version]:
    """What publishing makes happen, and the version that then runs. No events: it runs already."""
    current = running(state)
    of: int | None = None
    if isinstance(command, c.Rollback):
        document, of = earlier(state, command.version).document, command.version
        hall = hall_of(document)
    else:
        if command.base is not None and command.base != (current.n if current else 0):
            raise Refusal("config.outdated", version=current.n if current else 0)
        hall = read(command.document)
        document = written(command.document)
    new = Version(
        n=current.n + 1 if current else 1,
        at=now,
        actor=actor,
        note=command.note,
        document=document,
        digest=digest(document),
    )
    if current is not None and current.content == new.content:
        return (), current
    check_use(state, offered(hall, fitting(hall, state.today)))
    _check_prefixes(state, hall)
    return (*_leaving(state, hall), _published(state, hall, new, of)), new


def read(document: Any) -> Hall:
    """The hall of a document. Refuses a faulty one with every fault."""
    try:
        return proposed(document).hall
    except FaultyHall as error:
        faults = [{"path": f.path, "zh": f.text.zh, "en": f.text.en} for f in error.faults]
        first = Text(error.faults[0].line("zh"), error.faults[0].line("en"))
        raise Refusal("config.faulty", count=len(faults), first=first, faults=faults) from error


def proposed(document: Any) -> Design:
    """The hall of a document that is to run. Raises FaultyHall with what is wrong.

    Names of the fast track that were masked for whoever had the document written out would take the place of the real ones.
    """
    made = design(document)
    masks = [place for place, entry in enumerate(made.hall.fast_track) if is_mask(entry.name)]
    if masks:
        text = Text(
            "这是遮去一部分的名称，发布后就没有全称了。请写全称，或用管理员导出的文件。",
            "This name was masked, and the real one would be lost. Write it in full, or use what an administrator exports.",
        )
        raise FaultyHall(Fault(f"fast_track[{place}].name", text) for place in masks)
    return made


def _check_prefixes(state: State, hall: Hall) -> None:
    """Refuse a hall in which two places begin to count on in one prefix: what is elsewhere keeps its own, and has it alone."""
    away = state.away
    departures = [each for each in away.departures if each.id in away.standing]
    counted = frozenset[str]().union(
        *(leasing.gone(state, each.services, each.blocks) for each in departures)
    )
    for service in hall.services:
        gone, before = away.bars(service.id), state.hall.any_service.get(service.id)
        moves = before is not None and before.prefix != service.prefix
        begins = moves or service.id not in state.hall.service
        if (service.prefix in counted and begins and not gone) or (
            moves and (gone or away.arrival is not None)
        ):
            raise Refusal("hall.evacuated")


def check_use(state: State, hall: Hall) -> None:
    """Refuse a hall that leaves tickets without a line, a window or the class they asked for or have.

    That are services that nobody would offer; windows with a ticket, or with the papers of one that is held and could not go on
    there any more; and classes. Whoever the end of a day left waiting comes back with their ticket, so theirs count too.
    """
    before = state.hall
    lost = {
        id_
        for id_ in before.service
        if id_ not in hall.service or (before.offered_at[id_] and not hall.offered_at[id_])
    }
    dropped = before.class_.keys() - hall.class_.keys()
    what: dict[str, None] = {}
    classes: dict[str, None] = {}
    found: dict[str, Ticket] = {}
    for ticket in state.tickets.values():
        if not ticket.pending and ticket.state != "moved":
            continue
        for step in ticket.steps[ticket.at :]:
            if step.service in lost:
                what[step.service] = None
                found[ticket.id] = ticket
        if ticket.class_ in dropped and ticket.class_state in ("requested", "confirmed"):
            classes[ticket.class_] = None
            found[ticket.id] = ticket
    for window in _removed(state, hall):
        if window.ticket is not None:
            what[window.id] = None
            found[window.ticket] = state.tickets[window.ticket]
    for id_ in state.held:
        ticket = state.tickets[id_]
        place, service = at_window(ticket), ticket.step.service
        if place in before.window and _offers(before, place, service) and not _offers(hall, place, service):
            what[place] = None
            found[id_] = ticket
    if found:
        raise Refusal(
            "config.in_use",
            count=len(found),
            what=list(what),
            classes=list(classes),
            tickets=list(found),
            numbers=[ticket.number for ticket in found.values()],
        )


def _offers(hall: Hall, window: WindowId, service: ServiceId) -> bool:
    there = hall.window.get(window)
    return there is not None and service in there.services


def _removed(state: State, hall: Hall) -> list[Window]:
    return [window for window in state.windows.values() if window.id not in hall.window]


def _leaving(state: State, hall: Hall) -> Iterator[e.Event]:
    """What ends with what is removed: open windows close, stops of scopes that are no more go, devices lose that place."""
    for window in _removed(state, hall):
        if window.state != "closed":
            yield e.Closed(window=window.id, reason="config")
    for scope in state.stops:
        kind, _, id_ = scope.partition(":")
        if (kind == "zone" and id_ not in hall.zone) or (kind == "service" and id_ not in hall.service):
            yield e.Unstopped(scope=scope, reason="config")
    yield from _displaced(state, hall)


def _displaced(state: State, hall: Hall) -> Iterator[e.Event]:
    for device in state.devices.values():
        windows = tuple(id_ for id_ in device.windows if id_ in hall.window)
        zone = device.zone if device.zone in hall.zone else None
        display = device.display if device.display in hall.display else None
        if device.state == "placed" and (windows, zone, display) != (
            device.windows,
            device.zone,
            device.display,
        ):
            places = {name: at if at in windows else None for name, at in device.places.items()}
            yield e.DevicePlaced(
                device=device.id,
                name=device.name,
                windows=windows,
                zone=zone,
                display=display,
                places=places,
            )


def _published(state: State, hall: Hall, new: Version, of: int | None) -> e.Published:
    gone = tuple(window.id for window in _removed(state, hall))
    return e.Published(version=new.n, digest=new.digest, note=new.note, of=of, gone=gone)


def published(state: State, stamped: e.Stamped, event: e.Published) -> None:
    """Run another version from now on. Its hours count from now: what they would have done earlier is not made up for."""
    version = stamped.beside
    assert isinstance(version, Version)
    assert (version.n, version.digest) == (event.version, event.digest)
    hall = hall_of(version.document)
    state.versions[version.n] = version
    while len(state.versions) > KEPT:
        del state.versions[min(state.versions)]
    windows: dict[WindowId, Window] = {}
    for plan in hall.windows:
        windows[plan.id] = state.windows.get(plan.id) or Window(id=plan.id)
    state.windows = windows
    state.turned_at = stamped.at
    state.follow(hall)


def told(document: dict[str, Any], role: Role) -> dict[str, Any]:
    """A document as a role may read it, whatever it is made of: only who keeps the list of the fast track reads its names whole."""
    rows = document.get("fast_track")
    if role == "admin" or not isinstance(rows, list):
        return document
    return document | {"fast_track": [_masked(row) for row in rows]}


def tells_names(document: dict[str, Any], role: Role) -> bool:
    """Whether a role that reads a document is told names of the fast track, which is to be written down."""
    return role == "admin" and bool(document.get("fast_track"))


def read_names(_state: State, command: c.ReadNames, _context: Context) -> Decision:
    """The hall does not change by it; that they were read is what counts."""
    return Decision((e.NamesRead(version=command.version),), lambda _: None)


def _masked(row: Any) -> Any:
    if not isinstance(row, dict) or not isinstance(row.get("name"), str):
        return row
    return row | {"name": mask(row["name"]) or ""}


# Difference


class Change(msgspec.Struct, frozen=True):
    """One difference between two documents. None: it is not there."""

    path: str
    before: Any
    after: Any


def difference(before: Any, after: Any, path: str = "") -> list[Change]:
    """What is different in `after`, in its order, what it no longer has last. Rows of a table are known by their names."""
    if isinstance(before, dict) and isinstance(after, dict):
        pairs = [(key, f"{path}.{key}" if path else key) for key in (*after, *(before.keys() - after.keys()))]
    elif (old := _named(before)) is not None and (new := _named(after)) is not None:
        before, after = old, new
        names = (*after, *(name for name in before if name not in after))
        changes = [
            change
            for name in names
            for change in difference(before.get(name), after.get(name), f"{path}[{name}]")
        ]
        kept = [name for name in after if name in before]
        order = [name for name in before if name in after]
        return changes if kept == order else [*changes, Change(path, order, kept)]
    else:
        return [] if before == after else [Change(path, before, after)]
    return [change for key, place in pairs for change in difference(before.get(key), after.get(key), place)]


def unnamed(change: Change) -> Change:
    """A difference without the names that stood in the fast track's list before."""
    if not change.path.startswith("fast_track"):
        return change
    before = change.before
    if isinstance(before, str) and change.path.endswith(".name"):
        before = mask(before)
    elif isinstance(before, list):
        before = [_masked(row) for row in before]
    return msgspec.structs.replace(change, before=_masked(before))


def _named(value: Any) -> dict[str, Any] | None:
    """The rows of a table by their names; None for anything else, also for rows without a name of their own."""
    if not isinstance(value, list) or not all(isinstance(row, dict) for row in value):
        return None
    names = [_name(row) for row in value]
    if None in names or len(set(names)) < len(names):
        return None
    return {str(name): row for name, row in zip(names, value, strict=True)}


_NAMES = (("id",), ("numbers",), ("window", "clerk", "days"))
"""What a row is known by: the first of these that it has."""


def _name(row: dict[str, Any]) -> str | None:
    for parts in _NAMES:
        found = [row.get(part) for part in parts]
        if all(isinstance(each, str) for each in found):
            return " ".join(map(str, found))
    return None
