"""The hall's panels of lamps: what the feed says of calls goes to their rows."""

import asyncio
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from devices.codec.escpos.status import Health
from devices.driver.bar import Panel
from devices.driver.condition import ailing, fact, listed
from devices.driver.dots import Dots
from devices.transport.address import opener
from devices.transport.line import Line
from devices.transport.tty import Settings
from displays.app.config import PanelConfig
from displays.led.sign import Card, Sign
from displays.model.panel import Board, Row
from queue_server.client.link import Link

STALE_S = 10.0
"""How long the server may be away before a panel says that it may be out of date: as long as a board waits."""
WRONG = (Health.GONE, Health.SHARED, Health.OFFLINE)
"""How a panel is that somebody has to see to."""
Tell = Callable[[Mapping[str, object]], None]


@dataclass(slots=True)
class _Place:
    """One panel, what it shows of which board, and the rows it was last told."""

    name: str
    config: PanelConfig
    board: Board
    sign: Sign
    topic: str | None
    told: dict[int, Row] = field(default_factory=dict)


class Wall:
    """The panels of one program. `tell` gets a fact for all that somebody may have to look at; `ail` what is wrong, None when
    nothing is. A panel that is silent but has a way to it is not wrong: many have none back.
    """

    def __init__(self, panels: Mapping[str, PanelConfig], link: Link, tell: Tell) -> None:
        self.ail: Callable[[str | None], None] = lambda _: None
        self._link, self._tell = link, tell
        self._healths = dict.fromkeys(panels, Health.GONE)
        ports = {name: config.port for name, config in panels.items()}
        self._places = [self._place(name, config, ports) for name, config in panels.items()]
        self._wake = asyncio.Event()
        self._away_since: float | None = time.monotonic()
        link.on_change(lambda _topic, _keys: self._wake.set())
        link.on_state(lambda _state: self._turned())

    def hear(self, display: str) -> None:
        """Panels for which the file names no board show this one from now on."""
        for place in self._places:
            if place.config.display is None:
                place.topic = f"board:{display}"
        self._wake.set()

    async def run(self) -> None:
        """Keep all panels current until cancelled. Raises PortBusy or PortDenied if a port can not be had at the very start."""
        async with asyncio.TaskGroup() as tasks:
            for place in self._places:
                tasks.create_task(place.sign.run(), name=place.name)
            tasks.create_task(self._keep(), name="rows")

    def _place(self, name: str, config: PanelConfig, ports: Mapping[str, str]) -> _Place:
        line = Line(
            opener(name, ports, Settings(baud=config.baud, rs485=config.rs485)),
            name=config.port,
        )
        line.on_fault = lambda fault: self._tell({"panel": name, "fault": fault.code, "said": fault.said})
        panel = Panel(config.width, config.height, config.dots, config.unit, config.rows)

        def changed(health: Health) -> None:
            self._health(name, health)

        sign: Sign
        if config.kind == "ddp":
            sign = Dots(line, panel, config.lamps, health_changed=changed)
        else:
            sign = Card(
                line,
                panel,
                address=config.address,
                baud=config.baud,
                replies=config.replies,
                health_changed=changed,
                shown=lambda row: self._shown(place, row),
            )
        topic = config.display and f"board:{config.display}"
        place = _Place(name, config, Board(config.rows, config.language), sign, topic)
        return place

    async def _keep(self) -> None:
        while True:
            self._wake.clear()
            dues = [due for place in self._places if (due := self._see(place)) is not None]
            try:
                async with asyncio.timeout(min(dues) - time.monotonic() if dues else None):
                    await self._wake.wait()
            except TimeoutError:
                continue

    def _see(self, place: _Place) -> float | None:
        """Tell one panel what is new; when it is to be looked at again, in seconds of the steady clock."""
        clock, now = time.monotonic(), self._link.now()
        records = self._link.topics.get(place.topic or "", {})
        silent = self._away_since is not None and clock - self._away_since >= STALE_S
        dues = [] if silent or self._away_since is None else [self._away_since + STALE_S]
        if records or silent:
            stale = silent or self._link.degraded
            rows = place.board.see(records, now, clock, speed=self._link.speed, stale=stale)
            for n, row in rows.items():
                place.told[n] = row
                place.sign.show(n, row.wordings, blinks=row.blinks)
            if place.board.due is not None:
                dues.append(place.board.due)
        level, left_s = place.config.level(now)
        if level is not None:
            place.sign.dim(level)
            dues.append(clock + left_s / self._link.speed)
        return min(dues, default=None)

    def _turned(self) -> None:
        if self._link.state == "live":
            self._away_since = None
        elif self._away_since is None:
            self._away_since = time.monotonic()
        self._wake.set()

    def _shown(self, place: _Place, row: int) -> None:
        """A card shows what its row was last told: the floor hears of a call once for each call and recall."""
        told = place.told.get(row)
        if told is not None and told.call is not None:
            place.told[row] = Row(told.wordings)
            self._link.shown(told.call)
            self._tell({"shown": told.call, "panel": place.name})

    def _health(self, name: str, health: Health) -> None:
        self._healths[name] = health
        self._tell({"panel": name, **fact(health)})
        wrong = [ailing(each, how) for each, how in self._healths.items() if how in WRONG]
        self.ail(listed(wrong))
