"""The letters with which the pinyin of Chinese characters begins, as people type them: 社保缴费 is sbjf.

GB 2312 has its 3755 common characters in the order of their pinyin, so where a character stands there tells its letter. Of the
rarer ones (which it has by radical), and those that it has not, no letter is known: any counts as right.
"""

from bisect import bisect
from functools import lru_cache

FIRST = "啊芭擦搭蛾发噶哈击喀垃妈拿哦啪期然撒塌挖昔压匝"
"""The first common character of each letter; no syllable begins with i, u or v."""
LETTERS = "abcdefghjklmnopqrstwxyz"
ANY = frozenset(LETTERS)
RARE = b"\xd8\xa1"
"""Where the characters by radical begin."""
ALSO = {
    "传": "z",
    "会": "k",
    "单": "s",
    "参": "s",
    "折": "s",
    "朝": "z",
    "校": "j",
    "系": "j",
    "给": "j",
    "行": "h",
    "调": "t",
    "车": "j",
    "重": "c",
    "长": "z",
    "降": "x",
}
"""Characters in names of services that are also read with another letter: 银行, 调解, 重建, 会计."""
_STARTS = [character.encode("gb2312") for character in FIRST]


@lru_cache(4096)
def initials(text: str) -> tuple[frozenset[str], ...]:
    """For each character or Latin letter of a text the letters (small) that may be typed for it; anything else is left out."""
    return tuple(_letters(character) for character in text if character.isalpha())


def _letters(character: str) -> frozenset[str]:
    if character.isascii():
        return frozenset(character.lower())
    try:
        place = character.encode("gb2312")
    except UnicodeEncodeError:
        return ANY
    if not _STARTS[0] <= place < RARE:
        return ANY
    return frozenset(LETTERS[bisect(_STARTS, place) - 1] + ALSO.get(character, ""))
