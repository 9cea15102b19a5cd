"""Where a journal belongs: this machine and this folder. Numbers lent to a kiosk are good there and nowhere else.

A copied card or folder has all that its original had, also the numbers that it may issue alone. What tells the two apart is what no
copy takes along: the addresses of a machine's own network devices, and the serial number of its board where anybody may read that.
"""

import sys
import uuid
from pathlib import Path

GIVEN = "system "
"""Begins the mark of a system's name, which a copied card takes along."""
PERMANENT = ("0", "")
"""How the kernel calls an address that a device has of its own (`NET_ADDR_PERM` in linux/netdevice.h); very old ones do not say."""
MULTICAST = 1 << 40
"""Set in what Python makes up where it finds no address (RFC 9562, 6.10)."""


def seat(folder: Path, root: Path = Path("/")) -> frozenset[str]:
    """The marks of this machine, each with the folder's path: of its hardware, and the name that its system was given when it was
    installed.
    """
    return frozenset(f"{mark} {folder.resolve()}" for mark in _hardware(root) | _given(root))


def belongs(before: frozenset[str], now: frozenset[str]) -> bool:
    """Whether two seats are one place: one mark of the hardware is the same, since a network device may come late or be replaced.

    Where one of the two has none, as when the only network device is broken or pulled out, the system's name has to do: a kiosk
    that has lost its network is the one that needs its numbers. A copied card is then not told from its original.
    """
    hardware = [{mark for mark in seat if not mark.startswith(GIVEN)} for seat in (before, now)]
    return bool(before & now if not all(hardware) else hardware[0] & hardware[1])


def _hardware(root: Path) -> set[str]:
    net = root / "sys/class/net"
    # Of a wireless one the radio's: the other may be drawn anew at each start, so that nobody is followed by it. So are those of
    # boards without an address of their own, which says that it is not permanent.
    wired = (one for one in net.glob("*") if (one / "device").exists() and not (one / "phy80211").exists())
    found = {f"net {_read(one / 'address')}" for one in wired if _read(one / "addr_assign_type") in PERMANENT}
    found |= {f"net {_read(one / 'macaddress')}" for one in (root / "sys/class/ieee80211").glob("*")}
    found.add(f"board {_read(root / 'proc/device-tree/serial-number')}")
    if sys.platform == "win32" and not (node := uuid.getnode()) & MULTICAST:
        found.add(f"net {node:012x}")
    return {mark for mark in found if mark.split(" ")[1].strip("0:")}


def _given(root: Path) -> set[str]:
    return {f"{GIVEN}{_read(root / 'etc/machine-id')}"}


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="ascii").strip("\0\n ")
    except (OSError, UnicodeDecodeError):
        return ""
