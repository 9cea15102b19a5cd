"""Write tests/data/schema/NNNN.sql: the database of a small hall as the program of one commit leaves it.

    .venv/bin/python tools/snapshot.py [COMMIT]      # default: HEAD

That program is taken out of git and run as it was, with its own command line and its own HTTP interface, through two days of a
hall: one long ago, of which a ticket is left over, and the one that the snapshot stops in. The database is then told as SQL, and
each sealed month of its log (`segments/`) as the text in it. A snapshot is taken once, when a schema is new, and stays as it is:
it stands for the halls that run that program. `tests/integration/store/test_upgrade.py` opens every one with the program of today.

Nobody is in it: names and numbers are invented, passwords and tokens are there as hashes only, and the hall's key is thrown away.
"""

import gzip
import json
import os
import re
import signal
import sqlite3
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from http.client import HTTPConnection
from io import BytesIO
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
PLACE = ROOT / "tests" / "data" / "schema"
HALL = PLACE / "hall.toml"
"""The hall's configuration, which every program since the first schema reads."""
WORD = "hall-of-jincheng"
"""What everybody signs in with."""
PEOPLE = {
    "zhang": "clerk",
    "li": "clerk",
    "wang": "clerk",
    "boss": "manager",
    "root": "admin",
    "chen": "supervisor",
}
LONG_AGO, TODAY = "2026-09-28T09:00:00+08:00", "2026-11-26T09:00:00+08:00"
NOBODY = {"number": "990000198001010012", "name": "欧阳小明"}
"""A card of nobody: there is no region 99."""
VERSION = re.compile(r'^VERSION = "(\d{4})"$', re.MULTILINE)


class Program:
    """The server of a commit, on a data folder of its own."""

    def __init__(self, commit: str, folder: Path) -> None:
        packed = _git("archive", "--format=tar", commit, "queue_server")
        with tarfile.open(fileobj=BytesIO(packed)) as files:
            files.extractall(folder / "program", filter="data")
        self._home, self.data = folder / "program", folder / "data"
        found = VERSION.search((self._home / "queue_server" / "store" / "schema.py").read_text())
        if found is None:
            raise SystemExit(f"{commit} has no schema yet")
        self.schema = found[1]
        self._clock, self._address = "", ""

    def knows(self, schema: str) -> bool:
        """Whether its tables are those of a schema or later ones."""
        return self.schema >= schema

    def line(self, *words: str, say: str = "") -> str:
        """Run its command line; what it printed."""
        done = subprocess.run(
            self._argv(*words), input=say, capture_output=True, text=True, check=False, **self._its_own
        )
        if done.returncode != 0:
            raise SystemExit(f"{words}: {done.stderr}")
        return str(done.stdout).strip()

    @contextmanager
    def serving(self, since: str) -> Iterator[None]:
        """Serve while inside, by a clock that begins at a time; it goes on for what is run afterwards."""
        self._clock = f"{since}@1"
        with subprocess.Popen(
            self._argv("run", "--listen", "127.0.0.1:0"), stdout=subprocess.PIPE, text=True, **self._its_own
        ) as process:
            try:
                assert process.stdout is not None
                self._address = next(
                    line.split()[1].removeprefix("http://")
                    for line in process.stdout
                    if line.startswith("ready")
                )
                yield
            finally:
                process.send_signal(signal.SIGTERM)

    def ask(self, path: str, by: str = "", key: str = "", /, **body: object) -> Any:
        """POST below /api/v1 with the token `by`; the answer. A refusal ends the tool: it asks only for what the program knows."""
        headers = {"Content-Type": "application/json"}
        headers |= {"Authorization": f"Bearer {by}"} if by else {}
        headers |= {"Idempotency-Key": key} if key else {}
        connection = HTTPConnection(self._address, timeout=30)
        try:
            connection.request("POST", f"/api/v1{path}", json.dumps(body), headers)
            answer = connection.getresponse()
            text = answer.read()
        finally:
            connection.close()
        if answer.status >= HTTPStatus.BAD_REQUEST:
            raise SystemExit(f"{path}: {answer.status} {text.decode()}")
        return json.loads(text) if text else None

    def login(self, name: str) -> str:
        """A session of somebody."""
        return str(self.ask("/login", name=name, password=WORD)["token"])

    def _argv(self, *words: str) -> list[str]:
        call = "from queue_server.app.main import main; main()"
        return [sys.executable, "-c", call, *words, "--data", str(self.data)]

    @property
    def _its_own(self) -> dict[str, Any]:
        """What makes Python find its modules and none of the program of today."""
        clean = {name: value for name, value in os.environ.items() if not name.startswith("JIAOHAO_")}
        mine = {"PYTHONPATH": str(self._home), "JIAOHAO_CLOCK": self._clock}
        return {"cwd": self._home, "env": clean | mine}


def snapshot(commit: str) -> list[Path]:
    """Play the two days with the program of a commit and write what is left of them; the files."""
    with tempfile.TemporaryDirectory() as folder:
        program = Program(commit, Path(folder))
        program.data.mkdir()
        hall = HALL.read_text(encoding="utf-8")
        if program.knows("0005"):  # the first that may ask who takes a ticket
            hall = hall.replace('id = "seal"\n', 'id = "seal"\nreal_name = "ask"\n')
        (program.data / "hall.toml").write_text(hall, encoding="utf-8")
        if program.knows("0008"):
            (program.data / "server.toml").write_text("[archive]\nmonths = 1\n", encoding="utf-8")
        for name, role in PEOPLE.items():
            program.line("user", "add", name, "--role", role, say=WORD + "\n")
        kiosk = program.line("token", "kiosk-1", "--role", "kiosk")
        with program.serving(LONG_AGO):
            _long_ago(program, kiosk)
        with program.serving(TODAY):
            _today(program, kiosk)
        if program.knows("0006"):  # the deed stays until a server enters it into the log
            program.line("user", "add", "sun", "--role", "steward", say=WORD + "\n")
        if program.knows("0007"):
            program.line("archive")
        return _written(program, commit)


def _long_ago(program: Program, kiosk: str) -> None:
    """One ticket is served and one is left over."""
    zhang = program.login("zhang")
    for _ in range(2):
        program.ask("/tickets", kiosk, service="filing")
    program.ask("/windows/1/open", zhang)
    program.ask("/windows/1/call-next", zhang)
    program.ask("/windows/1/finish", zhang)
    program.ask("/windows/1/close", zhang)


def _today(program: Program, kiosk: str) -> None:
    """The forenoon of a hall: tickets and windows in every state."""
    ask = program.ask
    zhang, li, wang, boss, root = (program.login(name) for name in ("zhang", "li", "wang", "boss", "root"))
    filing = [ask("/tickets", kiosk, f"key-{n}", service="filing") for n in range(6)]
    licence = [ask("/tickets", kiosk, service="licence", items=2, language="en") for _ in range(5)]
    ask("/tickets", kiosk, service="filing", then=["licence"])
    holder = {"holder": NOBODY} if program.knows("0005") else {}
    ask("/tickets", kiosk, service="seal", **holder)
    ask(f"/tickets/{filing[4]['id']}/printed", kiosk, ok=True)
    ask(f"/tickets/{licence[4]['id']}/printed", kiosk, ok=False, fault="paper_out")
    ask(f"/tickets/{filing[5]['id']}/cancel", boss, reason="改天再来")
    ask("/windows/1/open", zhang)
    ask("/windows/1/call-next", zhang)
    ask("/windows/1/start", zhang)
    ask("/windows/2/open", li)
    ask("/windows/2/call-next", li, "key-call")
    ask("/windows/3/open", wang)
    ask("/windows/3/call-next", wang)
    ask("/windows/3/start", wang)
    done = ask("/windows/3/finish", wang)
    supervisor = program.login("chen")
    ask("/ratings", supervisor, step=f"{done['id']}/0", level=2, channel="paper", text="等得太久")
    ask("/windows/3/call-next", wang)
    ask("/windows/3/no-show", wang)
    ask("/windows/3/pause", wang, reason="打印机缺纸")
    english = {"reason_en": "Maintenance"} if program.knows("0014") else {}
    ask("/issuing/stop", boss, scope="service:seal", reason="系统维护", **english)
    if program.knows("0002"):
        device = ask(
            "/devices/pair", kind="agent", name="窗口1的设备", token="an-agent-of-nobody-" + "0" * 24
        )
        ask(f"/devices/{device['id']}/place", root, windows=["1"])
        ask("/devices/pair", kind="display", name="大厅", token="a-display-of-nobody-" + "0" * 24)
    if program.knows("0008"):
        program.line("slips", "--zone", "B", "--count", "3", "--out", str(program.data / "slips.html"))
    if program.knows("0009"):
        ask("/leases", kiosk, zone="A")


def _written(program: Program, commit: str) -> list[Path]:
    PLACE.mkdir(parents=True, exist_ok=True)
    short = _git("rev-parse", "--short", commit).decode().strip()
    database = sqlite3.connect(program.data / "hall.sqlite3")
    file = PLACE / f"{program.schema}.sql"
    (left,) = database.execute("SELECT version_num FROM alembic_version").fetchone()
    text = "\n".join(database.iterdump())
    database.close()
    if left != program.schema:
        raise SystemExit(f"the tables are of schema {left}, not {program.schema}")
    file.write_text(
        f"-- Schema {program.schema}, as the program of {short} left it; made by tools/snapshot.py.\n{text}\n",
        encoding="utf-8",
    )
    files = [file]
    for month in sorted((program.data / "segments").glob("*.jsonl.gz")):
        told = PLACE / f"{program.schema}.{month.stem}"
        told.write_bytes(gzip.decompress(month.read_bytes()))
        files.append(told)
    return files


def _git(*words: str) -> bytes:
    return subprocess.run(["git", *words], cwd=ROOT, capture_output=True, check=True).stdout


if __name__ == "__main__":
    for path in snapshot(*(sys.argv[1:] or ["HEAD"])):
        print(path.relative_to(ROOT))
