"""The second try of make test, on small projects of its own."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.again import FEW, main, pardoned

ONCE = """
from pathlib import Path
def test_once():
    flag = Path(__file__).with_name("flag")
    seen = flag.exists()
    flag.touch()
    assert seen
"""
NEVER = "def test_never():\n    assert False\n"


def red(root: Path, where: str, text: str) -> None:
    """A project with one test, and pytest's word that it failed."""
    place = root / where
    place.parent.mkdir(parents=True)
    place.write_text(text)
    (root / "pytest.ini").write_text("[pytest]\n")
    said = subprocess.run([sys.executable, "-m", "pytest", "-q"], cwd=root, check=False, capture_output=True)
    assert said.returncode == 1


def test_one_that_passes_alone_is_green_and_told_by_name(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    red(tmp_path, "tests/e2e/test_one.py", ONCE)
    assert main(tmp_path) == 0
    assert capfd.readouterr().out.endswith("look at:\n  tests/e2e/test_one.py::test_once\n")


def test_one_that_fails_twice_is_red(tmp_path: Path) -> None:
    red(tmp_path, "tests/e2e/test_one.py", NEVER)
    assert main(tmp_path) == 1


def test_one_without_real_programs_has_no_second_try(tmp_path: Path) -> None:
    red(tmp_path, "tests/unit/test_one.py", ONCE)
    assert main(tmp_path) == 1


def test_neither_many_nor_none_nor_one_that_cannot_be_read_are_tried_again() -> None:
    names = [f"tests/e2e/test_one.py::test_{number}" for number in range(FEW + 1)]
    assert pardoned(names[:FEW])
    assert not pardoned(names)
    assert not pardoned([])
    assert not pardoned(["tests/e2e/test_one.py"])
    assert not pardoned([names[0], "tests/sabotage/test_two.py::test_it"])
