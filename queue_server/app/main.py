"""The command line `jiaohao-server`: Chinese first, then English; results go to standard output, the rest to standard error."""

import asyncio
import logging
import os
import resource
import signal
import sys
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

import click
import structlog

from queue_server.app import evacuation as evacuations
from queue_server.app import people as accounts
from queue_server.app import version as versions
from queue_server.app.archive import archive
from queue_server.app.device import device
from queue_server.app.evacuate import evacuate, evacuation
from queue_server.app.fault import CannotStart
from queue_server.app.log import configure
from queue_server.app.proof import verify
from queue_server.app.report import report
from queue_server.app.seal import is_sealed
from queue_server.app.setting import Settings, load_hall
from queue_server.app.slip import imported as slip_list
from queue_server.app.slip import is_list, slips
from queue_server.app.staff import imported
from queue_server.app.summary import phones, summary
from queue_server.app.tls import serving
from queue_server.app.vault import backup, restore
from queue_server.engine.version import hall_of
from queue_server.flow.port import Unavailable
from queue_server.store.schema import VERSION
from queue_server.wire.command import DEVICES, PEOPLE, Role
from queue_server.wire.ids import WindowId

log = structlog.get_logger(__name__)

Command = Callable[..., Any]
OPEN_FILES = 256
"""What the server opens besides its connections, with room to spare."""


class _Group(click.Group):
    """A group whose commands end with one sentence and code 1 when they cannot start."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command. What it writes (database, lock, configuration) is for its own account only."""
        os.umask(0o077)
        try:
            return super().invoke(ctx)
        except CannotStart as fault:
            click.echo(str(fault), err=True)
            ctx.exit(1)
        except Unavailable as fault:
            click.echo(f"无法使用数据库：{fault}\nThe database cannot be used: {fault}", err=True)
            ctx.exit(1)


def _with_data(command: Command) -> Command:
    return click.option(
        "--data",
        type=click.Path(path_type=Path),
        metavar="DIR",
        help="数据目录 Data folder (JIAOHAO_DATA, default: data).",
    )(command)


def _with_listen(command: Command) -> Command:
    return click.option(
        "--listen",
        metavar="HOST:PORT",
        help="监听地址 Where to listen (JIAOHAO_LISTEN, default: 127.0.0.1:8080).",
    )(command)


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(package_name="jiaohao", prog_name="jiaohao-server")
def main() -> None:
    """叫号服务器 The hall's server.

    \b
    例 Examples:
      jiaohao-server check --hall hall.toml          检查配置 check a configuration
      jiaohao-server run --listen 0.0.0.0:8080       启动 serve the hall
      jiaohao-server user add zhang --role clerk     新账号，密码从标准输入读入 an account
      jiaohao-server token kiosk-1 --role kiosk      设备令牌 a device's token
      jiaohao-server backup --to /media/usb          备份 a backup, also while it serves
      jiaohao-server cert hall.lan 192.168.1.10      HTTPS证书 a certificate

    \b
    环境变量 Environment: JIAOHAO_DATA, JIAOHAO_LISTEN, JIAOHAO_DB, JIAOHAO_IDLE (minutes),
    JIAOHAO_LIMITS=off, JIAOHAO_CLOCK=START@SPEED (both for demo and tests only)
    """  # noqa: D301 - \b keeps click from filling the lines


@main.command()
@_with_data
@_with_listen
def run(data: Path | None, listen: str | None) -> None:
    """启动服务器 Serve the hall until SIGTERM.

    Prints one line, `ready http://...`, when it serves, and `standby http://...` while another server serves the same PostgreSQL
    database, which it takes over when that one is gone.

    A new data folder gets the shipped hall.toml to be edited; with no account
    yet, `admin` is made and its password told once on standard error.

    \b
    例 Examples:
      jiaohao-server run
      jiaohao-server run --data /var/lib/jiaohao --listen 0.0.0.0:8080
    """  # noqa: D301
    from queue_server.app.run import life  # noqa: PLC0415 - a web server is loaded only where one is wanted

    configure()
    settings = Settings.read(data=data, listen=listen)
    settings.make_folder()
    settings.leave_sample()

    allow_connections(settings.limits.connections)

    async def whole() -> None:
        await life(settings, stop_signal(), lambda: warn(settings))

    run_loop(whole())


@main.command("demo")
@_with_data
@_with_listen
@click.option(
    "--speed", type=click.FloatRange(1, 60), help="业务时钟倍速 Speed of the business clock, 1 to 60."
)
@click.option("--seed", default=1, show_default=True, help="随机种子 Another seed draws another day.")
def show(data: Path | None, listen: str | None, speed: float | None, seed: int) -> None:
    """演示 A whole hall on this machine: simulated devices, drawn citizens and clerks.

    Prints one line, `ready http://...`, when it serves, then addresses and sign-ins. Keeps its hall in data/demo.

    \b
    例 Examples:
      jiaohao-server demo
      jiaohao-server demo --speed 20
    """  # noqa: D301
    from queue_server.app import demo  # noqa: PLC0415 - as in `run`

    configure(logging.WARNING)
    settings = demo.settings_of(os.environ, data, listen)

    async def life() -> None:
        await demo.demo(settings, speed, seed, stop_signal())

    run_loop(life())


@main.command()
@_with_data
@_with_listen
@click.option(
    "--hall", type=click.Path(path_type=Path), metavar="FILE", help="配置文件 Another hall.toml to check."
)
def check(data: Path | None, listen: str | None, hall: Path | None) -> None:
    """检查配置 Check configuration, or a roster in CSV, and say what was found; nothing is changed.

    \b
    例 Examples:
      jiaohao-server check
      jiaohao-server check --hall new-hall.toml
    """  # noqa: D301
    settings = Settings.read(data=data, listen=listen)
    settings.new_clock()
    path = hall or settings.hall
    if hall is None and not path.exists():
        click.echo(f"{path}：还没有，首次启动时写入。 not there yet; the first start writes it.")
    else:
        loaded = versions.from_file(settings, path)
        for warning in loaded.warnings:
            click.echo(f"{path}: {warning.line('zh')}\n{path}: {warning.line('en')}", err=True)
        found = loaded.hall
        click.echo(f"{path}：{found.name.zh} {found.name.en}")
        for line in summary(found):
            click.echo(f"  {line}")
    old = accounts.older(settings) if settings.database.exists() else None
    if old is not None:
        click.echo(
            f"{settings.database}：数据库版本 {old}，下次启动时升级到 {VERSION}，请先备份。"
            f" of schema {old}: the next start upgrades it to {VERSION}; back it up before."
        )
    elif settings.database.exists():
        people = accounts.opened(settings)
        click.echo(
            f"{settings.database}：账号 accounts {len(people.accounts())} · 令牌 tokens {len(people.tokens())}"
        )
        runs = versions.newest(settings)
        if runs is not None:
            click.echo(f"  正在使用第{runs.n}版配置 version {runs.n} runs · {runs.note}")
            told = versions.beside(settings, runs) if hall is None else None
            if told is not None:
                click.echo(told, err=True)
    else:
        click.echo(f"{settings.database}：还没有，首次启动时建立。 not there yet; the first start makes it.")
    if settings.tls is not None:
        from queue_server.app.cert import expires_at  # noqa: PLC0415 - as in `run`

        serving(settings.tls)
        until = expires_at(settings.tls.certificate)
        click.echo(f"{settings.tls.certificate}：有效至 valid until {until:%Y-%m-%d}")
    click.echo(f"监听 listens on {settings.host}:{settings.port} · {'https' if settings.tls else 'http'}")
    for line in phones(settings):
        click.echo(line)
    warn(settings)


@main.group()
def user() -> None:
    """账号 Accounts of people; also while the server runs, which knows within seconds.

    \b
    例 Examples:
      echo 'a good password' | jiaohao-server user add zhang --role clerk --name 张敏
      jiaohao-server user import staff.csv
      jiaohao-server user reset zhang
      jiaohao-server user deactivate zhang
      jiaohao-server user list
    """  # noqa: D301


@user.command("add")
@click.argument("name")
@click.option("--role", type=click.Choice(PEOPLE), required=True, help="岗位 Role.")
@click.option(
    "--name", "shown", metavar="SHOWN", help="显示的姓名 The name that other people read (default: NAME)."
)
@click.option("--once", is_flag=True, help="生成一次性密码 Make a one-time password instead of reading one.")
@_with_data
def user_add(name: str, role: str, shown: str | None, once: bool, data: Path | None) -> None:
    """新账号 Add an account; the password is read from standard input.

    \b
    例 Examples:
      echo 'a good password' | jiaohao-server user add zhang --role clerk --name 张敏
      jiaohao-server user add li --role clerk --name 李强 --once
    """  # noqa: D301
    people = accounts.opened(Settings.read(data=data))
    word = accounts.add_account(
        people, name, cast("Role", role), shown or name, None if once else _password()
    )
    click.echo(f"已添加 added: {name} ({role})")
    if word is not None:
        _tell_once(name, word)


@user.command("password")
@click.argument("name")
@_with_data
def user_password(name: str, data: Path | None) -> None:
    """改密码 Change a password, read from standard input; signs the account out everywhere."""
    accounts.change_password(accounts.opened(Settings.read(data=data)), name, _password())
    click.echo(f"已修改 changed: {name}")


@user.command("pin")
@click.argument("name")
@click.option("--remove", is_flag=True, help="取消口令 Take the PIN away instead of reading one.")
@_with_data
def user_pin(name: str, remove: bool, data: Path | None) -> None:
    """取号机口令 Set the PIN to confirm with at a kiosk, 6 digits, read from standard input."""
    people = accounts.opened(Settings.read(data=data))
    accounts.change_pin(people, name, None if remove else _password("口令 PIN"))
    click.echo(f"已修改 changed: {name}")


@user.command("reset")
@click.argument("name")
@_with_data
def user_reset(name: str, data: Path | None) -> None:
    """重设密码 Make a one-time password; signs the account out everywhere, and the next sign-in asks for a new one."""
    people = accounts.opened(Settings.read(data=data))
    with accounts.said():
        word, _ = accounts.changed(people).reset(name)
    _tell_once(name, word)


@user.command("deactivate")
@click.argument("name")
@click.option("--undo", is_flag=True, help="恢复 Let the account sign in again.")
@_with_data
def user_deactivate(name: str, undo: bool, data: Path | None) -> None:
    """离岗 Who has left signs in no more; what is at their window stays there for the next clerk."""
    people = accounts.opened(Settings.read(data=data))
    with accounts.said():
        accounts.changed(people).change(name, active=undo)
    click.echo(f"已恢复 active again: {name}" if undo else f"已停用 deactivated: {name}")


@user.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@_with_data
def user_import(file: Path, data: Path | None) -> None:
    """导入CSV Import staff from a CSV file with the columns name, role, shown; any fault, and nothing is changed.

    A line may go on with the department, skills and abilities of somebody, which are published with the hall.

    \b
    例 Example:
      zhang,clerk,张敏,行政审批服务管理局,项目备案 项目核准,英语
      li,导办员,李强
    """  # noqa: D301
    done = imported(Settings.read(data=data), file)
    for name in done.changed:
        click.echo(f"已修改 changed: {name}")
    for new in done.added:
        _tell_once(new.name, new.one_time_password)
    click.echo(f"新增 added {len(done.added)} · 修改 changed {len(done.changed)}")
    if done.version is not None:
        click.echo(f"大厅配置第{done.version}版 version {done.version} of the hall")


@user.command("remove")
@click.argument("name")
@_with_data
def user_remove(name: str, data: Path | None) -> None:
    """删除账号 Remove an account and sign it out everywhere."""
    people = accounts.opened(Settings.read(data=data))
    with accounts.said():
        accounts.changed(people).remove(name)
    click.echo(f"已删除 removed: {name}")


@user.command("list")
@_with_data
def user_list(data: Path | None) -> None:
    """全部账号 All accounts: name, role, shown name, and whether they have left or must choose a password."""
    for one in accounts.changed(accounts.opened(Settings.read(data=data))).records():
        marks = [] if one.active else ["已停用 left"]
        marks += ["待改密码 must change"] if one.must_change else []
        click.echo("\t".join((one.name, one.role, one.shown, *marks)))


@main.command()
@click.argument("name")
@click.option("--role", type=click.Choice(DEVICES), required=True, help="设备种类 Kind of device.")
@click.option(
    "--window",
    "windows",
    multiple=True,
    metavar="W",
    help="所在窗口，可重复，agent必写 Its window; may be repeated, an agent has to name it.",
)
@click.option("--revoke", is_flag=True, help="收回此设备的令牌 Revoke this device's tokens instead.")
@_with_data
def token(name: str, role: str, windows: tuple[str, ...], revoke: bool, data: Path | None) -> None:
    """设备令牌 Make a device's token; it is printed once and kept nowhere.

    \b
    例 Examples:
      jiaohao-server token kiosk-1 --role kiosk
      jiaohao-server token counter-3 --role agent --window 3 --window 4
      jiaohao-server token kiosk-1 --role kiosk --revoke
    """  # noqa: D301
    settings = Settings.read(data=data)
    people = accounts.opened(settings)
    if revoke:
        click.echo(f"已收回 revoked: {accounts.revoke_tokens(people, name, cast('Role', role))}")
        return
    runs = versions.newest(settings)
    if runs is not None:
        known: list[WindowId] | None = list(hall_of(runs.document).window)
    else:
        known = list(load_hall(settings.hall).hall.window) if settings.hall.exists() else None
    click.echo(accounts.add_token(people, name, cast("Role", role), windows, known))


@main.command("export")
@click.option(
    "--version",
    "n",
    type=click.IntRange(min=1),
    metavar="N",
    help="第几版 Which version (default: the newest).",
)
@click.option(
    "--results",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="转移结果 Write what became of a part that moved here, to be imported where it came from.",
)
@click.option(
    "--interim", is_flag=True, help="转移结果，这里还接着办 Results meanwhile: the part is served on here."
)
@_with_data
def export(n: int | None, results: Path | None, data: Path | None, *, interim: bool) -> None:
    """导出配置 Print the hall's configuration as TOML, or write the results of a part that moved here; also while a server runs.

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


@main.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--note", metavar="TEXT", help="说明 Why, for the list of versions (default: the file's name).")
@click.option("--add", is_flag=True, help="追加排班 Add to the roster that runs instead of replacing it.")
@click.option(
    "--fingerprint",
    metavar="F",
    help="核对过的指纹 The fingerprint of a moved hall's file, as it was printed.",
)
@_with_data
def import_(file: Path, note: str | None, add: bool, fingerprint: str | None, data: Path | None) -> None:
    """导入配置 Publish a TOML file, or a roster in CSV, as a new version of the hall, without a restart; also while no server runs.

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
    version = versions.publish(settings, loaded.document, (note or file.name)[:200])
    click.echo(f"正在使用第{version}版。 Version {version} runs.")
    if versions.is_roster(file):
        duties = len(loaded.hall.roster)
        click.echo(
            f"排班已追加，现有{duties}条。 Added to the roster, which has {duties} duties now."
            if add
            else f"排班已替换，共{duties}条。 The roster is replaced by {duties} duties."
        )


@main.command()
@click.option(
    "--to", "to", metavar="URL|FILE", required=True, help="到哪里 A postgresql:// URL, or an SQLite file."
)
@_with_data
def migrate(to: str, data: Path | None) -> None:
    """迁移数据库 Copy the stopped hall into an empty PostgreSQL database, or back into an SQLite file, and compare it all.

    The password comes from PGPASSFILE or PGPASSWORD, since a command line can be read by others.

    \b
    例 Examples:
      jiaohao-server migrate --to postgresql://jiaohao@db.hall/jiaohao
      JIAOHAO_DB=postgresql://jiaohao@db.hall/jiaohao jiaohao-server migrate --to /var/lib/jiaohao/hall.sqlite3
    """  # noqa: D301
    from queue_server.app.move import move  # noqa: PLC0415 - loads what only this command needs

    found = move(Settings.read(data=data), to)
    for table, digest in found.tables.items():
        click.echo(f"{table}\t{digest.rows}\t{digest.digest[:16]}")
    click.echo(f"完好 whole: {found.verdict.count} · seq {found.verdict.seq} · {found.verdict.hash}")


@main.command()
@click.argument("hosts", nargs=-1, metavar="HOST...")
@click.option("--renew", is_flag=True, help="换新 Replace the certificate; without HOST for the same hosts.")
@_with_data
def cert(hosts: tuple[str, ...], renew: bool, data: Path | None) -> None:
    """HTTPS证书 Make the hall's certificate authority (once) and the server's certificate; say how to trust it.

    \b
    例 Examples:
      jiaohao-server cert hall.lan 192.168.1.10
      jiaohao-server cert --renew
    """  # noqa: D301
    from queue_server.app.cert import advice, make  # noqa: PLC0415 - as in `run`

    settings = Settings.read(data=data)
    settings.make_folder()
    made = make(settings.data, hosts, datetime.now(UTC), renew=renew)
    click.echo(f"{made.certificate}：{'、'.join(made.hosts)}，有效至 valid until {made.until:%Y-%m-%d}")
    click.echo(
        f"{made.ca}：{'新的根证书 a new authority' if made.new_ca else '原有的根证书 the same authority'}\n"
    )
    click.echo(advice(made, settings.data))


main.add_command(device)
main.add_command(evacuate)
main.add_command(slips)
main.add_command(evacuation)
main.add_command(backup)
main.add_command(restore)
main.add_command(report)
main.add_command(verify)
main.add_command(archive)


def stop_signal() -> asyncio.Event:
    """An event that SIGTERM or Ctrl-C sets; call it in the loop."""
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, ended.set)
    return ended


def allow_connections(most: int) -> None:
    """Have the system let this process hold so many connections; say so if it will not."""
    wanted = most + OPEN_FILES
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and hard < wanted:
        click.echo(
            f"注意：系统只允许打开{hard}个文件，少于limits.connections所需的{wanted}；请在systemd中设LimitNOFILE={wanted}。\n"
            f"Note: the system allows {hard} open files, fewer than the {wanted} that limits.connections needs; "
            f"set LimitNOFILE={wanted} in systemd.",
            err=True,
        )
        wanted = hard
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def run_loop(life: Coroutine[Any, Any, None]) -> None:
    """Run a program's life in a fresh loop, on uvloop where it is installed."""
    try:
        from uvloop import new_event_loop  # noqa: PLC0415 - not on every platform
    except ImportError:
        with asyncio.Runner() as runner:
            runner.run(life)
    else:
        with asyncio.Runner(loop_factory=new_event_loop) as runner:
            runner.run(life)


def warn(settings: Settings) -> None:
    """Say what is probably not meant: other machines cannot reach the server, limits are off, a certificate ends soon."""
    if not settings.limits.enabled:
        click.echo(
            "警告：各项限制已关闭（仅供压力测试），任何人都可以使服务器过载。\n"
            "WARNING: limits are OFF (meant for load tests only); anybody may overload this server.",
            err=True,
        )
    if settings.tls is not None:
        from queue_server.app.cert import CA, warnings  # noqa: PLC0415 - as in `run`

        authority = settings.tls.certificate.with_name(CA)
        kept = (settings.tls.certificate, *((authority,) if authority.exists() else ()))
        for text in warnings(kept, datetime.now(UTC)):
            click.echo(f"{text.zh}\n{text.en}", err=True)
    if settings.local_only():
        click.echo(
            f"注意：只监听{settings.host}，其他机器无法访问；请用--listen 0.0.0.0:{settings.port}开放。\n"
            f"Note: listening on {settings.host} only, so other machines cannot reach it; "
            f"use --listen 0.0.0.0:{settings.port} to let them.",
            err=True,
        )


def _tell_once(name: str, word: str) -> None:
    """A one-time password; it is kept nowhere."""
    click.echo(f"{name}\t一次性密码 one-time password: {word}")


def _password(words: str = "密码 Password") -> str:
    """A password from standard input: its first line, or asked for twice on a terminal."""
    if sys.stdin.isatty():
        return str(click.prompt(words, hide_input=True, confirmation_prompt=True, err=True))
    return sys.stdin.readline().rstrip("\r\n")


if __name__ == "__main__":
    main()
