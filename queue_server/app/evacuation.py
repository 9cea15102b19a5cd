"""A part of the hall goes to another place by a file, and what became of it there comes home by another one."""

import asyncio
import os
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import msgspec

from queue_server.app import seal, waiting
from queue_server.app import version as versions
from queue_server.app.fault import CannotStart
from queue_server.app.people import CONSOLE
from queue_server.app.secret import secret
from queue_server.app.setting import Settings
from queue_server.engine import homecoming
from queue_server.engine import part as parts
from queue_server.engine.away import Departure
from queue_server.engine.decide import decide
from queue_server.engine.decision import Context
from queue_server.engine.hall import Hall
from queue_server.engine.homecoming import Results
from queue_server.engine.part import Part
from queue_server.engine.policy import AsPlanned
from queue_server.engine.state import State
from queue_server.engine.version import hall_of, written
from queue_server.flow.clock import Clock
from queue_server.flow.flow import Flow
from queue_server.store.error import StoreFault
from queue_server.store.glance import Glance, glance, log
from queue_server.store.lock import FolderLock
from queue_server.wire.command import Adopt, BringHome, Command, Decide, Evacuate, HandBack, Reopen, Show
from queue_server.wire.day import day_start, local
from queue_server.wire.error import Refusal
from queue_server.wire.fault import cause
from queue_server.wire.ids import ServiceId, ZoneId
from queue_server.wire.relocation import EvacuationRecord
from queue_server.wire.ticket import Text

PART, RESULTS = "evacuation", "results"
"""Kinds of sealed files."""
NAMED = 4
"""Names that are told of a part."""
HALL, TICKET = 300_000, 3_000
"""Bytes that are to be free for an evacuation and its list on paper: for the hall, and for each of its tickets; it needs fewer."""
AT_ONCE = 150_000
"""Bytes of results in one request; a server takes somewhat more."""

STATES = {
    "away": "在另一地点 elsewhere",
    "shown": "待决定 undecided",
    "back": "已恢复 back",
    "void": "已作废 void",
    "here": "在此办理 here",
    "closed": "已交回 handed back",
}
"""How a part is, as people read it."""


class Written(msgspec.Struct, frozen=True):
    """An evacuation file that was written, and the list beside it."""

    part: Part
    file: Path
    paper: Path
    fingerprint: str


def evacuate(
    settings: Settings,
    zones: Sequence[str],
    services: Sequence[str],
    departments: Sequence[str],
    out: Path,
    reason: str,
) -> Written:
    """Have a part of the hall (all of it without a choice) served elsewhere, and write its file and the waiting list on paper.

    Asked again for the same part, the same file is written again. Raises CannotStart.
    """
    paper = waiting.beside(out)
    if out.suffix.lower() == paper.suffix:
        move = out.with_suffix(".move")
        raise CannotStart(
            f"{out}是打印用的名字，没有转移。转移文件请换一个，例如--out {move}。",
            f"{out} is a name of what is printed, and nothing was moved. Give the file itself another: --out {move}.",
        )
    reachable(paper)
    reachable(out)
    now = _glance(settings)
    reachable(out, HALL + len(now.state.tickets) * TICKET)
    chosen = _chosen(now.state.hall, zones, services, departments)
    known = parts.again(now.state, chosen)
    if known is None:
        _still_here(now.state, chosen)
    id_ = known or secrets.token_hex(8)  # people type it
    _spare(out, id_, now)
    command = Evacuate(evacuation=id_, reason=reason, services=chosen)
    _ask(settings, [command])
    now = _glance(settings)
    try:
        part = parts.part(now.state, id_, now.epoch, now.log)
    except Refusal as refusal:
        raise _refused(refusal) from refusal
    print_ = seal.fingerprint(settings.data)
    try:
        put(out, seal.sealed(settings.data, PART, msgspec.json.encode(part)))
        put(paper, waiting.page(part, now.state.hall, print_).encode())
    except CannotStart as fault:
        raise CannotStart(
            f"{fault.text.zh}这部分已停止发号、叫号：换一个位置（--out）把同一条命令再执行一次，写出的是同一次转移。",
            f"{fault.text.en} The part is served here no more: repeat the same command with another --out, which writes the same "
            "evacuation.",
        ) from fault
    return Written(part, out, paper, print_)


def _chosen(
    hall: Hall, zones: Sequence[str], services: Sequence[str], departments: Sequence[str]
) -> tuple[ServiceId, ...]:
    """The services of a choice; none at all is the whole hall. Raises CannotStart for what is not there."""
    for zone in zones:
        if ZoneId(zone) not in hall.zone:
            raise CannotStart(f"没有服务区“{zone}”。", f"There is no zone “{zone}”.")
    for service in services:
        if ServiceId(service) not in hall.service:
            raise CannotStart(f"没有业务“{service}”。", f"There is no service “{service}”.")
    for department in departments:
        if all(service.department != department for service in hall.services):
            raise CannotStart(
                f"没有属于部门“{department}”的业务。", f"No service belongs to the department “{department}”."
            )
    return tuple(
        service.id
        for service in hall.services
        if service.zone in zones or service.id in services or service.department in departments
    )


def _still_here(state: State, chosen: Sequence[ServiceId]) -> None:
    """Be sure that nothing of a choice has gone already, by itself or with more. Raises CannotStart."""
    for each in state.away.departures:
        if each.state in ("away", "shown") and not set(each.services).isdisjoint(chosen):
            names = contents(state.hall, each.services)
            raise CannotStart(
                f"没有转移：其中有的已经转移了（{each.id}，{names}）。要再写一次那次的文件，照那次选的部分再执行一次；"
                "要转移别的，只选别的。各次转移：jiaohao-server evacuation list",
                f"Nothing was moved: some of it went already ({each.id}). To write that file again, choose what was chosen "
                "then; to move something else, choose that alone. See jiaohao-server evacuation list.",
            )


def _spare(out: Path, id_: str, now: Glance) -> None:
    """Be sure that no other part, served elsewhere by this very file, loses it. Raises CannotStart."""
    try:
        other = msgspec.json.decode(seal.opened(out).content, type=Part)
    except (CannotStart, msgspec.MsgspecError):  # nothing is there, or nothing that can be imported
        return
    departure = now.state.away.departure(other.evacuation)
    if (
        other.evacuation == id_
        or other.log != now.log
        or departure is None
        or departure.state not in ("away", "shown")
    ):
        return
    names = contents(now.state.hall, other.services)
    raise CannotStart(
        f"{out}是另一次转移（{other.evacuation}，{names}）的文件，那里要用它，没有转移。"
        f"请换一个名字，例如--out {out.with_stem(out.stem + '-2')}。",
        f"{out} is the file of another evacuation ({other.evacuation}), which is needed there, and nothing was moved. "
        f"Use another name: --out {out.with_stem(out.stem + '-2')}.",
    )


def results(settings: Settings, out: Path, *, interim: bool) -> tuple[Results, str]:
    """Write what became of the part that this folder was made for; what was written, and its fingerprint. Raises CannotStart.

    Unless they are `interim`, the part is served here no more, and they are written once again: nothing can happen that they do not
    tell. Where they cannot be written it is served on.
    """
    made = _tell(settings, out)
    if not interim:
        try:
            _ask(settings, [HandBack(evacuation=made.evacuation)])
        except CannotStart:
            out.unlink(missing_ok=True)  # nobody carries home what was not handed back
            raise
        try:
            made = _tell(settings, out)
        except CannotStart:
            _ask(settings, [Reopen(evacuation=made.evacuation, reason="结果未能写出")])
            raise
    return made, seal.fingerprint(settings.data)


def _tell(settings: Settings, out: Path) -> Results:
    now = _glance(settings)
    try:
        made = homecoming.results(now.state, now.tickets, now.epoch)
    except Refusal as refusal:
        raise CannotStart(
            f"{settings.data}不是接收转移的地点，没有结果可导出。",
            f"{settings.data} serves no part of another hall: it has no results to export.",
        ) from refusal
    put(out, seal.sealed(settings.data, RESULTS, msgspec.json.encode(made)))
    return made


def imported(settings: Settings, path: Path, fingerprint: str | None) -> Iterator[str]:
    """Take a sealed file, whichever it is; what came of it, line by line. Raises CannotStart."""
    settings.make_folder()
    file = seal.opened(path)
    seal.trusted(file, path, settings.data, fingerprint)
    try:
        if file.kind == PART:
            yield from _part(settings, msgspec.json.decode(file.content, type=Part))
            return
        if file.kind == RESULTS:
            yield from _results(settings, msgspec.json.decode(file.content, type=Results), file.fingerprint)
            return
    except msgspec.MsgspecError as error:
        raise CannotStart(
            f"{path}的内容无法识别：{error}", f"The content of {path} is not known: {error}"
        ) from error
    raise CannotStart(f"{path}是未知的文件（{file.kind}）。", f"{path} is of an unknown kind ({file.kind}).")


def _part(settings: Settings, part: Part) -> Iterator[str]:
    home = settings.database.exists() and log(settings.database) == part.log
    if home:
        yield from _shown(settings, part)
        return
    record = _settle(settings, part)
    yield (
        f"已接收“{part.name.zh}”{local(part.at):%Y-%m-%d %H:%M}的转移：{len(part.services)}项业务，{len(part.tickets)}张号票"
        f"（现有{record.tickets}张待办），号码和等候时间照旧。"
    )
    yield (
        f"The evacuation of “{part.name.en}” is here: {len(part.services)} services, {len(part.tickets)} tickets "
        f"({record.tickets} open now), with their numbers and waiting times."
    )
    yield f"启动 Serve: jiaohao-server run --data {settings.data}"


def _shown(settings: Settings, part: Part) -> Iterator[str]:
    """A hall is shown an evacuation of itself."""
    show = Show(
        evacuation=part.evacuation,
        written_at=part.at,
        services=part.services,
        tickets=tuple(ticket.id for ticket in part.tickets),
        blocks=part.blocks,
        place=part.place,
    )
    (record,) = _ask(settings, [show])
    if record.state == "shown":
        yield (
            f"本大厅没有这次转移的记录：相关业务现为只读。请管理员决定：jiaohao-server evacuation accept {record.evacuation}"
            f"（转移确已发生）或jiaohao-server evacuation void {record.evacuation}（没有发生）。"
        )
        yield (
            "This hall knows nothing of that evacuation: its part is read-only until an administrator accepts it or declares "
            "it void with one of these commands."
        )
        return
    yield f"这次转移已有记录 known: {record.evacuation} · {STATES[record.state]}"


def _results(settings: Settings, came: Results, origin: str) -> Iterator[str]:
    now = _glance(settings)
    departure = now.state.away.departure(came.evacuation)
    _awaited(came.evacuation, departure)
    rivals = () if departure is None else departure.origins.keys() - {origin}
    tickets = homecoming.apart(now.tickets, came.tickets, rivals)
    rows = [msgspec.to_builtins(ticket) for ticket in tickets]
    whole = BringHome(
        evacuation=came.evacuation, tickets=tuple(rows), results=came.seq, origin=origin, epoch=came.epoch
    )
    _would(settings, now.state, whole)
    parts = list(_parts(rows))
    commands = [
        msgspec.structs.replace(whole, tickets=tuple(part), last=n == len(parts))
        for n, part in enumerate(parts, 1)
    ]
    record = _ask(settings, commands)[-1]
    ended = sum(ticket.ended_at is not None for ticket in came.tickets)
    yield (
        f"结果已接回：{len(came.tickets)}张号票，其中{ended}张已办结或取消，{record.tickets}张未办完。"
        f"在原地恢复：jiaohao-server evacuation reopen {record.evacuation}"
    )
    yield (
        f"Results are home: {len(came.tickets)} tickets, {ended} of them ended, {record.tickets} not. "
        "Serve them here again with that command."
    )
    onward = sum(ticket.state == "moved" for ticket in came.tickets)
    if onward:
        yield f"另有{onward}张从那里又转移到别处，要等那里的结果接回。"
        yield f"{onward} more went on from there to yet another place, and come home with its results."
    twice = [
        fresh.number for fresh, row in zip(tickets, came.tickets, strict=True) if fresh.number != row.number
    ]
    if twice:
        yield f"这些号码原地也发过，纸上没有*，请告知本人：{'、'.join(twice)}"
        yield f"These numbers were given here too; their papers have no *, so tell their holders: {', '.join(twice)}"


def _awaited(id_: str, departure: Departure | None) -> None:
    """Say what to do first with results that this hall cannot take as it is. Raises CannotStart."""
    if departure is None:
        raise CannotStart(
            f"没有接回：本大厅没有这次转移（{id_}）的记录。请先导入转移时写出的文件（.move），照提示accept，再导入这份结果。",
            f"Not imported: this hall has no record of that evacuation ({id_}). Import the file that was written as it moved "
            "(.move) first, accept it as you are told there, then import these results.",
        )
    if departure.state == "shown":
        raise CannotStart(
            f"没有接回：这次转移还待决定。确已发生就先执行jiaohao-server evacuation accept {id_}，再导入这份结果。",
            f"Not imported: nobody has decided about that evacuation yet. If it took place, jiaohao-server evacuation accept {id_} "
            "first, then import these results.",
        )
    if departure.state == "back":
        raise CannotStart(
            f"没有接回：这次转移（{id_}）的结果已经接回，已在原地恢复，不用再导入。此后那里又办过的，请照那里的名单逐张核对。",
            f"Not imported: results of that evacuation ({id_}) are home already and it is served here again. What was done there "
            "since is to be compared ticket by ticket.",
        )
    if departure.state == "void":
        raise CannotStart(
            f"没有接回：这次转移（{id_}）在本大厅已作废，号票都在这里接着办。请打电话给那里停止办理，照那里的名单逐张核对。",
            f"Not imported: that evacuation ({id_}) was declared void here, and its tickets went on here. Tell the other place "
            "to stop, and compare ticket by ticket with its list.",
        )


def _would(settings: Settings, state: State, command: BringHome) -> None:
    """Raise CannotStart if all of it together would be refused: then nothing of it is done."""
    context = Context(settings.new_clock().now(), CONSOLE, lambda: "", AsPlanned(), secret(settings.data))
    try:
        decide(state, command, context)
    except Refusal as refusal:
        raise _refused(refusal) from refusal


def _parts(rows: list[dict[str, object]]) -> Iterator[list[dict[str, object]]]:
    """Rows, as many at a time as a request may hold; at least one part, be it empty."""
    part: list[dict[str, object]] = []
    size = 0
    for row in rows:
        length = len(msgspec.json.encode(row))
        if part and size + length > AT_ONCE:
            yield part
            part, size = [], 0
        part.append(row)
        size += length
    yield part


def known(settings: Settings) -> list[EvacuationRecord]:
    """Every part that went, newest last. Raises CannotStart."""
    state = _glance(settings).state
    arrival = state.away.arrival
    ids = [each.id for each in state.away.departures] + ([arrival.id] if arrival is not None else [])
    return sorted((parts.record(state, id_) for id_ in ids), key=lambda record: record.at)


def contents(hall: Hall, services: Sequence[ServiceId]) -> str:
    """What a part is, in Chinese: zones that went whole by their names, else services; a long list is cut."""
    of = {zone.id: [each.id for each in hall.services if each.zone == zone.id] for zone in hall.zones}
    whole = [zone for zone in hall.zones if of[zone.id] and set(of[zone.id]) <= set(services)]
    if len(whole) == sum(map(bool, of.values())):
        return "全部业务"
    covered = {id_ for zone in whole for id_ in of[zone.id]}
    rest = [hall.service[id_].name.zh for id_ in services if id_ not in covered and id_ in hall.service]
    names = [zone.name.zh for zone in whole] + rest
    return "、".join(names[:NAMED]) + (f"等{len(names)}处" if len(names) > NAMED else "")


def reopen(settings: Settings, id_: str, reason: str) -> EvacuationRecord:
    """Serve a part here again. Raises CannotStart."""
    return _decided(settings, id_, Reopen(evacuation=id_, reason=reason))


def accept(settings: Settings, id_: str, reason: str) -> EvacuationRecord:
    """Decide that an evacuation took place. Raises CannotStart."""
    return _decided(settings, id_, Decide(evacuation=id_, decision="accept", reason=reason))


def void(settings: Settings, id_: str, reason: str) -> EvacuationRecord:
    """Decide that an evacuation never took place. Raises CannotStart."""
    return _decided(settings, id_, Decide(evacuation=id_, decision="void", reason=reason))


def _decided(settings: Settings, id_: str, command: Command) -> EvacuationRecord:
    if all(each.evacuation != id_ for each in known(settings)):
        raise CannotStart(
            f"没有代号为“{id_}”的转移，请核对：jiaohao-server evacuation list列出全部。",
            f"There is no evacuation “{id_}”; jiaohao-server evacuation list has them all.",
        )
    return _ask(settings, [command])[0]


def _settle(settings: Settings, part: Part) -> EvacuationRecord:
    """Go on for a part in this folder from the moment at which it left: the first start makes up for what fell due since then."""
    try:
        with FolderLock(settings.data):
            return asyncio.run(_adopt(settings, part))
    except Refusal as refusal:
        raise _refused(refusal) from refusal
    except StoreFault as error:
        raise CannotStart(error.text.zh, error.text.en) from error


async def _adopt(settings: Settings, part: Part) -> EvacuationRecord:
    hall = hall_of(written(part.document))
    key = await asyncio.to_thread(secret, settings.data)
    left = max(part.at, day_start(part.day))
    with versions.held(settings, key) as store:
        flow = Flow(hall, store, Clock(left), secret=key)
        await flow.start(part.document)
        try:
            answer = await flow.ask(CONSOLE, Adopt(part=msgspec.to_builtins(part)))
            return msgspec.json.decode(answer.body or b"", type=EvacuationRecord)
        finally:
            await flow.stop()


def _ask(settings: Settings, commands: Sequence[Command]) -> list[EvacuationRecord]:
    answers = versions.ask(settings.existing(), commands, Text("未执行", "Not done"))
    return [msgspec.convert(answer, EvacuationRecord) for answer in answers]


def _glance(settings: Settings) -> Glance:
    settings.existing()
    try:
        return glance(settings.database, versions.hall_of(settings)[0].hall)
    except StoreFault as error:
        raise CannotStart(error.text.zh, error.text.en) from error


def _refused(refusal: Refusal) -> CannotStart:
    return CannotStart(f"未执行：{refusal.body('zh').message}", f"Not done: {refusal.body('en').message}")


def reachable(path: Path, size: int = 0) -> None:
    """Be sure that a file of a size can be put there, before anything is done that it is to tell of. Raises CannotStart."""
    with _writing(path) as fresh:
        with fresh.open("wb") as file:
            file.write(bytes(size))
            file.flush()
            os.fsync(file.fileno())
        fresh.unlink()


def put(path: Path, content: bytes) -> None:
    """A file, wholly on disk or not there at all: sticks are pulled out early. Raises CannotStart.

    Everybody on the machine may read it: whoever prints or carries it is somebody else than the server's user.
    """
    with _writing(path) as fresh:
        with fresh.open("wb") as file:
            file.write(content)
            file.flush()
            with suppress(PermissionError):  # of a stick without owners
                fresh.chmod(0o644)
            os.fsync(file.fileno())
        fresh.replace(path)
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)  # the name too, or the file is there without one
        finally:
            os.close(folder)


@contextmanager
def _writing(path: Path) -> Iterator[Path]:
    """What a file is called until it is whole; what fails inside, as the command line says it."""
    fresh = path.with_name(f".{path.name}.part")
    try:
        yield fresh
    except OSError as error:
        with suppress(OSError):
            fresh.unlink(missing_ok=True)
        raise CannotStart(
            f"无法写入{path}（{cause(error)}），请检查U盘和权限。",
            f"{path} cannot be written ({error.strerror}): check the stick and its permissions.",
        ) from error
