"""How this machine is, as its technician reads it: addresses, room on the disk, version, and the last lines of the log."""

import logging
import shutil
import socket
from collections import deque
from collections.abc import Sequence
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from urllib.parse import urlsplit

from kiosk.model.event import Inspected
from queue_server.wire.day import SHANGHAI
from queue_server.wire.ticket import Text

KEPT = 24
"""So many lines of the log are kept: as many as the tallest glass has room for."""
WIDEST = 240
"""So many characters of an entry are kept: a sentence in both languages, and no more than has room on any glass."""
_PROBE_PORT = 9


class Lines(logging.Handler):
    """The last lines of the log, for the glass."""

    def __init__(self) -> None:
        super().__init__()
        self.kept: deque[str] = deque(maxlen=KEPT)
        self.setFormatter(_Local("%(asctime)s %(levelname)s %(message)s"))

    def emit(self, record: logging.LogRecord) -> None:
        """Keep one; of a long one, or one of several lines, its beginning, and a mark that there is more."""
        whole = self.format(record)
        begins = whole.splitlines()[0][:WIDEST]
        self.kept.appendleft(begins if begins == whole else f"{begins.rstrip()}…")


class _Local(logging.Formatter):
    """Times as the hall's clocks show them, however this machine is set up."""

    def formatTime(self, record: logging.LogRecord, datefmt: str | None = None) -> str:  # noqa: ARG002, N802 - logging's own
        """Month, day and time."""
        return f"{datetime.fromtimestamp(record.created, SHANGHAI):%m-%d %H:%M:%S}"


class Machine:
    """What can be seen of this machine without asking anybody else."""

    def __init__(self, servers: Sequence[str], data: Path, lines: Lines) -> None:
        self._servers = servers
        self._data = data
        self._lines = lines

    def inspect(self) -> Inspected:
        """As it is now. The server's name may have to be looked up, so call it in a thread."""
        free_gib = shutil.disk_usage(self._data).free / 2**30
        servers, address = ", ".join(self._servers), _address(self._servers[0])
        facts = (
            Text(f"服务器地址：{servers}", f"Server's address: {servers}"),
            Text(f"本机地址：{address}", f"This kiosk's address: {address}"),
            Text(
                f"数据目录：{self._data}（剩余{free_gib:.1f} GiB）",
                f"Data folder: {self._data} ({free_gib:.1f} GiB free)",
            ),
            Text(f"程序版本：{version('jiaohao')}", f"Version: {version('jiaohao')}"),
        )
        return Inspected(facts, tuple(self._lines.kept))


def _address(server: str) -> str:
    """Where this machine is in the server's network; a datagram socket that is connected sends nothing."""
    host = urlsplit(server).hostname or ""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect((host, _PROBE_PORT))
        except OSError:
            return "-"
        return str(probe.getsockname()[0])
