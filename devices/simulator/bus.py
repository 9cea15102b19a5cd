"""One wire with several simulated devices on it: each hears all that the host says."""

from collections.abc import Callable, Sequence

from devices.simulator.core import Core, Refused


class VirtualBus:
    """A bus. Words begin with the place of the device, from 1 on: `3 press call 5`."""

    def __init__(self, cores: Sequence[Core]) -> None:
        self.send: Callable[[bytes], None] = lambda _: None
        self._cores = cores
        for core in cores:
            core.send = self._say

    def feed(self, data: bytes) -> None:
        """See Core.feed."""
        for core in self._cores:
            core.feed(data)

    def restart(self) -> None:
        """See Core.restart."""
        for core in self._cores:
            core.restart()

    def steer(self, words: list[str]) -> None:
        """See Core.steer."""
        place = int(words[0]) if words and words[0].isdecimal() else 0
        if not 1 <= place <= len(self._cores):
            raise Refused(f"say which device, 1 to {len(self._cores)}, and then its word")
        self._cores[place - 1].steer(words[1:])

    def _say(self, data: bytes) -> None:
        self.send(data)
