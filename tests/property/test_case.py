"""Whatever is done with cases in whatever order: one a step, no bad rating without one, none judged by whom it is of, deadlines
told once and in time, and every case goes the way that its table says.
"""

from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from itertools import takewhile
from typing import Any

import msgspec
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from queue_server.engine import event as e
from queue_server.engine.actor import Actor
from queue_server.engine.case import MOVES, Case, Deed
from queue_server.engine.hall import Hall
from queue_server.wire import command as c
from queue_server.wire.day import SHANGHAI, local_day
from queue_server.wire.error import Refusal
from queue_server.wire.ids import TicketId
from tests.fakes.hall import FILING, ONE, TWO
from tests.fakes.play import LI, STEWARD, ZHANG, Play, picture
from tests.unit.engine.test_case import plan

SUPERVISORS = st.sampled_from([Actor("supervisor", name) for name in ("chen", "zhang", "li")])
"""Two of them were clerks before, and may find themselves among the rated."""
VERDICTS = st.sampled_from(("valid", "mistaken", "malicious"))
DEEDS = st.sampled_from(("contact", "rectify", "complex", "answer", "close", "appeal"))
OFF, WORKED = {date(2026, 11, 24)}, {date(2026, 11, 28)}
"""Written down once more: what the hall of `plan` has as a holiday and as a day worked in its place."""
DAYS = {"contact": 1, "rectify": 5, "complex": 15, "review": 5}


def deadline(since: datetime, days: int) -> datetime:
    """Told anew, day by day: five in the afternoon of the last working day."""
    day = local_day(since)
    while days:
        day += timedelta(days=1)
        days -= day in WORKED or (day.isoweekday() < 6 and day not in OFF)
    return datetime(day.year, day.month, day.day, 17, tzinfo=SHANGHAI)


class Register(RuleBasedStateMachine):
    """A hall with two clerks in which people are served, rate and complain, while supervisors work through the register."""

    @initialize()
    def open(self) -> None:
        """Both windows are open."""
        self.play = Play(self.hall())
        self.steps: list[str] = []
        self.known: dict[str, tuple[date, str, str, str]] = {}

    def hall(self) -> Hall:
        """The hall that is played."""
        return plan()

    @rule(window=st.sampled_from((ONE, TWO)))
    def serve(self, window: Any) -> None:
        """Somebody is served."""
        who = ZHANG if window == ONE else LI
        with suppress(Refusal):
            if self.play.state.windows[window].clerk is None:
                self.play.open(window, who)
            ticket = self.play.take(FILING)
            self.play.next(window, who)
            self.play.do(c.Finish(window=window), who)
            self.steps.append(f"{ticket.id}/0")
            self.known[f"{ticket.id}/0"] = (self.play.state.day, ticket.number, window, who.name)

    @rule(data=st.data(), level=st.integers(1, 5), by=SUPERVISORS)
    def rate(self, data: st.DataObject, level: int, by: Actor) -> None:
        """Somebody rates on paper, maybe what was rated before."""
        if self.steps:
            with suppress(Refusal):
                step = data.draw(st.sampled_from(self.steps))
                self.play.do(c.Rate(step=step, level=level, channel="paper", text="话"), by)

    @rule(data=st.data())
    def complain(self, data: st.DataObject) -> None:
        """Somebody complains at the desk."""
        if self.steps:
            with suppress(Refusal):
                ticket = TicketId(data.draw(st.sampled_from(self.steps)).partition("/")[0])
                self.play.do(c.OpenCase(ticket=ticket, text="话"), STEWARD)

    @rule(data=st.data())
    def complain_later(self, data: st.DataObject) -> None:
        """Somebody complains of a ticket by its day and number, whether memory has it still or not."""
        if self.steps:
            step = data.draw(st.sampled_from(self.steps))
            day, number, window, clerk = self.known[step]
            known = {"day": day, "number": number, "service": FILING, "window": window, "clerk": clerk}
            fields = {"ticket": step.partition("/")[0], "step": 0, "text": "话", **known}
            with suppress(Refusal):
                opened = self.play.do(msgspec.convert(fields, c.OpenEarlierCase), STEWARD)
                assert (opened.step, opened.number, opened.clerk) == (step, number, clerk)

    @rule(data=st.data(), what=DEEDS, verdict=VERDICTS, by=SUPERVISORS)
    def work(self, data: st.DataObject, what: str, verdict: Any, by: Actor) -> None:
        """A supervisor does something with a case."""
        if not self.play.state.cases:
            return
        id_ = data.draw(st.sampled_from(sorted(self.play.state.cases)))
        command: c.Command = {
            "contact": c.ContactCase(case=id_, whom="visitor", outcome="reached", text="话"),
            "rectify": c.RectifyCase(case=id_, text="话"),
            "complex": c.RectifyCase(case=id_, text="话", complex=True),
            "answer": c.AnswerCase(case=id_, text="话"),
            "close": c.CloseCase(case=id_, verdict=verdict, text="话"),
            "appeal": c.AppealCase(case=id_, whom="clerk", text="话"),
        }[what]
        before = self.play.state.cases[id_]
        with suppress(Refusal):
            self.play.do(command, by)
            assert before.clerk != by.name, "who was rated has a say in it"
            verb = {"complex": "rectify", "close": "uphold" if verdict == "valid" else "dismiss"}.get(
                what, what
            )
            assert self.play.state.cases[id_].state == MOVES[before.state, verb]  # type: ignore[index]

    @rule(hours=st.sampled_from((1, 8, 24, 72, 200)))
    def later(self, hours: int) -> None:
        """Time passes."""
        self.play.later(minutes=60 * hours)

    @invariant()
    def no_step_has_two_cases_and_no_bad_rating_has_none(self) -> None:
        """From the log alone."""
        if not hasattr(self, "play"):
            return
        facts = [stamped.event for stamped in self.play.log]
        cased = [(one.ticket, one.step) for one in facts if isinstance(one, e.CaseOpened)]
        assert len(cased) == len(set(cased)), "a case was opened twice"
        bad = {(one.ticket, one.step) for one in facts if isinstance(one, e.Rated) and one.level <= 2}
        assert bad <= set(cased), "a bad rating has no case"

    @invariant()
    def a_deadline_is_told_once_and_when_it_passes(self) -> None:
        """Working days are counted anew."""
        if not hasattr(self, "play"):
            return
        for case in self.play.state.cases.values():
            told = [deed for deed in case.deeds if deed.what == "overdue"]
            for deed in told:
                assert deed.clock is not None
                assert deed.at == max(
                    deadline(_since(case, deed.at, deed.clock), DAYS[deed.clock]), _declared(case, deed)
                )
            clock = _running(case)
            if clock is not None and deadline(*clock) < self.play.now:
                assert told, "nobody was told that it is late"

    @invariant()
    def a_restart_finds_the_same(self) -> None:
        """Rows and memory agree."""
        if hasattr(self, "play"):
            assert picture(self.play.rebuilt())["cases"] == picture(self.play.state)["cases"]
            assert self.play.rebuilt().deadlines == self.play.state.deadlines


def _since(case: Case, at: datetime, clock: str) -> datetime:
    """When a clock began that ran out at a time: with the case, or where it was taken up again."""
    if clock == "contact":
        return case.opened_at
    began = case.opened_at
    state = "to_verify"
    for deed in case.deeds:
        if deed.at > at or deed.what in ("opened", "rated", "overdue"):
            continue
        if (deed.what == "rectify" and state in ("answered", "appealed")) or deed.what == "appeal":
            began = deed.at
        state = MOVES[state, deed.what]  # type: ignore[index]
    return began


def _declared(case: Case, late: Deed) -> datetime:
    """When a case became complex whose time as such had run out: none is late before; else long ago."""
    before = takewhile(lambda deed: deed is not late, case.deeds)
    declared = [deed.at for deed in before if deed.what == "rectify" and deed.complex]
    return declared[-1] if declared and late.clock == "complex" else datetime.min.replace(tzinfo=UTC)


def _running(case: Case) -> tuple[datetime, int] | None:
    """What has to be done next of a case that nobody has touched."""
    return (case.opened_at, 1) if not case.contacted and case.state == "to_verify" else None


TestRegister = Register.TestCase
TestRegister.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
