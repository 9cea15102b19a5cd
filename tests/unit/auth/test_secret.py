"""Passwords and tokens."""

import pytest
from argon2 import PasswordHasher, extract_parameters
from argon2.exceptions import VerifyMismatchError

from queue_server.auth.secret import NOBODY, digest, hash_password, new_token, password_matches


def test_a_password_matches_its_own_hash_only() -> None:
    hashed = hash_password("八月桂花香")
    assert password_matches(hashed, "八月桂花香")
    assert not password_matches(hashed, "八月桂花")
    assert "八月" not in hashed


def test_a_hash_costs_nineteen_megabytes_and_two_passes() -> None:
    assert hash_password("八月桂花香").startswith("$argon2id$v=19$m=19456,t=2,p=1$")


def test_nobody_has_no_password() -> None:
    assert not password_matches(None, "anything")


def test_nobody_is_verified_at_the_cost_of_everybody() -> None:
    assert extract_parameters(NOBODY) == extract_parameters(hash_password("somebody"))
    with pytest.raises(VerifyMismatchError):  # and not an error before any hashing
        PasswordHasher().verify(NOBODY, "anything")


def test_a_hash_that_cannot_be_read_matches_nothing() -> None:
    assert not password_matches("not a hash", "anything")


def test_the_same_password_is_never_hashed_alike() -> None:
    assert hash_password("same") != hash_password("same")


def test_tokens_are_long_and_only_their_digest_is_kept() -> None:
    one, two = new_token(), new_token()
    assert len(one) == 43
    assert digest(one) != digest(two)
    assert one not in digest(one)
