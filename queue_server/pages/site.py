"""Every file of the web pages with its address, kind and tag, read once from the packages that hold them.

The pages are ES modules without a build step, so what is in the wheel is what a browser gets. They keep to
`default-src 'self'`: no inline script or style, no import map, no eval. Addresses:

    /admin /audit /cases /clerk /desk /floor /reports /login   the pages
    /board/{display}              one page for every display; /board for one that pairs
    /rate/{window}                a window's tablet; /rate for one whose place says which
    /t/{token}                    a citizen's phone: the one page whose address is a secret
    /nowhere                      what a browser is shown where there is no page
    /static/...                   their scripts, styles and pictures; /static/board/... the board's own
    /static/face/...              the look of all programs: tokens.css and the font
    /text/<area>.json             the texts of an area: key -> {zh, en}
"""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files as package
from importlib.resources.abc import Traversable
from types import MappingProxyType

import msgspec

from queue_server.wire import face

KINDS: Mapping[str, str] = {
    "html": "text/html; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "mjs": "text/javascript; charset=utf-8",
    "css": "text/css; charset=utf-8",
    "json": "application/json",
    "svg": "image/svg+xml",
    "txt": "text/plain; charset=utf-8",
    "woff2": "font/woff2",
}
"""Content types by the end of a file's name; a file of any other kind is not served."""
PAGES: Mapping[str, str] = {
    **{
        name: f"/{name}"
        for name in ("admin", "audit", "cases", "clerk", "desk", "floor", "login", "nowhere", "reports")
    },
    "phone": "/t/{token}",
    "rate": "/rate/{window}",
}
"""The pages of people by the name of their HTML file, and where they are opened."""
SECRET = frozenset({PAGES["phone"]})
"""Those whose addresses hold somebody's token."""
BOARD = "displays.board"
"""The board belongs to the displays program; the server only hands its files out, so it knows it by name alone."""
FONT_AGE_S = 7 * 24 * 3600
"""A font changes with a release at most; everything else is asked for again each time and answered by its tag."""


@dataclass(frozen=True)
class Asset:
    """One file as it is sent: its bytes, its type, a strong entity tag (with its quotes), and how long it may be kept.

    One whose address is a `secret` is kept nowhere, listed nowhere, and never named to another address.
    """

    content: bytes
    content_type: str
    etag: str
    max_age_s: int = 0
    secret: bool = False

    @property
    def headers(self) -> Mapping[str, str]:
        """The headers that say so: `no-cache` means ask again with the tag."""
        if self.secret:
            return {
                "Cache-Control": "no-store",
                "Referrer-Policy": "no-referrer",
                "X-Robots-Tag": "noindex, nofollow, noarchive",
            }
        age = f"public, max-age={self.max_age_s}" if self.max_age_s else "no-cache"
        return {"ETag": self.etag, "Cache-Control": age}


@cache
def files() -> Mapping[str, Asset]:
    """Every address that the pages need, with what is sent there.

    A part in braces stands for one segment of any value, as in `/board/{display}`.
    """
    found: dict[str, Asset] = {}
    for name, content in _walk(package("queue_server.pages") / "static"):
        stem, _, end = name.rpartition(".")
        address = PAGES[stem] if end == "html" else f"/static/{name}"
        found[address] = _asset(name, content, secret=address in SECRET)
    for name, content in _walk(package(BOARD)):
        end = name.rpartition(".")[2]
        found["/board/{display}" if end == "html" else f"/static/board/{name}"] = _asset(name, content)
    for screen, proposed in (("/board", "/board/{display}"), ("/rate", PAGES["rate"])):
        found[screen] = found[proposed]
    look = face.tokens()
    style = face.css(look) + face.font_css(look, "/static/face")
    found["/static/face/tokens.css"] = _asset("tokens.css", style.encode())
    for weight in ("regular", "bold"):
        font = face.web_font(weight)
        found[f"/static/face/{font.name}"] = _asset(font.name, font.read_bytes())
    for area in face.areas():
        texts = {key: dict(entry) for key, entry in face.texts(area).items()}
        found[f"/text/{area}.json"] = _asset("text.json", msgspec.json.encode(texts))
    return MappingProxyType(found)


def _asset(name: str, content: bytes, *, secret: bool = False) -> Asset:
    """A file as it is sent; the tag is drawn from its bytes."""
    end = name.rpartition(".")[2]
    tag = hashlib.sha256(content).hexdigest()[:24]
    return Asset(content, KINDS[end], f'"{tag}"', FONT_AGE_S if end == "woff2" else 0, secret)


def _walk(folder: Traversable, above: str = "") -> Iterator[tuple[str, bytes]]:
    """Every servable file below a folder with its path there."""
    for entry in sorted(folder.iterdir(), key=lambda one: one.name):
        if entry.is_dir():
            yield from _walk(entry, f"{above}{entry.name}/")
        elif entry.name.rpartition(".")[2] in KINDS:
            yield above + entry.name, entry.read_bytes()
