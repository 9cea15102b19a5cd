"""What every store promises, whatever it is made of. A test module inherits `StoreSuite` for its kind of store."""

import threading
from abc import ABC, abstractmethod
from datetime import time, timedelta
from pathlib import Path

import msgspec
import pytest

from queue_server.engine import event as e
from queue_server.engine.actor import Actor
from queue_server.engine.calendar import Span
from queue_server.engine.hall import Rules
from queue_server.flow.port import Kept, Store, Stored, Unavailable
from queue_server.store.error import StoreForeign
from queue_server.store.table import TableStore
from queue_server.store.verify import verify
from queue_server.wire import command as c
from queue_server.wire.day import day_start, local_day
from queue_server.wire.field import Holder
from tests.fakes.card import number
from tests.fakes.hall import FILING, FOUR, LICENCE, MORNING, ONE, SEAL, THREE, TWO, hall
from tests.fakes.play import KIOSK, LI, MANAGER, STEWARD, picture
from tests.integration.store.stage import Stage

ADMIN, NOBODY = Actor("admin", "chief"), Actor("public", "anyone")
SUPERVISOR = Actor("supervisor", "chen")


def a_busy_morning(stage: Stage) -> None:
    """A bit of everything: several steps, a rating with words, a no-show, a stop, a pause, papers."""
    stage.open(ONE)
    stage.open(FOUR, LI)
    first = stage.take(FILING, then=(LICENCE,), needs=("wheelchair",), language="en")
    for service in (FILING, LICENCE, SEAL, SEAL, FILING):
        stage.take(service)
    stage.do(c.Printed(ticket=first.id, ok=False, fault="paper_out"), KIOSK)
    stage.next(ONE)
    stage.later(seconds=40)
    stage.do(c.Recall(window=ONE))
    stage.do(c.Start(window=ONE))
    stage.later(minutes=5)
    stage.do(c.Finish(window=ONE, outcome="done", items=2))
    stage.do(
        c.Rate(step=f"{first.id}/0", level=5, channel="kiosk", text="很快", reasons=("kind",)),
        KIOSK,
    )
    stage.next(FOUR, LI)
    stage.do(c.NoShow(window=FOUR), LI)
    stage.later(seconds=1)
    stage.next(FOUR, LI)
    stage.do(c.StopIssuing(scope="zone:A", reason="full", until=stage.now + timedelta(hours=1)), MANAGER)
    stage.do(c.StopIssuing(scope="service:seal", reason="system"), MANAGER)
    stage.do(c.ResumeIssuing(scope="service:seal", reason="system back"), MANAGER)
    waiting = next(ticket.id for ticket in stage.state.tickets.values() if ticket.state == "waiting")
    stage.do(c.Cancel(ticket=waiting, reason="left"), STEWARD)
    stage.do(c.SetServices(window=THREE, services=(LICENCE, FILING), reason="few"), MANAGER)
    stage.do(c.Cover(at=ONE, window=THREE))
    stage.do(c.Pause(window=ONE, reason="lunch", until=stage.now + timedelta(minutes=30)))
    waiting, placed, revoked, lapsed = (
        stage.do(c.PairDevice(kind="agent", name="counter", token=f"{n:032d}"), NOBODY) for n in range(4)
    )
    stage.do(c.PlaceDevice(device=placed.id, windows=(ONE, FOUR)), ADMIN)
    asker = Actor("agent", "counter", device=placed.id)
    stage.do(c.ReportDevice(state="degraded", reason="bar 1"), asker)
    stage.do(c.RevokeDevice(device=revoked.id, reason="stolen"), ADMIN)
    stage.later(minutes=10)
    stage.do(c.PairDevice(kind="kiosk", name="kiosk", token=f"{4:032d}"), NOBODY)
    stage.later(minutes=6)
    assert not {waiting.id, lapsed.id} & set(stage.state.devices)


def a_named_morning(stage: Stage) -> None:
    """Somebody shows a card, and somebody is named for the fast track; both are served."""
    stage.open(FOUR, LI)
    stage.take(SEAL, holder=Holder(number=number(), name="王小明"))
    taken = stage.take(SEAL, class_="priority")
    stage.do(
        c.Classify(ticket=taken.id, class_="green", decision="confirm", reason="why", class_for="陈大文"),
        STEWARD,
    )
    for _ in range(3):
        stage.next(FOUR, LI)
    stage.do(c.Close(window=FOUR), LI)


class StoreSuite(ABC):
    """Inherit it, say how a store is made, and every promise is tested."""

    @abstractmethod
    def make(self, place: Path) -> Store:
        """A store in a place; the same place is the same store."""

    @pytest.fixture
    def place(self, tmp_path: Path) -> Path:
        return tmp_path

    @pytest.fixture
    def stage(self, place: Path) -> Stage:
        return Stage(self.make(place))

    def again(self, stage: Stage, place: Path) -> Stage:
        """The hall after a restart at the same moment."""
        stage.store.close()
        return Stage(self.make(place), now=stage.now)

    def test_a_new_store_is_an_empty_hall_on_the_local_day(self, stage: Stage) -> None:
        assert stage.state.day == local_day(MORNING)
        assert stage.state.turned_at == day_start(local_day(MORNING))
        assert stage.state.seq == 0
        assert stage.state.tickets == {}
        assert {window.state for window in stage.state.windows.values()} == {"closed"}

    def test_what_was_committed_is_loaded_again_exactly(self, stage: Stage, place: Path) -> None:
        a_busy_morning(stage)
        assert picture(self.again(stage, place).state) == picture(stage.state)

    def test_who_holds_a_ticket_is_known_again_after_a_restart_and_forgotten_in_time(
        self, stage: Stage, place: Path
    ) -> None:
        a_named_morning(stage)
        stage.later(minutes=24 * 60)
        wang = Holder(number=number(), name="王小明")
        stage.take(SEAL, holder=wang)
        after = self.again(stage, place)
        assert picture(after.state) == picture(stage.state)
        assert sorted(after.state.named.values()) == [1, 2]
        assert after.refused(c.Take(service=SEAL, holder=wang), KIOSK) == "person.has_open"
        after.later(minutes=30 * 24 * 60)
        assert sorted(after.state.named.values()) == [1]
        assert picture(self.again(after, place).state) == picture(after.state)

    def test_many_commands_go_in_one_transaction_and_come_back_in_order(
        self, stage: Stage, place: Path
    ) -> None:
        stage.at_once = False
        a_busy_morning(stage)
        units = stage.save()
        assert len(units) > 20
        after = self.again(stage, place)
        assert picture(after.state) == picture(stage.state)
        assert list(after.state.tickets) == list(stage.state.tickets)
        assert [event.seq for event in after.store.events(0, 1000)] == [each.seq for each in stage.log]

    def test_the_same_row_twice_in_one_transaction_is_its_last(self, stage: Stage, place: Path) -> None:
        stage.at_once = False
        for _ in range(2):
            stage.do(c.StopIssuing(scope="hall", reason="full"), MANAGER)
            stage.do(c.ResumeIssuing(scope="hall", reason="room"), MANAGER)
        stage.do(c.StopIssuing(scope="hall", reason="full again"), MANAGER)
        stage.open(ONE)
        stage.do(c.Pause(window=ONE, reason="lunch"))
        stage.save()
        after = self.again(stage, place).state
        assert after.stops["hall"].reason == "full again"
        assert after.windows[ONE].state == "paused"

    def test_a_visit_in_progress_is_carried_over_midnight(self, stage: Stage, place: Path) -> None:
        stage.open(ONE)
        stage.open(FOUR, LI)
        serving, called = stage.take(FILING, then=(LICENCE,)), stage.take(LICENCE)
        late, missed = stage.take(SEAL), stage.take(LICENCE)
        stage.next(ONE)
        stage.do(c.Start(window=ONE))
        stage.do(c.Call(window=FOUR, ticket=missed.id, reason="asked"), LI)
        stage.do(c.NoShow(window=FOUR), LI)
        stage.do(c.Call(window=FOUR, ticket=called.id, reason="asked"), LI)
        stage.later(minutes=16 * 60)
        morrow = self.again(stage, place)
        assert picture(morrow.state) == picture(stage.state)
        assert set(morrow.state.tickets) == {serving.id, called.id, late.id}
        assert morrow.state.tickets[late.id].state == "expired", (
            "it is offered a place, and so is still known"
        )

        # What ends on the new day stays in sight until the next midnight, and the rest of a visit stands in line.
        morrow.do(c.Finish(window=ONE))
        morrow.do(c.Finish(window=FOUR), LI)
        later = self.again(morrow, place)
        assert picture(later.state) == picture(morrow.state)
        assert later.state.tickets[called.id].state == "served"
        assert later.state.tickets[serving.id].state == "waiting"

        later.later(minutes=24 * 60)
        assert set(self.again(later, place).state.tickets) == {serving.id}
        later.later(minutes=24 * 60)
        assert self.again(later, place).state.tickets == {}

    def test_who_was_left_waiting_comes_again_after_a_restart(self, stage: Stage, place: Path) -> None:
        first, second = stage.take(LICENCE), stage.take(LICENCE)
        stage.later(minutes=24 * 60)
        morrow = self.again(stage, place)
        own = morrow.take(LICENCE)
        again = [morrow.do(c.Reenter(ticket=old.id), STEWARD) for old in (second, first)]
        later = self.again(morrow, place)
        assert picture(later.state) == picture(morrow.state)
        later.open(THREE, LI)
        called = [later.next(THREE, LI) for _ in range(3)]
        assert [one.id for one in called if one] == [again[1].id, again[0].id, own.id]
        assert later.refused(c.Reenter(ticket=first.id), STEWARD) == "ticket.not_offered"

    def test_a_store_that_was_off_for_days_wakes_on_its_own_day(self, stage: Stage, place: Path) -> None:
        stage.take(FILING)
        stage.store.close()
        after = Stage(self.make(place), now=MORNING + timedelta(days=3))
        assert after.state.day == local_day(MORNING)
        assert picture(after.state) == picture(stage.state)

    def test_the_epoch_is_the_stores_own_and_stays(self, stage: Stage, place: Path, tmp_path: Path) -> None:
        elsewhere = tmp_path / "elsewhere"
        elsewhere.mkdir()
        other = Stage(self.make(elsewhere))
        assert other.store.epoch != stage.store.epoch
        assert self.again(stage, place).store.epoch == stage.store.epoch
        other.store.close()

    def test_an_answer_is_kept_with_the_change_it_answers(self, stage: Stage, place: Path) -> None:
        stage.do(c.Open(window=ONE), key=b"one")
        store = self.again(stage, place).store
        kept = store.kept(b"one")
        assert kept is not None
        assert (kept.scope, kept.body, kept.status, kept.answer, kept.at) == (
            b"one",
            b"asked",
            200,
            b"{}",
            MORNING,
        )
        assert store.kept(b"two") is None
        assert list(store.scopes()) == [b"one"]

    def test_an_answer_may_be_that_nothing_is_returned(self, stage: Stage) -> None:
        stage.at_once = False
        stage.open(ONE)
        (unit,) = stage.units
        kept = Kept(b"nothing", b"asked", 204, None, stage.now)
        stage.store.commit([msgspec.structs.replace(unit, kept=kept)])
        found = stage.store.kept(b"nothing")
        assert found is not None
        assert (found.status, found.answer) == (204, None)

    def test_answers_older_than_the_newest_by_a_week_are_forgotten_for_good(
        self, stage: Stage, place: Path
    ) -> None:
        assert list(stage.store.scopes()) == []
        stage.do(c.Open(window=ONE), key=b"old")
        stage.later(minutes=7 * 24 * 60 + 1)
        stage.do(c.Open(window=ONE), key=b"young")
        store = self.again(stage, place).store
        assert list(store.scopes()) == [b"young"]
        assert store.kept(b"old") is None
        assert store.kept(b"young") is not None

    @pytest.mark.parametrize("off", [-1, 1, 5])
    def test_events_that_do_not_follow_are_refused_before_anything_is_written(
        self, stage: Stage, off: int
    ) -> None:
        stage.open(ONE)
        before = picture(stage.state)
        stage.at_once = False
        stage.take(FILING)
        stage.take(FILING)
        good, bad = stage.units
        wrong = msgspec.structs.replace(bad.stamped[0], seq=bad.stamped[0].seq + off)
        with pytest.raises(Unavailable, match="does not follow"):
            stage.store.commit([good, msgspec.structs.replace(bad, stamped=(wrong,))])
        assert picture(stage.store.load(hall(), stage.now)) == before
        stage.store.commit([good, bad])
        assert picture(stage.store.load(hall(), stage.now)) == picture(stage.state)

    def test_the_tables_themselves_refuse_to_give_a_number_twice(self, stage: Stage) -> None:
        stage.take(FILING)
        before = picture(stage.state)
        stage.state.numbers.clear()  # as a faulty engine would
        with pytest.raises(Unavailable, match="two tickets"):
            stage.take(FILING)
        assert picture(stage.store.load(hall(), stage.now)) == before

    def test_words_of_people_are_kept_apart_from_the_log(self, stage: Stage) -> None:
        a_busy_morning(stage)
        rated = [event for event in stage.store.events(0, 1000) if event.command == "ratings.submit"]
        assert len(rated) == 1
        assert "很快" not in bytes(rated[0].body).decode()
        body = e.decode(bytes(rated[0].body))
        assert isinstance(body, e.Rated)
        assert body.note is not None
        assert self.words(stage.store, body.note) == "很快"

    @abstractmethod
    def words(self, store: Store, reference: str) -> str | None:
        """The words that a store keeps under a reference."""

    def test_the_register_of_cases_is_loaded_again_and_keeps_what_memory_lets_go(
        self, stage: Stage, place: Path
    ) -> None:
        stage.open(ONE)
        for text in ("久等", "材料没有说清"):
            ticket = stage.take(FILING)
            stage.next(ONE)
            stage.do(c.Finish(window=ONE))
            stage.do(c.Rate(step=f"{ticket.id}/0", level=1, channel="paper", text=text), SUPERVISOR)
        first, second = stage.state.cases.values()
        stage.do(c.ContactCase(case=first.id, whom="visitor", outcome="reached"), SUPERVISOR)
        stage.do(c.CloseCase(case=first.id, verdict="mistaken", text="按错了"), SUPERVISOR)
        assert picture(self.again(stage, place).state) == picture(stage.state)
        stage = self.again(stage, place)
        closed = stage.state.cases[first.id]
        stage.later(minutes=62 * 24 * 60)
        assert list(stage.state.cases) == [second.id]
        assert picture(self.again(stage, place).state) == picture(stage.state)
        store = stage.store
        store.open()
        assert store.case(first.id) == closed
        assert store.case("nobody") is None
        found = store.cases(MORNING - timedelta(days=1), MORNING + timedelta(days=1), 10)
        assert {case.id for case in found} == {first.id, second.id}
        assert store.cases(MORNING + timedelta(days=1), MORNING + timedelta(days=9), 10) == []
        (known,) = store.numbered(local_day(MORNING), first.number)
        assert (known.id, known.steps[0].window, known.steps[0].clerk) == (first.ticket, ONE, first.clerk)
        assert store.numbered(local_day(MORNING) + timedelta(days=1), first.number) == []
        refs = [deed.note for deed in closed.deeds if deed.note is not None]
        assert list(store.words([*refs, "no-such-note"]).values()) == ["久等", "按错了"]

    def test_words_are_forgotten_in_time_but_not_those_of_a_case_at_hand(
        self, stage: Stage, place: Path
    ) -> None:
        plan = hall(Rules(words_days=90))
        stage.store.close()
        stage = Stage(self.make(place), plan)
        stage.open(ONE)
        for level, text in ((5, "很快"), (1, "久等"), (1, "材料没有说清")):
            ticket = stage.take(FILING)
            stage.next(ONE)
            stage.do(c.Finish(window=ONE))
            stage.do(c.Rate(step=f"{ticket.id}/0", level=level, channel="paper", text=text), SUPERVISOR)
        closed, left = stage.state.cases
        notes = [s.event.note for s in stage.log if isinstance(s.event, e.Rated) and s.event.note]
        self.close(stage, closed)
        assert sum(stage.state.worded.values()) == 4

        def again() -> Stage:
            stage.store.close()
            after = Stage(self.make(place), plan, stage.now)
            assert picture(after.state) == picture(stage.state)
            return after

        def kept() -> list[str | None]:
            return [self.words(stage.store, note) for note in notes]

        stage = again()
        stage.later(minutes=90 * 24 * 60)
        assert kept() == ["很快", "久等", "材料没有说清"]
        stage.later(minutes=24 * 60)
        assert kept() == [None, None, "材料没有说清"]
        stage = again()
        self.close(stage, left)
        stage.later(minutes=60 * 24 * 60)
        assert kept() == [None, None, "材料没有说清"], "it may still be appealed"
        stage = again()
        stage.later(minutes=24 * 60)
        assert kept() == [None, None, None]
        told = [s.event for s in stage.log if isinstance(s.event, e.WordsForgotten)]
        assert [event.count for event in told] == [1]
        assert sum(again().state.worded.values()) == 1, "the verdict's own, which is younger"
        assert isinstance(stage.store, TableStore)
        assert verify(stage.store.database).whole

    def test_remarks_are_loaded_again_and_read_of_an_earlier_day_until_their_term(
        self, stage: Stage, place: Path
    ) -> None:
        plan = hall(Rules(words_days=90))
        stage.store.close()
        stage = Stage(self.make(place), plan)
        stage.open(ONE)
        ticket = stage.take(FILING)
        stage.next(ONE)
        for text in ("还差章程", "章程已收\n复印件在1号窗口"):
            stage.do(c.WriteNote(window=ONE, text=text))
        stage.store.close()
        stage = Stage(self.make(place), plan, stage.now)
        refs = [one.note for one in stage.state.tickets[ticket.id].remarks]
        assert list(stage.store.words(refs).values()) == ["还差章程", "章程已收\n复印件在1号窗口"]
        stage.do(c.Finish(window=ONE))
        stage.later(minutes=90 * 24 * 60)
        assert ticket.id not in stage.state.tickets
        assert stage.store.ticket(local_day(MORNING) + timedelta(days=1), ticket.id) is None
        kept = stage.store.ticket(local_day(MORNING), ticket.id)
        assert kept is not None
        assert [(one.window, one.clerk, one.note) for one in kept.remarks] == [
            (ONE, "zhang", ref) for ref in refs
        ]
        assert len(stage.store.words(refs)) == 2
        stage.later(minutes=24 * 60)
        assert stage.store.words(refs) == {}

    def close(self, stage: Stage, case: str) -> None:
        """A supervisor closes a case as a mistake."""
        stage.do(c.ContactCase(case=case, whom="visitor", outcome="reached"), SUPERVISOR)
        stage.do(c.CloseCase(case=case, verdict="mistaken", text="按错了"), SUPERVISOR)

    def test_the_log_is_read_in_pages_and_each_event_names_the_one_before(self, stage: Stage) -> None:
        a_busy_morning(stage)
        found: list[Stored] = []
        while page := stage.store.events(found[-1].seq if found else 0, 7):
            assert len(page) <= 7
            found += page
        assert [event.seq for event in found] == list(range(1, stage.state.seq + 1))
        assert found[0].prev_hash == "0" * 64
        assert [event.prev_hash for event in found[1:]] == [event.hash for event in found[:-1]]
        assert [(s.seq, s.at, s.actor, s.command) for s in stage.log] == [
            (event.seq, event.at, event.actor, event.command) for event in found
        ]
        assert [e.decode(bytes(event.body)) for event in found] == [s.event for s in stage.log]

    def test_others_read_while_commits_go_on(self, stage: Stage) -> None:
        stage.open(ONE)
        done, faults = threading.Event(), []

        def read() -> None:
            while not done.is_set():
                seqs = [event.seq for event in stage.store.events(0, 10_000)]
                if seqs != list(range(1, len(seqs) + 1)) or stage.store.kept(b"none") is not None:
                    faults.append(seqs)

        readers = [threading.Thread(target=read) for _ in range(3)]
        for reader in readers:
            reader.start()
        for _ in range(150):
            stage.take(LICENCE)
        done.set()
        for reader in readers:
            reader.join()
        assert faults == []

    def test_a_hall_that_lost_a_service_in_use_is_refused_by_name(self, stage: Stage, place: Path) -> None:
        stage.open(FOUR)
        stage.take(LICENCE)
        stage.next(FOUR)
        stage.store.close()
        plan = hall()
        left = msgspec.structs.replace(
            plan,
            services=tuple(service for service in plan.services if service.id != LICENCE),
            windows=tuple(
                msgspec.structs.replace(window, services=(FILING,))
                for window in plan.windows
                if window.id in (ONE, TWO, THREE)
            ),
        )
        store = self.make(place)
        store.open()
        with pytest.raises(StoreForeign, match="licence, 4") as fault:
            store.load(left, MORNING)
        assert "测试政务大厅" in fault.value.text.zh
        assert picture(store.load(plan, MORNING)) == picture(stage.state)
        store.close()

    def test_hours_that_turned_are_remembered(self, place: Path) -> None:
        rules = Rules(hours=(Span(time(9), time(12)),))
        stage = Stage(self.make(place), hall(rules))
        stage.later(minutes=4 * 60)
        assert stage.state.turned_at == MORNING + timedelta(hours=3)
        stage.store.close()
        after = Stage(self.make(place), hall(rules), now=stage.now)
        assert after.state.turned_at == stage.state.turned_at
        assert after.later().state.seq == stage.state.seq
