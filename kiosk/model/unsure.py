"""What is said to whoever does not know which to choose."""

from kiosk.model import aid
from kiosk.model import look as seen
from kiosk.model.inside import Inside
from kiosk.model.look import Option
from kiosk.model.screen import Helping


class Unsure(Inside):
    """The button on the home screen, and the screen behind it."""

    def unsure(self) -> str:
        """The button: what came of a call, or the question; empty where there is no answer to that here."""
        if aid.offered(self.state):
            return self.say(f"aid_home_{self.state.helped}" if self.state.helped else "enquiry")
        return self.say("enquiry") if self.state.enquiry is not None else ""

    def helping(self, screen: Helping) -> seen.Helping:
        """A ticket for enquiries, or a steward."""
        tone: seen.Tone = "plain"
        enquiry, calls = self.state.enquiry is not None, aid.calls(self.state, screen)
        if self.state.helped is not None:
            tone = "good"
            sentence = self.say(f"aid_{self.state.helped}", name=self.state.name or "")
        elif screen.asked:
            sentence = self.say("aid_asked")
        elif screen.trouble is not None:
            tone, sentence = "alarm", self.say("aid_trouble")
        elif not calls:
            sentence = self.say("home_help")
        else:
            sentence = self.say("aid_both" if enquiry else "aid_steward")
        acts = (
            *((Option("act", "steward", "staff", self.say("aid_call"), chosen=True),) if calls else ()),
            *((Option("enquiry", "", "ticket", self.say("aid_enquiry"), chosen=False),) if enquiry else ()),
        )
        return seen.Helping(self.say("enquiry"), sentence, tone, () if screen.asked else acts)
