"""Ports and lines on real pseudo-terminals and sockets."""

import asyncio
import os
import socket
import threading
from pathlib import Path

import pytest

from devices.driver.printer import Printer
from devices.simulator.mount import PtyMount, TcpMount
from devices.simulator.printer import VirtualPrinter
from devices.transport.address import check, open_port, opener
from devices.transport.error import BadAddress, PortAbsent, PortBusy, PortDenied, PortLost, WriteStuck
from devices.transport.line import Line
from devices.transport.null import pair
from devices.transport.port import Port
from devices.transport.tcp import open_tcp
from devices.transport.tty import Settings, TtyPort
from tests.integration.devices.bench import FAST, running, until

EVERY_BYTE = bytes(range(256))


async def test_a_busy_port_is_one_sentence_that_names_it_and_says_what_to_do(tmp_path: Path) -> None:
    mount = PtyMount(VirtualPrinter(), tmp_path / "printer")
    path = mount.plug()
    first = await open_port(path, FAST)
    with pytest.raises(PortBusy, match=f"{path} is in use by another program; end that program"):
        await Printer(Line(lambda: open_port(path, FAST), name=path)).run()
    first.close()
    mount.unplug()


async def test_an_opening_that_is_given_up_leaves_the_port_to_the_next(tmp_path: Path) -> None:
    mount = PtyMount(VirtualPrinter(), tmp_path / "printer")
    path = mount.plug()
    opening = asyncio.create_task(open_port(path, FAST))
    await asyncio.sleep(0)
    opening.cancel()
    await asyncio.gather(opening, return_exceptions=True)
    (await open_port(path, FAST)).close()
    assert opening.cancelled()
    mount.unplug()


async def test_a_port_whose_device_goes_away_is_closed_once_and_a_writer_is_told_so_meanwhile(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mount = PtyMount(VirtualPrinter(), tmp_path / "printer")
    port = await open_port(mount.plug(), FAST)
    assert isinstance(port, TtyPort)
    device, closings = port._device, list[threading.Thread]()
    half, rest, close = threading.Event(), threading.Event(), device.close

    def slowly() -> None:
        closings.append(threading.current_thread())
        descriptor, device.fd = device.fd, None  # as far as pyserial has come when the others look
        half.set()
        assert rest.wait(10.0)
        device.fd = descriptor
        close()

    monkeypatch.setattr(device, "close", slowly)
    mount.unplug()
    assert await asyncio.to_thread(half.wait, 10.0)
    with pytest.raises(PortLost):
        await port.write(b"x", 1.0)
    port.close()
    rest.set()
    await until(lambda: not device.is_open)
    with pytest.raises(PortLost):
        await port.read()
    assert len(closings) == 1


async def test_two_names_that_come_to_stand_for_one_device_are_an_error_that_names_both(
    tmp_path: Path,
) -> None:
    ports = {"bar 1": str(tmp_path / "by-id"), "keypad 1": str(tmp_path / "by-path")}
    mount = PtyMount(VirtualPrinter(), tmp_path / "by-id")
    mount.plug()
    port = await opener("bar 1", ports, FAST)()
    port.close()
    (tmp_path / "by-path").symlink_to((tmp_path / "by-id").readlink())
    for name, other in (("bar 1", "keypad 1"), ("keypad 1", "bar 1")):
        with pytest.raises(PortBusy, match=f"{name}: .* of {other} are one device"):
            await opener(name, ports, FAST)()
    (tmp_path / "by-path").unlink()
    port = await opener("bar 1", ports, FAST)()
    port.close()
    mount.unplug()


async def test_a_line_waits_for_a_port_that_is_not_there_yet(tmp_path: Path) -> None:
    path = tmp_path / "later"
    line = Line(lambda: open_port(str(path), FAST), name=str(path), retry_s=0.01)
    async with running(line.run):
        await until(lambda: isinstance(line.fault, PortAbsent))
        mount = PtyMount(VirtualPrinter(), path)
        mount.plug()
        await line.wait_up()
        mount.unplug()
        await until(lambda: not line.is_up)


@pytest.mark.parametrize("settings", [Settings(), Settings(baud=57600, stop=2)])
async def test_every_byte_passes_a_serial_port_unchanged(settings: Settings) -> None:
    master, slave = os.openpty()
    port = await open_port(os.ttyname(slave), settings)
    await port.write(EVERY_BYTE, 1.0)
    assert os.read(master, 1000) == EVERY_BYTE
    os.write(master, EVERY_BYTE)
    got = b""
    while len(got) < 256:
        got += await port.read()
    assert got == EVERY_BYTE
    port.close()
    os.close(master)
    os.close(slave)


async def test_line_settings_that_a_port_does_not_take_are_a_sentence() -> None:
    master, slave = os.openpty()
    with pytest.raises(PortDenied, match="line settings"):
        await open_port(os.ttyname(slave), Settings(bits=7, parity="E"))
    os.close(master)
    os.close(slave)


async def fill(port: Port) -> None:
    while True:  # exactly full at some point: the case in which pyserial would spin
        await port.write(b"\0" * 512, 0.2)


async def test_a_full_line_is_stuck_within_its_limit_and_the_loop_goes_on() -> None:
    master, slave = os.openpty()
    port = await open_port(os.ttyname(slave), FAST)
    beats = 0

    async def beat() -> None:
        nonlocal beats
        while True:
            beats += 1
            await asyncio.sleep(0.01)

    async with running(beat):
        with pytest.raises(WriteStuck, match="check cable and power"):
            await fill(port)
    assert beats > 5
    port.close()
    os.close(master)
    os.close(slave)


async def test_a_large_write_is_drained_and_the_port_works_on() -> None:
    master, slave = os.openpty()
    os.set_blocking(master, False)
    port = await open_port(os.ttyname(slave), FAST)
    got = bytearray()
    asyncio.get_running_loop().add_reader(master, lambda: got.extend(os.read(master, 4096)))
    await port.write(b"\x11" * 100_000, 10.0)
    await port.write(b"end", 1.0)
    await until(lambda: got.endswith(b"end"))
    assert len(got) == 100_003
    asyncio.get_running_loop().remove_reader(master)
    port.close()
    os.close(master)
    os.close(slave)


async def test_a_closed_port_ends_its_reader_and_closing_twice_is_nothing() -> None:
    _, slave = os.openpty()
    port = await open_port(os.ttyname(slave), FAST)
    reading = asyncio.create_task(port.read())
    await asyncio.sleep(0)
    port.close()
    port.close()
    with pytest.raises(PortLost):
        await reading


async def test_a_serial_server_that_hangs_up_is_lost_and_an_absent_one_is_absent() -> None:
    mount = TcpMount(VirtualPrinter())
    address = await mount.plug()
    port = await open_port(address)
    await port.write(b"\x10\x04\x01", 1.0)
    assert await port.read() == b"\x12"
    mount.unplug()
    with pytest.raises(PortLost):
        await port.read()
    with pytest.raises(PortAbsent, match="serial server"):
        await open_port(address)
    port.close()


async def test_what_is_no_serial_port_and_a_machine_that_nobody_knows_are_told_as_such(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    for path in (tmp_path, tmp_path / "file"):
        with pytest.raises(
            PortAbsent, match=r"不是串口。请改正端口名。\n.* is no serial port; correct the port's name$"
        ):
            await open_port(str(path))

    async def unknown(*_: object, **__: object) -> None:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", unknown)
    with pytest.raises(PortAbsent, match="没有叫这个名字的机器"):
        await open_port("socket://nobody:5000")


async def test_a_serial_server_that_says_nothing_any_more_is_asked_by_the_kernel() -> None:
    mount = TcpMount(VirtualPrinter())
    port = await open_tcp("127.0.0.1", int((await mount.plug()).rpartition(":")[2]))
    assert port._transport is not None
    connection = port._transport.get_extra_info("socket")
    assert connection.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE) == 1
    assert connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE) == 1
    port.close()
    mount.unplug()


async def test_what_came_before_a_hang_up_is_still_read() -> None:
    ours, theirs = pair()
    await theirs.write(b"last words", 1.0)
    theirs.close()
    assert await ours.read() == b"last words"
    with pytest.raises(PortLost):
        await ours.read()
    with pytest.raises(PortLost):
        await ours.write(b"?", 1.0)


@pytest.mark.parametrize("url", ["", "http://x:1", "socket://nowhere", "socket://h:99999", "tcp://h:1"])
def test_an_address_that_can_be_no_port_is_refused_at_once(url: str) -> None:
    with pytest.raises(BadAddress, match="socket://host:port"):
        check(url)
