"""A goal that is not held is no success."""

import sys
from pathlib import Path

import pytest

from tests.bench import __main__ as bench
from tests.bench.measure import Figures


@pytest.mark.parametrize(
    "size, told",
    [(390.0, None), (410.0, "NOT held:\na Chinese ticket of one step: 410 bytes, <= 400 bytes")],
)
def test_the_bench_ends_with_the_list_of_goals_that_were_not_held(
    monkeypatch: pytest.MonkeyPatch, size: float, told: str | None
) -> None:
    def measured(_folder: Path, _targets: tuple[str, ...], count: int) -> list[Figures]:
        return [{"paper s": 0.5, "paper line s": 0.4, "paper bytes": size}] * count

    monkeypatch.setattr(bench, "rounds", measured)
    monkeypatch.setattr(sys, "argv", ["bench", "paper"])
    if told is None:
        bench.main()
    else:
        with pytest.raises(SystemExit) as ended:
            bench.main()
        assert ended.value.code == told, "a sentence is exit code 1"
