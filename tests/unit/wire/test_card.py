"""Numbers of identity cards, and what may be shown of a number and a name."""

from datetime import date

import pytest

from queue_server.wire.card import age, born, check_digit, is_mask, mask, masked
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
    assert born(number("19661123"), TODAY) == date(1966, 11, 23)
    assert born(number("20261123"), TODAY) == TODAY


@pytest.mark.parametrize(
    "day, today, years",
    [
        ((1966, 11, 23), (2026, 11, 23), 60),
        ((1966, 11, 24), (2026, 11, 23), 59),
        ((2004, 2, 29), (2026, 2, 28), 21),
        ((2004, 2, 29), (2026, 3, 1), 22),
    ],
)
def test_a_year_of_age_is_full_on_the_birthday(
    day: tuple[int, int, int], today: tuple[int, int, int], years: int
) -> None:
    assert age(date(*day), date(*today)) == years


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
        "11010519491231002x",
    ],
)
def test_what_is_no_number_tells_no_day(wrong: str) -> None:
    assert born(wrong, TODAY) is None


def test_every_changed_digit_is_found() -> None:
    good = number("19750615", 137)
    for place in range(17):
        for digit in "0123456789":
            if digit != good[place]:
                assert born(good[:place] + digit + good[place + 1 :], TODAY) is None


def test_a_number_shows_four_characters_at_either_end_also_while_it_is_typed() -> None:
    whole = "99000019800101001X"
    assert masked(whole) == "9900**********001X"
    assert [masked(whole[:n]) for n in (0, 3, 6, 15)] == ["", "990", "9900**", "9900**********0"]


@pytest.mark.parametrize(
    "name, shown",
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
def test_a_name_is_masked(name: str, shown: str | None) -> None:
    assert mask(name) == shown
    assert shown is None or is_mask(shown)
    assert not is_mask(name)


def test_a_name_with_a_star_of_its_own_is_no_mask() -> None:
    assert not is_mask("A*STAR科技公司")
    assert not is_mask("A*STAR")
