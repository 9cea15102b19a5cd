"""How the screen can suit whoever stands before it: the buttons for that, those of what is read aloud, and how dense a list may
be.
"""

from kiosk.model.frame import Frame
from kiosk.model.look import Option
from kiosk.model.manner import ways
from kiosk.model.prompt import heard
from kiosk.model.screen import Home

ONE_COLUMN = 7
"""So many services still stand in one column of large rows."""
LOW_COLUMN = 4
"""The same in the lower half of a panel."""
WIDE_COLUMN = 3
"""The same on a panel that lies."""
WIDE_TWO = 6
"""So many stand in two columns there; more of them in three."""
ICONS = {"easy": "easy", "low": "wheelchair", "contrast": "contrast", "voice": "voice"}


class Easy(Frame):
    """What is said of it."""

    def ways(self) -> tuple[Option, ...]:
        """One button for each way, on the home screen of a kiosk that has a hall; wherever something is read, two for that."""
        state = self.state
        if not isinstance(state.screen, Home) or state.code is not None or not state.zones:
            return self.reading()
        return (
            *(
                Option("way", way, ICONS[way], self.say(f"way_{way}"), getattr(state.manner, way))
                for way in ways(tall=state.tall, reads=state.reads)
            ),
            *self.reading(),
        )

    def reading(self) -> tuple[Option, ...]:
        """Once more, and how loud, while a screen is read aloud."""
        if not heard(self.state).said:
            return ()
        step = self.state.manner.volume
        return (
            Option("again", "", "again", self.say("again"), chosen=False),
            Option("volume", "", f"volume-{step}", self.say(f"volume_{step}"), chosen=False),
        )

    def brief(self) -> bool:
        """Whether the zones stand in few words each: there is little room, or they are to be large."""
        return self.state.manner.low or self.state.manner.easy

    def columns(self, count: int) -> int:
        """Into how many columns so many services go."""
        manner = self.state.manner
        if not self.state.tall:
            return 1 if count <= WIDE_COLUMN else 2 if count <= WIDE_TWO else 3
        if manner.low:
            return 1 if count <= LOW_COLUMN else 2
        return 1 if count <= ONE_COLUMN or manner.easy else 2
