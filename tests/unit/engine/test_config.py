"""The hall as versions, played by hand: what is refused, what stays, what goes."""

from datetime import timedelta
from importlib.resources import files
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from queue_server.engine import device
from queue_server.engine import event as e
from queue_server.engine.actor import Actor
from queue_server.engine.config import difference
from queue_server.engine.tick import due
from queue_server.engine.version import KEPT
from queue_server.views import topic
from queue_server.wire import command as c
from queue_server.wire.error import Refusal
from queue_server.wire.field import Fitting
from queue_server.wire.ids import TicketId, WindowId
from queue_server.wire.ticket import HoldKind
from queue_server.wire.version import VersionRecord
from tests.fakes.document import Document, document, rearranged
from tests.fakes.hall import FILING, FOUR, LICENCE, ONE, SEAL, THREE, TWO
from tests.fakes.play import AGENT, KIOSK, LI, MANAGER, ZHANG, Play, picture

ADMIN = Actor("admin", "root")
LESS = document(services=("filing", "licence"))
"""Nobody does seals any more."""


def publish(play: Play, what: Document | None = None, **fields: Any) -> VersionRecord:
    record: VersionRecord = play.do(c.Publish(document=what or document(), note="why", **fields), ADMIN)
    return record


def refusal(play: Play, command: c.Command, who: Actor = ADMIN) -> Refusal:
    before = picture(play.state)
    with pytest.raises(Refusal) as raised:
        play.do(command, who)
    assert picture(play.state) == before
    return raised.value


def move(ticket: str, who: Actor = MANAGER, **fields: Any) -> c.Move:
    return c.Move(ticket=TicketId(ticket), reason="a reason", **fields)


def instead(ticket: str, class_: str) -> c.Classify:
    return c.Classify(ticket=TicketId(ticket), class_=class_, decision="instead", reason="a reason")


def same_when_rebuilt(play: Play) -> None:
    assert picture(play.rebuilt()) == picture(play.state)


def test_a_published_document_is_the_hall_at_once_and_its_number_counts_up() -> None:
    play = Play()
    assert publish(play).version == 1
    second = publish(play, rearranged())
    assert (second.version, second.actor, second.note) == (2, "admin:root", "why")
    assert play.state.hall.service[SEAL].zone == "A"
    same_when_rebuilt(play)


def test_what_runs_already_is_answered_with_its_version_and_nothing_happens() -> None:
    play = Play()
    first = publish(play)
    turned = dict(reversed(document().items()))
    assert publish(play, turned) == first
    assert play.do(c.Rollback(version=1, note="again"), ADMIN) == first
    assert play.state.seq == 1


def test_the_log_holds_number_note_and_digest_and_not_the_document() -> None:
    play = Play()
    record = publish(play)
    event = play.log[-1].event
    assert event == e.Published(version=1, digest=record.digest, note="why")
    assert len(e.encode(event)) < 200


def test_an_earlier_version_is_brought_back_as_a_new_one() -> None:
    play = Play()
    publish(play)
    publish(play, LESS)
    back: VersionRecord = play.do(c.Rollback(version=1, note="sorry"), ADMIN)
    assert back.version == 3
    assert SEAL in play.state.hall.service
    published = play.log[-1].event
    assert isinstance(published, e.Published)
    assert published.of == 1
    same_when_rebuilt(play)


def test_only_the_newest_versions_can_be_brought_back() -> None:
    play = Play()
    for turn in range(KEPT + 2):
        publish(play, LESS if turn % 2 else None)
    assert list(play.state.versions) == list(range(3, KEPT + 3))
    assert refusal(play, c.Rollback(version=2, note="back")).code == "config.unknown_version"
    assert refusal(play, c.Rollback(version=KEPT + 3, note="back")).code == "config.unknown_version"


def test_the_page_offers_to_bring_back_just_those_that_can_be() -> None:
    page = files("queue_server.pages").joinpath("static/admin/version.js").read_text("utf-8")
    assert f"const KEPT = {KEPT};" in page
    assert "version <= draft.running - KEPT" in page


@pytest.mark.parametrize("who", [MANAGER, ZHANG, KIOSK, AGENT, Actor("auditor", "a")])
def test_nobody_but_an_admin_publishes(who: Actor) -> None:
    play = Play()
    assert play.refused(c.Publish(document=document(), note="why"), who) == "auth.forbidden"
    assert play.refused(c.Rollback(version=1, note="why"), who) == "auth.forbidden"


def test_a_faulty_document_is_refused_with_every_fault() -> None:
    play = Play()
    broken = document()
    broken["zones"][0]["colour"] = "blue"
    broken["services"][0]["zone"] = "Z"
    found = refusal(play, c.Publish(document=broken, note="why"))
    assert found.code == "config.faulty"
    assert [fault["path"] for fault in found.detail["faults"]] == ["zones[0].colour", "services[0].zone"]
    assert found.body("zh").message == "配置有2处错误：zones[0].colour: 应写成“#1F5FA8”。"
    assert msgspec.json.encode(found.body("en"))


def test_a_draft_of_an_older_version_is_refused() -> None:
    play = Play()
    publish(play, base=0)
    publish(play, LESS, base=1)
    found = refusal(play, c.Publish(document=document(), note="why", base=1))
    assert (found.code, found.detail) == ("config.outdated", {"version": 2})


def test_a_service_is_not_removed_while_somebody_waits_for_it() -> None:
    play = Play()
    publish(play)
    waiting = play.take(SEAL)
    found = refusal(play, c.Publish(document=LESS, note="why"))
    assert found.code == "config.in_use"
    assert (found.detail["what"], found.detail["tickets"]) == ([SEAL], [waiting.id])
    play.do(move(waiting.id, service=LICENCE), MANAGER)
    assert publish(play, LESS).version == 2
    play.open(THREE)
    called = play.next(THREE)
    assert called is not None
    assert called.id == waiting.id


def test_an_earlier_version_is_not_brought_back_while_somebody_waits_for_what_it_has_not() -> None:
    play = Play()
    publish(play, LESS)
    publish(play)
    waiting, held = play.take(SEAL), play.state.hall
    found = refusal(play, c.Rollback(version=1, note="back"))
    assert found.code == "config.in_use"
    assert (found.detail["what"], found.detail["tickets"]) == ([SEAL], [waiting.id])
    assert play.state.hall is held
    play.do(move(waiting.id, service=LICENCE), MANAGER)
    assert play.do(c.Rollback(version=1, note="back"), ADMIN).version == 3
    assert play.state.tickets[waiting.id].step.service == LICENCE
    same_when_rebuilt(play)


def test_a_step_still_to_come_needs_a_destination_too() -> None:
    play = Play()
    publish(play)
    ticket = play.take(FILING, then=(SEAL,))
    assert refusal(play, c.Publish(document=LESS, note="why")).detail["tickets"] == [ticket.id]
    play.do(move(ticket.id, service=LICENCE, step=1), MANAGER)
    publish(play, LESS)
    same_when_rebuilt(play)
    play.open(ONE)
    play.next(ONE)
    play.do(c.Finish(window=ONE))
    assert [step.service for step in play.state.tickets[ticket.id].steps] == [FILING, LICENCE]
    assert len(play.state.lines[LICENCE]) == 1


def test_a_service_that_no_window_would_offer_any_more_counts_as_removed() -> None:
    play = Play()
    publish(play)
    play.take(SEAL)
    assert refusal(play, c.Publish(document=document(windows=("1", "3")), note="why")).detail["what"] == [
        SEAL
    ]


def test_a_missed_ticket_needs_a_destination_and_keeps_being_missed() -> None:
    play = Play()
    publish(play)
    play.open(FOUR, LI)
    ticket = play.take(SEAL)
    play.next(FOUR, LI)
    play.do(c.NoShow(window=FOUR), LI)
    assert refusal(play, c.Publish(document=LESS, note="why")).code == "config.in_use"
    play.do(move(ticket.id, service=FILING, place="first"), MANAGER)
    assert play.state.tickets[ticket.id].state == "no_show"
    assert (play.state.tallies["A"].missed, play.state.tallies["B"].missed) == (1, 0)  # type: ignore[index]
    publish(play, LESS)
    same_when_rebuilt(play)


def test_a_window_with_a_ticket_stays_and_an_open_one_without_is_closed() -> None:
    play = Play()
    publish(play)
    play.open(TWO)
    ticket = play.take(FILING)
    play.next(TWO)
    without_two = c.Publish(document=document(windows=("1", "3", "4")), note="why")
    found = refusal(play, without_two)
    assert (found.code, found.detail["what"], found.detail["tickets"]) == (
        "config.in_use",
        [TWO],
        [ticket.id],
    )
    play.do(c.Finish(window=TWO))
    play.do(without_two, ADMIN)
    assert [type(stamped.event) for stamped in play.log[-2:]] == [e.Closed, e.Published]
    assert TWO not in play.state.windows
    assert play.refused(c.CallNext(window=TWO)) == "window.unknown"
    play.open(ONE)
    same_when_rebuilt(play)


def test_a_window_stays_while_the_papers_of_a_ticket_that_is_held_are_there() -> None:
    play = Play()
    publish(play)
    play.open(TWO)
    ticket, other = play.take(FILING), play.take(FILING)
    kinds: tuple[HoldKind, ...] = ("at_window", "anywhere")
    for kind in kinds:
        play.next(TWO)
        play.do(c.Start(window=TWO))
        play.do(c.Hold(window=TWO, kind=kind, reason="copies"))
    play.do(c.Close(window=TWO))
    without_two = c.Publish(document=document(windows=("1", "3", "4")), note="why")
    found = refusal(play, without_two)
    assert (found.code, found.detail["what"], found.detail["tickets"]) == (
        "config.in_use",
        [TWO],
        [ticket.id],
    )
    play.open(ONE)
    play.do(c.ResumeHeld(window=ONE, ticket=ticket.id))
    play.do(without_two, ADMIN)
    play.do(c.ResumeHeld(window=ONE, ticket=other.id))
    same_when_rebuilt(play)


def classed(*classes: str) -> Document:
    """The small hall with classes that count at once when asked for, beside ordinary."""
    made = document()
    made["classes"] += [
        {"id": id_, "name": {"zh": id_, "en": id_}, "promise_min": 10, "counts": "at_once"} for id_ in classes
    ]
    return made


def test_a_class_is_not_removed_while_a_ticket_asks_for_it_or_has_it() -> None:
    play = Play()
    publish(play, classed("soldier", "booked"))
    ticket, plain = play.take(SEAL, class_="soldier"), play.take(SEAL)
    found = refusal(play, c.Publish(document=classed("booked"), note="why"))
    assert (found.code, found.detail["what"], found.detail["classes"], found.detail["tickets"]) == (
        "config.in_use",
        [],
        ["soldier"],
        [ticket.id],
    )
    play.do(instead(ticket.id, "booked"), ADMIN)
    publish(play, classed("booked"))
    assert play.state.tickets[ticket.id].counts_as == "booked"
    found = refusal(play, c.Publish(document=document(), note="why"))
    assert found.detail["tickets"] == [ticket.id]
    play.do(instead(ticket.id, "ordinary"), ADMIN)
    publish(play)
    play.open(FOUR, LI)
    assert [called.id for _ in range(2) if (called := play.next(FOUR, LI))] == [ticket.id, plain.id]
    same_when_rebuilt(play)


@pytest.mark.parametrize("where", ["called", "held", "no_show"])
def test_a_class_stays_for_a_ticket_that_may_come_back_into_line_from_anywhere(where: str) -> None:
    play = Play()
    publish(play, classed("soldier"))
    play.open(FOUR, LI)
    ticket = play.take(SEAL, class_="soldier")
    play.next(FOUR, LI)
    if where == "held":
        play.do(c.Start(window=FOUR), LI)
        play.do(c.Hold(window=FOUR, kind="anywhere", reason="copies"), LI)
    elif where == "no_show":
        play.do(c.NoShow(window=FOUR), LI)
    assert play.state.tickets[ticket.id].state == where
    assert refusal(play, c.Publish(document=document(), note="why")).detail["tickets"] == [ticket.id]
    play.do(instead(ticket.id, "ordinary"), ADMIN)
    publish(play)
    same_when_rebuilt(play)


def test_a_class_that_was_refused_or_whose_tickets_are_done_is_removed_and_not_brought_back_in_use() -> None:
    play = Play()
    asked = classed("soldier")
    asked["classes"][-1]["counts"] = "confirmed"
    publish(play)
    publish(play, asked)
    play.open(FOUR, LI)
    done, refused = play.take(SEAL, class_="soldier"), play.take(SEAL, class_="soldier")
    found = refusal(play, c.Rollback(version=1, note="back"))
    assert found.detail["tickets"] == [done.id, refused.id]
    play.next(FOUR, LI)
    play.do(c.Finish(window=FOUR), LI)
    refuse = c.Classify(ticket=refused.id, class_="soldier", decision="refuse", reason="不符合")
    play.do(refuse, Actor("steward", "s"))
    assert play.do(c.Rollback(version=1, note="back"), ADMIN).version == 3
    same_when_rebuilt(play)


def test_a_window_goes_on_offering_what_papers_that_are_there_are_for() -> None:
    play = Play()
    publish(play)
    play.open(TWO)
    ticket = play.take(SEAL)
    play.next(TWO)
    play.do(c.Start(window=TWO))
    play.do(c.Hold(window=TWO, kind="at_window", reason="copies"))
    less = document()
    less["windows"][1]["services"] = ["filing"]
    found = refusal(play, c.Publish(document=less, note="why"))
    assert (found.detail["what"], found.detail["tickets"]) == ([TWO], [ticket.id])
    play.do(c.ResumeHeld(window=TWO, ticket=ticket.id))
    play.do(c.Finish(window=TWO))
    publish(play, less)
    same_when_rebuilt(play)


def test_papers_for_which_their_window_cannot_go_on_are_fetched_by_one_that_can() -> None:
    play = Play()
    publish(play)
    play.open(TWO)
    ticket = play.take(SEAL)
    play.next(TWO)
    play.do(c.Start(window=TWO))
    less = document()
    less["windows"][1]["services"] = ["filing"]
    publish(play, less)  # somebody is there already: it is finished, or held
    play.do(c.Hold(window=TWO, kind="at_window", reason="copies"))
    assert play.refused(c.ResumeHeld(window=TWO, ticket=ticket.id)) == "window.cannot_serve"
    play.open(FOUR, LI)
    assert play.do(c.ResumeHeld(window=FOUR, ticket=ticket.id), LI).window == FOUR
    same_when_rebuilt(play)


def test_what_is_done_is_still_shown_as_it_was_until_midnight() -> None:
    play = Play()
    publish(play)
    play.open(TWO)
    ticket = play.take(SEAL)
    play.next(TWO)
    play.do(c.Finish(window=TWO))
    publish(play, document(services=("licence",), windows=("3", "4")))
    shown = play.state.tickets[ticket.id]
    assert play.state.zone_of(shown.step.service) == "B"
    board = topic.show(play.state, "board:hall")
    assert [record.window for key, record in board.items() if key.startswith("call/")] == []
    rate = c.Rate(step=f"{ticket.id}/0", level=5, channel="keypad")
    assert play.refused(rate, AGENT) == "rating.closed"
    play.do(msgspec.structs.replace(rate, channel="kiosk"), KIOSK)
    same_when_rebuilt(play)
    play.later(minutes=60 * 24)
    assert (play.state.hall.former.services, play.state.hall.former.windows) == ((), ())
    same_when_rebuilt(play)


def test_a_removed_window_comes_back_fresh() -> None:
    play = Play()
    publish(play)
    play.open(TWO)
    play.take(FILING)
    play.next(TWO)
    play.do(c.Finish(window=TWO))
    publish(play, document(windows=("1", "3", "4")))
    publish(play)
    assert (play.state.windows[TWO].state, play.state.windows[TWO].served) == ("closed", 0)
    same_when_rebuilt(play)


def test_a_device_loses_the_windows_that_are_removed_and_keeps_the_others() -> None:
    play = Play()
    publish(play)
    paired = play.do(c.PairDevice(kind="agent", name="box", token="t" * 32), Actor("public", "anyone"))
    play.do(c.PlaceDevice(device=paired.id, windows=(TWO, THREE)), ADMIN)
    box = device.actor(play.state.devices, paired.id)
    assert box is not None
    fitted = [
        Fitting(name=f"pad {n}", port="/dev/input/event0", profile="numpad", window=TWO) for n in (1, 2)
    ]
    play.do(c.ReportDevice(state="ready", fittings=tuple(fitted)), box)
    play.do(c.PlaceDevice(device=paired.id, places={"pad 1": TWO, "pad 2": THREE}), ADMIN)
    publish(play, document(windows=("1", "3", "4")))
    left = play.state.devices[paired.id]
    assert (left.windows, left.places) == ((THREE,), {"pad 1": None, "pad 2": THREE})
    same_when_rebuilt(play)


def test_a_stop_of_a_removed_service_ends_with_it() -> None:
    play = Play()
    publish(play)
    play.do(c.StopIssuing(scope="service:seal", reason="why"), MANAGER)
    publish(play, LESS)
    assert play.state.stops == {}
    publish(play)
    assert play.take(SEAL).number == "B001"


def test_new_hours_and_patience_count_from_now_on_and_time_never_goes_back() -> None:
    play = Play()
    publish(play)
    play.take(FILING)
    play.later(seconds=20)
    publish(play, rearranged())  # hours opened at 08:00; paper is given up after 5 s
    assert due(play.state) == play.now
    play.later(seconds=1)
    assert play.state.pending == {}
    times = [stamped.at for stamped in play.log]
    assert times == sorted(times)
    same_when_rebuilt(play)


def test_a_ticket_put_first_is_called_first_and_the_call_says_why() -> None:
    play = Play()
    early, later = play.take(FILING), None
    for _ in range(3):
        play.later(minutes=1)
        later = play.take(FILING)
    assert later is not None
    play.do(move(later.id, service=FILING, place="first"), MANAGER)
    step = play.state.tickets[later.id].step
    assert step.since_at == play.now
    play.open(ONE)
    play.next(ONE)
    called = play.log[-1].event
    assert called == e.Called(
        ticket=later.id, step=0, window=ONE, clerk="zhang", skipped=3, reason="a reason"
    )
    after = play.next(ONE)
    assert after is not None
    assert after.id == early.id
    second = play.log[-1].event
    assert isinstance(second, e.Called)
    assert (second.skipped, second.reason) == (0, None)
    same_when_rebuilt(play)


def test_a_moved_ticket_stands_where_its_clock_puts_it_or_last() -> None:
    play = Play()
    mine = play.take(FILING)
    play.later(minutes=1)
    theirs = play.take(LICENCE)
    play.later(minutes=1)
    play.do(move(mine.id, service=LICENCE), MANAGER)
    assert [id_ for _, _, id_ in play.state.lines[LICENCE]] == [mine.id, theirs.id]
    play.do(move(mine.id, service=LICENCE, place="last"), MANAGER)
    assert [id_ for _, _, id_ in play.state.lines[LICENCE]] == [theirs.id, mine.id]
    assert play.state.tickets[mine.id].step.since_at == play.now
    assert (play.state.tallies["A"].issued, play.state.tallies["B"].issued) == (0, 2)  # type: ignore[index]
    same_when_rebuilt(play)


def test_a_window_as_destination_takes_the_ticket_for_what_it_offers() -> None:
    play = Play()
    seal, filing = play.take(SEAL), play.take(FILING)
    assert play.do(move(seal.id, window=TWO), MANAGER).service == SEAL
    assert play.do(move(filing.id, window=FOUR), MANAGER).service == LICENCE
    assert play.refused(move(seal.id, window=WindowId("99")), MANAGER) == "window.unknown"


def test_a_move_that_makes_no_sense_is_refused() -> None:
    play = Play()
    publish(play, document(windows=("1", "3")))
    ticket = play.take(FILING, then=(LICENCE,))
    for fields, code in (
        ({}, "ticket.no_destination"),
        ({"service": FILING, "window": ONE}, "ticket.no_destination"),
        ({"service": "nothing"}, "service.unknown"),
        ({"service": SEAL}, "service.unserved"),
        ({"service": FILING, "step": 2}, "ticket.not_waiting"),
    ):
        assert play.refused(move(ticket.id, **fields), MANAGER) == code
    assert play.refused(move("no-such-ticket-here", service=FILING), MANAGER) == "ticket.unknown"
    play.open(ONE)
    play.next(ONE)
    assert play.refused(move(ticket.id, service=LICENCE), MANAGER) == "ticket.busy"
    play.do(c.Finish(window=ONE))
    assert play.refused(move(ticket.id, service=LICENCE, step=0), MANAGER) == "ticket.not_waiting"
    play.do(c.Cancel(ticket=ticket.id), MANAGER)
    assert play.refused(move(ticket.id, service=LICENCE), MANAGER) == "ticket.closed"
    assert play.refused(move(ticket.id, service=LICENCE), ZHANG) == "auth.forbidden"


def test_a_move_to_where_it_is_changes_nothing() -> None:
    play = Play()
    ticket = play.take(FILING)
    seq = play.state.seq
    assert play.do(move(ticket.id, service=FILING), MANAGER).id == ticket.id
    assert play.state.seq == seq


def test_the_difference_names_rows_by_their_ids_and_says_what_moved() -> None:
    after = document(services=("filing", "seal"))
    after["zones"][0]["short"]["zh"] = "投资"
    after["zones"].reverse()
    after["rules"] = {"calls": 3}
    found = {change.path: (change.before, change.after) for change in difference(document(), after)}
    assert found["zones[A].short.zh"] == ("投资项目", "投资")
    assert found["zones"] == (["A", "B"], ["B", "A"])
    assert found["services[licence]"][1] is None
    assert found["windows[4].services"] == (["licence", "seal"], ["seal"])
    assert found["rules"] == (None, {"calls": 3})
    assert set(found) == {
        "zones[A].short.zh", "zones", "services[licence]", "windows[3]", "windows[4].services", "rules",
    }  # fmt: skip
    assert difference(after, after) == []


DOCUMENTS = st.recursive(
    st.booleans() | st.integers(0, 3) | st.sampled_from(("", "a", "b")),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(("id", "numbers", "x")), inner, max_size=3)
    ),
    max_leaves=10,
)


@settings(max_examples=200, deadline=None)
@given(before=DOCUMENTS, after=DOCUMENTS)
def test_there_is_a_difference_exactly_where_documents_differ(before: Any, after: Any) -> None:
    assert (difference(before, after) == []) == (before == after)


def test_a_hall_off_over_midnight_goes_on_with_its_version() -> None:
    play = Play()
    publish(play, rearranged())
    play.now += timedelta(days=2)
    play.later()
    assert play.state.hall.rules.calls == 2
    same_when_rebuilt(play)
