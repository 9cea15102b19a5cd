"""The serial ports that this machine has now, each by the name that stays its own when it is plugged in again."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from serial.tools.list_ports import comports

BY_ID, BY_PATH = Path("/dev/serial/by-id"), Path("/dev/serial/by-path")


@dataclass(frozen=True, slots=True)
class Found:
    """A port: what to write into devices.toml, all its names, and what the system says that it is."""

    name: str
    names: tuple[str, ...]
    says: str


def ports(by_id: Path = BY_ID, by_path: Path = BY_PATH) -> list[Found]:
    """Every serial port, also one that is in use. Adapters without a serial number go by the socket they are in."""
    found = []
    for port in sorted(comports(), key=lambda each: each.device):
        ids, paths = list(_links(by_id, port.device)), list(_links(by_path, port.device))
        names = [*ids, *paths] if port.serial_number else [*paths, *ids]
        says = port.description if port.description not in (None, "n/a") else ""
        names.append(port.device)
        found.append(Found(names[0], tuple(names), says))
    return found


def _links(folder: Path, device: str) -> Iterator[str]:
    if folder.is_dir():
        for link in sorted(folder.iterdir()):
            if os.path.realpath(link) == os.path.realpath(device):
                yield str(link)
