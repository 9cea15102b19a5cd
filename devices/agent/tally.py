"""What devices' drivers dropped, told now and then: keys that nobody asked for, noise, refusals. Never what was in it."""

import asyncio
from collections.abc import Callable, Mapping

EVERY_S = 60.0
MEASURED = "round_ms"
"""Told with the counts; alone it is no news, since it changes all the time."""


class Tally:
    """Reads counts, and tells those of a device that have changed."""

    def __init__(self, tell: Callable[[Mapping[str, object]], None], every_s: float = EVERY_S) -> None:
        self._tell, self._every_s = tell, every_s
        self._counts: dict[str, Callable[[], Mapping[str, int]]] = {}

    def add(self, name: str, counts: Callable[[], Mapping[str, int]]) -> None:
        """A device, and how to read its counts."""
        self._counts[name] = counts

    async def run(self) -> None:
        """Tells until cancelled. What has stayed nought is not told."""
        last = {name: self._read(name)[0] for name in self._counts}
        while True:
            await asyncio.sleep(self._every_s)
            for name in self._counts:
                counts, whole = self._read(name)
                if counts != last[name]:
                    last[name] = counts
                    self._tell({"device": name, "counts": {key: n for key, n in whole.items() if n}})

    def _read(self, name: str) -> tuple[dict[str, int], dict[str, int]]:
        """The counts alone, and with what is measured."""
        whole = dict(self._counts[name]())
        return {key: n for key, n in whole.items() if key != MEASURED}, whole
