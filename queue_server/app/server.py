"""The server's own file: `server.toml` of the data folder, read into structs, or every fault in it at once.

What the hall is made of stands in the hall's configuration, which administrators publish; this is for whoever runs the machine.
"""

import re
import tomllib
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

import msgspec

from queue_server.app.fault import CannotStart
from queue_server.auth.limit import Limits
from queue_server.engine.document import Reader
from queue_server.engine.mark import Within, Written
from queue_server.wire.fault import cause
from queue_server.wire.misfit import no_toml

NAME = "server.toml"
SAMPLE = Path(__file__).parent / "sample" / NAME
"""The file that a new data folder gets: everything with its default, commented out."""
LEAST_IDLE_MIN, MOST_IDLE_MIN = 5, 720
MOST_ONCE_DAYS = 90
_LISTEN = re.compile(r"(?:\[(?P<six>[^\]]+)\]|(?P<host>[^:\[\]]*)):(?P<port>[0-9]{1,5})")

Network = IPv4Network | IPv6Network


def address(listen: str) -> tuple[str, int] | None:
    """Host and port of HOST:PORT; None if it is not that. No host is every address of the machine."""
    match = _LISTEN.fullmatch(listen.strip())
    if match is None or int(match["port"]) > 65535:
        return None
    return match["six"] or match["host"] or "0.0.0.0", int(match["port"])


def network(text: str) -> Network | None:
    """An address, or a network of them; None for what is neither."""
    try:
        return ip_network(text, strict=False)
    except ValueError:
        return None


def public(text: str) -> str | None:
    """The address under which phones find the server; None for what is none. Pages are at its root, so it has no path."""
    try:
        parts = urlsplit(text)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return None
    written = text.isascii() and not any(letter.isspace() or letter in "?#@" for letter in text)
    whole = parts.scheme == "https" and host and written and parts.path in ("", "/")
    return text.rstrip("/") if whole else None


class TlsDocument(msgspec.Struct, frozen=True, kw_only=True):
    """Certificate and key, as PEM files; their places count from the data folder."""

    certificate: str
    key: str


class BackupDocument(msgspec.Struct, frozen=True, kw_only=True):
    """Where backups go, a folder on another disk; how often, in seconds, and how many of the newest are kept."""

    to: str
    every_s: Annotated[int, Within(10, 86_400)] = 300
    keep: Annotated[int, Within(2, 1000)] = 12


class ArchiveDocument(msgspec.Struct, frozen=True, kw_only=True):
    """How many months of events stay in the database, and for how many years the files of older ones are kept."""

    months: Annotated[int, Within(1, 120)] = 13
    years: Annotated[int, Within(1, 100)] = 5


class AppraisalDocument(msgspec.Struct, frozen=True, kw_only=True):
    """What efficiency, quality and work count for in an appraisal, as points of their sum; 0: not at all."""

    efficiency: Annotated[int, Within(0, 100)] = 35
    quality: Annotated[int, Within(0, 100)] = 35
    work: Annotated[int, Within(0, 100)] = 30


class ServerDocument(msgspec.Struct, frozen=True, kw_only=True):
    """All of server.toml."""

    listen: Annotated[
        str,
        Written(
            address,
            "应写成“主机:端口”，例如0.0.0.0:8080。",
            "It must be HOST:PORT, such as 0.0.0.0:8080.",
        ),
    ] = "127.0.0.1:8080"
    public_url: (
        Annotated[
            str,
            Written(
                public,
                "应为https://开头的网址，不含路径、问号、井号和账号，例如https://hall.example.gov.cn。",
                "It must be https:// and a host, without path, query, fragment and user, such as https://hall.example.gov.cn.",
            ),
        ]
        | None
    ) = None
    idle_min: Annotated[int, Within(LEAST_IDLE_MIN, MOST_IDLE_MIN)] = 180
    once_days: Annotated[int, Within(1, MOST_ONCE_DAYS)] = 7
    clips: str | None = None
    proxies: tuple[
        Annotated[
            str,
            Written(
                network,
                "应为网络地址，例如127.0.0.1或10.0.0.0/24。",
                "It must be a network address, such as 127.0.0.1 or 10.0.0.0/24.",
            ),
        ],
        ...,
    ] = ()
    tls: TlsDocument | None = None
    backup: BackupDocument | None = None
    archive: ArchiveDocument = ArchiveDocument()
    appraisal: AppraisalDocument = AppraisalDocument()
    limits: Limits = Limits()


def load(path: Path) -> ServerDocument:
    """The settings of a file, the defaults where there is none. Raises CannotStart with every fault, one a line."""
    try:
        content = path.read_bytes().decode("utf-8-sig")
    except (FileNotFoundError, NotADirectoryError):
        return ServerDocument()
    except OSError as error:
        raise CannotStart(
            f"无法读取{path}（{cause(error)}），请检查权限。",
            f"{path} cannot be read ({error.strerror}); check its permissions.",
        ) from error
    except UnicodeDecodeError as error:
        raise CannotStart(
            f"{path}不是UTF-8编码，请另存为UTF-8。", f"{path} is not UTF-8; save it as UTF-8."
        ) from error
    try:
        raw = tomllib.loads(content)
    except tomllib.TOMLDecodeError as error:
        said = no_toml(error)
        raise CannotStart(f"{path}{said.zh}", f"{path} {said.en}") from error
    reader = Reader()
    document = reader.table(ServerDocument, raw)
    if reader.faults:
        zh = "\n".join(f"  {fault.line('zh')}" for fault in reader.faults)
        en = "\n".join(f"  {fault.line('en')}" for fault in reader.faults)
        raise CannotStart(
            f"{path}有{len(reader.faults)}处错误，请改正后再启动：\n{zh}",
            f"{path} has {len(reader.faults)} fault(s); correct them and start again:\n{en}",
        )
    return document
