"""Numbers of identity cards, what is kept of them, and names under a mask."""

from datetime import date

import pytest

from queue_server.engine.identity import Card, card, check_digit, hashed, mask
from queue_server.wire.error import Refusal
from queue_server.wire.field import Holder
from tests.fakes.card import number

TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    "digits, check",
    # The example of GB 11643-1999, annex A, and others summed by hand.
    [("11010519491231002", "X"), ("44052418800101001", "4"), ("99000019800101001", number()[-1])],
)
def test_the_check_character_is_that_of_the_standard(digits: str, check: str) -> None:
    assert check_digit(digits) == check


def test_a_number_tells_when_somebody_was_born() -> None:
    assert card(number("19661123"), TODAY).born == date(1966, 11, 23)
    assert card(f" {number('19661123').lower()} ", TODAY).age(TODAY) == 60
    assert card(number("19661124"), TODAY).age(TODAY) == 59
    assert card(number("20040229"), TODAY).age(date(2026, 2, 28)) == 21
    assert card(number("20040229"), TODAY).age(date(2026, 3, 1)) == 22


@pytest.mark.parametrize(
    "wrong",
    [
        "",
        "12345",
        number()[:-1],
        number() + "1",
        number()[:-1] + ("0" if number()[-1] != "0" else "1"),
        number("20261124"),
        number("18790101"),
        number("19800230"),
        number("19801301"),
        "٩" * 18,
        "110105194912310021",
        "X10105194912310020",
    ],
)
def test_what_is_no_number_is_refused_and_not_repeated(wrong: str) -> None:
    with pytest.raises(Refusal) as refused:
        card(wrong, TODAY)
    assert refused.value.code == "holder.bad_number"
    assert refused.value.detail == {}
    assert refused.value.body("zh").message == "身份证号码有误，请核对18位号码。"


def test_every_changed_digit_is_found() -> None:
    good = number("19750615", 137)
    for place in range(17):
        for digit in "0123456789":
            if digit != good[place]:
                with pytest.raises(Refusal):
                    card(good[:place] + digit + good[place + 1 :], TODAY)


def test_a_hash_is_known_again_with_its_key_only() -> None:
    assert hashed(b"one", number()) == hashed(b"one", number())
    assert hashed(b"one", number()) != hashed(b"two", number())
    assert hashed(b"one", number()) != hashed(b"one", number(n=2))
    assert len(hashed(b"one", number())) == 64


@pytest.mark.parametrize(
    "name, masked",
    [
        ("张", "*"),
        ("张三", "张*"),
        ("张小三", "张*三"),
        ("欧阳小三", "欧**三"),
        ("阿卜杜拉·买买提", "阿******提"),
        ("𠮷田", "𠮷*"),
        ("John Smith", "J*** S***"),
        (" maría  josé ", "m*** j***"),
        ("Ö", "Ö***"),
        ("  ", None),
        ("", None),
    ],
)
def test_a_name_is_masked(name: str, masked: str | None) -> None:
    assert mask(name) == masked


def test_nothing_that_holds_a_number_shows_it_when_printed() -> None:
    assert number() not in repr(Card(number(), TODAY))
    assert repr(Holder(number=number(), name="张小三")) == "Holder(…)"
