"""The panels' program at a real server: a card with a font over TCP, lamps over UDP, both simulated."""

from collections.abc import Mapping
from contextlib import AsyncExitStack
from functools import partial
from pathlib import Path

import pytest

from devices.simulator.bar import VirtualBar
from devices.simulator.dots import VirtualDots
from devices.simulator.mount import TcpMount, UdpMount
from devices.transport.line import Line
from displays.app import wall
from displays.app.config import Config, PanelConfig
from displays.app.wall import Wall
from queue_server.client.link import Link
from tests.fakes.house import house
from tests.integration.devices.bench import running, until
from tests.integration.displays.test_voice import called, opened, program, told

STALE = "显示可能不是最新，请留意语音或咨询工作人员"


async def test_a_call_is_on_every_panel_of_its_board_and_the_card_confirms_it(tmp_path: Path) -> None:
    card, lamps = VirtualBar(size=(256, 32)), VirtualDots((256, 32))
    tcp, udp = TcpMount(card), UdpMount(lamps)
    settings = f"""
        token_file = "token"
        [[panel]]
        display = "hall"
        port = "{await tcp.plug()}"
        height = 32
        [[panel]]
        display = "hall"
        kind = "ddp"
        port = "{await udp.plug()}"
        height = 32
        """
    async with house(tmp_path) as home:
        await opened(home)
        (tmp_path / "token").write_text(home.tokens["display"])
        async with program(tmp_path, f'server = "{home.address}"\n{settings}', "led") as process:
            await told(process, "ready")
            await until(lambda: card.shown == "欢迎光临\n" and lamps.image.getbbox() is not None)
            greeted = lamps.image.tobytes()
            number = await called(home)
            shown = await told(process, "shown")
            assert shown["panel"] == "panel 1"
            await until(lambda: card.shown == f"请{number}号到1号窗口\n" and lamps.image.tobytes() != greeted)
    tcp.unplug()
    udp.unplug()


async def test_a_panel_without_its_server_says_so_and_is_right_again_when_that_is_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wall, "STALE_S", 0.2)
    card = VirtualBar(size=(256, 32))
    tcp = TcpMount(card)
    panel = PanelConfig(display="hall", port=await tcp.plug(), height=32)
    async with AsyncExitStack() as later:
        async with house(tmp_path) as home:
            await opened(home)
            port = int(home.address.rpartition(":")[2])
            config = Config(server=home.address, panel=(panel,))
            link = await later.enter_async_context(
                Link(config.servers, ("board:hall",), home.tokens["display"])
            )
            await later.enter_async_context(running(Wall(config.panels, link, lambda _: None).run))
            asked = f"请{await called(home)}号到1号窗口"
            await until(lambda: card.shown == f"{asked}\n")
        await until(lambda: card.shown == f"{asked}\n{STALE}")
        async with house(tmp_path, port=port):
            await until(lambda: card.shown == f"{asked}\n")
    tcp.unplug()


async def test_a_panel_that_another_program_uses_too_is_told_in_words_and_is_no_trouble_once_it_is_ours_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wall, "Line", partial(Line, short_s=0.3, rare_s=0.1))
    card = VirtualBar(size=(256, 32))
    tcp = TcpMount(card)
    panel = PanelConfig(display="hall", port=await tcp.plug(), height=32)
    async with house(tmp_path) as home, Link((home.address,), (), home.tokens["display"]) as link:
        facts: list[Mapping[str, object]] = []
        ails: list[str | None] = []
        ours, theirs = (Wall({"panel 1": panel}, link, tell) for tell in (facts.append, lambda _: None))
        ours.ail = ails.append
        async with running(ours.run):
            await until(lambda: ails[-1:] == [None])
            async with running(theirs.run):
                await until(lambda: ails[-1] == "panel 1被别处占用 in use elsewhere")
            await until(lambda: ails[-1] is None)
        said = next(fact["said"] for fact in facts if fact.get("fault") == "port.shared")
        assert str(said).startswith(f"{panel.port}一连上就被断开，好像有别的程序也在用它。")
    tcp.unplug()


async def test_a_panel_that_pairs_shows_the_board_of_its_place(tmp_path: Path) -> None:
    card = VirtualBar(size=(256, 64))
    tcp = TcpMount(card)
    async with house(tmp_path) as home:
        await opened(home)
        settings = f'server = "{home.address}"\ndata = "kept"\n[[panel]]\nport = "{await tcp.plug()}"'
        async with program(tmp_path, settings, "led") as process:
            code = (await told(process, "code"))["code"]
            _, devices = await home.ask("GET", "/devices", "admin")
            device = next(each for each in devices if each["code"] == code)
            status, _ = await home.ask("POST", f"/devices/{device['id']}/place", "admin", {"display": "hall"})
            assert status == 200
            await told(process, "ready")
            number = await called(home)
            await until(lambda: card.shown.startswith(f"请{number}号到1号窗口"))
    tcp.unplug()


async def test_a_voice_and_panels_of_one_file_are_two_devices_each_with_its_place(tmp_path: Path) -> None:
    card = VirtualBar(size=(256, 64))
    tcp = TcpMount(card)
    async with house(tmp_path) as home:
        await opened(home)
        settings = f"""
            server = "{home.address}"
            data = "kept"
            [voice]
            output = "file:{tmp_path / "sound"}"
            [[panel]]
            port = "{await tcp.plug()}"
            """
        async with program(tmp_path, settings, "voice") as voice, program(tmp_path, settings, "led") as led:
            for process, display in ((voice, "hall"), (led, "b")):
                code = (await told(process, "code"))["code"]
                _, devices = await home.ask("GET", "/devices", "admin")
                device = next(each for each in devices if each["code"] == code)
                status, _ = await home.ask(
                    "POST", f"/devices/{device['id']}/place", "admin", {"display": display}
                )
                assert status == 200
                await told(process, "ready")
            _, devices = await home.ask("GET", "/devices", "admin")
            places = {(each["name"], each["display"]) for each in devices if each["kind"] == "display"}
            assert places == {("voice", "hall"), ("led", "b")}
            number = await called(home)
            assert (await told(voice, "spoken"))["spoken"] == number
            assert card.shown == "欢迎光临\n\n\n", "the other board's zone called nobody"
    tcp.unplug()


async def test_a_file_without_panels_or_with_a_port_twice_is_refused_in_sentences(tmp_path: Path) -> None:
    path = tmp_path / "display.toml"
    path.write_text('[[panel]]\nport = "udp://a:1"\n[[panel]]\nport = "udp://a:1"\nkind = "ddp"\n')
    async with program(tmp_path, path.read_text(), "led", status=2) as process:
        assert process.stderr is not None
        said = (await process.stderr.read()).decode()
    assert "panel 1: kind onbon does not go with port udp://a:1" in said
    assert "panel 2: port: udp://a:1 is already that of panel 1" in said
