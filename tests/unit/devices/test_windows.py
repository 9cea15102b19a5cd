"""Counter PCs may run Windows: agent, codecs, drivers and transports are loaded where POSIX's own modules are not."""

import subprocess
import sys

import pytest

from devices.transport.address import check, claims, device

LOAD = """
import importlib, pkgutil, sys
# Other people's, each with a Windows side of its own:
import serial, serial.tools.list_ports, serial_asyncio_fast, asyncio, websockets.asyncio.client
for name in ("termios", "fcntl", "evdev", "pty", "tty", "grp", "pwd", "resource"):
    sys.modules[name] = None
sys.platform = "win32"
import devices
for room in ("codec", "transport", "driver", "agent"):
    package = importlib.import_module(f"devices.{room}")
    for found in pkgutil.walk_packages(package.__path__, f"devices.{room}."):
        importlib.import_module(found.name)
print(len([name for name in sys.modules if name.startswith("devices.")]))
"""


def test_everything_that_the_agent_needs_is_loaded_without_posix() -> None:
    done = subprocess.run([sys.executable, "-c", LOAD], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) > 30


@pytest.mark.parametrize("name", ["COM3", "com12", r"\\.\COM12"])
def test_com_ports_are_accepted_by_name(name: str) -> None:
    check(name)


@pytest.mark.parametrize("name", ["com3", "COM3:", r"\\.\COM3"])
def test_one_com_port_is_one_device_by_all_its_names(name: str) -> None:
    assert device(name) == "COM3"
    (said,) = claims({"bar 1": "COM3", "keypad 1": name})
    for told in (said.zh, said.en):
        assert "keypad 1" in told
        assert "bar 1" in told
    assert not list(claims({"bar 1": "COM3", "keypad 1": "COM33"}))
