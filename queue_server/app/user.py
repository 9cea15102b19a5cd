"""`jiaohao-server user` and `token`: who may sign in, people and devices."""

import sys
from pathlib import Path
from typing import cast

import click

from queue_server.app import people as accounts
from queue_server.app import version as versions
from queue_server.app.option import with_data
from queue_server.app.setting import Settings, load_hall, readable
from queue_server.app.staff import imported
from queue_server.engine.version import hall_of
from queue_server.store.account import People
from queue_server.wire.command import DEVICES, PEOPLE, Role
from queue_server.wire.ids import WindowId


@click.group()
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
@with_data
def user_add(name: str, role: str, shown: str | None, once: bool, data: Path | None) -> None:
    """新账号 Add an account; the password is read from standard input.

    \b
    例 Examples:
      echo 'a good password' | jiaohao-server user add zhang --role clerk --name 张敏
      jiaohao-server user add li --role clerk --name 李强 --once
    """  # noqa: D301
    people = _begun(Settings.read(data=data))
    word = accounts.add_account(
        people, name, cast("Role", role), shown or name, None if once else _password()
    )
    click.echo(f"已添加 added: {name} ({role})")
    if word is not None:
        _tell_once(name, word)


@user.command("password")
@click.argument("name")
@with_data
def user_password(name: str, data: Path | None) -> None:
    """改密码 Change a password, read from standard input; signs the account out everywhere."""
    accounts.change_password(accounts.found(Settings.read(data=data)), name, _password())
    click.echo(f"已修改 changed: {name}")


@user.command("pin")
@click.argument("name")
@click.option("--remove", is_flag=True, help="取消口令 Take the PIN away instead of reading one.")
@with_data
def user_pin(name: str, remove: bool, data: Path | None) -> None:
    """取号机口令 Set the PIN to confirm with at a kiosk, 6 digits, read from standard input."""
    people = accounts.found(Settings.read(data=data))
    accounts.change_pin(people, name, None if remove else _password("口令 PIN"))
    click.echo(f"已修改 changed: {name}")


@user.command("reset")
@click.argument("name")
@with_data
def user_reset(name: str, data: Path | None) -> None:
    """重设密码 Make a one-time password; signs the account out everywhere, and the next sign-in asks for a new one."""
    people = accounts.found(Settings.read(data=data))
    with accounts.said():
        word, _ = accounts.changed(people).reset(name)
    _tell_once(name, word)


@user.command("deactivate")
@click.argument("name")
@click.option("--undo", is_flag=True, help="恢复 Let the account sign in again.")
@with_data
def user_deactivate(name: str, undo: bool, data: Path | None) -> None:
    """离岗 Who has left signs in no more; what is at their window stays there for the next clerk."""
    settings = Settings.read(data=data)
    people = accounts.found(settings)
    with accounts.said():
        accounts.changed(people, settings.once).change(name, active=undo)
    click.echo(f"已恢复 active again: {name}" if undo else f"已停用 deactivated: {name}")


@user.command("import")
@click.argument("file", type=click.Path(readable=False, path_type=Path))
@with_data
def user_import(file: Path, data: Path | None) -> None:
    """导入CSV Import staff from a CSV file with the columns name, role, shown; any fault, and nothing is changed.

    A line may go on with the department, skills and abilities of somebody, which are published with the hall.

    \b
    例 Example:
      zhang,clerk,张敏,行政审批服务管理局,项目备案 项目核准,英语
      li,导办员,李强
    """  # noqa: D301
    settings = Settings.read(data=data)
    readable(file)
    _begun(settings)
    done = imported(settings, file)
    for name in done.changed:
        click.echo(f"已修改 changed: {name}")
    for new in done.added:
        _tell_once(new.name, new.one_time_password)
    click.echo(f"新增 added {len(done.added)} · 修改 changed {len(done.changed)}")
    if done.version is not None:
        click.echo(f"大厅配置第{done.version}版 version {done.version} of the hall")


@user.command("remove")
@click.argument("name")
@with_data
def user_remove(name: str, data: Path | None) -> None:
    """删除账号 Remove an account and sign it out everywhere."""
    settings = Settings.read(data=data)
    people = accounts.found(settings)
    with accounts.said():
        accounts.changed(people, settings.once).remove(name)
    click.echo(f"已删除 removed: {name}")


@user.command("list")
@with_data
def user_list(data: Path | None) -> None:
    """全部账号 All accounts: name, role, shown name, and whether they have left or must choose a password."""
    settings = Settings.read(data=data)
    for one in accounts.changed(accounts.found(settings), settings.once).records():
        marks = [] if one.active else ["已停用 left"]
        if one.expired:
            marks.append("一次性密码已过期，请重设 one-time password expired, reset it")
        elif one.must_change:
            marks.append("待改密码 must change")
        click.echo("\t".join((one.name, one.role, one.shown, *marks)))


@click.command()
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
@with_data
def token(name: str, role: str, windows: tuple[str, ...], revoke: bool, data: Path | None) -> None:
    """设备令牌 Make a device's token; it is printed once and kept nowhere.

    \b
    例 Examples:
      jiaohao-server token kiosk-1 --role kiosk
      jiaohao-server token counter-3 --role agent --window 3 --window 4
      jiaohao-server token kiosk-1 --role kiosk --revoke
    """  # noqa: D301
    settings = Settings.read(data=data)
    if revoke:
        people = accounts.found(settings)
        click.echo(f"已收回 revoked: {accounts.revoke_tokens(people, name, cast('Role', role))}")
        return
    people = _begun(settings)
    runs = versions.newest(settings)
    if runs is not None:
        known: list[WindowId] | None = list(hall_of(runs.document).window)
    else:
        known = list(load_hall(settings.hall).hall.window) if settings.hall.exists() else None
    others = len(accounts.bearing(people, name, cast("Role", role)))
    click.echo(accounts.add_token(people, name, cast("Role", role), windows, known))
    if others:
        click.echo(
            f"注意：另有{others}个{role}令牌也叫“{name}”，仍然有效。两台机器请用两个名称；换了令牌的，先用--revoke收回（同名的都收回），再建一个。\n"
            f"Note: {others} more {role} token(s) called “{name}” are still good. Two machines need two names; to replace a token, "
            "revoke with --revoke first (all of that name) and make another.",
            err=True,
        )


def _begun(settings: Settings) -> People:
    """The accounts of a data folder; one that is made for them is told of, since its name may be mistyped."""
    new = not settings.database.exists()
    people = accounts.opened(settings)
    if new:
        click.echo(
            f"注意：新建了{settings.database}，里面还没有大厅，首次启动时才有。要是目录写错了，请删掉它，用--data写对。\n"
            f"Note: {settings.database} is new and holds no hall yet, which the first start makes. If the folder was mistyped, "
            "delete it and give the right --data.",
            err=True,
        )
    return people


def _tell_once(name: str, word: str) -> None:
    """A one-time password; it is kept nowhere."""
    click.echo(f"{name}\t一次性密码 one-time password: {word}")


def _password(words: str = "密码 Password") -> str:
    """A password from standard input: its first line, or asked for twice on a terminal."""
    if sys.stdin.isatty():
        return str(click.prompt(words, hide_input=True, confirmation_prompt=True, err=True))
    return sys.stdin.readline().rstrip("\r\n")
