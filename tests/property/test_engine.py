"""Whatever happens in whatever order: no ticket is lost, doubled, called by two windows, or passed over without a reason."""

from contextlib import suppress
from datetime import datetime, timedelta
from itertools import count
from typing import Any, Literal, NamedTuple

import msgspec
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, initialize, invariant, multiple, rule

from queue_server.engine import event as e
from queue_server.engine import handover, homecoming, hours, issuing, leasing, number, order, rank
from queue_server.engine import part as parts
from queue_server.engine.actor import CLOCK, Actor
from queue_server.engine.hall import POLICIES, PolicyName, Rules
from queue_server.engine.identity import hashed
from queue_server.engine.policy import Policy
from queue_server.engine.version import hall_of
from queue_server.wire import command as c
from queue_server.wire.day import day_start
from queue_server.wire.error import CODES, Refusal
from queue_server.wire.field import Holder, IssuedOffline
from queue_server.wire.ids import ServiceId, TicketId, WindowId, ZoneId
from queue_server.wire.ticket import OPEN_STATES, HoldKind
from tests.fakes import card
from tests.fakes.document import Document, classed, document, rearranged, ruled, with_calendars, with_staff
from tests.fakes.hall import FILING, FOUR, LICENCE, ONE, PROJECT, SEAL, THREE, TWO, hall
from tests.fakes.play import KIOSK, LI, MANAGER, SECRET, STEWARD, ZHANG, Play, picture
from tests.property import calling
from tests.property.recount import Recount

SERVICES = st.sampled_from((FILING, LICENCE, SEAL))
WINDOWS = st.sampled_from((ONE, TWO, THREE, FOUR))
WHO = st.sampled_from(
    (ZHANG, LI, Actor("clerk", "wang"), Actor("clerk", "zhao"), MANAGER, Actor("agent", "box"))
)
ADMIN = Actor("admin", "root")
Place = Literal["first", "clock", "last"]
PLACES: st.SearchStrategy[Place] = st.sampled_from(("first", "clock", "last"))
DOCUMENTS = st.sampled_from(
    (
        document(),
        classed(document()),
        classed(rearranged()),
        with_calendars(),
        with_staff(),
        document(services=("filing", "licence")),
        classed(document(services=("licence", "seal"))),
        document(windows=("1", "3", "4")),
        document(services=("filing",), windows=("1", "2")),
    )
)
CALLED_BY = st.sampled_from(POLICIES)
REFUSED = {
    "issuing.closed": "closed",
    "issuing.stopped": "stopped",
    "service.full": "full",
    "service.unserved": "unserved",
}
CARDS = (card.number(), card.number(n=2), card.number("19500101"))
HOLDERS = st.builds(
    Holder,
    number=st.sampled_from((None, "1234", *CARDS)),
    name=st.sampled_from((None, "王小明")),
)
CLASSES = st.sampled_from(("ordinary", "priority", "green", "booked"))
ENTRIES = st.sampled_from((None, None, PROJECT, "404"))
DECISIONS = st.sampled_from(("confirm", "refuse"))
ISSUERS = st.sampled_from((KIOSK, STEWARD, ZHANG))
NAMED = st.booleans()
NORTH = "north"
"""A kiosk that is paired as the day begins, and may be revoked."""
KIOSKS = st.sampled_from(("k1", "k2", NORTH))
AGO_S = st.sampled_from((0, 60, 900, 100_000))
AT_WINDOW = st.sampled_from(("call_next", "recall", "start", "finish", "no_show", "undo"))
HOLDS: st.SearchStrategy[HoldKind] = st.sampled_from(("at_window", "anywhere", "waiting_step"))
STAFFED = st.sampled_from((ONE, FOUR))


class Paper(NamedTuple):
    """A ticket as a kiosk has it in its journal."""

    kiosk: str
    take: c.Take


class Elsewhere:
    """The other place to which a part of a hall has moved, with a clerk at every window that is there."""

    def __init__(self, home: Play, id_: str, n: int) -> None:
        """What came by a file."""
        part = parts.part(home.state, id_, "home")
        came = msgspec.json.decode(msgspec.json.encode(part))
        self.play = Play(hall_of(home.state.versions[max(home.state.versions)].document), home.now)
        self.play._draw = count(100_000 * n)
        self.play.do(c.Adopt(part=came), CLOCK)
        for window in self.play.state.hall.windows:
            self.play.open(window.id, Actor("clerk", f"there-{window.id}"))

    @property
    def order(self) -> list[TicketId]:
        """Who waits, in the order in which they are called."""
        keys: list[tuple[datetime, int, TicketId]] = [
            key for line in self.play.state.lines.values() for key in line
        ]
        return [id_ for _, _, id_ in sorted(keys)]

    def live(self, step: str) -> None:
        """Something happens there."""
        self.play.later(seconds=40)
        state, window = self.play.state, self.play.state.hall.windows[0].id
        with suppress(Refusal):
            if step == "take":
                for service in state.hall.service:
                    self.play.take(service, STEWARD, then=())
            elif step == "alone":
                for zone in state.hall.zone:
                    block = self.play.do(c.TakeLease(zone=zone), KIOSK)
                    service = state.hall.zone_services[zone][0].id
                    self.play.do(alone(self.play, service, block.prefix, block.first, 9), KIOSK)
            elif step == "cancel" and self.order:
                self.play.do(c.Cancel(ticket=self.order[-1]), STEWARD)
            elif step == "miss":
                self.play.do(c.NoShow(window=window), Actor("clerk", f"there-{window}"))
            else:
                for each in state.hall.windows:
                    self.play.next(each.id, Actor("clerk", f"there-{each.id}"))

    def results(self) -> tuple[dict[str, Any], ...]:
        """What goes home by a file."""
        made = homecoming.results(self.play.state, self.play.state.tickets.values(), "there")
        return tuple(msgspec.json.decode(msgspec.json.encode(made.tickets)))


def alone(
    play: Play, service: ServiceId, prefix: str, n: int, ago_s: int, came: bool | None = True, then: Any = ()
) -> c.Take:
    """What a kiosk hands over that it issued alone some time ago. Its id is one that no other ticket has."""
    id_ = f"made-by-a-kiosk-{play.draw()}"
    said = IssuedOffline(
        number=number.text(prefix, n),
        at=play.now - timedelta(seconds=ago_s),
        heard_at=max(play.now - timedelta(minutes=20), day_start(play.state.day)),
        printed=came,
    )
    return c.Take(service=service, then=then, id=id_, token=f"token-{id_}", issued_offline=said)


class Hall(RuleBasedStateMachine):
    """Drives the engine with any command of anybody, refused or not."""

    tickets = Bundle("tickets")
    papers = Bundle("papers")
    policy: Policy | None = None

    @initialize(document=st.none() | st.just(with_staff()), called_by=CALLED_BY, quick=st.booleans())
    def begin(self, document: Document | None, called_by: PolicyName, quick: bool) -> None:
        """Open the day; a few windows are staffed, so that much is called and little refused.

        Half of the days begin with staff who cannot do all that their windows offer.
        """
        self.called_by, self.quick = called_by, quick
        self.play = self.fresh()
        self.issued: dict[TicketId, str] = {}
        self.numbers: set[tuple[Any, str]] = set()
        self.seen = self.read = self.judged = self.noted = self.moves = 0
        self.written: dict[TicketId, list[str]] = {}
        self.alone: set[TicketId] = set()
        self.recount = Recount(lambda: self.play.state.hall)
        self.leased: dict[tuple[Any, str, int], str] = {}
        """Whose every number is that was ever leased, by day."""
        self.good: set[tuple[Any, str, int]] = set()
        """Those of them that are not void."""
        self.unused: dict[str, list[tuple[str, int]]] = {}
        """The numbers that each kiosk has today and has not printed."""
        pair = c.PairDevice(kind="kiosk", name=NORTH, token=f"{NORTH:x<32}")
        self.paired = self.play.do(pair, Actor("public", "anyone")).id
        self.play.do(c.PlaceDevice(device=self.paired), ADMIN)
        if document is not None:
            self.play.do(c.Publish(document=ruled(document, called_by), note="why"), ADMIN)
        self.play.open(ONE)
        self.play.open(FOUR, LI)

    def fresh(self) -> Play:
        """A hall in which nothing has happened. Licences go on in rounds, and too many at once is a matter of seals."""
        plan = hall(Rules(policy=self.called_by, quick_first=self.quick))
        over: dict[ServiceId, dict[str, Any]] = {
            LICENCE: {"over_items": "round", "usual_min": 3},
            FILING: {"over_items": "batch", "batch_service": LICENCE, "usual_min": 14},
        }
        services = [msgspec.structs.replace(each, **over.get(each.id, {})) for each in plan.services]
        return Play(msgspec.structs.replace(plan, services=tuple(services)), policy=self.policy)

    def attempt(self, command: c.Command, who: Actor) -> Any:
        """Do a command; a refusal has a known code and changes nothing."""
        before = picture(self.play.state)
        try:
            return self.play.do(command, who)
        except Refusal as refusal:
            known, unchanged = refusal.code in CODES, picture(self.play.state) == before
        assert known
        assert unchanged
        return None

    @rule(
        target=tickets,
        service=SERVICES,
        then=st.none() | st.lists(SERVICES, max_size=2),
        items=st.just(1) | st.integers(1, 12),
    )
    def take(self, service: ServiceId, then: list[ServiceId] | None, items: int) -> Any:
        """Take a ticket, as planned or with what is asked for."""
        asking = c.Take(service=service, then=None if then is None else tuple(then), items=items)
        ticket = self.attempt(asking, KIOSK)
        hall = self.play.state.hall
        if ticket is None:
            return multiple()
        planned = hall.service[service].then
        after = list(planned if then is None else then)
        first, rest = (
            ticket.steps[: len(ticket.steps) - len(after)],
            ticket.steps[-len(after) :] if after else (),
        )
        assert [step.service for step in rest] == after
        assert sum(step.items for step in first) == items == ticket.items
        assert all(step.items <= hall.service[step.service].max_items for step in first)
        assert len(first) == 1 or hall.service[service].over_items != "refuse"
        assert len(ticket.steps) <= hall.rules.max_steps
        assert hours.open_at(hall, service, self.play.now)
        assert ticket.id not in self.issued
        assert (self.play.state.day, ticket.number) not in self.numbers, "a number is given once a day"
        self.issued[ticket.id] = ticket.number
        self.numbers.add((self.play.state.day, ticket.number))
        return ticket.id

    @rule(
        target=tickets,
        service=SERVICES,
        holder=HOLDERS,
        class_=CLASSES,
        entry=ENTRIES,
        who=ISSUERS,
        named=NAMED,
    )
    def come(
        self, service: ServiceId, holder: Holder, class_: str, entry: str | None, who: Actor, named: bool
    ) -> Any:
        """Somebody with a card or a class takes a ticket."""
        reason, name = ("why", "陈大文") if named else (None, None)
        take = c.Take(
            service=service, holder=holder, class_=class_, entry=entry, class_reason=reason, class_for=name
        )
        state = self.play.state
        known = state.persons.get(hashed(SECRET, holder.number or ""), [])
        waiting = [state.tickets[id_].step.service for id_ in known if state.tickets[id_].state == "waiting"]
        ticket = self.attempt(take, who)
        if ticket is None:
            return multiple()
        asks = state.hall.service[service].real_name != "no"
        assert not (asks and service in waiting), "one open ticket a person where a service asks who it is"
        self.issued[ticket.id] = ticket.number
        self.numbers.add((self.play.state.day, ticket.number))
        return ticket.id

    @rule(ticket=tickets, class_=CLASSES, entry=ENTRIES, decision=DECISIONS, named=NAMED)
    def classify(self, ticket: TicketId, class_: str, entry: str | None, decision: Any, named: bool) -> None:
        """Confirm or refuse a class."""
        class_for = "陈大文" if named else None
        self.attempt(
            c.Classify(
                ticket=ticket,
                class_=class_,
                decision=decision,
                reason="why",
                entry=entry,
                class_for=class_for,
            ),
            STEWARD,
        )

    @rule(ticket=tickets, who=WHO)
    def identify(self, ticket: TicketId, who: Actor) -> None:
        """Read who holds a ticket."""
        self.attempt(c.Identify(ticket=ticket, reason="why"), who)

    @rule(verb=AT_WINDOW, window=WINDOWS, who=WHO)
    def act(self, verb: str, window: WindowId, who: Actor) -> None:
        """Do something at a window."""
        self.attempt(c.REGISTRY[f"windows.{verb}"].type(window=window), who)

    @rule(window=st.sampled_from((ONE, FOUR)))
    def serve(self, window: WindowId) -> None:
        """A staffed window simply works on."""
        there = self.play.state.windows.get(window)
        clerk = there.clerk if there is not None else None
        if clerk is not None:
            self.attempt(c.CallNext(window=window), Actor("clerk", clerk))

    @rule(window=WINDOWS, who=WHO, ticket=tickets)
    def call(self, window: WindowId, who: Actor, ticket: TicketId) -> None:
        """Call a chosen ticket."""
        self.attempt(c.Call(window=window, ticket=ticket, reason="chosen"), who)

    @rule(window=st.sampled_from((ONE, FOUR)), data=st.data())
    def choose(self, window: WindowId, data: st.DataObject) -> None:
        """A staffed window calls somebody who waits for it, out of turn."""
        state = self.play.state
        if window not in state.windows:
            return
        clerk = state.windows[window].clerk
        services = state.served_at(window)
        waiting = [key[2] for service in services for key in state.lines[service]]
        if clerk is not None and waiting:
            ticket = data.draw(st.sampled_from(waiting))
            self.attempt(c.Call(window=window, ticket=ticket, reason="chosen"), Actor("clerk", clerk))

    def attended(self, window: WindowId) -> Actor | None:
        """The clerk at a window."""
        there = self.play.state.windows.get(window)
        return None if there is None or there.clerk is None else Actor("clerk", there.clerk)

    def busy(self, window: WindowId) -> Actor | None:
        """The clerk at a window with a ticket, who calls if nobody is there."""
        clerk = self.attended(window)
        if clerk is not None and self.play.state.windows[window].ticket is None:
            self.attempt(c.CallNext(window=window), clerk)
        return clerk

    @rule(window=STAFFED, kind=HOLDS, minutes=st.none() | st.integers(1, 20))
    def hold(self, window: WindowId, kind: HoldKind, minutes: int | None) -> None:
        """Serving begins, and is broken off."""
        clerk = self.busy(window)
        if clerk is not None:
            self.attempt(c.Start(window=window), clerk)
            until = None if minutes is None else self.play.now + timedelta(minutes=minutes)
            self.attempt(c.Hold(window=window, kind=kind, reason="why", until=until), clerk)

    @rule(window=WINDOWS, who=WHO, data=st.data())
    def resume_held(self, window: WindowId, who: Actor, data: st.DataObject) -> None:
        """Somebody who was held goes on, at whatever window asks for them."""
        state = self.play.state
        held = [id_ for id_, ticket in state.tickets.items() if ticket.state == "held"]
        if not held:
            return
        ticket = data.draw(st.sampled_from(held))
        step = state.tickets[ticket].step
        there = state.windows.get(step.window) if step.window is not None else None
        papers = step.hold is not None and step.hold.kind == "at_window"
        away = papers and there is not None and there.id != window and there.state != "closed"
        resumed = self.attempt(c.ResumeHeld(window=window, ticket=ticket), self.attended(window) or who)
        assert resumed is None or not away, "papers are where they were left"

    @rule(
        window=STAFFED,
        service=st.none() | SERVICES,
        to=st.none() | WINDOWS,
        place=PLACES,
        come_back=st.booleans(),
    )
    def transfer(
        self,
        window: WindowId,
        service: ServiceId | None,
        to: WindowId | None,
        place: Place,
        come_back: bool,
    ) -> None:
        """A window sends its ticket on, which keeps its clock unless it is to be last."""
        clerk = self.busy(window)
        if clerk is None:
            return
        there = self.play.state.windows[window].ticket
        step = self.play.state.tickets[there].step if there is not None else None
        clock = None if step is None else (step.since_at, step.order)
        transfer = c.Transfer(at=window, service=service, window=to, place=place, come_back=come_back)
        if self.attempt(transfer, clerk) is not None:
            assert step is not None
            assert ((step.since_at, step.order) == clock) is (place != "last")

    @rule(window=STAFFED, seconds=st.sampled_from((0, 0, 9, 11)))
    def undo(self, window: WindowId, seconds: int) -> None:
        """Take the last step of a window back: as if it had not been done, if nothing else was."""
        clerk, state = self.attended(window), self.play.state
        if clerk is None:
            return
        seq = state.seq
        before = picture(state)
        if self.attempt(c.CallNext(window=window), clerk) is None or state.seq == seq:
            return
        called = state.seq
        quiet = self.play.later(seconds=seconds).state.seq == called
        again = self.attempt(c.Undo(window=window), clerk)
        if seconds > 10:
            assert again is None
        elif quiet:
            assert again is not None
            after = picture(state)
            settled = {"seq", "turned_at"}
            assert {key: value for key, value in after.items() if key not in settled} == {
                key: value for key, value in before.items() if key not in settled
            }
            assert self.attempt(c.Undo(window=window), clerk) is None, "it is undone once"

    @rule(data=st.data(), behind=st.integers(1, 4))
    def defer(self, data: st.DataObject, behind: int) -> None:
        """Somebody lets others go first."""
        state = self.play.state
        waiting = [id_ for id_, ticket in state.tickets.items() if ticket.state == "waiting"]
        if not waiting:
            return
        ticket = state.tickets[data.draw(st.sampled_from(waiting))]
        ahead, clock = order.ahead(state, ticket), ticket.step.since_at
        self.attempt(c.Defer(ticket=ticket.id, behind=behind), STEWARD)
        deferred = [each.event.ticket for each in self.play.log if isinstance(each.event, e.Deferred)]
        assert deferred.count(ticket.id) <= state.hall.rules.defers
        assert (order.ahead(state, ticket) or 0) >= (ahead or 0)
        assert ticket.step.since_at == clock

    @rule(data=st.data())
    def come_after_all(self, data: st.DataObject) -> None:
        """Somebody who missed a call comes on the same day."""
        state = self.play.state
        clerk = self.busy(ONE)
        if clerk is not None:
            self.attempt(c.NoShow(window=ONE), clerk)
        if not state.missed:
            return
        ticket = state.tickets[data.draw(st.sampled_from(state.missed))]
        misses, waiting = ticket.step.misses, len(state.lines[ticket.step.service])
        if self.attempt(c.Reenter(ticket=ticket.id), STEWARD) is not None:
            rules = state.hall.rules
            assert misses <= rules.reentries
            assert (order.ahead(state, ticket) or 0) >= min(waiting, rules.reentry_behind)

    @rule(target=tickets, window=STAFFED, service=SERVICES)
    def walk_in(self, window: WindowId, service: ServiceId) -> Any:
        """Somebody without a ticket is at a window."""
        clerk = self.attended(window)
        walked = None
        if clerk is not None:
            walked = self.attempt(c.WalkIn(window=window, service=service, reason="walked"), clerk)
        if walked is None:
            return multiple()
        assert walked.state == "called"
        self.count(walked)
        return walked.id

    @rule(window=STAFFED)
    def note(self, window: WindowId) -> None:
        """Something is written on the ticket at a window, and stays whatever becomes of the ticket."""
        clerk = self.busy(window)
        if clerk is not None:
            self.attempt(c.WriteNote(window=window, text="a remark"), clerk)

    @invariant()
    def what_was_written_on_a_ticket_stays_on_it(self) -> None:
        """Also when a step is taken back, and when it goes on as another row of another day."""
        for stamped in self.play.log[self.noted :]:
            if isinstance(stamped.event, e.Noted):
                self.written.setdefault(stamped.event.ticket, []).append(stamped.event.note)
        self.noted = len(self.play.log)
        tickets = self.play.state.tickets
        for id_, notes in self.written.items():
            if id_ in tickets:
                assert [one.note for one in tickets[id_].remarks][-len(notes) :] == notes

    @rule(ticket=tickets, who=ISSUERS)
    def reprint(self, ticket: TicketId, who: Actor) -> None:
        """A kiosk is asked for another paper; one that says nothing leaves it unknown in time."""
        for id_ in self.play.state.devices:
            self.attempt(c.Reprint(ticket=ticket, printer=id_), who)

    @rule(ticket=tickets, ok=st.booleans())
    def printed_again(self, ticket: TicketId, ok: bool) -> None:
        """Each kiosk says what became of what it was asked for."""
        for id_, device in self.play.state.devices.items():
            self.attempt(c.Printed(ticket=ticket, ok=ok), Actor("kiosk", device.name, device=id_))

    @invariant()
    def a_paper_is_waited_for_as_long_as_somebody_may_tell_of_it(self) -> None:
        """And an asking stands with no other ticket."""
        state = self.play.state
        for id_, ticket in state.tickets.items():
            assert (ticket.paper == "pending") == (id_ in state.pending)
            assert ticket.reprint is None or ticket.paper == "pending"

    @rule(ticket=tickets, service=SERVICES)
    def add_step(self, ticket: TicketId, service: ServiceId) -> None:
        """One more service."""
        self.attempt(c.AddStep(ticket=ticket, service=service), ZHANG)

    @rule(window=WINDOWS, who=WHO, verb=st.sampled_from(("open", "pause", "resume", "close")))
    def staff(self, window: WindowId, who: Actor, verb: str) -> None:
        """Open, pause, resume or close a window."""
        kind = c.REGISTRY[f"windows.{verb}"].type
        self.attempt(kind(window=window, reason="why"), who)

    @rule(window=WINDOWS, who=WHO)
    def take_over(self, window: WindowId, who: Actor) -> None:
        """Take a window over from whoever attends it."""
        self.attempt(c.Open(window=window, takeover=True, reason="why"), who)

    @rule(window=WINDOWS, services=st.lists(SERVICES, max_size=3))
    def set_services(self, window: WindowId, services: list[ServiceId]) -> None:
        """Let a window offer something else today."""
        self.attempt(c.SetServices(window=window, services=tuple(services)), MANAGER)

    @rule(window=WINDOWS, covered=st.none() | WINDOWS, who=WHO)
    def cover(self, window: WindowId, covered: WindowId | None, who: Actor) -> None:
        """Serve for another window too, or no longer."""
        self.attempt(c.Cover(at=window, window=covered), who)

    @rule(ticket=consumes(tickets))
    def cancel(self, ticket: TicketId) -> None:
        """Give a ticket up."""
        self.attempt(c.Cancel(ticket=ticket), STEWARD)

    @rule(
        services=st.just(()) | st.lists(SERVICES, min_size=1, max_size=2, unique=True).map(tuple),
        steps=st.lists(st.sampled_from(("take", "call", "miss", "cancel", "alone")), max_size=4),
        end=st.sampled_from(("home", "home", "void", "stay")),
    )
    def elsewhere(self, services: tuple[ServiceId, ...], steps: list[str], end: str) -> None:
        """A part of the hall moves, is served there in the order in which it would have been here, and comes home."""
        play = self.play
        if not play.state.versions:
            first = c.Publish(document=ruled(document(), self.called_by), note="why")
            if self.attempt(first, ADMIN) is None:  # somebody waits in a class that it has not
                return
        self.moves += 1
        id_ = f"evacuation-{self.moves:020d}"
        moving = services or tuple(id_ for id_ in play.state.hall.service if not play.state.away.bars(id_))
        order = self._order(play, moving)
        if self.attempt(c.Evacuate(evacuation=id_, services=services, reason="why"), MANAGER) is None:
            return
        gone = {play.state.hall.service[service].prefix for service in moving}
        stay = {each.prefix for each in play.state.hall.services if each.id not in moving}
        self.good = {key for key in self.good if key[1] not in gone - stay}
        there = Elsewhere(play, id_, self.moves)
        assert there.order == order, "the other place calls in the order of this one"
        for step in steps:
            there.live(step)
        assert picture(there.play.rebuilt()) == picture(there.play.state)
        given = [row for row in there.play.state.tickets.values() if row.id not in self.issued]
        for row in given:
            assert (row.day, row.number) not in self.numbers, "a number is given in one place"
            self.numbers.add((row.day, row.number))
        if end == "void" or (end == "stay" and not services):
            self.attempt(c.Decide(evacuation=id_, decision="void", reason="why"), ADMIN)
            return
        if end == "stay":
            return
        rows = there.results()
        bring = c.BringHome(evacuation=id_, tickets=rows, results=there.play.state.seq)
        some = msgspec.structs.replace(bring, tickets=rows[: len(rows) // 2], last=False)
        assert self.attempt(some, CLOCK) is not None
        assert self.attempt(bring, CLOCK) is not None
        settled = picture(play.state)
        assert self.attempt(bring, CLOCK) is not None
        assert picture(play.state) == settled, "the same results twice change nothing"
        assert self.attempt(c.Reopen(evacuation=id_, reason="why"), MANAGER) is not None
        self.issued |= {row.id: row.number for row in given}

    def _order(self, play: Play, services: tuple[ServiceId, ...]) -> list[TicketId]:
        """In which order open tickets of some services are called: who is at a window was first."""
        theirs = [each for each in play.state.tickets.values() if each.step.service in services]
        there = [each for each in theirs if each.state in ("called", "serving", "held")]
        waiting = [each for each in theirs if each.state == "waiting"]
        there.sort(key=lambda each: each.step.call)
        waiting.sort(key=lambda each: (*each.step.place, each.id))
        return [each.id for each in (*there, *waiting)]

    @rule(target=tickets, zone=st.sampled_from(("A", "B")), service=SERVICES, minutes=st.integers(0, 90))
    def by_hand(self, zone: str, service: ServiceId, minutes: int) -> Any:
        """Slips are printed, one is handed out, and keyed in some time later with when that was."""
        made = self.attempt(c.MakeSlips(zone=ZoneId(zone), count=2), ADMIN)
        if made is None:
            return multiple()
        at = self.play.now + timedelta(minutes=minutes // 2)
        self.play.later(minutes=minutes)
        take = c.Take(service=service, then=(), slip=made.numbers[0], taken_at=at)
        ticket = self.attempt(take, STEWARD)
        if ticket is None:
            return multiple()
        assert ticket.number == made.numbers[0]
        assert self.play.state.tickets[ticket.id].step.place[0] == at
        assert self.attempt(take, STEWARD) is None, "a slip is used once"
        assert (self.play.state.day, ticket.number) not in self.numbers
        self.issued[ticket.id] = ticket.number
        self.numbers.add((self.play.state.day, ticket.number))
        return ticket.id

    @rule(kiosk=KIOSKS, zone=st.sampled_from(("A", "B")))
    def lease(self, kiosk: str, zone: str) -> None:
        """A kiosk has numbers of its own, and nobody else ever has one of them that day."""
        block = self.attempt(c.TakeLease(zone=ZoneId(zone)), self.actor(kiosk))
        if block is None:
            return
        if block.day not in [day for day, _, _ in self.leased]:
            self.unused = {}
        for n in range(block.first, block.last + 1):
            key = (block.day, block.prefix, n)
            assert key not in self.leased, "a number is leased once a day"
            self.leased[key] = kiosk
            self.good.add(key)
            self.unused.setdefault(kiosk, []).append((block.prefix, n))

    def actor(self, kiosk: str) -> Actor:
        """Who asks."""
        return Actor("kiosk", kiosk, device=self.paired if kiosk == NORTH else None)

    def may(self, kiosk: str) -> bool:
        """Whether a kiosk has not been revoked."""
        return kiosk != NORTH or self.play.state.devices[self.paired].state == "placed"

    def next_of(self, kiosk: str) -> tuple[str, int] | None:
        """The next number that a kiosk prints, maybe of a lease that is void by now. It asks for some if it has none."""
        today = self.play.state.day
        if not self.may(kiosk):
            return None
        if not any((today, *printed) in self.leased for printed in self.unused.get(kiosk, [])):
            self.lease(kiosk, "A")
        mine = [each for each in self.unused.get(kiosk, []) if (today, *each) in self.leased]
        if not mine:
            return None
        self.unused[kiosk].remove(mine[0])
        return mine[0]

    @rule(
        target=papers,
        kiosk=KIOSKS,
        service=SERVICES,
        then=st.none() | st.lists(SERVICES, max_size=2).map(tuple),
        ago_s=AGO_S,
        came=st.sampled_from((True, False, None)),
    )
    def hand_over(self, kiosk: str, service: ServiceId, then: Any, ago_s: int, came: bool | None) -> Any:
        """A kiosk hands over what it issued alone: paper exists, so it is never refused, and it has its number and its time."""
        printed = self.next_of(kiosk)
        if printed is None:
            return multiple()
        play, before = self.play, self.play.now - timedelta(seconds=ago_s)
        take = alone(play, service, *printed, ago_s, came, then)
        said = take.issued_offline
        assert said is not None
        assert said.heard_at is not None
        ticket = play.do(take, self.actor(kiosk))
        lease = leasing.holding(play.state, *printed)
        assert lease is not None
        assert ("lease.void" not in ticket.against) == ((play.state.day, *printed) in self.good)
        assert set(ticket.against) <= handover.NOTED
        assert ticket.number == said.number
        assert ticket.state == "waiting"
        assert ticket.issued_at == min(max(before, said.heard_at, lease.at), play.now)
        self.count(ticket)
        return Paper(kiosk, take)

    @rule(
        target=papers,
        kiosk=KIOSKS,
        service=SERVICES,
        window=st.sampled_from((ONE, FOUR)),
        end=st.sampled_from(("waits", "called", "missed", "passed", "cancelled")),
    )
    def unanswered(self, kiosk: str, service: ServiceId, window: WindowId, end: str) -> Any:
        """A take is done and its answer lost, so that the kiosk prints a number of its own; nobody comes to a call of the other."""
        printed = self.next_of(kiosk)
        if printed is None:
            return multiple()
        take = alone(self.play, service, *printed, 0)
        ticket = self.attempt(msgspec.structs.replace(take, issued_offline=None), self.actor(kiosk))
        if ticket is None:
            return multiple()
        self.count(ticket)
        there = self.play.state.windows.get(window)
        clerk = Actor("clerk", there.clerk if there is not None and there.clerk is not None else "nobody")
        if end == "cancelled":
            self.attempt(c.Cancel(ticket=ticket.id), STEWARD)
        elif end != "waits" and window in self.play.state.hall.window:
            self.attempt(c.Call(window=window, ticket=ticket.id, reason="chosen"), clerk)
            if end != "called":
                self.attempt(c.NoShow(window=window) if end == "missed" else c.CallNext(window=window), clerk)
        return Paper(kiosk, take)

    @rule(target=papers, kiosk=KIOSKS, service=SERVICES, n=st.integers(1, 30))
    def lost(self, kiosk: str, service: ServiceId, n: int) -> Any:
        """A kiosk has a ticket in its journal that the server lost, maybe under a number that is somebody else's by now."""
        prefix, state = "AB"[n % 2], self.play.state
        here = {
            printed
            for each in state.tickets.values()
            for printed in (each.number, number.text(each.prefix, each.n))
        }
        gone = (state.day, number.text(prefix, n)) in self.numbers and number.text(prefix, n) not in here
        if gone or not self.may(kiosk):  # another place has given that one, which no kiosk here has
            return multiple()
        take = alone(self.play, service, prefix, n, 600)
        ticket = self.play.do(take, self.actor(kiosk))
        assert set(ticket.against) <= handover.NOTED
        assert take.issued_offline is not None
        assert ticket.number.replace("*", "") == take.issued_offline.number
        self.count(ticket)
        return Paper(kiosk, take)

    def count(self, ticket: Any) -> None:
        """Know a ticket, whose number is nobody else's."""
        assert (self.play.state.day, ticket.number) not in self.numbers, "a number is given once a day"
        self.issued[ticket.id] = ticket.number
        self.numbers.add((self.play.state.day, ticket.number))

    @rule(paper=papers)
    def journal(self, paper: Paper) -> None:
        """A kiosk hands its journal over, now and then what it has handed over before."""
        play, said = self.play, paper.take.issued_offline
        assert said is not None
        before = play.state.tickets.get(TicketId(paper.take.id or ""))
        if before is None or before.day != play.state.day or not self.may(paper.kiosk):
            return
        known, place = before.number.replace("*", "") == said.number, before.step.place
        state, clock, counts = before.state, before.step.since_at, picture(play.state)
        there = before.step.reached_at is not None
        ticket = play.do(paper.take, self.actor(paper.kiosk))
        if known:
            assert picture(play.state) == counts, "what is known is left alone"
            return
        assert (ticket.number, before.step.since_at, before.step.place) == (said.number, clock, place)
        if state == "no_show":
            back = (ticket.state, before.step.misses) == ("waiting", 0)
            assert back != there, "nobody could know that number, unless they were at a window"
        elif state in OPEN_STATES:
            assert ticket.state == state
        self.count(ticket)
        settled = picture(play.state)
        assert play.do(paper.take, self.actor(paper.kiosk)) == ticket
        assert picture(play.state) == settled

    @rule(end=st.booleans())
    def day(self, end: bool) -> None:
        """End the day before midnight, or go on with it."""
        self.attempt(c.EndDay(reason="why") if end else c.OpenDay(reason="why"), MANAGER)

    @rule(target=tickets, data=st.data())
    def reenter(self, data: st.DataObject) -> Any:
        """Somebody whom a day left waiting comes again; now and then somebody whom it did not."""
        state = self.play.state
        left = [id_ for id_, ticket in state.tickets.items() if ticket.state == "expired"]
        if not left:
            return multiple()
        old = state.tickets[data.draw(st.sampled_from(left))]
        ticket = self.attempt(c.Reenter(ticket=old.id), STEWARD)
        if ticket is None:
            return multiple()
        assert (self.play.state.day, ticket.number) not in self.numbers, "a number is given once a day"
        self.issued[ticket.id] = ticket.number
        self.numbers.add((self.play.state.day, ticket.number))
        assert self.attempt(c.Reenter(ticket=old.id), STEWARD) is None, "a place is taken once"
        return ticket.id

    @rule(ticket=tickets, ok=st.booleans())
    def print(self, ticket: TicketId, ok: bool) -> None:
        """Report a paper."""
        self.attempt(c.Printed(ticket=ticket, ok=ok), KIOSK)

    @rule(ticket=tickets, step=st.integers(0, 2), level=st.integers(1, 5))
    def rate(self, ticket: TicketId, step: int, level: int) -> None:
        """Rate a step."""
        self.attempt(c.Rate(step=f"{ticket}/{step}", level=level, channel="kiosk"), KIOSK)

    @rule(n=st.integers(0, 25), kind=st.sampled_from(("kiosk", "display", "agent")))
    def pair(self, n: int, kind: Any) -> None:
        """A device asks for a place; the same one now and then again."""
        self.attempt(c.PairDevice(kind=kind, name=kind, token=f"{n:032d}"), Actor("public", "anyone"))

    @rule(data=st.data(), window=WINDOWS, revoke=st.booleans())
    def place(self, data: st.DataObject, window: WindowId, revoke: bool) -> None:
        """An administrator gives a device a place or revokes it, and the device says how it is."""
        if not self.play.state.devices:
            return
        device = self.play.state.devices[data.draw(st.sampled_from(sorted(self.play.state.devices)))]
        admin = Actor("admin", "chief")
        if revoke:
            self.attempt(c.RevokeDevice(device=device.id, reason="why"), admin)
            if device.id == self.paired:
                self.good = {key for key in self.good if self.leased[key] != NORTH}
            return
        windows = (window,) if device.kind == "agent" else ()
        display = "hall" if device.kind == "display" else None
        self.attempt(c.PlaceDevice(device=device.id, windows=windows, display=display), admin)
        self.attempt(c.ReportDevice(state="ready"), Actor(device.kind, device.name, device=device.id))

    @rule(ticket=tickets, service=SERVICES, place=PLACES, step=st.none() | st.integers(0, 2))
    def move(self, ticket: TicketId, service: ServiceId, place: Place, step: int | None) -> None:
        """Give a ticket another destination or place."""
        self.attempt(c.Move(ticket=ticket, service=service, place=place, step=step, reason="moved"), MANAGER)

    @rule(document=DOCUMENTS, called_by=CALLED_BY, zone=st.none() | CALLED_BY)
    def publish(self, document: Document, called_by: PolicyName, zone: PolicyName | None) -> None:
        """Publish a hall with less, more or other things in it."""
        self.attempt(c.Publish(document=ruled(document, called_by, zone), note="why"), ADMIN)

    @rule(version=st.integers(1, 6))
    def roll_back(self, version: int) -> None:
        """Bring an earlier version back."""
        self.attempt(c.Rollback(version=version, note="back"), ADMIN)

    @rule(ago_s=st.sampled_from((0, 600, 90_000)), hourly=st.sampled_from((0, 40, 900)))
    def restore(self, ago_s: int, hourly: int) -> None:
        """Go on from a backup; numbers are then left out."""
        since = self.play.now - timedelta(seconds=ago_s)
        self.play.do(c.Restore(since=since, hourly={"A": hourly}), CLOCK)
        self.good.clear()

    @rule(seconds=st.sampled_from((0, 1, 29, 31, 600, 30_000)))
    def wait(self, seconds: int) -> None:
        """Let time pass, now and then past midnight."""
        self.play.later(seconds=seconds)

    @invariant()
    def nobody_is_lost(self) -> None:
        """Every ticket issued is in memory in a state of its own, or the log says how it ended."""
        state = self.play.state
        ended = {
            stamped.event.ticket
            for stamped in self.play.log
            if isinstance(stamped.event, e.Expired | e.Cancelled)
            or (isinstance(stamped.event, e.Finished) and stamped.event.next_step is None)
            or (isinstance(stamped.event, e.CameHome) and stamped.event.row.ended_at is not None)
        }
        for id_, printed in self.issued.items():
            ticket = state.tickets.get(id_)
            assert ticket is not None or id_ in ended, f"{printed} is lost"
        for service, line in state.lines.items():
            standing = [id_ for _, _, id_ in line]
            expected = [
                t.id for t in state.tickets.values() if t.state == "waiting" and t.step.service == service
            ]
            assert sorted(standing) == sorted(expected), "who waits stands in one line, once"

    @invariant()
    def nobody_is_at_two_windows(self) -> None:
        """A ticket in front of a window is called or serving there, and in front of no other."""
        state = self.play.state
        there = {window.id: window.ticket for window in state.windows.values() if window.ticket is not None}
        assert len(set(there.values())) == len(there)
        for ticket in state.tickets.values():
            if ticket.state in ("called", "serving"):
                assert there.get(ticket.step.window) == ticket.id  # type: ignore[arg-type]
        assert len(there) == sum(ticket.state in ("called", "serving") for ticket in state.tickets.values())

    @invariant()
    def every_skip_has_a_reason(self) -> None:
        """A call that passed somebody over says why."""
        for stamped in self.play.log[self.seen :]:
            event = stamped.event
            if isinstance(event, e.Called):
                alone = event.step == 0 and event.ticket in self.alone
                assert (event.skipped == 0 and not alone) or event.reason is not None
                services = self._served_at(event)
                assert event.skipped == self.recount.passed_over(event.ticket, services)
                if stamped.command == "windows.call_next":
                    self._by_the_rule(stamped, event, services)
            if isinstance(event, e.Renumbered) or (isinstance(event, e.Taken) and event.handed_over):
                self.alone.add(event.ticket)
            self.recount.happen(stamped)
        self.seen = len(self.play.log)

    @invariant()
    def what_is_told_of_the_order_is_the_order(self) -> None:
        """A line is in the order in which it would be called if nobody came, told from the log."""
        state = self.play.state
        for service, line in state.lines.items():
            told = [id_ for _, id_ in order.Order(state, service)]
            assert told == calling.lasting(self.recount, state.hall, service, [id_ for _, _, id_ in line])

    def _by_the_rule(self, stamped: e.Stamped, event: e.Called, services: set[ServiceId]) -> None:
        """Whoever compares all who wait comes to the same one, and to the same reason where somebody is passed over."""
        before, hall = self.play.log[stamped.seq - 2], self.play.state.hall
        but = None
        if isinstance(before.event, e.Finished) and (before.at, before.command) == (
            stamped.at,
            stamped.command,
        ):
            there = before.event.window == event.window and before.event.ticket != event.ticket
            if there:  # else it ended by a command before, with nobody to call
                but = before.event.ticket
        meant = calling.next_one(self.recount, hall, event.window, services, stamped.at, but)
        assert event.ticket == meant
        stood = self.recount.stood[event.ticket]
        if event.skipped:
            plain = calling.next_one(self.recount, hall, event.window, services, stamped.at, but, quick=False)
            assert event.reason == (calling.why(self.recount, hall, event, stood, plain) or event.reason)
            assert calling.policy(hall, event.window) != "fcfs" or stood.put or hall.rules.guard_min

    @invariant()
    def what_is_undone_was_the_last_step_of_its_window(self) -> None:
        """Nothing else has happened to the window or its tickets since, and it was done a moment ago."""
        for stamped in self.play.log[self.judged :]:
            event = stamped.event
            if isinstance(event, e.Undone):
                first = self.play.log[event.first - 1]
                assert stamped.at - first.at <= timedelta(seconds=10)
                theirs = {row.id for row in event.tickets}
                for since in self.play.log[event.first - 1 : stamped.seq - 1]:
                    if isinstance(since.event, e.Noted | e.ReprintAsked | e.PaperReported):
                        continue  # what is written on a ticket moves nothing, nor does its paper
                    concerns = getattr(since.event, "ticket", None) in theirs
                    concerns |= getattr(since.event, "window", None) == event.window
                    assert not concerns or (since.at, since.command) == (first.at, first.command)
        self.judged = len(self.play.log)

    def _served_at(self, called: e.Called) -> set[ServiceId]:
        """What a window serves of what it offers, by whoever is there."""
        state = self.play.state
        member = state.hall.member.get(called.clerk)
        offered = state.hall.window[called.window].services
        skills = offered if member is None or member.skills is None else member.skills
        services = set(offered) & set(skills)
        assert self.recount.stood[called.ticket].service in services
        return services

    @invariant()
    def what_was_issued_is_counted_from_the_tickets_of_the_day(self) -> None:
        """Counts of services are those of the steps there are today, whatever became of them; further rounds are no visits."""
        state = self.play.state
        steps = [
            step.service
            for ticket in state.tickets.values()
            if ticket.day == state.day
            for step in ticket.steps
            if step.round == 1
        ]
        assert state.issued == {service: steps.count(service) for service in state.hall.any_service}

    @invariant()
    def screens_say_what_a_take_would_be_told(self) -> None:
        """A service is shown as issuing just if a ticket for it could be taken."""
        state = self.play.state
        for service in state.hall.service:
            why = None
            try:
                issuing.check(state, issuing.visit(state, service), self.play.now)
            except Refusal as refusal:
                why = REFUSED[refusal.code]
            assert issuing.of_service(state, service).why == why

    @invariant()
    def a_class_counts_once_it_is_confirmed(self) -> None:
        """The log alone says which class a ticket has, and what is to be read of it in public."""
        state = self.play.state
        classes: dict[TicketId, tuple[str, str]] = {}
        for stamped in self.play.log:
            event = stamped.event
            if isinstance(event, e.Taken):
                classes[event.ticket] = (event.class_, event.class_state)
            elif isinstance(event, e.Classified):
                classes[event.ticket] = (event.class_, event.state)
            elif isinstance(event, e.CameHome):
                classes[event.ticket] = (event.row.class_, event.row.class_state)
        for id_, ticket in state.tickets.items():
            assert (ticket.class_, ticket.class_state) == classes[id_]
            counts = rank.effective(state.hall, ticket) != "ordinary"
            assert counts == (classes[id_][1] == "confirmed" and ticket.class_ in state.hall.class_)
            assert counts or rank.public(state.hall, ticket) is None

    @invariant()
    def nobody_is_named_longer_than_the_rules_say_or_in_an_event(self) -> None:
        """Who holds a ticket is known of today's and open ones, for some days, and from no event."""
        state = self.play.state
        first = state.day - timedelta(days=state.hall.rules.identity_days)
        assert all(day >= first for day in state.named)
        assert set(state.identities) <= {*state.tickets, *state.booked}
        for stamped in self.play.log[self.read :]:
            body = e.encode(stamped.event).decode()
            assert not any(secret in body for secret in ("王小明", "陈大文", "王*明", *CARDS))
        self.read = len(self.play.log)

    @invariant()
    def everybody_can_be_called(self) -> None:
        """Whoever waits does so for a service that some window offers, whatever was published."""
        hall = self.play.state.hall
        for ticket in self.play.state.tickets.values():
            if ticket.state == "waiting":
                assert hall.offered_at[ticket.step.service]

    @invariant()
    def the_hall_is_the_one_that_was_published_last(self) -> None:
        """The log alone says which version runs, and its document is what runs."""
        published = [each for each in self.play.log if isinstance(each.event, e.Published)]
        state = self.play.state
        assert list(state.versions) == list(range(1, len(published) + 1))
        if published:
            runs = state.versions[len(published)]
            assert hall_of(runs.document) == state.plan
            assert {window.id for window in state.hall.windows} == set(state.windows)
            assert {service.id for service in state.hall.services} == set(state.lines)

    @invariant()
    def windows_offer_what_was_said_last_today(self) -> None:
        """Counted from the log, of windows spoken of since midnight and since a hall was published, which may drop some."""
        state, plan = self.play.state, self.play.state.plan
        said: dict[WindowId, e.OfferSet] = {}
        for each in self.play.log:
            if isinstance(each.event, e.DayBegun | e.Published):
                said = {}
            elif isinstance(each.event, e.OfferSet):
                said[each.event.window] = each.event

        def own(window: WindowId) -> tuple[ServiceId, ...]:
            return said[window].services or plan.window[window].services

        for window, one in said.items():
            more: tuple[ServiceId, ...] = ()
            if one.covers is not None:
                if one.covers not in said and one.covers in state.today:
                    continue
                more = own(one.covers) if one.covers in said else plan.window[one.covers].services
            assert state.hall.window[window].services == tuple(dict.fromkeys((*own(window), *more)))

    @invariant()
    def rows_tell_everything(self) -> None:
        """The state built from its rows is the state."""
        assert picture(self.play.rebuilt()) == picture(self.play.state)


TestHall = Hall.TestCase
TestHall.settings = settings(max_examples=200, stateful_step_count=40, deadline=None)
