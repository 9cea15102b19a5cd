"""Where a journal belongs: this machine and this folder. Numbers lent to a kiosk are good there and nowhere else.

A copied card or folder has all that its original had, also the numbers that it may issue alone. What tells the two apart is what no
copy takes along: the addresses of a machine's own network devices, and the serial number of its board where anybody may read that.
"""

import sys
import uuid
from pathlib import Path

MULTICAST = 1 << 40
"""Set in what Python makes up where it finds no address (RFC 9562, 6.10)."""


def seat(folder: Path, root: Path = Path("/")) -> frozenset[str]:
    """The marks of this machine, each with the folder's path; one that two places share makes them the same: a network device may
    come late, or be replaced.

    Where a machine has nothing of its own, the name that its system was given when it was installed has to do, and a copied card
    is not told from its original.
    """
    own = _hardware(root) or _given(root)
    return frozenset(f"{mark} {folder.resolve()}" for mark in own)


def _hardware(root: Path) -> set[str]:
    net = root / "sys/class/net"
    # Of a wireless one the radio's: the other may be drawn anew at each start, so that nobody is followed by it.
    wired = (one for one in net.glob("*") if (one / "device").exists() and not (one / "phy80211").exists())
    found = {f"net {_read(one / 'address')}" for one in wired}
    found |= {f"net {_read(one / 'macaddress')}" for one in (root / "sys/class/ieee80211").glob("*")}
    found.add(f"board {_read(root / 'proc/device-tree/serial-number')}")
    if sys.platform == "win32" and not (node := uuid.getnode()) & MULTICAST:
        found.add(f"net {node:012x}")
    return {mark for mark in found if mark.split(" ")[1].strip("0:")}


def _given(root: Path) -> set[str]:
    return {f"system {_read(root / 'etc/machine-id')}"}


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="ascii").strip("\0\n ")
    except (OSError, UnicodeDecodeError):
        return ""
