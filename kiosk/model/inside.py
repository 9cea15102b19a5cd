"""What is said to the hall's technician, who sees how the kiosk is."""

from devices.driver.condition import sentence
from kiosk.model import look as seen
from kiosk.model import upkeep
from kiosk.model.alone import today
from kiosk.model.held import ERASE, Held
from kiosk.model.look import Key, Option
from kiosk.model.screen import Unlocking, Upkeep

GAP = Key("key", "", "")


class Inside(Held):
    """The screens behind the clock."""

    def inside(self, screen: Unlocking | Upkeep) -> seen.Unlocking | seen.Upkeep:
        """The pad before them, or how the kiosk is."""
        return self.unlocking(screen) if isinstance(screen, Unlocking) else self.upkeep(screen)

    def unlocking(self, screen: Unlocking) -> seen.Unlocking:
        """The PIN?"""
        *rows, last = (tuple(Key("key", id_, id_) for id_ in row) for row in upkeep.DIGITS)
        wait_s = self.left(self.state.unlock_at)
        length = len(self.state.pin or "")
        key = "pin_wait" if wait_s else "unlock_wrong" if screen.wrong else "unlock_hint"
        return seen.Unlocking(
            question=self.say("unlock_question"),
            dots="●" * len(screen.pin) + "○" * (length - len(screen.pin)),
            sentence=self.say(key, seconds=wait_s),
            trouble=bool(wait_s) or screen.wrong,
            rows=(*rows, (GAP, *last, ERASE)),
            enabled=wait_s == 0,
        )

    def upkeep(self, screen: Upkeep) -> seen.Upkeep:
        """How is it, and what is there to do?"""
        missing = len(upkeep.unprinted(self.state))
        if screen.printing:
            note = self.say("mine_printing")
        elif screen.note:
            note = self.say(screen.note, count=screen.count)
        else:
            note = ""
        return seen.Upkeep(
            question=self.say("log_question" if screen.log else "upkeep_question"),
            facts=() if screen.log else self.facts(missing),
            log=(self.state.log or (self.say("log_none"),)) if screen.log else (),
            note=note,
            trouble=screen.note in {"trial_failed", "trial_unknown", "rest_stopped", "rest_gone"},
            acts=tuple(
                Option("act", act, "", self.say(f"upkeep_{act}", count=missing), False)
                for act in upkeep.acts(self.state, screen)
            ),
        )

    def facts(self, missing: int) -> tuple[str, ...]:
        """How it is, in lines."""
        state, day = self.state, today(self.state)
        blocks = [block for block in state.journal.blocks if block.day == day]
        fault, ails = state.printer_fault, state.reader_fault
        reader = "reader" if state.reader else "reader_ails" if ails else "no_reader"
        lost = state.alone or state.lost_at is not None
        return (
            self.say("fact_degraded" if state.degraded else "fact_alone" if lost else "fact_link"),
            *([self.of(state.away)] if state.away is not None and lost else []),
            self.say("fact_printer", fault=self.of(sentence(fault))) if fault else self.say("fact_prints"),
            self.say(f"fact_{reader}", fault=self.of(sentence(ails)) if ails else ""),
            self.say("fact_mute", fault=self.of(state.mute)) if state.mute else self.say("fact_voice"),
            self.say("fact_numbers", count=sum(block.left for block in blocks), zones=len(blocks)),
            self.say("fact_missing", count=missing),
            *map(self.of, state.facts),
        )
