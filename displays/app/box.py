"""A voice box: what the feed says of calls goes to the announcer, and what that orders to the loudspeaker."""

import asyncio
import time
from collections.abc import Callable, Mapping

from devices.driver.voice.player import PlayFault
from devices.driver.voice.render import NoVoice
from devices.driver.voice.speech import Unspeakable
from displays.model import hearing
from displays.model.announcer import (
    Call,
    Event,
    Failed,
    Finished,
    Late,
    Manner,
    Order,
    Say,
    State,
    Ticked,
    Told,
    due,
    step,
)
from displays.voice.speaker import Speaker
from displays.voice.words import spoken_zones
from queue_server.client.link import Link
from queue_server.wire.voice import LoudspeakerRecord

Tell = Callable[[Mapping[str, object]], None]


class Box:
    """One loudspeaker that speaks its calls. `tell` gets a fact for everything that somebody may have to look at; `ail` what is
    wrong, None when it is well again.
    """

    def __init__(self, link: Link, speaker: Speaker, tell: Tell) -> None:
        self.ail: Callable[[str | None], None] = lambda _: None
        self._link, self._speaker, self._tell = link, speaker, tell
        self._state = State()
        self._topic: str | None = None
        self._loudspeaker: LoudspeakerRecord | None = None
        self._calls: hearing.Calls = {}
        self._unnamed: set[str] = set()
        self._saying: asyncio.Task[None] | None = None
        self._wake = asyncio.Event()
        link.on_change(self._changed)

    def hear(self, loudspeaker: str) -> None:
        """Speak the calls of this loudspeaker from now on."""
        topic = f"voice:{loudspeaker}"
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
                at = due(self._state)
                try:
                    async with asyncio.timeout(None if at is None else max(0.0, at - time.monotonic())):
                        await self._wake.wait()
                except TimeoutError:
                    self._step()
        finally:
            if self._saying is not None:
                self._saying.cancel()

    def _changed(self, topic: str, _: frozenset[str]) -> None:
        if topic != self._topic or topic not in self._link.topics:
            return
        records = self._link.topics[topic]
        self._become(hearing.loudspeaker(records))
        before, self._calls = self._calls, {} if self._silent else hearing.calls(records)
        self._step(*hearing.news(before, self._calls, self._link.now(), self._link.speed))
        self._wake.set()

    @property
    def _silent(self) -> bool:
        """The hall lets somebody else speak, or the loudspeaker is no more."""
        return self._loudspeaker is None or self._loudspeaker.player != "box"

    def _become(self, loudspeaker: LoudspeakerRecord | None) -> None:
        if loudspeaker == self._loudspeaker:
            return
        self._loudspeaker = loudspeaker
        if loudspeaker is not None:
            self._step(Told(Manner.of(loudspeaker)))
        if self._silent:
            hint = 'the hall lets a board speak; write player = "box" at this loudspeaker'
            self._tell({"silent": self._topic, "fault": hint})
        self.ail("voice is not to speak: player is not box" if self._silent else None)

    def _step(self, *events: Event) -> None:
        for event in (Ticked(self._link.now()), *events):
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
        call, loudspeaker = order.call, self._loudspeaker
        assert loudspeaker is not None  # whose calls else?
        self._named(call, loudspeaker)
        ended: Event = Finished()
        try:
            await self._speaker.say(call, loudspeaker, order.readings, order.volume)
        except Unspeakable as fault:  # it would be so the next time as well
            self._fault(call, fault)
        except (NoVoice, PlayFault) as fault:
            self._fault(call, fault)
            ended = Failed()
        else:
            self._link.spoken(call.call)
            self._tell({"spoken": call.number, "window": call.window, "readings": order.readings})
            if not any(each.late for each in self._state.waiting):
                self.ail(None)
        self._step(ended)

    def _fault(self, call: Call, fault: Exception) -> None:
        self._tell({"unspoken": call.number, "window": call.window, "fault": str(fault)})
        self.ail(f"voice {fault}")

    def _named(self, call: Call, loudspeaker: LoudspeakerRecord) -> None:
        """Tell once of a zone whose name nobody wrote down as it is said."""
        zone = loudspeaker.zones.get(call.zone)
        if zone is None or len(loudspeaker.zones) < 2 or call.zone in self._unnamed:
            return
        if "zh" not in spoken_zones(call, loudspeaker):
            self._unnamed.add(call.zone)
            hint = f'nobody wrote down how it is said; at the zone {call.zone}: said = "..."'
            self._tell({"zone": zone.short.zh, "fault": hint})
