"""The feed's sockets: hellos, commands and receipts in, what the hub says out. Everything is sent without waiting for anybody."""

import asyncio
import time
from asyncio import Task
from collections.abc import Callable, Collection, Iterable
from itertools import count
from typing import Any

import msgspec
import structlog
from aiohttp import WSMsgType, web
from prometheus_client import CollectorRegistry, Counter, Gauge

from queue_server.auth.door import MALFORMED
from queue_server.auth.gate import Gate
from queue_server.auth.intake import Intake
from queue_server.auth.limit import Limits
from queue_server.auth.pace import Pace
from queue_server.engine.event import Published
from queue_server.feed.admission import Admission
from queue_server.feed.frame import GOING_AWAY, POLICY, text_frame
from queue_server.feed.hub import Hub
from queue_server.feed.link import MOST_GARBAGE, ServerLink
from queue_server.feed.live import Live
from queue_server.feed.outlet import Outlets
from queue_server.flow.flow import Commit
from queue_server.views import topic as topics
from queue_server.wire.command import REGISTRY
from queue_server.wire.error import Refusal
from queue_server.wire.floor import CutRecord
from queue_server.wire.frame import Beat, FromClient
from queue_server.wire.ticket import Text

BEAT_S = 3.0
"""Real seconds between beats."""
SESSION_BEATS = 3
"""Beats between two looks for sessions and devices' tokens that have ended."""
HELLO_S = 10.0
"""A client that has not said hello by then is closed."""
log = structlog.get_logger(__name__)
_encode = msgspec.json.Encoder().encode
_read = msgspec.json.Decoder(FromClient).decode


class Feed:
    """All links of /feed. Made after flow has started, and `start` then; `close` before it stops."""

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
        flow = intake.flow
        self._intake, self._flow, self._gate = intake, flow, gate
        self._token, self._language = token, language
        self._limits = limits
        self._links: set[ServerLink] = set()
        self._came = count(1)
        self._tasks: set[Task[None]] = set()
        self._hub = Hub(
            self._records,
            lambda topic: topics.sources(flow.durable, topic),
            flow.seq,
            flow.epoch,
            brief=topics.brief,
            alive=self._alive,
            told=topics.told,
        )
        self._outlets = Outlets(flow, self._hub, registry)
        self._live = Live(flow, self._outlets, self._links, alarm, cut)
        self._admission = Admission(gate, flow, self._hub, self._outlets.turns, self._links, self._beat)
        self._beating: Task[None] | None = None
        self._degraded = False
        self._unhear: Callable[[], None] = lambda: None
        self._connected = Gauge("jiaohao_feed_links", "Open links of the feed.", registry=registry)
        self._cut = Counter("jiaohao_feed_cut", "Links cut because they did not read.", registry=registry)

    def start(self) -> None:
        """Hear flow's commits and begin to beat."""
        self._live.look()
        self._unhear = self._flow.hear(self._hear)
        self._gate.hear(self._admission.end)
        self._beating = asyncio.create_task(self._beat_on(), name="beat")

    def close(self) -> None:
        """Close every link at once; aiohttp alone would wait two minutes for them."""
        self._unhear()
        self._outlets.turns.close()
        if self._beating is not None:
            self._beating.cancel()
        for link in tuple(self._links):
            link.close(GOING_AWAY)

    def send_away(self) -> None:
        """Tell every link that this server may not serve any more, and close it: its client goes on to the next address."""
        for link in tuple(self._links):
            link.dismiss(Refusal("server.standby"), GOING_AWAY)

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
            self._outlets.turns.keep(link, (), silent=not link.ended)
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
                link.dismiss(Refusal("feed.bad_hello"))
                return
            if message.type in (WSMsgType.CLOSE, WSMsgType.CLOSED, WSMsgType.CLOSING, WSMsgType.ERROR):
                return
            garbage, refused = link.garbage, False
            try:
                await self._take(link, message.data if message.type is WSMsgType.TEXT else "")
            except Refusal as refusal:
                link.refuse(refusal)
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
            before = link.prints
            await self._admission.greet(link, message.hello)
            if link.prints != before:  # whoever stands before another kiosk is sent nowhere in vain
                self._publish(self._hub.enliven())
        elif not link.told:
            link.garbage += 1
            link.refuse(Refusal("feed.bad_hello"), message.id)
        elif message.command is not None:
            await self._command(link, message)
        elif message.shown is not None:
            self._outlets.shown(link, message.shown.call)
        elif message.spoken is not None:
            self._outlets.spoken(link, message.spoken)
        elif message.voice is not None:
            self._outlets.speaks(link, message.voice)
        else:
            link.garbage += 1
            raise Refusal("feed.garbage")

    def _records(self, topic: str, before: topics.Records, changed: Collection[str] | None) -> topics.Records:
        """A topic's records now; none of a display or window that was removed while somebody saw it."""
        try:
            return topics.show(self._flow.durable, topic, before, changed)
        except Refusal:
            return {}

    def _alive(self, topic: str) -> dict[str, Any]:
        """A topic's live part, of which some is seen in the hub itself."""
        return self._live.of(topic)

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
            link.refuse(refusal, message.id)
        except Exception:
            log.exception("command.failed", command=message.command)
            link.refuse(Refusal("server.failed"), message.id)
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
        if name == "devices.report" and not self._live.speaks(link):
            raise Refusal("device.twice")
        return (await self._intake.ask_fields(entry, actor, message.args, message.key)).body

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
            self._admission.tell_removed()
        if touched is None or touched.devices:
            self._admission.judge_devices(None if touched is None else touched.devices)
        if news:
            self._outlets.published(news)
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
                self._live.look()
                self._publish(self._hub.enliven())
                self.beat()
                if beats % SESSION_BEATS == 0:
                    await self._admission.end_idle()
            except Refusal as refusal:
                log.warning("sessions.unknown", code=refusal.code)
            except Exception:
                log.exception("beat.failed")

    def _beat(self) -> bytes:
        clock = self._flow.clock
        return _encode(Beat(clock.now(), clock.speed, self._flow.degraded))

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
