"""A profile to begin with, as TOML, from frames that were learned. Pure."""

from collections.abc import Iterator

from devices.codec.frame import Framed, Framer
from devices.codec.learn import Learned
from devices.codec.profile.shape import Frame, Profile

UNNAMED = "unnamed"
"""What a key is called until somebody says what it does; the agent tells it and does nothing."""


def draft(learned: Learned, baud: int, parity: str = "N") -> str:
    """The text of a profile file that `profile.shape.read` takes. What a person has to correct is said in it."""
    return "\n".join([*_head(learned), *_wire(baud, parity), *_frame(learned.frame), *_events(learned), ""])


def _head(learned: Learned) -> Iterator[str]:
    frames = sum(learned.frames.values())
    yield "# 由录音推断，请核对。Proposed from a recording: check it."
    yield (
        f"# {frames} 帧，{len(learned.frames)} 种，占收到字节的 {learned.share:.0%}。"
        f"{frames} frames, {len(learned.frames)} different, {learned.share:.0%} of the bytes."
    )
    if learned.frame.length is None:
        yield "# 各帧一样长：若别的键更长，请再录一次。All were equally long: record again if another key sends more."
    yield 'name = "ours"'
    yield 'title = "ours"'
    yield 'source = "recorded by jiaohao-devices learn"'
    yield ""


def _wire(baud: int, parity: str) -> Iterator[str]:
    yield "[wire]"
    yield f"baud = {baud}"
    yield f'parity = "{parity}"'
    yield ""


def _frame(frame: Frame) -> Iterator[str]:
    yield "[frame]"
    yield f'start = "{frame.start}"'
    yield f'end = "{frame.end}"'
    if frame.length is None:
        yield f"fixed_size = {frame.fixed_size}"
    else:
        rule = frame.length
        yield (
            f'length = {{ offset = {rule.offset}, size = {rule.size}, endian = "{rule.endian}", '
            f"counts_from = {rule.counts_from}, repeat_at = {list(rule.repeat_at)} }}"
        )
    fixed = ", ".join(f'{at} = "{value}"' for at, value in frame.fixed_at.items())
    yield f"fixed_at = {{ {fixed} }}"
    yield "# 地址的位置：用两个地址的设备核对。Where the address is: check it with devices of two addresses."
    yield f"address_at = {frame.address_at}"
    if frame.command_at is not None:
        yield f"command_at = {frame.command_at}"
    yield f"data_at = {frame.data_at}"
    yield f'check = "{frame.check}"'
    yield f"check_from = {frame.check_from}"
    yield f"max_size = {frame.max_size}"
    yield ""


def _events(learned: Learned) -> Iterator[str]:
    yield '# 各键：emit 改成 call_next、recall、finish 等；评价键写 emit = "rate" 和 levels；ack 看说明书。'
    yield '# Each key: name it call_next, recall, finish ...; a rating key is emit = "rate" with levels; ack: its manual.'
    framer = Framer(Profile(name="", title="", source="", frame=learned.frame, events=()))
    told: set[tuple[str, str]] = set()
    for raw in learned.frames:
        for found in framer.feed(raw):
            if not isinstance(found, Framed) or (found.command.hex(), found.data.hex()) in told:
                continue
            told.add((found.command.hex(), found.data.hex()))
            yield f"[[events]]  # {raw.hex(' ')}"
            if learned.frame.command_at is not None:
                yield f'command = "{found.command.hex()}"'
            yield f'data = "{found.data.hex()}"'
            yield f'emit = "{UNNAMED}-{len(told)}"'
            yield 'ack = "none"'
