"""The serial ports that this machine has now, each by the name that stays its own when it is plugged in again."""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from serial.tools.list_ports import comports
from serial.tools.list_ports_common import ListPortInfo

BY_ID, BY_PATH = Path("/dev/serial/by-id"), Path("/dev/serial/by-path")


@dataclass(frozen=True, slots=True)
class Found:
    """A port: what to write into devices.toml, all its names, and what the system says that it is."""

    name: str
    names: tuple[str, ...]
    says: str


def ports(by_id: Path = BY_ID, by_path: Path = BY_PATH) -> list[Found]:
    """Every serial port, also one that is in use. Adapters without a serial number of their own go by the socket they are in:
    cheap ones have none, or all the same one, and a name by it would be now one's and now the other's.
    """
    found = []
    there = sorted(comports(), key=lambda each: each.device)
    for port in there:
        ids, paths = list(_links(by_id, port.device)), list(_links(by_path, port.device))
        names = [*ids, *paths] if _numbered(port, there) else [*paths, *ids]
        says = port.description if port.description not in (None, "n/a") else ""
        names.append(port.device)
        found.append(Found(names[0], tuple(names), says))
    return found


def _numbered(port: ListPortInfo, there: Sequence[ListPortInfo]) -> bool:
    """Whether an adapter has a serial number that is on no other one. The ports of one adapter share it, and differ by name."""
    if not port.serial_number:
        return False
    alike = [
        each
        for each in there
        if (each.vid, each.pid, each.serial_number) == (port.vid, port.pid, port.serial_number)
    ]
    return len({(each.location or "").partition(":")[0] for each in alike}) == 1


def _links(folder: Path, device: str) -> Iterator[str]:
    if folder.is_dir():
        for link in sorted(folder.iterdir()):
            if os.path.realpath(link) == os.path.realpath(device):
                yield str(link)
