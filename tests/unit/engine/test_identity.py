"""What stands for a card's number, and that nothing which holds one shows it."""

from datetime import date

import pytest

from queue_server.engine.identity import Card, card, hashed
from queue_server.wire.error import Refusal
from queue_server.wire.field import Holder
from tests.fakes.card import number

TODAY = date(2026, 11, 23)


def test_a_card_is_known_by_its_number_however_it_was_typed() -> None:
    assert card(f" {number('19661123').lower()} ", TODAY) == Card(number("19661123"), date(1966, 11, 23))


@pytest.mark.parametrize("wrong", ["", "12345", number()[:-1], number("20261124")])
def test_what_is_no_number_is_refused_and_not_repeated(wrong: str) -> None:
    with pytest.raises(Refusal) as refused:
        card(wrong, TODAY)
    assert refused.value.code == "holder.bad_number"
    assert refused.value.detail == {}
    assert refused.value.body("zh").message == "身份证号码有误，请核对18位号码。"


def test_a_hash_is_known_again_with_its_key_only() -> None:
    assert hashed(b"one", number()) == hashed(b"one", number())
    assert hashed(b"one", number()) != hashed(b"two", number())
    assert hashed(b"one", number()) != hashed(b"one", number(n=2))
    assert len(hashed(b"one", number())) == 64


def test_nothing_that_holds_a_number_shows_it_when_printed() -> None:
    assert number() not in repr(Card(number(), TODAY))
    assert repr(Holder(number=number(), name="张小三")) == "Holder(…)"
