"""Everything that is installed beside us at run time may be distributed with software under Apache-2.0."""

import importlib.metadata
import re
from pathlib import Path

from packaging.requirements import Requirement

ROOT = Path(__file__).parents[2]
PROGRAMS = ("", "server", "pg", "kiosk", "displays", "devices")

# The licence of every library that the programs bring along, as its own metadata or LICENSE file states it.
# Nothing is copied into the wheel; pip installs each from its own source. Copyleft that reaches only its own
# files (MPL, LGPL) fits, since nothing of it is changed or linked statically. Programs under the GPL, such as
# a speech synthesiser, may be started as programs of their own, never linked.
LICENCES = {
    "aiohappyeyeballs": "PSF-2.0",
    "aiohttp": "Apache-2.0 AND MIT",
    "aiosignal": "Apache-2.0",
    "alembic": "MIT",
    "argon2-cffi": "MIT",
    "argon2-cffi-bindings": "MIT",
    "attrs": "MIT",
    "certifi": "MPL-2.0",
    "cffi": "MIT-0",
    "charset-normalizer": "MIT",
    "click": "BSD-3-Clause",
    "cryptography": "Apache-2.0 OR BSD-3-Clause",
    # public domain and BSD; its GPL file is an Emacs mode that wheels leave out
    "docutils": "BSD-2-Clause",
    "et-xmlfile": "MIT",
    "filetype": "MIT",
    "frozenlist": "Apache-2.0",
    "greenlet": "MIT AND PSF-2.0",
    "idna": "BSD-3-Clause",
    "kivy": "MIT",
    "kivy-garden": "MIT",
    "mako": "MIT",
    "markupsafe": "BSD-3-Clause",
    "msgspec": "BSD-3-Clause",
    "multidict": "Apache-2.0",
    "numpy": "BSD-3-Clause AND 0BSD AND MIT AND Zlib AND CC0-1.0",
    "openpyxl": "MIT",
    "pillow": "MIT-CMU",
    "prometheus-client": "Apache-2.0 AND BSD-2-Clause",
    "propcache": "Apache-2.0",
    "psycopg": "LGPL-3.0-only",
    "psycopg-binary": "LGPL-3.0-only",
    "pycparser": "BSD-3-Clause",
    "pygments": "BSD-2-Clause",
    "pyserial": "BSD-3-Clause",
    "pyserial-asyncio-fast": "BSD-3-Clause",
    "requests": "Apache-2.0",
    "segno": "BSD-3-Clause",
    "sqlalchemy": "MIT",
    "structlog": "MIT OR Apache-2.0",
    "typing-extensions": "PSF-2.0",
    "urllib3": "MIT",
    "uvloop": "MIT OR Apache-2.0",
    "websockets": "BSD-3-Clause",
    "yarl": "Apache-2.0",
}
FITTING = {
    "0BSD",
    "Apache-2.0",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "CC0-1.0",
    "LGPL-3.0-only",
    "MIT",
    "MIT-0",
    "MIT-CMU",
    "MPL-2.0",
    "PSF-2.0",
    "Zlib",
}


def plain(library: str) -> str:
    """A library's name as registries compare it."""
    return re.sub(r"[-_.]+", "-", library).lower()


def brought_along() -> set[str]:
    """Every library that the programs' extras install here, and what those install in turn."""
    found: set[str] = set()
    done: set[tuple[str, str]] = set()
    doors = [("jiaohao", extra) for extra in PROGRAMS]
    while doors:
        library, extra = doors.pop()
        if (library, extra) in done:
            continue
        done.add((library, extra))
        for line in importlib.metadata.requires(library) or []:
            need = Requirement(line)
            if need.marker is None or need.marker.evaluate({"extra": extra}):
                found.add(plain(need.name))
                doors += [(plain(need.name), inner) for inner in ("", *sorted(need.extras))]
    return found - {"jiaohao"}


def test_the_licence_of_every_library_that_comes_along_is_known() -> None:
    assert brought_along() - set(LICENCES) == set()


def test_every_library_may_be_distributed_beside_apache_software() -> None:
    parts = {library: set(re.split(r" AND | OR ", licence)) for library, licence in LICENCES.items()}
    assert {library: licence - FITTING for library, licence in parts.items() if licence - FITTING} == {}


def test_a_library_still_has_the_licence_we_know() -> None:
    stated = {
        library: expression
        for library in brought_along()
        if (expression := importlib.metadata.metadata(library).json.get("license_expression"))
    }
    # Older metadata states the licence in free words, which were read once by hand.
    assert len(stated) > 20
    assert stated == {library: LICENCES[library] for library in stated}


def test_our_own_licence_is_the_apache_licence() -> None:
    licence = (ROOT / "LICENSE").read_text(encoding="utf-8")
    assert "Apache License" in licence
    assert "Version 2.0, January 2004" in licence
    assert importlib.metadata.metadata("jiaohao")["License-Expression"] == "Apache-2.0"
