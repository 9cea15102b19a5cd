"""The name of a port that is written down is the one that stays its own."""

from pathlib import Path

import pytest
from serial.tools.list_ports_common import ListPortInfo

from devices.transport import ports as module
from devices.transport.ports import ports


@pytest.mark.parametrize("number,name", [("A1B2", "by-id"), (None, "by-path")])
def test_an_adapter_without_a_number_of_its_own_goes_by_its_socket(
    number: str | None, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    device = tmp_path / "ttyUSB0"
    device.touch()
    for folder in ("by-id", "by-path"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "usb").symlink_to(device)
    info = ListPortInfo(str(device))
    info.serial_number, info.description = number, "USB Serial"
    monkeypatch.setattr(module, "comports", lambda: [info])
    (found,) = ports(tmp_path / "by-id", tmp_path / "by-path")
    assert found.name == str(tmp_path / name / "usb")
    assert len(found.names) == 3
    assert found.says == "USB Serial"


@pytest.mark.parametrize("sockets,name", [(("1-1", "1-2"), "by-path"), (("1-1:1.0", "1-1:1.1"), "by-id")])
def test_adapters_that_all_have_one_number_go_by_their_sockets_and_ports_of_one_adapter_by_its_number(
    sockets: tuple[str, str], name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    infos = []
    for folder in ("by-id", "by-path"):
        (tmp_path / folder).mkdir()
    for n, socket in enumerate(sockets):
        device = tmp_path / f"ttyUSB{n}"
        device.touch()
        for folder in ("by-id", "by-path"):
            (tmp_path / folder / f"usb{n}").symlink_to(device)
        info = ListPortInfo(str(device))
        info.vid, info.pid, info.serial_number, info.location = 0x10C4, 0xEA60, "0001", socket
        infos.append(info)
    monkeypatch.setattr(module, "comports", lambda: infos)
    found = ports(tmp_path / "by-id", tmp_path / "by-path")
    assert [each.name for each in found] == [str(tmp_path / name / f"usb{n}") for n in range(2)]
