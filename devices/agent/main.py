"""`jiaohao-devices --config devices.toml`: the counter's keypads, callers, pads, number displays and LED bars.

Without a token it makes its own and prints the code by which an administrator gives it its windows: {"code": "482913"}.
Prints `ready <server>` once the server's feed is there, then one JSON line for every change of a device's health, for
every reason why a port can not be had, for everything that was refused and, each minute, for what was dropped. Ends on
SIGTERM or SIGINT. Exit status 2: the configuration or a port can not be used, with a sentence for each fault on standard
error.
"""

import argparse
import asyncio
import contextlib
import signal
import sys
from collections.abc import Coroutine, Mapping
from importlib.metadata import version
from pathlib import Path
from ssl import SSLContext

from devices.agent import entry, find, labels, learn, printer
from devices.agent.config import Config, load, token
from devices.agent.counter import Counter
from devices.agent.place import Place
from devices.agent.walk import Walk
from devices.codec.profile.file import BadProfile, names
from devices.codec.profile.printer import named
from devices.driver.logo import BadLogo
from devices.transport.address import check
from devices.transport.error import BadAddress, LineFault
from devices.transport.line import together
from devices.transport.tty import Settings
from queue_server.client.keep import kept
from queue_server.client.link import Link
from queue_server.client.news import tell
from queue_server.client.pairing import NOBODY
from queue_server.client.setting import BadConfig, unkept, unwritten
from queue_server.client.standing import follow
from queue_server.client.trust import trust

PORT = "端口或socket://地址:端口 device or socket://host:port"
BAUD = "波特率 bits a second (%(default)s)"


async def serve(config: Config, secret: str | Path, trusted: SSLContext | None = None) -> None:
    """Runs the agent until it is told to end; `secret` is its token, or the folder for one that it makes itself.

    `trusted` tells who may be a server that is asked by https.

    Raises a LineFault for a port that can not be had, OSError for a token that can not be kept.
    """
    topics = [f"window:{window}" for window in config.windows]
    if isinstance(secret, Path):
        link = Link(config.servers, (), NOBODY, config.language, trust=trusted)
        place = Place(config, link, secret, tell)
        counter = Counter(config, link, place.tell)
        place.settle, place.leave = counter.settle, counter.leave
        jobs = [link.run(), counter.run(), place.run(), _placed(place, config)]
    else:
        link = Link(config.servers, topics, secret, config.language, trust=trusted)
        counter = Counter(config, link, tell)
        jobs = [link.run(), counter.run(), _ready(link, config)]
    follow(link, tell)
    work = asyncio.ensure_future(together(*jobs))
    if sys.platform != "win32":  # there the console's own interruption ends the program
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, work.cancel)
    with contextlib.suppress(asyncio.CancelledError):
        await work


def _keep(folder: Path) -> None:
    """Have a token in the folder before any port is opened. BadConfig if it can not be kept."""
    try:
        kept(folder)
    except OSError as fault:
        raise BadConfig(folder, [unkept(fault)]) from fault


async def _ready(link: Link, config: Config) -> None:
    await link.reach("live")
    tell(f"ready {config.servers[0]}")


async def _placed(place: Place, config: Config) -> None:
    await place.placed.wait()
    tell(f"ready {config.servers[0]}")


EXAMPLES = """examples 例:
  jiaohao-devices --config /etc/jiaohao/devices.toml
  jiaohao-devices test --printer /dev/serial/by-id/usb-printer --name 大厅1号机
  jiaohao-devices find
  jiaohao-devices --config /etc/jiaohao/devices.toml find --window 3 --window 4
  jiaohao-devices --config /etc/jiaohao/devices.toml walk
  jiaohao-devices --config /etc/jiaohao/devices.toml labels > labels.html
  jiaohao-devices learn /dev/ttyUSB0 --baud 9600 --record keys.txt > ours.toml

exit status 退出码: 0 done 做完; 1 not done, the device's doing 设备没有做到; 2 cannot be used 设置或端口不能用
"""


def options() -> argparse.ArgumentParser:
    """The command line: the program, and what is done once by hand instead."""
    parser = argparse.ArgumentParser(
        prog="jiaohao-devices",
        description="呼叫器、评价器、窗口屏 Keypads, callers and LED bars of a hall.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"%(prog)s, version {version('jiaohao')}")
    parser.add_argument(
        "--config",
        type=Path,
        default=Path("devices.toml"),
        metavar="FILE",
        help="配置文件 settings file (devices.toml)",
    )
    tasks = parser.add_subparsers(dest="task", title="by hand 手工", metavar="TASK")
    test = _task(tasks, "test", "打印测试页 print a printer's test page")
    test.add_argument(
        "--name",
        default="",
        help="打印机的名称，大字印在纸上 what the printer is called; stands large on the page",
    )
    test.add_argument("--logo", action="store_true", help="连标志一起印 with the logo in its memory")
    logo = _task(tasks, "logo", "存标志 put a logo into a printer's memory: once, since each time wears it")
    logo.add_argument("file", type=Path, help="图片 picture, PNG or JPEG")
    for task in (test, logo):
        task.add_argument("--printer", required=True, metavar="PORT", help=PORT)
        task.add_argument("--baud", type=int, default=9600, help=BAUD)
        task.add_argument(
            "--model", default="escpos-80", help="型号 its model: " + ", ".join(names("printer"))
        )
    _find(_task(tasks, "find", "认端口和评价器 which port is what, which keypad is which window's"))
    walk = _task(tasks, "walk", "各屏显示窗口号，说出按的键 displays show their window, keys are told")
    walk.add_argument(
        "--seconds",
        type=float,
        default=300.0,
        help="最多几秒，每个评价器都按过就结束 how long; it ends once every keypad was heard",
    )
    _task(tasks, "labels", "接线表和标签，A4网页 wiring and labels, as HTML for A4")
    _learn(_task(tasks, "learn", "录下按键，推断型号文件 record keys and propose a profile"))
    return parser


def _task(
    tasks: "argparse._SubParsersAction[argparse.ArgumentParser]", name: str, text: str
) -> argparse.ArgumentParser:
    return tasks.add_parser(name, help=text, description=text)


def _find(task: argparse.ArgumentParser) -> None:
    task.description = (
        "列出串口，问每个端口接的是什么（只问无害的问题），窗口屏亮出编号、问挂在几号窗口，再请人按各窗口的评价器，"
        "问过以后写进devices.toml，原有内容不动。"
        " Lists the serial ports, asks each what is there (harmless questions only), has each bar show a number and asks"
        " at which window it hangs, has a key pressed on each window's keypad, and adds them to devices.toml after a yes."
        " End the programs that use the ports first."
    )
    task.add_argument(
        "port",
        metavar="PORT",
        nargs="*",
        help=f"{PORT}; 不写就问本机全部端口 without one, all of this machine",
    )
    task.add_argument(
        "--window",
        action="append",
        default=[],
        metavar="W",
        help="找几号窗口的评价器，可重复 its keypad is looked for; may be repeated",
    )
    task.add_argument(
        "--seconds", type=float, default=60.0, help="每个键等几秒 how long each key is waited for"
    )
    task.add_argument(
        "--yes",
        action="store_true",
        help="不问就写入，也不问屏挂在哪里 write without asking; nobody is asked where bars hang either",
    )


def _learn(task: argparse.ArgumentParser) -> None:
    task.description = (
        "录下一个端口的字节，推断帧头、帧尾、长度和校验，印出型号文件（TOML）。不要用在身份证阅读器上。"
        " Records what comes over a port and proposes a profile: start, end, length and check value."
        " Not for readers of identity cards."
    )
    task.add_argument("port", metavar="PORT", help=PORT)
    task.add_argument("--baud", type=int, default=9600, help=BAUD)
    task.add_argument(
        "--parity", choices=("N", "E", "O"), default="N", help="校验位 parity bit (%(default)s)"
    )
    task.add_argument(
        "--seconds",
        type=float,
        default=60.0,
        help="听几秒，Ctrl-C也结束 how long it listens; Ctrl-C ends it too",
    )
    task.add_argument(
        "--record",
        type=Path,
        metavar="FILE",
        help="把字节连时间存成十六进制 keep the bytes in hex, with their seconds",
    )


def _by_hand(chosen: argparse.Namespace) -> int:
    """Exit status 0 if it is done, 1 if the device did not do its part."""
    match chosen.task:
        case "find":
            return _found(chosen)
        case "walk":
            return _status(_walk(load(chosen.config), chosen.seconds))
        case "labels":
            _printed(labels.sheet(load(chosen.config)))
            return 0
        case "learn":
            return _learned(chosen)
        case "logo":
            check(chosen.printer)
            return _status(
                printer.store(chosen.printer, chosen.baud, named(chosen.model), chosen.file, tell=tell)
            )
        case _:
            check(chosen.printer)
            model, name = named(chosen.model), chosen.name or chosen.printer
            return _status(
                printer.test(chosen.printer, chosen.baud, model, name, logo=chosen.logo, tell=tell)
            )


async def _walk(config: Config, seconds: float) -> bool:
    return await Walk(config, tell).run(seconds)


def _found(chosen: argparse.Namespace) -> int:
    for port in chosen.port:
        check(port)
    if chosen.window:
        entry.ready(chosen.config)
    ports = chosen.port or find.listed(tell=tell)
    if not ports:
        find.both(_said, "find_none")
        return 1
    which = None if chosen.yes else _which
    lost: list[Mapping[str, object]] = []

    def heard(fact: Mapping[str, object]) -> None:
        lost.extend([fact] if "fault" in fact and fact["port"] in chosen.port else [])
        tell(fact)

    found = asyncio.run(find.find(ports, chosen.window, chosen.seconds, tell=heard, speak=_said, which=which))
    if found:
        _said(entry.entries(found))
        if not chosen.yes and not _yes(chosen.config):
            return 1
        entry.write(chosen.config, found)
    keypads = [each for each in found if isinstance(each, entry.Keypad)]
    return 0 if len(keypads) == len(chosen.window) and not lost else 1


def _which(number: int) -> str:
    """Asked while nothing else goes on: Ctrl-C is not the loop's then, and ends the program at once."""
    find.both(_said, "find_bar", number=str(number))
    earlier = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        return sys.stdin.readline()
    finally:
        signal.signal(signal.SIGINT, earlier)


def _yes(file: Path) -> bool:
    find.both(_said, "find_write", file=str(file))
    return sys.stdin.readline().strip().lower() in ("y", "yes", "是")


def _learned(chosen: argparse.Namespace) -> int:
    settings = Settings(baud=chosen.baud, parity=chosen.parity)
    heard = asyncio.run(learn.record(chosen.port, settings, chosen.seconds, tell=_said))
    found = learn.propose(heard, settings, tell=_said)
    try:
        _printed(found or "")
    finally:  # one of the two may have room where the other has none
        if chosen.record is not None:
            learn.keep(heard, chosen.record)
    return 1 if found is None else 0


def _printed(text: str) -> None:
    """A result on standard output. BadConfig if it cannot be written whole, as where that is a file on a full disk."""
    try:
        print(text, end="", flush=True)
    except OSError as fault:
        raise BadConfig(Path("stdout"), [unwritten(fault)]) from fault


def _status(done: Coroutine[None, None, bool]) -> int:
    return 0 if asyncio.run(done) else 1


def _said(sentence: str) -> None:
    """For the one who installs; standard output is the result's alone."""
    print(sentence, file=sys.stderr, flush=True)


def main(arguments: list[str] | None = None) -> None:
    """The program."""
    chosen = options().parse_args(arguments)
    try:
        if chosen.task is not None:
            sys.exit(_by_hand(chosen))
        config = load(chosen.config)
        folder = chosen.config.parent / config.data
        secret = token(chosen.config, config)
        trusted = trust(chosen.config, config.ca)
        if secret is None:
            _keep(folder)
        asyncio.run(serve(config, secret or folder, trusted))
    except (BadConfig, BadAddress, BadProfile, BadLogo, LineFault) as fault:
        print(fault, file=sys.stderr)
        sys.exit(2)
    except KeyboardInterrupt:
        sys.exit(0)


if __name__ == "__main__":
    main()
