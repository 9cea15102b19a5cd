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
import json
import signal
import sys
from collections.abc import Mapping
from pathlib import Path
from ssl import SSLContext

from devices.agent import printer
from devices.agent.config import Config, load, token
from devices.agent.counter import Counter
from devices.agent.place import Place
from devices.codec.profile.file import BadProfile, names
from devices.codec.profile.printer import named
from devices.driver.logo import BadLogo
from devices.transport.address import check
from devices.transport.error import BadAddress, LineFault
from devices.transport.line import together
from queue_server.client.keep import kept
from queue_server.client.link import Link
from queue_server.client.pairing import NOBODY
from queue_server.client.setting import BadConfig
from queue_server.client.trust import trust


def tell(fact: Mapping[str, object]) -> None:
    """One line of JSON on standard output."""
    print(json.dumps(fact, ensure_ascii=False), flush=True)


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
        place.leave = counter.leave
        jobs = [link.run(), counter.run(), place.run(), _placed(place, config)]
    else:
        link = Link(config.servers, topics, secret, config.language, trust=trusted)
        counter = Counter(config, link, tell)
        jobs = [link.run(), counter.run(), _ready(link, config)]
    link.on_state(lambda state: tell({"server": state, "fault": link.fault and link.fault[0]}))
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
        raise BadConfig(folder, [f"no token can be kept here ({fault.strerror}); correct data"]) from fault


async def _ready(link: Link, config: Config) -> None:
    await link.reach("live")
    print(f"ready {config.servers[0]}", flush=True)


async def _placed(place: Place, config: Config) -> None:
    await place.placed.wait()
    print(f"ready {config.servers[0]}", flush=True)


def options() -> argparse.ArgumentParser:
    """The command line: the program, and what is done once by hand instead."""
    parser = argparse.ArgumentParser(
        prog="jiaohao-devices", description="Keypads, callers and LED bars of a hall."
    )
    parser.add_argument("--config", type=Path, default=Path("devices.toml"), help="devices.toml")
    tasks = parser.add_subparsers(dest="task", title="by hand", metavar="TASK")
    test = tasks.add_parser("test", help="print a printer's test page")
    test.add_argument("--name", default="", help="what the printer is called; stands large on the page")
    test.add_argument("--logo", action="store_true", help="with the logo in its memory")
    logo = tasks.add_parser("logo", help="put a logo into a printer's memory: once, since each time wears it")
    logo.add_argument("file", type=Path, help="picture, PNG or JPEG")
    for task in (test, logo):
        task.add_argument("--printer", required=True, metavar="PORT", help="device or socket://host:port")
        task.add_argument("--baud", type=int, default=9600)
        task.add_argument("--model", default="escpos-80", help=", ".join(names("printer")))
    return parser


def _by_hand(chosen: argparse.Namespace) -> int:
    """Exit status 0 if the printer says that it is done, 1 if it does not."""
    check(chosen.printer)
    port, baud, model = chosen.printer, chosen.baud, named(chosen.model)
    if chosen.task == "logo":
        return 0 if asyncio.run(printer.store(port, baud, model, chosen.file, tell=tell)) else 1
    name = chosen.name or port
    return 0 if asyncio.run(printer.test(port, baud, model, name, logo=chosen.logo, tell=tell)) else 1


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
