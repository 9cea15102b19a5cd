"""The client's session as a script: what comes in, what goes out, and at what time."""

import json
from typing import Any

from queue_server.client.effect import (
    Answered,
    Changed,
    Close,
    Effect,
    Expired,
    Faulted,
    LiveChanged,
    Rejected,
    Send,
    Turned,
)
from queue_server.client.session import Session

BEAT = {"now": "2026-03-02T01:00:00Z", "speed": 60.0}


def session(*topics: str, token: str | None = None) -> Session:
    return Session(topics or ("hall",), token, "zh")


def feed(one: Session, message: dict[str, Any], at: float = 0.0) -> list[Effect]:
    return one.received(json.dumps(message), at)


def snapshot(records: dict[str, Any], seq: int = 10, epoch: str = "e1") -> dict[str, Any]:
    return {"snapshot": {"hall": records}, "live": {"hall": {}}, "seq": seq, "epoch": epoch, "beat": BEAT}


def frame(
    prev: int, seq: int, put: dict[str, Any] | None = None, drop: list[str] | None = None
) -> dict[str, Any]:
    return {"events": [{"topic": "hall", "set": put or {}, "drop": drop or []}], "prev": prev, "seq": seq}


def sent(effects: list[Effect]) -> list[dict[str, Any]]:
    return [json.loads(effect.text) for effect in effects if isinstance(effect, Send)]


def live_session() -> Session:
    one = session()
    one.opened(0.0)
    feed(one, snapshot({"a": {"n": 1}, "b": {"n": 2}}))
    return one


def test_the_first_hello_asks_for_a_snapshot() -> None:
    one = session("hall", "floor", token="t" * 43)
    effects = one.opened(0.0)
    assert effects[0] == Turned("connecting")
    assert sent(effects) == [{"hello": {"topics": ["hall", "floor"], "language": "zh", "token": "t" * 43}}]


def test_a_snapshot_makes_the_link_live_and_replaces_everything() -> None:
    one = live_session()
    assert one.state == "live"
    effects = feed(one, snapshot({"b": {"n": 3}}, seq=11))
    assert one.topics == {"hall": {"b": {"n": 3}}}
    assert Changed("hall", frozenset({"a", "b"}), whole=True) in effects


def test_a_frame_sets_and_drops_records() -> None:
    one = live_session()
    effects = feed(one, frame(10, 12, {"c": {"n": 9}}, ["a"]))
    assert one.topics["hall"] == {"b": {"n": 2}, "c": {"n": 9}}
    assert one.seq == 12
    assert effects == [Changed("hall", frozenset({"a", "c"}), whole=False)]


def test_a_gap_asks_for_a_snapshot_and_ignores_frames_until_it_comes() -> None:
    one = live_session()
    effects = feed(one, frame(11, 12, {"c": {}}))
    assert sent(effects) == [{"hello": {"topics": ["hall"], "language": "zh"}}]
    assert feed(one, frame(12, 13, {"d": {}})) == []
    assert "c" not in one.topics["hall"]
    feed(one, snapshot({"z": {}}, seq=13))
    feed(one, frame(13, 14, {"y": {}}))
    assert set(one.topics["hall"]) == {"z", "y"}


def test_a_reconnect_resumes_with_what_it_has() -> None:
    one = live_session()
    assert one.lost() == [Turned("down")]
    assert one.topics["hall"]["a"] == {"n": 1}, "the last good state stays"
    assert sent(one.opened(1.0)) == [
        {"hello": {"topics": ["hall"], "language": "zh", "after_seq": 10, "epoch": "e1"}}
    ]
    assert feed(one, frame(10, 11, {"c": {}}), 1.1) == []
    assert feed(one, {"beat": BEAT}, 1.1) == [Changed("hall", frozenset({"c"}), whole=False), Turned("live")]


def test_whoever_comes_back_is_told_how_it_is_now_and_not_what_was_true_for_a_while_meanwhile() -> None:
    one = live_session()
    one.lost()
    one.opened(1.0)
    assert feed(one, frame(10, 11, {"print/1": {}}), 1.1) == []
    assert feed(one, frame(11, 12, {"c": {}}, ["print/1"]), 1.1) == []
    one.lost()
    one.opened(2.0)
    told = feed(one, {"beat": BEAT}, 2.1)
    assert told == [Changed("hall", frozenset({"print/1", "c"}), whole=False), Turned("live")]
    assert set(one.topics["hall"]) == {"a", "b", "c"}
    one.lost()
    one.opened(3.0)
    feed(one, frame(12, 13, {}, ["a"]), 3.1)
    told = feed(one, snapshot({"b": {}}, seq=14), 3.2)
    assert Changed("hall", frozenset({"a", "b", "c"}), whole=True) in told, "also what went meanwhile"
    assert feed(one, {"beat": BEAT}, 3.3) == []


def test_a_resume_with_nothing_missed_is_live_with_the_next_beat() -> None:
    one = live_session()
    one.lost()
    one.opened(1.0)
    assert feed(one, {"beat": BEAT}, 1.1) == [Turned("live")]


def test_a_resume_refused_is_a_snapshot_of_the_new_epoch() -> None:
    one = live_session()
    one.lost()
    one.opened(1.0)
    feed(one, snapshot({"q": {}}, seq=3, epoch="e2"), 1.1)
    assert (one.seq, one.epoch, one.state) == (3, "e2", "live")
    assert one.topics == {"hall": {"q": {}}}


def test_business_time_runs_from_the_beat_at_its_speed() -> None:
    one = live_session()
    feed(one, {"beat": BEAT}, 100.0)
    assert one.clock is not None
    assert one.clock.now(101.0).isoformat() == "2026-03-02T01:01:00+00:00"


def test_silence_makes_the_link_stale_then_closes_it() -> None:
    one = live_session()
    assert one.due() == 10.0
    assert one.tick(9.9) == []
    assert one.tick(10.0) == [Turned("stale")]
    assert one.tick(15.0) == [Close("silent")]


def test_any_message_ends_staleness() -> None:
    one = live_session()
    one.tick(10.0)
    assert feed(one, {"beat": BEAT}, 11.0) == [Turned("live")]


def test_the_live_part_is_replaced_whole() -> None:
    one = live_session()
    assert feed(one, {"live": {"hall": {"x": 1}}}) == [LiveChanged("hall")]
    assert feed(one, {"live": {"hall": {"y": 2}}}) == [LiveChanged("hall")]
    assert one.live == {"hall": {"y": 2}}


def test_a_command_is_answered() -> None:
    one = live_session()
    number, effects = one.ask("windows.recall", {"window": "1"}, "key-1", 5.0, 0.0)
    assert sent(effects) == [
        {"id": number, "command": "windows.recall", "key": "key-1", "args": {"window": "1"}}
    ]
    assert feed(one, {"id": number, "ok": {"number": "A001"}}) == [Answered(number, {"number": "A001"})]
    assert feed(one, {"id": number, "ok": {"number": "A001"}}) == [], "a second answer is nobody's"


def test_an_answer_that_returns_nothing_is_none() -> None:
    one = live_session()
    number, _ = one.ask("windows.call_next", {"window": "1"}, "key-1", 5.0, 0.0)
    assert feed(one, {"id": number, "ok": None}) == [Answered(number, None)]


def test_a_refusal_is_told_with_its_code() -> None:
    one = live_session()
    number, _ = one.ask("windows.recall", {"window": "1"}, "key-1", 5.0, 0.0)
    error = {"code": "window.idle", "message": "窗口当前没有号票。", "detail": {}}
    assert feed(one, {"id": number, "error": error}) == [
        Rejected(number, "window.idle", "窗口当前没有号票。", {})
    ]


def test_a_command_is_asked_again_with_the_same_key_after_a_reconnect() -> None:
    one = live_session()
    _, first = one.ask("tickets.take", {"service": "s"}, "key-1", 30.0, 0.0)
    one.lost()
    again = one.opened(2.0)
    assert again[-1] == first[0]


def test_a_command_asked_while_down_is_sent_on_connecting_after_the_hello() -> None:
    one = session()
    number, effects = one.ask("tickets.take", {"service": "s"}, "key-1", 30.0, 0.0)
    assert effects == []
    messages = sent(one.opened(1.0))
    assert "hello" in messages[0]
    assert messages[1]["id"] == number


def test_an_unknown_outcome_is_asked_again_with_the_same_key_after_a_while() -> None:
    one = live_session()
    number, first = one.ask("tickets.take", {"service": "s"}, "key-1", 30.0, 0.0)
    unknown = {"id": number, "error": {"code": "store.unavailable", "message": "", "detail": {}}}
    assert feed(one, unknown, 1.0) == []
    due_s = one.due()
    assert due_s is not None
    assert 1.0 < due_s < 2.0
    assert one.tick(due_s) == first
    assert feed(one, {"id": number, "ok": {}}, 2.0) == [Answered(number, {})]


def test_time_runs_out_for_a_command_and_tells_whether_it_ever_left() -> None:
    one = session()
    never, _ = one.ask("tickets.take", {}, "key-1", 5.0, 0.0)
    assert one.tick(5.0) == [Expired(never, "key-1", sent=False)]
    one.opened(6.0)
    left, _ = one.ask("tickets.take", {}, "key-2", 5.0, 6.0)
    assert one.tick(11.0) == [Expired(left, "key-2", sent=True)]
    assert one.tick(12.0) == [], "it ran out once"


def test_a_forgotten_command_is_not_sent_again() -> None:
    one = live_session()
    number, _ = one.ask("tickets.take", {}, "key-1", 30.0, 0.0)
    one.forget(number)
    one.lost()
    assert len(sent(one.opened(1.0))) == 1


def test_garbage_from_the_server_closes_the_connection() -> None:
    one = live_session()
    assert one.received("{nonsense", 1.0) == [Close("unreadable message")]


def test_a_refused_hello_is_told() -> None:
    one = session()
    one.opened(0.0)
    error = {"code": "auth.invalid", "message": "登录已失效，请重新登录。", "detail": {}}
    assert feed(one, {"error": error}) == [Faulted("auth.invalid", "登录已失效，请重新登录。")]
    assert one.state == "connecting"


def test_other_topics_come_with_a_snapshot_of_their_own() -> None:
    one = live_session()
    assert sent(one.want(("floor",))) == [{"hello": {"topics": ["floor"], "language": "zh"}}]
    assert set(one.topics) == {"floor"}


def test_a_kiosk_says_at_each_connection_whether_it_prints_and_loses_nothing_by_saying_so_meanwhile() -> None:
    one = live_session()
    [first] = sent(one.tell_prints(True))
    assert (first["hello"]["prints"], first["hello"]["after_seq"]) == (True, 10)
    assert one.tell_prints(True) == [], "that is no news"
    one.lost()
    assert one.tell_prints(False) == []
    assert sent(one.opened(0.0))[0]["hello"]["prints"] is False
    assert "prints" not in sent(live_session().opened(0.0))[0]["hello"], "who is no kiosk says nothing"
