"""The agent as a program, between the real server and simulated devices on pseudo-terminals."""

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from devices.codec.profile import digits
from devices.codec.profile.shape import named
from devices.simulator.bar import VirtualBar
from devices.simulator.caller import VirtualCaller
from devices.simulator.digits import VirtualDigits
from devices.simulator.mount import PtyMount
from devices.simulator.pad import VirtualPad
from devices.transport.address import open_port
from queue_server.app.serve import Server, serve
from queue_server.app.setting import Settings
from queue_server.auth import secret
from queue_server.client.link import Link
from queue_server.flow.clock import Clock
from queue_server.store.account import Account, Token
from queue_server.wire.command import Role
from queue_server.wire.error import CODES
from queue_server.wire.ids import WindowId
from tests.fakes.hall import FILING, LICENCE, MORNING, ONE, hall
from tests.integration.devices.bench import FAST, until

PROFILE = named("ff68")


class Stage:
    """A served hall, its devices, and the people who act."""

    def __init__(self, server: Server, folder: Path) -> None:
        self.server = server
        self.folder = folder
        self.bar, self.caller = VirtualBar(), VirtualCaller(PROFILE)
        self.evaluator, self.pad = VirtualCaller(named("ff68-five")), VirtualPad()
        self.digits = VirtualDigits(digits.named("modbus-ascii"))
        self.bar_mount = PtyMount(self.bar, folder / "bar")
        self.mounts = [
            self.bar_mount,
            PtyMount(self.caller, folder / "caller"),
            PtyMount(self.evaluator, folder / "evaluator"),
            PtyMount(self.pad, folder / "pad"),
            PtyMount(self.digits, folder / "digits"),
        ]
        for mount in self.mounts:
            mount.plug()

    def token(self, name: str, role: Role, windows: frozenset[WindowId] | None = None) -> str:
        made, now = secret.new_token(), datetime.now(UTC)
        if role == "clerk":
            self.server.people.add(
                Account(name=name, role=role, shown=name, hash="-", created_at=now, changed_at=now)
            )
        digest = secret.digest(made)
        self.server.people.put_token(
            Token(digest=digest, role=role, name=name, windows=windows, created_at=now)
        )
        return made

    def link(self, name: str, role: Role) -> Link:
        return Link([self.server.address], ["hall"], self.token(name, role))

    def config(self, *, pairs: bool = False) -> Path:
        (self.folder / "agent.token").write_text(self.token("box", "agent", frozenset({ONE})), "utf-8")
        path = self.folder / "devices.toml"
        token = "" if pairs else 'token_file = "agent.token"\n'
        path.write_text(
            f'server = "{self.server.address}"\n{token}transfer = {{ 1 = "window:2" }}\n'
            f'[[bar]]\nwindow = "1"\nport = "{self.folder / "bar"}"\n'
            'brightness = { "09:00" = 7, "09:30" = 3 }\n'
            f'[[keypad]]\nport = "{self.folder / "caller"}"\nwindows = {{ 5 = "1" }}\n'
            f'[[keypad]]\nport = "{self.folder / "evaluator"}"\nprofile = "ff68-five"\nwindows = {{ 7 = "1" }}\n'
            f'[[pad]]\nwindow = "1"\nport = "{self.folder / "pad"}"\n'
            f'[[digits]]\nport = "{self.folder / "digits"}"\nwindows = {{ 2 = "1" }}\n',
            "utf-8",
        )
        return path


@asynccontextmanager
async def staged(folder: Path) -> AsyncIterator[Stage]:
    """A hall at nine in the morning."""
    (folder / "data").mkdir()
    async with await serve(Settings(folder / "data", port=0), hall(), Clock(MORNING)) as server:
        stage = Stage(server, folder)
        yield stage
        for mount in stage.mounts:
            mount.unplug()


@asynccontextmanager
async def agent(config: Path) -> AsyncIterator[asyncio.subprocess.Process]:
    """The agent, ready; SIGTERM has ended it well when the block is left."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "devices.agent.main", "--config", str(config), stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    try:
        async with asyncio.timeout(20):
            while not (await process.stdout.readline()).startswith(b"ready http://"):
                assert process.returncode is None
        yield process
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGTERM)
        assert await process.wait() == 0


async def fact(process: asyncio.subprocess.Process, key: str) -> dict[str, object]:
    """The next line that says something under `key`."""
    assert process.stdout is not None
    async with asyncio.timeout(20):
        while True:
            found = json.loads(await process.stdout.readline())
            if key in found:
                assert isinstance(found, dict)
                return found


async def test_a_visit_from_key_press_to_rating(tmp_path: Path) -> None:
    async with staged(tmp_path) as hall_, agent(hall_.config()):
        bar, caller = hall_.bar, hall_.caller
        async with hall_.link("zhang", "clerk") as clerk, hall_.link("kiosk-1", "kiosk") as kiosk:
            await until(lambda: bar.shown == "暂未开放")
            await clerk.command("windows.open", {"window": ONE})
            await until(lambda: bar.shown == "欢迎光临")
            async with hall_.link("boss", "manager") as boss:
                told = {"text": "三点停电", "until": "2026-11-23T15:00:00+08:00", "displays": ["hall"]}
                notice = await boss.command("notices.publish", told)
                await until(lambda: bar.shown == "三点停电")
                await boss.command("notices.withdraw", {"notice": notice["id"]})
                await until(lambda: bar.shown == "欢迎光临")
            ticket = await kiosk.command("tickets.take", {"service": FILING})
            caller.press("call", 5)
            await until(lambda: "请A001号到1号窗口" in bar.history)
            await until(lambda: bar.level == 7)  # nine in the hall, whatever this machine's clock says
            await until(lambda: caller.digits.get(5) == "001")
            await until(lambda: hall_.digits.shown == {2: "A001"})
            hall_.pad.press("KP0")  # the pad, the caller and the console are one
            await until(lambda: bar.shown == "正在办理 A001")
            caller.press("hold", 5)
            await until(lambda: bar.shown == "欢迎光临")
            caller.digits.clear()
            caller.press("resume_held", 5)
            await until(lambda: caller.digits.get(5) == "001")
            caller.press("finish", 5)
            await until(lambda: caller.prompts == {5: 1})
            await until(lambda: hall_.evaluator.texts == {7: "请A001号评价"})
            hall_.evaluator.rate(7, 5)
            state = hall_.server.flow
            await until(lambda: state.durable.tickets[ticket["id"]].steps[0].rating is not None)
            assert state.durable.tickets[ticket["id"]].steps[0].rating == 5
            await until(lambda: hall_.evaluator.texts == {7: "感谢您的评价"})
            await until(lambda: bar.shown == "欢迎光临")
            caller.digits.clear()
            sent = await kiosk.command("tickets.take", {"service": FILING})
            await clerk.command("windows.call_next", {"window": ONE})  # the key would bounce
            await until(lambda: caller.digits.get(5) == "002")
            hall_.pad.press("KPDOT")  # window 2 does filing too: it waits there in its own place
            await until(lambda: state.durable.tickets[sent["id"]].state == "waiting")
            await until(lambda: bar.shown == "欢迎光临")
            caller.digits.clear()
            await clerk.command("windows.call_next", {"window": ONE})  # the key would bounce
            await until(lambda: caller.digits.get(5) == "002")
            caller.press("transfer", 5, "3")
            await until(lambda: state.durable.tickets[sent["id"]].step.service == LICENCE)


async def test_a_key_at_a_window_where_nobody_is_signed_in_is_refused_and_beeps(tmp_path: Path) -> None:
    async with staged(tmp_path) as hall_, agent(hall_.config()) as program:
        await until(lambda: hall_.bar.shown == "暂未开放")
        hall_.caller.press("call", 5)
        refused = await fact(program, "refused")
        assert refused["refused"] == "window.unattended"
        text = CODES["window.unattended"].text
        assert refused["said"] == f"{text.zh} {text.en}"
        await until(lambda: hall_.caller.beeps == {5: 1})


async def test_a_bar_that_was_unplugged_is_told_and_shows_the_window_again(tmp_path: Path) -> None:
    async with staged(tmp_path) as hall_, agent(hall_.config()) as program:
        await until(lambda: hall_.bar.shown == "暂未开放")
        hall_.bar_mount.unplug()
        while (await fact(program, "device")).get("health") != "gone":
            pass
        hall_.bar_mount.plug()
        await until(lambda: hall_.bar.shown == "暂未开放")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a disk that is always full")
async def test_a_log_on_a_full_disk_stops_no_device(tmp_path: Path) -> None:
    async with staged(tmp_path) as hall_:
        full = os.open("/dev/full", os.O_WRONLY)
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "devices.agent.main", "--config", str(hall_.config()), stdout=full
        )
        os.close(full)
        try:
            await until(lambda: hall_.bar.shown == "暂未开放")
            hall_.bar_mount.unplug()
            hall_.bar_mount.plug()
            await until(lambda: hall_.bar.shown == "暂未开放")
            hall_.caller.press("call", 5)
            await until(lambda: hall_.caller.beeps == {5: 1})
            assert process.returncode is None
        finally:
            process.terminate()
            await process.wait()


async def test_a_token_that_has_not_every_window_of_the_file_says_how_to_make_one_that_has(
    tmp_path: Path,
) -> None:
    async with staged(tmp_path) as hall_:
        config = hall_.config()
        (tmp_path / "agent.token").write_text(
            hall_.token("other", "agent", frozenset({WindowId("2")})), "utf-8"
        )
        async with started(config) as program:
            fact = await told(program, "said")
            while fact.get("fault") != "auth.forbidden":
                fact = await told(program, "said")
            assert "每个窗口写一个--window" in str(fact["said"])


async def test_a_busy_port_stops_the_start_with_one_sentence_in_each_language(tmp_path: Path) -> None:
    async with staged(tmp_path) as hall_:
        held = await open_port(str(tmp_path / "bar"), FAST)
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "devices.agent.main",
            "--config",
            str(hall_.config()),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        _, said = await process.communicate()
        held.close()
    assert process.returncode == 2
    assert said.decode().count("\n") == 2
    assert "正被另一个程序使用。请结束那个程序" in said.decode()
    assert "is in use by another program; end that program" in said.decode()


@asynccontextmanager
async def started(config: Path) -> AsyncIterator[asyncio.subprocess.Process]:
    """The agent, which may not be ready; SIGTERM has ended it well when the block is left."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "devices.agent.main", "--config", str(config), stdout=asyncio.subprocess.PIPE
    )
    try:
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        assert await process.wait() == 0


async def told(process: asyncio.subprocess.Process, key: str) -> dict[str, object]:
    """As `fact`, past lines that are none."""
    assert process.stdout is not None
    async with asyncio.timeout(20):
        while True:
            line = await process.stdout.readline()
            assert line, "it has ended"
            if line.startswith(b"{") and key in (found := json.loads(line)):
                assert isinstance(found, dict)
                return found


async def before(process: asyncio.subprocess.Process, key: str) -> list[dict[str, object]]:
    """All that is told before something is under `key`."""
    found: list[dict[str, object]] = []
    assert process.stdout is not None
    async with asyncio.timeout(20):
        while line := await process.stdout.readline():
            fact = json.loads(line)
            if key in fact:
                return found
            found.append(fact)
    raise AssertionError("it has ended")


EVERY = ("bar 1", "pad 1", "keypad 1/5", "keypad 2/7", "digits 1/2")
"""What the agent has, by address."""


async def test_an_agent_without_a_token_tells_its_code_and_works_at_the_windows_it_is_given(
    tmp_path: Path,
) -> None:
    async with staged(tmp_path) as hall_, hall_.link("chief", "admin") as admin:
        flow = hall_.server.flow

        async def act(verb: str, code: object, **more: object) -> None:
            device = next(one for one in flow.durable.devices.values() if code in (one.code, one.name))
            await admin.command(f"devices.{verb}", {"device": device.id, **more})

        config = hall_.config(pairs=True)
        async with started(config) as program, hall_.link("zhang", "clerk") as clerk:
            waits = await told(program, "code")
            first = waits["code"]
            assert str(waits["until"]).endswith("+08:00"), "the hall's own time"
            assert f"核对代码{first}并安置" in str(waits["said"])
            assert f"jiaohao-server device place {first}." in str(waits["said"])
            assert (tmp_path / "device.token").stat().st_mode & 0o777 == 0o600
            await clerk.command("windows.open", {"window": ONE})
            await act("place", first, windows=["2"], name="柜台")
            placed = await told(program, "placed")
            assert placed["missing"] == ["1"]
            assert str(placed["said"]).startswith("设置里1号窗口的设备没有安置在那里")
            assert "devices of window 1, which is none of its places" in str(placed["said"])
            hall_.caller.press("call", 5)
            assert (await told(program, "refused"))["refused"] == "auth.not_your_window"
            await until(lambda: hall_.bar.shown == "暂未开放")
            await act("place", "柜台", windows=["1", "2"])
            await until(lambda: hall_.bar.shown == "欢迎光临")
            await until(lambda: [one.health for one in flow.durable.devices.values()] == ["ready"])
            device = next(iter(flow.durable.devices.values()))
            assert [fitting.name for fitting in device.fittings] == [*EVERY]
            await act("place", "柜台", places=dict.fromkeys(EVERY, "2"))
            await until(lambda: hall_.bar.shown == "暂未开放")
            hall_.caller.press("recall", 5)
            assert (await told(program, "refused"))["refused"] == "window.unattended"
            await act("place", "柜台", places=dict.fromkeys(EVERY, "1"))
            await until(lambda: hall_.bar.shown == "欢迎光临")
            hall_.bar_mount.unplug()
            await until(lambda: [one.health for one in flow.durable.devices.values()] == ["degraded"])
            assert "bar 1没连上 gone " in str([one.fault for one in flow.durable.devices.values()])
            hall_.bar_mount.plug()
            await until(lambda: [one.health for one in flow.durable.devices.values()] == ["ready"])
            hall_.caller.press("recall", 5)
            lines = await before(program, "refused")
            assert [line for line in lines if "health" in line]
            assert len([line for line in lines if "placed" in line]) == 1, (
                "told when it was placed, and not with its health"
            )
        async with started(config) as program:
            assert (await told(program, "placed"))["missing"] == []
            await until(lambda: hall_.bar.shown == "欢迎光临")
            await act("revoke", "柜台", reason="更换")
            assert (await told(program, "code"))["code"] != first
            await until(lambda: hall_.bar.shown == "暂未开放")
