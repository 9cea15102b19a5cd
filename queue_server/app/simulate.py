"""`jiaohao-server simulate`: days of files, or the hall's own, played through the real engine on virtual time."""

import csv
import gzip
import sys
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TextIO, cast

import click

from queue_server.app.fault import CannotStart
from queue_server.app.option import with_data
from queue_server.app.replay import replayed
from queue_server.app.setting import Settings
from queue_server.engine.hall import ABILITIES, Ability, Hall, PolicyName
from queue_server.engine.rule import RULES
from queue_server.engine.state import State
from queue_server.forecast.habit import FEWEST, Habits, came, learn, seen
from queue_server.forecast.wait import Outlook, outlook
from queue_server.simulation import file as files
from queue_server.simulation import virtual
from queue_server.simulation.replay import Change
from queue_server.wire.fault import cause
from queue_server.wire.ids import ServiceId, TicketId, WindowId

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command()
@click.option("--hall", type=FILE, metavar="HALL.json", help="大厅 Zones, services, windows, breaks.")
@click.option("--days", type=FILE, metavar="DAYS.csv.gz", help="要演算的各天 The arrivals to be played.")
@click.option(
    "--train",
    type=FILE,
    metavar="TRAIN.csv.gz",
    help="供学习的各天 Past days: played first by the same rule; the forecast learns from what comes out.",
)
@click.option("--policy", type=click.Choice(list(RULES)), help="叫号规则 The rule of calling.")
@click.option(
    "--quick", is_flag=True, help="办得快的先叫 Quick matters first, under promise, in the hall's own days."
)
@click.option(
    "--forecast", is_flag=True, help="预计等候 Tell each ticket's wait at its issue; needs --train."
)
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="ROWS.csv",
    help="结果，每票一行 Where to write one row a ticket.",
)
@click.option(
    "--date",
    "day",
    type=click.DateTime(("%Y-%m-%d",)),
    metavar="DATE",
    help="重演本厅的哪一天 Which of the hall's own days, as 2026-11-26 (default: yesterday).",
)
@click.option(
    "--past",
    type=click.IntRange(1, 60),
    default=1,
    show_default=True,
    help="到那天为止的天数 How many days with tickets, up to that one.",
)
@click.option(
    "--open",
    "opened",
    multiple=True,
    metavar="WINDOW",
    help="多开的窗口，全天 A window more, all day; a new one needs --skill too.",
)
@click.option(
    "--skill",
    "skills",
    multiple=True,
    metavar="WINDOW=SERVICE",
    help="窗口多会一项业务 A service more at a window.",
)
@click.option(
    "--ability",
    "abilities",
    multiple=True,
    metavar="WINDOW=ABILITY",
    help="窗口多一种便民条件 What a window has more for those who need it, as low_counter.",
)
@click.option(
    "--plays",
    type=click.IntRange(2, 200),
    default=20,
    show_default=True,
    help="每天演算几次 Plays of each day.",
)
@with_data
def simulate(
    hall: Path | None,
    days: Path | None,
    train: Path | None,
    policy: str | None,
    quick: bool,
    forecast: bool,
    out: Path | None,
    day: datetime | None,
    past: int,
    opened: tuple[str, ...],
    skills: tuple[str, ...],
    abilities: tuple[str, ...],
    plays: int,
    data: Path | None,
) -> None:
    """演算 Play days through the real engine on virtual time: those of a file, or the hall's own, with something changed.

    With --hall and --days: the days of a file by a rule of calling, and what became of every ticket in --out. Clerks call as soon
    as they can, and everybody who waits is served, past closing too. `promise` is 5, 10, 10 and 15 minutes with a guard of 60;
    nobody who missed a call comes back. The columns: day, ticket, service, class, arrival_min, called_min, window, wait_min,
    no_show, p10, p50, p90; minutes from opening. p10, p50 and p90 are what was known at the issue, empty for whoever is called at
    once.

    Without them: days of the hall's own log, once as they were and once with another --policy, a window more (--open), a skill
    more (--skill) or an ability more (--ability), and what that does to waits, and for those who need something of a window, with
    its interval at 95 %. Nothing is changed in the hall.

    \b
    例 Examples:
      jiaohao-server simulate --hall hall.json --days days.csv.gz --policy fcfs --out fcfs.csv
      jiaohao-server simulate --hall hall.json --days days.csv.gz --train past.csv.gz \\
        --policy promise --forecast --out promise.csv
      jiaohao-server simulate --open 12                       昨天多开一个窗口 yesterday with a window more
      jiaohao-server simulate --past 5 --skill 12=project-filing --skill 13=project-filing
      jiaohao-server simulate --ability 12=low_counter        12号窗口有低位台面 window 12 has a low counter
      jiaohao-server simulate --date 2026-11-26 --policy fcfs --data /var/lib/jiaohao

    \b
    退出码 Exit codes: 0 done, 1 a file or the log cannot be used, 2 the command is wrong.
    """  # noqa: D301
    if hall is None and days is None:
        if train is not None or forecast or out is not None:
            raise click.UsageError(
                "--train、--forecast和--out要与--hall和--days一起用。 They go with --hall and --days."
            )
        change = Change(
            policy=cast("PolicyName | None", policy),
            quick=quick,
            opened=tuple(map(WindowId, opened)),
            skills=tuple(_skill(text) for text in skills),
            abilities=tuple(_ability(text) for text in abilities),
        )
        if change == Change():
            raise click.UsageError(
                "请写要试的改变：--policy、--quick、--open、--skill或--ability。 "
                "Say what to try: --policy, --quick, --open, --skill or --ability."
            )
        return replayed(Settings.read(data=data), None if day is None else day.date(), past, plays, change)
    if hall is None or days is None or policy is None or out is None:
        raise click.UsageError(
            "请写全--hall、--days、--policy和--out。 --hall, --days, --policy and --out belong together."
        )
    if day is not None or quick or opened or skills or abilities:
        raise click.UsageError(
            "--date、--quick、--open、--skill和--ability用于本厅自己的各天，不与--hall一起用。 "
            "They are for the hall's own days, without --hall."
        )
    return _files(hall, days, train, cast("PolicyName", policy), out, forecast=forecast)


def _skill(text: str) -> tuple[WindowId, ServiceId]:
    window, mark, service = text.partition("=")
    if not (window and mark and service):
        raise click.UsageError(f"--skill {text}：应写成 窗口=业务。 It must be WINDOW=SERVICE.")
    return WindowId(window), ServiceId(service)


def _ability(text: str) -> tuple[WindowId, Ability]:
    window, mark, ability = text.partition("=")
    if not (window and mark and ability in ABILITIES):
        known = "、".join(ABILITIES)
        raise click.UsageError(
            f"--ability {text}：应写成 窗口=便民条件（有：{known}）。 It must be WINDOW=ABILITY, one of these."
        )
    return WindowId(window), ability


def _files(
    hall: Path, days: Path, train: Path | None, policy: PolicyName, out: Path, *, forecast: bool
) -> None:
    if forecast and train is None:
        raise click.UsageError(
            "--forecast要从过去的各天学习，请写--train。 It learns from past days: name them by --train."
        )
    if not out.parent.is_dir():
        raise CannotStart(
            f"没有{out.parent}目录，请先建立。", f"There is no folder {out.parent}: make it first."
        )
    for name in (hall, days, train):
        if name is not None and out.exists() and out.samefile(name):
            raise click.UsageError(
                f"--out会覆盖{name}，请另取文件名。 It would overwrite {name}: choose another name."
            )
    with _faults_of(hall):
        plan = files.plan(hall.read_bytes())
    asked = _days(days, plan)
    past = _days(train, plan) if forecast and train is not None else []
    ruled = plan.hall(policy)
    tell = _forecast(_learned(ruled, plan, past)) if forecast else None
    table: list[tuple[str, ...]] = []
    for day, rows, _ in _played(ruled, plan, asked, "演算 playing", tell):
        table.extend(files.table(day, rows))
    _write(out, table)
    click.echo(f"已写出 written: {out} · {len(asked)}天 days · {len(table)}张号票 tickets")
    if train is not None and not forecast:
        click.echo("没有--forecast，未用--train。 --train was not used, without --forecast.", err=True)


def _days(path: Path, plan: files.Plan) -> list[files.Drawn]:
    with _faults_of(path), _text(path) as lines:
        return files.days(lines, plan)


def _text(path: Path) -> TextIO:
    if path.suffix == ".gz":
        return gzip.open(path, "rt", encoding="utf-8-sig", newline="")
    return path.open(encoding="utf-8-sig", newline="")


@contextmanager
def _faults_of(path: Path) -> Iterator[None]:
    """What is wrong with a file ends the command, told with its name."""
    try:
        yield
    except files.Unreadable as wrong:
        zh = "\n".join(f"  {fault.zh}" for fault in wrong.faults)
        en = "\n".join(f"  {fault.en}" for fault in wrong.faults)
        raise CannotStart(f"{path}有错：\n{zh}", f"{path} has faults:\n{en}") from wrong
    except (OSError, EOFError, zlib.error, UnicodeDecodeError, csv.Error) as error:
        raise CannotStart(f"无法读取{path}：{error}", f"{path} cannot be read: {error}") from error


def _played(
    hall: Hall, plan: files.Plan, days: Sequence[files.Drawn], label: str, tell: virtual.Tell | None
) -> Iterator[tuple[files.Drawn, list[virtual.Row], State]]:
    """Each day, what became of its visits, and the hall at its end; a bar tells how far it is."""
    whole = sum(len(day.visits) for day in days)
    with click.progressbar(length=whole, label=label, file=sys.stderr) as bar:
        for day in days:
            visits = [visit for _, visit in day.visits]
            rows, state = virtual.run(
                hall, day.date, plan.posts(day.date), visits, missed_min=plan.no_show_min, tell=tell
            )
            yield day, rows, state
            bar.update(len(visits))


def _learned(hall: Hall, plan: files.Plan, past: Sequence[files.Drawn]) -> Habits | None:
    """What a hall would have learned from its log of past days."""
    tickets = [
        ticket
        for _, _, state in _played(hall, plan, past, "学习 learning", None)
        for ticket in state.tickets.values()
    ]
    found = learn(list(seen(tickets)), list(came(tickets)))
    if found is not None and found.enough:
        return found
    click.echo(
        f"--train中办完的不到{FEWEST}次，不作预计。 Fewer than {FEWEST} services in --train: nothing is forecast.",
        err=True,
    )
    return None


def _forecast(habits: Habits | None) -> virtual.Tell | None:
    if habits is None:
        return None

    def tell(state: State, now: datetime, ticket: TicketId) -> Outlook:
        return outlook(state, habits, now, ticket)

    return tell


def _write(out: Path, table: Sequence[tuple[str, ...]]) -> None:
    try:
        with out.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(files.HEAD)
            writer.writerows(table)
    except OSError as error:
        raise CannotStart(
            f"无法写入{out}（{cause(error)}），请检查空间和权限。",
            f"{out} cannot be written ({error.strerror}); check space and permissions.",
        ) from error
