"""What frames a recording of an unknown caller may be made of: start, length, check value and end. Pure.

Nothing here knows a maker. Every shape that a profile can express is a guess; a guess is worth the bits that it foretells
in frames that differ from each other, less the bits that it takes to say. So a key pressed ten times proves no more than
once, and noise alone makes no frame. The start, end and check that come out are proven by the recording; which byte is
the address, and what a key means, they do not tell.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

from devices.codec import checksum
from devices.codec.frame import Framed, Framer
from devices.codec.profile.shape import Frame, Length, Profile

GAP_S = 0.05
"""Silence between two keys; nobody presses faster."""
LEAST = 3
"""Different frames without which nothing is told."""
LONGEST = 64
STARTS, LONGEST_START, PLACES = 12, 5, 48
"""Starts that are tried, the bytes of the longest, and how often each is looked at."""
HEAD = 9
"""The check value covers from one of the first so many bytes on."""
MARGIN = 16
"""A length counts at most so many bytes less than there are."""
LOOKED_AT = 24
"""Guesses that are tried on the whole recording."""
EDGE_BITS = 6
"""What it is worth that a frame begins or ends where the line was silent."""
LEFT_BITS = 4
"""What it costs that a byte belongs to no frame: noise is rare."""
SAY_BITS = 30
"""What a guess costs beside its bytes: it is the best of very many."""
SIZES = {kind: len(value(b"")) for kind, value in checksum.KINDS.items()}
TABLE = tuple(int.from_bytes(checksum.crc16arc(bytes((n,))), "little") for n in range(256))
"""One byte's step of both CRCs."""


@dataclass(frozen=True, slots=True)
class Rule:
    """Where a length is written: at `offset`, so many bytes."""

    offset: int
    size: int
    little: bool = False

    def read(self, raw: bytes) -> int:
        """The number that is written there."""
        part = raw[self.offset : self.offset + self.size]
        return int.from_bytes(part, "little" if self.little else "big")


@dataclass(frozen=True, slots=True)
class Guess:
    """One shape: the whole size is what `rule` reads plus `plus`, or always `plus`."""

    start: bytes
    end: bytes
    rule: Rule | None
    plus: int
    check: str
    check_from: int

    @property
    def bits(self) -> int:
        """What it foretells of each frame."""
        counted = 0 if self.rule is None else self.rule.size
        return 8 * (len(self.start) + len(self.end) + SIZES[self.check] + counted)

    @property
    def cost(self) -> int:
        """What it takes to say it: where a length that never changes foretells no more, there is none."""
        return SAY_BITS + 8 * (len(self.start) + len(self.end)) + (self.rule is not None)


@dataclass(frozen=True, slots=True)
class Learned:
    """A shape, the frames that were cut by it with how often each came, and the share of the bytes that they are."""

    frame: Frame
    frames: dict[bytes, int]
    share: float


def bursts(heard: Sequence[tuple[float, bytes]], gap_s: float = GAP_S) -> list[bytes]:
    """Bytes with the seconds at which they came, joined where the line was not silent between."""
    out: list[bytearray] = []
    last = None
    for at, data in heard:
        if last is None or at - last > gap_s:
            out.append(bytearray())
        out[-1] += data
        last = at
    return [bytes(each) for each in out if each]


def learn(recording: Sequence[bytes]) -> Learned | None:
    """The shape that foretells most of a recording in bursts; None if there is none to be believed."""
    votes: Counter[Guess] = Counter()
    for start in _starts(recording):
        votes.update(_guesses(recording, start))
    seen = sorted(votes, key=lambda guess: (-votes[guess] * guess.bits, guess.cost, repr(guess)))
    tried = [
        (_worth(guess, recording), -guess.cost, guess) for guess in seen[:LOOKED_AT] if votes[guess] >= LEAST
    ]
    if not tried:
        return None
    worth, _, best = max(tried, key=lambda each: each[:2])
    frames = _cut(_frame(best, ()), recording)
    if worth <= 0 or len({framed.raw for _, framed in frames}) < LEAST:
        return None
    shape = _frame(best, [framed.raw for _, framed in frames])
    kept = Counter(framed.raw for _, framed in _cut(shape, recording))
    covered = sum(len(raw) * times for raw, times in kept.items())
    return Learned(shape, dict(kept), covered / sum(map(len, recording)))


def _starts(recording: Sequence[bytes]) -> list[bytes]:
    """Byte strings that come often; the longer of two that come equally often, and what bursts begin with, first."""
    found: Counter[bytes] = Counter()
    for burst in recording:
        for size in range(1, LONGEST_START + 1):
            found.update(burst[at : at + size] for at in range(len(burst) - size + 1))
            found[burst[:size]] += 2
    often = [each for each, times in found.items() if times >= LEAST]
    return sorted(often, key=lambda each: (-found[each] * (1 + len(each)), each))[:STARTS]


def _guesses(recording: Sequence[bytes], start: bytes) -> Iterator[Guess]:
    """All shapes that fit, place by place where the start stands."""
    rules = [
        Rule(offset, size, little)
        for offset in range(len(start), len(start) + 4)
        for size, little in ((1, False), (2, False), (2, True))
    ]
    places = dict.fromkeys(burst[at:] for burst in recording for at in _at(burst, start))
    for raw in islice(places, PLACES):
        for check, check_from, size, end in _ends(raw, len(start)):
            yield Guess(start, end, None, size, check, check_from)
            for rule in rules:
                plus = size - rule.read(raw)
                if rule.offset + rule.size < size and 0 <= plus <= MARGIN:
                    yield Guess(start, end, rule, plus, check, check_from)


def _at(burst: bytes, start: bytes) -> Iterator[int]:
    at = burst.find(start)
    while at >= 0:
        yield at
        at = burst.find(start, at + 1)


def _ends(raw: bytes, least: int) -> Iterator[tuple[str, int, int, bytes]]:
    """Where a frame at the head may end: its check, from where that counts, its whole size and its last bytes."""
    for check, check_from, at in _checked(raw[:LONGEST]):
        for tail in range(3):
            size = at + SIZES[check] + tail
            if least < at and size <= len(raw):
                yield check, check_from, size, raw[size - tail : size]
    for size in range(least + 2, min(len(raw), LONGEST) + 1):
        for tail in (0, 1, 2) if size == len(raw) else (1, 2):
            if size - tail > least:
                yield "none", 0, size, raw[size - tail : size]


@lru_cache(1024)
def _checked(raw: bytes) -> tuple[tuple[str, int, int], ...]:
    """Every check value that stands in these bytes: its kind, the byte from which it counts, and its own place."""
    found = []
    for check_from in range(min(HEAD, len(raw))):
        added, xored, arc, modbus = 0, 0, 0, 0xFFFF
        for at in range(check_from + 1, len(raw)):
            byte = raw[at - 1]
            added, xored = added + byte, xored ^ byte
            arc = arc >> 8 ^ TABLE[(arc ^ byte) & 0xFF]
            modbus = modbus >> 8 ^ TABLE[(modbus ^ byte) & 0xFF]
            here = raw[at]
            pair = int.from_bytes(raw[at : at + 2], "little") if at + 1 < len(raw) else None
            values = {"sum8": added & 0xFF == here, "sum8neg": -added & 0xFF == here, "xor8": xored == here}
            values |= {"sum16le": pair == added, "crc16arc": pair == arc, "crc16modbus": pair == modbus}
            # Of one or two bytes a sum says nothing: a byte that comes twice is no check value.
            found += [(kind, check_from, at) for kind, fits in values.items() if fits and at - check_from > 1]
    return tuple(found)


def _worth(guess: Guess, recording: Sequence[bytes]) -> int:
    """Bits that it foretells, where the line's silences bear it out, less what it leaves over."""
    found = _cut(_frame(guess, ()), recording)
    different = {framed.raw for _, framed in found}
    edges = sum((at == 0) + (at + len(framed.raw) == len(recording[n])) for (n, at), framed in found)
    left = sum(map(len, recording)) - sum(len(framed.raw) for _, framed in found)
    bits = guess.bits
    if guess.rule is not None and len({len(raw) for raw in different}) == 1:
        bits -= 8 * guess.rule.size  # a length that never changes may be anything
    return len(different) * bits + edges * EDGE_BITS - left * LEFT_BITS - guess.cost


def _cut(frame: Frame, recording: Sequence[bytes]) -> list[tuple[tuple[int, int], Framed]]:
    """The frames, each with its burst's number and its place there."""
    framer = Framer(Profile(name="", title="", source="", frame=frame, events=()))
    out = []
    for n, burst in enumerate(recording):
        at = 0
        for found in [*framer.feed(burst, float(n)), *framer.idle(n + 0.5)]:
            if isinstance(found, Framed):
                out.append(((n, at), found))
            at += len(found.raw)
    return out


def _frame(guess: Guess, frames: Sequence[bytes]) -> Frame:
    """The guess as a profile's table; `frames` tell what else is always the same, and where the address may be."""
    tail = len(guess.end) + SIZES[guess.check]
    rule = guess.rule
    head = len(guess.start) if rule is None else rule.offset + rule.size
    repeats: list[int] = []
    if frames and rule is not None and rule.size == 1:
        while all(len(raw) > head + tail and raw[head] == raw[rule.offset] for raw in frames):
            repeats.append(head)
            head += 1
    least = min((len(raw) for raw in frames), default=head + tail + 1) - tail
    address = guess.check_from if head < guess.check_from < least else head
    command = address + 1 if address + 1 < least else None
    fixed = {
        str(at): frames[0][at : at + 1].hex()
        for at in range(len(guess.start), address)
        if frames and at not in _written(rule, repeats) and len({raw[at] for raw in frames}) == 1
    }
    return Frame(
        start=guess.start.hex(),
        end=guess.end.hex(),
        length=None
        if rule is None
        else Length(
            offset=rule.offset,
            size=rule.size,
            endian="little" if rule.little else "big",
            counts_from=guess.plus - tail,
            repeat_at=tuple(repeats),
        ),
        fixed_size=guess.plus if rule is None else 0,
        fixed_at=fixed,
        address_at=address,
        command_at=command,
        data_at=address + 1 if command is None else address + 2,
        check=guess.check,
        check_from=guess.check_from,
        max_size=LONGEST,
    )


def _written(rule: Rule | None, repeats: Sequence[int]) -> set[int]:
    """The places that a length takes."""
    return set() if rule is None else {*range(rule.offset, rule.offset + rule.size), *repeats}
