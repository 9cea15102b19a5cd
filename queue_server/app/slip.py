"""Slips with numbers for hours without power: printed beforehand, and keyed in afterwards from a list."""

import re
import secrets
from datetime import date, datetime
from html import escape
from pathlib import Path

import click
import msgspec

from queue_server.app import version as versions
from queue_server.app import waiting
from queue_server.app.evacuation import put
from queue_server.app.fault import CannotStart
from queue_server.app.hall import content
from queue_server.app.option import with_data
from queue_server.app.people import CONSOLE
from queue_server.app.secret import secret
from queue_server.app.setting import Settings, usable
from queue_server.engine import number
from queue_server.engine.decide import decide
from queue_server.engine.decision import Context
from queue_server.engine.hall import Hall
from queue_server.engine.policy import AsPlanned
from queue_server.engine.sheet import NotASheet, rows
from queue_server.engine.slip import read
from queue_server.flow.doubt import Doubt
from queue_server.store.error import StoreFault
from queue_server.store.glance import glance
from queue_server.store.renew import last
from queue_server.wire.command import MakeSlips, Take
from queue_server.wire.day import SHANGHAI, local, local_day
from queue_server.wire.error import Refusal
from queue_server.wire.floor import SlipsRecord
from queue_server.wire.ids import ServiceId, ZoneId
from queue_server.wire.ticket import Text

HEADS = ("number", "号码")
"""What the first cell of a list's first line is; by it a list is known from a roster."""
_CLOCK = re.compile(
    r"(?:(20\d\d)[-/]([01]?\d)[-/]([0-3]?\d) +)?([01]?\d|2[0-3])[:：]([0-5]\d)(?:[:：]00)?", re.ASCII
)
"""A time of today, or with its date, also as a spreadsheet writes that."""
PAPER = """\
@page { size: A4; margin: 10mm }
body { font: 9pt/1.25 "Noto Sans CJK SC", "Microsoft YaHei", sans-serif; color: #000; margin: 0 }
main { display: grid; grid-template-columns: repeat(3, 1fr) }
div { border: 0.3mm dashed #000; padding: 2mm; height: 39mm; box-sizing: border-box; break-inside: avoid; text-align: center }
b { display: block; font-size: 24pt; line-height: 1.1 }
p { margin: 1mm 0 }
small { font-size: 7pt }
"""
"""Three by seven to a sheet of A4, to be cut along the dashes."""


@click.command()
@click.option("--zone", required=True, metavar="Z", help="服务区 For which zone.")
@click.option(
    "--count", type=click.IntRange(1, 500), default=100, show_default=True, help="几张 How many slips."
)
@click.option(
    "--out",
    type=click.Path(dir_okay=False, readable=False, path_type=Path),
    required=True,
    metavar="FILE",
    help="写到哪里 Where to, as HTML for A4.",
)
@with_data
def slips(zone: str, count: int, out: Path, data: Path | None) -> None:
    """手写号 Print numbered slips beforehand, to be handed out while there is no power; also while a server runs.

    平时印好放在咨询台，停电时手发，写上时间和业务；来电后把名单（号码,业务,时间）存成CSV，用import补录，按取号时间排进队里。

    Their numbers are given to nobody else, on any day. Note on each the time at which it is handed out; afterwards key them in
    from a list: `jiaohao-server import LIST.csv` with the columns 号码,业务,时间 (number, service, time).

    \b
    例 Example:
      jiaohao-server slips --zone C --count 100 --out c.html
    """  # noqa: D301
    if out.name.lower().endswith(waiting.NAMED):
        other = out.with_name(f"{out.name[: -len(waiting.NAMED)]}.html")
        raise CannotStart(
            f"{out}是等候名单用的名字，没有印。请换一个，例如--out {other}。",
            f"{out} is a name of waiting lists, and nothing was made. Choose another: --out {other}.",
        )
    if out.exists():  # perhaps slips that nobody has printed yet, with numbers that nobody has again
        other = out.with_stem(f"{out.stem}-2")
        raise CannotStart(
            f"{out}已经有了，可能是还没有打印的手写号，没有印新的。请换一个名字，例如--out {other}；打印过的可以先删掉。",
            f"{out} is there already, perhaps slips that nobody has printed yet, and nothing was made. Choose another name, "
            f"such as --out {other}, or delete it if they are printed.",
        )
    settings = Settings.read(data=data).existing()  # of a hall that is none they could never be keyed in
    (answer,) = versions.ask(settings, [MakeSlips(zone=ZoneId(zone), count=count)], Text("未印", "Not made"))
    made = msgspec.convert(answer, SlipsRecord)
    hall = versions.hall_of(settings)[0].hall
    put(out, page(made, hall).encode())
    click.echo(
        f"{out}：{made.numbers[0]}–{made.numbers[-1]}，{len(made.numbers)}张，请打印裁开。 Print and cut them."
    )


def page(made: SlipsRecord, hall: Hall) -> str:
    """The slips as one HTML file that needs nothing else."""
    zone = hall.zone[made.zone].name
    each = "".join(
        f"<div><p>{escape(hall.name.zh)}</p><b>{escape(text)}</b><p>{escape(zone.zh)}<br><small>{escape(zone.en)}</small></p>"
        "<p>取号时间 Time ____ : ____</p><p>业务 Service __________</p></div>\n"
        for text in made.numbers
    )
    return (
        f'<!doctype html>\n<html lang="zh-CN">\n<meta charset="utf-8">\n<title>{escape(zone.zh)} 手写号</title>\n'
        f"<style>\n{PAPER}</style>\n<main>\n{each}</main>\n"
        f"<p><small>印制 made {local(made.made_at):%Y-%m-%d %H:%M}</small></p>\n</html>\n"
    )


def is_list(path: Path) -> bool:
    """Whether a file is a list of slips in CSV, by its name and its first cell."""
    if path.suffix.lower() != ".csv":
        return False
    try:
        with usable(path):
            _, cells = next(rows(content(path)), (0, [""]))
    except NotASheet:
        return False
    return cells[0] in HEADS


def imported(settings: Settings, path: Path) -> tuple[int, int]:
    """Key slips in from a list; how many, and how many had been already. Any fault: raises CannotStart, and none is keyed in.

    So does a machine whose day is doubted: nobody can say then which day the times of a list are of.
    """
    try:
        state = glance(settings.database, versions.hall_of(settings)[0].hall).state
        last_at = last(settings.database)
    except StoreFault as error:
        raise CannotStart(error.text.zh, error.text.en) from error
    clock, key = settings.new_clock(), secret(settings.data)
    doubt = Doubt(clock)
    doubt.begin(state, last_at)
    if clock.held:
        raise _which_day(clock.machine, state.day)
    now = clock.now()
    context = Context(now, CONSOLE, lambda: secrets.token_urlsafe(16), AsPlanned(), key)
    takes: dict[tuple[str, int], Take] = {}
    before = 0
    faults: list[tuple[int, Text]] = []
    with usable(path):
        found = _lines(content(path), faults)
    for line, (slip, service, time) in found:
        at = _time(time, now)
        if at is None:
            faults.append(
                (
                    line,
                    Text(
                        "时间应写成09:05；不是今天的写上日期：2026-11-23 16:40。",
                        "A time is written as 09:05; of another day with its date: 2026-11-23 16:40.",
                    ),
                )
            )
            continue
        take = Take(service=_service(state.hall, service), then=None, slip=slip, taken_at=at, paper=False)
        try:
            decide(state, take, context)
        except Refusal as refusal:
            if refusal.code == "slip.used":
                before += 1
            else:
                faults.append((line, Text(refusal.body("zh").message, refusal.body("en").message)))
            continue
        which = read(slip)
        if which in takes:
            twice = number.text(*which)
            faults.append((line, Text(f"号码{twice}出现了两次。", f"The number {twice} is there twice.")))
        takes[which] = take
    if faults:
        zh = "\n".join(f"  第{line}行：{fault.zh}" for line, fault in faults)
        en = "\n".join(f"  line {line}: {fault.en}" for line, fault in faults)
        raise CannotStart(f"{path}有错，没有录入：\n{zh}", f"{path} has faults; nothing was keyed in:\n{en}")
    ordered = sorted(takes.values(), key=lambda take: take.taken_at or now)
    versions.ask(settings, ordered, Text("未全部录入", "Not all keyed in"))
    return len(ordered), before


def _which_day(machine: datetime, day: date) -> CannotStart:
    zh, en = f"{local(machine):%m-%d}", f"{day:%m-%d}"
    return CannotStart(
        f"电脑的日期是{zh}，而{en}还有没办结的号票或开着的窗口，不知道手写号的时间算哪一天，没有录入。请看手机核对："
        "电脑不对就先校正；没有错就启动服务器，在任一页面登录，等新的一天开始后再录入。",
        f"By this machine it is {zh}, but tickets or windows of {en} are open, so it is not known which day the times of the slips "
        "are of. Nothing was keyed in. Compare with a phone: put the clock right if it is wrong; if it is right, start the server, "
        "sign in on any page, and import the list again once the new day has begun.",
    )


def _lines(sheet: bytes, faults: list[tuple[int, Text]]) -> list[tuple[int, list[str]]]:
    found: list[tuple[int, list[str]]] = []
    try:
        for line, cells in rows(sheet):
            if line == 1 and cells[0] in HEADS:
                continue
            if len(cells) == 3:
                found.append((line, cells))
            else:
                columns = (
                    "应有三列：号码、业务、时间。",
                    "There must be three columns: number, service, time.",
                )
                faults.append((line, Text(*columns)))
    except NotASheet as error:
        faults.append((error.line, error.fault))
    return found


def _service(hall: Hall, written: str) -> ServiceId:
    """A service by its id or its name."""
    named = [service.id for service in hall.services if written in (service.name.zh, service.name.en)]
    return named[0] if named and ServiceId(written) not in hall.service else ServiceId(written)


def _time(written: str, now: datetime) -> datetime | None:
    match = _CLOCK.fullmatch(written)
    if match is None:
        return None
    year, month, day, hour, minute = match.groups()
    try:
        when = local_day(now) if year is None else date(int(year), int(month), int(day))
    except ValueError:
        return None
    return datetime(when.year, when.month, when.day, int(hour), int(minute), tzinfo=SHANGHAI)
