"""Two kiosks and a hall, the real rules on both sides: whatever is cut, lost, killed or restored, paper, journal and hall agree."""

import copy
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from typing import Any

import msgspec
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from kiosk.link.hall import command
from kiosk.model.event import (
    Event,
    Fresh,
    HallShown,
    Heard,
    Kept,
    Leased,
    LinkChanged,
    NotKept,
    Outcome,
    Painted,
    PrintAsked,
    PrinterReported,
    Recalled,
    Refused,
    Taken,
    Ticked,
    Touched,
    Unanswered,
)
from kiosk.model.intent import Keep, KeepBlocks, Lease, Print, Remember, Take
from kiosk.model.journal import Block, Entry, Word
from kiosk.model.screen import Bring, Issued, Services, Taking, Unprinted
from kiosk.model.state import State
from kiosk.model.step import step
from queue_server.engine import record
from queue_server.engine.actor import CLOCK, Actor
from queue_server.engine.handover import APART
from queue_server.views import hall as view
from queue_server.wire import command as c
from queue_server.wire.error import Refusal
from queue_server.wire.ids import TicketId
from queue_server.wire.ticket import OPEN_STATES, Ticket
from tests.fakes.hall import ONE, THREE
from tests.fakes.play import Play

ZONES = st.sampled_from(("A", "B"))
BOXES = st.sampled_from((0, 1))
OUTCOMES: st.SearchStrategy[Outcome] = st.sampled_from(("printed", "printed", "printed", "failed", "unknown"))
SECONDS = st.sampled_from((0.3, 1.6, 9.0, 61.0))
PAPERS = {"printed": {"printed"}, "failed": {"failed"}, "unknown": {"unknown", "pending"}}
Asking = Take | Word | Lease


class Hall:
    """The server: the engine, and the answers that it keeps for keys."""

    def __init__(self) -> None:
        self.play = Play()
        self.answers: dict[tuple[str, str], Any] = {}
        self.up = True

    def ask(self, who: Actor, name: str, args: dict[str, Any], key: str) -> Any:
        """What it answers, once for a key. Refusal."""
        if (who.id, key) not in self.answers:
            asked = msgspec.json.decode(msgspec.json.encode(args), type=c.REGISTRY[name].type)
            answer = self.play.do(asked, who)
            self.answers[who.id, key] = msgspec.to_builtins(answer) if answer is not None else None
        return self.answers[who.id, key]

    def shown(self) -> HallShown:
        """Its public topic."""
        state = self.play.state
        zones = tuple(view.zone(state, zone) for zone in state.hall.zone)
        services = tuple(view.service(state, service) for service in state.hall.service)
        return HallShown(view.hall(state), zones, services)

    def saved(self) -> tuple[Any, dict[tuple[str, str], Any]]:
        """A backup."""
        state = self.play.state
        return copy.deepcopy(state, {id(state.hall): state.hall}), dict(self.answers)


class Box:
    """A kiosk: its model, and what its disk, its line and its printer have yet to do."""

    def __init__(self, n: int, hall: Hall) -> None:
        self.who = Actor("kiosk", f"k{n}")
        self._hall = hall
        self._n = n
        self._made = 0
        self.now = 0.0
        self.entries: dict[str, Entry] = {}
        self.blocks: tuple[Block, ...] = ()
        self.remembered: HallShown | None = None
        self.papers: list[tuple[str, str]] = []
        self.unkept: set[str] = set()
        self.again: set[str] = set()
        """Tickets of which staff had another paper printed."""
        self.linked = False
        self.begin()

    def begin(self) -> None:
        """Start with what is on disk, and nothing else."""
        self.state = State(now=self.now)
        self.disk: list[Keep | KeepBlocks | Remember] = []
        self.line: list[Asking] = []
        self.printer: list[Print] = []
        self.linked = False
        self.tell(Recalled(tuple(self.entries.values()), self.blocks, self.remembered))
        self.tell(Ticked(self._hall.play.now))

    def tell(self, event: Event) -> None:
        """Something happened; queue what it wants. A disk that hangs is not waited for: a ticket that the hall has is printed."""
        before = self.state.screen
        hangs = isinstance(before, Taking) and self.now - before.order.asked_at >= self.state.times.kept_s
        self.state, intents = step(self.state, event, self.now)
        for intent in intents:
            match intent:
                case Keep() | KeepBlocks() | Remember():
                    self.disk.append(intent)
                case Print(ticket):
                    self.printer.append(intent)
                    if hangs and isinstance(event, Ticked):
                        self.unkept.add(ticket)
                case _ if isinstance(intent, Asking):
                    self.line.append(intent)

    def touch(self, zone: str) -> None:
        """Somebody wants a ticket, as fast as the glass allows."""
        self._press("zone", zone)
        if isinstance(self.state.screen, Services):
            self._press("service", self.state.offered(zone)[0].id)
        if isinstance(self.state.screen, Bring):
            self._press("take")

    def leave(self) -> None:
        """They go, or give an unprinted number up."""
        match self.state.screen:
            case Issued():
                self._press("done")
            case Unprinted():
                self._press("give_up")

    def _press(self, control: Any, key: str = "") -> None:
        self.tell(Painted(self.state.sight))
        self.now += 1.0
        self._made += 1
        name = f"{self.who.name}-{self._made:05d}-made-by-it"
        self.tell(Touched(control, key, Fresh(f"id-{name}", f"token-{name}", f"key-{name}")))

    def link(self, *, up: bool) -> None:
        """Its line is there or gone."""
        self.linked = up and self._hall.up
        if self.linked:
            self.tell(LinkChanged("live", epoch=self._hall.play.epoch))
            self.tell(HallShown(*vars(self._hall.shown()).values()))
        else:
            self.tell(LinkChanged("down"))
        self.tell(Ticked(self._hall.play.now))

    def write(self, *, fails: bool = False, told: bool = True) -> None:
        """The disk does the next thing."""
        match self.disk.pop(0):
            case Keep(entry):
                if fails:
                    self.unkept.add(entry.take.id)
                else:
                    self.entries[entry.take.id] = entry
                if told:
                    self.tell(NotKept(entry) if fails else Kept(entry))
            case KeepBlocks(blocks):
                self.blocks = tuple(replace(block, used=0) for block in blocks)
            case Remember(hall):
                self.remembered = hall

    def say(self, *, heard: bool = True) -> None:
        """The next thing goes over the line; its answer comes, or is lost."""
        asking = self.line.pop(0)
        if not self.linked:
            if isinstance(asking, Take):
                self.tell(Unanswered(asking.key, sent=False))
            else:
                self.line.append(asking)
            return
        event = self._answer(asking)
        if heard:
            self.tell(event)
        elif isinstance(asking, Take):
            self.tell(Unanswered(asking.key))
        else:
            self.line.append(asking)  # the same again, until it is answered

    def _answer(self, asking: Asking) -> Event:
        name, args = command(asking)
        if isinstance(asking, Lease):
            self._made += 1
        key = f"lease-{self._made}" if isinstance(asking, Lease) else asking.key
        try:
            answer = self._hall.ask(self.who, name, args, key)
        except Refusal as refusal:
            match asking:
                case Take(key):
                    return Refused(key, refusal.code, "")
                case Lease(zone):
                    return Leased(zone)
                case word:
                    return Heard(word.key, refusal.code)
        match asking:
            case Take(key):
                return Taken(key, msgspec.convert(answer, Ticket))
            case Lease(zone):
                return Leased(zone, msgspec.convert(answer, Block))
            case word:
                return Heard(word.key)

    def print(self, outcome: Outcome) -> None:
        """The printer does the next thing. Nothing moves that is not on disk, unless that failed and the hall has it."""
        job = self.printer.pop(0)
        if job.ticket in self.state.reprints:
            if outcome == "printed":
                self.again.add(self.state.reprints[job.ticket].id)
            self.tell(PrinterReported(job.ticket, outcome))
            return
        entry = self.state.journal.entries[job.ticket]
        unkept = job.ticket in self.unkept and not entry.alone
        assert unkept or self.entries[job.ticket].number == job.slip.number
        if outcome != "failed":
            self.papers.append((job.ticket, job.slip.number))
        self.tell(PrinterReported(job.ticket, outcome, "cover" if outcome == "failed" else None))

    def settle(self) -> None:
        """Do all that is to be done."""
        while self.disk or self.printer or self.line:
            while self.disk:
                self.write()
            while self.printer:
                self.print("printed")
            if self.line:
                self.say()


class Halls(RuleBasedStateMachine):
    """Two kiosks, a hall, and everything that can go wrong."""

    def __init__(self) -> None:
        super().__init__()
        self.hall = Hall()
        self.boxes = [Box(n, self.hall) for n in range(2)]
        for window in (ONE, THREE):
            self.hall.play.open(window, Actor("clerk", f"at-{window}"))
        for box in self.boxes:
            box.link(up=True)
            box.settle()
        self.backup = self.hall.saved()
        self.asked = 0

    @rule(n=BOXES, zone=ZONES)
    def touch(self, n: int, zone: str) -> None:
        """Somebody wants a ticket."""
        self.boxes[n].touch(zone)

    @rule(n=BOXES, zone=ZONES, outcome=OUTCOMES)
    def visit(self, n: int, zone: str, outcome: Outcome) -> None:
        """Somebody wants a ticket, nothing is in the way, and they go."""
        box = self.boxes[n]
        box.touch(zone)
        for _ in range(6):
            while box.disk:
                box.write()
            if box.line:
                box.say()
            if box.printer:
                box.print(outcome)
        box.leave()

    @rule(n=BOXES)
    def leave(self, n: int) -> None:
        """Somebody goes."""
        self.boxes[n].leave()

    @rule(n=BOXES, fails=st.sampled_from((False, False, False, True)))
    def write(self, n: int, *, fails: bool) -> None:
        """A disk does one thing, or fails at it."""
        if self.boxes[n].disk:
            self.boxes[n].write(fails=fails)

    @rule(n=BOXES, heard=st.booleans())
    def say(self, n: int, *, heard: bool) -> None:
        """One thing goes over a line, and its answer is lost or not."""
        if self.boxes[n].line:
            self.boxes[n].say(heard=heard)

    @rule(n=BOXES, outcome=OUTCOMES)
    def print(self, n: int, outcome: Outcome) -> None:
        """A printer does one thing."""
        if self.boxes[n].printer:
            self.boxes[n].print(outcome)

    @rule(n=BOXES, outcome=st.sampled_from(("printed", "unknown")))
    def print_again(self, n: int, outcome: Outcome) -> None:
        """Staff have a kiosk print the last ticket that it issued again, and it does so before anything else."""
        box, state = self.boxes[n], self.hall.play.state
        entries = box.state.journal.entries
        good = {id_ for id_, ticket in state.tickets.items() if ticket.state in OPEN_STATES}
        issued = [id_ for id_, entry in entries.items() if id_ in good and entry.dropped is None]
        if box.linked and issued:
            self.asked += 1
            ticket = record.ticket(state, TicketId(issued[-1]))
            box.tell(PrintAsked(f"{ticket.id}.{self.asked}", ticket, again=True))
            box.printer.insert(0, box.printer.pop())
            box.print(outcome)

    @rule(n=BOXES, up=st.booleans())
    def link(self, n: int, *, up: bool) -> None:
        """A line is cut or mended."""
        self.boxes[n].link(up=up)

    @rule(n=BOXES, seconds=SECONDS)
    def wait(self, n: int, seconds: float) -> None:
        """Time passes for everybody, and one kiosk hears of it at once."""
        self.hall.play.later(seconds=seconds)
        for box in self.boxes:
            box.now += seconds
        self.boxes[n].tell(Ticked(self.hall.play.now))

    @rule(n=BOXES, writes=st.integers(0, 3))
    def kill(self, n: int, writes: int) -> None:
        """A kiosk is killed; some of what its disk was asked for is done nevertheless."""
        box = self.boxes[n]
        for _ in range(min(writes, len(box.disk))):
            box.write(told=False)
        box.begin()

    @rule()
    def server_dies(self) -> None:
        """The server is killed."""
        self.hall.up = False
        for box in self.boxes:
            box.link(up=False)

    @rule()
    def server_starts(self) -> None:
        """It is back; kiosks find it when their lines do."""
        self.hall.up = True

    @rule()
    def back_up(self) -> None:
        """The hall is saved."""
        self.backup = self.hall.saved()

    @precondition(lambda self: self.hall.up)
    @rule()
    def restore(self) -> None:
        """The hall of the backup goes on, as another store."""
        play = self.hall.play
        now = play.now
        (state, answers) = self.backup
        play.state = copy.deepcopy(state, {id(state.hall): state.hall})
        self.hall.answers = dict(answers)
        play.epoch += "+"
        play.do(c.Restore(since=now - timedelta(minutes=5), hourly={"A": 500, "B": 500}), CLOCK)
        for box in self.boxes:
            box.link(up=False)
        self.backup = self.hall.saved()  # a hall that was restored is saved at once

    @rule(window=st.sampled_from((ONE, THREE)))
    def call(self, window: Any) -> None:
        """A clerk calls the next."""
        clerk = Actor("clerk", f"at-{window}")
        try:
            self.hall.play.next(window, clerk)
        except Refusal:
            self.hall.play.open(window, clerk)

    @invariant()
    def no_number_is_on_two_papers(self) -> None:
        """Nor one ticket printed twice."""
        papers = [paper for box in self.boxes for paper in box.papers]
        assert max(Counter(number for _, number in papers).values(), default=1) == 1, papers
        assert max(Counter(ticket for ticket, _ in papers).values(), default=1) == 1, papers

    def teardown(self) -> None:
        """All is well again: everything that was on its way arrives, and all agree."""
        self.hall.up = True
        for box in self.boxes:
            box.link(up=True)
            for _ in range(4):
                box.settle()
                box.now += 130
                box.tell(Ticked(self.hall.play.now))
        known = {ticket.id: ticket.number for ticket in self.hall.play.state.tickets.values()}
        for box in self.boxes:
            assert [(ticket, known.get(TicketId(ticket))) for ticket, _ in box.papers] == box.papers
            for entry in box.state.journal.entries.values():
                if entry.take.id not in box.unkept:
                    self._agrees(entry, printed=entry.take.id in {*dict(box.papers), *box.again})

    def _agrees(self, entry: Entry, *, printed: bool) -> None:
        assert (entry.paper, printed) not in {("printed", False), ("failed", True), ("none", True)}
        ticket = self.hall.play.state.tickets.get(TicketId(entry.take.id))
        if entry.number is None:
            assert ticket is None or ticket.paper == "failed" or ticket.state != "waiting"
            return
        assert ticket is not None
        assert entry.refused is None
        assert ticket.number.replace(APART, "") == entry.number
        assert ticket.paper in PAPERS[entry.paper]


TestHalls = Halls.TestCase
TestHalls.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
