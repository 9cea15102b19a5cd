"""The token that a device makes for itself, kept in a file that only its owner may read."""

import os
import secrets
from contextlib import suppress
from pathlib import Path

NAME = "device.token"


def kept(folder: Path) -> str:
    """The token in a folder; a fresh one is made and kept where there is none. OSError if it cannot be kept."""
    try:
        token = (folder / NAME).read_text(encoding="ascii").strip()
    except FileNotFoundError:
        return renewed(folder)
    return token or renewed(folder)


def handed_on(former: Path, folder: Path) -> None:
    """The token of a folder in which it is kept no more goes to the one where it is now; whoever comes first has it. OSError if
    that cannot be.
    """
    if (folder / NAME).exists() or not (former / NAME).exists():
        return
    folder.mkdir(parents=True, exist_ok=True)
    with suppress(FileNotFoundError):  # another was first
        (former / NAME).replace(folder / NAME)


def renewed(folder: Path) -> str:
    """A fresh token, kept in place of the old one: wholly on disk before anybody is shown it. OSError if it cannot be kept."""
    folder.mkdir(parents=True, exist_ok=True)
    token = secrets.token_urlsafe(32)
    fresh = folder / f".{NAME}"
    fresh.unlink(missing_ok=True)
    with os.fdopen(
        os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii"
    ) as file:
        file.write(f"{token}\n")
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(folder / NAME)
    return token
