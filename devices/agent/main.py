"""`jiaohao-devices --config devices.toml`: the counter's keypads, callers and LED bars.

Prints `ready <server>` once the server's feed is there, then one JSON line for every change of a device's health and
for everything that was refused. Ends on SIGTERM or SIGINT. Exit status 2: the configuration or a port can not be used,
with a sentence for each fault on standard error.
"""

import argparse
import asyncio
import contextlib
import json
import signal
import sys
from collections.abc import Mapping
from pathlib import Path

from devices.agent.config import BadConfig, Config, load, token
from devices.agent.counter import Counter
from devices.transport.error import LineFault
from devices.transport.line import together
from queue_server.client.link import Link


def tell(fact: Mapping[str, object]) -> None:
    """One line of JSON on standard output."""
    print(json.dumps(fact, ensure_ascii=False), flush=True)


async def serve(config: Config, secret: str) -> None:
    """Runs the agent until it is told to end. Raises a LineFault for a port that can not be had."""
    topics = [f"window:{window}" for window in config.windows]
    link = Link(config.servers, topics, secret, config.language)
    counter = Counter(config, link, tell)
    link.on_state(lambda state: tell({"server": state, "fault": link.fault and link.fault[0]}))
    work = asyncio.ensure_future(together(link.run(), counter.run(), _ready(link, config)))
    if sys.platform != "win32":  # there the console's own interruption ends the program
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, work.cancel)
    with contextlib.suppress(asyncio.CancelledError):
        await work


async def _ready(link: Link, config: Config) -> None:
    await link.reach("live")
    print(f"ready {config.servers[0]}", flush=True)


def main(arguments: list[str] | None = None) -> None:
    """The program."""
    parser = argparse.ArgumentParser(
        prog="jiaohao-devices", description="Keypads, callers and LED bars of a hall."
    )
    parser.add_argument("--config", type=Path, default=Path("devices.toml"), help="devices.toml")
    chosen = parser.parse_args(arguments)
    try:
        config = load(chosen.config)
        asyncio.run(serve(config, token(chosen.config, config)))
    except (BadConfig, LineFault) as fault:
        print(fault, file=sys.stderr)
        sys.exit(2)
    except KeyboardInterrupt:
        sys.exit(0)


if __name__ == "__main__":
    main()
