"""Pictures and films for boards: uploaded by an administrator, or put into the folder by hand; which board shows them when is in
the hall's configuration.
"""

import asyncio
import re
from collections.abc import Mapping
from pathlib import Path

import msgspec
from aiohttp import web
from multidict import CIMultiDict

from queue_server.api import medium
from queue_server.api.answer import EVERYWHERE
from queue_server.api.guard import guard_of
from queue_server.api.route import BASE, BYTES, Do, Route
from queue_server.auth.limit import Limits
from queue_server.engine.actor import Actor
from queue_server.flow.flow import Flow
from queue_server.wire.board import MEDIUM
from queue_server.wire.error import Refusal
from queue_server.wire.ticket import Text

ADDRESS = "/media/{file}"
"""A file by the name that the configuration gives it, or by its content's own; anybody who sees a board may ask."""
PIECE = 256 * 1024
_HARMLESS = "default-src 'none'; media-src 'self'; img-src 'self'; sandbox"
"""A file that is opened by itself is looked at and does nothing."""


class MediumState(msgspec.Struct, frozen=True):
    """A picture or film that is there, or that boards are to show: by which displays, its size in bytes if it is there, and why no
    board shows it.
    """

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
    Route(
        "media.add",
        "POST",
        f"{BASE}/media",
        "Upload a picture or film; it is named by its content, and shown by nobody yet.",
        frozenset(("admin",)),
        bytes,
        MediumState,
        201,
        takes=BYTES,
    ),
    Route(
        "media.remove",
        "DELETE",
        f"{BASE}/media/{{file}}",
        "Delete a picture or film that no board shows.",
        frozenset(("admin",)),
        None,
        None,
    ),
)


class MediaRoutes:
    """Handlers of ROUTES, and the files themselves."""

    def __init__(self, flow: Flow, folder: Path, limits: Limits) -> None:
        self._flow, self._folder, self._limits = flow, folder, limits
        self.do: Mapping[str, Do] = {
            "media": self._list,
            "media.add": self._add,
            "media.remove": self._remove,
        }

    @property
    def files(self) -> web.RouteDef:
        """The address of the files."""
        return web.get(ADDRESS, self._send)

    async def _list(self, _request: web.Request, _actor: Actor) -> tuple[MediumState, ...]:
        named = self._named()
        return await asyncio.to_thread(
            lambda: tuple(
                self._state(file, named.get(file, ()))
                for file in dict.fromkeys((*named, *medium.files(self._folder)))
            )
        )

    async def _add(self, request: web.Request, _actor: Actor) -> MediumState:
        """Piece by piece to the disk; the next one is read when that is done, so that no more of it than one is in memory."""
        intake = await asyncio.to_thread(medium.Intake, self._folder, self._limits)
        guard = guard_of(request)
        try:
            async for piece in request.content.iter_chunked(PIECE):
                await asyncio.to_thread(intake.put, piece)
                if guard is not None:
                    guard.goes_on()
            file = await asyncio.to_thread(intake.keep)
        finally:
            await asyncio.to_thread(intake.drop)
        return await asyncio.to_thread(self._state, file, self._named().get(file, ()))

    async def _remove(self, request: web.Request, _actor: Actor) -> None:
        file = request.match_info["file"]
        used = self._named().get(file)
        if used:
            raise Refusal("media.in_use", displays=Text("、".join(used), ", ".join(used)))
        if not re.fullmatch(MEDIUM, file):
            raise Refusal("media.unknown")
        await asyncio.to_thread(medium.remove, self._folder, file)

    async def _send(self, request: web.Request) -> web.StreamResponse:
        self._flow.sure()
        file = request.match_info["file"]
        if file not in self._named() and not medium.taken(file):
            raise Refusal("request.unknown_route")
        path = self._folder / file
        kind, fault = await asyncio.to_thread(medium.judge, path, self._limits)
        if fault is not None:
            raise Refusal("request.unknown_route")
        headers = {
            **EVERYWHERE,
            "Content-Type": kind,
            "Cache-Control": "no-cache",
            "Content-Security-Policy": _HARMLESS,
        }
        return web.FileResponse(path, headers=CIMultiDict(headers))

    def _state(self, file: str, displays: tuple[str, ...]) -> MediumState:
        path = self._folder / file
        _, fault = medium.judge(path, self._limits)
        return MediumState(file, displays, path.stat().st_size if path.is_file() else None, fault)

    def _named(self) -> dict[str, tuple[str, ...]]:
        """The files that displays are to show, and which ones."""
        named: dict[str, tuple[str, ...]] = {}
        for display in self._flow.durable.hall.displays:
            for file in dict.fromkeys(one.file for one in display.media):
                named[file] = (*named.get(file, ()), display.id)
        return named
