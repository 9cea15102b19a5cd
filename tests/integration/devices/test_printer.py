"""The printer driver against the simulated printer, over every kind of wire."""

import asyncio
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest
from PIL import Image

from devices.codec.escpos.status import ASK, Health
from devices.codec.profile.printer import named
from devices.driver import printer as driver_module
from devices.driver.logo import keep
from devices.driver.paper import ticket
from devices.driver.printer import ANSWER_S, SETTLE_S, Failed, Outcome, Printed, Printer, Unknown
from devices.simulator.mount import NullMount, PtyMount, TcpMount
from devices.simulator.printer import VirtualPrinter
from devices.transport.address import open_port
from devices.transport.fault import Damage, damaged
from devices.transport.line import RETRY_S, Line
from devices.transport.port import Port
from tests.fakes.slip import LINK, PLAIN, read
from tests.integration.devices.bench import FAST, KINDS, Kind, plugged, running, until


def driver(line: Line, *, answer_s: float = 2.0) -> Printer:
    return Printer(line, baud=115200, answer_s=answer_s, check_every_s=0.02)


@pytest.mark.parametrize("kind", KINDS)
async def test_a_ticket_is_printed_whole_over_any_wire(kind: Kind, tmp_path: Path) -> None:
    device = VirtualPrinter()
    async with plugged(device, kind, tmp_path) as line:
        printer = driver(line)
        async with running(printer.run):
            await until(lambda: printer.health is Health.READY)
            assert await printer.print(PLAIN) == Printed()
    assert [t.text.split("\n")[3] for t in device.tickets] == ["C103"]
    assert device.garbage == 0


@pytest.mark.parametrize(
    "words,health",
    [
        ("paper out", Health.NO_PAPER),
        ("cover open", Health.COVER),
        ("cutter jammed", Health.CUTTER),
        ("offline on", Health.OFFLINE),
    ],
)
async def test_a_printer_that_can_not_is_not_sent_the_ticket(
    words: str, health: Health, tmp_path: Path
) -> None:
    device = VirtualPrinter()
    device.steer(words.split())
    async with plugged(device, "pty", tmp_path) as line:
        printer = driver(line)
        async with running(printer.run):
            await until(lambda: printer.health is health)
            assert await printer.print(PLAIN) == Failed(health.value)
    assert device.received < 200


async def test_a_ticket_that_was_expected_goes_out_without_a_question_before_it() -> None:
    device, heard = VirtualPrinter(), bytearray()
    inside = device.feed

    def feed(data: bytes) -> None:
        heard.extend(data)
        inside(data)

    device.feed = feed  # type: ignore[method-assign]
    printer = Printer(Line(NullMount(device).open, name="null"), baud=115200, check_every_s=3600.0)
    async with running(printer.run):
        await until(lambda: printer.health is Health.READY)
        await printer.expect()
        heard.clear()
        assert await printer.print(PLAIN) == Printed()
    assert heard.index(b"C103") < heard.index(ASK)


async def test_what_a_printer_said_long_ago_does_not_count(monkeypatch: pytest.MonkeyPatch) -> None:
    device = VirtualPrinter()
    monkeypatch.setattr(driver_module, "FRESH_S", -1.0)
    printer = Printer(Line(NullMount(device).open, name="null"), baud=115200, check_every_s=3600.0)
    async with running(printer.run):
        await until(lambda: printer.health is Health.READY)
        await printer.expect()
        device.paper = "out"  # and it tells nobody
        assert await printer.print(PLAIN) == Failed("no_paper")
    assert device.tickets == []


async def test_a_printer_whose_paper_ran_out_after_it_was_asked_is_not_sent_the_ticket() -> None:
    device = VirtualPrinter()
    printer = Printer(Line(NullMount(device).open, name="null"), baud=115200, check_every_s=3600.0)
    async with running(printer.run):
        await until(lambda: printer.health is Health.READY)
        await printer.expect()
        device.steer(["paper", "out"])
        await until(lambda: printer.health is Health.NO_PAPER)
        assert await printer.print(PLAIN) == Failed("no_paper")
    assert device.tickets == []


async def test_low_paper_is_told_and_still_prints(tmp_path: Path) -> None:
    device = VirtualPrinter()
    device.steer(["paper", "low"])
    seen: list[Health] = []
    async with plugged(device, "null", tmp_path) as line:
        printer = Printer(line, answer_s=2.0, baud=115200, health_changed=seen.append)
        async with running(printer.run):
            await until(lambda: printer.health is Health.NEAR_END)
            assert await printer.print(PLAIN) == Printed()
    assert seen[0] is Health.NEAR_END


async def test_a_mute_printer_prints_and_the_outcome_is_unknown(tmp_path: Path) -> None:
    device = VirtualPrinter()
    device.steer(["mute", "on"])
    async with plugged(device, "pty", tmp_path) as line:
        printer = driver(line, answer_s=0.05)
        async with running(printer.run):
            await until(lambda: printer.health is Health.UNKNOWN)
            size = len(ticket(PLAIN, printer.model))
            assert await printer.print(PLAIN) == Unknown(size, size)
            await until(lambda: len(device.tickets) == 1)


async def test_paper_that_runs_out_during_the_ticket_is_a_failure() -> None:
    device = VirtualPrinter()
    mount = NullMount(device)
    printer = driver(Line(mount.open, name="null", retry_s=0.01))
    inside = device.feed

    def feed(data: bytes) -> None:
        if b"C103" in data:
            device.steer(["paper", "out"])
        inside(data)

    device.feed = feed  # type: ignore[method-assign]
    async with running(printer.run):
        await until(lambda: printer.health is Health.READY)
        assert await printer.print(PLAIN) == Failed("no_paper")
        device.steer(["paper", "ok"])
        await until(lambda: printer.health is Health.READY)
        assert device.tickets == []
        device.feed = inside  # type: ignore[method-assign]
        assert await printer.print(replace(PLAIN, number="C104")) == Printed()
    half, whole = device.tickets
    assert "C104" not in half.text
    assert "C103" not in whole.text


async def test_a_cable_cut_within_a_ticket_is_unknown_and_nothing_is_sent_again() -> None:
    device = VirtualPrinter()
    mount = NullMount(device)
    opener = damaged(mount.open, Random(1), writing=Damage(one_by_one=True, cut_after=150))
    line = Line(opener, name="cut", retry_s=3600.0)
    printer = Printer(line, baud=115200, answer_s=2.0, check_every_s=3600.0)
    async with running(printer.run):
        await until(lambda: printer.health is Health.READY)
        outcome = await printer.print(PLAIN)
        assert isinstance(outcome, Unknown)
        assert 0 < outcome.sent < outcome.size
        await until(lambda: printer.health is Health.GONE)
        assert await printer.print(PLAIN) == Failed("gone")
    assert device.tickets == []


@pytest.mark.parametrize("cut_after", range(40, 560, 20))
async def test_what_a_cut_cable_left_in_the_printer_is_not_on_the_next_ticket(cut_after: int) -> None:
    """The printer keeps its power: it still waits for the rest of a row, or of the data of a picture or a symbol."""
    device = VirtualPrinter(model=named("zj-5870"))
    device.restart = lambda: None  # type: ignore[method-assign]
    mount = NullMount(device)
    bad = damaged(mount.open, Random(1), writing=Damage(cut_after=cut_after))
    cables = iter([bad])

    async def opened() -> Port:
        return await next(cables, mount.open)()

    line = Line(opened, name="cut", retry_s=0.001)
    printer = Printer(line, named("zj-5870"), baud=115200, answer_s=2.0, check_every_s=0.01)
    slip = replace(PLAIN, service="㐀", qr=LINK)
    whole = read(ticket(slip, printer.model))
    async with running(printer.run):
        await until(lambda: printer.health is Health.READY)
        assert isinstance(await printer.print(slip), Unknown)
        await until(lambda: printer.health is Health.READY)
        assert await printer.print(slip) == Printed()
    assert device.tickets[-1].text == whole


@pytest.mark.parametrize("arrived", [20, 150, 310, 322, 340, 372])
async def test_what_was_still_on_the_way_when_the_cable_was_pulled_is_not_on_the_next_ticket(
    arrived: int,
) -> None:
    """The system had taken the whole ticket; the printer, which keeps its power, got a part of it."""
    device = VirtualPrinter()
    device.restart = lambda: None  # type: ignore[method-assign]
    mount = NullMount(device)
    line = Line(mount.open, name="null", retry_s=0.001)
    printer = Printer(line, baud=115200, answer_s=2.0, check_every_s=3600.0)
    slip, inside, left = replace(PLAIN, qr=LINK), device.feed, len(ASK) + arrived

    def feed(data: bytes) -> None:
        nonlocal left
        inside(data[: max(0, left)])
        left -= len(data)
        if left <= 0 and data == ASK:
            device.feed = inside  # type: ignore[method-assign]
            mount.unplug()

    async with running(printer.run):
        await until(lambda: printer.health is Health.READY)
        device.feed = feed  # type: ignore[method-assign]
        assert isinstance(await printer.print(slip), Unknown)
        await until(lambda: printer.health is not Health.GONE)
        assert await printer.print(slip) == Printed()
    assert device.tickets[-1].text == read(ticket(slip, printer.model))


async def test_a_printer_that_tells_of_itself_is_not_asked_again() -> None:
    device = VirtualPrinter()
    line = Line(NullMount(device).open, name="null", retry_s=0.01)
    printer = Printer(line, answer_s=2.0, check_every_s=3600.0)
    async with running(printer.run):
        await until(lambda: printer.health is Health.READY)
        for words, health in (
            ("cover open", Health.COVER),
            ("cover closed", Health.READY),
            ("paper low", Health.NEAR_END),
        ):
            device.steer(words.split())
            await until(lambda health=health: printer.health is health)  # type: ignore[misc]
        assert await printer.print(PLAIN) == Printed()
        device.steer(["cutter", "jammed"])
        await until(lambda: printer.health is Health.CUTTER)


async def test_answers_that_come_too_late_are_not_taken_for_those_of_the_next_question() -> None:
    """Two late answers before the four of the next question would say: cover open, and paper."""
    device = VirtualPrinter()
    device.mute = True
    line = Line(NullMount(device).open, name="null", retry_s=0.01)
    seen: list[Health] = []
    printer = Printer(line, answer_s=0.2, check_every_s=0.01, health_changed=seen.append)
    async with running(printer.run):
        await until(lambda: printer.health is Health.UNKNOWN)
        inside = device.feed

        def late(data: bytes) -> None:
            device.feed = inside  # type: ignore[method-assign]
            device.mute = False
            device.send(b"\x12\x16")
            inside(data)

        device.feed = late  # type: ignore[method-assign]
        await until(lambda: printer.health is Health.READY)
    assert seen[:2] == [Health.UNKNOWN, Health.READY]


async def test_a_logo_is_stored_once_and_stands_on_every_ticket_after(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(driver_module, "STORE_S", 0.01)
    device = VirtualPrinter()
    mount = NullMount(device)
    printer = Printer(
        Line(mount.open, name="null", retry_s=0.01), logo=True, baud=115200, answer_s=2.0, check_every_s=0.02
    )
    async with running(printer.run):
        await until(lambda: printer.health is Health.READY)
        assert await printer.store(keep(Image.new("1", (96, 48)), printer.model)) == Printed()
        received = device.received
        mount.unplug()
        await until(lambda: printer.health is Health.GONE)
        await until(lambda: printer.health is Health.READY)
        assert await printer.print(PLAIN) == Printed()
    assert device.tickets[0].text.startswith("[logo]")
    assert device.received - received < 500


async def test_noise_from_the_printer_is_counted_and_hides_nothing() -> None:
    device = VirtualPrinter()
    mount = NullMount(device)
    printer = driver(Line(mount.open, name="null", retry_s=0.01))
    async with running(printer.run):
        await until(lambda: printer.health is Health.READY)
        device.send(b"\x00\xff\x80\x81")
        await until(lambda: printer.junk >= 4)
        assert await printer.print(PLAIN) == Printed()


@pytest.mark.parametrize("seed", range(4))
async def test_what_counts_as_printed_is_on_paper_once_whatever_the_printer_seems_to_say(seed: int) -> None:
    device = VirtualPrinter()
    bad = Damage(loss=0.1, noise=0.1)
    opener = damaged(NullMount(device).open, Random(seed), reading=bad)
    printer = Printer(Line(opener, name="bad", retry_s=0.01), baud=115200, answer_s=0.05, check_every_s=0.02)
    outcomes: dict[str, Outcome] = {}
    async with running(printer.run):
        await until(lambda: printer.health is not Health.GONE)
        for number in ("C101", "C102", "C103", "C104"):
            outcomes[number] = await printer.print(replace(PLAIN, number=number))
        await until(lambda: printer.junk)
    papers = [line for paper in device.tickets for line in paper.text.split("\n") if line in outcomes]
    assert len(papers) == len(set(papers))
    assert {number for number, outcome in outcomes.items() if outcome == Printed()} <= set(papers)


async def test_ten_times_unplugged_is_gone_and_replugged_prints_without_repeating(tmp_path: Path) -> None:
    device = VirtualPrinter()
    mount = PtyMount(device, tmp_path / "printer")
    path = mount.plug()
    printer = driver(Line(lambda: open_port(path, FAST), name=path, retry_s=0.01))
    async with running(printer.run):
        for printed in range(10):
            await until(lambda: printer.health is Health.READY)
            assert len(device.tickets) == printed
            assert await printer.print(PLAIN) == Printed()
            mount.unplug()
            await until(lambda: printer.health is Health.GONE)
            assert await printer.print(PLAIN) == Failed("gone")
            mount.plug()
    assert len(device.tickets) == 10
    mount.unplug()


def test_a_printer_is_back_within_two_seconds_of_its_return() -> None:
    assert RETRY_S + ANSWER_S + SETTLE_S < 2.0


async def test_a_printer_that_takes_no_bytes_never_blocks_the_program(tmp_path: Path) -> None:
    device = VirtualPrinter()
    mount = PtyMount(device, tmp_path / "printer")
    path = mount.plug()
    line = Line(lambda: open_port(path, FAST), name=path, retry_s=0.01)
    printer = Printer(line, baud=10_000_000, answer_s=0.05)
    async with running(printer.run):
        await until(lambda: printer.health is Health.READY)
        asyncio.get_running_loop().remove_reader(mount._master)  # as with CTS held low
        async with asyncio.timeout(15):
            outcome = await printer.send(b"\n" * 20_000)
        assert isinstance(outcome, Unknown)
        assert 0 < outcome.sent < 20_000
    mount.unplug()


@pytest.mark.parametrize("kind", ["pty", "tcp"])
async def test_a_ticket_on_a_slow_line_is_waited_for(kind: Kind, tmp_path: Path) -> None:
    device = VirtualPrinter()
    mount = PtyMount(device, tmp_path / "printer") if kind == "pty" else TcpMount(device)
    path = mount.plug() if isinstance(mount, PtyMount) else await mount.plug()
    mount.pace.baud = 9600
    printer = Printer(Line(lambda: open_port(path), name=path, retry_s=0.01), answer_s=5.0)
    async with running(printer.run):
        await until(lambda: printer.health is Health.READY)
        begun = asyncio.get_running_loop().time()
        assert await printer.print(PLAIN) == Printed()
        took_s = asyncio.get_running_loop().time() - begun
    assert took_s >= len(ticket(PLAIN, printer.model)) * 10 / 9600
    mount.unplug()


async def test_jobs_wait_for_each_other(tmp_path: Path) -> None:
    device = VirtualPrinter()
    async with plugged(device, "pty", tmp_path) as line:
        printer = driver(line)
        async with running(printer.run):
            await until(lambda: printer.health is Health.READY)
            assert await asyncio.gather(*(printer.print(PLAIN) for _ in range(3))) == [Printed()] * 3
    assert len(device.tickets) == 3
    assert len({t.text for t in device.tickets}) == 1
