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
