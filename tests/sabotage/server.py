"""`jiaohao-server` with a fault planted: `python -m tests.sabotage.server ...`; the fault's name is in `PLANT`."""

import os

import pytest

from queue_server.app.main import main
from tests.sabotage.plant import PLANTS


def planted(words: list[str] | None = None) -> None:
    """The server's command line; without words, those of this process."""
    PLANTS[os.environ["PLANT"]](pytest.MonkeyPatch())
    main(words)


if __name__ == "__main__":
    planted()
