"""Passwords that are tried first are told from others."""

import pytest

from queue_server.auth.guess import guessable, guessable_pin


@pytest.mark.parametrize(
    "password",
    [
        *(
            "12345678",
            "87654321",
            "13912345678",
            "1990-01-01",
            "88888888",
            "abababab",
            "AaAaAaAa",
            "        ",
        ),
        *(
            "qwertyui",
            "QWERTYUIOP",
            "lkjhgfdsa",
            "1qaz2wsx",
            "abcdefgh",
            "zyxwvuts",
            "qwerty123",
            "1q2w3e4r5t",
        ),
        *("password", "Password1!", "P@ssw0rd2026", "admin123", "abc12345", "a12345678", "woaini1314"),
        *("密码12345678", "政务大厅2026", "zhao.min2026", "ZHAO.MIN!!"),
    ],
)
def test_what_is_tried_first_is_guessable(password: str) -> None:
    assert guessable(password, "zhao.min")


@pytest.mark.parametrize(
    "password",
    ["correct horse", "八月桂花遍地开放", "kfj4-tt8m-2wqa", "xiaomaao-7-tang", "zhao.min likes tea"],
)
def test_what_takes_thought_is_not(password: str) -> None:
    assert not guessable(password, "zhao.min")


@pytest.mark.parametrize("pin", ["000000", "777777", "123456", "654321", "012345", "567890", "098765"])
def test_a_pin_of_one_digit_or_a_row_is_guessable(pin: str) -> None:
    assert guessable_pin(pin)


@pytest.mark.parametrize("pin", ["730918", "123457", "112233", "000001"])
def test_another_pin_is_not(pin: str) -> None:
    assert not guessable_pin(pin)
