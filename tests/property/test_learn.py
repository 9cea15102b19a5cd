"""Frames of drawn profiles are recognised in recordings in pieces and with noise: later frames are cut as by the truth."""

from random import Random

from hypothesis import example, given, settings
from hypothesis import strategies as st

from devices.codec import checksum
from devices.codec.draft import draft
from devices.codec.frame import FrameCodec, Framed, Framer
from devices.codec.learn import bursts, learn
from devices.codec.profile.shape import Frame, Length, Profile, read

ADDRESSES, COMMANDS = (3, 5), (1, 2, 0x11)


def profile(drawn: Random) -> Profile:
    """Any shape that callers have: a length or one size, a check over all or over a part, an end or none."""
    start, end = drawn.randbytes(drawn.randrange(1, 4)), drawn.randbytes(drawn.randrange(3))
    check = drawn.choice([kind for kind in checksum.KINDS if kind != "none" or end])
    head = len(start)
    if drawn.random() < 0.5:
        tail = len(end) + len(checksum.KINDS[check](b""))
        size = head + 2 + drawn.randrange(1, 4) + tail
        length, address = None, head
    else:
        repeats = (head + 1,) if drawn.random() < 0.3 else ()
        address, size = head + 1 + len(repeats), 0
        length = Length(offset=head, counts_from=drawn.choice((0, head + 1, address)), repeat_at=repeats)
    frame = Frame(
        start=start.hex(),
        end=end.hex(),
        length=length,
        fixed_size=size,
        address_at=address,
        command_at=address + 1,
        data_at=address + 2,
        check=check,
        check_from=drawn.choice((0, address)),
    )
    return Profile(name="", title="", source="", frame=frame, events=())


def frames(truth: Profile, drawn: Random, count: int) -> list[bytes]:
    """What its devices say: every address in turn, keys of one to four bytes, or as many as there are."""
    codec, shape = FrameCodec(truth), truth.frame
    tail = len(shape.end) // 2 + len(checksum.KINDS[shape.check](b""))
    out = []
    for n in range(count):
        size = shape.fixed_size - shape.data_at - tail if shape.fixed_size else 1 + n % 4
        data = drawn.randbytes(size)
        out.append(codec.build(ADDRESSES[n % 2], bytes((COMMANDS[n % 3],)), data))
    return out


def recorded(said: list[bytes], drawn: Random) -> list[tuple[float, bytes]]:
    """One frame a second in small pieces, and noise at some."""
    out = []
    for second, frame in enumerate(said):
        noise = [drawn.randbytes(drawn.randrange(1, 4)) if drawn.random() < 0.15 else b"" for _ in "ab"]
        data, at = noise[0] + frame + noise[1], float(second)
        while data:
            size = drawn.randrange(1, 6)
            out.append((at, data[:size]))
            data, at = data[size:], at + 0.005
    return out


def cut(frame: Frame, heard: list[bytes]) -> list[bytes]:
    framer = Framer(Profile(name="", title="", source="", frame=frame, events=()))
    found = [each for n, data in enumerate(heard) for each in [*framer.feed(data, n), *framer.idle(n + 0.5)]]
    return [each.raw for each in found if isinstance(each, Framed)]


@settings(max_examples=15)
@given(st.integers(0, 2**32))
@example(0)
def test_later_frames_of_a_device_are_cut_as_its_own_profile_cuts_them(seed: int) -> None:
    drawn = Random(seed)
    truth = profile(drawn)
    found = learn(bursts(recorded(frames(truth, drawn, 18), drawn)))
    assert found is not None
    proposed = read(draft(found, 9600)).frame
    assert proposed.check == truth.frame.check
    later = frames(truth, drawn, 20)
    assert cut(proposed, later) == cut(truth.frame, later) == later
