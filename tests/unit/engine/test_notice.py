"""Notices: told until a time, on the boards they name and at the windows of these, and no longer."""

from datetime import timedelta
from typing import Any

from queue_server.engine import noticing
from queue_server.views import topic
from queue_server.wire import command as c
from queue_server.wire.ids import WindowId
from queue_server.wire.ticket import Text
from queue_server.wire.view import NoticeRecord
from tests.fakes.hall import FOUR, ONE
from tests.fakes.play import MANAGER, STEWARD, Play, picture


def publish(play: Play, text: str = "三点停电", minutes: float = 30, **fields: Any) -> NoticeRecord:
    """What a manager tells everybody."""
    told: NoticeRecord = play.do(
        c.PublishNotice(text=text, until=play.now + timedelta(minutes=minutes), **fields), MANAGER
    )
    return told


def shown(play: Play, name: str) -> list[str]:
    """The notices of a topic."""
    found = topic.show(play.state, name).get("notices")
    return [one.text.zh for one in found.notices] if found is not None else []


def test_a_notice_stands_everywhere_until_its_time() -> None:
    play = Play()
    told = publish(play, text_en="No power from three")
    assert told.text == Text("三点停电", "No power from three")
    places = ("board:hall", "board:b", f"window:{ONE}", f"window:{FOUR}", "floor")
    assert [shown(play, place) for place in places] == [["三点停电"]] * 5
    assert picture(play.rebuilt()) == picture(play.state)
    play.later(minutes=29)
    assert shown(play, "floor") == ["三点停电"]
    play.later(minutes=1)
    assert [shown(play, place) for place in places] == [[]] * 5
    assert play.log[-1].command == "clock.tick"


def test_without_english_words_the_chinese_stand_for_both() -> None:
    assert publish(Play()).text == Text("三点停电", "三点停电")


def test_a_notice_for_a_board_is_told_there_and_at_its_zones_windows() -> None:
    play = Play()
    publish(play, displays=("b", "b"))
    assert shown(play, "board:b") == shown(play, f"window:{FOUR}") == shown(play, "floor") == ["三点停电"]
    assert shown(play, "board:hall") == shown(play, f"window:{ONE}") == []


def test_a_notice_is_withdrawn_by_hand_once() -> None:
    play = Play()
    first, second = publish(play), publish(play, "请勿喧哗")
    assert play.do(c.WithdrawNotice(notice=first.id), MANAGER) == first
    assert shown(play, "floor") == ["请勿喧哗"]
    assert play.refused(c.WithdrawNotice(notice=first.id), MANAGER) == "notice.unknown"
    play.later(minutes=30)
    assert play.refused(c.WithdrawNotice(notice=second.id), MANAGER) == "notice.unknown"


def test_no_more_stand_than_people_read() -> None:
    play = Play()
    first, *_ = [publish(play) for _ in range(noticing.MOST)]
    more = c.PublishNotice(text="还有", until=play.now + timedelta(minutes=1))
    assert play.refused(more, MANAGER) == "notice.many"
    play.do(c.WithdrawNotice(notice=first.id), MANAGER)
    play.do(more, MANAGER)


def test_what_cannot_be_is_refused() -> None:
    play = Play()
    later = play.now + timedelta(minutes=1)
    assert play.refused(c.PublishNotice(text="迟", until=play.now), MANAGER) == "request.invalid"
    far = play.now + timedelta(days=367)
    assert play.refused(c.PublishNotice(text="早", until=far), MANAGER) == "request.invalid"
    nowhere = c.PublishNotice(text="哪", until=later, displays=("nowhere",))
    assert play.refused(nowhere, MANAGER) == "display.unknown"
    assert play.refused(c.PublishNotice(text="谁", until=later), STEWARD) == "auth.forbidden"


def test_a_notice_outlives_midnight_and_the_board_that_it_was_for() -> None:
    play = Play()
    publish(play, minutes=60 * 24, displays=("b",))
    play.later(minutes=60 * 23)
    assert shown(play, f"window:{WindowId(FOUR)}") == ["三点停电"]
    play.later(minutes=60)
    assert shown(play, "floor") == []
