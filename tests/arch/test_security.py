"""docs/security.md claims nothing without a test that is there, or a reason."""

import re
from pathlib import Path

import pytest

from tests.arch.test_document import PAGES, ROOT

PAGE = ROOT / "docs" / "security.md"
NAMED = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")
ITEM = re.compile(r"^\| (\d+\.\d+\.\d+) \| (.+?) \| (.+?) \| (.+?) \|$", re.MULTILINE)


def lost(text: str) -> list[str]:
    """The tests that a text names and that are not there."""
    found = []
    for file, name in NAMED.findall(text):
        path = ROOT / file
        if not path.exists() or f"def {name}(" not in path.read_text(encoding="utf-8"):
            found.append(f"{file}::{name}")
    return found


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_test_that_a_page_names_is_there(page: Path) -> None:
    assert lost(page.read_text(encoding="utf-8")) == []


def test_the_search_for_lost_tests_finds_them() -> None:
    here = "tests/arch/test_security.py"
    known, gone = f"`{here}::{test_the_search_for_lost_tests_finds_them.__name__}`", f"`{here}::test_x`"
    assert lost(f"{known} {gone} `tests/nowhere.py::test_y`") == [
        f"{here}::test_x",
        "tests/nowhere.py::test_y",
    ]


def test_thirty_one_items_are_shown_by_a_test_or_say_why_not() -> None:
    items = ITEM.findall(PAGE.read_text(encoding="utf-8"))
    numbers = [number for number, _, _, _ in items]
    assert len(set(numbers)) == len(numbers) == 31
    assert numbers == sorted(numbers, key=lambda number: [int(part) for part in number.split(".")])
    for number, _, holds, shown in items:
        assert holds.startswith(("Yes", "In part: ", "No: ")), number
        named = all(NAMED.fullmatch(one) for one in shown.split(" "))
        assert named or (holds.startswith("No: ") and shown == "—"), number
