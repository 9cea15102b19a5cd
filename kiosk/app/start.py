"""`jiaohao-kiosk` as it is installed."""

from typing import Any

from queue_server.client.start import begin


def main() -> Any:
    """The program, or what to install for it; its exit status."""
    return begin("jiaohao-kiosk", "kiosk.app.main", "kiosk")
