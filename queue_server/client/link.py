"""The socket around a session: connects, reconnects with jitter, and turns effects into what programs wait
for.

link = Link(["http://hall:8080"], topics=["hall"], token=token)
async with link:
    ticket = await link.command("tickets.take", {"service": "id-card"})
"""

import asyncio
import contextlib
import logging
import random
import secrets
import ssl
import time
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from http.client import HTTPException
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit, urlunsplit

import msgspec
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidMessage, InvalidURI

from queue_server.client.away import distrusted, why
from queue_server.client.delay import reconnect_delay
from queue_server.client.effect import (
    Answered,
    Changed,
    Close,
    Effect,
    Expired,
    Faulted,
    LinkState,
    LiveChanged,
    Rejected,
    Send,
    Turned,
    Turning,
)
from queue_server.client.error import CommandRefused, Unanswered
from queue_server.client.request import post
from queue_server.client.session import Records, Session
from queue_server.wire.error import ErrorBody
from queue_server.wire.ticket import Text
from queue_server.wire.voice import Asking, TurnRecord

OPEN_TIMEOUT_S = 5.0
SETTLED_S = 3.0
"""A connection that was live for this long was a good one: after it the first retry is quick again."""
STANDBY = "server.standby"
REFUSED, UNSURE = 400, 500
"""The first HTTP status of a refusal, and of a server that does not know itself whether it was done."""
LARGEST_MESSAGE = 16 * 1024 * 1024
"""A snapshot of a large hall's floor stays far below this."""

# A program that takes over the root logger (Kivy does) would otherwise write every frame, tickets included,
# into its log.
logging.getLogger("websockets").setLevel(logging.WARNING)
_log = logging.getLogger(__name__)


def feed_address(address: str) -> str:
    """The feed's address for a server's: http -> ws, https -> wss; a bare host:port is taken as http."""
    parts = urlsplit(address if "://" in address else f"http://{address}")
    scheme = {"http": "ws", "https": "wss"}.get(parts.scheme, parts.scheme)
    path = parts.path.rstrip("/")
    return urlunsplit((scheme, parts.netloc, path if path.endswith("/feed") else f"{path}/feed", "", ""))


def new_key() -> str:
    """A fresh idempotency key. Keep it to ask again for the same thing."""
    return secrets.token_urlsafe(18)


class Link:
    """One program's link to the hall. It never gives up: while the server is away it keeps trying, address
    after address.

    `topics` holds the records of every topic as plain dicts (the last good state while not `live`), `live`
    the parts without a seq, `fault` the last (code, message) with which the server refused this link itself,
    else None; `why` the sentence for a server that could not be had, None while one is. `trust` tells who may be a
    server that is asked by https; None: whom this machine trusts.
    """

    def __init__(
        self,
        addresses: Sequence[str],
        topics: Iterable[str] = (),
        token: str | None = None,
        language: str = "zh",
        *,
        trust: ssl.SSLContext | None = None,
        chance: random.Random | None = None,
    ) -> None:
        if not addresses:
            raise ValueError("a link needs at least one address")
        self._named = list(addresses)
        self._addresses = [feed_address(address) for address in addresses]
        self._session = Session(tuple(topics), token, language, secrets.token_urlsafe(9))
        self._trust = trust
        self._doubt = ""
        # Spreads reconnects over time; guards no secret.
        self._chance = chance or random.Random()  # noqa: S311
        self._outbox: asyncio.Queue[str] | None = None
        self._socket: ClientConnection | None = None
        self._address: str | None = None
        """Where the link is connected."""
        self._answers: dict[int, asyncio.Future[Any]] = {}
        self._on_change: list[Callable[[str, frozenset[str]], None]] = []
        self._on_state: list[Callable[[LinkState], None]] = []
        self._on_fault: list[Callable[[str], None]] = []
        self._on_turn: list[Callable[[TurnRecord], None]] = []
        self._turned = asyncio.Event()
        self._wake = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._live_since_s: float | None = None
        self._sent_on = False
        """This server does not serve the hall any more; another address may."""
        self.fault: tuple[str, str] | None = None
        self.why: Text | None = None

    # what is known

    @property
    def topics(self) -> dict[str, Records]:
        """Records by topic and key."""
        return self._session.topics

    @property
    def live(self) -> dict[str, dict[str, Any]]:
        """Live parts by topic."""
        return self._session.live

    @property
    def state(self) -> LinkState:
        """`connecting`, `live`, `stale` (connected but silent for 10 s) or `down`."""
        return self._session.state

    @property
    def degraded(self) -> bool:
        """Whether the server said with its last beat that its store takes no changes."""
        return self._session.degraded

    @property
    def epoch(self) -> str | None:
        """The store's epoch, None before the first snapshot."""
        return self._session.epoch

    def now(self) -> datetime:
        """Business time, aware UTC; this machine's own clock until the first beat."""
        clock = self._session.clock
        return datetime.now(UTC) if clock is None else clock.now(time.monotonic())

    @property
    def speed(self) -> float:
        """How fast business time runs; 1 outside demo and tests."""
        clock = self._session.clock
        return 1.0 if clock is None else clock.beat.speed

    # hooks

    def on_change(self, hook: Callable[[str, frozenset[str]], None]) -> None:
        """Call `hook(topic, keys)` in the loop after records (or, with no keys, the live part) of a topic
        changed.
        """
        self._on_change.append(hook)

    def on_state(self, hook: Callable[[LinkState], None]) -> None:
        """Call `hook(state)` in the loop when the link's state changed."""
        self._on_state.append(hook)

    def on_fault(self, hook: Callable[[str], None]) -> None:
        """Call `hook(code)` in the loop when the server refused the link itself."""
        self._on_fault.append(hook)

    def on_turn(self, hook: Callable[[TurnRecord], None]) -> None:
        """Call `hook(record)` in the loop when the server says whose turn it is to speak from a loudspeaker."""
        self._on_turn.append(hook)

    async def reach(self, state: LinkState) -> None:
        """Return when the link is in `state`. Put a time limit around it where one is needed."""
        while self._session.state != state:
            self._turned.clear()
            await self._turned.wait()

    # commands

    async def command(
        self, name: str, args: dict[str, Any] | None = None, key: str | None = None, timeout_s: float = 10.0
    ) -> Any:
        """Have a command done and return its answer (None where it returns nothing).

        Asked again with the same key after every reconnect and when the outcome is unknown, for `timeout_s`
        of real time. Raises CommandRefused, or Unanswered when the time is up.
        """
        number, effects = self._session.ask(name, args or {}, key or new_key(), timeout_s, time.monotonic())
        answer = self._answers[number] = asyncio.get_running_loop().create_future()
        self._run(effects)
        self._wake.set()
        try:
            return await answer
        finally:
            self._answers.pop(number, None)
            self._session.forget(number)

    async def post(
        self, path: str, body: dict[str, Any], key: str | None = None, timeout_s: float = 5.0
    ) -> Any:
        """Have something done that only HTTP does, below /api/v1 of the link's server, and return its answer. It is asked once.

        Raises CommandRefused; or Unanswered, also where the server says itself that it does not know.
        """
        key, address, token = key or new_key(), self._address, self._session.token
        if address is None or not token:
            raise Unanswered(key, sent=False)
        headers = {
            "Authorization": f"Bearer {token}",
            "Content-Type": "application/json",
            "Accept-Language": self._session.language,
            "Idempotency-Key": key,
        }
        try:
            status, answer = await asyncio.to_thread(
                post, address, path, msgspec.json.encode(body), headers, self._trust, timeout_s
            )
            if status < REFUSED:
                return msgspec.json.decode(answer) if answer else None
            refusal = msgspec.json.decode(answer, type=ErrorBody)
        except (OSError, HTTPException, msgspec.DecodeError) as fault:
            raise Unanswered(key, sent=True) from fault
        if status >= UNSURE:
            raise Unanswered(key, sent=True)
        raise CommandRefused(refusal.code, refusal.message, dict(refusal.detail))

    def shown(self, call: int) -> None:
        """Tell the server that the call is painted (displays only)."""
        self._run(self._session.shown(call))

    def spoken(self, call: int, at: datetime) -> None:
        """Tell the server that the call was heard from the loudspeaker, as it was `at` (voices only)."""
        self._run(self._session.spoken(call, at))

    def ask_turn(self, asking: Asking) -> None:
        """Tell the server how we stand to a loudspeaker (voices only)."""
        self._run(self._session.ask_turn(asking))

    def tell_prints(self, *, prints: bool) -> None:
        """Tell the server whether a paper comes out of this kiosk (kiosks only); the same word again is no news."""
        self._run(self._session.tell_prints(prints))

    def want(self, topics: Iterable[str]) -> None:
        """See other topics from now on."""
        self._run(self._session.want(tuple(topics)))

    def become(self, token: str | None, topics: Iterable[str]) -> None:
        """Bear another token and see other topics from now on; an empty token is nobody's."""
        self._run(self._session.become(token, tuple(topics)))

    # life

    async def __aenter__(self) -> Self:
        self._task = asyncio.create_task(self.run(), name="link")
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait((self._task,))
            if not self._task.cancelled():
                self._task.result()
            self._task = None

    async def run(self) -> None:
        """Keep the link up until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._watch())
            tasks.create_task(self._connect())

    # inside

    async def _watch(self) -> None:
        while True:
            due_s = self._session.due()
            patience_s = None if due_s is None else max(0.0, due_s - time.monotonic())
            # Not wait_for: in Python 3.11 it can swallow a cancellation that comes together with the event.
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(patience_s):
                    await self._wake.wait()
            self._wake.clear()
            self._run(self._session.tick(time.monotonic()))

    async def _connect(self) -> None:
        attempt = turn = 0
        while True:
            self._live_since_s, self._sent_on = None, False
            self._run(self._session.connecting())
            at = turn % len(self._addresses)
            address = self._addresses[at]
            said: Text | None = None
            try:
                await self._hold(address)
            except ssl.SSLCertVerificationError as fault:
                said = self._distrust(address, fault.verify_message)
            except (OSError, InvalidHandshake, InvalidMessage, ConnectionClosed) as fault:
                said = why(self._named[at], fault)  # away, or not ours: the next try will tell
            self.why = said
            self._outbox = self._socket = self._address = None
            self._run(self._session.lost())
            # Stay with an address that worked, go on to the next one otherwise; a connection that broke at
            # once counts as a failure, so that nothing can make a hall of clients reconnect in a tight
            # circle.
            lived_s = self._lived_s()
            turn += lived_s is None or self._sent_on
            attempt = 0 if (lived_s or 0.0) >= SETTLED_S else attempt + 1
            await asyncio.sleep(reconnect_delay(max(0, attempt - 1), self._chance.random()))

    def _distrust(self, address: str, doubt: str) -> Text:
        """Say that a server is not trusted, in the log once: the next try is seconds away and nothing will have changed."""
        said = distrusted(address, doubt)
        if doubt != self._doubt:
            self._doubt = doubt
            _log.error("%s %s", said.zh, said.en)
        return said

    def _lived_s(self) -> float | None:
        return None if self._live_since_s is None else time.monotonic() - self._live_since_s

    async def _hold(self, address: str) -> None:
        try:
            socket = await connect(
                address,
                ssl=(self._trust or True) if address.startswith("wss:") else None,
                compression=None,
                proxy=None,  # the hall's server is on the hall's own network
                open_timeout=OPEN_TIMEOUT_S,
                close_timeout=1.0,
                ping_interval=None,  # beats do that, and pages cannot see pings
                max_size=LARGEST_MESSAGE,
            )
        except InvalidURI as error:
            raise ValueError(f"not a server's address: {address}") from error
        async with socket:
            self._socket, self._address = socket, address
            outbox = self._outbox = asyncio.Queue()
            self._run(self._session.opened(time.monotonic(), datetime.now(UTC)))
            self._wake.set()
            writer = asyncio.create_task(self._write(socket, outbox))
            try:
                async for message in socket:
                    self._run(self._session.received(message, time.monotonic()))
                    self._wake.set()
            finally:
                writer.cancel()
                # Not suppress(CancelledError): that would swallow one that is meant for this task, which would then go on for ever.
                await asyncio.gather(writer, return_exceptions=True)

    @staticmethod
    async def _write(socket: ClientConnection, outbox: asyncio.Queue[str]) -> None:
        while True:
            await socket.send(await outbox.get())

    def _run(self, effects: list[Effect]) -> None:
        for effect in effects:
            match effect:
                case Send(text):
                    if self._outbox is not None:
                        self._outbox.put_nowait(text)
                case Close():
                    if self._socket is not None:
                        self._socket.transport.abort()
                case Turned(state):
                    self._turn(state)
                case Changed(topic, keys, _):
                    self._tell(topic, keys)
                case LiveChanged(topic):
                    self._tell(topic, frozenset())
                case Answered(number, answer):
                    self._end(number, answer, None)
                case Rejected(number, code, message, detail):
                    self._end(number, None, CommandRefused(code, message, detail))
                case Expired(number, key, sent):
                    self._end(number, None, Unanswered(key, sent=sent))
                case Faulted(code, message):
                    self._refused(code, message)
                case Turning(record):
                    self._turning(record)

    def _turn(self, state: LinkState) -> None:
        if state == "live":
            if self._live_since_s is None:
                self._live_since_s = time.monotonic()
            self.fault, self.why = None, None
        self._turned.set()
        for hook in self._on_state:
            hook(state)

    def _refused(self, code: str, message: str) -> None:
        self.fault = (code, message)
        self._sent_on = code == STANDBY
        for hook in self._on_fault:
            hook(code)

    def _turning(self, record: TurnRecord) -> None:
        for hook in self._on_turn:
            hook(record)

    def _tell(self, topic: str, keys: frozenset[str]) -> None:
        for hook in self._on_change:
            hook(topic, keys)

    def _end(self, number: int, answer: Any, error: Exception | None) -> None:
        future = self._answers.pop(number, None)
        if future is None or future.done():
            return
        if error is None:
            future.set_result(answer)
        else:
            future.set_exception(error)
