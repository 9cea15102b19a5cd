"""By hand: a walk along the windows. Every display shows its window's number, and each key that is pressed is told."""

import asyncio
from collections.abc import Callable, Mapping
from functools import partial

from devices.agent.config import Config
from devices.agent.fit import Fit
from devices.driver.bar import Bars
from devices.driver.digits import NumberDisplays
from devices.driver.keypad import Fact, Keypads
from devices.driver.press import KeyPressed, RatingGiven
from devices.transport.line import together
from queue_server.wire.face import LANGUAGES, say
from queue_server.wire.ids import WindowId

Tell = Callable[[Mapping[str, object]], None]

FOR_EVER_S = 86400.0
"""A walk's question stands for as long as the walk takes."""


class Walk:
    """The devices of devices.toml without a server. `missing` are the keypads of which no key has come yet."""

    def __init__(self, config: Config, tell: Tell) -> None:
        self._language, self._tell = config.language, tell
        self._fit = Fit(config, tell, self._heard)
        self._whose = {each.name: each.window for each in config.fittings}
        self._all = asyncio.Event()
        for name, driver in self._fit.drivers.items():
            if isinstance(driver, Keypads):
                driver.stranger = partial(self._strange, name)
        self.missing = {
            name for name, (driver, _) in self._fit.devices.items() if isinstance(driver, Keypads)
        }

    async def run(self, seconds: float) -> bool:
        """Until every keypad was heard, or so long; whether every one was. Without a keypad it takes the whole time.

        Raises PortBusy or PortDenied if a port can not be had at the very start.
        """
        for name, window in self._whose.items():
            self._show(name, window)
        work = asyncio.ensure_future(together(*(driver.run() for driver in self._fit.drivers.values())))
        heard = asyncio.ensure_future(self._all.wait())
        try:
            await asyncio.wait({work, heard}, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
            if work.done():
                work.result()
        finally:
            for task in (work, heard):
                task.cancel()
            await asyncio.gather(work, heard, return_exceptions=True)
        for name in sorted(self.missing):
            nobody = _said("walk_nobody", window=self._whose[name])
            self._tell({"window": self._whose[name], "device": name, "key": None, "said": nobody})
        return not self.missing

    def _show(self, name: str, window: WindowId) -> None:
        match self._fit.devices[name]:
            case Bars() as bars, address:
                bars.show(address, [window])
            case NumberDisplays() as displays, address:
                displays.show(address, window)
            case Keypads() as keypads, address:
                keypads.show_ticket(address, window)
                self._ask(keypads, address, window)

    def _ask(self, keypads: Keypads, address: int, window: WindowId) -> None:
        words = say("device", "find_press", self._language, window=window)
        keypads.prompt(address, window, words, FOR_EVER_S)

    def _strange(self, name: str, address: int) -> None:
        """A key came from an address that the file does not have: a keypad that is set to another one, or is missing there."""
        self._tell({"device": name, "address": address, "said": _said("walk_strange", address=address)})

    def _heard(self, name: str, keypads: Keypads, fact: Fact) -> None:
        window = self._whose[name]
        key = fact.verb if isinstance(fact, KeyPressed) else f"rate {fact.level}"
        self._tell({"window": window, "device": name, "key": key})
        keypads.beep(fact.address)
        if isinstance(fact, RatingGiven):
            self._ask(keypads, fact.address, window)
        self.missing.discard(name)
        if not self.missing:
            self._all.set()


def _said(key: str, **fields: object) -> str:
    """A sentence in all languages on one line: whoever installs reads one of them."""
    return " ".join(say("device", key, language, **fields) for language in LANGUAGES)
