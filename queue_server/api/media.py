"""Pictures and films for boards: files that the hall's configuration names in a folder beside its data, and nothing else of it."""

import asyncio
from collections.abc import Mapping
from pathlib import Path

import msgspec
from aiohttp import web
from multidict import CIMultiDict

from queue_server.api.answer import EVERYWHERE
from queue_server.api.route import BASE, Do, Route
from queue_server.engine.actor import Actor
from queue_server.flow.flow import Flow
from queue_server.wire.error import Refusal
from queue_server.wire.ticket import Text

FOLDER = "media"
"""The folder in the data folder."""
ADDRESS = "/media/{file}"
"""A file by the name that the configuration gives it; anybody who sees a board may ask."""
MIB = 1024 * 1024
PICTURE_MIB, FILM_MIB = 10, 200
"""A picture and a film have at most so many MiB: boards of the whole hall fetch them over its network."""
_HEAD = 16
_PICTURES = (
    ("image/png", 0, b"\x89PNG\r\n\x1a\n"),
    ("image/jpeg", 0, b"\xff\xd8\xff"),
    ("image/webp", 8, b"WEBP"),
)
_FILMS = (("video/mp4", 4, b"ftyp"), ("video/webm", 0, b"\x1aE\xdf\xa3"))
_HARMLESS = "default-src 'none'; style-src 'unsafe-inline'; media-src 'self'; img-src 'self'; sandbox"
"""A file that is opened by itself is looked at and does nothing."""


class MediumState(msgspec.Struct, frozen=True):
    """A picture or film that boards are to show: by which displays, its size in bytes if it is there, and why no board shows it."""

    file: str
    displays: tuple[str, ...]
    size: int | None = None
    fault: Text | None = None


ROUTES: tuple[Route, ...] = (
    Route(
        "media",
        "GET",
        f"{BASE}/media",
        "The pictures and films of boards, and what is wrong with those that no board shows.",
        frozenset(("admin", "manager", "auditor")),
        None,
        tuple[MediumState, ...],
    ),
)


class MediaRoutes:
    """Handlers of ROUTES, and the files themselves."""

    def __init__(self, flow: Flow, folder: Path) -> None:
        self._flow = flow
        self._folder = folder
        self.do: Mapping[str, Do] = {"media": self._list}

    @property
    def files(self) -> web.RouteDef:
        """The address of the files."""
        return web.get(ADDRESS, self._send)

    async def _list(self, _request: web.Request, _actor: Actor) -> tuple[MediumState, ...]:
        return await asyncio.to_thread(
            lambda: tuple(_state(self._folder / file, on) for file, on in self._named().items())
        )

    async def _send(self, request: web.Request) -> web.StreamResponse:
        self._flow.sure()
        file = request.match_info["file"]
        if file not in self._named():
            raise Refusal("request.unknown_route")
        path = self._folder / file
        kind, fault = await asyncio.to_thread(_judge, path)
        if fault is not None:
            raise Refusal("request.unknown_route")
        headers = {
            **EVERYWHERE,
            "Content-Type": kind,
            "Cache-Control": "no-cache",
            "Content-Security-Policy": _HARMLESS,
        }
        return web.FileResponse(path, headers=CIMultiDict(headers))

    def _named(self) -> dict[str, tuple[str, ...]]:
        """The files that displays are to show, and which ones."""
        named: dict[str, tuple[str, ...]] = {}
        for display in self._flow.durable.hall.displays:
            for file in dict(display.media):
                named[file] = (*named.get(file, ()), display.id)
        return named


def _state(path: Path, displays: tuple[str, ...]) -> MediumState:
    _, fault = _judge(path)
    return MediumState(path.name, displays, path.stat().st_size if path.is_file() else None, fault)


def _judge(path: Path) -> tuple[str, Text | None]:
    """What a file is by its first bytes, and why it is not shown."""
    try:
        with path.open("rb") as opened:
            head, size = opened.read(_HEAD), path.stat().st_size
    except FileNotFoundError:
        return "", Text(
            f"数据目录的{FOLDER}里没有这个文件，请放进去。", f"Put it into {FOLDER} of the data folder."
        )
    except OSError as fault:
        return "", Text(
            f"无法读取（{fault.strerror}），请检查权限。", f"It cannot be read ({fault.strerror}); check it."
        )
    film = path.suffix in (".mp4", ".webm")
    kinds, most = (_FILMS, FILM_MIB) if film else (_PICTURES, PICTURE_MIB)
    kind = next((kind for kind, at, mark in kinds if head[at : at + len(mark)] == mark), "")
    if not kind:
        return "", Text(
            "不是MP4或WebM视频，文件可能损坏，请换一个。"
            if film
            else "不是PNG、JPEG或WebP图片，文件可能损坏，请换一个。",
            f"It is no {'MP4 or WebM film' if film else 'PNG, JPEG or WebP picture'}: take another file.",
        )
    if size > most * MIB:
        return "", Text(f"超过{most}MB，请压缩。", f"It is larger than {most} MB: make it smaller.")
    return kind, None
