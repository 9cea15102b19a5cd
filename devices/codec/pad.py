"""The keys of a pad that stands at one window, as verbs and levels: the same signals as a caller's on a bus."""

from devices.codec.evdev import KEYS, KeyCodec, Struck
from devices.codec.frame import Order
from devices.codec.manner import Manner
from devices.codec.profile.pad import Pad
from devices.codec.signal import Garbage, KeySignal, Pressed, Rated, Unmapped

HERE = 0
"""The one address of a pad."""


class PadCodec:
    """One direction of a pad's profile; a pad shows nothing, so no order is any bytes."""

    def __init__(self, profile: Pad) -> None:
        self._keys = KeyCodec()
        self._profile = profile
        self._names = {code: name for name, code in KEYS.items()}

    @property
    def manner(self) -> Manner:
        """See FrameCodec.manner."""
        return self._profile.manner

    def feed(self, data: bytes, now: float = 0.0) -> list[KeySignal]:
        """What was pressed."""
        return [self._meaning(found) for found in self._keys.hear(data, now)]

    def idle(self, now: float) -> list[KeySignal]:
        """What giving up a torn event brings to light."""
        return [self._meaning(found) for found in self._keys.lull(now)]

    def encode(self, order: Order) -> bytes:  # noqa: ARG002 - one shape for all codecs
        """No bytes: it has no display."""
        return b""

    def poll(self, address: int) -> bytes:  # noqa: ARG002 - as above
        """No bytes: it speaks by itself."""
        return b""

    def _meaning(self, found: Struck | Garbage) -> KeySignal:
        if isinstance(found, Garbage):
            return found
        name = self._names.get(found.code, "")
        if name in self._profile.verbs:
            return Pressed(HERE, self._profile.verbs[name])
        if name in self._profile.levels:
            return Rated(HERE, self._profile.levels[name])
        return Unmapped(HERE, found.code.to_bytes(2, "big"))
