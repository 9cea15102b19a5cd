"""What is hashed, byte by byte."""

import hashlib

import pytest

from queue_server.store.chain import ORIGIN, link

AT = "2026-11-23T01:00:00.000000+00:00"


def test_a_link_is_the_hash_of_what_the_page_says() -> None:
    body = '{"type":"closed","window":"1号"}'.encode()
    head = f"7 {AT} 1 {len('clerk:张'.encode())} 13 {len(body)}\n".encode()
    expected = hashlib.sha256(
        bytes(range(32)) + head + "clerk:张".encode() + b"windows.close" + body
    ).digest()
    assert link(bytes(range(32)), 7, AT, "clerk:张", "windows.close", 1, body) == expected


def test_the_first_link_follows_nothing() -> None:
    made = link(ORIGIN, 1, AT, "clock:server", "clock.tick", 1, b"{}")
    text = f"1 {AT} 1 12 10 2\nclock:serverclock.tick{{}}".encode()
    assert made == hashlib.sha256(bytes(32) + text).digest()


@pytest.mark.parametrize(
    "other",
    [
        (ORIGIN, 1, AT, "a", "b", 1, b"dc"),
        (ORIGIN, 1, AT, "ab", "", 1, b"cd"),
        (ORIGIN, 1, AT, "", "ab", 1, b"cd"),
        (ORIGIN, 1, AT, "a", "bc", 1, b"d"),
        (ORIGIN, 1, AT, "a", "b", 2, b"cd"),
        (ORIGIN, 2, AT, "a", "b", 1, b"cd"),
        (ORIGIN, 1, AT.replace("23T", "24T"), "a", "b", 1, b"cd"),
        (bytes(31) + b"\1", 1, AT, "a", "b", 1, b"cd"),
    ],
)
def test_no_character_moves_from_one_field_to_the_next_unseen(
    other: tuple[bytes, int, str, str, str, int, bytes],
) -> None:
    assert link(*other) != link(ORIGIN, 1, AT, "a", "b", 1, b"cd")
