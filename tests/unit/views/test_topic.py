"""Nothing changes on a screen unless the feed looks there: over a day in which something of everything happens."""

import re
from datetime import timedelta
from typing import Any

import pytest

from queue_server.engine.actor import CLOCK, Actor
from queue_server.engine.beside import Beside
from queue_server.engine.event import Event
from queue_server.engine.touch import Touched, together, touched
from queue_server.views import phone, topic
from queue_server.wire import command as c
from queue_server.wire import view
from queue_server.wire.device import PRINT, PrintRecord
from queue_server.wire.ids import TicketId, ZoneId
from tests.fakes.document import classed, document
from tests.fakes.hall import FILING, FOUR, LICENCE, ONE, SEAL, THREE, TWO, A
from tests.fakes.play import AGENT, KIOSK, LI, MANAGER, STEWARD, ZHANG, Play

ADMIN = Actor("admin", "root")
EVACUATION = "evacuation-of-a-test"


class Watched(Play):
    """A hall whose every topic is looked at after each command, by whoever may know what it touched."""

    def __init__(self) -> None:
        super().__init__()
        self.known: set[TicketId] = set()
        self.drawn: list[str] = []
        """Ids and tokens; a holder looks at the page of theirs."""
        self.happened: list[Touched] = []
        self.shown = self.look()
        self.made_of = {name: topic.sources(self.state, name) for name in self.shown}
        """What each topic was made of when the feed looked at it last."""
        self.blind = ""
        """A kind of topic at which the feed fails to look, so that it can be seen that this is noticed."""
        self.deaf = ""
        """A kind of source of whose changes the feed does not hear; likewise."""

    def topics(self) -> list[str]:
        self.known |= set(self.state.tickets)
        hall = self.state.hall
        return [
            "hall",
            "floor",
            "desk",
            "admin",
            *(f"zone:{zone}" for zone in hall.zone),
            *(f"device:{device}" for device in self.state.devices),
            *(f"board:{display}" for display in hall.display),
            *(f"voice:{loudspeaker}" for loudspeaker in hall.loudspeaker),
            *(f"{kind}:{window}" for kind in ("window", "counter") for window in hall.window),
            *(f"ticket:{ticket}" for ticket in self.known & set(self.state.tickets)),
            *(f"ticket:{token}" for token in self.drawn if phone.held(self.state, token)),
        ]

    def draw(self) -> str:
        self.drawn.append(super().draw())
        return self.drawn[-1]

    def look(self) -> dict[str, Any]:
        return {name: dict(topic.show(self.state, name)) for name in self.topics()}

    def _happen(self, event: Event, who: Actor, command: c.Command, beside: Beside | None) -> None:
        super()._happen(event, who, command, beside)
        self.happened.append(touched(self.state, event))

    def do(self, command: c.Command, who: Actor = ZHANG) -> Any:
        self.happened = []
        answer = super().do(command, who)
        changed, before, self.shown = topic.changed(together(self.happened)), self.shown, self.look()
        for name, records in self.shown.items():
            known = self.made_of.get(name)
            looked = known is None or changed is None or not known.isdisjoint(changed)
            looked = looked and topic.split(name)[0] != self.blind
            assert looked or before.get(name, records) == records, (name, command)
            if looked:
                heard = changed and {one for one in changed if not one.startswith(f"{self.deaf}:")}
                kept = topic.show(self.state, name, before.get(name, {}), heard)
                assert list(kept.items()) == list(records.items()), (name, command)
                self.made_of[name] = topic.sources(self.state, name)
        return answer


def morning(play: Watched) -> None:
    """Tickets of all classes come, are confirmed, called, missed, given up, served and rated."""
    elder, other, third, fourth = (
        play.take(service, class_="priority") for service in (FILING, FILING, LICENCE, SEAL)
    )
    play.take(FILING, then=(LICENCE, SEAL), paper=True)
    printed = play.take(LICENCE)
    play.do(c.Printed(ticket=printed.id, ok=False, fault="no_paper"), KIOSK)
    for ticket, decision in ((elder, "confirm"), (other, "refuse")):
        judged = c.Classify(ticket=ticket.id, class_="priority", decision=decision, reason="证件")  # type: ignore[arg-type]
        play.do(judged, STEWARD)
    play.do(c.Move(ticket=third.id, service=SEAL, place="last", reason="停办"), MANAGER)
    play.do(c.Cancel(ticket=fourth.id, reason="不办了"), STEWARD)
    play.later(minutes=3)
    for window, who in ((ONE, ZHANG), (FOUR, LI)):
        play.open(window, who)
        called = play.next(window, who)
        assert called is not None
        play.do(c.Recall(window=window), who)
    play.do(c.Start(window=ONE), ZHANG)
    play.do(c.NoShow(window=FOUR), LI)
    play.do(c.Finish(window=ONE), ZHANG)
    play.do(c.Rate(step=f"{elder.id}/0", level=2, channel="keypad"), AGENT)
    play.do(c.Pause(window=FOUR, reason="午休"), LI)
    play.do(c.Resume(window=FOUR), LI)
    play.do(c.Open(window=FOUR, clerk="wang", takeover=True, reason="换人"), MANAGER)
    while play.next(ONE) is not None:
        play.later(minutes=2)
    play.do(c.Close(window=ONE), ZHANG)
    everywhere, there = c.PublishNotice(text="停电", until=play.now + timedelta(minutes=2)), ("b",)
    notice = play.do(everywhere, MANAGER)
    play.do(c.PublishNotice(text="停水", until=everywhere.until, displays=there), MANAGER)
    play.do(c.WithdrawNotice(notice=notice.id), MANAGER)
    alarm = play.do(c.RaiseAlarm(kind="steward"), KIOSK)
    play.do(c.AcknowledgeAlarm(alarm=alarm.id), STEWARD)
    play.do(c.EndAlarm(alarm=alarm.id), STEWARD)
    play.later(minutes=2)


def turns(play: Watched) -> None:
    """Tickets are held, woken, sent on, missed and back, let others go first; steps are undone; somebody walks in."""
    first, second, _ = (play.take(FILING) for _ in range(3))
    play.open(ONE)
    play.open(TWO, LI)
    play.do(c.Defer(ticket=first.id, behind=1), STEWARD)
    for kind in ("at_window", "anywhere", "waiting_step"):
        play.next(ONE)
        play.do(c.Start(window=ONE))
        play.do(c.Undo(window=ONE))
        play.do(c.Start(window=ONE))
        until = play.now + timedelta(minutes=9)
        play.do(c.Hold(window=ONE, kind=kind, reason="复印", until=until))
        play.do(c.Undo(window=ONE))
        play.do(c.Hold(window=ONE, kind=kind, reason="复印", until=until))
    play.later(minutes=10)
    play.do(c.ResumeHeld(window=ONE, ticket=second.id))
    play.do(c.WriteNote(window=ONE, text="材料已齐"))
    play.do(c.NoShow(window=ONE))
    play.do(c.Reenter(ticket=second.id), STEWARD)
    play.do(c.ResumeHeld(window=TWO, ticket=first.id), LI)
    play.do(c.Undo(window=TWO), LI)
    play.do(c.ResumeHeld(window=TWO, ticket=first.id), LI)
    play.do(c.Transfer(at=TWO, service=LICENCE, place="first", come_back=True), LI)
    play.do(c.Undo(window=TWO), LI)
    play.do(c.Transfer(at=TWO, window=FOUR), LI)
    play.do(c.AddStep(ticket=first.id, service=SEAL), ZHANG)
    play.do(c.WalkIn(window=ONE, service=FILING, reason="走错"))
    while play.next(ONE) is not None:
        pass
    play.do(c.Undo(window=ONE))
    play.do(c.Finish(window=ONE))
    for window, who in ((ONE, ZHANG), (TWO, LI)):
        play.do(c.Close(window=window), who)


def appointments(play: Watched) -> None:
    """Two book, one of whom comes."""
    slot = play.now + timedelta(minutes=5)
    for code in ("BOOKED-1", "BOOKED-2"):
        play.do(c.Book(appointment=code, service=LICENCE, slot=slot), MANAGER)
    play.do(c.CancelAppointment(appointment="BOOKED-1"), MANAGER)
    play.do(c.CheckIn(appointment="BOOKED-2"), KIOSK)


def trouble(play: Watched) -> None:
    """Issuing stops, a part goes elsewhere and does not, the day ends, opens again, and passes."""
    for scope in ("hall", "zone:B", f"service:{FILING}"):
        play.do(c.StopIssuing(scope=scope, reason="检修"), MANAGER)
        play.do(c.ResumeIssuing(scope=scope, reason="好了"), MANAGER)
    left, slips = play.take(FILING), c.MakeSlips(zone=ZoneId(A), count=2)
    number = play.do(slips, MANAGER).numbers[0]
    play.later(minutes=5)
    play.do(c.Take(service=FILING, slip=number, taken_at=play.now), STEWARD)
    play.do(c.Evacuate(evacuation=EVACUATION, reason="停电", services=(FILING,)), MANAGER)
    play.do(c.Decide(evacuation=EVACUATION, decision="void", reason="没有搬成"), ADMIN)
    shown = c.Show(evacuation=EVACUATION + "-2", written_at=play.now, services=(SEAL,), tickets=())
    play.do(shown, CLOCK)
    play.do(c.Decide(evacuation=EVACUATION + "-2", decision="accept", reason="在那里"), ADMIN)
    play.do(c.EndDay(reason="停电"), MANAGER)
    play.do(c.OpenDay(reason="来电"), MANAGER)
    play.do(c.Reenter(ticket=left.id), STEWARD)
    play.later(minutes=24 * 60)
    play.take(LICENCE)


def names(play: Watched) -> None:
    """Somebody at a window is called something else."""
    play.open(ONE)
    play.state.names[ZHANG.name] = "张敏敏"
    deed = c.NoteAccount(account=ZHANG.name, what="changed", by="admin:root", done_at=play.now)
    play.do(deed, CLOCK)
    assert play.shown["floor"][f"window/{ONE}"].clerk_name == "张敏敏"


def devices(play: Watched) -> None:
    """A device comes, gets its place, reports and goes."""
    paired = play.do(c.PairDevice(kind="agent", name="一号柜", token="t" * 40), AGENT)
    play.do(c.PlaceDevice(device=paired.id, windows=(ONE, TWO)), ADMIN)
    play.do(c.ReportDevice(state="degraded", reason="没有纸"), Actor("agent", "一号柜", device=paired.id))
    play.do(c.RevokeDevice(device=paired.id, reason="坏了"), ADMIN)


def papers(play: Watched) -> None:
    """Kiosks are asked to print tickets again, while others are called and one is given up."""
    kiosks = [
        play.do(c.PairDevice(kind="kiosk", name=name, token=name * 20), AGENT).id for name in ("北门", "南门")
    ]
    for kiosk in kiosks:
        play.do(c.PlaceDevice(device=kiosk, zone=A), ADMIN)
    first, second, third = (play.take(FILING) for _ in range(3))
    for ticket in (second, third):
        play.do(c.Reprint(ticket=ticket.id, printer=kiosks[0]), STEWARD)
    assert play.shown[f"device:{kiosks[0]}"][f"print/{third.id}"].ticket.ahead == 2
    assert play.next(ONE) is not None
    assert play.shown[f"device:{kiosks[0]}"][f"print/{third.id}"].ticket.ahead == 1
    play.do(c.Reprint(ticket=third.id, printer=kiosks[1]), STEWARD)
    play.do(c.Printed(ticket=third.id, ok=True), Actor("kiosk", "南门", device=kiosks[1]))
    play.do(c.Cancel(ticket=second.id), STEWARD)
    play.do(c.Reprint(ticket=first.id, printer=kiosks[1]), STEWARD)
    play.do(c.Start(window=ONE))
    play.do(c.Finish(window=ONE))
    assert f"print/{first.id}" not in play.shown[f"device:{kiosks[1]}"]
    play.do(c.Undo(window=ONE))
    assert f"print/{first.id}" in play.shown[f"device:{kiosks[1]}"]
    play.do(c.Finish(window=ONE))
    play.later(minutes=1)


def test_the_table_of_topics_names_each_that_there_is() -> None:
    kinds = set(re.findall(r"^\| `(\w+)", view.__doc__ or "", re.MULTILINE))
    assert kinds == set(topic.SEEN_BY) - {"counter"}, "an agent calls its counters windows"
    assert f"`{PRINT}<ticket id>` {PrintRecord.__name__}" in (view.__doc__ or "")


def test_what_a_topic_shows_changes_only_when_the_feed_looks_at_it() -> None:
    play = Watched()
    made = classed(document())
    play.do(c.Publish(document=made, note="first"), ADMIN)
    morning(play)
    turns(play)
    appointments(play)
    trouble(play)
    names(play)
    devices(play)
    papers(play)
    play.do(c.Publish(document={**made, "name": made["name"] | {"zh": "另一大厅"}}, note="name"), ADMIN)
    assert {record.number for record in play.shown[f"window:{THREE}"]["waiting"].tickets}


@pytest.mark.parametrize(
    "kind", ["hall", "floor", "desk", "ticket", "board", "window", "admin", "zone", "device"]
)
def test_a_topic_at_which_nobody_looks_is_noticed(kind: str) -> None:
    play = Watched()
    play.do(c.Publish(document=classed(document()), note="first"), ADMIN)
    play.blind = kind
    with pytest.raises(AssertionError, match=kind):
        devices(play) if kind in ("admin", "device") else morning(play)


@pytest.mark.parametrize("kind", ["zone", "service", "window"])
def test_a_record_that_is_wrongly_taken_to_be_as_it_was_is_noticed(kind: str) -> None:
    play = Watched()
    play.do(c.Publish(document=classed(document()), note="first"), ADMIN)
    play.deaf = kind
    with pytest.raises(AssertionError, match=r"floor|hall|zone"):
        morning(play)


def test_of_phones_only_those_that_wait_in_the_same_line_are_looked_at_and_the_others_are_not_counted() -> (
    None
):
    play = Play()
    mine, beside, elsewhere = play.take(FILING), play.take(FILING), play.take(LICENCE)
    play.open(ONE)
    play.next(ONE)
    changed = topic.changed(touched(play.state, play.log[-1].event))
    assert changed is not None
    concerned = [
        ticket.id
        for ticket in (mine, beside, elsewhere)
        if not topic.sources(play.state, f"ticket:{ticket.id}").isdisjoint(changed)
    ]
    assert concerned == [mine.id, beside.id]
    assert topic.sources(play.state, f"ticket:{mine.id}") == {f"ticket:{mine.id}"}, (
        "nobody is before it any more"
    )
