"""Staff at a kiosk without its glass and a real server: a class is confirmed by PIN in their name, and no log has the PIN."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from kiosk.app.kiosk import Kiosk
from kiosk.link.book import Book
from kiosk.link.hall import Hall
from kiosk.link.paper import NullPaper
from kiosk.model.event import Painted, Touched
from kiosk.model.look import Home, Issued, Look, Proving
from kiosk.model.patience import Times
from queue_server.auth.patience import FREE_PIN
from queue_server.client.error import CommandRefused, Unanswered
from queue_server.client.link import Link
from queue_server.engine.hall import Hall as Plan
from tests.fakes.house import PASSWORD, House, house

PIN, WRONG = "730918", "648205"


class Visit:
    """A kiosk at work on a real server, without its window."""

    def __init__(self, home: House, folder: Path) -> None:
        self.home = home
        self.kiosk = Kiosk(Times(settle_s=0.0, type_s=0.0))
        self.kiosk.show = self._shown
        self.kiosk.tell(Painted(0))
        self._news = asyncio.Event()
        self.link = Link([home.address], ["hall"], home.tokens["kiosk"])
        self.book = Book(folder)
        self.kiosk.join(Hall(self.link, self.kiosk.tell), NullPaper(self.kiosk.tell), self.book)

    def _shown(self, look: Look) -> None:
        self.kiosk.tell(Painted(look.sight))
        self._news.set()

    async def until(self, kind: type, **values: object) -> Any:
        """The screen, once it is of this kind and has these values."""
        async with asyncio.timeout(20):
            while True:
                body = self.kiosk.look.body
                if isinstance(body, kind) and all(
                    getattr(body, name) == value for name, value in values.items()
                ):
                    return body
                self._news.clear()
                await self._news.wait()

    def touch(self, *touches: str) -> None:
        """Fingers on buttons, each written `control` or `control:id`."""
        for each in touches:
            control, _, key = each.partition(":")
            self.kiosk.tell(Touched(control, key))  # type: ignore[arg-type]

    def prove(self, pin: str) -> None:
        """Six digits."""
        self.touch(*(f"key:{digit}" for digit in pin))

    async def ready(self) -> None:
        """The hall has been heard, and tickets are taken: the first home screen is there before that."""
        async with asyncio.timeout(20):
            while not (
                self.kiosk.look.header.clock
                and isinstance(body := self.kiosk.look.body, Home)
                and body.tiles
                and body.tiles[0].enabled
            ):
                self._news.clear()
                await self._news.wait()

    async def asked(self) -> None:
        """A citizen has asked for a class and has their ticket."""
        await self.ready()
        self.touch("zone:A", "priority", "class:priority", "take", "skip")
        await self.until(Issued, printed=True, tone="warn")

    async def named(self, finding: str = "seen") -> None:
        """Staff stand before the pad for their PIN."""
        await self.asked()
        self.touch("staff", f"reason:{finding}", *(f"key:{letter}" for letter in "steward"), "enter")
        await self.until(Proving)


@pytest.fixture
async def visit(tmp_path: Path) -> AsyncIterator[Visit]:
    """A kiosk in a live hall whose steward has a PIN."""
    async with attended(tmp_path) as visit:
        yield visit


@asynccontextmanager
async def attended(folder: Path, plan: Plan | None = None) -> AsyncIterator[Visit]:
    """The same, in a hall of any plan."""
    async with house(folder, plan=plan) as home:
        await home.ask("POST", "/me/pin", "steward", {"password": PASSWORD, "pin": PIN})
        visit = Visit(home, folder / "kiosk")
        work = [asyncio.create_task(visit.link.run()), asyncio.create_task(visit.kiosk.run())]
        yield visit
        for task in work:
            task.cancel()
        await asyncio.gather(*work, return_exceptions=True)
        visit.book.close()


async def last(visit: Visit) -> dict[str, Any]:
    """The last decision about a class, as the log has it."""
    _, events = await visit.home.ask("GET", "/events?limit=1000", "auditor")
    found: dict[str, Any] = [one for one in events if one["command"] == "tickets.classify"][-1]
    return found


async def test_a_class_is_confirmed_after_a_wrong_pin_and_no_log_of_the_kiosk_has_a_digit(
    visit: Visit, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    await visit.named()
    visit.prove(WRONG)
    await visit.until(Proving, sentence="登录名或口令不正确，请重新输入")
    visit.prove(PIN)
    await visit.until(Issued, note="优先已确认。", tone="good")
    entry = await last(visit)
    assert entry["actor"] == "steward:steward"
    assert "已看证件" in str(entry["body"])
    assert PIN not in caplog.text
    assert WRONG not in caplog.text


async def test_a_class_is_refused_with_what_staff_found(visit: Visit) -> None:
    await visit.named("no_proof")
    visit.prove(PIN)
    await visit.until(Issued, note="未确认优先，按普通号排队。")
    assert "未出示证明" in str((await last(visit))["body"])


async def test_after_too_many_wrong_pins_the_pad_says_how_long_it_rests(visit: Visit) -> None:
    await visit.named()
    tries, body = 0, await visit.until(Proving)
    while body.enabled and tries < FREE_PIN + 6:  # pauses grow: one is longer than a busy machine takes
        visit.prove(WRONG)
        tries, body = tries + 1, await visit.until(Proving, trouble=True)
    assert tries > FREE_PIN
    assert body.sentence.startswith("错误次数过多，请")


async def test_without_a_server_nothing_is_confirmed_and_it_is_said(visit: Visit) -> None:
    await visit.named()
    await visit.home.server.stop()
    async with asyncio.timeout(20):
        await visit.link.reach("down")
    visit.prove(PIN)
    await visit.until(Proving, sentence="系统连接中断，现在不能确认。请稍后再试，或到窗口确认", enabled=True)


async def test_a_link_asks_what_only_http_does_and_tells_a_refusal_from_silence(visit: Visit) -> None:
    async with asyncio.timeout(20):
        await visit.link.reach("live")
        with pytest.raises(CommandRefused) as refused:
            await visit.link.post("/tickets/nothing/confirm", {"name": "x"})
        assert refused.value.code == "request.invalid"
        await visit.home.server.stop()
        await visit.link.reach("down")
        with pytest.raises(Unanswered) as silent:
            await visit.link.post("/tickets/nothing/confirm", {})
        assert not silent.value.sent
