"""A part of a hall leaves a server that runs, is served on another one, and comes home; whatever database each of them has."""

import re
import resource
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from queue_server.engine.toml import write
from tests.fakes.document import document, text
from tests.fakes.postgres import Cluster
from tests.integration.app.test_main import Done, Running, do, running

PASSWORD = "a password for a test"


class Place:
    """A data folder with a kiosk and a clerk, and its database."""

    def __init__(self, folder: Path, patch: pytest.MonkeyPatch, url: str | None) -> None:
        """Nothing is in it yet; `url` is that of PostgreSQL."""
        self.folder, self._patch = folder, patch
        self.environment = {} if url is None else {"JIAOHAO_DB": url}
        self._kiosk = self._clerk = self._window = ""

    def do(self, *words: object, given: str = "") -> Done:
        """A command line that is done."""
        self._patch.delenv("JIAOHAO_DB", raising=False)
        for name, value in self.environment.items():
            self._patch.setenv(name, value)
        done = do(*words, "--data", self.folder, given=given)
        assert done.returncode == 0, done.stderr
        return done

    def staff(self) -> None:
        """Who works here."""
        self._kiosk = self.do("token", "kiosk-1", "--role", "kiosk").stdout.strip()
        self.do("user", "add", "zhang", "--role", "clerk", given=PASSWORD)

    def open(self, server: Running, window: str = "1") -> None:
        """The clerk signs in and opens a window."""
        _, signed = server.ask("POST", "/api/v1/login", {"name": "zhang", "password": PASSWORD})
        self._clerk, self._window = signed["token"], window
        assert server.ask("POST", f"/api/v1/windows/{window}/open", {}, self._clerk)[0] == 200

    def close(self, server: Running) -> None:
        """The clerk closes it."""
        assert server.ask("POST", f"/api/v1/windows/{self._window}/close", {}, self._clerk)[0] == 200

    def take(self, server: Running, service: str) -> Any:
        """A ticket's number, or the code of a refusal."""
        status, made = server.ask("POST", "/api/v1/tickets", {"service": service}, self._kiosk)
        return made["number"] if status == 201 else made["code"]

    def call(self, server: Running) -> str | None:
        """The number that the clerk's window calls next; whoever was there is done."""
        status, called = server.ask("POST", f"/api/v1/windows/{self._window}/call-next", {}, self._clerk)
        return str(called["number"]) if status == 200 else None


Make = Callable[[str], Place]


@pytest.fixture(params=["sqlite", "postgresql"])
def make(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Make:
    """Places of a kind."""

    def one(name: str) -> Place:
        url = None
        if request.param == "postgresql":
            cluster: Cluster = request.getfixturevalue("cluster")
            url = cluster.address(cluster.database())
        return Place(tmp_path / name, monkeypatch, url)

    return one


def fingerprint(done: Done) -> str:
    """What was printed to be compared."""
    found = re.search(r"fingerprint: ([0-9A-F-]{24})", done.stdout)
    assert found is not None, done.stdout
    return found[1]


def named(done: Done) -> str:
    """The id of the evacuation that was printed."""
    return done.stdout.split("moved: ")[1].split()[0]


def test_a_zone_leaves_a_running_server_is_served_elsewhere_and_comes_home_and_another_leaves_a_stopped_one(
    make: Make, tmp_path: Path
) -> None:
    home, there = make("home"), make("there")
    file, back = tmp_path / "a.move", tmp_path / "a.back"
    home.folder.mkdir()
    (home.folder / "hall.toml").write_text(write(document()), encoding="utf-8")
    home.staff()
    with running(home.folder, **home.environment) as server:
        home.open(server)
        assert [home.take(server, "filing") for _ in range(3)] == ["A001", "A002", "A003"]
        assert home.call(server) == "A001"
        written = home.do("evacuate", "--zone", "A", "--out", file)
        assert "3张号票" in written.stdout
        assert home.call(server) is None
        assert home.take(server, "filing") == "issuing.stopped"
        assert home.take(server, "licence") == "B001", "the rest of the hall goes on"
        again = home.do("evacuate", "--zone", "A", "--out", file)
        assert again.stdout == written.stdout, "the same part, written again"

        there.staff()
        there.do("import", file, "--fingerprint", fingerprint(written))
        assert "the hall is in the database" in there.do("check").stdout, "no hall.toml is to come"
        with running(there.folder, **there.environment) as other:
            there.open(other)
            assert [there.call(other), there.call(other)] == ["A001", "A002"]
            assert there.take(other, "filing") == "A004"
            assert there.take(other, "licence") == "issuing.stopped"
            meanwhile = there.do("export", "--results", back, "--interim")
            assert there.call(other) == "A003", "interim results close nothing"
            results = there.do("export", "--results", back)
            assert fingerprint(results) == fingerprint(meanwhile)
            assert there.call(other) is None
            assert there.take(other, "filing") == "hall.handed_back"
            other.stop()
        assert "whole" in there.do("verify").stdout

        came = home.do("import", back, "--fingerprint", fingerprint(results))
        assert "4张号票，其中2张已办结或取消，2张未办完" in came.stdout
        id_ = home.do("evacuation", "list").stdout.split("\t")[0]
        assert "已恢复 back" in home.do("evacuation", "reopen", id_).stdout
        assert [home.call(server) for _ in range(2)] == ["A003", "A004"]
        assert home.take(server, "filing") == "A025"
        server.process.kill()
        server.process.wait()

    assert "2项业务" in home.do("evacuate", "--zone", "B", "--out", file).stdout
    id_ = home.do("evacuation", "list").stdout.splitlines()[-1].split("\t")[0]
    assert "已作废 void" in home.do("evacuation", "void", id_).stdout
    assert "whole" in home.do("verify").stdout


def test_a_service_and_a_department_leave_windows_that_serve_on_and_nobody_is_called_twice(
    make: Make, tmp_path: Path
) -> None:
    home, there = make("home"), make("there")
    file, back, other = (tmp_path / name for name in ("seal.move", "seal.back", "invest.move"))
    made = document()
    made["departments"] = [{"id": "invest", "name": text("投资促进局", "Investment Office")}]
    made["services"][0]["department"] = "invest"
    home.folder.mkdir()
    (home.folder / "hall.toml").write_text(write(made), encoding="utf-8")
    home.staff()
    with running(home.folder, **home.environment) as server:
        home.open(server, "4")
        taken = [home.take(server, name) for name in ("licence", "seal", "licence", "seal", "filing")]
        assert taken == ["B001", "B002", "B003", "B004", "A001"]
        written = home.do("evacuate", "--service", "seal", "--out", file)
        assert "2张号票" in written.stdout
        left = home.do("evacuate", "--department", "invest", "--out", other, "--reason", "去了东楼")
        assert "1张号票" in left.stdout
        listed = [line.split("\t") for line in home.do("evacuation", "list").stdout.splitlines()]
        assert [(line[0], *line[5:]) for line in listed] == [
            (named(written), "印章备案", "停电转移"),
            (named(left), "投资项目服务区", "去了东楼"),
        ]
        assert [home.take(server, name) for name in ("seal", "filing")] == ["issuing.stopped"] * 2
        assert [home.call(server) for _ in range(3)] == ["B001", "B003", None], "its window serves the rest"

        there.staff()
        there.do("import", file, "--fingerprint", fingerprint(written))
        with running(there.folder, **there.environment) as second:
            there.open(second, "4")
            assert there.take(second, "licence") == "issuing.stopped"
            later = there.take(second, "seal")
            assert later not in taken
            assert [there.call(second) for _ in range(4)] == ["B002", "B004", later, None]
            results = there.do("export", "--results", back)
            second.stop()
        came = home.do("import", back, "--fingerprint", fingerprint(results))
        assert "3张号票，其中3张已办结或取消，0张未办完" in came.stdout
        assert "已恢复 back" in home.do("evacuation", "reopen", named(written)).stdout
        assert home.call(server) is None
        again = home.take(server, "seal")
        assert again not in (*taken, later)
        assert home.call(server) == again

        assert "已作废 void" in home.do("evacuation", "void", named(left)).stdout
        assert home.call(server) is None
        home.close(server)
        home.open(server, "1")
        assert home.call(server) == "A001"
        assert "version 1 runs" in home.do("check").stdout
    assert "whole" in home.do("verify").stdout


def test_where_nothing_can_be_written_nothing_is_moved_and_what_was_moved_meanwhile_is_told(
    tmp_path: Path,
) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (home / "hall.toml").write_text(write(document()), encoding="utf-8")
    with running(home) as server:
        server.stop()
    gone = do("evacuate", "--zone", "A", "--out", tmp_path / "no stick" / "a.move", "--data", home)
    assert (gone.returncode, "无法写入" in gone.stderr) == (1, True)
    listed = do("evacuate", "--zone", "A", "--out", tmp_path / "a.HTML", "--data", home)
    assert (listed.returncode, "a.move" in listed.stderr) == (1, True), "it is no sheet to be printed"
    none = do("evacuation", "list", "--data", home)
    assert (none.stdout, "没有转移过" in none.stderr) == ("", True)
    (tmp_path / "a.waiting.html").mkdir()  # where the list on paper is to be
    late = do("evacuate", "--zone", "A", "--out", tmp_path / "a.move", "--data", home)
    assert late.returncode == 1
    assert "这部分已停止发号、叫号：换一个位置（--out）" in late.stderr
    id_ = do("evacuation", "list", "--data", home).stdout.split("\t")[0]
    mistyped = do("evacuation", "void", id_[:-1], "--data", home)
    assert (mistyped.returncode, "evacuation list列出全部" in mistyped.stderr) == (1, True)
    again = do("evacuate", "--zone", "A", "--out", tmp_path / "b.move", "--data", home)
    assert (again.returncode, named(again)) == (0, id_), "as it says"
    for written in ("b.move", "b.waiting.html"):
        assert (tmp_path / written).stat().st_mode & 0o777 == 0o644, "whoever prints it can read it"


def test_a_place_in_which_nothing_has_happened_has_nothing_to_move(make: Make, tmp_path: Path) -> None:
    empty = make("empty")
    empty.staff()
    refused = do("evacuate", "--out", tmp_path / "x", "--data", empty.folder)
    assert (refused.returncode, "还没有大厅" in refused.stderr) == (1, True)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A hall that has stopped."""
    folder = tmp_path / "home"
    folder.mkdir()
    (folder / "hall.toml").write_text(write(document()), encoding="utf-8")
    with running(folder) as server:
        server.stop()
    return folder


def test_a_stick_with_little_room_is_told_of_before_anything_moves(home: Path, tmp_path: Path) -> None:
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (250_000, before[1]))  # an empty file could be written
    try:
        full = do("evacuate", "--zone", "A", "--out", tmp_path / "a.move", "--data", home)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert (full.returncode, "无法写入" in full.stderr) == (1, True)
    assert "已停止发号" not in full.stderr
    assert "没有转移过" in do("evacuation", "list", "--data", home).stderr
    assert [each.name for each in tmp_path.iterdir()] == ["home"], "nothing is left on the stick"


def test_the_file_of_a_part_that_is_elsewhere_is_not_written_over_by_that_of_another(
    home: Path, tmp_path: Path
) -> None:
    out = tmp_path / "hall.move"
    first = do("evacuate", "--zone", "A", "--out", out, "--data", home)
    assert first.returncode == 0
    content = out.read_bytes()
    refused = do("evacuate", "--zone", "B", "--out", out, "--data", home)
    assert (refused.returncode, out.read_bytes()) == (1, content)
    assert named(first) in refused.stderr
    assert f"--out {tmp_path / 'hall-2.move'}" in refused.stderr
    assert len(do("evacuation", "list", "--data", home).stdout.splitlines()) == 1, "zone B is still served"
    again = do("evacuate", "--zone", "A", "--out", out, "--data", home)
    assert named(again) == named(first), "its own file it writes again"
    do("evacuation", "void", named(first), "--data", home)
    assert do("evacuate", "--zone", "B", "--out", out, "--data", home).returncode == 0, "as after a rehearsal"


def test_results_that_a_hall_cannot_take_yet_say_what_is_to_be_done_first(home: Path, tmp_path: Path) -> None:
    usb, move, back = tmp_path / "usb", tmp_path / "hall.move", tmp_path / "hall.back"
    usb.mkdir()
    assert do("backup", "--to", usb, "--data", home).returncode == 0
    assert do("restore", usb, "--data", tmp_path / "rescued").returncode == 0
    gone = do("evacuate", "--out", move, "--data", tmp_path / "rescued")
    there = ("--data", tmp_path / "there")
    assert do("import", move, "--fingerprint", fingerprint(gone), *there).returncode == 0
    results = do("export", "--results", back, *there)
    brought = ("import", back, "--fingerprint", fingerprint(results), "--data", home)

    unknown = do(*brought)
    assert (unknown.returncode, "请先导入转移时写出的文件" in unknown.stderr) == (1, True)
    assert do("import", move, "--fingerprint", fingerprint(gone), "--data", home).returncode == 0
    undecided = do(*brought)
    assert (undecided.returncode, f"accept {named(gone)}" in undecided.stderr) == (1, True)
    assert do("evacuation", "accept", named(gone), "--data", home).returncode == 0
    assert do(*brought).returncode == 0
    assert do("evacuation", "reopen", named(gone), "--data", home).returncode == 0
    home_already = do(*brought)
    assert (home_already.returncode, "不用再导入" in home_already.stderr) == (1, True)


def test_results_of_what_was_declared_void_are_told_as_such(home: Path, tmp_path: Path) -> None:
    gone = do("evacuate", "--out", tmp_path / "hall.move", "--data", home)
    there = ("--data", tmp_path / "there")
    assert do("import", tmp_path / "hall.move", "--fingerprint", fingerprint(gone), *there).returncode == 0
    results = do("export", "--results", tmp_path / "hall.back", *there)
    do("evacuation", "void", named(gone), "--data", home)
    refused = do(*("import", tmp_path / "hall.back", "--fingerprint", fingerprint(results), "--data", home))
    assert (refused.returncode, "已作废" in refused.stderr) == (1, True)
    assert "打电话给那里停止办理" in refused.stderr


def test_a_part_of_what_went_already_is_told_as_such_with_what_to_type(home: Path, tmp_path: Path) -> None:
    first = do("evacuate", "--zone", "A", "--zone", "B", "--out", tmp_path / "ab.move", "--data", home)
    refused = do("evacuate", "--zone", "A", "--out", tmp_path / "a.move", "--data", home)
    assert (refused.returncode, (tmp_path / "a.move").exists()) == (1, False)
    assert f"其中有的已经转移了（{named(first)}" in refused.stderr
    assert "choose what was chosen then" in refused.stderr
    again = do("evacuate", "--zone", "B", "--zone", "A", "--out", tmp_path / "a.move", "--data", home)
    assert named(again) == named(first), "as it says"
