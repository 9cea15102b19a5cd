"""Make docs/images/board anew: every layout of a call board, with calls and without.

    .venv/bin/python -m tools.boards

A hall of its own with real calls, in the browser of a television.
"""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from playwright.sync_api import Browser, expect, sync_playwright

from tests.e2e.house import Server

OUT = Path(__file__).parents[1] / "docs" / "images" / "board"
WORD = "hall-of-jincheng"
PEOPLE = {"zhou": "manager", "zhao": "admin"}
LYING, UPRIGHT = (1920, 1080), (1080, 1920)
PICTURES = {
    "loads-zh": (LYING, "loads", "zh"),
    "loads-en": (LYING, "loads", "en"),
    "calls-zh": (LYING, "calls", "zh"),
    "media-zh": (LYING, "media", "zh"),
    "media-en": (LYING, "media", "en"),
    "portrait-zh": (UPRIGHT, "loads", "zh"),
    "portrait-media-zh": (UPRIGHT, "media", "zh"),
}
"""Name, size, layout and first language. Each is taken with calls; those with pictures also between them."""
CALLS = (("project-filing", "1"), ("project-filing", "2"), ("id-card", "8"), ("exit-entry", "12"))
POSTER = """<body style="margin:0;height:900px;display:flex;flex-direction:column;justify-content:center;text-align:center;
background:linear-gradient(160deg,#0F766E,#1F5FA8);color:#fff;font-family:'Noto Sans CJK SC',sans-serif">
<div style="font-size:110px;font-weight:700">高效办成一件事</div>
<div style="font-size:52px;margin-top:40px">企业开办：一次告知 · 一表申请 · 一窗受理</div>
<div style="font-size:36px;margin-top:90px;opacity:.85">One thing, done well: starting a company at one window</div></body>"""


class Hall:
    """A server, and its manager and administrator."""

    def __init__(self, folder: Path) -> None:
        """Started, with nobody in the hall."""
        self.server = Server(folder / "data", "2026-11-23T09:30:00+08:00@1")
        for name, role in PEOPLE.items():
            self.server.user(name, role, WORD)
        self.tokens = {"kiosk": self.server.token("kiosk", "kiosk")}
        self.server.start()
        self.tokens |= {name: self.server.login(name, WORD) for name in PEOPLE}

    def ask(self, who: str, method: str, path: str, **body: Any) -> Any:
        """What is answered. Raises RuntimeError for a refusal."""
        answer = self.server.ask(method, path, self.tokens[who], None if method == "GET" else body)
        if answer.status >= 400:
            raise RuntimeError(answer.text)
        return answer.json

    def call(self, service: str, window: str) -> None:
        """Somebody takes a ticket and is called."""
        if window not in self.tokens:
            self.server.user(f"clerk{window}", "clerk", WORD)
            self.tokens[window] = self.server.login(f"clerk{window}", WORD)
            self.ask("zhou", "POST", f"/windows/{window}/open", clerk=f"clerk{window}", reason="示范")
        self.ask("kiosk", "POST", "/tickets", service=service)
        self.ask(window, "POST", f"/windows/{window}/call-next")


@contextmanager
def running() -> Iterator[Hall]:
    """A hall for as long as it is needed."""
    with TemporaryDirectory() as folder:
        hall = Hall(Path(folder))
        try:
            yield hall
        finally:
            hall.server.stop()


def main() -> None:
    """Take every picture."""
    OUT.mkdir(exist_ok=True)
    with running() as hall, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium") or "/usr/bin/chromium",
            args=["--no-sandbox", "--disable-gpu"],
        )
        try:
            _furnish(hall, browser)
            for name, (size, layout, language) in PICTURES.items():
                _take(hall, browser, name, size, f"{layout}?lang={language}")
        finally:
            browser.close()


def _furnish(hall: Hall, browser: Browser) -> None:
    """A board for each layout, a picture to show, and some who wait."""
    media = hall.server.data / "media"
    media.mkdir()
    page = browser.new_page(viewport={"width": 1600, "height": 900})
    page.set_content(POSTER)
    page.screenshot(path=media / "one-thing.png")
    page.close()
    document = hall.ask("zhao", "GET", "/config")["document"]
    title = document["displays"][0]["title"]
    document["displays"] = [
        {"id": layout, "title": title, "layout": layout} for layout in ("loads", "calls", "media")
    ]
    document["displays"][2]["media"] = [{"file": "one-thing.png"}]
    hall.ask("zhao", "POST", "/config", document=document, note="boards")
    for _ in range(5):
        hall.ask("kiosk", "POST", "/tickets", service="project-filing")
    for service, window in CALLS:
        hall.call(service, window)
    hall.ask("1", "POST", "/windows/1/no-show")


def _take(hall: Hall, browser: Browser, name: str, size: tuple[int, int], address: str) -> None:
    """Half as large as the screen is: enough to be looked at on a page."""
    context = browser.new_context(
        viewport={"width": size[0] // 2, "height": size[1] // 2},
        device_scale_factor=1,
        locale="zh-CN",
        timezone_id="Asia/Shanghai",
    )
    page = context.new_page()
    page.goto(f"{hall.server.url}/board/{address}")
    if "media" in name:
        expect(page.locator(".hero")).to_have_count(0, timeout=30_000)
        expect(page.locator(".medium:not([hidden])")).to_be_visible()
        page.screenshot(path=OUT / f"{name}-between.png")
    hall.call(*CALLS[0])
    expect(page.locator(".hero")).not_to_have_count(0)
    page.wait_for_timeout(3500)  # a call flashes first
    page.screenshot(path=OUT / f"{name}.png")
    context.close()


if __name__ == "__main__":
    main()
