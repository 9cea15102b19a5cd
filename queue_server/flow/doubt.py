"""Whether a machine may be believed that says, when its server starts, that a day is over whose end nobody here has seen.

If it is wrong, everybody who waits would lose their turn, every window would close, and numbers would begin again. So where
something is open the day goes on until another clock of the hall, that of a kiosk, a device or a page with somebody at it, agrees.
"""

from datetime import datetime, timedelta

from queue_server.engine.state import State
from queue_server.flow.clock import Clock
from queue_server.wire.day import local, local_day
from queue_server.wire.ticket import OPEN_STATES, Text

SAME = timedelta(hours=1)
"""Clocks that are no further apart agree."""


class Doubt:
    """What is doubted, if anything is; until somebody's clock agrees, or the machine's is put right."""

    def __init__(self, clock: Clock) -> None:
        """Nothing is, yet."""
        self._clock = clock
        self._against: datetime | None = None
        """What another clock says."""

    def begin(self, state: State, last_at: datetime | None) -> None:
        """Doubt a new day at the start, and go on from the last event, if that day would take something from somebody."""
        if self._clock.settable or last_at is None or local_day(self._clock.machine) <= state.day:
            return
        if any(ticket.state in OPEN_STATES for ticket in state.tickets.values()) or any(
            window.state != "closed" for window in state.windows.values()
        ):
            self._clock.hold(last_at)

    def heard(self, at: datetime) -> bool:
        """Hear another clock; True if time went on by it: nothing is doubted any more, or it is later on that day."""
        if not self._clock.held:
            return False
        if abs(at - self._clock.machine) <= SAME:
            self._clock.release()
            return True
        self._against = at
        now = self._clock.now()
        if now < at and local_day(now) == local_day(at):
            self._clock.hold(at)
            return True
        return False

    def tells(self) -> Text | None:
        """What whoever runs the hall should know; None: nothing is doubted."""
        if not self._clock.held:
            return None
        machine, now = local(self._clock.machine), local(self._clock.now())
        if self._against is None:
            return Text(
                f"服务器电脑的日期是{machine:%m-%d}，而{now:%m-%d}还有没办结的号票或开着的窗口。暂按{now:%m-%d}办理，"
                "等一台取号机、设备或登录的页面的时间与它相符，就开始新的一天。",
                f"By the server's machine it is {machine:%m-%d}, but tickets or windows of {now:%m-%d} are open. That day goes on "
                "until the clock of a kiosk, a device or a page where somebody is signed in agrees.",
            )
        return Text(
            f"服务器电脑的时间（{machine:%m-%d %H:%M}）与其他机器（{local(self._against):%m-%d %H:%M}）不符，请校正错的一台。"
            f"此前按{now:%m-%d}办理，没有号票作废。",
            f"The server's machine says {machine:%m-%d %H:%M}, another one {local(self._against):%m-%d %H:%M}: put the wrong one "
            f"right. Until then {now:%m-%d} goes on, and no ticket expires.",
        )
