"""The bad cable: what it does to bytes, byte for byte, with chance that is drawn from a number."""

import asyncio
from random import Random

import pytest

from devices.transport.error import PortLost
from devices.transport.fault import Damage, FaultPort, damaged
from devices.transport.line import Line
from devices.transport.null import NullPort, pair
from devices.transport.port import Port
from tests.integration.devices.bench import running, until

SAID = bytes(range(200))


def cable(*, reading: Damage | None = None, writing: Damage | None = None) -> tuple[FaultPort, NullPort]:
    near, far = pair()
    return FaultPort(near, Random(7), reading=reading, writing=writing), far


async def read(port: Port, size: int) -> list[bytes]:
    """Pieces until there are so many bytes."""
    found: list[bytes] = []
    while sum(map(len, found)) < size:
        found.append(await port.read())
    return found


async def test_byte_by_byte_is_every_byte_on_its_own_both_ways() -> None:
    port, far = cable(reading=Damage(one_by_one=True), writing=Damage(one_by_one=True))
    far.post(SAID)
    assert await read(port, len(SAID)) == [bytes((byte,)) for byte in SAID]
    await port.write(SAID, 1.0)
    assert await read(far, len(SAID)) == [bytes((byte,)) for byte in SAID]


async def test_loss_takes_bytes_and_adds_none() -> None:
    port, far = cable(reading=Damage(loss=0.3))
    far.post(SAID)
    found = await port.read()
    left = iter(SAID)
    assert len(SAID) * 0.5 < len(found) < len(SAID) * 0.9
    assert all(byte in left for byte in found)


async def test_noise_adds_bytes_and_takes_none() -> None:
    port, far = cable(writing=Damage(noise=0.3))
    await port.write(SAID, 1.0)
    found = iter(heard := await far.read())
    assert len(heard) > len(SAID) * 1.1
    assert all(byte in found for byte in SAID)


async def test_a_delay_is_before_each_piece() -> None:
    port, far = cable(reading=Damage(delay_s=0.02), writing=Damage(delay_s=0.02))
    loop = asyncio.get_running_loop()
    begun = loop.time()
    far.post(b"x")
    assert await port.read() == b"x"
    await port.write(b"y", 1.0)
    assert loop.time() - begun >= 0.04


async def test_a_cut_lets_through_exactly_what_came_before_it() -> None:
    port, far = cable(reading=Damage(cut_after=5))
    far.post(b"123")
    far.post(b"45678")
    assert b"".join(await read(port, 5)) == b"12345"
    with pytest.raises(PortLost, match="was cut"):
        await port.read()
    with pytest.raises(PortLost):
        await far.read()


async def test_a_cut_write_is_half_on_the_wire_and_an_error() -> None:
    port, far = cable(writing=Damage(cut_after=5))
    await port.write(b"123", 1.0)
    with pytest.raises(PortLost, match="was cut"):
        await port.write(b"45678", 1.0)
    assert b"".join(await read(far, 5)) == b"12345"


async def test_a_line_on_a_cable_that_is_cut_again_and_again_comes_back_each_time() -> None:
    fars: list[NullPort] = []

    async def opener() -> Port:
        near, far = pair()
        fars.append(far)
        far.post(b"12345678")
        return near

    heard = bytearray()
    line = Line(damaged(opener, Random(1), reading=Damage(cut_after=5)), name="cut", retry_s=0.001)
    line.on_bytes = heard.extend
    async with running(line.run):
        await until(lambda: len(heard) >= 50)
    assert heard[:50] == b"12345" * 10
