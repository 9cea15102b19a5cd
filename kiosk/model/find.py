"""Services found by a few letters: the initials of their Chinese names, these names in pinyin, or the beginning of an English word.

Short names are found too (医保 for 医疗保险), and what is typed with one slip where nothing else is.
"""

import re
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from functools import lru_cache

from kiosk.model.pinyin import initials, sounds
from queue_server.wire.ids import ServiceId
from queue_server.wire.view import ServiceRecord

KEYS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
"""The keys on which letters are typed, row by row."""
LONGEST = 20
"""So many letters can be typed: a name of six characters in pinyin."""
SHOWN = 4
"""So many services are shown at once; more letters make them fewer."""
COMMON = 6
"""So many are shown before the first letter."""
SLIP, SLIP_SPELT = 3, 4
"""From so many letters on one of them may be wrong: of initials, and of what is spelt."""
_TWO = ("zh", "ch", "sh")


def find(word: str, services: tuple[ServiceRecord, ...]) -> tuple[ServiceRecord, ...]:
    """All that fit, the best first, else in the hall's order; where none does, those that would but for one slip. For no letters
    none. `word` has small letters only.
    """
    return exact(word, services) or tuple(
        service for service in services if word and _near(*_told(service), word)
    )


def exact(word: str, services: tuple[ServiceRecord, ...]) -> tuple[ServiceRecord, ...]:
    """All that fit as they are typed."""
    marks = [(_fits(*_told(service), word), service) for service in services if word]
    return tuple(service for mark, service in sorted(marks, key=lambda one: one[0], reverse=True) if mark > 0)


def shown(
    word: str, services: tuple[ServiceRecord, ...], common: tuple[str, ...] = ()
) -> tuple[ServiceRecord, ...]:
    """Those of them that are shown; before the first letter those that most people come for."""
    if not word:
        known = {service.id: service for service in services}
        return tuple(known[ServiceId(key)] for key in common if key in known)[:COMMON]
    return find(word, services)[:SHOWN]


def _told(service: ServiceRecord) -> tuple[str, str, str]:
    """What a service is found by: its Chinese name, the examples of it, and all that is English."""
    return service.name.zh, service.examples.zh, f"{service.name.en} · {service.examples.en}".lower()


@lru_cache(4096)
def _fits(name: str, examples: str, english: str, word: str) -> int:
    """How well the letters fit: 5 the beginning of the name, 4 that of its English one, 3 a part, 2 an English word, 1 the name as
    people shorten it, 0 nothing.
    """
    known = sounds(name)
    if _stand(known, word, 0):
        return 5
    if english.startswith(word):
        return 4
    if any(_hold(said, word) for said in (known, *map(sounds, _parts(examples)))):
        return 3
    if any(one.startswith(word) for one in _words(english)):
        return 2
    return int(len(word) > 1 and _stand(known, word, 0, skips=True))


@lru_cache(4096)
def _near(name: str, examples: str, english: str, word: str) -> bool:
    """Whether the letters would fit the beginning of something but for one slip."""
    said = (name, *_parts(examples))
    if len(word) >= SLIP and any(_slips(initials(one), word) for one in said):
        return True
    spelt = (*("".join(sound for sound, *_ in sounds(one)) for one in said), *_words(english))
    return len(word) >= SLIP_SPELT and any(_slips(one, word) for one in spelt)


def _parts(examples: str) -> list[str]:
    return re.split(r"[、，·\s]+", examples)


def _words(english: str) -> list[str]:
    return re.findall(r"[a-z]+", english)


def _hold(known: tuple[tuple[str, ...], ...], word: str) -> bool:
    return any(_stand(known, word, start) for start in range(len(known)))


def _stand(known: tuple[tuple[str, ...], ...], word: str, start: int, *, skips: bool = False) -> bool:
    """Whether a word stands from a place on: of each character its initial or all of it, of the last as much as is typed. Where it
    `skips`, characters after the first may be left out.
    """
    if not word:
        return True
    last = len(known) if skips and start else start + 1
    return any(
        sound.startswith(word)
        or any(
            word.startswith(part) and _stand(known, word[len(part) :], place + 1, skips=skips)
            for part in {sound[0], sound, *([sound[:2]] if sound.startswith(_TWO) else [])}
        )
        for place in range(start, min(last, len(known)))
        for sound in known[place]
    )


def _slips(known: Sequence[str | AbstractSet[str]], word: str) -> bool:
    """Whether a word is a beginning of what is known but for one letter: another one, one too many, one left out, or two that
    changed places.
    """
    many = min(len(word), len(known))
    at = next((n for n in range(many) if word[n] not in known[n]), many)
    swapped = word[at : at + 2][::-1]
    return (
        _begins(known[at + 1 :], word[at + 1 :])
        or _begins(known[at:], word[at + 1 :])
        or _begins(known[at + 1 :], word[at:])
        or (len(swapped) > 1 and _begins(known[at:], swapped + word[at + 2 :]))
    )


def _begins(known: Sequence[str | AbstractSet[str]], word: str) -> bool:
    return len(word) <= len(known) and all(one in letters for one, letters in zip(word, known, strict=False))
