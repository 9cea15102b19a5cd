"""The address of the pages as docs/operations.md has it set up: two machines in network namespaces, keepalived on each, a switch.

Run by root, with Debian's `keepalived`, `curl` and `iproute2`. The configuration is read out of the document: what is run is what
people are told to write.
"""

import asyncio
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from time import monotonic, sleep

from tests.e2e.house import BIN, PATIENCE_S, Program, until
from tests.fakes.postgres import PASSWORD, Cluster

DOCUMENT = Path(__file__).parents[2] / "docs" / "operations.md"
ADDRESS = "http://192.168.1.10:8080"
SWITCH, FLOOR = "192.168.1.1", "jh-floor"
"""Where PostgreSQL is, and the namespace of the switch, in which it and the pages are."""
MACHINES = {"jh-one": "192.168.1.11", "jh-two": "192.168.1.12"}
NEEDS = ("keepalived", "curl", "ip")
WITHIN_S = 10.0
"""From a fault until the pages' address answers again: five for the hall, and what keepalived takes to see it."""
ASKS_S = 0.1


def configuration() -> str:
    """What the document says /etc/keepalived/keepalived.conf is."""
    found = re.search(
        r"^```\n(global_defs \{.*?)^```", DOCUMENT.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE
    )
    assert found is not None, f"{DOCUMENT} has no configuration of keepalived"
    return found[1]


def missing() -> list[str]:
    """What this machine lacks to run it."""
    lacks = [name for name in NEEDS if shutil.which(name) is None]
    return lacks if os.geteuid() == 0 else [*lacks, "root"]


def _ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True)


def _within(place: str, *argv: str) -> list[str]:
    return ["ip", "netns", "exec", place, *argv]


@contextmanager
def wired() -> Iterator[None]:
    """Two machines on a switch, each with an `eth0`; nothing of it touches this machine's own network."""
    try:
        for place in (FLOOR, *MACHINES):
            _ip("netns", "add", place)
            _ip("-n", place, "link", "set", "lo", "up")
        _ip("-n", FLOOR, "link", "add", "switch", "type", "bridge")
        _ip("-n", FLOOR, "addr", "add", f"{SWITCH}/24", "dev", "switch")
        _ip("-n", FLOOR, "link", "set", "switch", "up")
        for place, address in MACHINES.items():
            _ip("-n", FLOOR, "link", "add", place, "type", "veth", "peer", "name", "eth0", "netns", place)
            _ip("-n", FLOOR, "link", "set", place, "master", "switch", "up")
            _ip("-n", place, "addr", "add", f"{address}/24", "dev", "eth0")
            _ip("-n", place, "link", "set", "eth0", "up")
        yield
    finally:
        for place in (FLOOR, *MACHINES):
            subprocess.run(["ip", "netns", "del", place], check=False)


async def relay(socket: str) -> None:
    """PostgreSQL's socket, at the switch's address: a third machine."""

    async def pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while part := await reader.read(1 << 16):
                writer.write(part)
                await writer.drain()
        writer.close()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        theirs, ours = await asyncio.open_unix_connection(socket)
        await asyncio.gather(pass_on(reader, ours), pass_on(theirs, writer))

    server = await asyncio.start_server(serve, SWITCH, 5432)
    print("relay", flush=True)
    async with server:
        await server.serve_forever()


class Machine:
    """One of the two: a server, and keepalived."""

    def __init__(self, place: str, folder: Path, url: str) -> None:
        """Not started yet."""
        self.place, self._folder, self._url = place, folder / place, url
        self._folder.mkdir()
        (self._folder / "identity.key").write_bytes(bytes(range(32)))
        self.server: Program | None = None
        self._watch: Program | None = None

    def serve(self, word: str) -> None:
        """Start the server, and wait until it says that it serves or stands by."""
        self.server = Program(
            self.place,
            _within(self.place, str(BIN / "jiaohao-server"), "run", "--data", str(self._folder)),
            JIAOHAO_LISTEN="0.0.0.0:8080",
            JIAOHAO_DB=self._url,
        )
        self.server.expect(lambda line: line.startswith(word))

    def watch(self) -> None:
        """Start keepalived, with what the document says."""
        file = self._folder / "keepalived.conf"
        file.write_text(configuration(), encoding="utf-8")
        file.chmod(0o644)
        names = (("-p", "pid"), ("-r", "vrrp"), ("-c", "checkers"))
        pids = [word for option, name in names for word in (option, str(self._folder / name))]
        self._watch = Program(
            f"keepalived on {self.place}",
            _within(self.place, "keepalived", "-n", "-l", "-D", "-f", str(file), *pids),
        )

    def has_address(self) -> bool:
        """Whether the pages' address is this one's."""
        told = subprocess.run(
            ["ip", "-n", self.place, "-4", "addr", "show", "eth0"], check=True, capture_output=True, text=True
        )
        return "192.168.1.10/" in told.stdout

    def plug(self, *, plugged: bool) -> None:
        """Pull its cable, or put it in again."""
        _ip("-n", FLOOR, "link", "set", self.place, "up" if plugged else "down")

    def stop(self) -> None:
        """End both."""
        if self._watch is not None:
            self._watch.stop()
        if self.server is not None:
            self.server.kill()


def answers() -> bool:
    """Whether whoever has the pages' address serves, seen from the hall's floor."""
    asked = _within(FLOOR, "curl", "-fs", "-m", "1", "-o", "/dev/null", f"{ADDRESS}/ready")
    return subprocess.run(asked, check=False).returncode == 0


def _handed(old: Machine, new: Machine) -> bool:
    """Whether the address is the new one's alone, and answers."""
    return not old.has_address() and new.has_address() and answers()


def faults(folder: Path) -> Iterator[tuple[str, float]]:
    """Each fault of the machine that serves, and after how many seconds the pages' address answered again."""
    cluster = Cluster()
    url = f"postgresql://jiaohao:{PASSWORD.replace(' ', '%20')}@{SWITCH}:5432/{cluster.database()}"
    with wired():
        third = Program(
            "relay",
            _within(
                FLOOR, sys.executable, "-m", "tests.soak.address", f"{cluster.folder}/.s.PGSQL.{cluster.port}"
            ),
        )
        one, two = (Machine(place, folder, url) for place in MACHINES)
        try:
            third.expect(lambda line: line == "relay")
            one.serve("ready")
            two.serve("standby")
            two.watch()
            one.watch()
            until(lambda: answers() and one.has_address(), "the address at the machine that serves")
            for fault in ("stop", "kill", "cable", "hang"):
                assert one.server is not None
                begun = monotonic()
                if fault == "stop":
                    assert one.server.stop() == 0
                elif fault == "kill":
                    one.server.kill()
                elif fault == "cable":
                    one.plug(plugged=False)
                else:
                    one.server.process.send_signal(signal.SIGSTOP)
                while not (two.has_address() and answers()):
                    assert monotonic() - begun < PATIENCE_S, f"{fault}: the address does not answer"
                    sleep(ASKS_S)
                yield fault, monotonic() - begun
                if fault == "cable":
                    one.plug(plugged=True)
                elif fault == "hang":
                    one.server.process.send_signal(signal.SIGCONT)
                else:
                    one.serve("standby")
                if fault in ("cable", "hang"):
                    one.server.expect(lambda line: line.startswith("standby"))
                until(partial(_handed, one, two), "one owner of the address")
                one, two = two, one
        finally:
            for each in (one, two):
                each.stop()
            third.kill()
            cluster.stop()


if __name__ == "__main__":
    asyncio.run(relay(sys.argv[1]))
