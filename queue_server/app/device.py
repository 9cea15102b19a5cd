"""`jiaohao-server device`: see, place and revoke the devices of a running server, from the machine that keeps its data."""

import http.client
import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import click
import msgspec

from queue_server.app import people as accounts
from queue_server.app.fault import CannotStart
from queue_server.app.option import with_data
from queue_server.app.setting import Settings
from queue_server.app.tls import trusting
from queue_server.auth.secret import digest, new_token
from queue_server.store.account import Token
from queue_server.store.lock import FolderLock
from queue_server.wire.device import DeviceRecord

ASKS_S = 10.0
"""How long the server may take to answer."""
STATES = {"waiting": "等待安置 waiting", "placed": "已安置 placed", "revoked": "已停用 revoked"}


class Office:
    """A running server, asked with the rights of whoever has its data folder in hand."""

    def __init__(self, settings: Settings, token: str) -> None:
        """For the server that holds a data folder; its lock says where it is."""
        self._folder, self._token = settings.data, token
        self._place = urlsplit(FolderLock.noted(settings.data))
        self._trust = trusting(settings.tls) if self._place.scheme == "https" else None

    def ask(self, method: str, path: str, body: dict[str, Any] | None = None) -> bytes:
        """The body of an answer. Raises CannotStart for a refusal, and where no server answers."""
        status, text = self._sent(method, path, body, "zh")
        if status >= 400:  # nothing was done, so it may be asked again for its other sentence
            raise CannotStart(_sentence(text), _sentence(self._sent(method, path, body, "en")[1]))
        return text

    def _sent(self, method: str, path: str, body: dict[str, Any] | None, language: str) -> tuple[int, bytes]:
        host, port = self._place.hostname, self._place.port
        if host is None:
            raise self._nobody()
        connection = (
            http.client.HTTPConnection(host, port, timeout=ASKS_S)
            if self._trust is None
            else http.client.HTTPSConnection(host, port, timeout=ASKS_S, context=self._trust)
        )
        headers = {
            "Authorization": f"Bearer {self._token}",
            "Content-Type": "application/json",
            "Accept-Language": language,
        }
        sent = None if body is None else json.dumps(body).encode()
        try:
            connection.request(method, f"/api/v1{path}", sent, headers)
            answer = connection.getresponse()
            return answer.status, answer.read()
        except (OSError, http.client.HTTPException) as error:
            raise self._nobody() from error
        finally:
            connection.close()

    def _nobody(self) -> CannotStart:
        return CannotStart(
            f"{self._folder}的服务器没有运行，请先启动。",
            f"No server runs on {self._folder}: start it first.",
        )

    def devices(self) -> list[DeviceRecord]:
        """Every device, those that wait first."""
        return msgspec.json.decode(self.ask("GET", "/devices"), type=list[DeviceRecord])

    def device(self, word: str) -> DeviceRecord:
        """The device with a code, an id or a name. Raises CannotStart for none or several, and says which."""
        code = word.replace(" ", "")
        held = [device for device in self.devices() if device.state != "revoked"]
        found = [device for device in held if word == device.id or code == device.code]
        found = found or [device for device in held if word == device.name]
        if not found:
            raise CannotStart(
                f"没有代码、编号或名称是“{word}”的设备。代码15分钟换一次，请用device list查看。",
                f"No device has the code, id or name “{word}”. A code changes every 15 minutes; see: device list",
            )
        if len(found) > 1:
            known = [device.code or device.id for device in found]
            raise CannotStart(
                f"有{len(found)}台设备叫“{word}”，请写其中一台的代码或编号：{'、'.join(known)}。",
                f"{len(found)} devices are called “{word}”: write the code or id of one, {', '.join(known)}.",
            )
        return found[0]


def _sentence(text: bytes) -> str:
    """What a refusal says."""
    try:
        return str(json.loads(text)["message"])
    except (ValueError, KeyError, TypeError):
        return "应答的不是叫号服务器。 What answers there is not a hall's server."


@contextmanager
def _office(data: Path | None) -> Iterator[Office]:
    """The server, with a token that is good for this alone and ends at once."""
    settings = Settings.read(data=data)
    people = accounts.found(settings)
    token, now = new_token(), datetime.now(UTC)
    known = digest(token)
    until = now + timedelta(minutes=1)
    people.put_token(Token(digest=known, role="clock", name="console", created_at=now, expires_at=until))
    try:
        yield Office(settings, token)
    finally:
        people.remove_token(known)


@click.group()
def device() -> None:
    """设备 Devices that pair: kiosks, boards, counters.

    \b
    例 Examples:
      jiaohao-server device list
      jiaohao-server device place 482913 --window 3 --window 4
      jiaohao-server device revoke counter --reason 更换
    """  # noqa: D301


@device.command("list")
@with_data
def show(data: Path | None) -> None:
    """全部设备 Every device: code or id, kind, name, state, place, health."""
    with _office(data) as office:
        devices = office.devices()
        for one in devices:
            click.echo("\t".join((one.code or one.id, one.kind, one.name, STATES[one.state], _place(one))))
        if not devices:
            click.echo(
                "还没有显示过代码的设备；用token发的令牌不在这里。 "
                "No device has shown a code yet; those with a token from `token` are not listed."
            )


@device.command("place")
@click.argument("code")
@click.option(
    "--window", "windows", multiple=True, metavar="W", help="窗口，可重复 An agent's window; may be repeated."
)
@click.option("--display", metavar="D", help="叫号屏 A display's board.")
@click.option("--zone", metavar="Z", help="所在服务区 Where a kiosk stands.")
@click.option("--name", help="名称 A name for it (default: its own).")
@with_data
def place(
    code: str,
    windows: tuple[str, ...],
    display: str | None,
    zone: str | None,
    name: str | None,
    data: Path | None,
) -> None:
    """安置设备 Give the device that shows CODE its place, or another one by its id or name.

    \b
    例 Examples:
      jiaohao-server device place 482913 --name 大厅1号机
      jiaohao-server device place 771204 --display hall
      jiaohao-server device place 100358 --window 3 --window 4
    """  # noqa: D301
    with _office(data) as office:
        found = office.device(code)
        body: dict[str, Any] = {"windows": windows, "display": display, "zone": zone, "name": name}
        given = {key: value for key, value in body.items() if value}
        answer = office.ask("POST", f"/devices/{quote(found.id)}/place", given)
        after = msgspec.json.decode(answer, type=DeviceRecord)
        click.echo(f"已安置 placed: {after.kind} {after.name} {_place(after)}".rstrip())


@device.command("revoke")
@click.argument("device")
@click.option("--reason", default="console", show_default=True, help="原因 Why.")
@with_data
def revoke(device: str, reason: str, data: Path | None) -> None:
    """停用设备 Take a device's rights away at once, by its id, name or code."""
    with _office(data) as office:
        found = office.device(device)
        office.ask("POST", f"/devices/{quote(found.id)}/revoke", {"reason": reason})
        click.echo(f"已停用 revoked: {found.kind} {found.name}")


def _place(device: DeviceRecord) -> str:
    """Where a device is, and how it is."""
    where = [*device.windows, *filter(None, (device.display, device.zone))]
    health = f"{device.health} {device.fault or ''}".strip() if device.health else ""
    return "\t".join(filter(None, (",".join(where), health)))
