"""`jiaohao-server backup` and `restore`: a hall into a file, while it is served, and out of it."""

from datetime import UTC, datetime
from pathlib import Path

import click

from queue_server.app import backup as backups
from queue_server.app import restore as restoring
from queue_server.app.option import with_data
from queue_server.app.setting import Settings
from queue_server.wire.day import local


@click.command()
@click.option(
    "--to",
    type=click.Path(readable=False, path_type=Path),
    metavar="DIR",
    help="备份目录 An existing folder on another disk (default: [backup] of server.toml).",
)
@with_data
def backup(to: Path | None, data: Path | None) -> None:
    """备份 Write a backup, also while a server runs; it is read back before it counts, and old ones are let go.

    服务时也可以做，不影响取号叫号。写完读回核对过才算数，旧的自动清理。

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
            f"注意：{made.path.parent}与数据在同一块硬盘上，硬盘坏了会一起丢失。U盘没有插好、挂载？\n"
            f"Note: {made.path.parent} is on the same disk as the data, and would be lost with it: is the stick mounted?",
            err=True,
        )


@click.command()
@click.argument("file", type=click.Path(readable=False, path_type=Path))
@click.option("--force", is_flag=True, help="替换现有数据 Replace data that are there; they are kept aside.")
@click.option(
    "--sure",
    is_flag=True,
    help="时间已核对 The machine's date was compared with another clock: a day that was left open is over.",
)
@with_data
def restore(file: Path, data: Path | None, *, force: bool, sure: bool) -> None:
    """恢复 Put the hall of a backup (of the newest one in a folder) into a data folder that no server uses.

    先停下服务器。写目录就用其中最新的一份；不完好的备份不会动现有数据，现有数据（--force）移到旁边保留。
    抄下它说的两件事告诉大厅：最多丢失几时到几时的事，各区从几号接着发。

    \b
    例 Examples:
      jiaohao-server restore /media/usb
      jiaohao-server restore /media/usb/hall-20261126T040000Z.sqlite3 --force
    """  # noqa: D301
    done = restoring.restore(Settings.read(data=data), file, force=force, sure=sure)
    since, at = (f"{local(time):%m-%d %H:%M:%S}" for time in (done.since, done.at))
    click.echo(f"已恢复 restored: {done.file}")
    click.echo(
        f"最多丢失：{since}至{at}之间的取号、叫号、评价等；纸质号票还在群众手里，请照票办理。\n"
        f"Lost at most: what happened between {since} and {at}. Its paper is still out there: serve by it."
    )
    click.echo(f"各区下一个号 next numbers: {' '.join(done.numbers)}")
    click.echo(
        "人员须重新登录；此后改过的账号请再改一遍。 Everybody signs in again; repeat later changes of accounts."
    )
    if done.new_key:
        click.echo(
            "目录里没有原来的identity.key，已生成新的：此前实名取号的人不会被认出。\n"
            "The hall's identity.key was not in the folder and a new one was made: nobody known by a card is known again.",
            err=True,
        )
    if done.aside is not None:
        click.echo(f"原有数据 the old data: {done.aside}")
