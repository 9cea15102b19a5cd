"""What is done where no server runs: on a laptop with a wrong clock, to a stick that is gone, on a disk that is read-only."""

import subprocess
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from queue_server.app import evacuation as evacuations
from queue_server.app import version as versions
from queue_server.app.evacuation import put
from queue_server.app.setting import Settings
from queue_server.engine.toml import write
from queue_server.flow.clock import Clock
from queue_server.store.glance import glance
from queue_server.wire.command import Take
from queue_server.wire.ticket import Text
from tests.fakes.document import document
from tests.fakes.hall import FILING, MORNING
from tests.integration.app.test_evacuation import fingerprint
from tests.integration.app.test_main import SERVER, do, environment

DAY = timedelta(days=1)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder whose hall was published and in which somebody waits since the morning; nobody serves."""
    folder = tmp_path / "home"
    folder.mkdir()
    (folder / "hall.toml").write_text(write(document()), encoding="utf-8")
    machine(monkeypatch, MORNING)
    versions.ask(Settings.read(data=folder), [Take(service=FILING)], Text("", ""))
    return folder


def machine(patch: pytest.MonkeyPatch, at: datetime) -> None:
    """Set the machine's clock."""
    patch.setattr(Settings, "new_clock", lambda _: Clock(wall=lambda: at))


def states(folder: Path) -> list[str]:
    """What became of every ticket."""
    settings = Settings.read(data=folder)
    return [ticket.state for ticket in glance(settings.database, versions.hall_of(settings)[0].hall).tickets]


def test_a_part_leaves_a_stopped_folder_on_a_machine_a_day_ahead_and_nobody_loses_a_turn(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    machine(monkeypatch, MORNING + DAY)
    done = do("evacuate", "--out", tmp_path / "a.move", "--data", home)
    assert "1张号票" in done.stdout
    assert "The server's machine" in done.stderr or "By the server's machine" in done.stderr
    assert states(home) == ["moved"]


def test_a_hall_is_restored_on_a_machine_a_day_ahead_only_by_somebody_who_has_compared_its_clock(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stick, other = tmp_path / "stick", tmp_path / "other"
    stick.mkdir()
    assert do("backup", "--to", stick, "--data", home).returncode == 0
    machine(monkeypatch, MORNING + DAY)
    refused = do("restore", stick, "--data", other)
    assert (refused.returncode, "--sure" in refused.stderr) == (1, True)
    assert not list(other.glob("*.sqlite3*"))
    assert do("restore", stick, "--data", other, "--sure").returncode == 0
    assert states(other) == ["expired"]
    machine(monkeypatch, MORNING)
    assert do("restore", stick, "--data", other, "--force").returncode == 0
    assert states(other) == ["waiting"]


def test_a_list_of_slips_waits_until_it_is_known_which_day_its_times_are_of(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    slips = tmp_path / "slips.csv"
    printed = do("slips", "--zone", "A", "--count", "1", "--out", tmp_path / "a.html", "--data", home)
    number = printed.stdout.split("：")[1].split("–")[0]
    slips.write_text(f"号码,业务,时间\n{number},filing,10:30\n", encoding="utf-8")
    machine(monkeypatch, MORNING + DAY)
    refused = do("import", slips, "--data", home)
    assert (refused.returncode, "Compare with a phone" in refused.stderr) == (1, True)
    assert states(home) == ["waiting"]
    machine(monkeypatch, MORNING + timedelta(hours=2))
    assert do("import", slips, "--data", home).returncode == 0
    assert states(home) == ["waiting", "waiting"]


@pytest.mark.parametrize(
    "off, told", [(DAY, "By the server's machine"), (-DAY, "Compare with a phone"), (timedelta(), "")]
)
def test_check_says_that_the_machine_is_not_where_the_hall_is_and_changes_nothing(
    home: Path, monkeypatch: pytest.MonkeyPatch, off: timedelta, told: str
) -> None:
    machine(monkeypatch, MORNING + off)
    done = do("check", "--data", home)
    assert done.returncode == 0, done.stderr
    assert told in done.stderr
    assert ("server's machine" in done.stderr) == bool(told)
    assert states(home) == ["waiting"]


class Stick:
    """One that is pulled out after some files."""

    def __init__(self, goes_after: int) -> None:
        self._left = goes_after

    def put(self, path: Path, content: bytes) -> None:
        """Write as long as it is there."""
        self._left -= 1
        put(path if self._left >= 0 else path.parent / "gone" / path.name, content)


def test_a_place_whose_results_cannot_be_written_serves_on(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, there = tmp_path / "a.move", tmp_path / "there"
    written = do("evacuate", "--out", file, "--data", home)
    assert do("import", file, "--fingerprint", fingerprint(written), "--data", there).returncode == 0
    assert do("export", "--results", tmp_path / "gone" / "a.back", "--data", there).returncode == 1
    assert "here" in do("evacuation", "list", "--data", there).stdout
    with monkeypatch.context() as pulled:
        pulled.setattr(evacuations, "put", Stick(goes_after=1).put)
        assert do("export", "--results", tmp_path / "a.back", "--data", there).returncode == 1
    assert "here" in do("evacuation", "list", "--data", there).stdout
    assert do("export", "--results", tmp_path / "a.back", "--data", there).returncode == 0
    assert "handed back" in do("evacuation", "list", "--data", there).stdout


def test_a_server_on_a_read_only_disk_says_so_in_a_sentence_and_ends(home: Path) -> None:
    """A bind mount of its own namespace, which only root may make."""
    mounted = 'mount --bind "$0" "$0" && mount -o remount,ro,bind "$0" || exit 99; exec "$@"'
    line = [
        "unshare",
        "-m",
        "sh",
        "-c",
        mounted,
        str(home),
        *SERVER,
        "run",
        "--data",
        str(home),
        "--listen",
        "127.0.0.1:0",
    ]
    done = subprocess.run(line, env=environment(), capture_output=True, text=True, timeout=60, check=False)
    if done.returncode == 99 or "unshare:" in done.stderr:
        pytest.skip("this machine lets nobody mount a folder read-only")
    assert done.returncode == 1
    assert f"无法写入数据目录{home}" in done.stderr
    assert "Read-only file system" in done.stderr
