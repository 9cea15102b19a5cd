"""What a hall panel of a few rows shows of a board's calls. Pure: records and times in, rows out.

Who was called less than a minute ago stands at the top, the newest first, and is asked to a window; below stand those who are there
already. Where more are asked than there are rows, they take turns: nobody's call is left out because others came at once.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec

from devices.driver.phrase import wordings
from displays.model.hearing import calls
from queue_server.wire.board import BoardRecord, CallRecord
from queue_server.wire.face import say
from queue_server.wire.ticket import Language

ASKED_S = 60.0
"""How long somebody is asked to a window, in real seconds from the call or its recall."""
NEW_S = 8.0
"""A call or recall that is older when it is first seen does not blink."""
TURN_S = 3.0
"""How long some are shown while others who are asked as well have no row."""
BLINKS = 5


@dataclass(frozen=True, slots=True)
class Row:
    """One row shows the first of these wordings that fits it, and blinks so often. `call` is the call that it shows, if any."""

    wordings: tuple[str, ...]
    blinks: int = 0
    call: int | None = None


class Board:
    """The rows of one panel; it remembers what they were last told, so that the same is told once."""

    def __init__(self, rows: int, language: Language = "zh") -> None:
        self.due: float | None = None
        """When the rows change by themselves, in seconds of the steady clock; None: not before something happens."""
        self._rows, self._language = rows, language
        self._told: list[Row | None] = [None] * rows
        self._seen: dict[int, datetime] = {}
        self._turned = 0.0

    def see(
        self,
        records: Mapping[str, Any],
        now: datetime,
        clock: float,
        *,
        speed: float = 1.0,
        stale: bool = False,
    ) -> dict[int, Row]:
        """What is new, by row. `now` is business time, which runs `speed` times as fast as the steady clock `clock`.

        `stale`: it may not be true any more; then the last row says so, and nothing blinks.
        """
        rows = self._wanted(records, now, clock, speed, stale=stale)
        new: dict[int, Row] = {}
        for n, row in enumerate(rows):
            told = self._told[n]
            if told is None or row.blinks or row.wordings != told.wordings:
                self._told[n] = new[n] = row
        return new

    def _wanted(
        self, records: Mapping[str, Any], now: datetime, clock: float, speed: float, *, stale: bool
    ) -> Sequence[Row]:
        room = self._rows - 1 if stale else self._rows
        standing = [each for each in calls(records).values() if each.state in ("called", "serving")]
        standing.sort(key=lambda each: (each.at, each.call), reverse=True)
        ages = {each.call: (now - each.at).total_seconds() / speed for each in standing}
        asked = [each for each in standing if each.state == "called" and ages[each.call] < ASKED_S]
        there = [each for each in standing if each not in asked]
        new = {
            each.call for each in asked if self._seen.get(each.call) != each.at and ages[each.call] < NEW_S
        }
        self._seen = {each.call: each.at for each in standing}
        if new:
            self._turned = clock
        self.due = min((clock + ASKED_S - ages[each.call] for each in asked), default=None)
        shown = asked
        if room and len(asked) > room:
            turns = -(-len(asked) // room)
            turn = int((clock - self._turned) / TURN_S)
            shown = asked[turn % turns * room :][:room]
            self.due = self._turned + (turn + 1) * TURN_S
        rows = [self._asks(each, blinks=BLINKS if each.call in new and not stale else 0) for each in shown]
        rows += [Row(self._say("panel_there", each)) for each in there]
        if not rows:
            rows = [Row((self._idle(records),))]
        rows = [*rows[:room], *[Row(("",))] * (room - len(rows))]
        return [*rows, Row((say("board", "stale", self._language),))] if stale else rows

    def _asks(self, call: CallRecord, *, blinks: int) -> Row:
        return Row(self._say("bar_calling", call), blinks, call.call)

    def _say(self, key: str, call: CallRecord) -> tuple[str, ...]:
        return wordings(key, self._language, number=call.ticket, window=call.window)

    def _idle(self, records: Mapping[str, Any]) -> str:
        board = msgspec.convert(records["board"], BoardRecord) if "board" in records else None
        if board is None or board.idle is None:
            return say("device", "bar_idle", self._language)
        return board.idle.of(self._language)
