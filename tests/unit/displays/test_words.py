"""Calls in words."""

import re
from datetime import UTC, datetime

import pytest

from devices.driver.voice.speech import Unspeakable, cardinal, said_zone, singly, speech
from displays.model.announcer import Call
from displays.voice.words import utterance, words
from queue_server.wire.ids import WindowId, ZoneId
from queue_server.wire.ticket import Text


def call(number: str = "A012", window: str = "3") -> Call:
    return Call(1, number, WindowId(window), ZoneId("A"), datetime(2027, 3, 1, 1, tzinfo=UTC))


def test_a_call_is_said_in_pinyin_its_digits_one_by_one() -> None:
    said = utterance(call(), "zh").said
    assert said == "qing3 A ling2 yi1 er4 hao4 dao4 san1 hao4 chuang1 kou3 ban4 li3"


def test_one_is_said_as_on_the_telephone_where_the_hall_wants_that_and_only_in_the_number() -> None:
    said = utterance(call("A111", "11"), "zh", one="yao").said
    assert said == "qing3 A yao1 yao1 yao1 hao4 dao4 shi2 yi1 hao4 chuang1 kou3 ban4 li3"


def test_the_zone_is_named_where_several_share_a_loudspeaker() -> None:
    zone = said_zone(Text("证照办理", "Certificates"), "zh")
    assert utterance(call(), "zh", zone).said.startswith("zheng4 zhao4 ban4 li3, qing3 A ling2")
    english = said_zone(Text("证照办理", "Certificates"), "en")
    assert utterance(call(), "en", english).said.startswith("Certificates. Number A zero one two,")


def test_a_halls_own_pinyin_goes_before_ours_and_a_name_that_nobody_wrote_down_is_not_guessed() -> None:
    assert said_zone(Text("证照办理", "x"), "zh", "ban4 zheng4") == "ban4 zheng4"
    assert said_zone(Text("银行重庆行", "x"), "zh") is None


def test_english_says_a_window_as_a_number() -> None:
    assert utterance(call("B705", "12"), "en").said == "Number B seven zero five, please go to window 12."


@pytest.mark.parametrize(
    "n, said",
    [
        (0, "ling2"),
        (3, "san1"),
        (10, "shi2"),
        (12, "shi2 er4"),
        (20, "er4 shi2"),
        (68, "liu4 shi2 ba1"),
        (100, "yi1 bai3"),
        (105, "yi1 bai3 ling2 wu3"),
        (110, "yi1 bai3 yi1 shi2"),
        (999, "jiu3 bai3 jiu3 shi2 jiu3"),
    ],
)
def test_windows_are_counted(n: int, said: str) -> None:
    assert cardinal(n) == said


def test_a_window_whose_name_is_no_number_is_said_mark_by_mark() -> None:
    assert "dao4 A yi1 hao4" in utterance(call(window="a1"), "zh").said


def test_the_second_of_two_papers_with_one_number_is_told_apart() -> None:
    assert singly("A*701", "zh") == "A xing1 qi1 ling2 yi1"
    assert singly("A*701", "en") == "A star seven zero one"


def test_a_mark_without_a_word_is_told_and_not_left_out() -> None:
    with pytest.raises(Unspeakable, match="“A#1” cannot be spoken: there is no word for “#”"):
        singly("A#1", "zh")


def test_every_chinese_sentence_has_one_syllable_a_character() -> None:
    table = words()
    for phrase in (table.zh.call, table.zh.call_in_zone):
        characters = re.findall(r"[一-鿿]|\{\w+\}", phrase.text)
        syllables = re.findall(r"[a-zü]+[1-5]|\{\w+\}", phrase.said)
        assert len(characters) == len(syllables)
        assert [c for c in characters if c[0] == "{"] == [s for s in syllables if s[0] == "{"]
    assert all(len(name) == len(said.split()) for name, said in speech().zones.items())
