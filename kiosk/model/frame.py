"""What stands around every screen: the hall, its time, and the one sentence about the system."""

from kiosk.model.look import Banner, Header
from kiosk.model.near import nearest
from kiosk.model.screen import Choosing, Claiming, Dark, Home, Woken
from kiosk.model.words import Words
from queue_server.wire.day import local, local_day
from queue_server.wire.view import HallRecord

BANNER = 48
"""So many characters of a reason fit into the banner."""


class Frame(Words):
    """The bar at the top and the banner under it."""

    def header(self) -> Header:
        """Whose hall it is and what time; no time while nobody has told it."""
        state = self.state
        title = self.of(state.hall.name) if state.hall else self.say("title")
        if state.clock is None:
            return Header(title, "", "")
        at = local(state.clock)
        weekday = self.say(f"weekday_{at.weekday()}")
        day = self.say("date", year=at.year, month=at.month, day=at.day, weekday=weekday)
        return Header(title, f"{at:%H:%M}", day)

    def leaving(self) -> str:
        """A warning before the home screen comes back by itself, empty while there is time."""
        at = self.state.leaves_at
        return self.say("leaving", seconds=self.left(at)) if at is not None and self.state.leaving else ""

    def banner(self) -> Banner | None:
        """What a visitor must know before anything else, or None."""
        state = self.state
        if (not state.zones and state.code is None) or isinstance(state.screen, Dark | Woken):
            return None  # then the screen itself says it
        if state.printer_fault is not None and self._may_take():
            key = "paper_out" if state.printer_fault == "no_paper" else "printer_out"
            other = nearest(state)
            return Banner(self.say(f"{key}_go", kiosk=other) if other else self.say(key), "warn")
        if state.alone:
            return self.alone()
        if state.barred or (state.code is not None and state.link in {"connecting", "down"}):
            return Banner(self.say("offline"), "alarm")
        hall = state.hall
        return Banner(self.closed(hall), "warn") if hall is not None and not hall.issuing else None

    def _may_take(self) -> bool:
        """Whether a visitor is still before the ticket, also that of an appointment, and can have one here."""
        state = self.state
        return state.takes and state.code is None and isinstance(state.screen, Home | Choosing | Claiming)

    def alone(self) -> Banner:
        """Who can be served without the server need not be alarmed; who cannot is told where to go."""
        hall = self.state.hall
        if hall is None or hall.why is not None:
            return Banner(self.closed(hall) if hall else self.say("offline"), "warn")
        return Banner(self.say("alone"), "calm") if hall.issuing else Banner(self.say("desk"), "warn")

    def closed(self, hall: HallRecord) -> str:
        """Why there is no ticket anywhere; outside the hours these, and when they begin again if not today."""
        if hall.why == "full":
            return self.say("closed_full")
        if hall.why != "closed":
            reason = self.stopped(hall, BANNER)
            return self.say("closed", reason=reason) if reason else self.say("paused")
        said = self.say("closed_hours", hours=hall.hours) if hall.hours else self.say("closed_day")
        if hall.opens is None or local_day(hall.opens) == local_day(self.state.clock or hall.opens):
            return said
        return said + self.say("opens_next", at=f"{local(hall.opens):%Y-%m-%d %H:%M}")
