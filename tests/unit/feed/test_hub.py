"""The hub as a script: who sees what, what is sent once for all, what somebody who comes back has missed."""

from itertools import combinations
from typing import Any

import msgspec
import pytest

from queue_server.feed.frame import close_frame, text_frame
from queue_server.feed.hub import IDLE, Hub
from queue_server.wire.error import Refusal

BEAT = b'{"now":"2026-11-23T01:00:00Z","speed":1.0}'


class Hall:
    """Topics with records that a test sets, and their hub."""

    def __init__(self, **topics: dict[str, Any]) -> None:
        self.topics = topics
        self.seq = 10
        self.asked: list[str] = []
        self.live: dict[str, dict[str, Any]] = {}
        self.hub = Hub(
            self.show,
            self.sources,
            self.seq,
            "e1",
            3,
            brief=lambda topic: topic.startswith("ticket"),
            alive=lambda topic: self.live.get(topic, {}),
        )

    def show(self, topic: str, _before: Any, _changed: Any) -> dict[str, Any]:
        if topic not in self.topics:
            raise Refusal("feed.unknown_topic", topic=topic)
        self.asked.append(topic)
        return self.topics[topic]

    def sources(self, topic: str) -> frozenset[str]:
        """A topic is made of itself, and of the line that it says it stands in."""
        return frozenset((topic, self.topics.get(topic, {}).get("line", topic)))

    def join(self, member: str, *topics: str, after: int | None = None, epoch: str = "e1") -> list[Any]:
        texts = self.hub.join(member, topics, after, None if after is None else epoch, BEAT)
        return [msgspec.json.decode(text) for text in texts]

    def change(self, topic: str, **records: Any) -> list[tuple[Any, set[str]]]:
        self.topics[topic] = records
        self.seq += 1
        sends, _ = self.hub.commit(self.seq, "e1", None, lambda: BEAT)
        return [(msgspec.json.decode(text), set(members)) for text, members in sends]


def test_a_snapshot_holds_every_topic_asked_for() -> None:
    hall = Hall(a={"x": 1}, b={"y": 2}, c={"z": 3})
    assert hall.join("tv", "a", "b") == [
        {
            "snapshot": {"a": {"x": 1}, "b": {"y": 2}},
            "live": {"a": {}, "b": {}},
            "seq": 10,
            "epoch": "e1",
            "beat": {"now": "2026-11-23T01:00:00Z", "speed": 1.0},
        }
    ]


def test_a_change_is_sent_once_to_all_who_see_the_same() -> None:
    hall = Hall(a={"x": 1}, b={})
    hall.join("tv1", "a")
    hall.join("tv2", "a")
    hall.join("other", "b")
    frame = {"events": [{"topic": "a", "set": {"x": 2}, "drop": []}], "prev": 10, "seq": 11}
    assert hall.change("a", x=2) == [(frame, {"tv1", "tv2"})]


def test_the_order_of_topics_makes_no_other_group() -> None:
    hall = Hall(a={}, b={})
    hall.join("one", "a", "b")
    hall.join("two", "b", "a", "b")
    [(_, members)] = hall.change("a", x=1)
    assert members == {"one", "two"}


def test_frames_of_a_group_chain_over_commits_that_do_not_concern_it() -> None:
    hall = Hall(a={}, b={})
    hall.join("tv", "a")
    hall.change("a", x=1)
    assert hall.change("b", y=1) == []
    [(frame, _)] = hall.change("a")
    assert (frame["prev"], frame["seq"]) == (11, 13)
    assert frame["events"] == [{"topic": "a", "set": {}, "drop": ["x"]}]


def test_a_commit_that_shows_nowhere_sends_nothing() -> None:
    hall = Hall(a={"x": 1})
    hall.join("tv", "a")
    assert hall.change("a", x=1) == []


def test_a_link_that_was_away_gets_just_what_it_missed_and_a_beat() -> None:
    hall = Hall(a={})
    hall.join("tv", "a")
    hall.change("a", x=1)
    hall.hub.leave("tv")
    hall.change("a", x=2)
    hall.change("a", x=3)
    missed = hall.join("tv", "a", after=11)
    assert [(m["prev"], m["seq"]) for m in missed[:2]] == [(11, 12), (12, 13)]
    assert list(missed[-1]) == ["beat"]
    assert not any("snapshot" in message for message in missed)


def test_nothing_missed_is_a_beat_and_the_live_part() -> None:
    hall = Hall(a={})
    hall.join("tv", "a")
    hall.hub.leave("tv")
    assert [list(message) for message in hall.join("tv", "a", after=10)] == [["live"], ["beat"]]


@pytest.mark.parametrize("after, epoch", [(11, "e0"), (10, "e1"), (9, "e1"), (99, "e1")])
def test_another_epoch_a_seq_too_old_or_unknown_is_a_snapshot(after: int, epoch: str) -> None:
    hall = Hall(a={})
    hall.join("tv", "a")
    for value in range(5):
        hall.change("a", x=value)
    [message] = hall.join("back", "a", after=after, epoch=epoch)
    assert message["snapshot"] == {"a": {"x": 4}}


def test_an_unknown_topic_is_refused_and_the_link_sees_what_it_saw() -> None:
    hall = Hall(a={})
    hall.join("tv", "a")
    with pytest.raises(Refusal):
        hall.join("tv", "a", "nope")
    assert hall.hub.topics_of("tv") == ("a",)
    [(_, members)] = hall.change("a", x=1)
    assert members == {"tv"}


def test_other_topics_replace_those_before() -> None:
    hall = Hall(a={}, b={})
    hall.join("tv", "a")
    hall.join("tv", "b")
    assert hall.change("a", x=1) == []
    assert (hall.hub.count("a"), hall.hub.count("b")) == (0, 1)


def test_the_live_part_is_sent_when_it_changes_and_stands_in_snapshots() -> None:
    hall = Hall(a={}, b={})
    hall.join("tv", "a")
    hall.live["a"] = {"lights": 3}
    [(text, members)] = hall.hub.enliven()
    assert (msgspec.json.decode(text), set(members)) == ({"live": {"a": {"lights": 3}}}, {"tv"})
    assert hall.hub.enliven() == []
    assert hall.join("later", "a")[0]["live"] == {"a": {"lights": 3}}


def test_who_comes_first_to_a_topic_has_its_live_part_at_once() -> None:
    hall = Hall(a={})
    hall.live["a"] = {"lights": 3}
    assert hall.join("tv", "a")[0]["live"] == {"a": {"lights": 3}}


def test_topics_that_nobody_sees_are_let_go_at_last() -> None:
    hall = Hall(**{f"t{number}": {} for number in range(IDLE + 10)})
    for number in range(IDLE + 10):
        hall.join("visitor", f"t{number}")
    hall.hub.leave("visitor")
    assert not hall.hub._groups
    assert len(hall.hub._topics) == IDLE


def test_what_is_kept_goes_by_topics_however_many_ways_links_mix_them() -> None:
    names = ("a", "b", "c", "d")
    hall = Hall(**{name: {} for name in names})
    mixes = [mix for size in (1, 2, 3) for mix in combinations(names, size)]
    for mix in mixes:
        hall.join(str(mix), *mix)
        if len(mix) > 1:
            hall.hub.leave(str(mix))
    for value in range(10):
        hall.change("a", x=value)
    assert set(hall.hub._groups) == {(name,) for name in names}
    assert {name: len(topic._changes) for name, topic in hall.hub._topics.items()} == {
        "a": 3,
        "b": 0,
        "c": 0,
        "d": 0,
    }


def test_who_was_away_while_nobody_saw_the_same_gets_what_was_missed_in_the_order_it_happened() -> None:
    hall = Hall(a={}, b={})
    hall.join("tv", "a", "b")
    hall.hub.leave("tv")
    hall.change("b", y=1)
    hall.change("a", x=1)
    missed = hall.join("tv", "b", "a", after=10)
    assert [(m["prev"], m["seq"], m["events"][0]["topic"]) for m in missed[:2]] == [
        (10, 11, "b"),
        (11, 12, "a"),
    ]
    assert [list(message) for message in missed[2:]] == [["live"], ["beat"]]


def test_frames_go_on_from_where_somebody_who_came_back_is_led() -> None:
    hall = Hall(a={}, b={})
    hall.join("tv", "a")
    hall.hub.leave("tv")
    hall.join("other", "b")
    hall.change("b", y=1)  # the group begins later than the last change that concerns it
    missed = hall.join("tv", "a", after=10)
    assert missed[0] == {"events": [], "prev": 10, "seq": 11}
    [(frame, _)] = hall.change("a", x=1)
    assert (frame["prev"], frame["seq"]) == (11, 12)


def test_any_number_of_phones_drives_out_no_board_that_comes_back() -> None:
    phones = [f"ticket:{number}" for number in range(IDLE + 10)]
    hall = Hall(board={}, **{phone: {} for phone in phones})
    hall.join("tv", "board")
    hall.hub.leave("tv")
    for phone in phones:
        hall.join(phone, phone)
        hall.join(phone, phone)
        hall.hub.leave(phone)
    hall.change("board", x=1)
    assert next(list(message) for message in hall.join("tv", "board", after=10)) == ["events", "prev", "seq"]
    assert set(hall.hub._topics) == {"board"}
    assert set(hall.hub._made_of) == {"board"}


def test_a_commit_asks_for_nothing_that_is_not_made_of_what_it_changed() -> None:
    phones = [f"ticket:{number}" for number in range(500)]
    hall = Hall(board={}, **{phone: {"line": "long" if phone.endswith("7") else "other"} for phone in phones})
    for phone in phones:
        hall.join(phone, phone)
    hall.join("tv", "board")

    def asked(*changed: str) -> set[str]:
        hall.asked.clear()
        hall.seq += 1
        hall.hub.commit(hall.seq, "e1", changed, lambda: BEAT)
        return set(hall.asked)

    assert asked("board") == {"board"}
    assert asked("nobody sees it") == set()
    assert asked("long", "ticket:1") == {"ticket:1", *(phone for phone in phones if phone.endswith("7"))}
    hall.topics["ticket:7"] = {"line": "other"}
    assert "ticket:7" in asked("ticket:7")
    assert "ticket:7" not in asked("long"), "it stands in another line now"
    assert "ticket:7" in asked("other")
    hall.hub.leave("ticket:7")
    assert "ticket:7" not in asked("ticket:7", "other")


def test_another_epoch_is_a_snapshot_for_everybody() -> None:
    hall = Hall(a={"x": 1})
    hall.join("tv", "a")
    hall.topics["a"] = {"x": 9}
    [(text, members)], _ = hall.hub.commit(3, "e2", (), lambda: BEAT)
    message = msgspec.json.decode(text)
    assert (message["snapshot"], message["seq"], message["epoch"]) == ({"a": {"x": 9}}, 3, "e2")
    assert set(members) == {"tv"}


@pytest.mark.parametrize(
    "length, header",
    [
        (0, b"\x81\x00"),
        (125, b"\x81\x7d"),
        (126, b"\x81\x7e\x00\x7e"),
        (65535, b"\x81\x7e\xff\xff"),
        (65536, b"\x81\x7f\x00\x00\x00\x00\x00\x01\x00\x00"),
    ],
)
def test_a_text_frame_is_the_bytes_of_rfc_6455(length: int, header: bytes) -> None:
    assert text_frame(b"x" * length) == header + b"x" * length


def test_a_close_frame_carries_its_code() -> None:
    assert close_frame(1001) == b"\x88\x02\x03\xe9"
