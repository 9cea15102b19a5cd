"""`jiaohao-server backup`: a hall into a file, while it is served."""

from datetime import UTC, datetime
from pathlib import Path

import click

from queue_server.app import backup as backups
from queue_server.app.setting import Settings


@click.command()
@click.option(
    "--to",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="备份目录 An existing folder on another disk (default: [backup] of server.toml).",
)
@click.option(
    "--data",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="数据目录 Data folder (JIAOHAO_DATA, default: data).",
)
def backup(to: Path | None, data: Path | None) -> None:
    """备份 Write a backup, also while a server runs; it is read back before it counts, and old ones are let go.

    \b
    例 Examples:
      jiaohao-server backup
      jiaohao-server backup --to /media/usb
    """  # noqa: D301
    settings = Settings.read(data=data)
    made, verdict = backups.make(settings, to, datetime.now(UTC))
    click.echo(f"已备份 written: {made.path} · {made.size / 1e6:.1f} MB · seq {verdict.seq} · {verdict.hash}")
    if backups.same_disk(settings, made.path.parent):
        click.echo(
            f"注意：{made.path.parent}与数据在同一块硬盘上，硬盘坏了会一起丢失。\n"
            f"Note: {made.path.parent} is on the same disk as the data, and would be lost with it.",
            err=True,
        )
