"""What is said to somebody who holds a ticket: how it stands, where to go, and what they may do with it."""

from kiosk.model import look as seen
from kiosk.model import mine
from kiosk.model.frame import Frame
from kiosk.model.intent import Change
from kiosk.model.look import Key, Option
from kiosk.model.screen import Claiming, Mine, Trouble
from kiosk.model.slip import code_of
from queue_server.wire.day import local
from queue_server.wire.holder import WayRecord
from queue_server.wire.need import words
from queue_server.wire.ticket import TicketState

ERASE = Key("erase", "", "", "erase")
"""The key that takes back what was typed last."""
TONES: dict[TicketState, seen.Tone] = {"waiting": "good", "called": "warn", "no_show": "warn"}
LEVELS = ("5", "4", "3", "2", "1")
"""From very satisfied to very dissatisfied."""
UNSEEN = {"paper_failed", "paper_unknown"}
"""Notes of a paper that nobody may have in hand."""
FEW = 3
"""So many windows are named one by one."""


class Held(Frame):
    """The screens of 我的号票."""

    def claiming(self, screen: Claiming) -> seen.Claiming:
        """What stands on the paper?"""
        *rows, last = (tuple(Key("key", id_, id_) for id_ in row) for row in mine.KEYS)
        wait_s = self.left(self.state.find_at)
        asked = mine.asking(self.state, screen.code, "")
        trouble = screen.trouble is not None or wait_s > 0
        enter, icon = (
            ("find_ordinary", "ticket")
            if mine.early(screen)
            else ("find_come", "calendar")
            if isinstance(asked, Change)
            else ("find", "search")
        )
        return seen.Claiming(
            question=self.say("find_question"),
            code=screen.code,
            hint=self.say("find_hint"),
            sentence=self.say("find_wait", seconds=wait_s)
            if wait_s
            else self.say("find_asked")
            if screen.asked
            else self.refused(screen.trouble)
            if screen.trouble
            else self.say(
                "find_scan"
                if self.state.scanner and self.state.hall and self.state.hall.public_url
                else "find_how"
            ),
            trouble=trouble,
            rows=(*rows, (*last, ERASE)),
            enter=self.say(enter),
            icon=icon,
            enabled=asked is not None and screen.asked is None and not wait_s,
        )

    def refused(self, trouble: Trouble) -> str:
        """Why there is no such ticket, or why something cannot be done with it."""
        own = {
            "ticket.unknown": "find_none",
            "appointment.unknown": "find_none",
            "kiosk.unanswered": "find_silent",
        }
        key = own.get(trouble.code)
        return self.say(key) if key else self.rule(trouble) or self.say("find_silent")

    def mine(self, screen: Mine) -> seen.Mine:
        """How does my ticket stand?"""
        ticket, busy = screen.found.ticket, bool(screen.asked)
        badge, service = self.about(ticket.service)
        code = code_of(ticket)
        note = self.say(f"mine_{screen.note}", code=code) if screen.note and not screen.at else ""
        if busy and screen.note != "printing":
            note = self.say("mine_asked")
        if screen.trouble is not None:
            note = self.refused(screen.trouble)
        asks = {
            "cancel": self.say("cancel_sure", number=ticket.number),
            "rate": self.rated_step(screen),
            "ways": self.say("ways_question", needs=self.of(words(ticket.needs))),
        }
        return seen.Mine(
            badge=badge,
            service=service,
            number=ticket.number,
            state=asks.get(screen.at) or self.stands(screen),
            tone="plain" if screen.at else TONES.get(ticket.state, "plain"),
            lines=self.either(screen) if screen.at == "ways" else () if screen.at else self.lines(screen),
            note=note,
            trouble=screen.trouble is not None or (screen.note in UNSEEN and not screen.at),
            acts=() if busy else self.acts(screen),
        )

    def acts(self, screen: Mine) -> tuple[Option, ...]:
        """What can be done now."""
        if screen.at == "rate":
            return tuple(Option("level", level, "", self.say(f"level_{level}"), False) for level in LEVELS)
        ticket = screen.found.ticket
        fields = {"behind": mine.BEHIND, "needs": self.of(words(ticket.needs))}
        first = {"reenter", "not", "able" if ticket.binding else "first"}
        return tuple(
            Option("act", act, "", self.say(f"act_{mine.named(screen, act)}", **fields), act in first)
            for act in mine.acts(self.state, screen)
        )

    def either(self, screen: Mine) -> tuple[str, ...]:
        """How long it takes by either way: which windows, and how much longer."""
        found = screen.found
        both = (("way_first", found.first), ("way_able", found.able))
        return tuple(self.way(key, way) for key, way in both if way is not None and way.windows)

    def way(self, key: str, way: WayRecord) -> str:
        """One of them."""
        wait, many = way.wait, len(way.windows)
        names = self.say("way_join").join(map(self.of, way.windows[:FEW]))
        return self.say(
            key,
            windows=self.say("way_many", windows=names, more=many - FEW) if many > FEW else names,
            wait=self.say("way_wait", low=wait.low_min, high=wait.high_min)
            if wait
            else self.say("way_unknown"),
        )

    def needed(self, screen: Mine) -> tuple[str, ...]:
        """What becomes of a need that a window can meet."""
        ticket, able = screen.found.ticket, screen.found.able
        needs = self.of(words(ticket.needs))
        if ticket.binding:
            return (self.say("way_bound", needs=needs),)
        return (self.say("way_none", needs=needs),) if able is not None and not able.windows else ()

    def rated_step(self, screen: Mine) -> str:
        """Of which step it is asked."""
        ticket = screen.found.ticket
        step = mine.unrated(ticket)
        name = self.about(ticket.steps[step].service)[1] if step is not None else ""
        return self.say("mine_rate", service=name)

    def stands(self, screen: Mine) -> str:
        """How it stands, in few words."""
        ticket, guide = screen.found.ticket, screen.found.guide
        at = guide.steps[len(guide.steps) - 1]
        for step, told in zip(ticket.steps, guide.steps, strict=True):
            if step.state not in {"served", "planned"}:
                at = told
                break
        window = self.of(at.window) if at.window else ""
        return self.say(f"is_{ticket.state}", window=window)

    def lines(self, screen: Mine) -> tuple[str, ...]:
        """What else there is to know of it now."""
        ticket, guide = screen.found.ticket, screen.found.guide
        match ticket.state:
            case "waiting":
                left = (self.say("defers_left", left=guide.defers),) if guide.defers else ()
                return (self.ahead_of(ticket.ahead), self.place(ticket), *(self.needed(screen) or left))
            case "no_show" if guide.until is not None:
                until = f"{local(guide.until):%H:%M}"
                return (self.say("missed_until", until=until, behind=guide.behind),)
            case "no_show":
                return (self.say("missed_over"),)
            case "expired" if ticket.offered:
                return (self.say("offered_now" if guide.renew else "offered_later"),)
            case "called" | "serving" | "held" | "served" | "cancelled" | "expired" | "moved":
                return (self.say(f"then_{ticket.state}"),)

    def ahead_of(self, count: int | None) -> str:
        """How many are called before."""
        if count is None:
            return self.say("ahead_unknown")
        return self.say("ahead_of", count=count) if count else self.say("ahead_next")
