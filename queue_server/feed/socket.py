"""The feed's sockets: hello, commands and receipts in; what the hub says out. Everything is sent without waiting for anybody."""

import asyncio
import time
from asyncio import Task
from collections.abc import Callable, Collection, Iterable
from itertools import count
from typing import Any

import msgspec
import structlog
from aiohttp import WSMsgType, web
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from queue_server.auth.door import MALFORMED
from queue_server.auth.gate import PUBLIC, Gate
from queue_server.auth.intake import Intake
from queue_server.auth.limit import Limits
from queue_server.auth.pace import Pace
from queue_server.auth.secret import digest
from queue_server.engine.actor import Actor
from queue_server.engine.event import Published
from queue_server.feed.frame import GOING_AWAY, POLICY, text_frame
from queue_server.feed.hub import MOST_TOPICS, Hub
from queue_server.feed.link import MOST_GARBAGE, ServerLink
from queue_server.feed.outage import Outage
from queue_server.feed.receipt import Receipts
from queue_server.feed.tablet import Tablets
from queue_server.feed.turn import Turns
from queue_server.feed.twin import Run, Twins, names, speaks
from queue_server.feed.voice import Speaker, Voices
from queue_server.flow.flow import Commit
from queue_server.forecast.advice import shown
from queue_server.forecast.told import beside
from queue_server.views import board as boards
from queue_server.views import topic as topics
from queue_server.views import voice as voices
from queue_server.wire.command import DEVICES, PEOPLE, REGISTRY
from queue_server.wire.error import Refusal
from queue_server.wire.floor import CutRecord
from queue_server.wire.frame import Beat, FromClient, Hello, Spoken
from queue_server.wire.ids import DeviceId
from queue_server.wire.ticket import Text
from queue_server.wire.voice import Asking

BEAT_S = 3.0
"""Real seconds between beats."""
SESSION_BEATS = 3
"""Beats between two looks for sessions and devices' tokens that have ended."""
HELLO_S = 10.0
"""A client that has not said hello by then is closed."""
WITNESSES = frozenset((*PEOPLE, *DEVICES))
"""Whose clocks count where the server doubts its own: nobody's who is not of the hall."""
log = structlog.get_logger(__name__)
_encode = msgspec.json.Encoder().encode
_read = msgspec.json.Decoder(FromClient).decode


def _stored(actor: Actor) -> bool:
    """Whether somebody is known by a token of the store: tickets' and paired devices' are the hall's, which tells when they end."""
    return actor.role != "public" and actor.ticket is None and actor.device is None


class Feed:
    """All links of /feed. `start` after flow has started; `close` before it stops."""

    def __init__(
        self,
        intake: Intake,
        gate: Gate,
        registry: CollectorRegistry,
        *,
        token: Callable[[web.BaseRequest], str | None],
        language: Callable[[web.BaseRequest], str],
        limits: Limits,
        alarm: Callable[[], Text | None] = lambda: None,
        cut: CutRecord | None = None,
    ) -> None:
        """`token` and `language` read a request's own, for clients whose hello brings none; `token` may refuse the request.

        `alarm` is what the floor must be told of backups, None if nothing; `cut` what was open when the server was cut off.
        """
        self._intake, self._flow, self._gate = intake, intake.flow, gate
        self._token, self._language = token, language
        self._limits = limits
        self._alarm = alarm
        self._outage = Outage(cut)
        self._left: dict[str, Any] | None = None
        """What the floor is told of a cut of the power."""
        self._standings: list[Any] = []
        """What the floor is told of loudspeakers."""
        self._tablets = Tablets()
        self._stood: list[dict[str, Any]] = []
        """What the floor is told of counter tablets."""
        self._twins = Twins()
        self._twice: list[DeviceId] = []
        """The devices that more than one program is."""
        self._came = count(1)
        self._receipts = Receipts()
        self._voices = Voices()
        self._turns = Turns(self._voices.said)
        self._links: set[ServerLink] = set()
        self._tasks: set[Task[None]] = set()
        self._hub: Hub
        self._beating: Task[None] | None = None
        self._degraded = False
        self._unhear: Callable[[], None] = lambda: None
        self._connected = Gauge("jiaohao_feed_links", "Open links of the feed.", registry=registry)
        self._cut = Counter("jiaohao_feed_cut", "Links cut because they did not read.", registry=registry)
        self._painted = Histogram(
            "jiaohao_call_to_screen_seconds",
            "From a durable call to a display saying that it is painted.",
            ("display",),
            buckets=(0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0),
            registry=registry,
        )
        self._heard = Histogram(
            "jiaohao_call_to_speech_seconds",
            "From a call to a voice saying that it was heard to its end.",
            ("loudspeaker",),
            buckets=(5.0, 10.0, 15.0, 20.0, 25.0, 30.0, 45.0, 60.0, 120.0),
            registry=registry,
        )
        self._unspoken = Gauge(
            "jiaohao_calls_unspoken",
            "Calls that were not spoken in 30 seconds and still wait.",
            ("loudspeaker",),
            registry=registry,
        )

    def start(self) -> None:
        """Hear flow's commits and begin to beat."""
        flow = self._flow
        self._hub = Hub(
            self._records,
            lambda topic: topics.sources(flow.durable, topic),
            flow.seq,
            flow.epoch,
            brief=topics.brief,
            alive=self._alive,
            told=topics.told,
        )
        self._turns = Turns(self._voices.said)  # from now on whoever spoke before may come back
        self._look()
        self._unhear = flow.hear(self._hear)
        self._gate.hear(self._end)
        self._beating = asyncio.create_task(self._beat_on(), name="beat")

    def close(self) -> None:
        """Close every link at once; aiohttp alone would wait two minutes for them."""
        self._unhear()
        self._turns.close()
        if self._beating is not None:
            self._beating.cancel()
        for link in tuple(self._links):
            link.close(GOING_AWAY)

    def send_away(self) -> None:
        """Tell every link that this server may not serve any more, and close it: its client goes on to the next address."""
        for link in tuple(self._links):
            self._refuse(link, Refusal("server.standby"))
            link.close(GOING_AWAY)

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """A client's whole life."""
        # before the handshake: afterwards a refusal would be bytes in the middle of a websocket
        token, language = self._token(request), self._language(request)
        socket = web.WebSocketResponse(compress=False, max_msg_size=self._limits.message_bytes, timeout=1.0)
        await socket.prepare(request)
        transport = request.transport
        if transport is None:
            return socket  # gone already
        link = ServerLink(transport, token, language, next(self._came))
        self._links.add(link)
        self._connected.inc()
        try:
            await self._listen(socket, link)
        finally:
            self._links.discard(link)
            self._hub.leave(link.transport)
            self._turns.keep(link, (), silent=not link.ended)
            self._connected.dec()
            if link.cut:
                self._cut.inc()
        return socket

    async def _listen(self, socket: web.WebSocketResponse, link: ServerLink) -> None:
        until_s = time.monotonic() + HELLO_S
        limits = self._limits
        pace = Pace(limits.messages_per_s, limits.messages_burst)
        while True:
            try:
                message = await socket.receive(None if link.told else max(0.001, until_s - time.monotonic()))
            except TimeoutError:
                self._refuse(link, Refusal("feed.bad_hello"))
                link.close(POLICY)
                return
            if message.type in (WSMsgType.CLOSE, WSMsgType.CLOSED, WSMsgType.CLOSING, WSMsgType.ERROR):
                return
            garbage, refused = link.garbage, False
            try:
                await self._take(link, message.data if message.type is WSMsgType.TEXT else "")
            except Refusal as refusal:
                self._refuse(link, refusal)
                refused = link.garbage == garbage and (not link.told or refusal.code == "auth.invalid")
            if link.garbage > MOST_GARBAGE or refused:
                # a hello refused: whoever it is has nothing to see here, and may come again; who tries one token after another
                # has to, and strangers who come are counted
                link.close(POLICY)
                return
            wait_s = pace.reserve(time.monotonic()) if limits.enabled else 0.0
            if wait_s:  # the next message stays unread so long: nothing is lost, and nobody else waits
                await asyncio.sleep(wait_s)

    async def _take(self, link: ServerLink, text: str) -> None:
        """One message. What cannot be read is counted against the link and refused."""
        try:
            message = _read(text)
        except MALFORMED as error:
            link.garbage += 1
            raise Refusal("feed.garbage") from error
        if message.hello is not None:
            await self._greet(link, message.hello)
        elif not link.told:
            link.garbage += 1
            self._refuse(link, Refusal("feed.bad_hello"), message.id)
        elif message.command is not None:
            await self._command(link, message)
        elif message.shown is not None:
            self._shown(link, message.shown.call)
        elif message.spoken is not None:
            self._spoken(link, message.spoken)
        elif message.voice is not None:
            self._speaks(link, message.voice)
        else:
            link.garbage += 1
            raise Refusal("feed.garbage")

    async def _greet(self, link: ServerLink, hello: Hello) -> None:
        link.language = "en" if hello.language.lower().startswith("en") else "zh"
        # An empty token is nobody's: so a device that must pair anew lets go of the one it had.
        token = link.token if hello.token is None else hello.token or None
        actor = self._gate.known(token) or await self._gate.who(token)
        self._flow.sure()
        if len(hello.topics) > MOST_TOPICS:
            raise Refusal("feed.unknown_topic", topic=f"#{MOST_TOPICS + 1}")
        wanted = [topics.own(topic, actor.role, actor.device) for topic in hello.topics]
        removed = self._removed(wanted)
        if removed and len(removed) == len(wanted):
            raise next(iter(removed.values()))
        wanted = [topic for topic in wanted if topic not in removed]
        for topic in wanted:
            if not topics.allowed(topic, actor.role, actor.windows, actor.device, token):
                raise Refusal("auth.missing" if actor.role == "public" else "auth.forbidden")
        for text in self._hub.join(link.transport, wanted, hello.after_seq, hello.epoch, self._beat()):
            link.send(text)
        link.token, link.actor, link.instance, link.told = token, actor, hello.instance, True
        self._turns.keep(link, [of for kind, of in map(topics.split, wanted) if kind == "voice"])
        if hello.now is not None and actor.role in WITNESSES:
            self._flow.heard(actor.id, hello.now)
        # Whoever serves many windows goes on with the others when one was removed.
        for refusal in removed.values():
            self._refuse(link, refusal)

    def _removed(self, wanted: Iterable[str]) -> dict[str, Refusal]:
        """Those of some topics that are not there, each with the refusal that says so."""
        found: dict[str, Refusal] = {}
        for topic in wanted:
            try:
                topics.known(self._flow.durable, topic)
            except Refusal as refusal:
                found[topic] = refusal
        return found

    def _judge_devices(self, changed: Collection[DeviceId] | None) -> None:
        """Close the links of devices that may not see any more what they see; None: any device may have changed."""
        for link in tuple(self._links):
            id_ = link.actor.device
            if id_ is None or (changed is not None and id_ not in changed):
                continue
            actor = self._gate.known(link.token)
            if actor is None and link.actor.role == "public":
                link.actor = PUBLIC  # its code is too old; it sees that its record is gone, and pairs anew
            elif actor is None:
                self._refuse(link, Refusal("auth.invalid"))
                link.close(POLICY)
            else:
                link.actor = actor
                seen = self._hub.topics_of(link.transport)
                if not all(topics.allowed(topic, actor.role, actor.windows, actor.device) for topic in seen):
                    self._refuse(link, Refusal("auth.forbidden"))
                    link.close(POLICY)

    def _end(self, digests: Collection[str]) -> None:
        """Close the links of tokens that have just ended."""
        for link in tuple(self._links):
            if link.told and link.token is not None and digest(link.token) in digests:
                self._refuse(link, Refusal("auth.invalid"))
                link.close(POLICY)

    async def _end_idle(self) -> None:
        """End the open links of tokens that have ended by themselves, or from another process."""
        borne = {digest(link.token) for link in self._links if link.token and _stored(link.actor)}
        if borne:
            self._gate.end(await self._gate.ended(borne))

    def _records(self, topic: str, before: topics.Records, changed: Collection[str] | None) -> topics.Records:
        """A topic's records now; none of a display or window that was removed while somebody saw it."""
        try:
            return topics.show(self._flow.durable, topic, before, changed)
        except Refusal:
            return {}

    def _tell_removed(self) -> None:
        """Tell everybody who sees a display or window that is no more."""
        for link in tuple(self._links):
            for refusal in self._removed(self._hub.topics_of(link.transport)).values():
                self._refuse(link, refusal)

    def _shown(self, link: ServerLink, call: int) -> None:
        now_s = time.monotonic()
        for topic in self._hub.topics_of(link.transport):
            kind, display = topics.split(topic)
            if kind != "board":
                continue
            after_s = self._receipts.shown(display, call, now_s)
            if after_s is not None:
                self._painted.labels(display).observe(after_s)

    def _spoken(self, link: ServerLink, heard: Spoken) -> None:
        """Whoever speaks there is believed, and the hall's own: what others say would keep a call from being said."""
        clock = self._flow.clock
        for topic in self._hub.topics_of(link.transport):
            kind, of = topics.split(topic)
            record = self._hub.record(topic, f"call/{heard.call}") if kind == "voice" else None
            if record is not None and (link.actor.role == "display" or self._is_speaker(link, of)):
                after_s = self._voices.spoken(of, record, heard.at, clock.now(), clock.speed)
                if after_s is not None:
                    self._heard.labels(of).observe(after_s)

    def _speaks(self, link: ServerLink, asking: Asking) -> None:
        of = asking.loudspeaker
        if f"voice:{of}" not in self._hub.topics_of(link.transport):
            return  # it has just come to see another
        self._turns.ask(link, asking)
        if link.actor.role == "display" and self._is_speaker(link, of):
            self._voices.met(of, self._flow.clock.now())

    def _is_speaker(self, link: ServerLink, of: str) -> bool:
        speaker = self._turns.speaker(of)
        return speaker is not None and speaker[0] is link

    # commands

    async def _command(self, link: ServerLink, message: FromClient) -> None:
        """Have a command done beside the reading, so that one that waits for the disk holds up nothing else."""
        await link.asking.acquire()
        task = asyncio.create_task(self._answer(link, message))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _answer(self, link: ServerLink, message: FromClient) -> None:
        try:
            body = await self._ask(link, message)
        except Refusal as refusal:
            self._refuse(link, refusal, message.id)
        except Exception:
            log.exception("command.failed", command=message.command)
            self._refuse(link, Refusal("server.failed"), message.id)
        else:
            link.send(b'{"id":%b,"ok":%b}' % (_encode(message.id), body or b"null"))
        finally:
            link.asking.release()

    async def _ask(self, link: ServerLink, message: FromClient) -> bytes | None:
        name = message.command or ""
        entry = REGISTRY.get(name)
        if entry is None or entry.path is None:
            raise Refusal("feed.unknown_command", command=name[:64])
        # a session that has ended meanwhile asks for nothing more
        actor = self._gate.known(link.token) or await self._gate.who(link.token)
        own = self._run(link)
        if name == "devices.report" and own is not None and not speaks(own, self._runs()):
            raise Refusal("device.twice")
        return (await self._intake.ask_fields(entry, actor, message.args, message.key)).body

    def _refuse(self, link: ServerLink, refusal: Refusal, number: int | str | None = None) -> None:
        error = refusal.body(link.language)
        link.send(_encode({"error": error} if number is None else {"id": number, "error": error}))

    # what everybody is told

    def _hear(self, commit: Commit) -> None:
        flow, touched = self._flow, commit.touched
        published = any(isinstance(each.event, Published) for each in commit.stamped)
        sends, news = self._hub.commit(
            commit.seq,
            flow.epoch,
            topics.changed(touched),
            self._beat,
            anew=published,
        )
        self._publish(sends)
        if published:
            self._tell_removed()
        if touched is None or touched.devices:
            self._judge_devices(None if touched is None else touched.devices)
        now_s = time.monotonic()
        for topic, records in news.items():
            kind, display = topics.split(topic)
            if kind == "board":
                for key, record in records.items():
                    if key.startswith("call/") and record.state == "called":
                        self._receipts.published(display, record.call, now_s)
        if flow.degraded != self._degraded:
            self._degraded = flow.degraded
            self.beat()

    def beat(self) -> None:
        """Tell everybody the business time now: every 3 s, and at once when it was set or the store's state changed."""
        frame = text_frame(b'{"beat":%b}' % self._beat())
        for link in self._links:
            if link.told:
                link.write(frame)

    async def _beat_on(self) -> None:
        for beats in count(1):
            await asyncio.sleep(BEAT_S)
            try:
                self._look()
                self._publish(self._hub.enliven())
                self.beat()
                if beats % SESSION_BEATS == 0:
                    await self._end_idle()
            except Refusal as refusal:
                log.warning("sessions.unknown", code=refusal.code)
            except Exception:
                log.exception("beat.failed")

    def _beat(self) -> bytes:
        clock = self._flow.clock
        return _encode(Beat(clock.now(), clock.speed, self._flow.degraded))

    def _alive(self, topic: str) -> dict[str, Any]:
        """A topic's live part: the waits beside its records; of the hall also what it offers, of the floor what came of the waits
        told, what is advised and how displays and machine are; of the administrator's topic which devices are here, and which are
        two programs; and of a device's, a counter's or a voice's nothing.
        """
        kind, _ = topics.split(topic)
        if kind in ("device", "counter", "voice"):
            return {}
        if kind == "admin":
            return {"here": sorted(self._here()), "twice": self._twice}
        told = self._flow.foresight.told
        waits = {} if told is None else beside(told, self._flow.durable, topic)
        # without its age, which would be another one with every beat: what is too old is taken back here
        ranges = {key: {"low_min": wait.low_min, "high_min": wait.high_min} for key, wait in waits.items()}
        more = self._offer() if kind == "hall" else {}
        if kind == "floor":
            more = self._condition() | {
                "hour": None if told is None else told.hour,
                "advice": shown(self._flow.foresight.counsel, self._flow.durable),
            }
        return {"waits": ranges} | more

    def _offer(self) -> dict[str, Any]:
        """What most people come for, as far as the hall still has it, and which kiosks can print now, each where it stands."""
        state, here = self._flow.durable, self._here()
        offer = {
            "common": [service for service in self._flow.common if service in state.hall.service],
            "kiosks": [
                {"name": device.name, "zone": device.zone}
                for device in state.devices.values()
                if device.kind == "kiosk" and device.state == "placed"
                if device.health == "ready" and device.id in here
            ],
        }
        return {name: value for name, value in offer.items() if value}

    def _here(self) -> set[DeviceId]:
        return {link.actor.device for link in self._links if link.told and link.actor.device is not None}

    def _run(self, link: ServerLink) -> Run | None:
        """The program behind a link, if it is a device with a place and says which run it is; without one anybody may be one."""
        id_ = link.actor.device
        if id_ is None or link.instance is None or not link.told or link.transport.is_closing():
            return None
        device = self._flow.durable.devices.get(id_)
        return Run(id_, link.instance, link.came) if device is not None and device.state == "placed" else None

    def _runs(self) -> list[Run]:
        return [run for link in self._links if (run := self._run(link)) is not None]

    def _condition(self) -> dict[str, Any]:
        """Every display's screens, how long the last call took there, what is wrong with backups, with voices and with the
        machine's clock, what a cut of the power left, which tablets are where they belong, and which devices are two programs.
        """
        now_s = time.monotonic()
        screens = {
            id_: {"title": title, **self._receipts.status(id_, self._hub.count(f"board:{id_}"), now_s)}
            for id_, title in self._flow.durable.hall.display_name.items()
        }
        return {
            "screens": screens,
            "backup": self._alarm(),
            "clock": self._flow.doubt.tells(),
            "cut": self._left,
            "voices": self._standings,
            "tablets": self._stood,
            "twice": names(self._twice, {id_: one.name for id_, one in self._flow.durable.devices.items()}),
        }

    def _look(self) -> None:
        """See what loudspeakers, tablets and, after a cut of the power, devices do: also while nobody sees the floor."""
        state, held = self._flow.durable, self._flow.clock.held
        devices, here = state.devices.values(), self._here()
        self._left = self._outage.status(devices, here, state.day, held=held)
        self._stood = self._tablets.status(devices, here, list(state.hall.window), self._flow.clock.now())
        self._standings = self._standing()
        self._twice = self._twins.status(self._runs(), time.monotonic())

    def _standing(self) -> list[Any]:
        """How every loudspeaker is."""
        found: list[Any] = []
        state, clock = self._flow.durable, self._flow.clock
        for one in state.hall.loudspeakers:
            calls = boards.calls(state, one.zones)
            speaker = self._speaker(one.id)
            record = voices.loudspeaker(state, one)
            standing = self._voices.standing(record, calls, speaker, clock.now(), clock.speed)
            self._unspoken.labels(one.id).set(len(standing.late))
            found.append(standing)
        return found

    def _speaker(self, of: str) -> Speaker | None:
        """Who speaks there, as the floor calls it: a device by its name, a page that nobody placed by the board that it shows."""
        held = self._turns.speaker(of)
        if held is None:
            return None
        link, able, reserve = held
        state = self._flow.durable
        device = None if link.actor.device is None else state.devices.get(link.actor.device)
        if device is not None or link.actor.role == "display":
            name = link.actor.name if device is None else device.name
            return Speaker(Text(name, name), able, reserve)
        shown = [topics.split(topic)[1] for topic in self._hub.topics_of(link.transport)]
        names = state.hall.display_name
        title = next((names[each] for each in shown if each in names), Text(of, of))
        return Speaker(title, able, reserve)

    @staticmethod
    def _publish(sends: Iterable[tuple[bytes, Collection[Any]]]) -> None:
        """What goes to many is written to their transports; whether each of them reads is seen with the next beat or answer."""
        for text, transports in sends:
            frame = text_frame(text)
            for transport in transports:
                try:
                    transport.write(frame)
                except RuntimeError:  # it has just gone
                    continue
