"""`jiaohao-server verify`: the log against itself, and against a sheet of paper."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from queue_server.app.fault import CannotStart
from queue_server.app.option import with_data
from queue_server.app.setting import Settings
from queue_server.store import segment
from queue_server.store.anchor import LEAST, Anchor
from queue_server.store.verify import Break, Fault
from queue_server.store.verify import verify as proven
from queue_server.wire.ticket import Text

FAULTS: dict[Fault, Text] = {
    "changed": Text("这一条被改动过", "it was changed"),
    "removed": Text("这一条被删除了", "it was removed"),
    "inserted": Text("这一条是插入的", "it was inserted"),
    "unlinked": Text("它与前一条接不上", "it does not follow the one before it"),
    "document": Text(
        "它发布的配置与保存的不符", "the configuration that it published is not the one that is kept"
    ),
}


@click.command()
@click.option(
    "--anchor",
    metavar="SEQ:HASH",
    help="日终报表上的序号和哈希 Seq and hash from a closing report, to be proven too.",
)
@with_data
def verify(anchor: str | None, data: Path | None) -> None:
    """核对事件日志 Prove that the event log is what was written; also while a server runs.

    运行时也可以。被改、被删、被插入都会说出从第几条起；--anchor再与签了字的日终报表核对。

    \b
    例 Examples:
      jiaohao-server verify --data /var/lib/jiaohao
      jiaohao-server verify --anchor "52310:9f2c41d8 77a0b3e1"
    """  # noqa: D301
    signed = None if anchor is None else Anchor.parse(anchor)
    if anchor is not None and signed is None:
        raise CannotStart(
            f"“{anchor}”应写成“序号:哈希”，哈希至少{LEAST}位，照日终报表抄写。",
            f"“{anchor}” must be SEQ:HASH, at least {LEAST} digits of the hash, as on the closing report.",
        )
    settings = Settings.read(data=data).existing()
    with _progress() as far:
        verdict = proven(settings.database, settings.sealed(), far)
    if verdict.broken is not None and verdict.file:
        raise _of_month(verdict.file, verdict.broken, verdict.count)
    if verdict.broken is not None:
        seq, fault = verdict.broken.seq, FAULTS[verdict.broken.fault]
        raise CannotStart(
            f"事件日志从第{seq}条起不可信：{fault.zh}（{verdict.broken.fault}）；此前{verdict.count}条完好。"
            "取号叫号不受影响；请把数据目录和备份原样留好，交管理员和审计员查。",
            f"The event log is not to be trusted from seq {seq} on: {fault.en}; the first {verdict.count} are proven. The hall can "
            "be served meanwhile: keep the data folder and its backups as they are, and tell the administrator and the auditor.",
        )
    click.echo(f"完好 whole: {verdict.count} · seq {verdict.seq} · {verdict.hash}")
    if signed is None:
        return
    if signed.seq > verdict.seq:
        raise CannotStart(
            f"日志只到第{verdict.seq}条，没有报表上的第{signed.seq}条：报表之后日志被截短过（从更早的备份恢复的也会这样），或抄写有误。",
            f"The log ends at {verdict.seq}; there is no event {signed.seq} as the report says: the log was cut off since (a "
            "restore of an older backup does that too), or it was copied wrongly.",
        )
    if not segment.holds(settings.database, settings.segments, signed):
        raise CannotStart(
            f"第{signed.seq}条的哈希与报表不符：报表之后日志被换过，或抄写有误。",
            f"Event {signed.seq} has another hash than the report says: the log was replaced since, or it was copied wrongly.",
        )
    click.echo(f"与报表一致 as the report says: {signed.seq}")


def _of_month(file: str, broken: Break, count: int) -> CannotStart:
    """What is told of a sealed month: which file it is, and that a backup may have it as it was."""
    where = f"{segment.FOLDER}/{file}"
    if broken.fault == "removed":
        zh, en = f"{where}不见了", f"{where} is not there"
    else:
        zh = f"{where}被改动过，第{broken.seq}条起对不上"
        en = f"{where} was changed, which shows at event {broken.seq}"
    return CannotStart(
        f"事件日志从第{count + 1}条起不可信：封存的{zh}（{broken.fault}）；此前{count}条完好。取号叫号不受影响。"
        "请把数据目录和备份原样留好，交管理员和审计员查；"
        f"备份目录的{segment.FOLDER}里有同名文件的，把这里的移到别处留着，拷来再核对。",
        f"The event log is not to be trusted from seq {count + 1} on: of the sealed months {en}; the first {count} are proven. "
        "The hall can be served meanwhile: keep the data folder and its backups as they are, and tell the administrator and "
        f"the auditor. Where {segment.FOLDER} of the backups has a file of that name, put this one aside, copy that here and "
        "verify again.",
    )


@contextmanager
def _progress() -> Iterator[Callable[[int], None]]:
    """How far a check has come, told on one line of a terminal; a log of years takes a minute. Nothing elsewhere."""
    shown = sys.stderr.isatty()

    def far(seq: int) -> None:
        if shown:
            click.echo(f"\r已核对到第{seq}条 checked up to {seq}", err=True, nl=False)

    try:
        yield far
    finally:
        if shown:
            click.echo(err=True)
