"""What is done once and by hand for one printer: its test page, and its logo."""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest
from PIL import Image

from devices.agent import printer
from devices.agent.main import main
from devices.codec.profile.printer import named
from devices.driver import printer as driver
from devices.simulator.mount import PtyMount, TcpMount
from devices.simulator.printer import VirtualPrinter

MODEL = named("escpos-80")
BAUD = 115200


async def test_the_test_page_is_printed_with_the_printers_name_and_the_end_is_told(tmp_path: Path) -> None:
    device = VirtualPrinter()
    mount = PtyMount(device, tmp_path / "printer")
    port = mount.plug()
    told: list[Mapping[str, object]] = []
    assert await printer.test(port, BAUD, MODEL, "大厅1号机", logo=False, tell=told.append)
    assert "大厅1号机" in device.tickets[0].text
    assert told == [{"printer": port, "health": "ready"}, {"printer": port, "outcome": "printed"}]
    mount.unplug()


async def test_a_printer_without_paper_says_so_instead() -> None:
    device = VirtualPrinter()
    device.paper = "out"
    mount = TcpMount(device)
    port = await mount.plug()
    told: list[Mapping[str, object]] = []
    assert not await printer.test(port, BAUD, MODEL, "1", logo=False, tell=told.append)
    assert told[-1] == {
        "printer": port,
        "outcome": "failed",
        "fault": "no_paper",
        "said": "打印纸已用完：请换纸。 Out of paper: put a new roll in.",
    }
    mount.unplug()


async def test_a_logo_of_a_file_is_on_the_next_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(driver, "STORE_S", 0.01)
    Image.new("L", (64, 32)).save(tmp_path / "logo.png")
    device = VirtualPrinter()
    mount = TcpMount(device)
    port = await mount.plug()
    assert await printer.store(port, BAUD, MODEL, tmp_path / "logo.png", tell=lambda _: None)
    assert await printer.test(port, BAUD, MODEL, "1", logo=True, tell=lambda _: None)
    assert [ticket.text.split("\n")[0] for ticket in device.tickets] == ["[logo]"]
    mount.unplug()


@pytest.mark.parametrize(
    "words,said",
    [
        (["test", "--printer", "http://x"], "http://x is no port"),
        (["test", "--printer", "/dev/nobody"], "/dev/nobody is not there"),
        (["test", "--printer", "/dev/nobody", "--model", "lp"], "no device profile 'lp'"),
        (["logo", "/dev/null", "--printer", "/dev/nobody"], "/dev/null is no picture"),
    ],
)
def test_what_can_not_be_done_is_one_sentence_in_each_language(
    words: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(words)
    assert ended.value.code == 2
    told = capsys.readouterr().err
    assert said in told
    assert told.count("\n") == 2


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a disk that is always full")
def test_a_result_that_has_no_room_is_told_in_a_sentence(
    tmp_path: Path,
) -> None:
    (tmp_path / "devices.toml").write_text(
        '[[keypad]]\nport = "/dev/nobody"\nwindows = { 5 = "3" }\n', "utf-8"
    )
    with Path("/dev/full").open("w") as full:
        ended = subprocess.run(
            [sys.executable, "-m", "devices.agent.main", "--config", "devices.toml", "labels"],
            cwd=tmp_path,
            stdout=full,
            stderr=subprocess.PIPE,
            check=False,
            encoding="utf-8",
            env={**os.environ, "PYTHONPATH": str(Path.cwd())},
        )
    assert "磁盘满了，没有写成，请腾出空间再来" in ended.stderr
    assert "Traceback" not in ended.stderr
    assert ended.returncode == 2


def test_a_port_that_was_named_to_be_asked_and_cannot_be_had_is_not_done(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["find", "/dev/nobody"])
    assert ended.value.code == 1
    assert '"fault": "port.absent"' in capsys.readouterr().out
