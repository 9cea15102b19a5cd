"""The command line as an administrator uses it: real processes, real files."""

import contextlib
import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import pytest
from click.testing import CliRunner

from queue_server.app.backup import APART
from queue_server.app.hall import BRANCH, SHIPPED
from queue_server.app.main import main

SERVER = (sys.executable, "-m", "queue_server.app.main")
ROOT = Path(__file__).parents[3]


def environment(**more: str) -> dict[str, str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("JIAOHAO_")}
    return clean | {"PYTHONPATH": str(ROOT)} | more


class Done(NamedTuple):
    """How one command ended."""

    returncode: int
    stdout: str
    stderr: str


def do(*arguments: object, given: str = "") -> Done:
    """Run one short command to its end, in this process: starting one takes far longer than what it does."""
    done = CliRunner().invoke(main, [str(argument) for argument in arguments], input=given)
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return Done(done.exit_code, done.stdout, done.stderr)


class Running:
    """A server process that serves."""

    def __init__(self, process: "subprocess.Popen[str]", address: str) -> None:
        self.process = process
        self.address = address

    def ask(self, method: str, path: str, body: Any = None, token: str | None = None) -> tuple[int, Any]:
        """A request over a plain connection of its own."""
        host, port = self.address.removeprefix("http://").split(":")
        data = b"" if body is None else msgspec.json.encode(body)
        head = f"{method} {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\nContent-Length: {len(data)}\r\n"
        if token is not None:
            head += f"Authorization: Bearer {token}\r\n"
        with socket.create_connection((host, int(port)), timeout=30) as raw:
            raw.sendall(head.encode() + b"\r\n" + data)
            answer = b""
            while chunk := raw.recv(65536):
                answer += chunk
        top, _, text = answer.partition(b"\r\n\r\n")
        return int(top.split()[1]), msgspec.json.decode(text) if text else None

    def stop(self) -> tuple[float, str]:
        """Seconds from SIGTERM to the end, and what stood on standard error."""
        began_s = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        _, errors = self.process.communicate(timeout=60)
        return time.monotonic() - began_s, errors


@contextlib.contextmanager
def running(folder: Path, *arguments: str, **more: str) -> Iterator[Running]:
    command = [*SERVER, "run", "--data", str(folder), "--listen", "127.0.0.1:0", *arguments]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment(**more)
    ) as process:
        try:
            assert process.stdout is not None
            line = process.stdout.readline()
            assert line.startswith("ready http://127.0.0.1:"), line
            yield Running(process, line.split()[1])
        finally:
            if process.poll() is None:
                process.kill()


@pytest.mark.alone
def test_a_first_start_makes_an_admin_and_says_what_an_administrator_must_know(tmp_path: Path) -> None:
    with running(tmp_path / "new") as server:
        seconds, errors = server.stop()
        assert seconds < 2.0
        assert server.process.returncode == 0
    assert "其他机器无法访问" in errors
    assert "--listen 0.0.0.0" in errors
    password = errors.split("password ")[1].split()[0]
    assert (tmp_path / "new" / "hall.toml").exists()
    with running(tmp_path / "new") as server:
        status, signed = server.ask("POST", "/api/v1/login", {"name": "admin", "password": password})
        assert (status, signed["role"]) == (200, "admin")
        assert server.ask("GET", "/api/v1/me", token=signed["token"])[1]["must_change"] is True
        assert len(server.ask("GET", "/api/v1/zones")[1]) == 10
        assert password not in server.stop()[1], "it is told once"


def test_bytes_that_are_no_http_are_answered_and_not_quoted_in_the_log(tmp_path: Path) -> None:
    secret = "a-token-that-nobody-may-read"
    with running(tmp_path / "new") as server:
        host, port = server.address.removeprefix("http://").split(":")
        with socket.create_connection((host, int(port)), timeout=30) as raw:
            raw.sendall(
                f"GET /health HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {secret}\x00\r\n\r\n".encode()
            )
            assert raw.recv(65536).startswith(b"HTTP/1.0 400 ")
        assert server.ask("GET", "/health")[0] == 200
        assert secret not in server.stop()[1]


def test_what_the_server_writes_is_for_its_own_account_only(tmp_path: Path) -> None:
    data = tmp_path / "data"
    do("user", "add", "zhang", "--role", "clerk", "--data", data, given="a good password\n")
    assert data.stat().st_mode & 0o077 == 0
    assert [path.name for path in data.iterdir() if path.stat().st_mode & 0o077] == []


def test_a_pin_is_set_and_taken_away_from_the_command_line(tmp_path: Path) -> None:
    data = tmp_path / "data"
    for name, role in (("zhang", "steward"), ("xu", "auditor")):
        do("user", "add", name, "--role", role, "--data", data, given="a good password\n")
    done = do("user", "pin", "zhang", "--data", data, given="730918\n")
    assert (done.returncode, done.stdout) == (0, "已修改 changed: zhang\n")
    for name, pin, told in (
        ("zhang", "555555", "A PIN has 6 digits"),
        ("xu", "730918", "needs no PIN"),
        ("nobody", "730918", "There is no account"),
    ):
        refused = do("user", "pin", name, "--data", data, given=f"{pin}\n")
        assert refused.returncode == 1
        assert told in refused.stderr
        assert pin not in refused.stdout + refused.stderr
    assert do("user", "pin", "zhang", "--remove", "--data", data).returncode == 0


def test_staff_are_imported_reset_and_leave_from_the_command_line(tmp_path: Path) -> None:
    data, file = tmp_path / "data", tmp_path / "staff.csv"
    file.write_text("zhang,clerk,张敏\nboss,大厅经理,王主任\n", encoding="utf-8")
    done = do("user", "import", file, "--data", data)
    assert (done.returncode, done.stdout.count("one-time password")) == (0, 2)
    assert "added 2" in done.stdout
    assert "boss\tmanager\t王主任\t待改密码 must change" in do("user", "list", "--data", data).stdout
    file.write_text("li,captain,李\n", encoding="utf-8")
    faulty = do("user", "import", file, "--data", data)
    assert (faulty.returncode, faulty.stdout) == (1, "")
    assert "line 1: There is no role “captain”; there are: Clerk, " in faulty.stderr
    file.write_text("zhang,clerk,张敏,无此部门\n", encoding="utf-8")
    faulty = do("user", "import", file, "--data", data)
    assert "line 1: There is no department “无此部门”." in faulty.stderr
    file.write_text("zhang,clerk,张小敏,,project-filing,英语\n", encoding="utf-8")
    done = do("user", "import", file, "--data", data)
    assert "version 2 of the hall" in done.stdout
    assert (
        'id = "zhang"\nskills = ["project-filing"]\nabilities = ["english"]'
        in do("export", "--data", data).stdout
    )
    first, second = (do("user", "reset", "zhang", "--data", data).stdout.split()[-1] for _ in range(2))
    assert re.fullmatch("([a-z2-9]{4}-){2}[a-z2-9]{4}", first)
    assert first != second
    assert do("user", "deactivate", "zhang", "--data", data).returncode == 0
    assert "已停用 left" in do("user", "list", "--data", data).stdout
    assert do("user", "deactivate", "zhang", "--undo", "--data", data).returncode == 0
    assert "已停用" not in do("user", "list", "--data", data).stdout
    assert "one-time" in do("user", "add", "li", "--role", "clerk", "--once", "--data", data).stdout


@pytest.mark.parametrize(
    "words",
    [
        "user list",
        "user password zhang",
        "user pin zhang",
        "user pin zhang --remove",
        "user reset zhang",
        "user deactivate zhang",
        "user remove zhang",
        "token kiosk-1 --role kiosk --revoke",
        "device list",
        "device place 482913 --window 3",
        "export",
        "export --results home.back",
        "report day",
        "report period",
        "report appraisal",
        "audit log --day 2026-11-23",
        "verify",
        "backup --to .",
        "slips --zone C --count 3 --out slips.html",
        "evacuation list",
        "evacuation reopen X",
        "evacuate --out moved.evac",
        "archive",
        "migrate --to other.sqlite3",
        "cert --renew",
    ],
)
def test_a_folder_that_was_mistyped_is_refused_and_not_made(
    words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("JIAOHAO_DB", "JIAOHAO_DATA"):
        monkeypatch.delenv(name, raising=False)
    done = CliRunner().invoke(main, [*words.split(), "--data", "mistyped"], input="a good password\n")
    assert (done.exit_code, done.stdout) == (1, "")
    chinese, english = done.stderr.splitlines()
    assert "。" in chinese or "：" in chinese
    assert english.isascii()
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_an_account_is_the_first_in_is_told_of_as_new(tmp_path: Path) -> None:
    words = ["user", "add", "zhang", "--role", "clerk", "--once", "--data", str(tmp_path / "hall")]
    new = CliRunner().invoke(main, words)
    assert (new.exit_code, "holds no hall yet" in new.stderr) == (0, True)
    words[2] = "li"
    assert CliRunner().invoke(main, words).stderr == "", "it is there now"


def test_accounts_and_tokens_are_made_before_the_first_start_and_while_it_runs(tmp_path: Path) -> None:
    added = do(
        "user",
        "add",
        "zhang",
        "--role",
        "clerk",
        "--name",
        "张敏",
        "--data",
        tmp_path,
        given="八月桂花遍地开放\n",
    )
    assert added.returncode == 0, added.stderr
    kiosk = do("token", "kiosk-1", "--role", "kiosk", "--data", tmp_path).stdout.strip()
    with running(tmp_path) as server:
        login = {"name": "zhang", "password": "八月桂花遍地开放"}
        assert server.ask("POST", "/api/v1/login", login)[1]["shown"] == "张敏"
        assert (
            server.ask("POST", "/api/v1/tickets", {"service": "nope"}, kiosk)[1]["code"] == "service.unknown"
        )
        late = do("token", "box", "--role", "agent", "--window", "3", "--data", tmp_path).stdout.strip()
        assert server.ask("GET", "/api/v1/me", token=late)[1]["role"] == "agent"
        assert (
            do("user", "add", "li", "--role", "manager", "--data", tmp_path, given="long enough\n").returncode
            == 0
        )
        assert server.ask("POST", "/api/v1/login", {"name": "li", "password": "long enough"})[0] == 200
        assert "zhang\tclerk\t张敏" in do("user", "list", "--data", tmp_path).stdout


@pytest.mark.parametrize(
    "arguments, given, said",
    [
        (("user", "add", "zhang", "--role", "clerk"), "short\n", "8 to 200"),
        (("user", "add", "two words", "--role", "clerk"), "long enough\n", "without spaces"),
        (("user", "password", "nobody"), "long enough\n", "There is no account"),
        (("user", "remove", "nobody"), "", "There is no account"),
    ],
)
def test_a_command_that_cannot_be_done_says_so_in_one_sentence(
    tmp_path: Path, arguments: tuple[str, ...], given: str, said: str
) -> None:
    do("user", "add", "somebody", "--role", "clerk", "--once", "--data", tmp_path)
    done = do(*arguments, "--data", tmp_path, given=given)
    assert done.returncode == 1
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_a_token_of_a_name_that_another_bears_is_noted_and_one_that_nobody_bears_is_not_revoked(
    tmp_path: Path,
) -> None:
    first = do("token", "kiosk-1", "--role", "kiosk", "--data", tmp_path)
    assert first.returncode == 0
    assert "kiosk-1" not in first.stderr
    assert do("token", "kiosk-1", "--role", "display", "--data", tmp_path).stderr == ""
    second = do("token", "kiosk-1", "--role", "kiosk", "--data", tmp_path)
    assert second.returncode == 0
    assert len(second.stdout.split()) == 1, "the token alone, to be kept in a file"
    chinese, english = second.stderr.splitlines()
    assert "另有1个kiosk令牌也叫“kiosk-1”，仍然有效" in chinese
    assert "1 more kiosk token(s) called “kiosk-1” are still good" in english
    wrong = do("token", "kiosk-l", "--role", "kiosk", "--revoke", "--data", tmp_path)
    assert (wrong.returncode, wrong.stdout) == (1, "")
    assert wrong.stderr == (
        "没有kiosk令牌“kiosk-l”，什么也没有收回；有：kiosk-1。\n"
        "There is no kiosk token “kiosk-l” and nothing was revoked; there are: kiosk-1.\n"
    )
    right = do("token", "kiosk-1", "--role", "kiosk", "--revoke", "--data", tmp_path)
    assert (right.returncode, right.stdout) == (0, "已收回 revoked: 2\n")


def test_a_token_for_a_window_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with running(tmp_path):
        pass
    done = do("token", "box", "--role", "agent", "--window", "999", "--data", tmp_path)
    assert (done.returncode, done.stdout) == (1, "")
    assert "no window 999" in done.stderr


def refused(*arguments: object) -> str:
    """What a start that fails says."""
    done = subprocess.run(
        [*SERVER, "run", *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
        env=environment(),
    )
    assert done.returncode == 1
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
    return done.stderr


def test_a_busy_port_stops_the_start(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        said = refused("--data", tmp_path, "--listen", f"127.0.0.1:{port}")
    assert "占用" in said
    assert "--listen" in said


def test_a_data_folder_that_cannot_be_written_stops_the_start(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    said = refused("--data", tmp_path / "file" / "data")
    assert "无法写入数据目录" in said
    assert "--data" in said


def test_a_file_in_place_of_the_data_folder_is_told_as_one(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("not a folder")
    told = [refused("--data", file)]
    for command in (("check",), ("verify",), ("export",), ("user", "list"), ("device", "list")):
        asked = do(*command, "--data", file)
        assert (asked.returncode, asked.stdout) == (1, "")
        told.append(asked.stderr)
    assert set(told) == {
        (
            f"{file}是一个文件，不能作数据目录；请用--data另写一个目录。\n"
            f"{file} is a file and can be no data folder: name another one with --data.\n"
        )
    }


def test_a_second_server_on_the_same_folder_does_not_start(tmp_path: Path) -> None:
    with running(tmp_path) as server:
        said = refused("--data", tmp_path, "--listen", "127.0.0.1:0")
        assert "另一个服务器" in said
        assert server.ask("GET", "/ready")[0] == 200


def test_a_faulty_hall_stops_the_start_with_every_fault(tmp_path: Path) -> None:
    (tmp_path / "hall.toml").write_text('name = "x"\ncolour = 1\n', "utf-8")
    said = refused("--data", tmp_path)
    assert "hall.toml" in said
    assert "zones" in said
    assert "services" in said
    checked = do("check", "--data", tmp_path)
    assert checked.returncode == 1
    assert "services" in checked.stderr


def test_the_business_clock_of_a_demo_starts_and_runs_as_set(tmp_path: Path) -> None:
    with running(tmp_path, JIAOHAO_CLOCK="2030-01-02T09:00:00+08:00@60") as server:
        kiosk = do("token", "k", "--role", "kiosk", "--data", tmp_path).stdout.strip()
        service = server.ask("GET", "/api/v1/services")[1][0]["id"]
        ticket = server.ask("POST", "/api/v1/tickets", {"service": service}, kiosk)[1]
        assert ticket["issued_at"].startswith("2030-01-02T01:")


def test_check_says_what_it_found(tmp_path: Path) -> None:
    new = do("check", "--data", tmp_path / "none")
    assert new.returncode == 0, new.stderr
    assert not (tmp_path / "none").exists(), "nothing is changed"
    shipped = do("check", "--hall", SHIPPED, "--data", tmp_path)
    assert shipped.stdout.splitlines()[1:6] == [
        "  服务区 zones 10 · 业务 services 54 · 窗口 windows 68 · 屏幕 displays 8 · 喇叭 loudspeakers 7",
        "  机构 organisations 3 · 部门 departments 30 · 其中委托代收 delegating 14",
        "  类别 classes 8 · 联办 visits of several steps 1 · 办理结果 outcomes 6",
        "  承诺等候 promised waits green 5 min · appointment 10 min · priority 10 min · ordinary 15 min",
        "  取号时间 ticket hours 00:00-24:00",
    ]
    assert shipped.stdout.count("估计 reckoned") == 7
    assert "超过70%" not in shipped.stdout, "a hall that is shipped has no fault of its own"
    crowded = tmp_path / "crowded.toml"
    crowded.write_text(
        SHIPPED.read_text("utf-8").replace('zones = ["D", "E"]', 'zones = ["D", "E", "K"]'), "utf-8"
    )
    told = do("check", "--hall", crowded, "--data", tmp_path)
    south = next(line for line in told.stdout.splitlines() if "南侧喇叭" in line)
    assert "超过70%" in south
    branch = do("check", "--hall", BRANCH, "--data", tmp_path)
    assert "  取号时间 ticket hours 工作日 Working days\n" in branch.stdout
    assert "  人员 staff 6 · 排班 duties 6\n" in branch.stdout


def test_what_was_issued_survives_kill_9_and_the_log_proves_it(tmp_path: Path) -> None:
    kiosk = do("token", "k", "--role", "kiosk", "--data", tmp_path).stdout.strip()
    with running(tmp_path) as server:
        service = server.ask("GET", "/api/v1/services")[1][0]["id"]
        taken = [server.ask("POST", "/api/v1/tickets", {"service": service}, kiosk)[1] for _ in range(5)]
        server.process.kill()
    with running(tmp_path) as server:
        for ticket in taken:
            status, found = server.ask("GET", f"/api/v1/tickets/{ticket['id']}", token=kiosk)
            assert (status, found["number"]) == (200, ticket["number"])
        proven = do("verify", "--data", tmp_path)
        assert proven.returncode == 0, proven.stderr
        assert "seq 7" in proven.stdout, "the hall's first version, its administrator and five tickets"
    with closing(sqlite3.connect(tmp_path / "hall.sqlite3")) as connection, connection:
        connection.execute("UPDATE event SET actor = 'clerk:nobody' WHERE seq = 4")
    broken = do("verify", "--data", tmp_path)
    assert broken.returncode == 1
    assert "从第4条起不可信：这一条被改动过（changed）；此前3条完好" in broken.stderr
    assert "from seq 4 on: it was changed; the first 3 are proven" in broken.stderr


def test_nothing_secret_stands_in_the_log(tmp_path: Path) -> None:
    kiosk = do("token", "k", "--role", "kiosk", "--data", tmp_path).stdout.strip()
    do(
        "user",
        "add",
        "zhang",
        "--role",
        "clerk",
        "--name",
        "张敏",
        "--data",
        tmp_path,
        given="八月桂花遍地开放\n",
    )
    with running(tmp_path) as server:
        _, signed = server.ask("POST", "/api/v1/login", {"name": "zhang", "password": "八月桂花遍地开放"})
        server.ask("POST", "/api/v1/login", {"name": "zhang", "password": "wrong"})
        server.ask("POST", "/api/v1/tickets", {"service": "nope"}, kiosk)
        _, errors = server.stop()
    for secret in (kiosk, signed["token"], "八月桂花遍地开放", "张敏", "zhang"):
        assert secret not in errors


@pytest.mark.parametrize(
    "arguments",
    [
        *[(), ("run",), ("check",), ("user",), ("user", "add"), ("token",), ("verify",)],
        *[("backup",), ("restore",), ("migrate",), ("slips",)],
        *[("evacuate",), ("evacuation",), ("import",), ("export",)],
    ],
)
def test_help_has_an_example(arguments: tuple[str, ...]) -> None:
    shown = do(*arguments, "--help")
    assert shown.returncode == 0
    assert "jiaohao-server" in shown.stdout
    assert "例 Example" in shown.stdout


def test_a_database_that_cannot_be_read_is_told_and_not_a_traceback(tmp_path: Path) -> None:
    (tmp_path / "hall.sqlite3").mkdir()
    for words in (("verify",), ("backup", "--to", tmp_path), ("check",), ("user", "list")):
        refused = do(*words, "--data", tmp_path)
        assert refused.returncode == 1, words
        assert "unable to open database file" in refused.stderr, words
        assert "把整个数据目录（连同-wal）拷到能写的盘上" in refused.stderr, words
        assert "sqlalche.me" not in refused.stderr, words


def test_a_damaged_database_sends_to_the_backup_and_not_to_look_for_space(tmp_path: Path) -> None:
    (tmp_path / "hall.sqlite3").write_bytes(b"rubbish " * 1000)
    for words in (("verify",), ("backup", "--to", tmp_path), ("check",), ("run",)):
        refused = do(*words, "--data", tmp_path)
        assert refused.returncode == 1, words
        assert "已损坏" in refused.stderr, words
        assert "restore FOLDER --force" in refused.stderr, words
        assert "是否已满" not in refused.stderr, words


def test_a_backup_in_place_of_a_configuration_is_told_as_one(tmp_path: Path) -> None:
    (tmp_path / "hall-1.sqlite3").write_bytes(b"SQLite format 3\0" + bytes(range(256)))
    for words in (("import", tmp_path / "hall-1.sqlite3"), ("check", "--hall", tmp_path / "hall-1.sqlite3")):
        refused = do(*words, "--data", tmp_path / "hall")
        assert refused.returncode == 1
        assert "恢复备份请用jiaohao-server restore" in refused.stderr
        assert "请改正后再试" in refused.stderr


def test_a_check_says_that_the_stick_for_backups_is_not_there(tmp_path: Path) -> None:
    stick = tmp_path / "stick"
    (tmp_path / "server.toml").write_text(f'[backup]\nto = "{stick}"\n', encoding="utf-8")
    checked = do("check", "--data", tmp_path)
    assert checked.returncode == 0
    assert f"备份目录{stick}不存在" in checked.stderr
    assert f"there is no folder {stick} for backups" in checked.stderr
    stick.mkdir()
    assert "stick" not in do("check", "--data", tmp_path).stderr
    (tmp_path / APART).write_text(
        str(stick), encoding="utf-8"
    )  # it was another disk once: this is where that was mounted
    checked = do("check", "--data", tmp_path)
    assert f"备份目录{stick}现在与数据在同一块硬盘上：U盘或硬盘没有插好？" in checked.stderr
    assert "is on the data's own disk now" in checked.stderr


@pytest.mark.parametrize(
    "words", [("import",), ("user", "import"), ("restore",)], ids=["configuration", "staff", "backup"]
)
def test_a_file_that_cannot_be_read_is_told_in_both_languages(words: tuple[str, ...], tmp_path: Path) -> None:
    refused = do(*words, tmp_path / "none", "--data", tmp_path / "hall")
    assert refused.returncode == 1
    assert f"无法读取{tmp_path / 'none'}（没有这个文件或目录）" in refused.stderr
    assert "cannot be read (No such file or directory)" in refused.stderr
