"""The folder of pictures and films: what a file is by its first bytes, how one is taken in piece by piece, and how one goes.

Everything here may block and belongs into a thread.
"""

import errno
import hashlib
import os
import re
import secrets
import shutil
from collections.abc import Iterator
from pathlib import Path

from queue_server.auth.limit import Limits
from queue_server.wire.board import FILMS, MEDIUM
from queue_server.wire.error import Refusal
from queue_server.wire.fault import cause
from queue_server.wire.ticket import Text

FOLDER = "media"
"""The folder in the data folder."""
MIB = 1024 * 1024
SPARE_MIB = 256
"""So much of the disk is left for the hall itself."""
HEAD = 16
_KINDS = (
    ("png", "image/png", 0, b"\x89PNG\r\n\x1a\n"),
    ("jpg", "image/jpeg", 0, b"\xff\xd8\xff"),
    ("webp", "image/webp", 8, b"WEBP"),
    ("mp4", "video/mp4", 4, b"ftyp"),
    ("webm", "video/webm", 0, b"\x1aE\xdf\xa3"),
)
_TAKEN = re.compile(r"[0-9a-f]{32}\.(png|jpg|webp|mp4|webm)")


def kind_of(head: bytes) -> tuple[str, str] | None:
    """The ending and the type of a file that begins so; None where boards cannot show it."""
    found = ((end, kind) for end, kind, at, mark in _KINDS if head[at : at + len(mark)] == mark)
    return next(found, None)


def most_mib(end: str, limits: Limits) -> int:
    """How large a file with this ending may be."""
    return limits.film_mib if end in FILMS else limits.picture_mib


def taken(file: str) -> bool:
    """Whether a file's name is one that we give: its content's own, which nobody can guess."""
    return _TAKEN.fullmatch(file) is not None


def files(folder: Path) -> Iterator[str]:
    """The names of all pictures and films that are there."""
    if folder.is_dir():
        yield from sorted(path.name for path in folder.iterdir() if re.fullmatch(MEDIUM, path.name))


def judge(path: Path, limits: Limits) -> tuple[str, Text | None]:
    """The type of a file, and why no board shows it."""
    try:
        with path.open("rb") as opened:
            head, size = opened.read(HEAD), path.stat().st_size
    except FileNotFoundError:
        return "", Text(
            "没有这个文件，请上传，或放进数据目录的media。",
            "It is not there: upload it, or put it into media of the data folder.",
        )
    except OSError as fault:
        return "", Text(
            f"无法读取（{cause(fault)}），请检查权限。", f"It cannot be read ({fault.strerror}); check it."
        )
    end, kind = kind_of(head) or ("", "")
    film = path.suffix[1:] in FILMS
    if not kind or (end in FILMS) != film:
        return "", Text(
            "不是MP4或WebM视频，文件可能损坏，请换一个。"
            if film
            else "不是PNG、JPEG或WebP图片，文件可能损坏，请换一个。",
            f"It is no {'MP4 or WebM film' if film else 'PNG, JPEG or WebP picture'}: take another file.",
        )
    if size > most_mib(end, limits) * MIB:
        most = most_mib(end, limits)
        return "", Text(f"超过{most}MB，请压缩。", f"It is larger than {most} MB: make it smaller.")
    return kind, None


class Intake:
    """A file that comes piece by piece: `put` each, then `keep` it, or `drop` what came. They refuse with `media`'s codes."""

    def __init__(self, folder: Path, limits: Limits) -> None:
        self._folder, self._limits = folder, limits
        self._end: str | None = None
        self._head = b""
        self._size = 0
        self._hash = hashlib.sha256()
        self._path = folder / f".{secrets.token_hex(8)}.part"
        try:
            folder.mkdir(exist_ok=True)
            self._file = self._path.open("xb")
        except OSError as fault:
            raise _unwritable(fault) from fault

    def put(self, piece: bytes) -> None:
        """The next piece."""
        self._size += len(piece)
        self._hash.update(piece)
        self._head = (self._head + piece)[:HEAD]
        self._check(whole=False)
        try:
            if shutil.disk_usage(self._folder).free < SPARE_MIB * MIB:
                raise Refusal("media.full")
            self._file.write(piece)
        except OSError as fault:
            raise _unwritable(fault) from fault

    def keep(self) -> str:
        """It is whole: on disk, under its content's own name, which is returned."""
        self._check(whole=True)
        name = f"{self._hash.hexdigest()[:32]}.{self._end}"
        try:
            self._file.flush()
            os.fsync(self._file.fileno())
            self._file.close()
            self._path.replace(self._folder / name)
        except OSError as fault:
            raise _unwritable(fault) from fault
        return name

    def drop(self) -> None:
        """Nothing of it stays, unless it was kept."""
        self._file.close()
        self._path.unlink(missing_ok=True)

    def _check(self, *, whole: bool) -> None:
        if self._end is None and (whole or len(self._head) == HEAD):
            found = kind_of(self._head)
            if found is None:
                raise Refusal("media.unknown_kind")
            self._end = found[0]
        if self._end is not None and self._size > (most := most_mib(self._end, self._limits)) * MIB:
            raise Refusal("media.too_large", limit_mib=most)


def remove(folder: Path, file: str) -> None:
    """A file goes. Refuses one that is not there."""
    try:
        (folder / file).unlink()
    except FileNotFoundError as fault:
        raise Refusal("media.unknown") from fault
    except OSError as fault:
        raise _unwritable(fault) from fault


def _unwritable(fault: OSError) -> Refusal:
    if fault.errno in (errno.ENOSPC, errno.EDQUOT):
        return Refusal("media.full")
    return Refusal("media.unwritable", reason=Text(cause(fault), fault.strerror or str(fault)))
