"""`jiaohao-display --config display.toml voice`: a small box that speaks the calls of a loudspeaker's zones.
`jiaohao-display clips FOLDER` checks the recordings that a hall made for it, and joins a call from them.

Without a token it makes its own and prints the code by which an administrator gives it its place: {"code": "482913"}. Prints
`ready <server>` once the server's feed is there, then one JSON line for every call that was spoken, was late or could not be
spoken. Ends on SIGTERM or SIGINT. Exit status 2: the configuration can not be used, with a sentence for each fault on standard
error; 1: so with the clips.
"""

import argparse
import asyncio
import contextlib
import json
import signal
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from ssl import SSLContext

from displays.app.box import Box
from displays.app.config import Config, load, token
from displays.model.announcer import Call
from displays.voice.pack import BadPack, Voice
from displays.voice.pack import load as load_pack
from displays.voice.player import player
from displays.voice.render import NoVoice, Render
from displays.voice.sound import written
from displays.voice.speaker import Speaker
from displays.voice.words import Unspeakable, utterance
from queue_server.client.keep import kept
from queue_server.client.link import Link
from queue_server.client.pairing import NOBODY, Pairing
from queue_server.client.setting import BadConfig
from queue_server.client.trust import trust
from queue_server.wire.ids import WindowId, ZoneId
from queue_server.wire.view import DeviceRecord


def tell(fact: Mapping[str, object]) -> None:
    """One line of JSON on standard output."""
    print(json.dumps(fact, ensure_ascii=False), flush=True)


def options() -> argparse.ArgumentParser:
    """The command line."""
    parser = argparse.ArgumentParser(prog="jiaohao-display", description="语音盒 Voice boxes of a hall.")
    parser.add_argument("--config", type=Path, default=Path("display.toml"), help="display.toml")
    tasks = parser.add_subparsers(dest="task", metavar="TASK", required=True)
    tasks.add_parser("voice", help="播报叫号 speak the calls of a loudspeaker's zones")
    clips = tasks.add_parser("clips", help="检查录音 check a folder of clips, and join a call from them")
    clips.add_argument("folder", type=Path, help="WAV files named by their pinyin, such as ling2.wav")
    clips.add_argument("--number", default="A012", help="the call to join: its number")
    clips.add_argument("--window", default="3", help="and its window")
    clips.add_argument(
        "--out", type=Path, help="the file that it is written to; without it nothing is joined"
    )
    return parser


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
        print(f"{out} cannot be written ({fault.strerror})", file=sys.stderr)
        return 1
    print(f"{folder}：录音齐全，响度一致。 all clips are there, equally loud.")
    return 0


async def serve(config: Config, secret: str | Path, voice: Voice, trusted: SSLContext | None = None) -> None:
    """Speaks until it is told to end; `secret` is its token, or the folder for one that it makes itself. Raises OSError."""
    settings = config.voice
    link = Link(config.servers, (), NOBODY, trust=trusted)
    box = Box(link, Speaker(voice, player(settings.output)), tell)
    placed = asyncio.Event()
    pairing: Pairing | None = None
    if isinstance(secret, Path):
        pairing = _pairing(link, box, secret, placed)
    else:
        assert settings.loudspeaker is not None  # load() saw to it
        link.become(secret, (f"voice:{settings.loudspeaker}",))
        box.hear(settings.loudspeaker)
        placed.set()
    link.on_state(lambda state: tell({"server": state, "fault": link.fault and link.fault[0]}))

    async def work() -> None:
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(link.run(), name="link")
            tasks.create_task(box.run(), name="box")
            if pairing is not None:
                tasks.create_task(pairing.run(), name="pairing")
            await placed.wait()
            await link.reach("live")
            print(f"ready {config.servers[0]}", flush=True)

    running = asyncio.ensure_future(work())
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


def _pairing(link: Link, box: Box, folder: Path, placed: asyncio.Event) -> Pairing:
    def seen(record: DeviceRecord) -> None:
        if record.code is not None:
            placed.clear()
            tell({"code": record.code, "until": record.code_until and record.code_until.isoformat()})
        elif record.loudspeaker is not None:
            tell({"placed": record.name, "display": record.display, "loudspeaker": record.loudspeaker})
            box.hear(record.loudspeaker)
            placed.set()
        elif record.display is not None:
            hint = f"no loudspeaker is beside {record.display}; write one at that display, or place the box elsewhere"
            tell({"placed": record.name, "display": record.display, "fault": hint})
            pairing.say("degraded", "no loudspeaker is beside its display")

    def topics(record: DeviceRecord) -> tuple[str, ...]:
        return () if record.loudspeaker is None else (f"voice:{record.loudspeaker}",)

    pairing = Pairing(link, "display", "voice", folder, topics=topics, tell=seen)
    pairing.say("ready")
    box.ail = lambda fault: pairing.say("ready" if fault is None else "degraded", fault)
    return pairing


def main() -> int:
    """The program; its exit status."""
    asked = options().parse_args()
    if asked.task == "clips":
        return clips(asked.folder, asked.number, asked.window, asked.out)
    try:
        config = load(asked.config)
        secret = token(asked.config, config)
        folder = asked.config.parent / config.data
        trusted = trust(asked.config, config.ca)
        if secret is None:
            kept(folder)
        asyncio.run(serve(config, secret or folder, _voice(asked.config, config), trusted))
    except (BadConfig, BadPack) as fault:
        print(fault, file=sys.stderr)
        return 2
    except OSError as fault:
        print(f"{asked.config}: no token can be kept ({fault.strerror}); correct data", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
