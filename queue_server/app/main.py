"""The command line `jiaohao-server`: Chinese first, then English; results go to standard output, the rest to standard error."""

import asyncio
import logging
import os
import resource
import signal
from collections.abc import Coroutine
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
import structlog

from queue_server.app import backup as backups
from queue_server.app import people as accounts
from queue_server.app import version as versions
from queue_server.app.archive import archive
from queue_server.app.audit import auditing
from queue_server.app.device import device
from queue_server.app.evacuate import evacuate, evacuation
from queue_server.app.exchange import export, import_, migrate
from queue_server.app.fault import CannotStart, unusable
from queue_server.app.log import configure
from queue_server.app.loudspeaker import days, loads
from queue_server.app.option import with_data, with_listen
from queue_server.app.proof import verify
from queue_server.app.report import report
from queue_server.app.setting import Settings
from queue_server.app.simulate import simulate
from queue_server.app.slip import slips
from queue_server.app.summary import phones, summary
from queue_server.app.tls import serving
from queue_server.app.user import token, user
from queue_server.app.vault import backup, restore
from queue_server.flow.port import Unavailable
from queue_server.store.schema import VERSION

log = structlog.get_logger(__name__)

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
            told = CannotStart(
                f"无法使用数据库，请看磁盘是否已满、能否写入，或数据库服务器是否连得上，再试一次：{fault}",
                "The database cannot be used; see whether the disk is full or read-only, or the database server out of reach, and "
                f"try again: {fault}",
            )
            click.echo(str(unusable(fault, told)), err=True)
            ctx.exit(1)


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
@with_data
@with_listen
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
@click.option(
    "--data",
    type=click.Path(readable=False, path_type=Path),
    metavar="DIR",
    help="数据目录，不能是正式大厅的 Data folder, not a real hall's (JIAOHAO_DATA, default: data/demo).",
)
@with_listen
@click.option(
    "--speed", type=click.FloatRange(1, 60), help="业务时钟倍速 Speed of the business clock, 1 to 60."
)
@click.option("--seed", default=1, show_default=True, help="随机种子 Another seed draws another day.")
def show(data: Path | None, listen: str | None, speed: float | None, seed: int) -> None:
    """演示 A whole hall on this machine: simulated devices, drawn citizens and clerks.

    Prints one line, `ready http://...`, when it serves, then addresses and sign-ins.

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
@with_data
@with_listen
@click.option(
    "--hall",
    type=click.Path(readable=False, path_type=Path),
    metavar="FILE",
    help="配置文件 Another hall.toml to check.",
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
        click.echo(f"{path}：{_absent(settings)}")
    else:
        loaded = versions.from_file(settings, path)
        for warning in loaded.warnings:
            click.echo(f"{path}: {warning.line('zh')}\n{path}: {warning.line('en')}", err=True)
        found = loaded.hall
        click.echo(f"{path}：{found.name.zh} {found.name.en}")
        for line in summary(found):
            click.echo(f"  {line}")
        for load in loads(found, days(settings)):
            click.echo(f"  {load.line}")
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
            doubtful = versions.doubtful(settings)
            if doubtful is not None:
                click.echo(f"{doubtful.zh}\n{doubtful.en}", err=True)
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


def _absent(settings: Settings) -> str:
    """What to say where there is no hall.toml: a hall that was restored, or came from elsewhere, needs none. Nothing is changed."""
    runs = None
    if settings.database.exists() and accounts.older(settings) is None:
        runs = versions.newest(settings)
    if runs is None:
        return "还没有，首次启动时写入。 not there yet; the first start writes it."
    return (
        "没有也不要紧，大厅配置在数据库里，用export看。 not there and not needed: the hall is in the database; "
        "to see it: jiaohao-server export"
    )


@main.command()
@click.argument("hosts", nargs=-1, metavar="HOST...")
@click.option("--renew", is_flag=True, help="换新 Replace the certificate; without HOST for the same hosts.")
@with_data
def cert(hosts: tuple[str, ...], renew: bool, data: Path | None) -> None:
    """HTTPS证书 Make the hall's certificate authority (once) and the server's certificate; say how to trust it.

    \b
    例 Examples:
      jiaohao-server cert hall.lan 192.168.1.10
      jiaohao-server cert --renew
    """  # noqa: D301
    from queue_server.app.cert import advice, make  # noqa: PLC0415 - as in `run`

    settings = Settings.read(data=data)
    if hosts or settings.data.exists():
        settings.make_folder()
    made = make(settings.data, hosts, datetime.now(UTC), renew=renew)
    click.echo(f"{made.certificate}：{'、'.join(made.hosts)}，有效至 valid until {made.until:%Y-%m-%d}")
    click.echo(
        f"{made.ca}：{'新的根证书 a new authority' if made.new_ca else '原有的根证书 the same authority'}\n"
    )
    click.echo(advice(made, settings.data, settings.port))


main.add_command(user)
main.add_command(token)
main.add_command(export)
main.add_command(import_)
main.add_command(migrate)
main.add_command(device)
main.add_command(evacuate)
main.add_command(slips)
main.add_command(evacuation)
main.add_command(backup)
main.add_command(restore)
main.add_command(report)
main.add_command(verify)
main.add_command(archive)
main.add_command(auditing)
main.add_command(simulate)


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
    if settings.backup is not None and (absent := backups.absent(settings, settings.backup.to)) is not None:
        click.echo(f"注意：{absent.zh}\nNote: {absent.en}", err=True)
    if settings.local_only():
        click.echo(
            f"注意：只监听{settings.host}，其他机器无法访问；请用--listen 0.0.0.0:{settings.port}开放。\n"
            f"Note: listening on {settings.host} only, so other machines cannot reach it; "
            f"use --listen 0.0.0.0:{settings.port} to let them.",
            err=True,
        )


if __name__ == "__main__":
    main()
