"""`jiaohao-server simulate` on the hall's own days: what it tells, also of months that are sealed, and what cannot be tried."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner, Result
from sqlalchemy import insert

from queue_server.app.main import main
from queue_server.app.setting import Settings
from queue_server.engine.version import Version, digest, hall_of, written
from queue_server.store import schema, segment
from queue_server.store.row import version_row
from queue_server.wire.day import day_start
from tests.fakes.document import document
from tests.fakes.year import draw, fill

DAYS = [date(2026, 3, 30), date(2026, 3, 31), date(2026, 4, 1)]
WRITTEN = written(document())


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A hall that had three days, two of them in March."""
    settings = Settings(tmp_path_factory.mktemp("data"))
    hall = hall_of(WRITTEN)
    fill(settings.data / "hall.sqlite3", hall, draw(hall, 120), DAYS)
    first = Version(
        n=1, at=day_start(DAYS[0]), actor="one", note="", document=WRITTEN, digest=digest(WRITTEN)
    )
    with settings.database.engine().begin() as writing:
        names = [column.name for column in schema.version.columns]
        writing.execute(insert(schema.version), dict(zip(names, version_row(first), strict=True)))
    return settings


@pytest.fixture
def simulated(settings: Settings) -> Callable[..., Result]:
    def simulated(*words: str) -> Result:
        return CliRunner().invoke(main, ["simulate", *words, "--data", str(settings.data)])

    return simulated


def test_a_day_is_told_as_it_was_and_changed_by_class_and_by_service(
    simulated: Callable[..., Result],
) -> None:
    result = simulated("--date", "2026-04-01", "--plays", "3", "--skill", "1=seal", "--policy", "strict")
    assert (result.exit_code, result.exception) == (0, None)
    for told in (
        "2026-04-01",
        "3次演算",
        "日志 in the log",
        "全厅 the hall · 120/天",
        "→",
        "±",
        "项目备案",
        "普通",
    ):
        assert told in result.stdout, told


def test_days_of_a_sealed_month_are_read_from_its_file(
    simulated: Callable[..., Result], settings: Settings
) -> None:
    words = ("--date", "2026-04-01", "--past", "3", "--plays", "2", "--open", "9", "--skill", "9=filing")
    before = simulated(*words)
    assert before.exit_code == 0
    assert "3天 days" in before.stdout
    assert segment.seal(settings.database, settings.segments, date(2026, 4, 2))
    assert simulated(*words).stdout == before.stdout


@pytest.mark.parametrize(
    "words, code, told",
    [
        (("--open", "77"), 1, "There is no window 77"),
        (("--skill", "1=dancing"), 1, "There is no service dancing"),
        (("--policy", "fcfs", "--date", "2020-01-01"), 1, "There are no tickets of 2020-01-01"),
        (("--skill", "1"), 2, "WINDOW=SERVICE"),
        (("--ability", "1=dancing"), 2, "WINDOW=ABILITY"),
        (("--ability", "77=english"), 1, "There is no window 77"),
        ((), 2, "Say what to try"),
        (("--policy", "fcfs", "--out", "x.csv"), 2, "--hall"),
        (("--policy", "random"), 2, "--policy"),
        (("--hall", __file__, "--policy", "fcfs"), 2, "--days"),
        (
            ("--hall", __file__, "--days", __file__, "--policy", "fcfs", "--out", "x", "--open", "1"),
            2,
            "--hall",
        ),
    ],
)
def test_what_cannot_be_tried_is_told_and_ends_with_its_code(
    simulated: Callable[..., Result], words: tuple[str, ...], code: int, told: str
) -> None:
    more = () if "--date" in words or "--hall" in words else ("--date", "2026-04-01")
    result = simulated(*words, *(more if words else ()))
    assert result.exit_code == code
    assert told in result.stderr


def test_a_folder_without_a_hall_is_told(tmp_path: Path) -> None:
    result = CliRunner().invoke(main, ["simulate", "--policy", "fcfs", "--data", str(tmp_path)])
    assert result.exit_code == 1
    assert "There is no database" in result.stderr


def test_a_hall_is_what_it_was_on_the_day(settings: Settings, simulated: Callable[..., Result]) -> None:
    later = msgspec.json.encode(document(services=("licence", "seal"))).decode()
    version = Version(
        n=2, at=day_start(date(2026, 5, 1)), actor="one", note="", document=later, digest=digest(later)
    )
    with settings.database.engine().begin() as writing:
        names = [column.name for column in schema.version.columns]
        writing.execute(insert(schema.version), dict(zip(names, version_row(version), strict=True)))
    assert "项目备案" in simulated("--date", "2026-04-01", "--plays", "2", "--policy", "fcfs").stdout
