"""`jiaohao-server report`: what became of a day, on paper."""

from datetime import datetime
from pathlib import Path

import click

from queue_server.app.fault import CannotStart
from queue_server.app.option import with_data
from queue_server.app.setting import Settings
from queue_server.wire.day import local_day


@click.group()
def report() -> None:
    """报表 Reports, also while a server runs."""


@report.command("day")
@click.option(
    "--date",
    "day",
    type=click.DateTime(("%Y-%m-%d",)),
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

    settings = Settings.read(data=data)
    if not settings.database.exists():
        raise CannotStart(f"{settings.data}中还没有数据库。", f"There is no database in {settings.data} yet.")
    now = settings.new_clock().now() if at is None else datetime.fromisoformat(at)
    found = made(settings.database, local_day(now) if day is None else day.date(), now)
    click.echo((sheet.page if html else sheet.text)(found), nl=not html)
