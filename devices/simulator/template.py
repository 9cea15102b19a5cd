"""What a host says on a bus whose orders have shapes of their own: `raw` and `poll` templates of a profile, read back."""

from dataclasses import dataclass

from devices.codec.cut import NEVER, UNKNOWN, Cutter
from devices.codec.profile.shape import Profile, filled

POLL = "poll"


@dataclass(frozen=True, slots=True)
class Said:
    """A command of the profile, or POLL, to an address; `text` is what stood in the template's place for it."""

    command: str
    address: int
    text: bytes


@dataclass(frozen=True, slots=True)
class _Template:
    command: str
    pattern: tuple[int | None, ...]
    address_at: int
    text: slice

    def fits(self, head: bytes) -> bool:
        """Whether these bytes can be the beginning, or the whole, of such a frame."""
        return all(known in (None, byte) for known, byte in zip(self.pattern, head, strict=False))


def _template(command: str, hexes: str, text_size: int) -> _Template:
    before_address = hexes.partition("{address}")[0].replace("{text}", "00" * text_size)
    before_text, holds, _ = hexes.replace("{address}", "00").partition("{text}")
    frame = list[int | None](filled(hexes, 0, bytes(text_size)))
    address_at, text_at = len(before_address) // 2, len(before_text) // 2
    text = slice(text_at, text_at + (text_size if holds else 0))
    frame[address_at] = None
    frame[text] = [None] * (text.stop - text.start)
    return _Template(command, tuple(frame), address_at, text)


class Templates(Cutter[Said]):
    """Cuts what a host says. There are no check values to go by: the templates have to differ in their fixed bytes."""

    def __init__(self, profile: Profile) -> None:
        super().__init__(profile.frame.interbyte_timeout_ms / 1000)
        made = [
            (name, order.raw, order.digits or order.text)
            for name, order in profile.commands.items()
            if order.raw
        ]
        made += [(POLL, profile.bus.poll, 0)] if profile.bus.poll else []
        self._templates = [_template(*each) for each in made]

    def _size(self) -> int:
        fitting = self._fitting(bytes(self._buffer))
        if not fitting:
            return NEVER
        longest = max(len(each.pattern) for each in fitting)
        return longest if len(fitting) == 1 or len(self._buffer) >= longest else UNKNOWN

    def _good(self, size: int) -> bool:
        return any(len(each.pattern) == size for each in self._fitting(bytes(self._buffer[:size])))

    def _taken(self, raw: bytes) -> Said:
        found = next(each for each in self._fitting(raw) if len(each.pattern) == len(raw))
        return Said(found.command, raw[found.address_at], raw[found.text])

    def _fitting(self, head: bytes) -> list[_Template]:
        return [each for each in self._templates if each.fits(head)]
