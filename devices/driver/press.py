"""What counts as a key press and as a rating. Pure: signals and times in, facts out.

A key that comes again within the debounce time is the same press (devices repeat until they are answered). A
rating key counts once, and only while a rating is asked for at its address: everything else is counted and dropped.
"""

from dataclasses import dataclass

from devices.codec.signal import Alive, Garbage, KeySignal, Pressed, Rated, Unmapped


@dataclass(frozen=True, slots=True)
class Prompt:
    """A rating that is being asked for: which one, and until when."""

    rating: str
    until: float


@dataclass(frozen=True, slots=True)
class KeyPressed:
    """A caller key at an address of ours, and the number that was typed before it."""

    address: int
    verb: str
    typed: str = ""


@dataclass(frozen=True, slots=True)
class RatingGiven:
    """The one rating of a prompt: `rating` is the name it was asked under, `level` 1 to 5."""

    address: int
    rating: str
    level: int


@dataclass(slots=True)
class Counts:
    """What was dropped, since the start."""

    noise: int = 0
    unmapped: int = 0
    unknown_address: int = 0
    repeated: int = 0
    unasked: int = 0


class Presses:
    """The presses of one bus. `addresses` are ours; times are seconds of one steady clock."""

    def __init__(self, addresses: frozenset[int], debounce_s: float) -> None:
        self.counts = Counts()
        self._addresses = addresses
        self._debounce_s = debounce_s
        self._prompts: dict[int, Prompt] = {}
        self._last: dict[tuple[int, str], float] = {}

    def ask(self, address: int, rating: str, now: float, seconds: float) -> None:
        """Opens a prompt; one that was open there is over."""
        self._prompts[address] = Prompt(rating, now + seconds)

    def withdraw(self, address: int) -> bool:
        """Closes the prompt at an address. False if none is open."""
        return self._prompts.pop(address, None) is not None

    def asks(self, address: int) -> bool:
        """Whether a prompt is open at an address."""
        return address in self._prompts

    def take(self, signal: KeySignal, now: float) -> KeyPressed | RatingGiven | None:
        """The fact in a signal, or None (counted)."""
        match signal:
            case Garbage():
                self.counts.noise += 1
                return None
            case Unmapped():
                self.counts.unmapped += 1
                return None
            case Alive():
                return None
            case Pressed(address, verb, typed=typed):
                return KeyPressed(address, verb, typed) if self._counts(address, verb, now) else None
            case Rated(address, level):
                if not self._counts(address, f"rate {level}", now):
                    return None
                prompt = self._prompts.pop(address, None)
                if prompt is None or now > prompt.until:
                    self.counts.unasked += 1
                    return None
                return RatingGiven(address, prompt.rating, level)

    def _counts(self, address: int, what: str, now: float) -> bool:
        if address not in self._addresses:
            self.counts.unknown_address += 1
            return False
        last = self._last.get((address, what))
        self._last[address, what] = now
        if last is not None and now - last < self._debounce_s:
            self.counts.repeated += 1
            return False
        return True
