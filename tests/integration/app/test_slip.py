"""Slips on the command line: printed, handed out, and keyed in from a list, with a server and without one."""

import re
from pathlib import Path

import pytest

from queue_server.app import waiting
from queue_server.app.hall import BRANCH
from tests.integration.app.test_main import do, running


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A data folder where the branch hall was published, with nobody serving."""
    done = do("import", BRANCH, "--data", tmp_path / "data")
    assert done.returncode == 0, done.stderr
    return tmp_path / "data"


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ten in the morning, whenever the test runs."""
    monkeypatch.setenv("JIAOHAO_CLOCK", "2026-11-23T10:00:00+08:00@1")


def service(home: Path) -> tuple[str, str, str]:
    """A service of the hall: its zone, its id and its name."""
    text = do("export", "--data", home).stdout
    part = text[text.index("[[services]]") :]
    zone, id_ = (re.search(rf'^{key} = "(.+?)"', part, re.MULTILINE) for key in ("zone", "id"))
    name = re.search(r'zh = "(.+?)"', part)
    assert zone is not None
    assert id_ is not None
    assert name is not None
    return zone[1], id_[1], name[1]


def test_no_slips_are_printed_for_a_hall_that_is_not_there(tmp_path: Path) -> None:
    mistyped = do("slips", "--zone", "A", "--out", tmp_path / "a.html", "--data", tmp_path / "dtaa")
    assert (mistyped.returncode, "还没有数据库" in mistyped.stderr) == (1, True)
    assert list(tmp_path.iterdir()) == [], "they could be keyed in nowhere"


def test_no_sheet_of_slips_lies_upon_a_waiting_list_where_names_have_no_case(tmp_path: Path) -> None:
    lists = [waiting.beside(tmp_path / name) for name in ("C.move", "c", "Hall.MOVE", "c.d.move")]
    assert [one.name for one in lists] == [
        "C.waiting.html",
        "c.waiting.html",
        "Hall.waiting.html",
        "c.d.waiting.html",
    ]
    for name in ("c.html", "C.html", "hall.html", "HALL.HTML", "c.d.html"):
        assert name.lower() not in {one.name.lower() for one in lists}
    for name in ("C.waiting.html", "c.Waiting.HTML"):
        refused = do("slips", "--zone", "A", "--out", tmp_path / name, "--data", tmp_path / "home")
        assert (refused.returncode, f"--out {tmp_path / name[0]}.html" in refused.stderr) == (1, True)


def test_slips_that_may_not_be_printed_yet_are_not_written_over(home: Path, tmp_path: Path) -> None:
    page = tmp_path / "slips.html"
    words = ("slips", "--zone", "A", "--count", 2, "--data", home, "--out")
    assert do(*words, page).returncode == 0
    before = page.read_text(encoding="utf-8")
    again = do(*words, page)
    assert again.returncode != 0
    assert f"--out {tmp_path / 'slips-2.html'}" in again.stderr
    assert page.read_text(encoding="utf-8") == before
    assert "8003" in do(*words, tmp_path / "slips-2.html").stdout, "no number was lost by it"


def test_slips_are_printed_and_keyed_in_from_a_list_once(home: Path, tmp_path: Path) -> None:
    zone, id_, _ = service(home)
    page = tmp_path / "slips.html"
    done = do("slips", "--zone", zone, "--count", 30, "--out", page, "--data", home)
    assert done.returncode == 0, done.stderr
    numbers = re.findall(r"<b>(.+?)</b>", page.read_text("utf-8"))
    assert len(set(numbers)) == 30
    sheet = tmp_path / "list.csv"
    sheet.write_text(
        f"号码,业务,时间\n{numbers[0]},{id_},10:00\n{numbers[1]},nothing,10:00\n{numbers[2]},{id_},late\n"
        f"{numbers[3]},{id_},2026-11-31 9:00\n{numbers[4]},{id_},2026-11-22 16:40\n",
        "utf-8",
    )
    faulty = do("import", sheet, "--data", home)
    assert faulty.returncode == 1
    assert "第3行" in faulty.stderr
    assert "第4行" in faulty.stderr
    assert "第5行" in faulty.stderr
    assert "第6行：手写号" in faulty.stderr, "it was printed today"


def test_a_running_server_takes_a_list_and_the_same_list_again_changes_nothing(
    home: Path, tmp_path: Path
) -> None:
    zone, id_, name = service(home)
    page, sheet = tmp_path / "slips.html", tmp_path / "list.csv"
    with running(home, JIAOHAO_CLOCK="2026-11-23T10:30:00+08:00@1"):
        done = do("slips", "--zone", zone, "--count", 2, "--out", page, "--data", home)
        assert done.returncode == 0, done.stderr
        first, second = re.findall(r"<b>(.+?)</b>", page.read_text("utf-8"))
        sheet.write_text(f"number,service,time\n{first},{id_},10:31\n{second},{name},10:31\n", "utf-8")
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("JIAOHAO_CLOCK", "2026-11-23T10:32:00+08:00@1")
            early = do("import", sheet, "--data", home)
    assert early.returncode == 1, "the server's own clock counts, and by that it is not yet so late"
    with running(home, JIAOHAO_CLOCK="2026-11-23T10:40:00+08:00@1"), pytest.MonkeyPatch.context() as patch:
        patch.setenv("JIAOHAO_CLOCK", "2026-11-23T10:40:00+08:00@1")
        double = tmp_path / "double.csv"
        double.write_text(
            f"number,service,time\n{first},{id_},10:31\n{first[0].lower()}-{first[1:]},{id_},10:31\n", "utf-8"
        )
        assert f"第3行：号码{first}出现了两次" in do("import", double, "--data", home).stderr
        assert "已录入2张手写号，另有0张" in do("import", sheet, "--data", home).stdout
        assert "已录入0张手写号，另有2张" in do("import", sheet, "--data", home).stdout
