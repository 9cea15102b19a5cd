"""A voice box: what the feed says of calls goes to the announcer, and what that orders to the loudspeaker."""

import asyncio
import time
from collections.abc import Callable, Mapping

import msgspec

from displays.app.config import VoiceConfig
from displays.model import hearing
from displays.model.announcer import Call, Event, Failed, Finished, Late, Order, Say, State, Ticked, due, step
from displays.voice.player import PlayFault
from displays.voice.render import NoVoice
from displays.voice.speaker import Speaker
from displays.voice.words import Unspeakable, said_zone
from queue_server.client.link import Link
from queue_server.wire.ticket import Language
from queue_server.wire.view import BoardRecord, ZoneRecord

TICK_S = 1.0
Tell = Callable[[Mapping[str, object]], None]


class Box:
    """One loudspeaker that speaks the calls of one board. `tell` gets a fact for everything that somebody may have to look at;
    `ail` what is wrong, None when it is well again.
    """

    def __init__(self, config: VoiceConfig, link: Link, speaker: Speaker, tell: Tell) -> None:
        self.ail: Callable[[str | None], None] = lambda _: None
        self._config, self._link, self._speaker, self._tell = config, link, speaker, tell
        self._state = State(config.manner)
        self._topic: str | None = None
        self._calls: hearing.Calls = {}
        self._unnamed: set[str] = set()
        self._saying: asyncio.Task[None] | None = None
        self._wake = asyncio.Event()
        link.on_change(self._changed)

    def hear(self, display: str) -> None:
        """Speak the calls of this board from now on."""
        topic = f"board:{display}"
        if topic != self._topic:
            self._topic, self._calls = topic, {}
            self._changed(topic, frozenset())

    async def run(self) -> None:
        """Speak until cancelled. A fault that is neither the voice's nor the output's ends it, so that it is started anew."""
        try:
            while True:
                self._wake.clear()
                if self._saying is not None and self._saying.done():
                    self._saying.result()
                self._step(Ticked(self._link.now()))
                at = due(self._state)
                wait_s = TICK_S if at is None else min(TICK_S, max(0.0, at - time.monotonic()))
                try:
                    async with asyncio.timeout(wait_s):
                        await self._wake.wait()
                except TimeoutError:
                    continue
        finally:
            if self._saying is not None:
                self._saying.cancel()

    def _changed(self, topic: str, _: frozenset[str]) -> None:
        if topic != self._topic or topic not in self._link.topics:
            return
        before, self._calls = self._calls, hearing.calls(self._link.topics[topic])
        now = self._link.now()
        self._step(Ticked(now))
        for event in hearing.news(before, self._calls, now, self._link.speed):
            self._step(event)
        self._wake.set()

    def _step(self, event: Event) -> None:
        self._state, orders = step(self._state, event, time.monotonic())
        for order in orders:
            self._carry_out(order)

    def _carry_out(self, order: Order) -> None:
        call = order.call
        match order:
            case Say():
                self._saying = asyncio.create_task(self._say(order), name="say")
                self._saying.add_done_callback(lambda _: self._wake.set())
            case Late(waited_s=waited_s, lost=lost):
                fact = {"late": call.number, "window": call.window, "waited_s": round(waited_s)}
                self._tell({**fact, "lost": lost})
                self.ail(f"voice late {call.number}")

    async def _say(self, order: Say) -> None:
        call = order.call
        ended: Event = Finished()
        try:
            await self._speaker.say(call, self._zones(call), order.readings, order.volume)
        except Unspeakable as fault:  # it would be so the next time as well
            self._fault(call, fault)
        except (NoVoice, PlayFault) as fault:
            self._fault(call, fault)
            ended = Failed()
        else:
            self._tell({"spoken": call.number, "window": call.window, "readings": order.readings})
            if not any(each.late for each in self._state.waiting):
                self.ail(None)
        self._step(ended)

    def _fault(self, call: Call, fault: Exception) -> None:
        self._tell({"unspoken": call.number, "window": call.window, "fault": str(fault)})
        self.ail(f"voice {fault}")

    def _zones(self, call: Call) -> dict[Language, str]:
        """How the call's zone is said, by language; nothing where the loudspeaker serves one zone, or nobody wrote down how."""
        records = self._link.topics.get(self._topic or "", {})
        board = msgspec.convert(records["board"], BoardRecord) if "board" in records else None
        record = records.get(f"zone/{call.zone}")
        if board is None or record is None or len(board.zones) < 2:
            return {}
        zone = msgspec.convert(record, ZoneRecord)
        found = {
            each: said_zone(zone.short, each, self._config.zones.get(call.zone))
            for each in self._config.languages
        }
        if None in found.values() and zone.short.zh not in self._unnamed:
            self._unnamed.add(zone.short.zh)
            hint = f'nobody wrote down how it is said; into display.toml: zones = {{ {zone.id} = "..." }}'
            self._tell({"zone": zone.short.zh, "fault": hint})
        return {language: said for language, said in found.items() if said is not None}
