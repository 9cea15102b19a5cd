"""Cases of bad ratings and complaints: opened by a rating or by hand, one for a step, judged by nobody who was rated."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from msgspec.structs import replace

from queue_server.engine import event as e
from queue_server.engine import noting, workday
from queue_server.engine.beside import Note
from queue_server.engine.case import AT_HAND, BAD, MOVES, NEEDED, TRIES, Case, Deed, clocks
from queue_server.engine.case import overdue as is_late
from queue_server.engine.decision import Context, Decision
from queue_server.engine.state import State
from queue_server.engine.ticket import Ticket
from queue_server.wire import command as c
from queue_server.wire.case import CaseFile, CaseRecord, CasesRecord, CaseVerb, DeedRecord
from queue_server.wire.day import day_start, local_day
from queue_server.wire.error import Refusal


def rated(state: State, event: e.Rated, context: Context) -> Iterator[e.Event]:
    """The case that a bad rating opens. A complaint that was there before it is the step's one case already."""
    if event.level <= BAD and f"{event.ticket}/{event.step}" not in state.cased:
        yield e.CaseOpened(
            case=context.draw(),
            ticket=event.ticket,
            step=event.step,
            level=event.level,
            reasons=event.reasons,
            channel=event.channel,
            note=event.note,
        )


def open_(state: State, command: c.OpenCase, context: Context) -> Decision:
    """A complaint. Refuses a second case of a step, and a ticket that is not of today."""
    ticket = state.tickets.get(command.ticket)
    if ticket is None:
        raise Refusal("ticket.unknown")
    index = complained(ticket) if command.step is None else command.step
    if index >= len(ticket.steps):
        raise Refusal("rating.unknown_step")
    if f"{ticket.id}/{index}" in state.cased:
        raise Refusal("case.exists", case=state.cased[f"{ticket.id}/{index}"])
    note = Note(context.draw(), command.text)
    opened = e.CaseOpened(case=context.draw(), ticket=ticket.id, step=index, note=note.ref)
    return _done(opened, note)


def complained(ticket: Ticket) -> int:
    """The step that a complaint is about where nobody says which: the last one that was served, or the one that is on."""
    served = [n for n, step in enumerate(ticket.steps) if step.state == "served"]
    return served[-1] if served else ticket.at


def open_earlier(state: State, command: c.OpenEarlierCase, context: Context) -> Decision:
    """A complaint about a ticket of an earlier day. One that is still in memory is dealt with as any other.

    Refuses a day from which cases may have left memory: a second case of the same step would not be noticed.
    """
    if command.ticket in state.tickets:
        return open_(state, c.OpenCase(ticket=command.ticket, text=command.text, step=command.step), context)
    if not state.day - AT_HAND <= command.day < state.day:
        raise Refusal("case.too_old", days=AT_HAND.days)
    of = f"{command.ticket}/{command.step}"
    if of in state.cased:
        raise Refusal("case.exists", case=state.cased[of])
    note = Note(context.draw(), command.text)
    opened = e.CaseOpened(
        case=context.draw(),
        ticket=command.ticket,
        step=command.step,
        note=note.ref,
        of_day=command.day,
        number=command.number,
        service=command.service,
        window=command.window,
        clerk=command.clerk,
        remarks=command.remarks,
    )
    return _done(opened, note)


def contact(state: State, command: c.ContactCase, context: Context) -> Decision:
    """Somebody was asked."""
    case = _found(state, command.case, "contact", context)
    note = None if command.text is None else Note(context.draw(), command.text)
    return _done(
        e.CaseContacted(
            case=case.id,
            whom=command.whom,
            outcome=command.outcome,
            note=None if note is None else note.ref,
        ),
        note,
    )


def rectify(state: State, command: c.RectifyCase, context: Context) -> Decision:
    """What is to be put right. A case is declared complex when that term is over too: then it is late at once."""
    case = _found(state, command.case, "rectify", context)
    note = Note(context.draw(), command.text)
    event = e.CaseRectified(case=case.id, note=note.ref, complex=command.complex)
    return _done(event, note, *_late(state, _to_rectify(case, event, context.now), context.now))


def answer(state: State, command: c.AnswerCase, context: Context) -> Decision:
    """What was put right. Refuses while nobody has tried to reach the visitor."""
    case = _contacted(_found(state, command.case, "answer", context))
    note = Note(context.draw(), command.text)
    return _done(e.CaseAnswered(case=case.id, note=note.ref), note)


def close(state: State, command: c.CloseCase, context: Context) -> Decision:
    """The verdict. Refuses while nobody has tried to reach the visitor."""
    verb: CaseVerb = "uphold" if command.verdict == "valid" else "dismiss"
    case = _contacted(_found(state, command.case, verb, context))
    note = Note(context.draw(), command.text)
    return _done(e.CaseClosed(case=case.id, verdict=command.verdict, note=note.ref), note)


def appeal(state: State, command: c.AppealCase, context: Context) -> Decision:
    """An objection."""
    case = _found(state, command.case, "appeal", context)
    note = Note(context.draw(), command.text)
    return _done(e.CaseAppealed(case=case.id, whom=command.whom, note=note.ref), note)


def _done(event: e.CaseEvent, note: Note | None, *late: e.CaseOverdue) -> Decision:
    return Decision((event, *late), lambda after: record(after, after.cases[event.case]), note)


def _found(state: State, id_: str, verb: CaseVerb, context: Context) -> Case:
    """The case, if the actor may do that with it now: whoever was rated may do nothing."""
    case = state.cases.get(id_)
    if case is None:
        raise Refusal("case.unknown")
    if case.clerk == context.actor.name:
        raise Refusal("case.own")
    if (case.state, verb) not in MOVES:
        raise Refusal("case.closed" if case.state == "closed" else NEEDED[verb], state=case.state)
    return case


def _contacted(case: Case) -> Case:
    if not case.contacted:
        raise Refusal("case.not_contacted", tries=TRIES)
    return case


def overdue(state: State, at: datetime) -> Iterator[e.Event]:
    """The deadlines that have passed by then and have not been told."""
    for id_, due in state.deadlines.items():
        if due <= at:
            yield from _late(state, state.cases[id_], at)


def _late(state: State, case: Case, at: datetime) -> Iterator[e.CaseOverdue]:
    for clock, until in clocks(state.hall, case):
        if until <= at and clock not in case.late:
            yield e.CaseOverdue(case=case.id, clock=clock)


# What the events make of the state


def opened(state: State, stamped: e.Stamped, event: e.CaseOpened) -> None:
    """One more is open."""
    number, service, window, clerk, day = (
        event.number,
        event.service,
        event.window,
        event.clerk,
        event.of_day,
    )
    remarks = event.remarks
    if number is None or service is None:
        ticket = state.tickets[event.ticket]
        day = ticket.day
        remarks = ticket.written
        step = ticket.steps[event.step]
        number, service, window, clerk = ticket.number, step.service, step.window, step.clerk
    deed = Deed(at=stamped.at, by=stamped.actor, what="opened", note=event.note)
    state.enter(
        Case(
            id=event.case,
            ticket=event.ticket,
            step=event.step,
            day=day,
            number=number,
            service=service,
            window=window,
            clerk=clerk,
            opened_by="complaint" if event.level is None else "rating",
            level=event.level,
            reasons=event.reasons,
            channel=event.channel,
            opened_at=stamped.at,
            since_at=stamped.at,
            deeds=(deed,),
            remarks=tuple(one for one in remarks if local_day(one[1]) + AT_HAND >= state.day),
        )
    )


def contacted(state: State, stamped: e.Stamped, event: e.CaseContacted) -> None:
    """The visitor counts as contacted, or one try more was made."""
    case = state.cases[event.case]
    deed = _deed(stamped, event, "contact", whom=event.whom, outcome=event.outcome)
    if event.whom == "visitor":
        tries = case.tries + (event.outcome == "no_answer")
        case = replace(
            case, tries=tries, contacted=case.contacted or event.outcome != "no_answer" or tries >= TRIES
        )
    state.enter(replace(case, deeds=(*case.deeds, deed)))


def rectified(state: State, stamped: e.Stamped, event: e.CaseRectified) -> None:
    """It is to be put right."""
    case = _to_rectify(state.cases[event.case], event, stamped.at)
    deed = _deed(stamped, event, "rectify", complex=event.complex)
    state.enter(replace(case, deeds=(*case.deeds, deed)))


def _to_rectify(case: Case, event: e.CaseRectified, at: datetime) -> Case:
    """A case that is to be put right from then on; of one that was answered or appealed the time begins anew."""
    if case.state in ("answered", "appealed"):
        late = tuple(clock for clock in case.late if clock == "contact")
        case = replace(case, since_at=at, complex=False, late=late)
    return replace(case, state=MOVES[case.state, "rectify"], complex=case.complex or event.complex)


def answered(state: State, stamped: e.Stamped, event: e.CaseAnswered) -> None:
    """It was put right."""
    case = state.cases[event.case]
    deed = _deed(stamped, event, "answer")
    state.enter(replace(case, state=MOVES[case.state, "answer"], deeds=(*case.deeds, deed)))


def closed(state: State, stamped: e.Stamped, event: e.CaseClosed) -> None:
    """It is closed."""
    case = state.cases[event.case]
    verb: CaseVerb = "uphold" if event.verdict == "valid" else "dismiss"
    deed = _deed(stamped, event, verb, verdict=event.verdict)
    state.enter(
        replace(
            case,
            state=MOVES[case.state, verb],
            verdict=event.verdict,
            closed_at=stamped.at,
            deeds=(*case.deeds, deed),
        )
    )


def appealed(state: State, stamped: e.Stamped, event: e.CaseAppealed) -> None:
    """It is looked at again, and has no verdict meanwhile."""
    case = state.cases[event.case]
    deed = _deed(stamped, event, "appeal", whom=event.whom)
    state.enter(
        replace(
            case,
            state=MOVES[case.state, "appeal"],
            since_at=stamped.at,
            late=tuple(clock for clock in case.late if clock != "review"),
            verdict=None,
            closed_at=None,
            deeds=(*case.deeds, deed),
        )
    )


def passed(state: State, stamped: e.Stamped, event: e.CaseOverdue) -> None:
    """It is late."""
    case = state.cases[event.case]
    deed = Deed(at=stamped.at, by=stamped.actor, what="overdue", clock=event.clock)
    state.enter(replace(case, late=(*case.late, event.clock), deeds=(*case.deeds, deed)))


def levelled(state: State, stamped: e.Stamped, event: e.Rated) -> None:
    """A rating came after a complaint: the step's one case knows it."""
    id_ = state.cased.get(f"{event.ticket}/{event.step}")
    if id_ is None:
        return
    case = state.cases[id_]
    deed = Deed(at=stamped.at, by=stamped.actor, what="rated", note=event.note)
    state.enter(
        replace(
            case,
            level=event.level,
            reasons=event.reasons,
            channel=event.channel,
            deeds=(*case.deeds, deed),
        )
    )


def drop(state: State) -> None:
    """Those long closed are in the store only."""
    state.hold(case for case in state.cases.values() if _at_hand(case, state.day))


def _at_hand(case: Case, day: date) -> bool:
    return case.closed_at is None or local_day(case.closed_at) + AT_HAND >= day


def forgetting(state: State, day: date) -> Iterator[e.Event]:
    """The words that are kept too long when a day begins, if there are any. Those of a case that is at hand then are spared,
    however old: they are needed to judge it, and to look at it again (个人信息保护法第十九条: no longer than the purpose needs).
    """
    before = day - timedelta(days=state.hall.rules.words_days)
    needed = [case for case in state.cases.values() if _at_hand(case, day)]
    spared = [note for note, at in _words(needed).items() if local_day(at) < before]
    count = sum(count for of, count in state.worded.items() if of < before) - len(spared)
    if count:
        yield e.WordsForgotten(before=before, count=count, spared=tuple(spared))


def forgotten(state: State, stamped: e.Stamped, event: e.WordsForgotten) -> None:
    """Of the days before it only what was spared is kept."""
    spared = set(event.spared)
    state.worded = {day: count for day, count in state.worded.items() if day >= event.before}
    for note, at in _words(state.cases.values()).items():
        if note in spared:
            state.note(local_day(at))


def _words(cases: Iterable[Case]) -> dict[str, datetime]:
    """When the words of cases were written, by their references; a remark belongs to each case of its ticket."""
    found: dict[str, datetime] = {}
    for case in cases:
        found.update((deed.note, deed.at) for deed in case.deeds if deed.note is not None)
        found.update(case.remarks)
    return found


def _deed(stamped: e.Stamped, event: e.CaseDeed, what: CaseVerb, **more: Any) -> Deed:
    return Deed(at=stamped.at, by=stamped.actor, what=what, note=event.note, **more)


# What is told of them


def record(state: State, case: Case) -> CaseRecord:
    """A case as staff see it on the hall's day."""
    hall, service = state.hall, state.hall.any_service.get(case.service)
    ahead = sorted(clocks(hall, case), key=lambda one: one[1])
    clock, due = ahead[0] if ahead else (None, None)
    return CaseRecord(
        id=case.id,
        state=case.state,
        opened_by=case.opened_by,
        step=case.of,
        number=case.number,
        service=case.service,
        zone=None if service is None else service.zone,
        window=case.window,
        clerk=case.clerk,
        clerk_name=None if case.clerk is None else state.names.get(case.clerk),
        level=case.level,
        reasons=case.reasons,
        channel=case.channel,
        opened_at=case.opened_at,
        contacted=case.contacted,
        tries=case.tries,
        complex=case.complex,
        clock=clock,
        due=due,
        days_left=None if due is None else workday.between(hall, day_start(state.day), due),
        overdue=is_late(case),
        late=case.late,
        verdict=case.verdict,
        closed_at=case.closed_at,
        can=tuple(verb for at, verb in MOVES if at == case.state),
    )


def history(
    state: State, case: Case, words: Mapping[str, str] | None, ticket: Ticket | None = None
) -> CaseFile:
    """A case with its history and the remarks on its `ticket`; with the `words` of its notes for somebody who may read them."""
    return CaseFile(
        case=record(state, case),
        history=tuple(_line(state, deed, words) for deed in case.deeds),
        words=words is not None,
        notes=() if ticket is None else tuple(noting.told(state, ticket, words)),
    )


def _line(state: State, deed: Deed, words: Mapping[str, str] | None) -> DeedRecord:
    return DeedRecord(
        at=deed.at,
        what=deed.what,
        by=deed.by,
        by_name=state.names.get(deed.by.partition(":")[2]),
        whom=deed.whom,
        outcome=deed.outcome,
        complex=deed.complex,
        clock=deed.clock,
        verdict=deed.verdict,
        text=None if deed.note is None or words is None else words.get(deed.note),
        forgotten=deed.note is not None and words is not None and deed.note not in words,
    )


def counted(state: State) -> CasesRecord:
    """How many are open, and how many of these are late."""
    standing = [case for case in state.cases.values() if case.state != "closed"]
    return CasesRecord(open=len(standing), overdue=sum(map(is_late, standing)))
