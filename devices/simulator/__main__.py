"""`python -m devices.simulator DEVICE --link PATH --out DIR`: one simulated device as a program.

Prints `ready PATH` once it can be opened; then takes commands on standard input (`unplug`, `replug`, `slow BAUD`,
`slow off`, `quit` and the device's own, which any other word tells) and prints what it sees as JSON, one fact a line.
Everything it shows is simulated. It ends on SIGTERM, SIGINT or `quit`, and when a pipe on its standard input closes.
"""

import argparse
import asyncio
import json
import os
import signal
import stat
import sys
from functools import partial
from pathlib import Path

from devices.codec.ddp.packet import PORT as DDP_PORT
from devices.codec.profile import digits
from devices.codec.profile.file import BadProfile
from devices.codec.profile.printer import named as model
from devices.codec.profile.shape import named
from devices.simulator.bar import VirtualBar
from devices.simulator.bus import VirtualBus
from devices.simulator.caller import VirtualCaller
from devices.simulator.core import Core, Fact, Refused
from devices.simulator.digits import VirtualDigits
from devices.simulator.dots import VirtualDots
from devices.simulator.mount import PtyMount, TcpMount, UdpMount
from devices.simulator.pad import VirtualPad
from devices.simulator.printer import VirtualPrinter
from devices.simulator.reader import VirtualReader
from devices.simulator.trouble import Troubled

DEVICES = ("printer", "bar", "dots", "caller", "digits", "reader", "pad")

LEAST_BAUD = 50


def tell(fact: Fact) -> None:
    """One line of JSON on standard output."""
    sys.stdout.write(json.dumps(fact, ensure_ascii=False) + "\n")
    sys.stdout.flush()


def options(arguments: list[str] | None = None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(
        prog="python -m devices.simulator", description="A simulated hall device."
    )
    parser.add_argument("device", choices=DEVICES)
    parser.add_argument("--link", type=Path, help="stable name of the pseudo-terminal")
    parser.add_argument("--tcp", metavar="HOST:PORT", help="listen on TCP instead of a pseudo-terminal")
    parser.add_argument("--udp", metavar="HOST:PORT", help="dots: where it takes datagrams (127.0.0.1:4048)")
    parser.add_argument("--out", type=Path, help="folder for pictures")
    parser.add_argument(
        "--width", type=int, default=0, help="printer: paper in mm, 58 or 80; bar (160), dots (256): dots"
    )
    parser.add_argument("--height", type=int, default=0, help="bar (16), dots (64): dots")
    parser.add_argument("--model", help="printer: its model, such as tm-t88v")
    parser.add_argument(
        "--address",
        type=int,
        nargs="+",
        default=[1],
        help="bar: its address on the line, or those of several",
    )
    parser.add_argument(
        "--deal",
        type=int,
        default=0,
        metavar="N",
        help="reader: a card comes by itself after N looks in vain",
    )
    parser.add_argument("--profile", default="", help="caller (ff68), digits (modbus-ascii): device profile")
    return parser.parse_args(arguments)


def core(chosen: argparse.Namespace) -> Core:
    """The device that the command line asks for."""
    if chosen.out is not None:
        chosen.out.mkdir(parents=True, exist_ok=True)
    if chosen.device == "printer":
        kind = model(chosen.model or f"escpos-{chosen.width or 80}")
        return VirtualPrinter(model=kind, out=chosen.out, tell=tell)
    if chosen.device == "bar":
        return _bars(chosen)
    if chosen.device == "dots":
        return VirtualDots((chosen.width or 256, chosen.height or 64), out=chosen.out, tell=tell)
    if chosen.device == "digits":
        return VirtualDigits(digits.named(chosen.profile or "modbus-ascii"), tell=tell)
    if chosen.device == "reader":
        return VirtualReader(deal=chosen.deal, tell=tell)
    if chosen.device == "pad":
        return VirtualPad()
    return VirtualCaller(named(chosen.profile or "ff68"), tell=tell)


def _bars(chosen: argparse.Namespace) -> Core:
    """One bar; or several on one line, each of which says who it is and draws into a folder of its own."""
    size = (chosen.width or 160, chosen.height or 16)
    if len(chosen.address) == 1:
        return VirtualBar(address=chosen.address[0], size=size, out=chosen.out, tell=tell)
    bars: list[Core] = []
    for address in chosen.address:
        out = chosen.out and chosen.out / str(address)
        if out:
            out.mkdir(exist_ok=True)
        told = partial(_told_of, address)
        bars.append(Troubled(VirtualBar(address=address, size=size, out=out, tell=told)))
    return VirtualBus(bars)


def _told_of(address: int, fact: Fact) -> None:
    tell({"address": address, **fact})


Mount = PtyMount | TcpMount | UdpMount


def _mount(chosen: argparse.Namespace, device: Core) -> Mount:
    if chosen.device == "dots":
        return UdpMount(device)
    return TcpMount(device) if chosen.tcp else PtyMount(device, chosen.link)


async def _plug(chosen: argparse.Namespace, mount: Mount) -> str:
    if isinstance(mount, PtyMount):
        return mount.plug()
    where = chosen.tcp if isinstance(mount, TcpMount) else chosen.udp or f"127.0.0.1:{DDP_PORT}"
    host, _, port = where.rpartition(":")
    return await mount.plug(host or "127.0.0.1", int(port))


async def serve(chosen: argparse.Namespace) -> None:
    """Runs the device until it is told to end."""
    device = Troubled(core(chosen))
    mount = _mount(chosen, device)
    over = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, over.set)
    sys.stdout.write(f"ready {await _plug(chosen, mount)}\n")
    sys.stdout.flush()
    commands = asyncio.create_task(_obey(chosen, device, mount, over))
    await over.wait()
    commands.cancel()
    await asyncio.gather(commands, return_exceptions=True)
    mount.unplug()


async def _obey(chosen: argparse.Namespace, device: Core, mount: Mount, over: asyncio.Event) -> None:
    kind = os.fstat(0).st_mode
    if not (stat.S_ISFIFO(kind) or stat.S_ISSOCK(kind) or os.isatty(0)):
        return  # /dev/null or a file: nobody gives commands
    reader = asyncio.StreamReader()
    protocol = asyncio.StreamReaderProtocol(reader)
    transport, _ = await asyncio.get_running_loop().connect_read_pipe(lambda: protocol, sys.stdin)
    try:
        while line := await reader.readline():
            words = line.decode("utf-8", "replace").split()
            try:
                if words in (["unplug"], ["replug"]):
                    mount.unplug()
                    where = await _plug(chosen, mount) if words == ["replug"] else None
                    tell({"plugged": where})
                elif words[:1] == ["slow"] and not isinstance(mount, UdpMount):
                    mount.pace.baud = _baud(words[1:])
                elif words == ["quit"]:
                    break
                elif words:
                    device.steer(words)
            except Refused as refusal:
                tell({"error": str(refusal)})
    finally:
        transport.close()
    over.set()


def _baud(words: list[str]) -> int:
    match words:
        case ["off"]:
            return 0
        case [baud] if baud.isascii() and baud.isdecimal() and int(baud) >= LEAST_BAUD:
            return int(baud)
        case _:
            raise Refused(f"slow takes off, or baud of at least {LEAST_BAUD}")


def main() -> None:
    """The program."""
    chosen = options()
    try:
        asyncio.run(serve(chosen))
    except (BadProfile, OSError) as fault:
        sys.exit(f"{fault}")


if __name__ == "__main__":
    main()
