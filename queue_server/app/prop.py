"""The simulated peripherals of a demo, the real agent and kiosk that drive them, and citizens who press keypads."""

import asyncio
import importlib.util
import json
import os
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import msgspec
import structlog

from queue_server.app.child import Child, stop_all
from queue_server.app.crowd.floor import Orders
from queue_server.simulation.chance import drawn
from queue_server.simulation.citizen import RATED
from queue_server.wire.ids import WindowId

PATIENCE_S = 15.0
"""How long, in real seconds, the start waits for a program that should say `ready`."""
THINKING_S = (1.0, 4.0)
"""How long a citizen looks at the keypad at speed 1; less, but not in proportion, when the hall runs faster."""
LOOKS = 10
"""How often the kiosk's reader looks for a card before one is put on by itself: some seconds."""
LIBRARIES = ("PIL", "serial", "serial_asyncio_fast", "segno")
"""What simulated devices and the agent need: the extra `devices` brings it."""
KEYS = {5: 80, 4: 18, 1: 2}
"""The levels that the simulated evaluator has keys for, and how many of a hundred citizens press each."""

log = structlog.get_logger(__name__)


def display(environment: Mapping[str, str] = os.environ, platform: str = sys.platform) -> bool:
    """Whether a window can be opened on this machine."""
    return platform in {"darwin", "win32"} or any(
        environment.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY")
    )


def devices() -> bool:
    """Whether devices can be simulated here: not where only the server was installed."""
    return all(importlib.util.find_spec(name) is not None for name in LIBRARIES)


class Props:
    """All of them. `folder` holds their terminals, the tickets' pictures (`tickets`) and the agent's settings."""

    def __init__(
        self, folder: Path, address: str, windows: Sequence[WindowId], *, seed: int, speed: float
    ) -> None:
        """For these windows, each with a bar, a caller and a keypad; for none, no device at all. `address` is the server's."""
        self.folder = folder.resolve()
        self.windows = dict(enumerate(windows, 1))
        """Address on the callers' bus -> window."""
        self._server = address
        self._chance = drawn(seed, "keypad")
        self._hurry = speed**-0.5
        self._children: list[Child] = []
        self._presses: set[asyncio.Task[None]] = set()
        self._callers: Child | None = None
        self._crowd: Child | None = None

    @property
    def printer(self) -> Path:
        """The ticket printer's terminal."""
        return self.folder / "printer"

    @property
    def reader(self) -> Path:
        """The terminal of the kiosk's reader of identity cards."""
        return self.folder / "reader"

    async def set_up(self, agent_token: str, orders: Orders) -> None:
        """Start the simulated devices, the agent and the crowd; return when all are ready, or say in the log which is not."""
        self.folder.mkdir(parents=True, exist_ok=True)
        crowd = self._crowd = await self._start("crowd", [sys.executable, "-m", "queue_server.app.crowd"])
        crowd.write(msgspec.json.encode(orders).decode())
        if not self.windows:
            await self._ready([crowd])
            return
        simulators = [
            await self._simulator("printer", self.printer, "--out", str(self.folder / "tickets")),
            await self._simulator("caller", self._caller),
            *[await self._simulator("bar", self._bar(window)) for window in self.windows.values()],
        ]
        await self._ready(simulators)
        self._write_settings(agent_token)
        agent = [sys.executable, "-m", "devices.agent.main", "--config", str(self.folder / "devices.toml")]
        await self._ready([await self._start("agent", agent), crowd])

    def begin(self) -> None:
        """Let the first drawn clerk call."""
        if self._crowd is not None:
            self._crowd.write("go")

    @property
    def kiosk(self) -> Path | None:
        """The kiosk's own folder; None where there is no display, no Kivy or no device, and so no kiosk."""
        if not self.windows or not display() or importlib.util.find_spec("kivy") is None:
            return None
        return self.folder / "kiosk"

    async def open_kiosk(self, folder: Path) -> None:
        """Open the kiosk's window with the simulated printer and reader."""
        await self._ready([await self._simulator("reader", self.reader, "--deal", str(LOOKS))])
        command = [sys.executable, "-m", "kiosk.app.main", "--windowed"]
        command += ["--server", self._server, "--printer", str(self.printer), "--reader", str(self.reader)]
        command += ["--data", str(folder)]
        environment = {name: value for name, value in os.environ.items() if name != "JIAOHAO_TOKEN"}
        await self._start("kiosk", command, environment)

    async def stop(self) -> None:
        """End all of them, the ones that use others first."""
        for press in self._presses:
            press.cancel()
        await stop_all(self._children)

    def _bar(self, window: WindowId) -> Path:
        return self.folder / f"bar-{window}"

    @property
    def _caller(self) -> Path:
        return self.folder / "caller"

    async def _simulator(self, device: str, link: Path, *more: str) -> Child:
        command = [sys.executable, "-m", "devices.simulator", device, "--link", str(link), *more]
        child = await self._start(link.name, command)
        if device == "caller":
            self._callers = child
        return child

    async def _start(
        self, name: str, command: Sequence[str], environment: Mapping[str, str] | None = None
    ) -> Child:
        child = await Child.start(
            name, command, heard=lambda line: self._hear(name, line), environment=environment
        )
        self._children.append(child)
        return child

    @staticmethod
    async def _ready(children: Sequence[Child]) -> None:
        for child in children:
            try:
                async with asyncio.timeout(PATIENCE_S):
                    await child.ready.wait()
            except TimeoutError:
                log.warning("prop.not_ready", child=child.name)

    def _write_settings(self, token: str) -> None:
        secret = self.folder / "agent.token"
        secret.touch(mode=0o600)
        secret.write_text(token, "ascii")
        lines = [f"server = {json.dumps(self._server)}", 'token_file = "agent.token"']
        for window in self.windows.values():
            lines += [
                "[[bar]]",
                f"window = {json.dumps(window)}",
                f"port = {json.dumps(str(self._bar(window)))}",
            ]
        places = ", ".join(f"{place} = {json.dumps(window)}" for place, window in self.windows.items())
        lines += [
            "[[keypad]]",
            f"port = {json.dumps(str(self._caller))}",
            f"windows = {{ {places} }}",
        ]
        (self.folder / "devices.toml").write_text("\n".join(lines) + "\n", "utf-8")

    def _hear(self, name: str, line: str) -> None:
        if name != "caller" or not line.startswith("{"):
            return
        with suppress(ValueError):
            fact: dict[str, Any] = json.loads(line)
            if fact.get("prompt") in self.windows and self._chance.random() < RATED:
                press = asyncio.create_task(self._press(int(fact["prompt"])))
                self._presses.add(press)
                press.add_done_callback(self._presses.discard)

    async def _press(self, place: int) -> None:
        (level,) = self._chance.choices(list(KEYS), list(KEYS.values()))
        await asyncio.sleep(self._chance.uniform(*THINKING_S) * self._hurry)
        if self._callers is not None:
            self._callers.write(f"rate {place} {level}")
