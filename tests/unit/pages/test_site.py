"""What browsers are handed: complete, unchanged where it is not ours, and within the strict content policy."""

import hashlib
import json
import re
from collections.abc import Iterator
from importlib.resources import files as package

import msgspec
import pytest

from queue_server.pages import site
from queue_server.wire import face

STATIC = package("queue_server.pages") / "static"
VENDOR = STATIC / "vendor"
ADMIN = ("page", "form", "admin")
AUDIT = ("page", "audit")
CASES = ("page", "cases")
DESK = ("page", "desk")
LEARNED = {
    "/static/admin.js": ADMIN,
    "/static/admin/away.js": ADMIN,
    "/static/admin/config.js": ADMIN,
    "/static/admin/cut.js": ADMIN,
    "/static/admin/destination.js": ADMIN,
    "/static/admin/device.js": ADMIN,
    "/static/admin/draft.js": ADMIN,
    "/static/admin/form.js": ADMIN,
    "/static/admin/media.js": ADMIN,
    "/static/admin/overview.js": ADMIN,
    "/static/admin/people.js": ADMIN,
    "/static/admin/roster.js": ADMIN,
    "/static/admin/start.js": ADMIN,
    "/static/admin/state.js": ADMIN,
    "/static/admin/version.js": ADMIN,
    "/static/admin/word.js": ADMIN,
    "/static/audit.js": AUDIT,
    "/static/audit/entry.js": AUDIT,
    "/static/audit/log.js": AUDIT,
    "/static/audit/proof.js": AUDIT,
    "/static/audit/skips.js": AUDIT,
    "/static/audit/state.js": AUDIT,
    "/static/audit/ticket.js": AUDIT,
    "/static/board/board.js": ("board",),
    "/static/alarm.js": ("page",),
    "/static/notes.js": ("page",),
    "/static/paper.js": ("page",),
    "/static/cases.js": CASES,
    "/static/cases/deed.js": CASES,
    "/static/cases/file.js": CASES,
    "/static/cases/list.js": CASES,
    "/static/clerk.js": ("page", "clerk"),
    "/static/clerk/onward.js": ("page", "clerk"),
    "/static/clerk/note.js": ("page", "clerk"),
    "/static/clerk/queue.js": ("page", "clerk"),
    "/static/clerk/cover.js": ("page", "clerk"),
    "/static/clerk/seat.js": ("page", "clerk"),
    "/static/clerk_dialog.js": ("page", "clerk"),
    "/static/desk.js": DESK,
    "/static/desk/book.js": DESK,
    "/static/desk/booked.js": DESK,
    "/static/desk/dialog.js": DESK,
    "/static/desk/slip.js": DESK,
    "/static/desk/state.js": DESK,
    "/static/desk/take.js": DESK,
    "/static/desk/ticket.js": DESK,
    "/static/day.js": ("page",),
    "/static/dialog.js": ("page",),
    "/static/earlier.js": ("page",),
    "/static/file.js": ("page",),
    "/static/floor.js": ("page", "floor"),
    "/static/floor/charge.js": ("page", "floor"),
    "/static/floor/advice.js": ("page", "floor"),
    "/static/floor/closing.js": ("page", "floor"),
    "/static/floor/ending.js": ("page", "floor"),
    "/static/floor/hour.js": ("page", "floor"),
    "/static/floor/offer.js": ("page", "floor"),
    "/static/floor/issuing.js": ("page", "floor"),
    "/static/floor/notice.js": ("page", "floor"),
    "/static/floor/screens.js": ("page", "floor"),
    "/static/floor/window.js": ("page", "floor"),
    "/static/login.js": ("page",),
    "/static/page.js": ("page",),
    "/static/phone.js": ("rate", "phone"),
    "/static/phone/card.js": ("phone",),
    "/static/phone/rate.js": ("rate", "phone"),
    "/static/pin.js": ("page",),
    "/static/press.js": ("page",),
    "/static/rate.js": ("rate",),
    "/static/rate/draw.js": ("rate",),
    "/static/reason.js": ("page",),
    "/static/reprint.js": ("page",),
    "/static/reports.js": ("page", "reports"),
    "/static/reports/chart.js": ("page", "reports"),
    "/static/signin.js": ("page",),
    "/static/ask.js": ("page",),
}
"""Which texts each script has learned by the time it speaks."""
OLD = (
    *(path for path in sorted(site.files()) if re.fullmatch(r"/static/(board|phone|rate)/.*\.js", path)),
    *(f"/static/{name}.js" for name in ("clock", "draw", "feed", "phone", "place", "rate", "words")),
)
"""Scripts that an old TV, phone or tablet runs."""
OLD_STYLE = ("/static/board/board.css", "/static/phone.css", "/static/rate.css")
YOUNGER_THAN_2018 = {
    "optional chaining": r"\?\.(?!\d)",
    "nullish coalescing": r"\?\?",
    "class fields": r"(?ms)^(?:export )?class (?:(?!^\}).)*?^  (?:static |#)?\w+ = ",
    "private names": r"\bthis\.#",
    "numeric separators": r"\b\d+_\d+\b",
    "catch without a name": r"catch \{",
    "globalThis": r"\bglobalThis\b",
    "structuredClone": r"\bstructuredClone\b",
    "randomUUID": r"randomUUID\(",
    "ResizeObserver": r"\bResizeObserver\b",
    "newer methods": r"\.(flat|flatMap|at|replaceAll|matchAll|allSettled|fromEntries|replaceChildren|toggleAttribute)\(",
}
"""Words of JavaScript that Chrome 66 does not know, or (a catch without a name) learned only then: caniuse.com."""
YOUNGER_STYLE = {
    "gap outside a grid": r"(?<!grid-)\bgap:",
    "inset": r"(?<![\w-])inset\s*:",
    "aspect-ratio property": r"(?<!min-)(?<!max-)\baspect-ratio:",
    "comparison functions": r"\b(clamp|min|max)\(",
    "newer selectors": r":(is|where|has|focus-visible)\b",
}

TRUSTED_ONLY = (
    *("isSecureContext", "crossOriginIsolated", "SharedArrayBuffer", "randomUUID", "subtle", "caches"),
    *("cookieStore", "Notification", "PushManager", "audioWorklet", "setSinkId", "PaymentRequest"),
    *("DeviceMotionEvent", "DeviceOrientationEvent", "IdleDetector", "documentPictureInPicture"),
    *("showOpenFilePicker", "showSaveFilePicker", "showDirectoryPicker", "queryLocalFonts"),
)
"""What browsers give to pages that they trust alone: developer.mozilla.org, Features restricted to secure contexts."""
ANYWHERE = {"languages", "vibrate"}
"""What of `navigator` they give to any page."""
WHERE_TRUSTED = {"/static/admin/people.js": {"clipboard"}, "/static/phone/bell.js": {"wakeLock"}}
"""Which of it a script uses where it is there; a test of that page has it (EVERYWHERE in `tests/e2e/pages`). Other tests of pages
need not be run a second time where browsers trust us: nothing else is different there.
"""


def text(path: str) -> str:
    return site.files()[path].content.decode()


def code(script: str) -> str:
    """A script without its comments."""
    return re.sub(r"//.*|/\*\*?[\s\S]*?\*/", "", text(script))


def scripts() -> Iterator[str]:
    return (path for path in site.files() if path.endswith(".js"))


def pages() -> Iterator[str]:
    return (path for path, asset in site.files().items() if asset.content_type.startswith("text/html"))


def test_every_page_is_there() -> None:
    people = {"/admin", "/audit", "/cases", "/clerk", "/desk", "/floor", "/login", "/nowhere", "/reports"}
    assert set(pages()) == people | {"/board", "/board/{display}", "/rate", "/rate/{window}", "/t/{token}"}


def test_what_is_not_ours_is_what_its_makers_published() -> None:
    listed = json.loads((VENDOR / "VENDORED.json").read_text(encoding="utf-8"))
    for entry in listed:
        assert hashlib.sha256((VENDOR / entry["file"]).read_bytes()).hexdigest() == entry["sha256"]
        assert "icen" in (VENDOR / entry["licence_file"]).read_text(encoding="utf-8")
    known = {entry[key] for entry in listed for key in ("file", "licence_file")} | {"VENDORED.json"}
    assert {file.name for file in VENDOR.iterdir()} == known


@pytest.mark.parametrize("page", sorted(pages()))
def test_a_page_holds_no_script_or_style_of_its_own(page: str) -> None:
    html = text(page)
    assert re.findall(r"<script(?![^>]*\ssrc=)", html) == []
    assert re.findall(r"<style|\sstyle=|\son\w+=|importmap|javascript:|data:", html) == []
    assert '<html lang="zh-CN">' in html


@pytest.mark.parametrize("page", sorted(pages()))
def test_everything_that_a_page_names_is_served(page: str) -> None:
    named = re.findall(r'(?:src|href)="([^"]+)"', text(page))
    assert named
    assert [address for address in named if address not in site.files()] == []


@pytest.mark.parametrize("script", sorted(scripts()))
def test_everything_that_a_script_imports_is_served(script: str) -> None:
    folder = script.rpartition("/")[0]
    for name in re.findall(r'^import .*from "([^"]+)";$', text(script), re.MULTILINE):
        address = name if name.startswith("/") else f"{folder}/{name.removeprefix('./')}"
        assert name.startswith(("/", "./"))
        assert address in site.files()


@pytest.mark.parametrize("script", sorted(scripts()))
def test_a_script_uses_what_it_imports(script: str) -> None:
    code = text(script)
    for names in re.findall(r"^import \{([^}]*)\}", code, re.MULTILINE):
        for name in (one.split(" as ")[-1].strip() for one in names.split(",")):
            assert len(re.findall(rf"(?<![\w$]){re.escape(name)}(?![\w$])", code)) > 1, name


@pytest.mark.parametrize("script", sorted(scripts()))
def test_no_script_makes_code_of_text_or_asks_elsewhere(script: str) -> None:
    assert re.findall(r"\beval\(|new Function|innerHTML|https?://(?!www\.w3\.org/)", text(script)) == []


@pytest.mark.parametrize("script", OLD)
def test_an_old_television_phone_or_tablet_understands_its_page(script: str) -> None:
    said = code(script)
    assert {
        word: found for word, rule in YOUNGER_THAN_2018.items() if (found := re.findall(rule, said))
    } == {}


def test_what_browsers_give_to_trusted_pages_alone_is_used_where_it_is_known_to_be() -> None:
    word = re.compile(rf"\b(?:navigator\.(\w+)|({'|'.join(TRUSTED_ONLY)})\b)")
    ours = {script: code(script) for script in scripts() if not script.startswith("/static/vendor/")}
    used = {
        script: {of or name for of, name in word.findall(said)} - ANYWHERE for script, said in ours.items()
    }
    assert {script: words for script, words in used.items() if words} == WHERE_TRUSTED
    assert [script for script, said in ours.items() if "; Secure" in said] == [], "cookies are the server's"


@pytest.mark.parametrize("name", OLD_STYLE)
def test_an_old_television_phone_or_tablet_understands_its_style(name: str) -> None:
    style = re.sub(r"/\*[\s\S]*?\*/", "", text(name))
    assert {word: found for word, rule in YOUNGER_STYLE.items() if (found := re.findall(rule, style))} == {}


@pytest.mark.parametrize("script", sorted(LEARNED))
def test_every_sentence_that_a_script_says_is_in_its_texts(script: str) -> None:
    known = {key for area in LEARNED[script] for key in face.texts(area)}
    code = text(script)
    said = set(re.findall(r'\bsay\(\s*"(\w+)"(?! \+)', code)) | set(re.findall(r'\? say\("(\w+)"', code))
    assert said
    assert said - known == set()


@pytest.mark.parametrize(
    "area", ["admin", "audit", "board", "cases", "clerk", "desk", "floor", "page", "phone", "rate"]
)
def test_no_sentence_of_the_pages_is_left_unsaid(area: str) -> None:
    code = "".join(text(path) for path in LEARNED)
    stems = set(re.findall(r"`(\w+_)\$\{", code)) | set(
        re.findall(r'(?:say\("(?=\w+_" \+)|keys\(")(\w+_)"', code)
    )
    unsaid = [key for key in face.texts(area) if f'"{key}"' not in code and not key.startswith(tuple(stems))]
    assert unsaid == []


def test_texts_are_sent_in_both_languages() -> None:
    sent = msgspec.json.decode(site.files()["/text/clerk.json"].content)
    assert sent["call_next"] == {"zh": "叫下一位", "en": "Call next"}


def test_a_tag_changes_with_the_bytes_and_only_fonts_are_kept_without_asking() -> None:
    assets = site.files()
    assert len({asset.etag for asset in assets.values()}) == len({asset.content for asset in assets.values()})
    told = {path: asset.headers["Cache-Control"] for path, asset in assets.items()}
    assert {path for path in told if "max-age" in told[path]} == {
        path for path in assets if path.endswith(".woff2")
    }


def test_a_page_whose_address_is_a_secret_is_kept_nowhere_and_never_named() -> None:
    hidden = {path for path, asset in site.files().items() if asset.headers["Cache-Control"] == "no-store"}
    assert hidden == {"/t/{token}"}
    headers = site.files()["/t/{token}"].headers
    assert headers["Referrer-Policy"] == "no-referrer"
    assert "noindex" in headers["X-Robots-Tag"]
    assert "ETag" not in headers
    assert '<meta name="referrer" content="no-referrer">' in text("/t/{token}")


def test_a_phone_loads_no_font_and_little_else() -> None:
    named = re.findall(r'"(/static/[^"]+)"', text("/t/{token}") + text("/static/phone.js"))
    assert sum(len(site.files()[path].content) for path in set(named)) < 64 * 1024
    style = text("/static/phone.css")
    assert "var(--font)" not in style
    assert face.tokens().type.family not in style


def test_the_look_and_its_font_come_from_here() -> None:
    style = text("/static/face/tokens.css")
    fonts = re.findall(r'url\("([^"]+)"\)', style)
    assert len(fonts) == 2
    assert all(site.files()[font].content_type == "font/woff2" for font in fonts)
    assert "--board-ground" in style
