"""What windows offer today: by a manager's word, and while a clerk covers for another window."""

import msgspec

from queue_server.engine import event as e
from queue_server.engine.actor import Actor
from queue_server.engine.hall import Member
from queue_server.wire import command as c
from queue_server.wire.ids import ServiceId, WindowId
from tests.fakes.document import Document, document
from tests.fakes.hall import FILING, FOUR, LICENCE, ONE, SEAL, THREE, TWO, hall
from tests.fakes.play import LI, MANAGER, ZHANG, Play, picture

ADMIN = Actor("admin", "root")
NIGHT = 15 * 60
"""Minutes from the morning of the tests to midnight."""


def publish(play: Play, what: Document) -> None:
    play.do(c.Publish(document=what, note="why"), ADMIN)


def services(play: Play, window: WindowId) -> tuple[ServiceId, ...]:
    return play.state.hall.window[window].services


def test_a_manager_lets_a_window_offer_other_services_and_it_calls_for_them_at_once() -> None:
    play = Play()
    ticket = play.take(LICENCE)
    play.open(ONE)
    assert play.next(ONE) is None
    shown = play.do(
        c.SetServices(window=ONE, services=(LICENCE, FILING, LICENCE), reason="人手不足"), MANAGER
    )
    assert (shown.services, shown.usual, shown.covers) == ((LICENCE, FILING), (FILING,), None)
    assert play.log[-1].event == e.OfferSet(window=ONE, services=(LICENCE, FILING), reason="人手不足")
    called = play.next(ONE)
    assert called is not None
    assert called.id == ticket.id


def test_a_window_goes_back_to_what_it_usually_does_by_a_word_or_by_midnight() -> None:
    play = Play()
    play.do(c.SetServices(window=ONE, services=(SEAL,)), MANAGER)
    shown = play.do(c.SetServices(window=ONE, services=()), MANAGER)
    assert (shown.services, shown.usual) == ((FILING,), None)
    assert play.state.today == {}
    play.do(c.SetServices(window=ONE, services=(SEAL,)), MANAGER)
    assert play.do(c.SetServices(window=ONE, services=(FILING,)), MANAGER).usual is None, (
        "said in full is the same"
    )
    play.do(c.SetServices(window=ONE, services=(SEAL,)), MANAGER)
    play.later(minutes=NIGHT)
    assert services(play, ONE) == (FILING,)
    assert play.state.today == {}


def test_what_changes_nothing_is_no_event() -> None:
    play = Play()
    before = play.state.seq
    play.do(c.SetServices(window=ONE, services=(FILING,)), MANAGER)
    play.open(ONE)
    play.do(c.Cover(at=ONE))
    assert [type(one.event) for one in play.log] == [e.Opened]
    assert play.state.seq == before + 1


def test_nobody_who_waits_is_left_without_a_window() -> None:
    play = Play()
    play.take(SEAL)
    play.do(c.SetServices(window=TWO, services=(FILING,)), MANAGER)
    assert play.refused(c.SetServices(window=FOUR, services=(LICENCE,)), MANAGER) == "config.in_use"
    play.do(c.SetServices(window=ONE, services=(SEAL,)), MANAGER)
    play.do(c.SetServices(window=FOUR, services=(LICENCE,)), MANAGER)


def test_papers_that_lie_at_a_window_keep_its_service_there() -> None:
    play = Play()
    play.take(SEAL)
    play.open(TWO)
    play.next(TWO)
    play.do(c.Start(window=TWO))
    play.do(c.Hold(window=TWO, kind="at_window", reason="补材料"))
    assert play.refused(c.SetServices(window=TWO, services=(FILING,)), MANAGER) == "config.in_use"


def test_only_what_the_hall_has_can_be_offered() -> None:
    play = Play()
    assert (
        play.refused(c.SetServices(window=ONE, services=(ServiceId("none"),)), MANAGER) == "service.unknown"
    )
    assert play.refused(c.SetServices(window=WindowId("9"), services=(FILING,)), MANAGER) == "window.unknown"
    assert play.refused(c.SetServices(window=ONE, services=(FILING,)), ZHANG) == "auth.forbidden"


def test_a_clerk_covers_for_another_window_until_their_own_closes() -> None:
    play = Play()
    ticket = play.take(LICENCE)
    play.open(ONE)
    shown = play.do(c.Cover(at=ONE, window=FOUR))
    assert (shown.services, shown.covers, shown.usual) == ((FILING, LICENCE, SEAL), FOUR, (FILING,))
    called = play.next(ONE)
    assert called is not None
    assert called.id == ticket.id
    play.do(c.Finish(window=ONE))
    play.do(c.Close(window=ONE))
    assert [type(one.event) for one in play.log[-2:]] == [e.OfferSet, e.Closed]
    assert services(play, ONE) == (FILING,)


def test_who_goes_to_another_window_covers_no_more_from_the_one_left() -> None:
    play = Play()
    play.open(ONE)
    play.do(c.Cover(at=ONE, window=THREE))
    play.do(c.Open(window=TWO, leave=True))
    assert services(play, ONE) == (FILING,)
    assert play.state.today == {}


def test_covering_ends_by_a_word_and_leaves_what_the_manager_said() -> None:
    play = Play()
    play.open(ONE)
    play.do(c.SetServices(window=ONE, services=(SEAL,)), MANAGER)
    assert play.do(c.Cover(at=ONE, window=THREE)).services == (SEAL, LICENCE)
    assert play.do(c.Cover(at=ONE)).services == (SEAL,)
    assert play.do(c.SetServices(window=ONE, services=()), MANAGER).services == (FILING,)


def test_who_covers_offers_what_the_other_window_does_today_and_not_what_that_covers_for() -> None:
    play = Play()
    play.open(ONE)
    play.open(FOUR, LI)
    play.do(c.Cover(at=ONE, window=FOUR))
    play.do(c.SetServices(window=FOUR, services=(SEAL,)), MANAGER)
    assert services(play, ONE) == (FILING, SEAL)
    play.do(c.Cover(at=FOUR, window=THREE), LI)
    assert services(play, FOUR) == (SEAL, LICENCE)
    assert services(play, ONE) == (FILING, SEAL)


def test_covering_that_brings_nothing_is_refused() -> None:
    play = Play(msgspec.structs.replace(hall(), staff=(Member(id="zhang", skills=(FILING, SEAL)),)))
    play.open(ONE)
    assert play.refused(c.Cover(at=ONE, window=ONE)) == "window.covers_itself"
    assert play.refused(c.Cover(at=ONE, window=WindowId("9"))) == "window.unknown"
    assert play.refused(c.Cover(at=ONE, window=THREE)) == "window.covers_nothing", "zhang cannot do licences"
    assert play.refused(c.Cover(at=ONE, window=FOUR), LI) == "auth.not_your_window"
    assert play.do(c.Cover(at=ONE, window=FOUR)).covers == FOUR


def test_a_restart_knows_what_is_offered_today() -> None:
    play = Play()
    play.open(ONE)
    play.take(LICENCE)
    play.do(c.SetServices(window=TWO, services=(LICENCE,)), MANAGER)
    play.do(c.Cover(at=ONE, window=TWO))
    assert picture(play.rebuilt()) == picture(play.state)


def test_another_configuration_keeps_what_of_today_it_has_room_for() -> None:
    play = Play()
    publish(play, document())
    play.do(c.SetServices(window=ONE, services=(LICENCE,)), MANAGER)
    changed = document() | {"name": {"zh": "另一个名称", "en": "Another name"}}
    publish(play, changed)
    assert services(play, ONE) == (LICENCE,)
    assert play.state.plan.window[ONE].services == (FILING,)
    publish(play, document(services=("filing", "seal"), windows=("1", "2")))
    assert services(play, ONE) == (FILING,)
    assert play.state.today == {}


def test_a_configuration_that_would_leave_somebody_without_a_window_as_it_is_today_is_refused() -> None:
    play = Play()
    publish(play, document())
    play.do(c.SetServices(window=THREE, services=(FILING,)), MANAGER)
    play.take(LICENCE)
    without = document()
    without["windows"] = [
        one | {"services": ["seal"]} if one["numbers"] == "4" else one for one in without["windows"]
    ]
    assert play.refused(c.Publish(document=without, note="why"), ADMIN) == "config.in_use"
    play.do(c.SetServices(window=THREE, services=()), MANAGER)
    publish(play, without)
