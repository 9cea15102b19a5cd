"""Two servers of one hall in PostgreSQL, as whoever runs them sees them; what clients see: tests/e2e/test_failover.py."""

import asyncio
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

import msgspec
import pytest

from queue_server.app.standby import Foresight
from queue_server.client.effect import Changed, Effect
from queue_server.client.link import Link
from queue_server.engine.version import Version, hall_of
from queue_server.flow.duty import SILENT_S
from queue_server.store.postgres import Postgres
from queue_server.store.table import TableStore
from tests.e2e.house import Server, until
from tests.fakes.document import document
from tests.fakes.hall import FILING, MORNING
from tests.fakes.play import picture
from tests.fakes.postgres import PASSWORD, Cluster
from tests.integration.store.stage import Stage

Make = Callable[[str], Server]


@pytest.fixture
def make(cluster: Cluster, tmp_path: Path) -> Iterator[Make]:
    """Servers of one hall, each with a folder of its own."""
    db, made = cluster.address(cluster.database()), []

    def one(name: str) -> Server:
        made.append(Server(tmp_path / name, JIAOHAO_DB=db))
        share_key(tmp_path)
        return made[-1]

    yield one
    for server in made:
        if server.program is not None and server.program.process.poll() is None:
            server.kill()


def share_key(folder: Path) -> None:
    """Have every server of a folder the same key."""
    for name in ("one", "two"):
        (folder / name).mkdir(exist_ok=True)
        (folder / name / "identity.key").write_bytes(bytes(range(32)))


class Told(Link):
    """A link that counts how often it was told everything anew, in place of what it had missed."""

    snapshots = 0

    def _run(self, effects: list[Effect]) -> None:
        self.snapshots += any(isinstance(effect, Changed) and effect.whole for effect in effects)
        super()._run(effects)


async def test_a_hall_is_read_when_its_server_falls_silent_and_anew_in_the_next_silence(
    cluster: Cluster,
) -> None:
    database = Postgres(cluster.url(cluster.database()))
    text = msgspec.json.encode(document()).decode()
    known = Version(n=1, at=MORNING, actor="admin:chief", note="", document=text, digest="")
    stage = Stage(TableStore(database), hall_of(text))
    foresight = Foresight(database, known)
    foresight.look(SILENT_S / 2)
    assert await foresight.had() is None
    foresight.look(SILENT_S * 1.1)
    stage.take(FILING)  # it was not gone
    foresight.look(SILENT_S / 2)
    foresight.look(SILENT_S * 1.1)
    foresight.look(SILENT_S * 1.2)
    foreseen = await foresight.had()
    stage.store.close()
    assert foreseen is not None
    assert [picture(state) for state in foreseen.states] == [picture(stage.state)] * 2


def asked(server: Server, path: str) -> tuple[int, str]:
    try:
        with urlopen(server.url + path, timeout=30) as answer:
            return answer.status, answer.read().decode()
    except HTTPError as refused:
        with refused:
            return refused.code, refused.read().decode()


@pytest.mark.timeout(120)
def test_a_second_server_stands_by_says_so_and_takes_over_in_order(make: Make) -> None:
    one, two = make("one"), make("two")
    kiosk = one.token("kiosk", "kiosk")
    one.start()
    two.begin().expect("standby")
    assert asked(two, "/health") == (200, '{"alive":true}')
    assert asked(two, "/ready") == (503, '{"ready":false,"standby":true}')
    for path in ("/api/v1/zones", "/clerk", "/feed"):
        status, body = asked(two, path)
        assert status == 503, path
        assert "server.standby" in body
        assert "待命" in body
    with pytest.raises(AssertionError, match="run this on the machine that serves"):
        two.line("evacuate", "--out", str(two.data / "a.move"))
    for told in (one.line("check"), two.line("check")):
        assert "正在使用第1版配置 version 1 runs" in told
    before = one.ask("POST", "/tickets", kiosk, {"service": "project-filing"}, key="once")
    assert before.status == 201
    assert one.stop() == 0
    address = two.url
    two.expect("ready")
    assert two.url == address
    after = two.ask("POST", "/tickets", kiosk, {"service": "project-filing"}, key="once")
    assert (after.status, after.text) == (before.status, before.text)
    assert "whole" in two.line("verify")
    assert "admin" in two.line("user", "list")
    assert two.line("export").startswith("# 第1版")
    with pytest.raises(AssertionError, match="another server has taken over"):
        one.line("archive", "--term", "1", "--today", "2100-01-01")  # as one has it done
    assert "1 天" in two.line("archive", "--today", "2100-01-01")
    assert two.stop() == 0


def test_a_server_with_another_key_does_not_start(make: Make) -> None:
    one, two = make("one"), make("two")
    one.start()
    (two.data / "identity.key").write_bytes(bytes(32))
    two.begin()
    assert two.program is not None
    assert two.program.process.wait(60) == 1
    two.kill()
    assert one.stop() == 0


@pytest.mark.timeout(120)
def test_a_server_that_stands_by_ends_on_sigterm(make: Make) -> None:
    one, two = make("one"), make("two")
    one.start()
    two.begin().expect("standby")
    assert two.program is not None
    assert two.program.stop() == 0
    assert one.stop() == 0


@pytest.mark.timeout(120)
def test_a_server_outlives_a_restart_of_its_database(make: Make, cluster: Cluster) -> None:
    one = make("one")
    kiosk = one.token("kiosk", "kiosk")
    one.start()

    def take() -> int:
        return one.ask("POST", "/tickets", kiosk, {"service": "project-filing"}).status

    assert take() == 201
    cluster.halt()
    try:
        assert take() == 503
        until(lambda: asked(one, "/ready")[0] == 503, "the server to notice")
    finally:
        cluster.start()
    until(lambda: take() == 201, "the server to recover")
    assert one.metric("jiaohao_degraded") == 0
    assert one.stop() == 0


def test_the_password_stands_in_no_command_line(make: Make) -> None:
    one = make("one")
    one.start()
    assert one.program is not None
    told = Path(f"/proc/{one.program.process.pid}/cmdline").read_bytes()
    assert PASSWORD.encode() not in told
    assert one.stop() == 0


@pytest.mark.timeout(120)
def test_one_that_was_stopped_and_goes_on_stands_by(make: Make) -> None:
    one, two = make("one"), make("two")
    one.start()
    two.begin().expect("standby")
    assert one.program is not None
    one.program.process.send_signal(signal.SIGSTOP)
    two.expect("ready")
    one.program.process.send_signal(signal.SIGCONT)
    one.expect("standby")
    assert one.stop() == 0
    assert two.stop() == 0


@pytest.mark.timeout(120)
async def test_links_with_two_addresses_go_on_at_the_server_that_takes_over_without_a_gap(make: Make) -> None:
    """One is there all the time, one is away during the fault and the first change after it: neither is told all anew."""
    one, two = make("one"), make("two")
    kiosk = await asyncio.to_thread(one.token, "kiosk", "kiosk")
    await asyncio.to_thread(one.user, "chief", "admin", "correct horse battery")
    await asyncio.to_thread(one.start)
    await asyncio.to_thread(lambda: two.begin().expect("standby"))
    there, away = (Told([one.url, two.url], ["hall"]) for _ in range(2))

    async def take(server: Server, *told: Told) -> None:
        before = there.topics["hall"]["zone/A"]["waiting"]
        body = {"service": "project-filing"}
        assert (await asyncio.to_thread(server.ask, "POST", "/tickets", kiosk, body)).status == 201
        for link in told:
            await shows(link, before + 1)

    async with asyncio.timeout(60), there:
        await there.reach("live")
        epoch = there.epoch
        async with away:
            await away.reach("live")
            await take(one, there, away)
        await asyncio.to_thread(one.kill)
        await there.reach("down")
        await there.reach("live")
        await take(two, there)
        async with away:
            await shows(away, 2)
            await take(two, there, away)
            async with Link([two.url], ["hall"]) as fresh:
                await fresh.reach("live")
                assert fresh.topics == there.topics == away.topics
                assert fresh.epoch == there.epoch == away.epoch == epoch
        assert (there.snapshots, away.snapshots) == (1, 1), "each its first one"
    assert await asyncio.to_thread(two.stop) == 0


async def shows(link: Link, waiting: int) -> None:
    """Return when a link shows so many who wait."""
    changed = asyncio.Event()
    link.on_change(lambda _topic, _keys: changed.set())
    while link.topics["hall"]["zone/A"]["waiting"] != waiting:
        changed.clear()
        await changed.wait()
