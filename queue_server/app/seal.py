"""Sealed files: what one hall writes and another one reads, and nobody in between can change unseen.

A file is one line of JSON that says what it is and bears the signature, then the content. It is signed (Ed25519) with a key that
follows from the data folder's own, so there is no other key to keep. A hall that has never seen the writer knows it by the
fingerprint that was printed where the file was written: people compare it, as they carry the file.
"""

import hmac
import json
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from queue_server.app.fault import CannotStart
from queue_server.app.secret import secret
from queue_server.wire.fault import cause

FORMAT: Final = 1
FIRST = b'{"jiaohao":'
"""How a sealed file begins."""
_GROUP, _LENGTH = 4, 20
"""A fingerprint has 20 hexadecimal digits (80 bits) in groups of four."""


class Sealed(msgspec.Struct, frozen=True):
    """A file whose seal is whole: its kind, its content, and whose it is."""

    kind: str
    content: bytes
    fingerprint: str


def is_sealed(path: Path) -> bool:
    """Whether a file begins as a sealed one does."""
    try:
        with path.open("rb") as file:
            return file.read(len(FIRST)) == FIRST
    except OSError:
        return False


def fingerprint(folder: Path) -> str:
    """The fingerprint of what a data folder seals."""
    return _told(_key(folder).public_key().public_bytes_raw())


def sealed(folder: Path, kind: str, content: bytes) -> bytes:
    """A file of this kind with this content, sealed by a data folder."""
    key = _key(folder)
    head = {
        "jiaohao": kind,
        "format": FORMAT,
        "key": key.public_key().public_bytes_raw().hex(),
        "signature": key.sign(_signed(kind, content)).hex(),
    }
    return json.dumps(head, separators=(",", ":")).encode() + b"\n" + content


def opened(path: Path) -> Sealed:
    """A sealed file. Raises CannotStart for one that was changed, is damaged, or of a later program."""
    try:
        first, _, content = path.read_bytes().partition(b"\n")
        head: dict[str, Any] = json.loads(first)
        if head["format"] != FORMAT:
            raise CannotStart(
                f"{path}由更新的程序写成，请先升级本程序。",
                f"{path} is of a newer program: upgrade this one.",
            )
        public = bytes.fromhex(head["key"])
        kind = str(head["jiaohao"])
        Ed25519PublicKey.from_public_bytes(public).verify(
            bytes.fromhex(head["signature"]), _signed(kind, content)
        )
    except OSError as error:
        raise CannotStart(
            f"无法读取{path}（{cause(error)}）。", f"{path} cannot be read ({error.strerror})."
        ) from error
    except (ValueError, KeyError, TypeError, InvalidSignature) as error:
        raise CannotStart(
            f"{path}已损坏或被改动，没有导入任何内容；请重新取得该文件。",
            f"{path} is damaged or was changed; nothing was imported. Get the file again.",
        ) from error
    return Sealed(kind, content, _told(public))


def trusted(file: Sealed, path: Path, folder: Path, compared: str | None) -> None:
    """Raise CannotStart for a file that neither this data folder nor the writer of a compared fingerprint has sealed."""
    if file.fingerprint == fingerprint(folder):
        return
    if compared is None:
        raise CannotStart(
            f"{path}的指纹是{file.fingerprint}。\n"
            f"请与写出该文件时印出的指纹核对，一致后加上--fingerprint {file.fingerprint}再执行一次；不一致请勿导入。",
            f"The fingerprint of {path} is {file.fingerprint}.\nCompare it with the one printed where it was written; "
            f"if they are the same, add --fingerprint {file.fingerprint}. If not, do not import it.",
        )
    if _plain(compared) != _plain(file.fingerprint):
        raise CannotStart(
            f"{path}的指纹是{file.fingerprint}，与所给的不一致，没有导入任何内容。",
            f"The fingerprint of {path} is {file.fingerprint}, not the one given; nothing was imported.",
        )


def _key(folder: Path) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(hmac.new(secret(folder), b"seal\n", sha256).digest())


def _signed(kind: str, content: bytes) -> bytes:
    return f"jiaohao {FORMAT} {kind}\n".encode() + content


def _told(public: bytes) -> str:
    digits = sha256(public).hexdigest()[:_LENGTH].upper()
    return "-".join(digits[at : at + _GROUP] for at in range(0, _LENGTH, _GROUP))


def _plain(text: str) -> str:
    return "".join(text.split()).replace("-", "").upper()
