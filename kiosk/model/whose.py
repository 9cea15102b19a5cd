"""What is said where it is asked whose a ticket is: the card, its number, and what becomes of both."""

from kiosk.model import card, visit
from kiosk.model import look as seen
from kiosk.model.frame import Frame
from kiosk.model.held import ERASE
from kiosk.model.look import Key, Option
from kiosk.model.screen import Agreeing, Bring, Numbering, Showing
from queue_server.wire.card import DIGITS, mask, masked


class Whose(Frame):
    """The screens about a card."""

    def about_card(
        self, screen: Showing | Numbering | Agreeing
    ) -> seen.Showing | seen.Numbering | seen.Agreeing:
        """One of them."""
        match screen:
            case Showing():
                return self.showing(screen)
            case Numbering():
                return self.numbering(screen)
            case Agreeing():
                return self.agreeing(screen)

    def showing(self, screen: Showing) -> seen.Showing:
        """Your card, please?"""
        badge, service = self.about(screen.bring.service)
        trouble = screen.trouble
        return seen.Showing(
            badge=badge,
            service=service,
            question=self.say("card_question"),
            about=self.why(screen.bring),
            sentence=self.say(f"card_{trouble}" if trouble else "card_put"),
            trouble=bool(trouble),
            kept=self.kept(screen.bring),
            number=self.say("card_type"),
            skip=self.skip(screen.bring),
        )

    def numbering(self, screen: Numbering) -> seen.Numbering:
        """Or its number?"""
        badge, service = self.about(screen.bring.service)
        *rows, last = (tuple(Key("key", id_, id_) for id_ in row) for row in card.KEYS)
        wrong = len(screen.number) == DIGITS
        return seen.Numbering(
            badge=badge,
            service=service,
            question=self.say("number_question"),
            about=self.why(screen.bring),
            number=_grouped(screen.number),
            sentence=self.say("number_wrong" if wrong else "number_hint"),
            trouble=wrong,
            rows=(*rows, (*last, ERASE)),
            again=self.say("number_again") if wrong else "",
            skip=self.skip(screen.bring),
        )

    def agreeing(self, screen: Agreeing) -> seen.Agreeing:
        """Is it you, and what for?"""
        bring = screen.bring
        badge, service = self.about(bring.service)
        kind, asked = card.entitled(self.state, screen), self.state.kind(bring.class_)
        option = None
        if kind is not None:
            name = self.say("agree_class", name=self.of(kind.name))
            option = Option("class", kind.id, "priority", name, kind is asked)
        about = (
            "agree_offer"
            if kind is not None and asked is None
            else "agree_proven"
            if kind is not None
            else ""
        )
        if kind is None and asked is not None and not asked.at_once:
            about = "class_asks"
        taken = self.state.service(bring.service)
        return seen.Agreeing(
            badge=badge,
            service=service,
            question=self.say("agree_question"),
            name=mask(screen.holder.name or "") or "",
            number=masked(screen.holder.number or ""),
            kept=self.kept(bring),
            about=self.say(about) if about else "",
            option=option,
            take=self.say("take"),
            enabled=taken is not None and taken.issuing and self.state.takes,
        )

    def why(self, bring: Bring) -> str:
        """Why a card is asked for."""
        asks, kind = card.registers(self.state, *visit.chosen(bring)), self.state.kind(bring.class_)
        if asks != "no":
            return self.say(f"card_{asks}")
        return self.say("card_age", age=kind.age) if kind is not None and kind.age is not None else ""

    def kept(self, bring: Bring) -> str:
        """What becomes of a card."""
        return self.say(
            "card_looked" if card.registers(self.state, *visit.chosen(bring)) == "no" else "card_kept"
        )

    def skip(self, bring: Bring) -> str:
        """The way past it, where there is one."""
        return "" if card.offers(self.state, bring) == "required" else self.say("card_skip")


def _grouped(number: str) -> str:
    """What was typed of a number under its mask, and how much is missing: region, day of birth, the rest."""
    shown = masked(number).ljust(DIGITS, "_")
    return f"{shown[:6]} {shown[6:14]} {shown[14:]}"
