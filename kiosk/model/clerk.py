"""What is said to the hall's staff, who confirm or refuse what a ticket asks for, and prove who they are."""

from kiosk.model import look as seen
from kiosk.model import staff
from kiosk.model.frame import Frame
from kiosk.model.held import ERASE
from kiosk.model.inside import GAP
from kiosk.model.look import Finding, Key
from kiosk.model.screen import Deciding, Naming, Proving


class Clerk(Frame):
    """The screens of a decision."""

    def for_staff(self, screen: Deciding | Naming | Proving) -> seen.Deciding | seen.Naming | seen.Proving:
        """One of them."""
        match screen:
            case Deciding():
                return self.deciding(screen)
            case Naming():
                return self.naming(screen)
            case Proving():
                return self.proving(screen)

    def deciding(self, screen: Deciding) -> seen.Deciding:
        """Is it so?"""
        ticket = screen.issued.ticket
        badge, service = self.about(ticket.service)
        kind = next((kind for kind in self.state.classes if kind.id == ticket.class_), None)
        name = kind.name if kind is not None else ticket.class_name
        return seen.Deciding(
            badge=badge,
            service=service,
            question=self.say("decide_question"),
            number=ticket.number,
            asked=self.of(name) if name is not None else self.say("priority"),
            confirm=self.say("decide_confirm"),
            refuse=self.say("decide_refuse"),
            findings=tuple(
                Finding(id_, self.say(f"reason_{id_}"), decision == "confirm")
                for id_, decision in staff.REASONS.items()
            ),
            hint=self.say("decide_hint"),
        )

    def naming(self, screen: Naming) -> seen.Naming:
        """Who says so?"""
        badge, service = self.about(screen.issued.ticket.service)
        *rows, last = (tuple(Key("key", id_, id_) for id_ in row) for row in staff.LETTERS)
        known = enumerate(self.state.staff)
        return seen.Naming(
            badge=badge,
            service=service,
            question=self.say("name_question"),
            name=screen.name,
            hint=self.say("name_hint"),
            known=tuple(Key("known", str(place), _hidden(name)) for place, name in known),
            rows=(*rows, (*last, ERASE)),
            enter=self.say("enter"),
            enabled=bool(screen.name),
        )

    def proving(self, screen: Proving) -> seen.Proving:
        """Is it them?"""
        badge, service = self.about(screen.issued.ticket.service)
        *rows, last = (tuple(Key("key", id_, id_) for id_ in row) for row in staff.DIGITS)
        wait_s = self.left(screen.again_at)
        return seen.Proving(
            badge=badge,
            service=service,
            question=self.say("pin_question"),
            name=screen.name,
            dots="●" * len(screen.pin) + "○" * (staff.PIN_DIGITS - len(screen.pin)),
            sentence=self.say("pin_asked") if screen.asked else self.trouble(screen, wait_s),
            trouble=not screen.asked and screen.trouble is not None,
            rows=(*rows, (GAP, *last, ERASE)),
            enabled=not screen.asked and wait_s == 0,
        )

    def trouble(self, screen: Proving, wait_s: int) -> str:
        """What stands below the digits: why it was not confirmed, or what a PIN is."""
        trouble = screen.trouble
        if wait_s:
            return self.say("pin_wait", seconds=wait_s)
        if trouble is None or trouble.code == staff.WAIT:
            return self.say("pin_hint")
        own = {
            "auth.wrong_pin": "pin_wrong",
            "kiosk.never_sent": "pin_offline",
            "kiosk.unanswered": "pin_silent",
        }
        return (
            self.say(own[trouble.code])
            if trouble.code in own
            else self.rule(trouble) or self.say("pin_elsewhere")
        )


def _hidden(name: str) -> str:
    """A sign-in name that its owner knows again, and nobody learns."""
    return f"{name[:1]}***{name[-2:]}" if len(name) > len("***") else f"{name[:1]}***"
