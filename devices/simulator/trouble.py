"""What can be wrong with any device, around any simulated one: it is mute, answers late, or babbles."""

import asyncio
from collections.abc import Callable
from random import Random

from devices.simulator.core import Core, Refused

BABBLE_S = 0.01
WORDS = "mute on|off, late SECONDS, babble on|off"


class Troubled:
    """A core with troubles. `mute` neither hears nor speaks; `delay_s` holds back each of its answers."""

    def __init__(self, core: Core, chance: Random | None = None) -> None:
        self.send: Callable[[bytes], None] = lambda _: None
        self.mute = False
        self.delay_s = 0.0
        self._core = core
        self._chance = chance or Random()
        self._babbler: asyncio.TimerHandle | None = None
        core.send = self._say

    def feed(self, data: bytes) -> None:
        """See Core.feed."""
        if not self.mute:
            self._core.feed(data)

    def restart(self) -> None:
        """See Core.restart."""
        self._core.restart()

    def babble(self, on: bool) -> None:
        """Begins or ends a stream of junk. Call on the loop."""
        if self._babbler is not None:
            self._babbler.cancel()
            self._babbler = None
        if on:
            self.send(self._chance.randbytes(self._chance.randrange(1, 20)))
            self._babbler = asyncio.get_running_loop().call_later(BABBLE_S, self.babble, on)

    def steer(self, words: list[str]) -> None:
        """See Core.steer. A word of the device's own comes first."""
        try:
            self._core.steer(words)
        except Refused as refusal:
            match words:
                case ["mute", "on" | "off" as way]:
                    self.mute = way == "on"
                case ["babble", "on" | "off" as way]:
                    self.babble(way == "on")
                case ["late", seconds] if seconds.replace(".", "", 1).isdecimal():
                    self.delay_s = float(seconds)
                case _:
                    raise Refused(f"{refusal}; any device takes: {WORDS}") from None

    def _say(self, data: bytes) -> None:
        if self.mute:
            return
        if self.delay_s:
            asyncio.get_running_loop().call_later(self.delay_s, lambda: self.send(data))
        else:
            self.send(data)
