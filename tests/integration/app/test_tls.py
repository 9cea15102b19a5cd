"""A hall by TLS: its own authority, a server that is served with it, and programs that trust nobody else."""

import asyncio
import contextlib
import ssl
import sys
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import aiohttp
import pytest
import pytest_asyncio
from click.testing import CliRunner

from kiosk.app.config import load as load_kiosk
from queue_server.app.cert import Made, make
from queue_server.app.hall import BRANCH
from queue_server.app.main import main
from queue_server.app.serve import Server, serve
from queue_server.app.setting import Settings
from queue_server.client.error import CommandRefused
from queue_server.client.link import Link
from queue_server.client.setting import BadConfig
from queue_server.client.trust import trust
from queue_server.flow.clock import Clock
from tests.fakes.hall import MORNING, hall
from tests.fakes.house import PASSWORD, token

TOML = '[tls]\ncertificate = "tls/server.pem"\nkey = "tls/server.key"\n'


@pytest_asyncio.fixture
async def server(tmp_path: Path) -> AsyncIterator[Server]:
    make(tmp_path, ["127.0.0.1"], datetime.now(UTC))
    (tmp_path / "server.toml").write_text(TOML, encoding="utf-8")
    settings = Settings.read({"JIAOHAO_LISTEN": "127.0.0.1:0"}, data=tmp_path)
    async with await serve(settings, hall(), Clock(MORNING)) as one:
        yield one


def by(made: Made | Path) -> ssl.SSLContext:
    """Trust in an authority, as a kiosk's settings say it."""
    ca = made.ca if isinstance(made, Made) else made / "tls" / "hall-ca.pem"
    context = trust(ca.parent / "kiosk.toml", ca.name)
    assert context is not None
    return context


async def test_a_program_that_trusts_the_halls_authority_is_live_and_has_commands_done(
    server: Server, tmp_path: Path
) -> None:
    assert server.address.startswith("https://127.0.0.1:")
    kiosk = token(server, "kiosk")
    async with Link([server.address], ["hall"], kiosk, trust=by(tmp_path)) as link:
        async with asyncio.timeout(30):
            await link.reach("live")
            ticket = await link.command("tickets.take", {"service": "filing"})
            asked = {"name": "x", "pin": "0", "class": "priority", "decision": "confirm", "reason": "x"}
            with pytest.raises(CommandRefused, match=r"auth\.wrong_pin"):
                await link.post(f"/tickets/{ticket['id']}/confirm", asked)
    assert ticket["number"] == "A001"


async def test_nobody_else_is_trusted(
    server: Server, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    foreign = tmp_path / "foreign"
    foreign.mkdir()
    for trusted in (None, by(make(foreign, ["127.0.0.1"], datetime.now(UTC)))):
        caplog.clear()
        async with Link([server.address], ["hall"], trust=trusted) as link, asyncio.timeout(30):
            while "is not trusted" not in caplog.text:  # noqa: ASYNC110 - the log has no event
                await asyncio.sleep(0.01)
            assert link.state != "live"
    assert "hall-ca.pem" in caplog.text


async def test_a_certificate_for_another_host_is_not_trusted(tmp_path: Path) -> None:
    make(tmp_path, ["elsewhere.lan"], datetime.now(UTC))
    (tmp_path / "server.toml").write_text(TOML, encoding="utf-8")
    settings = Settings.read({"JIAOHAO_LISTEN": "127.0.0.1:0"}, data=tmp_path)
    async with await serve(settings, hall(), Clock(MORNING)) as one, aiohttp.ClientSession() as client:
        with pytest.raises(aiohttp.ClientConnectorCertificateError):
            await client.get(f"{one.address}/health", ssl=by(tmp_path))


async def test_what_is_older_than_tls_1_2_and_plain_http_get_no_answer(
    server: Server, tmp_path: Path
) -> None:
    old = by(tmp_path)
    old.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
    with pytest.warns(DeprecationWarning, match="TLSv1_1"):
        old.maximum_version = ssl.TLSVersion.TLSv1_1
    async with aiohttp.ClientSession() as client:
        with pytest.raises(aiohttp.ClientConnectorError):
            await client.get(f"{server.address}/health", ssl=old)
        with pytest.raises(aiohttp.ClientError):
            await client.get(server.address.replace("https:", "http:") + "/health")
        async with client.get(f"{server.address}/health", ssl=by(tmp_path)) as answer:
            assert answer.status == 200, "and the server goes on"


async def test_by_tls_the_cookie_is_secure_and_browsers_are_told_to_come_by_nothing_else(
    server: Server, tmp_path: Path
) -> None:
    token(server, "clerk")
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as client:
        login = {"name": "clerk", "password": PASSWORD}
        async with client.post(f"{server.address}/api/v1/login", json=login, ssl=by(tmp_path)) as answer:
            assert answer.status == 200
            assert answer.cookies["session"]["secure"]
            assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"
        for path in ("/clerk", "/api/v1/zones", "/api/v1/nowhere", "/api/v1/me"):
            async with client.get(server.address + path, ssl=by(tmp_path)) as answer:
                assert "Strict-Transport-Security" in answer.headers, path


async def test_the_servers_own_commands_find_it_by_tls(server: Server, tmp_path: Path) -> None:
    def do(*arguments: str) -> str:
        done = CliRunner().invoke(main, [*arguments, "--data", str(tmp_path)])
        assert done.exit_code == 0, done.output
        return done.output

    await asyncio.to_thread(do, "device", "list")
    assert "正在使用第" in await asyncio.to_thread(do, "import", str(BRANCH))
    told = await asyncio.to_thread(do, "check")
    assert "有效至" in told
    assert "https" in told


async def test_a_certificate_that_ends_soon_is_told_by_check(tmp_path: Path) -> None:
    make(tmp_path, ["hall"], datetime.now(UTC) - timedelta(days=730))
    (tmp_path / "server.toml").write_text(TOML, encoding="utf-8")
    done = CliRunner().invoke(main, ["check", "--data", str(tmp_path)])
    assert done.exit_code == 0
    assert "jiaohao-server cert --renew" not in done.stderr, "95 days are left"
    make(tmp_path, [], datetime.now(UTC) - timedelta(days=1095), renew=True)
    done = CliRunner().invoke(main, ["check", "--data", str(tmp_path)])
    assert "jiaohao-server cert --renew" in done.stderr


@pytest.mark.alone
async def test_the_program_itself_serves_by_tls_cuts_the_slow_and_ends_in_time(tmp_path: Path) -> None:
    """On the loop that it runs on in a hall, which is not the one of these tests."""
    make(tmp_path, ["127.0.0.1"], datetime.now(UTC))
    limits = "[limits]\nhead_s = 1\nconnections_per_address = 10\n"
    (tmp_path / "server.toml").write_text(TOML + limits, encoding="utf-8")
    command = [sys.executable, "-m", "queue_server.app.main", "run", "--data", str(tmp_path)]
    program = await asyncio.create_subprocess_exec(
        *command, "--listen", "127.0.0.1:0", stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL
    )
    try:
        assert program.stdout is not None
        address = (await program.stdout.readline()).decode().removeprefix("ready ").strip()
        port = int(address.rpartition(":")[2])
        async with aiohttp.ClientSession() as client:
            for _ in range(20):  # twice as many as may be there together: each one's place is free after it
                async with client.get(
                    f"{address}/health", ssl=by(tmp_path), headers={"Connection": "close"}
                ) as answer:
                    assert answer.status == 200
        held = [await asyncio.open_connection("127.0.0.1", port) for _ in range(12)]
        async with asyncio.timeout(30):
            for reader, writer in held:  # two at once, ten after a second
                with contextlib.suppress(ConnectionError):
                    assert await reader.read() == b""
                writer.close()
        async with Link([address], ["hall"], trust=by(tmp_path)) as link, asyncio.timeout(30):
            await link.reach("live")
            began_s = time.monotonic()
            program.terminate()
            assert await program.wait() == 0
            assert time.monotonic() - began_s < 2
    finally:
        if program.returncode is None:
            program.kill()
            await program.wait()


def test_cert_tells_what_it_made_and_refuses_to_make_it_again(tmp_path: Path) -> None:
    runner = CliRunner()
    done = runner.invoke(main, ["cert", "hall.lan", "127.0.0.1", "--data", str(tmp_path)])
    assert done.exit_code == 0
    assert "hall.lan、127.0.0.1" in done.stdout
    assert "update-ca-certificates" in done.stdout
    again = runner.invoke(main, ["cert", "hall.lan", "--data", str(tmp_path)])
    assert again.exit_code == 1
    assert "--renew" in again.stderr
    assert runner.invoke(main, ["cert", "--renew", "--data", str(tmp_path)]).exit_code == 0


def test_a_kiosk_whose_authority_is_not_there_says_what_to_copy(tmp_path: Path) -> None:
    config = tmp_path / "kiosk.toml"
    config.write_text('server = "https://hall:8443"\nca = "hall-ca.pem"\n', encoding="utf-8")
    settings = load_kiosk(config)
    with pytest.raises(BadConfig, match=r"复制tls/hall-ca.pem\n.*copy tls/hall-ca.pem"):
        trust(config, settings.ca)
    (tmp_path / "hall-ca.pem").write_text("not one", encoding="utf-8")
    with pytest.raises(BadConfig, match="holds no PEM certificate"):
        trust(config, settings.ca)
