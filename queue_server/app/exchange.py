"""`jiaohao-server export`, `import` and `migrate`: what goes out of a hall's data folder and comes into it."""

from pathlib import Path

import click

from queue_server.app import evacuation as evacuations
from queue_server.app import version as versions
from queue_server.app.option import with_data
from queue_server.app.seal import is_sealed
from queue_server.app.setting import Settings, readable
from queue_server.app.slip import imported as slip_list
from queue_server.app.slip import is_list


@click.command("export")
@click.option(
    "--version",
    "n",
    type=click.IntRange(min=1),
    metavar="N",
    help="第几版 Which version (default: the newest).",
)
@click.option(
    "--results",
    type=click.Path(dir_okay=False, readable=False, path_type=Path),
    metavar="FILE",
    help="转移结果 Write what became of a part that moved here, to be imported where it came from.",
)
@click.option(
    "--interim", is_flag=True, help="转移结果，这里还接着办 Results meanwhile: the part is served on here."
)
@with_data
def export(n: int | None, results: Path | None, data: Path | None, *, interim: bool) -> None:
    """导出配置 Print the hall's configuration as TOML, or write the results of a part that moved here; also while a server runs.

    \b
    不加选项：印出现在用的大厅配置。--results：写出转移到这里的号票办得怎样，带回原来的大厅导入；
    写出以后这里不再发号叫号，还要接着办就加--interim。

    With its results a part goes home: it is served here no more, unless they are `--interim`.

    \b
    例 Examples:
      jiaohao-server export > hall-now.toml
      jiaohao-server export --version 3
      jiaohao-server export --results /media/usb/hall.back
    """  # noqa: D301
    if results is not None:
        made, fingerprint = evacuations.results(Settings.read(data=data), results, interim=interim)
        click.echo(f"已写出 written: {results} · {len(made.tickets)}张号票")
        click.echo(f"指纹 fingerprint: {fingerprint}")
        if not interim:
            click.echo("这里不再发号、叫号。 It is served here no more.")
        return
    click.echo(versions.exported(Settings.read(data=data), n), nl=False)


@click.command("import")
@click.argument("file", type=click.Path(readable=False, path_type=Path))
@click.option("--note", metavar="TEXT", help="说明 Why, for the list of versions (default: the file's name).")
@click.option("--add", is_flag=True, help="追加排班 Add to the roster that runs instead of replacing it.")
@click.option(
    "--fingerprint",
    metavar="F",
    help="核对过的指纹 The fingerprint of a moved hall's file, as it was printed.",
)
@with_data
def import_(file: Path, note: str | None, add: bool, fingerprint: str | None, data: Path | None) -> None:
    """导入配置 Publish a TOML file, or a roster in CSV, as a new version of the hall, without a restart; also while no server runs.

    认得几种文件：大厅配置（TOML）；排班（CSV）；手写号名单（CSV，首行号码,业务,时间）；转移文件，在空目录里接着办；
    转移的结果，带回原来的大厅。有一处错就什么也不改。

    A list of slips has the columns 号码,业务,时间 (number, service, time) and their names in its first line.
    A file of `evacuate` goes on as that hall in an empty folder; one of `export --results` brings home what became of it.

    A roster has the columns 窗口,账号,日期或星期,时间,休息 (window, clerk, days, hours, breaks). It replaces the one that runs,
    or with --add stands behind it. Any fault, and nothing is changed.

    \b
    例 Examples:
      jiaohao-server import new-hall.toml --note "窗口调整"
      jiaohao-server import roster.csv
    """  # noqa: D301
    settings = Settings.read(data=data)
    readable(file)
    if is_sealed(file):
        for line in evacuations.imported(settings, file, fingerprint):
            click.echo(line)
        return
    if is_list(file):
        keyed, before = slip_list(settings, file)
        click.echo(
            f"已录入{keyed}张手写号，另有{before}张早已录入。 Keyed in {keyed} slips; {before} had been before."
        )
        return
    loaded = versions.from_file(settings, file, add=add)
    for warning in loaded.warnings:
        click.echo(f"{file}: {warning.line('zh')}\n{file}: {warning.line('en')}", err=True)
    ran = versions.newest(settings)
    version = versions.publish(settings, loaded.document, (note or file.name)[:200])
    if ran is not None and version == ran.n:
        click.echo(
            f"与正在使用的第{version}版一样，没有改动。 It is version {version}, which runs: nothing was changed."
        )
        return
    click.echo(f"正在使用第{version}版。 Version {version} runs.")
    if versions.is_roster(file):
        duties = len(loaded.hall.roster)
        click.echo(
            f"排班已追加，现有{duties}条。 Added to the roster, which has {duties} duties now."
            if add
            else f"排班已替换，共{duties}条。 The roster is replaced by {duties} duties."
        )


@click.command()
@click.option(
    "--to", "to", metavar="URL|FILE", required=True, help="到哪里 A postgresql:// URL, or an SQLite file."
)
@with_data
def migrate(to: str, data: Path | None) -> None:
    """迁移数据库 Copy the stopped hall into an empty PostgreSQL database, or back into an SQLite file, and compare it all.

    先停下服务器。逐表核对后才算数；从此原来的数据不再使用，各处都要设好JIAOHAO_DB。密码写在~/.pgpass里，不写在命令里。

    The password comes from PGPASSFILE or PGPASSWORD, since a command line can be read by others. From then on the hall is
    served from there alone.

    \b
    例 Examples:
      jiaohao-server migrate --to postgresql://jiaohao@db.hall/jiaohao
      JIAOHAO_DB=postgresql://jiaohao@db.hall/jiaohao jiaohao-server migrate --to /var/lib/jiaohao/hall.sqlite3
    """  # noqa: D301
    from queue_server.app.move import move  # noqa: PLC0415 - loads what only this command needs

    settings = Settings.read(data=data)
    found = move(settings, to)
    for table, digest in found.tables.items():
        click.echo(f"{table}\t{digest.rows}\t{digest.digest[:16]}")
    click.echo(f"完好 whole: {found.verdict.count} · seq {found.verdict.seq} · {found.verdict.hash}")
    zh, en = f"设JIAOHAO_DB={to}", f"set JIAOHAO_DB={to}"
    if "://" not in to:
        zh, en = "去掉JIAOHAO_DB", "leave JIAOHAO_DB out"
    click.echo(
        f"已迁移，逐表相同；原来的不再使用。此后启动服务器、执行命令都{zh}。\n"
        f"Moved, and every table is the same; what was there is not used any more. From now on {en} for server and commands."
    )
