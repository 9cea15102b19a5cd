import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.fakes.house import House, house


@pytest_asyncio.fixture
async def home(tmp_path: Path) -> AsyncIterator[House]:
    async with house(tmp_path) as one:
        yield one


@pytest.fixture
def still(home: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """No time passes for who fails: the first pause is a second, and a busy machine may need longer."""
    now_s = time.monotonic()
    monkeypatch.setattr(home.server._feed._gate, "_monotonic", lambda: now_s)
