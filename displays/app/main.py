"""`jiaohao-display --config display.toml voice`: a small box that speaks the calls of a board's zones.

Without a token it makes its own and prints the code by which an administrator gives it its board: {"code": "482913"}. Prints
`ready <server>` once the server's feed is there, then one JSON line for every call that was spoken, was late or could not be
spoken. Ends on SIGTERM or SIGINT. Exit status 2: the configuration can not be used, with a sentence for each fault on standard
error.
"""

import argparse
import asyncio
import contextlib
import json
import signal
import sys
from collections.abc import Mapping
from pathlib import Path
from ssl import SSLContext

from displays.app.box import Box
from displays.app.config import Config, load, token
from displays.voice.player import player
from displays.voice.render import Render
from displays.voice.speaker import Speaker
from queue_server.client.keep import kept
from queue_server.client.link import Link
from queue_server.client.pairing import NOBODY, Pairing
from queue_server.client.setting import BadConfig
from queue_server.client.trust import trust
from queue_server.wire.view import DeviceRecord


def tell(fact: Mapping[str, object]) -> None:
    """One line of JSON on standard output."""
    print(json.dumps(fact, ensure_ascii=False), flush=True)


def options() -> argparse.ArgumentParser:
    """The command line."""
    parser = argparse.ArgumentParser(prog="jiaohao-display", description="语音盒 Voice boxes of a hall.")
    parser.add_argument("--config", type=Path, default=Path("display.toml"), help="display.toml")
    tasks = parser.add_subparsers(dest="task", metavar="TASK", required=True)
    tasks.add_parser("voice", help="播报叫号 speak the calls of a board's zones")
    return parser


async def serve(config: Config, secret: str | Path, trusted: SSLContext | None = None) -> None:
    """Speaks until it is told to end; `secret` is its token, or the folder for one that it makes itself. Raises OSError."""
    voice = config.voice
    link = Link(config.servers, (), NOBODY, trust=trusted)
    speaker = Speaker(Render(), player(voice.output), voice.languages, voice.one)
    box = Box(voice, link, speaker, tell)
    placed = asyncio.Event()
    pairing: Pairing | None = None
    if isinstance(secret, Path):
        pairing = _pairing(link, box, secret, placed)
    else:
        assert voice.display is not None  # load() saw to it
        link.become(secret, (f"board:{voice.display}",))
        box.hear(voice.display)
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


def _pairing(link: Link, box: Box, folder: Path, placed: asyncio.Event) -> Pairing:
    def seen(record: DeviceRecord) -> None:
        if record.code is not None:
            placed.clear()
            tell({"code": record.code, "until": record.code_until and record.code_until.isoformat()})
        elif record.display is not None:
            tell({"placed": record.name, "display": record.display})
            box.hear(record.display)
            placed.set()

    def topics(record: DeviceRecord) -> tuple[str, ...]:
        return () if record.display is None else (f"board:{record.display}",)

    pairing = Pairing(link, "display", "voice", folder, topics=topics, tell=seen)
    pairing.say("ready")
    box.ail = lambda fault: pairing.say("ready" if fault is None else "degraded", fault)
    return pairing


def main() -> int:
    """The program; its exit status."""
    asked = options().parse_args()
    try:
        config = load(asked.config)
        secret = token(asked.config, config)
        folder = asked.config.parent / config.data
        trusted = trust(asked.config, config.ca)
        if secret is None:
            kept(folder)
        asyncio.run(serve(config, secret or folder, trusted))
    except BadConfig as fault:
        print(fault, file=sys.stderr)
        return 2
    except OSError as fault:
        print(f"{asked.config}: no token can be kept ({fault.strerror}); correct data", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
