"""`jiaohao-server simulate`: drawn days played through the real engine on virtual time, by any rule of calling."""

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
from queue_server.engine.hall import Hall, PolicyName
from queue_server.engine.rule import RULES
from queue_server.engine.state import State
from queue_server.forecast.habit import FEWEST, Habits, came, learn, seen
from queue_server.forecast.wait import Outlook, outlook
from queue_server.simulation import file as files
from queue_server.simulation import virtual
from queue_server.wire.ids import TicketId

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command()
@click.option(
    "--hall", type=FILE, required=True, metavar="HALL.json", help="大厅 Zones, services, windows, breaks."
)
@click.option(
    "--days", type=FILE, required=True, metavar="DAYS.csv.gz", help="要演算的各天 The arrivals to be played."
)
@click.option(
    "--train",
    type=FILE,
    metavar="TRAIN.csv.gz",
    help="供学习的各天 Past days: played first by the same rule; the forecast learns from what comes out.",
)
@click.option("--policy", type=click.Choice(list(RULES)), required=True, help="叫号规则 The rule of calling.")
@click.option(
    "--forecast", is_flag=True, help="预计等候 Tell each ticket's wait at its issue; needs --train."
)
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    required=True,
    metavar="ROWS.csv",
    help="结果，每票一行 Where to write one row a ticket.",
)
def simulate(hall: Path, days: Path, train: Path | None, policy: str, forecast: bool, out: Path) -> None:
    """演算 Play drawn days through the real engine by a rule of calling, and write what became of every ticket.

    Clerks call as soon as they can, and everybody who waits is served, past closing too. `promise` is 5, 10, 10 and 15 minutes with
    a guard of 60; nobody who missed a call comes back. The columns: day, ticket, service, class, arrival_min, called_min, window,
    wait_min, no_show, p10, p50, p90; minutes from opening. p10, p50 and p90 are what was known at the issue, empty for whoever is
    called at once.

    \b
    例 Examples:
      jiaohao-server simulate --hall hall.json --days days.csv.gz --policy fcfs --out fcfs.csv
      jiaohao-server simulate --hall hall.json --days days.csv.gz --train past.csv.gz \\
        --policy promise --forecast --out promise.csv
    """  # noqa: D301
    if forecast and train is None:
        raise click.UsageError(
            "--forecast要从过去的各天学习，请写--train。 It learns from past days: name them by --train."
        )
    if not out.parent.is_dir():
        raise CannotStart(
            f"没有{out.parent}目录，请先建立。", f"There is no folder {out.parent}: make it first."
        )
    with _faults_of(hall):
        plan = files.plan(hall.read_bytes())
    asked = _days(days, plan)
    past = _days(train, plan) if forecast and train is not None else []
    ruled = plan.hall(cast("PolicyName", policy))
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
            f"无法写入{out}（{error.strerror}），请检查空间和权限。",
            f"{out} cannot be written ({error.strerror}); check space and permissions.",
        ) from error
