"""Looks for somebody in bytes: their number, its parts, their name, and digests that anybody could make of it."""

import base64
import hashlib
import re
from collections.abc import Iterable, Iterator
from itertools import pairwise

LEAST = 6
"""Digits in a row that are taken for a part of the number where they stand alone."""
SURE = 8
"""Digits in a row that are one wherever they stand: so many do not come together by chance."""
ALONE = rb"(?<![0-9A-Za-z.])%b(?![0-9A-Za-z])"
"""Not within a random token or hash, nor the microseconds of a time."""


class Somebody:
    """A number of an identity card and a full name, and every form in which they might be left behind."""

    def __init__(self, number: str, name: str, requests: Iterable[bytes] = ()) -> None:
        """`requests` are encoded commands that told them: a plain digest of one can be searched for its number."""
        self.number, self.name = number, name
        self._digests = list(self._made_of([*self._numbers(), *requests]))
        parts = {number[start:end] for start in range(18) for end in range(start + LEAST, 19)}
        self._sure = [part.encode() for part in parts if len(part) >= SURE]
        self._alone = re.compile(ALONE % f"(?:{'|'.join(parts)})".encode())
        spoken = {name, *("".join(pair) for pair in pairwise(name))}
        self._spoken = [form for part in spoken for form in self._written(part)]

    def _numbers(self) -> Iterator[bytes]:
        for number in (self.number, self.number.lower()):
            yield from (number.encode(), f'"{number}"'.encode(), number.encode("utf-16-le"))

    @staticmethod
    def _written(text: str) -> Iterator[bytes]:
        yield from (text.encode(code) for code in ("utf-8", "utf-16-le", "utf-16-be", "gb18030"))
        yield "".join(f"\\u{ord(sign):04x}" for sign in text).encode()

    @staticmethod
    def _made_of(texts: Iterable[bytes]) -> Iterator[tuple[str, bytes]]:
        for text in texts:
            for kind in ("md5", "sha1", "sha256", "sha512", "blake2s", "blake2b"):
                yield kind, hashlib.new(kind, text).digest()
            for size in (16, 32):
                yield f"blake2b/{size}", hashlib.blake2b(text, digest_size=size).digest()

    def found(self, content: bytes) -> list[str]:
        """What of them stands in some bytes."""
        left = [part.decode() for part in self._sure if part in content]
        left += [match.decode() for match in self._alone.findall(content)]
        left += [f"name as {form!r}" for form in self._spoken if form in content]
        for kind, made in self._digests:
            forms = (made, made.hex().encode(), made.hex().upper().encode(), base64.b64encode(made))
            left += [f"{kind} of the number"] * any(form in content for form in forms)
        return left
