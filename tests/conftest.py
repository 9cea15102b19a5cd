"""What holds for every test: the order of the folders, the patience of each, and reproducible chance."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog
from hypothesis import HealthCheck, settings

from tests.fakes.postgres import cluster, one_cluster  # noqa: F401 - fixtures for every folder
from tests.fakes.tables import _tables_in_a_moment  # noqa: F401 - a fixture for every test

ROOT = Path(__file__).parent
FOLDERS = ("unit", "property", "integration", "arch", "sabotage", "e2e")
PATIENCE_S = {"unit": 20, "property": 400, "integration": 120, "arch": 60, "sabotage": 400, "e2e": 300}
BROWSER = frozenset({"page", "context", "browser", "playwright"})

settings.register_profile(
    "jiaohao",
    derandomize="CI" in os.environ,  # a gate says the same twice; elsewhere each run looks further
    deadline=None,  # wall time on a shared machine says nothing about the code
    suppress_health_check=[HealthCheck.too_slow],
    print_blob=True,
)
settings.load_profile("jiaohao")


@pytest.fixture(autouse=True)
def _logs_as_before() -> Iterator[None]:
    """Where and how logs are written, if a test or a program run by it has set that, ends with the test."""
    yield
    structlog.reset_defaults()


def _folder(item: pytest.Item) -> str:
    """The first folder below tests/ that holds this test."""
    path = item.path
    return path.relative_to(ROOT).parts[0] if path.is_relative_to(ROOT) else ""


def _rank(item: pytest.Item) -> tuple[bool, int, float]:
    """Browser tests last, for sync Playwright keeps a loop in this thread, in which no other could run; cheap folders first.

    In a folder, those that ask for a patience of their own begin, the longest first: nobody waits for such a one at the end.
    """
    folder = _folder(item)
    names = getattr(item, "fixturenames", ())
    asked = item.get_closest_marker("timeout")
    return (
        not BROWSER.isdisjoint(names),
        FOLDERS.index(folder) if folder in FOLDERS else len(FOLDERS),
        -float(asked.args[0]) if asked else 0.0,
    )


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep pytest-randomly's order inside a folder, run the folders in ours, and set each one's patience."""
    items.sort(key=_rank)
    for item in items:
        patience = PATIENCE_S.get(_folder(item))
        if patience is not None and item.get_closest_marker("timeout") is None:
            item.add_marker(pytest.mark.timeout(patience))
