"""Services found by a few letters: the initials of their Chinese names, or the beginning of an English word."""

import re

from kiosk.model.pinyin import initials
from queue_server.wire.ids import ServiceId
from queue_server.wire.ticket import Text
from queue_server.wire.view import ServiceRecord

KEYS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
"""The keys on which letters are typed, row by row."""
LONGEST = 12
"""So many letters can be typed."""
SHOWN = 4
"""So many services are shown at once; more letters make them fewer."""
COMMON = 6
"""So many are shown before the first letter."""


def find(word: str, services: tuple[ServiceRecord, ...]) -> tuple[ServiceRecord, ...]:
    """All that fit, the best first, else in the hall's order; for no letters none. `word` has small letters only."""
    marks = [(_fits(service.name, service.examples, word), service) for service in services if word]
    return tuple(service for mark, service in sorted(marks, key=lambda one: one[0], reverse=True) if mark > 0)


def shown(
    word: str, services: tuple[ServiceRecord, ...], common: tuple[str, ...] = ()
) -> tuple[ServiceRecord, ...]:
    """Those of them that are shown; before the first letter those that most people come for."""
    if not word:
        known = {service.id: service for service in services}
        return tuple(known[ServiceId(key)] for key in common if key in known)[:COMMON]
    return find(word, services)[:SHOWN]


def _fits(name: Text, examples: Text, word: str) -> int:
    """How well the letters fit: 4 the beginning of the name, 3 that of its English one, 2 a part, 1 an English word, 0 nothing."""
    known = initials(name.zh)
    if _stand(known, word, 0):
        return 4
    if name.en.lower().startswith(word):
        return 3
    if any(_hold(letters, word) for letters in (known, *map(initials, re.split(r"[、，·\s]+", examples.zh)))):
        return 2
    english = re.findall(r"[a-z]+", f"{name.en} {examples.en}".lower())
    return 1 if any(one.startswith(word) for one in english) else 0


def _hold(letters: tuple[frozenset[str], ...], word: str) -> bool:
    return any(_stand(letters, word, start) for start in range(len(letters)))


def _stand(letters: tuple[frozenset[str], ...], word: str, start: int) -> bool:
    """Whether a word's letters stand one for one from a place on."""
    part = letters[start : start + len(word)]
    return len(part) == len(word) and all(one in choice for one, choice in zip(word, part, strict=True))
