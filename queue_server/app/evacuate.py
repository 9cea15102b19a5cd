"""`jiaohao-server evacuate` and `evacuation`: a part of the hall goes to another place and comes back."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from queue_server.app import evacuation as evacuations
from queue_server.app import version as versions
from queue_server.app.option import with_data
from queue_server.app.setting import Settings
from queue_server.wire.day import local
from queue_server.wire.relocation import EvacuationRecord

_reason = click.option(
    "--reason", metavar="TEXT", default="停电转移", help="原因，去了哪里 Why, and where to."
)


@click.command()
@click.option("--zone", "zones", multiple=True, metavar="Z", help="服务区，可重复 A zone; may be repeated.")
@click.option("--service", "services", multiple=True, metavar="S", help="业务，可重复 A service.")
@click.option(
    "--department", "departments", multiple=True, metavar="D", help="部门的全部业务 A department's services."
)
@click.option(
    "--out",
    type=click.Path(dir_okay=False, readable=False, path_type=Path),
    required=True,
    metavar="FILE",
    help="写到哪里 Where to.",
)
@_reason
@with_data
def evacuate(
    zones: tuple[str, ...],
    services: tuple[str, ...],
    departments: tuple[str, ...],
    out: Path,
    reason: str,
    data: Path | None,
) -> None:
    """转移 Let another place go on: one signed file, and the waiting list to be printed beside it; also while no server runs.

    把大厅（不选）或选中的部分交给另一个地点接着办：写出一个签名文件，旁边是要打印的等候名单。从此这部分在这里不发号、不叫号。
    抄下指纹，在那里导入时核对。没写成、要换U盘，就把同一条命令再执行一次。

    Without a choice the whole hall goes. From then on nobody is called and no ticket is issued here for what went. Compare the
    fingerprint where the file is imported. The same again writes the same file again.

    \b
    例 Examples:
      jiaohao-server evacuate --out /media/usb/hall.move
      jiaohao-server evacuate --zone C --zone D --out /media/usb/cd.move
    """  # noqa: D301
    made = evacuations.evacuate(Settings.read(data=data), zones, services, departments, out, reason)
    part = made.part
    click.echo(f"已转移 moved: {part.evacuation} · {len(part.services)}项业务 · {len(part.tickets)}张号票")
    click.echo(f"文件 file: {made.file}\n等候名单（请打印） waiting list: {made.paper}")
    click.echo(f"指纹 fingerprint: {made.fingerprint}")
    click.echo(
        f"在另一地点 In the other place: jiaohao-server import {made.file.name} --data NEWDIR "
        f"--fingerprint {made.fingerprint}"
    )


@click.group()
def evacuation() -> None:
    """转移之后 What became of parts of the hall that moved.

    看转移到哪一步了（list）；接回结果后在原地恢复（reopen）；服务器自己不知道的转移，确已发生（accept）或没有搬成（void）。

    \b
    例 Examples:
      jiaohao-server evacuation list
      jiaohao-server evacuation reopen ID
      jiaohao-server evacuation void ID --reason "没有搬成"
    """  # noqa: D301


@evacuation.command("list")
@with_data
def list_(data: Path | None) -> None:
    """全部转移 Every part that moved, and how it is."""
    settings = Settings.read(data=data)
    records = evacuations.known(settings)
    if not records:
        click.echo("没有转移过。 No part of this hall has moved.", err=True)
    hall = versions.hall_of(settings)[0].hall
    for one in records:
        why = "" if one.reason is None else f"\t{one.reason}"
        _tell(one, f"\t{local(one.at):%m-%d %H:%M}\t{evacuations.contents(hall, one.services)}{why}")


def _deed(name: str, deed: Callable[[Settings, str, str], EvacuationRecord], text: str) -> None:
    @evacuation.command(name, help=text)
    @click.argument("id_", metavar="ID")
    @_reason
    @with_data
    def do(id_: str, reason: str, data: Path | None, **_: Any) -> None:
        _tell(deed(Settings.read(data=data), id_, reason))


_deed(
    "reopen",
    evacuations.reopen,
    "在原地恢复 Serve a part here again, once its results were imported, or one handed back.",
)
_deed("accept", evacuations.accept, "确认 An evacuation that was shown to this hall did take place.")
_deed("void", evacuations.void, "作废 An evacuation never took place: its tickets go on here.")


def _tell(one: EvacuationRecord, more: str = "") -> None:
    click.echo(
        f"{one.evacuation}\t{evacuations.STATES[one.state]}\t{len(one.services)}项业务\t{one.tickets}张号票{more}"
    )
