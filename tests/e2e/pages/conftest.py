"""A real hall for real pages: the server's own program on a free port, asked over HTTP as devices and clerks ask it."""

import json
import os
import secrets
import shutil
import signal
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from websockets.sync.client import ClientConnection, connect

from tests.e2e.house import HALL_NAME, MACHINE, RESOLVER, WITHHELD, known_as
from tests.fakes.warm import Warm, jiaohao_server

expect.set_options(timeout=30_000)  # for what will certainly come, however busy the machine is

PASSWORD = "hall-of-jincheng"
PEOPLE = {
    "zhang": "clerk",
    "li": "clerk",
    "wang": "clerk",
    "zhou": "manager",
    "zhao": "admin",
    "shen": "auditor",
}
DEVICES = {"glass": ("kiosk",), "box": ("agent", "--window", "1")}
"""Devices by name: which kind, and where an agent is."""
START = "2026-11-23T09:30:00+08:00"


class Refused(AssertionError):
    """The hall said no where a test did not expect it."""


class Hall:
    """The running server and everybody who talks to it without a page."""

    def __init__(self, home: str, tokens: dict[str, str], host: str = MACHINE) -> None:
        """`home` is its address for programs, `url` the one for pages."""
        self.home = home
        self.url = known_as(home, host)
        self._tokens = tokens

    def known_as(self, host: str) -> "Hall":
        """The same hall, with its pages opened at another name of this machine."""
        return Hall(self.home, self._tokens, host)

    def _token(self, who: str) -> str:
        """A device's own token, or a person's from signing in for the first time."""
        if who not in self._tokens:
            self._tokens[who] = _sign_in(self.home, who)
        return self._tokens[who]

    def bear(self, name: str, token: str) -> None:
        """Let `name` ask with a device's own token."""
        self._tokens[name] = token

    def ask(self, who: str, method: str, path: str, **fields: Any) -> Any:
        """Ask as `who`; the answer's JSON, or None where there is none."""
        request = urllib.request.Request(
            f"{self.home}/api/v1{path}",
            method=method,
            data=json.dumps(fields).encode() if method != "GET" else None,
            headers={"Authorization": f"Bearer {self._token(who)}", "Content-Type": "application/json"},
        )
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                body = answer.read()
        except urllib.error.HTTPError as error:
            with error:
                raise Refused(error.read().decode()) from error
        return json.loads(body) if body else None

    def take(self, service: str = "project-filing", **fields: Any) -> dict[str, Any]:
        """A ticket taken at the kiosk."""
        ticket: dict[str, Any] = self.ask("glass", "POST", "/tickets", service=service, **fields)
        return ticket

    def ticket(self, taken: dict[str, Any]) -> dict[str, Any]:
        """The same ticket as it is now."""
        ticket: dict[str, Any] = self.ask("zhou", "GET", f"/tickets/{taken['id']}")
        return ticket

    def states(self, *taken: dict[str, Any]) -> list[str]:
        return [self.ticket(one)["state"] for one in taken]

    def jump(self, to: str) -> None:
        """Set the business clock forward to `to`, an ISO time."""
        self.ask("zhao", "POST", "/clock/jump", to=to)

    def at(self, window: str, verb: str, who: str = "zhang", **fields: Any) -> Any:
        """A clerk's command at a window, from a program of their own. It is opened for them, so that no sign-in holds it."""
        if verb == "open":
            who, fields = "zhou", {"clerk": who, "reason": "测试", **fields}
        return self.ask(who, "POST", f"/windows/{window}/{verb}", **fields)


def _tell(data: Path, *words: str, word: str = "") -> str:
    """Run one command of the server's command line; what it prints."""
    errors = data.parent / "told.err"
    with Warm(jiaohao_server, [*words, "--data", str(data)], errors, say=word) as program:
        told = program.said.read()
        assert program.end(60) == 0, errors.read_text()
    return told


@pytest.fixture(scope="session")
def staffed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str]]:
    """A data folder with everybody in it, and the devices' tokens; made once and copied for each test."""
    data = tmp_path_factory.mktemp("hall") / "data"
    for name, role in PEOPLE.items():
        _tell(data, "user", "add", name, "--role", role, word=PASSWORD + "\n")
    return data, {
        name: _tell(data, "token", name, "--role", *words).split()[-1] for name, words in DEVICES.items()
    }


@pytest.fixture
def environment() -> dict[str, str]:
    """More of the server's environment; a module of tests may have its own."""
    return {}


@pytest.fixture
def serves() -> Callable[[list[str]], None]:
    """The server's program."""
    return jiaohao_server


@pytest.fixture
def host() -> str:
    """Where the pages of a test are opened: at the hall's own name by plain HTTP, where browsers withhold the most."""
    return HALL_NAME


EVERYWHERE = pytest.mark.parametrize("host", [MACHINE, HALL_NAME])
"""For what browsers do otherwise where they trust a page: cookies, what is kept, keys of commands, sockets, and what is used
where there is some (`tests/unit/pages/test_site.py` has a list of it). Each page has such tests.
"""


@pytest.fixture
def hall(
    staffed: tuple[Path, dict[str, str]],
    tmp_path: Path,
    environment: dict[str, str],
    host: str,
    serves: Callable[[list[str]], None],
) -> Iterator[Hall]:
    """The server, serving; its business clock can be set forward."""
    data, tokens = tmp_path / "data", dict(staffed[1])
    shutil.copytree(staffed[0], data)
    with serving(data, tokens, tmp_path / "server.err", environment, host, serves) as running:
        yield running


@contextmanager
def serving(
    data: Path,
    tokens: dict[str, str],
    errors: Path,
    environment: dict[str, str] | None = None,
    host: str = MACHINE,
    serves: Callable[[list[str]], None] = jiaohao_server,
) -> Iterator[Hall]:
    """A server on a data folder, until the end of the block; what it says on standard error goes into a file."""
    settings = {
        **os.environ,
        "JIAOHAO_LISTEN": "127.0.0.1:0",
        "JIAOHAO_CLOCK": f"{START}@1",
        **(environment or {}),
    }
    with Warm(serves, ["run", "--data", str(data)], errors, settings) as server:
        said = ""
        while not said.startswith("ready "):
            said = server.said.readline()
            assert said, errors.read_text()
        yield Hall(said.split()[1].rstrip("/"), tokens, host)
        os.kill(server.pid, signal.SIGTERM)
        server.end(30)


def _sign_in(url: str, name: str) -> str:
    body = json.dumps({"name": name, "password": PASSWORD}).encode()
    request = urllib.request.Request(
        f"{url}/api/v1/login", data=body, headers={"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=30) as answer:
        token: str = json.loads(answer.read())["token"]
        return token


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Debian's Chromium, quiet, and a hall's own name for this machine."""
    return {
        **browser_type_launch_args,
        "executable_path": shutil.which("chromium") or "/usr/bin/chromium",
        "args": [
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            WITHHELD,
            RESOLVER,
        ],
    }


@pytest.fixture
def screen(browser: Browser) -> Iterator[Callable[[int, int], Page]]:
    """Screens of any size. A page that throws, or breaks the content policy, fails the test."""
    contexts: list[BrowserContext] = []
    faults: list[str] = []

    def made(width: int, height: int) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": height}, locale="zh-CN", timezone_id="Asia/Shanghai"
        )
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on(
            "console",
            lambda said: faults.append(said.text) if "Content Security Policy" in said.text else None,
        )
        return page

    yield made
    for context in contexts:
        context.close()
    assert faults == []


@pytest.fixture
def sign_in() -> Callable[[Page, str], None]:
    """Fill in the form and send it."""

    def fill(page: Page, name: str, password: str = PASSWORD) -> None:
        page.locator("#name").fill(name)
        page.locator("#password").fill(password)
        page.keyboard.press("Enter")

    return fill


def drawn(page: Page) -> None:
    """Wait until a page has drawn what happened so far: it draws with the next frame, so what stands there may be of before."""
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")


class StandingKiosk:
    """A kiosk of the hall that is here and can print: it hears what it is to print, and says what a test wants of it."""

    def __init__(self, hall: Hall, name: str, link: ClientConnection) -> None:
        self._hall, self._name, self._link = hall, name, link

    def asked(self) -> dict[str, Any]:
        """The next ticket that it is to print; AssertionError where none comes."""
        until_s = time.monotonic() + 20
        while (left_s := until_s - time.monotonic()) > 0:
            for change in json.loads(self._link.recv(timeout=left_s)).get("events", ()):
                for key, record in change.get("set", {}).items():
                    if key.startswith("print/"):
                        found: dict[str, Any] = record["ticket"]
                        return found
        raise AssertionError(f"{self._name} is asked for nothing")

    def says(self, ticket: dict[str, Any], *, ok: bool, **more: Any) -> None:
        """What became of the paper."""
        self._hall.ask(self._name, "POST", f"/tickets/{ticket['id']}/printed", ok=ok, **more)


@contextmanager
def kiosk(hall: Hall, name: str, zone: str) -> Iterator[StandingKiosk]:
    """A kiosk that stands in a zone, for as long as the block lasts."""
    token = secrets.token_urlsafe(32)
    hall.bear(name, token)
    device = hall.ask("glass", "POST", "/devices/pair", kind="kiosk", name=name, token=token)
    hall.ask("zhao", "POST", f"/devices/{device['id']}/place", name=name, zone=zone)
    with connect(f"{hall.home.replace('http', 'ws', 1)}/feed") as link:
        link.send(json.dumps({"hello": {"topics": ["device"], "token": token, "prints": True}}))
        hall.ask(name, "POST", "/devices/report", state="ready")
        yield StandingKiosk(hall, name, link)
