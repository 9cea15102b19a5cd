"""A voice box: what the feed says of calls goes to the announcer, and what that orders to the loudspeaker when it is our turn."""

import asyncio
import time
from collections.abc import Callable, Mapping
from datetime import datetime

from devices.driver.voice.player import PlayFault
from devices.driver.voice.render import NoVoice
from devices.driver.voice.speech import Unspeakable
from displays.model import announcer, hearing, turn
from displays.model.announcer import Call, Failed, Finished, Heard, Late, Manner, Say, Told, Turned
from displays.model.turn import Ask, Linked, Sounding, Ticked, Unable, Wanted
from displays.voice.speaker import Speaker
from displays.voice.words import spoken_zones
from queue_server.client.link import Link
from queue_server.wire.fault import Fault
from queue_server.wire.ticket import Text
from queue_server.wire.voice import Asking, LoudspeakerRecord, TurnRecord

Tell = Callable[[Mapping[str, object]], None]
AGAIN_S = 60.0
"""Who failed lets others speak first for so long."""
SILENT = Fault(
    '这个喇叭设为由叫号屏播；要由语音盒播，请在它那里写player = "box"',
    'the hall lets a board speak; write player = "box" at this loudspeaker',
)
_SILENT = Text("喇叭设为由屏播", "its loudspeaker is a board's")


def brief(what: Text) -> str:
    """A few words in both languages, as the list of devices has room for."""
    return f"{what.zh} {what.en}"


class Box:
    """One loudspeaker that speaks its calls. `tell` gets a fact for everything that somebody may have to look at; `ail` what is
    wrong, None when it is well again.
    """

    def __init__(self, link: Link, speaker: Speaker, tell: Tell) -> None:
        self.ail: Callable[[str | None], None] = lambda _: None
        self._link, self._speaker, self._tell = link, speaker, tell
        self._state = announcer.State(ours=False)
        self._turn = turn.State()
        self._of = ""
        self._loudspeaker: LoudspeakerRecord | None = None
        self._calls: hearing.Calls = {}
        self._said: dict[int, datetime] = {}
        """What we said of those, each as it was then."""
        self._unnamed: set[str] = set()
        self._saying: asyncio.Task[None] | None = None
        self._wake = asyncio.Event()
        link.on_change(self._changed)
        link.on_state(lambda state: self._take(Linked(state in ("live", "stale"))))
        link.on_turn(self._turned)

    def hear(self, loudspeaker: str) -> None:
        """Speak the calls of this loudspeaker from now on."""
        if loudspeaker != self._of:
            self._take(Wanted(False))
            self._of, self._calls = loudspeaker, {}
            self._changed(self._topic, frozenset())

    async def run(self) -> None:
        """Speak until cancelled. A fault that is neither the voice's nor the output's ends it, so that it is started anew."""
        try:
            while True:
                self._wake.clear()
                if self._saying is not None and self._saying.done() and not self._saying.cancelled():
                    self._saying.result()
                dues = [at for at in (announcer.due(self._state), turn.due(self._turn)) if at is not None]
                try:
                    async with asyncio.timeout(max(0.0, min(dues) - time.monotonic()) if dues else None):
                        await self._wake.wait()
                except TimeoutError:
                    self._take(Ticked())
                    self._step()
        finally:
            if self._saying is not None:
                self._saying.cancel()

    @property
    def _topic(self) -> str:
        return f"voice:{self._of}"

    def _changed(self, topic: str, _: frozenset[str]) -> None:
        if topic != self._topic or topic not in self._link.topics:
            return
        records = self._link.topics[topic]
        self._become(hearing.loudspeaker(records))
        before, self._calls = self._calls, {} if self._silent else hearing.calls(records)
        self._step(*hearing.news(before, self._calls, self._link.now(), self._link.speed))

    @property
    def _silent(self) -> bool:
        """The hall lets somebody else speak, or the loudspeaker is no more."""
        return self._loudspeaker is None or self._loudspeaker.player != "box"

    def _become(self, loudspeaker: LoudspeakerRecord | None) -> None:
        if loudspeaker != self._loudspeaker:
            self._loudspeaker = loudspeaker
            if loudspeaker is not None:
                self._step(Told(Manner.of(loudspeaker)))
            if self._silent:
                self._tell({"silent": self._topic, "said": SILENT.said})
            self.ail(brief(_SILENT) if self._silent else None)
        self._take(Wanted(not self._silent))

    # our turn

    def _turned(self, record: TurnRecord) -> None:
        """Hear first what was said, then whether it is our turn to go on. What we said and is not known is told again."""
        if record.loudspeaker != self._of:
            return
        self._step(*(Heard(call, at) for call, at in record.said))
        known = dict(record.said)
        self._said = {call: at for call, at in self._said.items() if call in self._calls}
        for call, at in self._said.items():
            if call not in known or known[call] < at:
                self._link.spoken(call, at)
        self._take(turn.Told(record.turn, record.at, record.term, record.for_s))

    def _take(self, event: turn.Event) -> None:
        now_s, had = time.monotonic(), self._state.ours
        self._turn, orders = turn.step(self._turn, event, now_s)
        for order in orders:
            match order:
                case Ask(stand, able, term, for_s):
                    asked = Asking(
                        loudspeaker=self._of, at=now_s, stand=stand, term=term, for_s=for_s, able=able
                    )
                    self._link.ask_turn(asked)
                case _ if self._saying is not None:
                    self._saying.cancel()
        ours = self._turn.may(now_s)
        if ours != had:
            self._tell({"turn": "speaks" if ours else "waits", "loudspeaker": self._of})
            self._step(Turned(ours))
        self._wake.set()

    # calls

    def _step(self, *events: announcer.Event) -> None:
        for event in (announcer.Ticked(self._link.now()), *events):
            self._state, orders = announcer.step(self._state, event, time.monotonic())
            for order in orders:
                self._carry_out(order)
        self._wake.set()

    def _carry_out(self, order: announcer.Order) -> None:
        call = order.call
        match order:
            case Say():
                self._take(Sounding(True))
                self._saying = asyncio.create_task(self._say(order), name="say")
                self._saying.add_done_callback(self._hushed)
            case Late(waited_s=waited_s, lost=lost):
                fact = {"late": call.number, "window": call.window, "waited_s": round(waited_s)}
                self._tell({**fact, "lost": lost})
                self.ail(f"{call.number}播晚了 spoken late")

    async def _say(self, order: Say) -> None:
        call, loudspeaker = order.call, self._loudspeaker
        assert loudspeaker is not None  # whose calls else?
        self._named(call, loudspeaker)
        ended: announcer.Event = Finished()
        try:
            await self._speaker.say(call, loudspeaker, order.readings, order.volume)
        except Unspeakable as fault:  # it would be so the next time as well
            self._fault(call, fault)
        except (NoVoice, PlayFault) as fault:
            self._fault(call, fault)
            self._take(Unable(AGAIN_S))
            ended = Failed()
        else:
            self._heard(call, order.readings)
        self._end(ended)

    def _hushed(self, saying: asyncio.Task[None]) -> None:
        """What was cut off is not said: it waits, until we may again or another says it."""
        if saying.cancelled():
            self._end(Failed())
        self._wake.set()

    def _end(self, ended: announcer.Event) -> None:
        self._take(Sounding(False))
        self._step(ended)

    def _heard(self, call: Call, readings: int) -> None:
        self._said[call.call] = call.at
        self._link.spoken(call.call, call.at)
        self._tell({"spoken": call.number, "window": call.window, "readings": readings})
        self._take(Unable())
        if not any(each.late for each in self._state.waiting):
            self.ail(None)

    def _fault(self, call: Call, fault: NoVoice | PlayFault | Unspeakable) -> None:
        self._tell({"unspoken": call.number, "window": call.window, "fault": fault.code, "said": fault.said})
        self.ail(brief(fault.brief))

    def _named(self, call: Call, loudspeaker: LoudspeakerRecord) -> None:
        """Tell once of a zone whose name nobody wrote down as it is said."""
        zone = loudspeaker.zones.get(call.zone)
        if zone is None or len(loudspeaker.zones) < 2 or call.zone in self._unnamed:
            return
        if "zh" not in spoken_zones(call, loudspeaker):
            self._unnamed.add(call.zone)
            said = (
                f'没有写怎么念；请在服务区{call.zone}写said = "..." '
                f'nobody wrote down how it is said; at the zone {call.zone}: said = "..."'
            )
            self._tell({"zone": zone.short.zh, "said": said})
