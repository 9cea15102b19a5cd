"""`jiaohao-server report`: what became of a day, on paper, and of many, as figures."""

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click
import msgspec

from queue_server.app import people as accounts
from queue_server.app.fault import CannotStart
from queue_server.app.option import with_data
from queue_server.app.setting import Settings
from queue_server.wire.day import local_day
from queue_server.wire.fault import cause

if TYPE_CHECKING:
    from queue_server.reports.appraisal import Appraisal
    from queue_server.reports.period import PeriodReport


DAY = click.DateTime(("%Y-%m-%d",))
FORMS = ("text", "json", "csv", "xlsx")
_Command = TypeVar("_Command", bound=Callable[..., Any])


def with_period(command: _Command) -> _Command:
    """Options of a report of several days."""
    for option in (
        click.option("--at", hidden=True, help="The time on the server that asks for it."),
        click.option(
            "--form", type=click.Choice(FORMS), help="输出格式 What to print (default: text, or by FILE)."
        ),
        click.option(
            "--out",
            type=click.Path(dir_okay=False, path_type=Path),
            metavar="FILE",
            help="写入.xlsx或.csv文件 Write FILE.xlsx or FILE.csv instead of printing.",
        ),
        click.option(
            "--to", "until", type=DAY, metavar="DATE", help="最后一天 The last day (default: today)."
        ),
        click.option(
            "--from", "since", type=DAY, metavar="DATE", help="第一天 The first day (default: as the last)."
        ),
    ):
        command = option(command)
    return command


@click.group()
def report() -> None:
    """报表 Reports, also while a server runs."""


@report.command("day")
@click.option(
    "--date",
    "day",
    type=DAY,
    metavar="DATE",
    help="哪一天 Which day, as 2026-11-26 (default: today).",
)
@click.option("--html", is_flag=True, help="可打印的网页 A page to be printed on A4 instead of text.")
@click.option("--at", hidden=True, help="The time on the server that asks for it.")
@with_data
def day_(day: datetime | None, html: bool, at: str | None, data: Path | None) -> None:
    """日终报表 A day's totals by zone and the hash that locks its log, to be signed and filed.

    \b
    例 Examples:
      jiaohao-server report day
      jiaohao-server report day --date 2026-11-25 --html > 2026-11-25.html
    """  # noqa: D301
    from queue_server.reports import sheet  # noqa: PLC0415 - only where a report is wanted
    from queue_server.reports.day import report as made  # noqa: PLC0415

    settings = accounts.going_on(Settings.read(data=data))
    now = _now(settings, at)
    found = made(settings.database, local_day(now) if day is None else day.date(), now, settings.segments)
    click.echo((sheet.page if html else sheet.text)(found), nl=not html)


@report.command("period")
@with_period
@with_data
def period_(
    since: datetime | None,
    until: datetime | None,
    out: Path | None,
    form: str | None,
    at: str | None,
    data: Path | None,
) -> None:
    """统计报表 The figures of some days, by zone, department, service, window, clerk, hour and day.

    \b
    例 Examples:
      jiaohao-server report period --from 2026-11-01 --to 2026-11-30
      jiaohao-server report period --from 2026-11-01 --to 2026-11-30 --out november.xlsx
    """  # noqa: D301
    from queue_server.reports.period import report as made  # noqa: PLC0415

    settings = accounts.going_on(Settings.read(data=data))
    now = _now(settings, at)
    first, last = _days(since, until, now)
    _tell(made(settings.database, first, last, now, settings.segments), form, out)


@report.command("appraisal")
@click.option(
    "--year", type=click.IntRange(2000, 2999), help="哪一年 All of a year, in place of --from and --to."
)
@with_period
@with_data
def appraisal_(
    year: int | None,
    since: datetime | None,
    until: datetime | None,
    out: Path | None,
    form: str | None,
    at: str | None,
    data: Path | None,
) -> None:
    """综合考评 Departments, windows and clerks by efficiency, quality and work, with the formula and the counts.

    \b
    例 Examples:
      jiaohao-server report appraisal --year 2026
      jiaohao-server report appraisal --from 2026-07-01 --to 2026-09-30 --out autumn.xlsx
    """  # noqa: D301
    from queue_server.reports.appraisal import Weights, appraisal  # noqa: PLC0415 - only where it is wanted

    settings = accounts.going_on(Settings.read(data=data))
    now = _now(settings, at)
    if year is not None:
        since, until = datetime(year, 1, 1), datetime(year, 12, 31)  # noqa: DTZ001 - local days, as click reads them
    first, last = _days(since, until, now)
    weights = Weights(**msgspec.structs.asdict(settings.appraisal))
    _tell(appraisal(settings.database, first, last, now, weights, settings.segments), form, out)


def _tell(found: "PeriodReport | Appraisal", form: str | None, out: Path | None) -> None:
    from queue_server.reports import table  # noqa: PLC0415 - only where a report is wanted

    match _form(form, out):
        case "json":
            _put(msgspec.json.encode(found), out)
        case "csv":
            _put(table.as_csv(table.tables(found)), out)
        case "xlsx":
            _put(table.as_xlsx(table.tables(found)), out)
        case _:
            click.echo(table.as_text(found))


def _now(settings: Settings, at: str | None) -> datetime:
    return settings.new_clock().now() if at is None else datetime.fromisoformat(at)


def _days(since: datetime | None, until: datetime | None, now: datetime) -> tuple[date, date]:
    """The first day and the last. Raises CannotStart for a period that is none."""
    from queue_server.reports.period import checked  # noqa: PLC0415 - only where a report is wanted

    last = local_day(now) if until is None else until.date()
    first = last if since is None else since.date()
    wrong = checked(first, last, now)
    if wrong is not None:
        raise CannotStart(f"--from、--to：{wrong.zh}。", f"--from and --to: {wrong.en}.")
    return first, last


def _form(form: str | None, out: Path | None) -> str:
    """The form that is asked for, or that a file's name ends with. Raises CannotStart for a name of no such form."""
    if form is not None or out is None:
        return form or "text"
    found = out.suffix.lower().removeprefix(".")
    if found not in ("xlsx", "csv"):
        raise CannotStart(f"{out}应以.xlsx或.csv结尾。", f"{out} must end with .xlsx or .csv.")
    return found


def _put(made: bytes, out: Path | None) -> None:
    if out is None:
        click.echo(made, nl=False)
        return
    try:
        out.write_bytes(made)
    except OSError as error:
        raise CannotStart(
            f"无法写入{out}（{cause(error)}），请检查位置和权限。",
            f"{out} cannot be written ({error.strerror}); check where it is and who may write there.",
        ) from error
    click.echo(f"已写入 written: {out}")
