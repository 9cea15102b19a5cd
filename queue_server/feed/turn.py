"""Who speaks from which loudspeaker: the election of each, its timer, and the words to those who take part."""

import asyncio
import time
from collections.abc import Callable, Collection
from typing import Any

import msgspec

from queue_server.feed import election
from queue_server.feed.election import Asked, Event, Gone, Tell, Ticked
from queue_server.feed.link import ServerLink
from queue_server.wire.voice import Asking, TurnRecord

_encode = msgspec.json.Encoder().encode


class Turns:
    """All loudspeakers of a feed. `said` gives the last calls that were heard from one."""

    def __init__(self, said: Callable[[str], tuple[Any, ...]]) -> None:
        self._said = said
        self._begun_s, self._term = time.monotonic(), time.time_ns() // 1_000_000
        self._states: dict[str, election.State] = {}
        self._timer: asyncio.TimerHandle | None = None

    def ask(self, link: ServerLink, asking: Asking) -> None:
        """Somebody whose link sees a loudspeaker's topic could speak there, or does."""
        self._step(asking.loudspeaker, Asked(link, link.actor.role == "display", asking))

    def keep(self, link: ServerLink, loudspeakers: Collection[str], *, silent: bool = False) -> None:
        """A link sees these loudspeakers and no others any more. `silent`: whoever it was has closed it, and plays no more."""
        for of, state in tuple(self._states.items()):
            if link in state.candidates and of not in loudspeakers:
                self._step(of, Gone(link, silent))

    def speaker(self, loudspeaker: str) -> tuple[ServerLink, bool, int] | None:
        """Who speaks there now, whether that one would be heard, and how many others would be."""
        state = self._states.get(loudspeaker)
        if state is None or not isinstance(state.speaker, ServerLink):
            return None
        able = sum(one.able for who, one in state.candidates.items() if who != state.speaker)
        return state.speaker, state.candidates[state.speaker].able, able

    def close(self) -> None:
        """Nobody is told anything any more."""
        self._states.clear()
        self._wait()

    def _step(self, of: str, event: Event) -> None:
        now_s = time.monotonic()
        state = self._states.get(of) or election.vacant(self._begun_s, self._term)
        self._states[of], tells = election.step(state, event, now_s)
        for told in tells:
            self._tell(of, told)
        self._wait()

    def _tell(self, of: str, told: Tell) -> None:
        assert isinstance(told.who, ServerLink)
        record = TurnRecord(
            loudspeaker=of,
            turn=told.turn,
            at=told.at,
            term=told.term,
            for_s=told.for_s,
            reserve=told.reserve,
            said=self._said(of),
        )
        told.who.send(b'{"voice":%b}' % _encode(record))

    def _wait(self) -> None:
        """Have the timer at the first moment at which something is due."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        dues = {of: due for of, state in self._states.items() if (due := election.due(state)) is not None}
        if dues:
            of = min(dues, key=dues.__getitem__)
            after_s = max(0.0, dues[of] - time.monotonic())
            self._timer = asyncio.get_running_loop().call_later(after_s, self._step, of, Ticked())
