"""`jiaohao-display --config display.toml voice`: a small box that speaks the calls of a loudspeaker's zones.
`jiaohao-display --config display.toml led`: the hall's LED panels, which show them.
`jiaohao-display clips FOLDER` checks the recordings that a hall made for it, and joins a call from them.

Without a token it makes its own and prints the code by which an administrator gives it its place: {"code": "482913"}. Prints
`ready <server>` once the server's feed is there, then one JSON line for every call that was spoken, was late or could not be
spoken, or that a panel says it shows, and whenever it becomes the voice's turn to speak or another's. Ends on SIGTERM or SIGINT.
Exit status 2: the configuration or a port can not be used, with a sentence for each fault on standard error; 1: so with the clips.
"""

import argparse
import asyncio
import contextlib
import signal
import sys
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from ssl import SSLContext
from typing import Protocol

from devices.driver.voice.player import player
from devices.driver.voice.render import NoVoice, Render
from devices.driver.voice.sound import written
from devices.driver.voice.speech import Unspeakable
from devices.transport.error import LineFault
from devices.transport.line import together
from displays.app.box import Box
from displays.app.config import Config, Task, home, load, token
from displays.app.wall import Wall
from displays.model.announcer import Call
from displays.voice.pack import BadPack, Voice
from displays.voice.pack import load as load_pack
from displays.voice.speaker import Speaker
from displays.voice.words import utterance
from queue_server.client.keep import kept
from queue_server.client.link import Link
from queue_server.client.news import tell, waits
from queue_server.client.pairing import NOBODY, Pairing
from queue_server.client.setting import BadConfig, unkept
from queue_server.client.standing import follow
from queue_server.client.trust import trust
from queue_server.wire.device import DeviceRecord
from queue_server.wire.fault import cause
from queue_server.wire.ids import WindowId, ZoneId

EXAMPLES = """examples 例:
  jiaohao-display --config /etc/jiaohao/display.toml voice
  jiaohao-display --config /etc/jiaohao/display.toml led
  jiaohao-display clips recordings --number A012 --window 3 --out call.wav

没有令牌时打印代码，在服务器上安置 Without a token it prints a code; on the server:
  jiaohao-server device place CODE --display west

exit status 退出码: 1 the clips cannot be used 录音不能用; 2 settings or a port cannot be used 设置或端口不能用
"""


def options() -> argparse.ArgumentParser:
    """The command line."""
    parser = argparse.ArgumentParser(
        prog="jiaohao-display",
        description="语音盒和LED屏 Voice boxes and LED panels of a hall.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"%(prog)s, version {version('jiaohao')}")
    parser.add_argument(
        "--config",
        type=Path,
        default=Path("display.toml"),
        metavar="FILE",
        help="配置文件 settings file (display.toml)",
    )
    tasks = parser.add_subparsers(dest="task", metavar="TASK", required=True)
    _task(tasks, "voice", "播报叫号 speak the calls of a loudspeaker's zones")
    _task(tasks, "led", "LED屏显示叫号 show the calls of boards on LED panels")
    clips = _task(tasks, "clips", "检查录音 check a folder of clips, and join a call from them")
    clips.add_argument(
        "folder", type=Path, help="WAV文件，以拼音命名 WAV files named by their pinyin, such as ling2.wav"
    )
    clips.add_argument(
        "--number", default="A012", metavar="N", help="试听哪个号 the call to join: its number"
    )
    clips.add_argument("--window", default="3", metavar="W", help="到几号窗口 and its window")
    clips.add_argument(
        "--out",
        type=Path,
        metavar="FILE",
        help="写到哪个文件，不写就只检查 the file that it is written to; without it nothing is joined",
    )
    return parser


def _task(
    tasks: "argparse._SubParsersAction[argparse.ArgumentParser]", name: str, text: str
) -> argparse.ArgumentParser:
    return tasks.add_parser(name, help=text, description=text)


def clips(folder: Path, number: str, window: str, out: Path | None) -> int:
    """Check a pack and join a call from it; the exit status."""
    try:
        pack = load_pack(folder)
        call = Call(0, number, WindowId(window), ZoneId(""), datetime.now(UTC))
        if out is not None:
            out.write_bytes(written(pack.joined(utterance(call, "zh").said)))
    except (BadPack, NoVoice, Unspeakable) as fault:
        print(fault, file=sys.stderr)
        return 1
    except OSError as fault:
        print(f"{out}: 写不了（{cause(fault)}）", file=sys.stderr)
        print(f"{out}: it cannot be written ({fault.strerror})", file=sys.stderr)
        return 1
    print(f"{folder}：录音齐全，响度一致。 all clips are there, equally loud.")
    return 0


class Program(Protocol):
    """What is done with calls."""

    ail: Callable[[str | None], None]
    """Told what is wrong, and None when nothing is."""

    def hear(self, place: str) -> None:
        """The loudspeaker or display that it follows from now on."""

    async def run(self) -> None:
        """Does it until cancelled."""


async def serve(
    server: str, link: Link, program: Program, secret: str | Path, task: Task, named: tuple[str, ...]
) -> None:
    """Runs a program until it is told to end. Raises OSError; and PortBusy or PortDenied if a port can not be had at the start.

    `secret` is its token, for the places that are `named`, or the folder for a token that it makes itself.
    """
    placed = asyncio.Event()
    pairing: Pairing | None = None
    if isinstance(secret, Path):
        pairing = _pairing(link, program, secret, task, placed)
    else:
        link.become(secret, tuple(f"{TOPICS[task]}:{place}" for place in named))
        for place in named:
            program.hear(place)
        placed.set()
    follow(link, tell)

    async def announced() -> None:
        await placed.wait()
        await link.reach("live")
        tell(f"ready {server}")

    jobs = [link.run(), program.run(), announced()]
    if pairing is not None:
        jobs.append(pairing.run())
    running = asyncio.ensure_future(together(*jobs))
    if sys.platform != "win32":  # there the console's own interruption ends the program
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, running.cancel)
    with contextlib.suppress(asyncio.CancelledError):
        await running


def _voice(path: Path, config: Config) -> Voice:
    """The hall's own, or the synthesiser. Raises BadPack."""
    synthesiser = Render()
    own = config.voice.clips
    return synthesiser if own is None else load_pack(path.parent / own).beside(synthesiser)


def _pairing(link: Link, program: Program, folder: Path, task: Task, placed: asyncio.Event) -> Pairing:
    told: Mapping[str, object] = {}

    def news(fact: Mapping[str, object]) -> None:
        """The record is another with every word of the device's health; its place is told when it is another."""
        nonlocal told
        if fact != told:
            tell(fact)
        told = fact

    def seen(record: DeviceRecord) -> None:
        if record.code is not None:
            placed.clear()
            news(waits(record))
            return
        place, fact = _place(task, record), {"placed": record.name, "display": record.display}
        if place is not None:
            news(fact | ({"loudspeaker": place} if task == "voice" else {}))
            program.hear(place)
            placed.set()
        elif record.display is not None:
            said = (
                f"屏幕{record.display}旁没有喇叭；请在那块屏幕写上喇叭，或把语音盒安置到别处 "
                f"no loudspeaker is beside {record.display}; write one at that display, or place the box elsewhere"
            )
            news(fact | {"said": said})
            pairing.say("degraded", "屏幕旁没有喇叭 no loudspeaker beside its display")

    def topics(record: DeviceRecord) -> tuple[str, ...]:
        place = _place(task, record)
        return () if place is None else (f"{TOPICS[task]}:{place}",)

    pairing = Pairing(link, "display", task, folder, topics=topics, tell=seen)
    pairing.say("ready")
    program.ail = lambda fault: pairing.say("ready" if fault is None else "degraded", fault)
    return pairing


def _place(task: Task, record: DeviceRecord) -> str | None:
    return record.loudspeaker if task == "voice" else record.display


def _speaks(path: Path, config: Config) -> Callable[[Link], Program]:
    """The voice box. Raises BadPack."""
    speaker = Speaker(_voice(path, config), player(config.voice.output))
    return lambda link: Box(link, speaker, tell)


def _shows(path: Path, config: Config) -> Callable[[Link], Program]:  # noqa: ARG001 - as a voice box is made
    """The panels."""
    return lambda link: Wall(config.panels, link, tell)


TOPICS: Mapping[Task, str] = {"voice": "voice", "led": "board"}
"""What of the feed each follows."""
PROGRAMS = {"voice": _speaks, "led": _shows}


async def _run(
    config: Config,
    task: Task,
    made: Callable[[Link], Program],
    secret: str | Path,
    trusted: SSLContext | None,
) -> None:
    link = Link(config.servers, (), NOBODY, trust=trusted)
    await serve(config.servers[0], link, made(link), secret, task, config.places(task))


def main() -> int:
    """The program; its exit status."""
    asked = options().parse_args()
    if asked.task == "clips":
        return clips(asked.folder, asked.number, asked.window, asked.out)
    task: Task = asked.task
    try:
        config = load(asked.config, task)
        secret: str | Path | None = token(asked.config, config)
        trusted = trust(asked.config, config.ca)
        if secret is None:
            secret = home(asked.config, config, task)
            kept(secret)
        made = PROGRAMS[task](asked.config, config)
        asyncio.run(_run(config, task, made, secret, trusted))
    except (BadConfig, BadPack, LineFault) as fault:
        print(fault, file=sys.stderr)
        return 2
    except OSError as fault:
        print(BadConfig(asked.config, [unkept(fault)]), file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
