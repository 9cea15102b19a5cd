"""The hall's versions from the command line, with a server and without one."""

import sqlite3
import tomllib
from pathlib import Path

import pytest

from queue_server.app.hall import BRANCH, SHIPPED
from tests.integration.app.test_main import do, running


def changed(folder: Path, path: Path = SHIPPED) -> Path:
    """A hall that differs from a sample in one name."""
    file = folder / "later.toml"
    file.write_text(path.read_text("utf-8").replace("综合咨询", "综合咨询台"), "utf-8")
    assert file.read_text("utf-8") != path.read_text("utf-8")
    return file


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A data folder where the branch hall was published, with nobody serving."""
    done = do("import", BRANCH, "--data", tmp_path / "data")
    assert done.returncode == 0, done.stderr
    return tmp_path / "data"


def test_what_is_exported_and_imported_again_is_the_same_and_makes_no_version(home: Path) -> None:
    exported = do("export", "--data", home).stdout
    assert tomllib.loads(exported) == tomllib.loads(BRANCH.read_text("utf-8"))
    assert exported.startswith("# 第2版 version 2 · ")
    (home / "again.toml").write_text(exported, "utf-8")
    again = do("import", home / "again.toml", "--data", home).stdout
    assert again == "与正在使用的第2版一样，没有改动。 It is version 2, which runs: nothing was changed.\n"
    first = do("export", "--version", 1, "--data", home).stdout
    assert tomllib.loads(first) == tomllib.loads(SHIPPED.read_text("utf-8"))


def test_a_version_that_never_was_is_refused_with_a_sentence(home: Path, tmp_path: Path) -> None:
    done = do("export", "--version", 9, "--data", home)
    assert (done.returncode, done.stdout) == (1, "")
    assert "No configuration of version 9" in done.stderr
    assert do("export", "--data", tmp_path / "nowhere").returncode == 1


def test_a_faulty_file_is_refused_with_every_fault_and_nothing_is_published(
    home: Path, tmp_path: Path
) -> None:
    file = tmp_path / "faulty.toml"
    file.write_text(BRANCH.read_text("utf-8").replace('colour = "#', 'colour = "'), "utf-8")
    done = do("import", file, "--data", home)
    assert done.returncode == 1
    assert "zones[0].colour" in done.stderr
    assert "version 2 runs" in do("check", "--data", home).stdout


def test_a_running_server_publishes_what_is_imported_without_a_restart(tmp_path: Path) -> None:
    with running(tmp_path / "data") as server:
        later = changed(tmp_path)
        done = do("import", later, "--note", "改名", "--data", tmp_path / "data")
        assert done.returncode == 0, done.stderr
        names = {service["name"]["zh"] for service in server.ask("GET", "/api/v1/services")[1]}
        assert "综合咨询台" in names
        kiosk = do("token", "k", "--role", "kiosk", "--data", tmp_path / "data").stdout.strip()
        used = server.ask("GET", "/api/v1/services")[1][0]["id"]
        assert server.ask("POST", "/api/v1/tickets", {"service": used}, kiosk)[0] == 201
        refused = do("import", BRANCH, "--data", tmp_path / "data")
        assert refused.returncode == 1
        assert "未发布：这样改，还有1张号票没有窗口可去" in refused.stderr
        assert "Not published: 1 ticket(s) would be left" in refused.stderr
        exported = do("export", "--data", tmp_path / "data").stdout
        assert "改名" in exported.splitlines()[0]


def test_after_the_first_start_the_file_is_only_compared_and_the_command_is_told(tmp_path: Path) -> None:
    data = tmp_path / "data"
    with running(data) as server:
        _, errors = server.stop()
        assert "differs" not in errors
    data.joinpath("hall.toml").write_text(changed(tmp_path).read_text("utf-8"), "utf-8")
    command = f"jiaohao-server import {data / 'hall.toml'} --data {data}"
    with running(data) as server:
        names = {service["name"]["zh"] for service in server.ask("GET", "/api/v1/services")[1]}
        assert "综合咨询台" not in names
        _, errors = server.stop()
        assert (
            "hall.toml differs from version 1, which runs, in 1 place(s) (services[enquiry].name.zh)"
            in errors
        )
        assert command in errors
    assert do(*command.split()[1:]).returncode == 0
    with running(data) as server:
        assert "综合咨询台" in {each["name"]["zh"] for each in server.ask("GET", "/api/v1/services")[1]}
        _, errors = server.stop()
        assert "differs" not in errors
    data.joinpath("hall.toml").write_text("nonsense", "utf-8")
    with running(data) as server:
        _, errors = server.stop()
        assert "hall.toml is not used; version 2 runs." in errors


@pytest.mark.parametrize(
    "deed",
    [
        "UPDATE version SET document = replace(document, 'name', 'nome') WHERE n = 1",
        "UPDATE version SET document = replace(document, 'name', 'nome'), digest = 'x' WHERE n = 1",
        "DELETE FROM version WHERE n = 1",
        "INSERT INTO version SELECT 9, at, actor, note, document, digest FROM version WHERE n = 1",
    ],
)
def test_a_version_that_was_tampered_with_is_found(home: Path, deed: str) -> None:
    assert do("verify", "--data", home).returncode == 0
    with sqlite3.connect(home / "hall.sqlite3") as connection:
        assert connection.execute(deed).rowcount == 1
    connection.close()
    done = do("verify", "--data", home)
    assert done.returncode == 1
    assert "它发布的配置与保存的不符（document）" in done.stderr


def test_a_roster_in_csv_is_checked_and_published_in_place_of_the_one_that_runs(
    home: Path, tmp_path: Path
) -> None:
    exported = tomllib.loads(do("export", "--data", home).stdout)
    clerk, window = exported["staff"][0]["id"], exported["windows"][0]["numbers"].partition("-")[0]
    file = tmp_path / "roster.csv"
    file.write_text(f"窗口,账号,日期或星期,时间,休息\n{window},nobody,1-5,08:30-12:00,\n", "gb18030")
    for verb in (("import", file), ("check", "--hall", file)):
        done = do(*verb, "--data", home)
        assert done.returncode == 1
        assert "第2行 line 2 clerk: 没有名为“nobody”的人员" in done.stderr
    assert "version 2 runs" in do("check", "--data", home).stdout

    file.write_text(f"{window},{clerk},1-5,08:30-12:00,10:00-10:15\n", "utf-8")
    assert do("check", "--hall", file, "--data", home).returncode == 0
    done = do("import", file, "--data", home)
    assert (
        done.stdout
        == "正在使用第3版。 Version 3 runs.\n排班已替换，共1条。 The roster is replaced by 1 duties.\n"
    )
    file.write_text(f"{window},{clerk},6,08:30-12:00,\n", "utf-8")
    done = do("import", file, "--add", "--data", home)
    assert "排班已追加，现有2条。" in done.stdout
    later = tomllib.loads(do("export", "--data", home).stdout)
    assert [duty["days"] for duty in later["roster"]] == ["1-5", "6"]
    assert {key: later[key] for key in later if key != "roster"} == {
        key: exported[key] for key in exported if key != "roster"
    }
