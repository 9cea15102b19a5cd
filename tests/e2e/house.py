"""Real processes for end-to-end tests: the server, its devices, a kiosk on a virtual screen."""

import http.client
import json
import os
import queue
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any, Self
from urllib.parse import urlsplit
from urllib.request import urlopen

from tests.fakes.warm import Warm, jiaohao_server, planted

BIN = Path(sys.executable).parent
PATIENCE_S = 30.0
"""How long, in real seconds, a test waits for something that will certainly come."""
MACHINE, HALL_NAME = "127.0.0.1", "hall.test"
"""Where browsers find the hall: at this machine, which they trust, and at a hall's name by plain HTTP, where they withhold
randomUUID, service workers, Secure cookies and recording."""
RESOLVER = f"--host-resolver-rules=MAP {HALL_NAME} {MACHINE}"
"""What a Chromium must be started with to find it by its name."""
WITHHELD = "--disable-features=" + ",".join(
    (
        *("WebUIOmniboxPopup", "WebUIOmniboxAimPopup", "WebUIOmniboxFullPopup"),
        *(
            "AvoidUnnecessaryBeforeUnloadCheckSync",
            "DestroyProfileOnBrowserClose",
            "PaintHolding",
            "MediaRouter",
        ),
        *("HttpsUpgrades", "HttpsFirstBalancedModeAutoEnable", "AvoidCorsURLLoaderRestartOnRedirect"),
        *("ThirdPartyStoragePartitioning", "LensOverlay", "OptimizationHints", "NetworkTimeServiceQuerying"),
        *("AimEnabled", "PreconnectToSearch"),
    )
)
"""What a Chromium is started without: the pages that its own address bar is made of, two in every window, which cost it more than a
page of ours. What follows is Playwright's own list, which gives way to this one.
"""


def known_as(address: str, host: str) -> str:
    """The address of a server on this machine, by another name of the machine."""
    return address.replace(MACHINE, host)


class Program:
    """A running program; what it prints is kept, and can be waited for."""

    def __init__(self, name: str, argv: list[str], **environment: str) -> None:
        """Start it. Standard error goes to the test's own, where pytest keeps it."""
        self.name = name
        self.lines: list[str] = []
        self._news: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        self.process = subprocess.Popen(
            argv,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            env={**os.environ, **environment},
        )
        assert self.process.stdout is not None
        self._listen(self.process.stdout)

    def _listen(self, said: IO[str]) -> None:
        self._reader = threading.Thread(target=self._read, args=(said,), daemon=True)
        self._reader.start()

    def _read(self, said: IO[str]) -> None:
        for line in said:
            self._news.put(line.rstrip("\n"))
        self._news.put(None)

    def expect(self, fits: Callable[[str], bool], patience_s: float = PATIENCE_S) -> str:
        """The next line that fits; AssertionError if the program ends or the patience does."""
        deadline = time.monotonic() + patience_s
        while True:
            try:
                line = self._news.get(timeout=max(deadline - time.monotonic(), 0.01))
            except queue.Empty:
                raise AssertionError(f"{self.name} did not say it; it said {self.lines[-20:]}") from None
            if line is None:
                raise AssertionError(f"{self.name} ended with {self._wait()}; it said {self.lines[-20:]}")
            self.lines.append(line)
            if fits(line):
                return line

    def _wait(self) -> int:
        return self.process.wait()

    def fact(self, key: str, patience_s: float = PATIENCE_S) -> Any:
        """The value of the next JSON line that has a key."""
        line = self.expect(lambda text: text.startswith("{") and key in json.loads(text), patience_s)
        return json.loads(line)[key]

    def write(self, line: str) -> None:
        """A line to its standard input."""
        assert self.process.stdin is not None
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()

    def stop(self, patience_s: float = 10.0) -> int:
        """SIGTERM, and its exit code; AssertionError if it does not end."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        try:
            code = self.process.wait(patience_s)
        except subprocess.TimeoutExpired:
            self.kill()
            raise AssertionError(f"{self.name} did not end on SIGTERM") from None
        self._close()
        return code

    def kill(self) -> None:
        """SIGKILL, at whatever it is doing."""
        self.process.kill()
        self.process.wait()
        self._close()

    def _close(self) -> None:
        self._reader.join()
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                pipe.close()


class Forked(Program):
    """A server that starts warm; its `process` is the business of `tests/fakes/warm.py`."""

    def __init__(self, errors: Path, words: list[str], environment: dict[str, str]) -> None:
        """Start it. Standard error goes into a file."""
        self.name, self.lines, self._news = "server", [], queue.SimpleQueue()
        serves = planted if "PLANT" in os.environ else jiaohao_server
        self._warm = Warm(serves, words, errors, {**os.environ, **environment})
        self._listen(self._warm.said)

    def _wait(self) -> int:
        return self._warm.end(PATIENCE_S)

    def stop(self, patience_s: float = 10.0) -> int:
        """SIGTERM, and its exit code; AssertionError if it does not end."""
        os.kill(self._warm.pid, signal.SIGTERM)
        code = self._warm.end(patience_s)
        self.kill()
        return code

    def kill(self) -> None:
        """SIGKILL, at whatever it is doing; nothing where it is gone."""
        if self._warm.said.closed:
            return
        self._warm.kill()
        self._reader.join()
        self._warm.__exit__(None, None, None)


class Answer:
    """An HTTP answer: status and decoded body."""

    def __init__(self, status: int, body: bytes) -> None:
        self.status = status
        self.text = body.decode()

    @property
    def json(self) -> Any:
        """The body as JSON, None if there is none."""
        return json.loads(self.text) if self.text else None


def program() -> list[str]:
    """The server's program; one with a fault where a test is itself to be proven (`tests/sabotage`)."""
    if "PLANT" in os.environ:
        return [sys.executable, "-m", "tests.sabotage.server"]
    return [str(BIN / "jiaohao-server")]


class Server:
    """`jiaohao-server run` on a data folder of its own."""

    def __init__(self, data: Path, clock: str = "", **environment: str) -> None:
        """Not started yet; `clock` is JIAOHAO_CLOCK, `environment` more of its environment."""
        self.data, self.clock, self.environment = data, clock, environment
        self.url = ""
        self.port = 0
        self.program: Program | None = None

    def line(self, *words: str, say: str = "") -> str:
        """Run the command line with words and standard input; what it printed. AssertionError if it fails."""
        errors = self.data.with_suffix(".err")
        environment = {**os.environ, **self.environment}
        with Warm(jiaohao_server, [*words, "--data", str(self.data)], errors, environment, say) as program:
            told = program.said.read()
            assert program.end(PATIENCE_S) == 0, errors.read_text()
        return told

    def user(self, name: str, role: str, password: str, *more: str) -> None:
        """Add an account."""
        self.line("user", "add", name, "--role", role, *more, say=password + "\n")

    def token(self, name: str, role: str, *more: str) -> str:
        """Make a device's token."""
        return self.line("token", name, "--role", role, *more).strip().splitlines()[-1]

    def start(self) -> Self:
        """Start, and wait until it serves; again on the same port."""
        return self.begin().expect("ready")

    def begin(self) -> Self:
        """Start, and wait for nothing."""
        self.program = Program(
            "server",
            [*program(), "run", "--data", str(self.data)],
            JIAOHAO_LISTEN=f"127.0.0.1:{self.port}",
            JIAOHAO_CLOCK=self.clock,
            **self.environment,
        )
        return self

    def begin_warm(self) -> Self:
        """As `begin`, without the second that Python takes to read it all in: where starting is not what is asked about."""
        settings = {
            "JIAOHAO_LISTEN": f"127.0.0.1:{self.port}",
            "JIAOHAO_CLOCK": self.clock,
            **self.environment,
        }
        words = ["run", "--data", str(self.data)]
        self.program = Forked(self.data.with_suffix(".err"), words, settings)
        return self

    def expect(self, word: str, patience_s: float = PATIENCE_S) -> Self:
        """Wait until it says `ready` or `standby`, and where."""
        assert self.program is not None
        line = self.program.expect(lambda line: line.startswith(f"{word} http"), patience_s)
        self.url = line.split()[1].rstrip("/")
        self.port = urlsplit(self.url).port or 80
        return self

    def stop(self) -> int:
        """End it in order."""
        assert self.program is not None
        return self.program.stop()

    def kill(self) -> None:
        """End it with SIGKILL."""
        assert self.program is not None
        self.program.kill()

    def ask(
        self,
        method: str,
        path: str,
        token: str = "",
        body: Any = None,
        key: str = "",
        patience_s: float = PATIENCE_S,
    ) -> Answer:
        """One HTTP request below /api/v1."""
        headers = {"Content-Type": "application/json"}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        if key:
            headers["Idempotency-Key"] = key
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=patience_s)
        try:
            payload = None if body is None else json.dumps(body).encode()
            connection.request(method, f"/api/v1{path}", payload, headers)
            answer = connection.getresponse()
            return Answer(answer.status, answer.read())
        finally:
            connection.close()

    def metric(self, name: str) -> float:
        """A number of /metrics."""
        with urlopen(f"{self.url}/metrics", timeout=PATIENCE_S) as answer:
            lines = answer.read().decode().splitlines()
        return float(next(line for line in lines if line.startswith(f"{name} ")).split()[1])

    def login(self, name: str, password: str) -> str:
        """Sign in; the token."""
        answer = self.ask("POST", "/login", body={"name": name, "password": password})
        assert answer.status == 200, answer.text
        token: str = answer.json["token"]
        return token


def until(fits: Callable[[], Any], what: str, patience_s: float = PATIENCE_S) -> Any:
    """What `fits` returns once it is true. For what cannot be waited for in any other way: another program's screen."""
    deadline = time.monotonic() + patience_s
    pause = threading.Event()
    while True:
        found = fits()
        if found:
            return found
        assert time.monotonic() < deadline, f"waited {patience_s:.0f} s for {what}"
        pause.wait(0.05)
