"""Cases: a bad rating opens one by itself, one for a step; asked, put right, told and judged in working days, by nobody rated."""

from datetime import date, datetime, time, timedelta

import msgspec
import pytest

from queue_server.engine import casing, workday
from queue_server.engine import event as e
from queue_server.engine.actor import CLOCK, Actor
from queue_server.engine.calendar import Holiday, Span
from queue_server.engine.case import MOVES, counts
from queue_server.engine.hall import Hall, Rules
from queue_server.engine.touch import touched
from queue_server.views import topic
from queue_server.wire import command as c
from queue_server.wire.case import CaseRecord, CasesRecord, CaseVerb
from queue_server.wire.day import SHANGHAI, local
from queue_server.wire.ids import TicketId
from queue_server.wire.ticket import Text
from tests.fakes.hall import FILING, ONE, hall
from tests.fakes.play import LI, MANAGER, STEWARD, ZHANG, Play, picture

CHEN, WANG = Actor("supervisor", "chen"), Actor("supervisor", "wang")
SAME = Actor("supervisor", ZHANG.name)
"""Somebody who was a clerk yesterday and is a supervisor today."""
SAID = "办事人说，等了四十分钟，电话13500000000"


def holiday(first: date, last: date) -> Holiday:
    """Days on which nobody works."""
    return Holiday(name=Text("假日", "Holiday"), first=first, last=last)


def plan() -> Hall:
    """The small hall on working days until 17:00; Tuesday is a holiday, and Saturday is worked in its place."""
    return msgspec.structs.replace(
        hall(Rules(hours=(Span(time(8, 30), time(12)), Span(time(13, 30), time(17))))),
        holidays=(holiday(date(2026, 11, 24), date(2026, 11, 24)),),
        workdays=((date(2026, 11, 28), 2),),
    )


def served(play: Play) -> str:
    """Somebody is served by Zhang at window 1; the step."""
    ticket = play.take(FILING)
    if play.state.windows[ONE].clerk is None:
        play.open(ONE)
    play.next(ONE)
    play.do(c.Finish(window=ONE))
    return f"{ticket.id}/0"


def rate(play: Play, level: int = 1, step: str | None = None, text: str | None = SAID) -> str:
    """A rating on paper of a step; the step."""
    of = step or served(play)
    play.do(c.Rate(step=of, level=level, channel="paper", reasons=("slow",), text=text), CHEN)
    return of


def one(play: Play) -> CaseRecord:
    """The one case that there is."""
    (case,) = topic.show(play.state, "cases").values()
    assert isinstance(case, CaseRecord)
    return case


def bad(play: Play | None = None) -> tuple[Play, str]:
    """A hall with a bad rating; its case."""
    play = play or Play(plan())
    rate(play)
    return play, one(play).id


def contact(id_: str, outcome: str = "reached") -> c.ContactCase:
    """The visitor is asked."""
    return msgspec.convert({"case": id_, "whom": "visitor", "outcome": outcome}, c.ContactCase)


def told(play: Play) -> list[str]:
    """What the log tells of cases, by its tags."""
    return [s.event.__struct_config__.tag for s in play.log if isinstance(s.event, e.CaseEvent)]  # type: ignore[misc]


@pytest.mark.parametrize("level, opens", [(1, True), (2, True), (3, False), (4, False), (5, False)])
def test_a_rating_of_one_or_two_opens_a_case_by_itself(level: int, opens: bool) -> None:
    play = Play(plan())
    step = rate(play, level)
    assert [case.step for case in topic.show(play.state, "cases").values()] == [step] * opens
    assert picture(play.rebuilt()) == picture(play.state)


def test_a_case_tells_who_was_rated_for_what_and_by_when_it_is_to_be_dealt_with() -> None:
    play, _ = bad()
    case = one(play)
    assert (case.opened_by, case.level, case.reasons, case.channel) == ("rating", 1, ("slow",), "paper")
    assert (case.clerk, case.window, case.service, case.zone) == ("zhang", ONE, FILING, "A")
    assert (case.state, case.clock, case.days_left, case.overdue) == ("to_verify", "contact", 1, False)


def test_a_step_has_one_case_whether_complained_of_or_rated_first() -> None:
    play = Play(plan())
    step = served(play)
    ticket = TicketId(step.partition("/")[0])
    complaint = c.OpenCase(ticket=ticket, text=SAID)
    opened = play.do(complaint, STEWARD)
    assert (opened.opened_by, opened.level, opened.clerk) == ("complaint", None, "zhang")
    assert play.refused(complaint, CHEN) == "case.exists"
    rate(play, 1, step)
    assert (one(play).id, one(play).level, one(play).opened_by) == (opened.id, 1, "complaint")
    rate(play)
    assert len(play.state.cases) == 2
    assert picture(play.rebuilt()) == picture(play.state)


def test_a_complaint_is_of_todays_ticket_and_of_the_step_that_was_served_last() -> None:
    play = Play(plan())
    assert (
        play.refused(c.OpenCase(ticket=TicketId("nobody-has-this-1"), text=SAID), STEWARD) == "ticket.unknown"
    )
    waiting = play.take(FILING)
    assert play.refused(c.OpenCase(ticket=waiting.id, step=3, text=SAID), STEWARD) == "rating.unknown_step"
    opened = play.do(c.OpenCase(ticket=waiting.id, text=SAID), STEWARD)
    assert (opened.clerk, opened.window) == (None, None)


def earlier(play: Play, step: str, days: int = 0, **more: object) -> c.OpenEarlierCase:
    """What the server asks when somebody complains of a ticket that memory has no longer."""
    ticket, _, index = step.partition("/")
    fields = {"ticket": ticket, "step": int(index), "day": play.state.day - timedelta(days=days), **more}
    known = {"number": "A001", "service": FILING, "window": ONE, "clerk": "zhang", "text": SAID}
    return msgspec.convert(known | fields, c.OpenEarlierCase)


def test_a_complaint_of_an_earlier_day_is_a_case_of_the_step_that_the_store_knew() -> None:
    play = Play(plan())
    step = served(play)
    play.later(minutes=60 * 24)
    assert TicketId(step.partition("/")[0]) not in play.state.tickets
    opened = play.do(earlier(play, step, 1), STEWARD)
    assert (opened.step, opened.number, opened.opened_by) == (step, "A001", "complaint")
    assert (opened.clerk, opened.window, opened.service, opened.zone) == ("zhang", ONE, FILING, "A")
    assert play.refused(earlier(play, step, 1), CHEN) == "case.exists"
    assert SAID not in str(play.log[-1].event)
    assert picture(play.rebuilt()) == picture(play.state)


def test_a_complaint_by_day_and_number_of_a_ticket_in_memory_is_as_any_other() -> None:
    play = Play(plan())
    step = served(play)
    opened = play.do(earlier(play, step, number="Z999", clerk="nobody"), STEWARD)
    assert (opened.number, opened.clerk) == ("A001", "zhang")
    assert play.refused(earlier(play, step), STEWARD) == "case.exists"


def test_no_complaint_is_of_a_day_whose_cases_may_have_left_memory_or_of_one_to_come() -> None:
    play = Play(plan())
    for days in (61, 0, -1):
        assert play.refused(earlier(play, "long-gone-ticket-1/0", days), STEWARD) == "case.too_old"
    play.do(earlier(play, "long-gone-ticket-1/0", 60), STEWARD)


def test_the_way_of_a_case_from_the_rating_to_a_valid_verdict() -> None:
    play, id_ = bad()
    done = [
        play.do(contact(id_), CHEN),
        play.do(c.RectifyCase(case=id_, text="增开一个窗口"), CHEN),
        play.do(c.AnswerCase(case=id_, text="已电话告知"), CHEN),
        play.do(c.CloseCase(case=id_, verdict="valid", text="属实"), CHEN),
    ]
    assert [case.state for case in done] == ["to_verify", "rectifying", "answered", "closed"]
    assert (done[-1].verdict, done[-1].closed_at, done[-1].due) == ("valid", play.now, None)
    assert told(play) == ["case_opened", "case_contacted", "case_rectified", "case_answered", "case_closed"]
    assert picture(play.rebuilt()) == picture(play.state)


def test_the_table_says_what_can_be_done_and_everything_else_is_refused() -> None:
    play, id_ = bad()
    play.do(contact(id_), CHEN)
    commands: dict[CaseVerb, c.Command] = {
        "contact": contact(id_),
        "rectify": c.RectifyCase(case=id_, text="改"),
        "answer": c.AnswerCase(case=id_, text="改了"),
        "uphold": c.CloseCase(case=id_, verdict="valid", text="属实"),
        "dismiss": c.CloseCase(case=id_, verdict="mistaken", text="按错了"),
        "appeal": c.AppealCase(case=id_, whom="clerk", text="不是我"),
    }
    for verb in ("rectify", "answer", "appeal", "dismiss"):
        state = one(play).state
        may = {each for at, each in MOVES if at == state}
        assert set(one(play).can) == may
        for other, command in commands.items():
            if other not in may:
                assert play.refused(command, CHEN).startswith("case.")
        play.do(commands[verb], CHEN)
    assert one(play).state == "closed"


@pytest.mark.parametrize(
    "by", [SAME, LI, ZHANG, MANAGER, STEWARD, Actor("admin", "root"), Actor("auditor", "jian")]
)
def test_nobody_who_was_rated_and_nobody_but_a_supervisor_judges(by: Actor) -> None:
    play, id_ = bad()
    play.do(contact(id_), CHEN)
    refused = "case.own" if by is SAME else "auth.forbidden"
    for command in (
        contact(id_),
        c.RectifyCase(case=id_, text="改"),
        c.AnswerCase(case=id_, text="改了"),
        c.CloseCase(case=id_, verdict="malicious", text="恶意"),
        c.AppealCase(case=id_, whom="clerk", text="不是我"),
    ):
        assert play.refused(command, by) == refused


def test_nothing_is_closed_before_the_visitor_was_asked_or_three_times_not_reached() -> None:
    play, id_ = bad()
    close = c.CloseCase(case=id_, verdict="mistaken", text="按错了")
    for _ in range(2):
        play.do(contact(id_, "no_answer"), CHEN)
        assert play.refused(close, CHEN) == "case.not_contacted"
    play.do(msgspec.structs.replace(contact(id_), whom="clerk"), CHEN)
    assert play.refused(close, CHEN) == "case.not_contacted"
    play.do(contact(id_, "no_answer"), CHEN)
    assert play.do(close, CHEN).verdict == "mistaken"


def test_who_left_nothing_to_be_reached_by_is_noted_and_the_case_goes_on() -> None:
    play, id_ = bad()
    play.do(contact(id_, "unknown"), CHEN)
    assert (one(play).contacted, one(play).clock) == (True, "rectify")


def test_deadlines_count_working_days_with_the_halls_holidays_and_end_when_it_closes() -> None:
    play, id_ = bad()
    at = local(play.now)
    assert (at.isoweekday(), at.hour) == (1, 9)
    # Tuesday is a holiday, and Saturday is worked: Wednesday; then Thursday, Friday, Saturday, Monday.
    assert one(play).due == datetime(2026, 11, 25, 17, tzinfo=SHANGHAI)
    play.do(contact(id_), CHEN)
    assert (one(play).clock, one(play).due) == ("rectify", datetime(2026, 11, 30, 17, tzinfo=SHANGHAI))
    play.do(c.RectifyCase(case=id_, complex=True, text="要等上级答复"), CHEN)
    assert (one(play).clock, one(play).due) == ("complex", datetime(2026, 12, 14, 17, tzinfo=SHANGHAI))


def test_a_case_declared_complex_when_that_term_is_over_too_is_late_at_once() -> None:
    """Not before it was declared so, which the log would tell in the wrong order, nor at some later turn of the hours."""
    play, id_ = bad()
    play.do(contact(id_), CHEN)
    play.later(minutes=30 * 24 * 60)
    play.do(c.RectifyCase(case=id_, complex=True, text="要等上级答复"), CHEN)
    rectified, late = play.log[-2:]
    assert (rectified.event.case, late.event) == (id_, e.CaseOverdue(case=id_, clock="complex"))  # type: ignore[union-attr]
    assert rectified.at == late.at == play.now
    assert one(play).late == ("rectify", "complex")
    seq = play.state.seq
    play.later(minutes=60)
    assert not [s for s in play.log if s.seq > seq and isinstance(s.event, e.CaseOverdue)]


def test_without_hours_a_deadline_is_midnight_and_without_working_days_it_is_somewhere_all_the_same() -> None:
    plain = hall()
    monday = datetime(2026, 11, 23, 9, tzinfo=SHANGHAI)
    assert local(workday.after(plain, monday, 5)) == datetime(2026, 12, 1, tzinfo=SHANGHAI)
    never = msgspec.structs.replace(
        plain,
        holidays=(holiday(date(2026, 1, 1), date(2036, 1, 1)),),
    )
    assert workday.after(never, monday, 1) > monday


def test_a_deadline_that_passes_is_told_once_at_that_time() -> None:
    play, id_ = bad()
    play.later(minutes=3 * 24 * 60)
    late = [s for s in play.log if isinstance(s.event, e.CaseOverdue)]
    assert [(s.at, s.actor) for s in late] == [(datetime(2026, 11, 25, 17, tzinfo=SHANGHAI), CLOCK.id)]
    assert (one(play).overdue, one(play).late) == (True, ("contact",))
    assert topic.show(play.state, "floor")["cases"] == CasesRecord(open=1, overdue=1)
    play.do(contact(id_), CHEN)
    assert (one(play).overdue, one(play).late) == (False, ("contact",))
    play.later(minutes=30 * 24 * 60)
    assert one(play).late == ("contact", "rectify")
    assert picture(play.rebuilt()) == picture(play.state)


def test_a_calendar_that_is_published_later_counts_for_cases_that_are_open() -> None:
    play, _ = bad(Play(hall()))
    assert one(play).due == datetime(2026, 11, 25, tzinfo=SHANGHAI)  # the midnight that ends Tuesday
    assert one(play).days_left == 1
    play.state.follow(plan())
    assert one(play).due == datetime(2026, 11, 25, 17, tzinfo=SHANGHAI)


def test_an_objection_opens_the_case_again_with_a_time_of_its_own() -> None:
    play, id_ = bad()
    play.do(contact(id_), CHEN)
    play.do(c.CloseCase(case=id_, verdict="malicious", text="恶意"), CHEN)
    assert play.refused(contact(id_), CHEN) == "case.closed"
    play.later(minutes=24 * 60)
    again = play.do(c.AppealCase(case=id_, whom="visitor", text="不服"), CHEN)
    assert (again.state, again.verdict, again.closed_at, again.clock) == ("appealed", None, None, "review")
    assert again.due == datetime(2026, 11, 30, 17, tzinfo=SHANGHAI)
    play.do(c.CloseCase(case=id_, verdict="valid", text="属实"), WANG)
    assert one(play).verdict == "valid"
    assert picture(play.rebuilt()) == picture(play.state)


def test_what_people_said_is_kept_beside_the_log_and_never_in_it() -> None:
    play, id_ = bad()
    play.do(msgspec.structs.replace(contact(id_), text=SAID), CHEN)
    play.do(c.RectifyCase(case=id_, text=SAID), CHEN)
    assert [getattr(s.beside, "words", None) for s in play.log][-3:] == [SAID] * 3
    assert "1350000" not in str([s.event for s in play.log])
    assert "1350000" not in str(play.state.cases)


def test_a_case_closed_long_ago_leaves_memory() -> None:
    play, id_ = bad()
    play.do(contact(id_), CHEN)
    play.do(c.CloseCase(case=id_, verdict="mistaken", text="按错了"), CHEN)
    play.later(minutes=60 * 24 * 60)
    assert len(play.state.cases) == 1
    play.later(minutes=2 * 24 * 60)
    assert not play.state.cases
    assert play.refused(c.AppealCase(case=id_, whom="visitor", text="不服"), CHEN) == "case.unknown"
    assert picture(play.rebuilt()) == picture(play.state)


def _forgetful() -> Play:
    """The hall of `plan` which forgets words after 90 days."""
    plain = plan()
    return Play(msgspec.structs.replace(plain, rules=msgspec.structs.replace(plain.rules, words_days=90)))


def _forgotten(play: Play) -> list[e.WordsForgotten]:
    return [s.event for s in play.log if isinstance(s.event, e.WordsForgotten)]


def test_words_are_forgotten_on_the_day_after_their_term_and_the_log_says_how_many() -> None:
    play = _forgetful()
    for _ in range(2):
        rate(play, 5, text="很好")
    play.later(minutes=24 * 60)
    rate(play, 5, text="很好")
    play.later(minutes=89 * 24 * 60)
    assert not _forgotten(play)
    play.later(minutes=24 * 60)
    assert _forgotten(play) == [e.WordsForgotten(before=date(2026, 11, 24), count=2)]
    assert play.state.worded == {date(2026, 11, 24): 1}
    assert picture(play.rebuilt()) == picture(play.state)
    play.later(minutes=9 * 24 * 60)
    assert [event.count for event in _forgotten(play)] == [2, 1]
    assert play.state.worded == {}


def test_words_of_a_case_stay_while_it_is_open_or_may_be_appealed() -> None:
    play, id_ = bad(_forgetful())
    play.later(minutes=100 * 24 * 60)
    assert (_forgotten(play), sum(play.state.worded.values())) == ([], 1)
    rate(play, 5, text="很好")
    play.do(contact(id_), CHEN)
    play.do(c.CloseCase(case=id_, verdict="mistaken", text="按错了"), CHEN)
    play.later(minutes=60 * 24 * 60)
    assert not _forgotten(play)
    play.do(c.AppealCase(case=id_, whom="visitor", text="不服"), CHEN)
    play.later(minutes=31 * 24 * 60)
    (first,) = _forgotten(play)
    assert first.count == 1, "the good rating's alone"
    assert len(first.spared) == 2, "what was said, and why it was closed"
    assert picture(play.rebuilt()) == picture(play.state)
    play.do(c.CloseCase(case=id_, verdict="mistaken", text="仍是误评"), CHEN)
    play.later(minutes=61 * 24 * 60)
    assert [event.count for event in _forgotten(play)] == [1, 3]
    play.later(minutes=61 * 24 * 60)
    assert play.state.worded == {}


def test_what_clerks_wrote_on_a_ticket_stays_while_a_case_of_it_is_open_or_may_be_appealed() -> None:
    play = _forgetful()
    play.open(ONE)
    ticket = play.take(FILING)
    play.next(ONE)
    play.do(c.WriteNote(window=ONE, text="章程下午补来"))
    id_ = play.do(c.OpenCase(ticket=ticket.id, text=SAID), STEWARD).id
    play.do(c.WriteNote(window=ONE, text="章程已收"))
    assert touched(play.state, play.log[-1].event).cases == {id_}, "its row is written"
    play.do(c.Finish(window=ONE))
    other = served(play)
    play.do(c.OpenCase(ticket=TicketId(other.partition("/")[0]), text=SAID), STEWARD)
    play.take(FILING)
    play.next(ONE)
    play.do(c.WriteNote(window=ONE, text="没有人投诉"))
    play.do(c.Finish(window=ONE))
    remarks = [each.event.note for each in play.log if isinstance(each.event, e.Noted)]
    play.later(minutes=92 * 24 * 60)
    (first,) = _forgotten(play)
    assert first.count == 1, "what was written on the ticket without a case"
    assert set(remarks[:2]) < set(first.spared)
    assert remarks[2] not in first.spared
    assert sum(play.state.worded.values()) == 4
    assert picture(play.rebuilt()) == picture(play.state)
    play.do(contact(id_), CHEN)
    play.do(c.CloseCase(case=id_, verdict="mistaken", text="已补"), CHEN)
    play.later(minutes=61 * 24 * 60)
    assert [event.count for event in _forgotten(play)] == [1, 3], "the complaint and both remarks"


def test_a_complaint_of_an_earlier_day_keeps_what_the_store_knew_to_be_written_on_its_ticket() -> None:
    play = _forgetful()
    play.open(ONE)
    ticket = play.take(FILING)
    play.next(ONE)
    play.do(c.WriteNote(window=ONE, text="章程下午补来"))
    play.do(c.Finish(window=ONE))
    written = play.state.tickets[ticket.id].written
    play.later(minutes=50 * 24 * 60)
    play.do(earlier(play, f"{ticket.id}/0", 50, remarks=written), STEWARD)
    play.later(minutes=60 * 24 * 60)
    assert _forgotten(play) == []
    assert sum(play.state.worded.values()) == 2
    assert picture(play.rebuilt()) == picture(play.state)


def test_words_that_may_be_gone_when_a_case_is_opened_are_not_waited_for() -> None:
    play = _forgetful()
    play.open(ONE)
    ticket = play.take(FILING)
    play.next(ONE)
    play.do(c.WriteNote(window=ONE, text="章程下午补来"))
    play.do(c.Start(window=ONE))
    play.do(c.Hold(window=ONE, kind="anywhere", reason="补材料"))
    play.later(minutes=92 * 24 * 60)
    assert [event.count for event in _forgotten(play)] == [1]
    play.do(c.OpenCase(ticket=ticket.id, text=SAID), STEWARD)
    play.later(minutes=24 * 60)
    assert [event.count for event in _forgotten(play)] == [1]


def test_the_history_of_a_case_says_that_its_words_are_forgotten_only_to_whom_they_were_told() -> None:
    play, id_ = bad()
    case = play.state.cases[id_]
    (note,) = [deed.note for deed in case.deeds]
    assert note is not None

    def line(words: dict[str, str] | None) -> tuple[str | None, bool]:
        (told,) = casing.history(play.state, case, words).history
        return told.text, told.forgotten

    assert [line(words) for words in ({note: SAID}, {}, None)] == [(SAID, False), (None, True), (None, False)]


def test_only_a_bad_rating_that_was_judged_valid_counts_as_one() -> None:
    verdicts = (None, "valid", "mistaken", "malicious")
    counted = {(level, verdict) for level in range(1, 6) for verdict in verdicts if counts(level, verdict)}  # type: ignore[arg-type]
    assert counted == {(1, "valid"), (2, "valid")}


def test_an_hour_before_a_deadline_nothing_is_late() -> None:
    play, _ = bad()
    before = datetime(2026, 11, 25, 16, tzinfo=SHANGHAI)
    assert not list(casing.overdue(play.state, before))
    assert list(casing.overdue(play.state, before + timedelta(hours=1)))
