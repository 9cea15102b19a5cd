"""Passwords and tokens. Passwords are hashed with Argon2id, tokens are random and only their SHA-256 is kept.

Cost as OWASP's password storage sheet recommends for Argon2id: 19 MiB, 2 passes, 1 lane. A hashing takes some 20 ms of one core
and its memory only while it runs, so a morning's sign-ins neither stop the hall nor fill the machine.
"""

import hmac
import secrets
from hashlib import sha256

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

LEAST_PASSWORD = 8
"""Fewer characters than this are refused."""
LONGEST_PASSWORD = 200
"""More are refused before any hashing, so that nobody can make the server hash megabytes."""

_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
NOBODY = f"$argon2id$v=19$m={_hasher.memory_cost},t={_hasher.time_cost},p={_hasher.parallelism}${'A' * 22}${'A' * 43}"
"""What is verified for a name that does not exist, so that it takes as long as one that does. No password hashes to zeros."""


def hash_password(password: str) -> str:
    """Argon2id's text for a password. Blocks for some 20 ms: call it in a thread."""
    return _hasher.hash(password)


def password_matches(hashed: str | None, password: str) -> bool:
    """Whether a password is the one that was hashed; None is nobody's and never matches, in the same time. Blocks likewise."""
    try:
        _hasher.verify(hashed or NOBODY, password)
    except (VerificationError, InvalidHashError):
        return False
    return hashed is not None


def new_token() -> str:
    """A fresh bearer token: 256 random bits in 43 characters."""
    return secrets.token_urlsafe(32)


def csrf(session: str) -> str:
    """What a page shows with each change to prove that it could read an answer of ours: drawn from its session, so nothing is kept.

    Another site's page can have the browser send our cookie, but never reads what we answer. Says nothing about the session itself.
    """
    return hmac.new(_bytes(session), b"jiaohao csrf 1", sha256).hexdigest()


def seat(session: str) -> str:
    """What tells a session from its owner's others, in the log and on screens. Says nothing about the session itself."""
    return hmac.new(_bytes(session), b"jiaohao seat 1", sha256).hexdigest()[:16]


def digest(token: str) -> str:
    """What is kept of a token. Looking a 256-bit secret up by its digest tells a guesser nothing by the time it takes."""
    return sha256(_bytes(token)).hexdigest()


def _bytes(text: str) -> bytes:
    """Whatever came as a token, also a header's bytes that are no text: it is looked up, and is nobody's."""
    return text.encode("utf-8", "surrogatepass")
