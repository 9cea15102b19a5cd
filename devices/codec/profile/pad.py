"""What a key pad's file may say: which key of a USB pad is which verb, or which level of a rating."""

import msgspec

from devices.codec.evdev import KEYS
from devices.codec.manner import Manner
from devices.codec.profile.file import BadProfile, shipped, written


class Pad(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A pad: `verbs` and `levels` by the key's name in the Linux kernel, without KEY_."""

    name: str
    title: str
    source: str
    verbs: dict[str, str] = {}
    levels: dict[str, int] = {}
    debounce_ms: int = 300
    rating_window_s: int = 30

    @property
    def manner(self) -> Manner:
        """How its keys are taken; there is no bus."""
        return Manner(debounce_s=self.debounce_ms / 1000, rating_s=self.rating_window_s)


def read(text: str) -> Pad:
    """The profile written in `text`. Raises BadProfile with the place of the fault."""
    profile = written(text, Pad)
    for key in (*profile.verbs, *profile.levels):
        if key not in KEYS:
            raise BadProfile(
                f"没有{key}这个键，有：{'、'.join(KEYS)}", f"{key} is no key; there are: {', '.join(KEYS)}"
            )
        if key in profile.verbs and key in profile.levels:
            raise BadProfile(
                f"{key}要么是操作，要么是评价等级，不能都是", f"{key} is a verb or a level, not both"
            )
    if not profile.verbs and not profile.levels:
        raise BadProfile("没有一个键有用处，请写verbs或levels", "no key means anything; give verbs or levels")
    if any(not 1 <= level <= 5 for level in profile.levels.values()):
        raise BadProfile("levels: 等级是1至5", "levels: a level is 1 to 5")
    return profile


def named(name: str) -> Pad:
    """A profile that ships with the package, such as `numpad`. Raises BadProfile for a name that does not."""
    return read(shipped("pad", name))
