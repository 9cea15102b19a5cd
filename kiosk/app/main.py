"""`jiaohao-kiosk`: the ticket kiosk's command line."""

import asyncio
import logging
import os
import shlex
import sys
import tempfile
from pathlib import Path
from ssl import SSLContext
from typing import NoReturn

import click

from devices.codec.escpos.status import Health
from devices.driver.printer import Printer
from devices.driver.reader import CardReader
from devices.driver.voice.player import player
from devices.transport.address import check, open_port
from devices.transport.error import BadAddress, LineFault
from devices.transport.line import Line
from kiosk.app import heap, panel, window
from kiosk.app.config import Config, PrinterConfig, ReaderConfig, load, size
from kiosk.app.kiosk import Kiosk
from kiosk.link.backlight import Backlight
from kiosk.link.book import Book, Unopened
from kiosk.link.card import Cards, NoCards, SerialCards
from kiosk.link.hall import Hall
from kiosk.link.machine import Lines, Machine
from kiosk.link.paper import NullPaper, Paper, SerialPaper, told
from kiosk.link.place import Condition, place
from kiosk.link.voice import Mute, Prompter, Voice
from kiosk.model.event import ReaderChanged
from kiosk.model.patience import Times
from queue_server.client.keep import kept
from queue_server.client.link import Link
from queue_server.client.pairing import NOBODY
from queue_server.client.setting import BadConfig
from queue_server.client.trust import trust
from queue_server.wire.face import Weight, font

_log = logging.getLogger(__name__)

EPILOG = """\b
例 Examples:
  jiaohao-kiosk --server http://hall:8080 --token kiosk.token --printer /dev/ttyUSB0
  jiaohao-kiosk --config /etc/jiaohao/kiosk.toml
  jiaohao-kiosk --windowed --printer null --token kiosk.token

\b
没有令牌时自己生成，屏幕上显示代码，在服务器上安置后启用：
Without a token the kiosk makes its own and shows a code until it is given its place:
  jiaohao-server device place CODE
也可以在服务器上发令牌 A token can also be made on the server:
  jiaohao-server token NAME --role kiosk
SIGTERM结束取号机，退出码2是不能启动。 SIGTERM ends the kiosk; exit status 2: it cannot start.
"""


NO_SCREEN = (
    "没有图形会话，画不到屏幕上（DISPLAY：{0}）：请先启动X，并设DISPLAY=:0再启动取号机\n"
    "there is no graphical session, so nothing would be on the glass (DISPLAY: {0}); start X first, and the kiosk with DISPLAY=:0"
)


class Unusable(click.ClickException):
    """The kiosk cannot start; the message says what to do, in Chinese and English."""

    exit_code = 2

    def show(self, file: object = None) -> None:  # noqa: ARG002 - click's own signature
        """The sentences alone."""
        click.echo(self.format_message(), err=True)


@click.command(
    epilog=EPILOG, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110}
)
@click.version_option(package_name="jiaohao", prog_name="jiaohao-kiosk")
@click.option(
    "--config",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="配置文件kiosk.toml Settings file kiosk.toml.",
)
@click.option(
    "--server",
    multiple=True,
    metavar="URL",
    help="服务器地址，可重复 Address of the server; may be repeated.",
)
@click.option(
    "--token",
    envvar="JIAOHAO_TOKEN",
    help="令牌，或存令牌的文件 The kiosk's token, or a file that holds it (JIAOHAO_TOKEN).",
)
@click.option(
    "--data",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="存流水账的目录，没有令牌时也存自己的令牌 Where the kiosk keeps its journal, and without a token its own.",
)
@click.option(
    "--printer",
    metavar="PORT",
    help="打印机的端口或socket://地址:端口，null为没有 The printer's device or socket://host:port; null for none.",
)
@click.option(
    "--reader",
    metavar="PORT",
    help="身份证阅读器的端口，写法同上 The same of the identity card reader; null for none.",
)
@click.option(
    "--size",
    "wanted",
    metavar="WIDTHxHEIGHT",
    help="画面大小（像素），默认整个屏幕 Size in px; default: the whole screen.",
)
@click.option(
    "--windowed", is_flag=True, help="放在窗口里，试用时用 In a window with a frame, for trying out."
)
@click.option(
    "--log",
    default="WARNING",
    show_default=True,
    metavar="LEVEL",
    help="日志级别 DEBUG, INFO, WARNING or ERROR.",
)
def main(
    config: Path | None,
    server: tuple[str, ...],
    token: str | None,
    data: Path | None,
    printer: str | None,
    reader: str | None,
    wanted: str | None,
    windowed: bool,
    log: str,
) -> None:
    """取号机 Show the ticket kiosk of a hall and print its tickets."""
    lines = _logged(log)
    try:
        settings = load(config) if config else Config()
        beside = config.parent if config else Path()
        given = token or settings.token_file
        secret = _token(given, Path() if token else beside) if given else None
        keep = data or beside / settings.data
        trusted = trust(config, settings.ca) if config else None
        port = _port(printer, settings.printer.port)
        slot = _port(reader, settings.reader.port)
        framed = windowed or settings.screen.windowed
        wanted = wanted or settings.screen.size
        room = panel.screen()
        measure = size(wanted) if wanted else panel.fit(room) if framed else (room or panel.PORTRAIT)
    except (BadConfig, BadAddress, ValueError) as fault:
        raise Unusable(str(fault)) from fault
    _drawable(room)
    try:
        book = Book(keep)
        if secret is None:
            kept(keep)
    except Unopened as fault:
        raise Unusable(str(fault)) from fault
    except OSError as fault:
        raise Unusable(
            f"无法写入{keep}，请用--data换一个目录\n{keep} cannot be written; choose another folder with --data"
        ) from fault
    patience = settings.patience
    times = Times(idle_s=patience.idle_s, ticket_s=patience.ticket_s, noted_s=patience.noted_s)
    kiosk = Kiosk(
        times,
        scanner=settings.scanner.keyboard,
        pin=settings.service.pin,
        tall=measure[1] >= measure[0],
        loud=settings.voice.volume,
        night=settings.night.night,
        light=Backlight(shlex.split(settings.night.off), shlex.split(settings.night.on)),
    )
    kiosk.machine = Machine(server or settings.servers, keep, lines)
    condition = Condition()
    paper = _paper(port, settings.printer, kiosk, condition)
    cards = _cards(slot, settings.reader, kiosk, condition)
    voice = _voice(settings.voice.output, kiosk)
    with tempfile.TemporaryDirectory(prefix="jiaohao-kiosk-") as folder:
        window.prepare(folder, measure, windowed=framed)
        try:
            link = _link(server or settings.servers, secret, trusted)
            asyncio.run(
                _run(kiosk, link, secret or keep, (paper, cards, voice), book, condition, framed, measure)
            )
        except BaseExceptionGroup as group:
            ours, others = group.split((LineFault, ValueError))
            if ours is None or others is not None:
                raise
            raise Unusable(_first(ours)) from group
        finally:
            book.close()
    if kiosk.anew:
        _start_anew()


def _link(servers: tuple[str, ...], token: str | None, trusted: SSLContext | None) -> Link:
    if token is None:
        return Link(servers, (), NOBODY, trust=trusted)
    return Link(servers, ["hall"], token, trust=trusted)


async def _run(
    kiosk: Kiosk,
    link: Link,
    token: str | Path,
    devices: tuple[Paper, Cards, Voice],
    book: Book,
    condition: Condition,
    windowed: bool,
    measure: tuple[int, int],
) -> None:
    """`token` is the kiosk's own, or the folder for one that it makes itself."""
    heap.thrift()
    pairing = place(link, token, kiosk.tell) if isinstance(token, Path) else None
    if pairing is not None:
        condition.tell(pairing.say)
        kiosk.ail = condition.trouble
    paper, cards, voice = devices
    kiosk.join(Hall(link, kiosk.tell), paper, book, cards, voice)

    async def work() -> None:
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(link.run(), name="link")
            tasks.create_task(kiosk.run(), name="kiosk")
            if pairing is not None:
                tasks.create_task(pairing.run(), name="pairing")

    def ready() -> None:
        print(f"ready kiosk {measure[0]}x{measure[1]}", flush=True)
        heap.settle()

    await window.run(kiosk, work, windowed=windowed, ready=ready)


def _port(given: str | None, settled: str) -> str:
    """The port on the command line, or else the one in the file; BadAddress if it is none."""
    port = given if given is not None else settled
    if port != "null":
        check(port)
    return port


def _logged(level: str) -> Lines:
    """A log on standard error, and its last lines for the glass."""
    logging.basicConfig(level=level.upper(), format="%(asctime)s %(levelname)s %(name)s %(message)s")
    lines = Lines()
    logging.getLogger().addHandler(lines)
    return lines


def _start_anew() -> NoReturn:
    """The same program with the same words in place of this one, whatever has grown in this process."""
    os.execv(sys.executable, [sys.executable, "-m", "kiosk.app.main", *sys.argv[1:]])  # noqa: S606 - no shell is wanted


def _token(given: str, folder: Path) -> str:
    """The token itself: what was given, or what stands in the file of that name."""
    path = folder / given
    try:
        text = path.read_text(encoding="utf-8").strip() if path.is_file() else given
    except (OSError, UnicodeDecodeError) as fault:
        raise ValueError(
            f"无法读取令牌文件{path}，请改正权限\nthe token file {path} cannot be read; correct its rights"
        ) from fault
    if not text or any(mark.isspace() or mark in "/\\" for mark in text):
        raise ValueError(
            f"{given}既不是令牌，也不是存令牌的文件\n{given} is neither a token nor a file with one"
        )
    return text


def _drawable(room: tuple[int, int] | None) -> None:
    """Raises Unusable where nobody would see what is drawn, or there is nothing to write with."""
    if panel.unseen(room):
        raise Unusable(NO_SCREEN.format(os.environ.get("DISPLAY") or "-"))
    weights: tuple[Weight, ...] = ("regular", "bold")
    for weight in weights:
        if not font(weight).is_file():
            name = font(weight).name
            raise Unusable(
                f"缺少字体{name}，请重新安装jiaohao\nthe font {name} is missing; install jiaohao again"
            )


def _paper(port: str, settings: PrinterConfig, kiosk: Kiosk, condition: Condition) -> Paper:
    if port == "null":
        return NullPaper(kiosk.tell)

    def changed(health: Health) -> None:
        condition.part("printer", health)
        kiosk.tell(told(health))

    line = Line(lambda: open_port(port, settings.line), name=port)
    line.on_fault = _line_fault
    printer = Printer(
        line,
        settings.printer(),
        baud=settings.baud,
        logo=settings.logo,
        health_changed=changed,
    )
    changed(printer.health)  # until it is there it is not
    return SerialPaper(printer, kiosk.tell, port)


def _line_fault(fault: LineFault) -> None:
    """Into the log that a technician reads: the port of printer or reader cannot be had, and what to do."""
    _log.warning("%s", fault.said)


def _cards(port: str, settings: ReaderConfig, kiosk: Kiosk, condition: Condition) -> Cards:
    if port == "null":
        return NoCards()

    def changed(health: Health) -> None:
        condition.part("reader", health)
        ready = health is Health.READY
        kiosk.tell(ReaderChanged(ready, None if ready else str(health)))

    line = Line(lambda: open_port(port, settings.line), name=port)
    line.on_fault = _line_fault
    reader = CardReader(line, health_changed=changed)
    changed(reader.health)  # until it is there it is not
    return SerialCards(reader, kiosk.tell)


def _voice(output: str, kiosk: Kiosk) -> Voice:
    return Mute() if output == "null" else Prompter(player(output), kiosk.tell)


def _first(faults: BaseExceptionGroup[BaseException]) -> str:
    """The sentence of the first fault in a group of groups."""
    first = faults.exceptions[0]
    return _first(first) if isinstance(first, BaseExceptionGroup) else str(first)


if __name__ == "__main__":
    sys.exit(main())
