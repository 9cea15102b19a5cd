"""A request as handlers and checks look at it, whichever way it came."""

from collections.abc import Mapping

import msgspec
from aiohttp import web
from multidict import CIMultiDict

_NOTHING: Mapping[str, str] = {}


class Brief(msgspec.Struct, frozen=True):
    """A request that came the express way: as much of `web.Request` as checks and handlers of commands look at.

    `route` is its address as it is registered, `match_info` the fields that stand in it.
    """

    method: str
    path: str
    route: str
    match_info: dict[str, str]
    headers: CIMultiDict[str]
    body: bytes
    remote: str | None
    secure: bool
    client_max_size: int

    @property
    def cookies(self) -> Mapping[str, str]:
        """None: what comes with a cookie is a page's, and no page goes this way."""
        return _NOTHING

    @property
    def host(self) -> str:
        """The server as the asker named it."""
        return self.headers.get("Host", "")

    @property
    def content_type(self) -> str:
        """The kind of body."""
        return self.headers.get("Content-Type", "")

    async def read(self) -> bytes:
        """The body."""
        return self.body


Asked = web.Request | Brief
"""Either of them."""
