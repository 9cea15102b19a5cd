"""Whether a machine may be believed whose time is not the one that the hall has got to, and what to tell of it.

One may say, when its server starts, that a day is over whose end nobody here has seen. If it is wrong, everybody who waits would
lose their turn, every window would close, and numbers would begin again. So where something is open the day goes on until the other
clocks of the hall, those of kiosks, devices and pages with somebody at them, agree, more of them than do not: each of them may
be wrong too.

One that is behind what has been done already needs no decision, since time never goes back (`clock`); it is told of.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Literal

from queue_server.engine.state import State
from queue_server.flow.clock import Clock
from queue_server.wire.day import day_end, local, local_day
from queue_server.wire.ticket import OPEN_STATES, Text

SAME = timedelta(hours=1)
"""Clocks that are no further apart agree."""
FAR = timedelta(days=36_500)
"""A clock that is further off is as wrong as one that is so far off."""
BEHIND = timedelta(minutes=15)
"""A machine that is further behind business time is told of: all that the clock does comes late meanwhile."""
Kind = Literal["alone", "differs", "behind"]
"""What is to be told of a machine: a day that nobody else knows of yet; one that others do not agree with; that it is behind."""


class Doubt:
    """What is doubted, if anything is; until most other clocks agree, or the machine's is put right."""

    def __init__(self, clock: Clock) -> None:
        """Nothing is, yet."""
        self._clock = clock
        self._moved = timedelta()
        """How far other clocks have moved time on, beyond the machine's pace since the last event."""
        self._said: dict[str, timedelta] = {}
        """How far the clock of each witness is ahead of that pace; who spoke last is last."""

    def begin(self, state: State, last_at: datetime | None) -> None:
        """Doubt a new day at the start, and go on from the last event, if that day would take something from somebody."""
        if self._clock.settable or last_at is None or local_day(self._clock.machine) <= state.day:
            return
        if any(ticket.state in OPEN_STATES for ticket in state.tickets.values()) or any(
            window.state != "closed" for window in state.windows.values()
        ):
            self._clock.hold(last_at)

    def heard(self, who: str, at: datetime) -> bool:
        """Hear the clock of a witness, known by an id; True if time went on by it: nothing is doubted any more, or it is later."""
        now = self._clock.now()
        if not self._clock.held:
            return False
        pace = now - self._moved
        self._said.pop(who, None)
        self._said[who] = max(-FAR, min(at - pace, FAR))
        if 2 * len(self._against()) < len(self._said):
            self._clock.release()
            return True
        day = local_day(now)
        alone = min(SAME, day_end(day) - SAME - pace)  # nor does one alone bring the day to its end
        moved = _moved(
            (off for off in self._said.values() if off >= self._moved and local_day(pace + off) == day),
            alone,
        )
        if moved <= self._moved:
            return False
        self._clock.hold(pace + moved)
        self._moved = moved
        return True

    @property
    def kind(self) -> Kind | None:
        """What there is to tell now; None: the machine's time is the hall's, or nearly."""
        if self._clock.settable:
            return None
        now = self._clock.now()
        if not self._clock.held:
            return "behind" if now - self._clock.machine > BEHIND else None
        return "differs" if self._against() else "alone"

    def tells(self) -> Text | None:
        """What whoever runs the hall should know; None as of `kind`."""
        kind, now = self.kind, self._clock.now()
        machine, day = local(self._clock.machine), local(now)
        if kind is None:
            return None
        if kind == "behind":
            return _behind(machine, day)
        if kind == "alone":
            return Text(
                f"服务器电脑的日期是{machine:%m-%d}，而{day:%m-%d}还有没办结的号票或开着的窗口。暂按{day:%m-%d}办理，"
                "等取号机、设备或登录的页面的时间多数与它相符，就开始新的一天。",
                f"By the server's machine it is {machine:%m-%d}, but tickets or windows of {day:%m-%d} are open. That day goes on "
                "until the clocks of kiosks, devices or pages where somebody is signed in agree, more of them than do not.",
            )
        other = local(now - self._moved + self._against()[-1])
        return Text(
            f"服务器电脑的时间（{machine:%m-%d %H:%M}）与其他机器（{other:%m-%d %H:%M}）不符，请校正错的一台。"
            f"此前按{day:%m-%d}办理，没有号票作废。",
            f"The server's machine says {machine:%m-%d %H:%M}, another one {other:%m-%d %H:%M}: put the wrong one "
            f"right. Until then {day:%m-%d} goes on, and no ticket expires.",
        )

    def _against(self) -> list[timedelta]:
        """What witnesses say who do not agree with the machine."""
        machine = self._clock.machine - self._clock.now() + self._moved
        return [off for off in self._said.values() if abs(off - machine) > SAME]


def _moved(said: Iterable[timedelta], alone: timedelta) -> timedelta:
    """How far clocks of the day that goes on move it: two that agree as far as the earlier says, one no further than `alone`."""
    later = sorted(said)
    if not later:
        return timedelta()
    agreed = (one for one, next_ in pairwise(later) if next_ - one <= SAME)
    return next(agreed, min(later[0], alone))


def _behind(machine: datetime, now: datetime) -> Text:
    """What to tell of a machine whose local time is so far behind that of the hall."""
    even = machine + 2 * (now - machine)
    return Text(
        f"服务器电脑的时间是{machine:%m-%d %H:%M}，而大厅已经办到{now:%m-%d %H:%M}。请与手机核对：电脑慢了，请校正；没有慢，"
        f"就是此前快了。一致以前（不校正约到{even:%m-%d %H:%M}）大厅的时间按半速走，号票照常办理。",
        f"The server's machine says {machine:%m-%d %H:%M}, but the hall has got to {now:%m-%d %H:%M} already. Compare with a "
        "phone: put the machine right if it is slow; if it is not, it was fast before. Until they agree (by themselves about "
        f"{even:%m-%d %H:%M}) the hall's time goes at half the speed; tickets go on as ever.",
    )
