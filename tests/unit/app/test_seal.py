"""Sealed files: nobody changes one unseen, and nobody's is taken for another's."""

from pathlib import Path

import pytest

from queue_server.app import seal
from queue_server.app.fault import CannotStart

CONTENT = '{"号码": "A001"}'.encode()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A file that one folder has sealed."""
    home = tmp_path / "home"
    home.mkdir()
    path = tmp_path / "hall.move"
    path.write_bytes(seal.sealed(home, "evacuation", CONTENT))
    return path


def test_what_was_sealed_is_read_again_and_known_for_its_folders(file: Path, tmp_path: Path) -> None:
    read = seal.opened(file)
    assert (read.kind, read.content) == ("evacuation", CONTENT)
    assert read.fingerprint == seal.fingerprint(tmp_path / "home")
    assert seal.is_sealed(file)
    assert not seal.is_sealed(tmp_path / "none")
    seal.trusted(read, file, tmp_path / "home", None)


def test_a_change_of_any_byte_is_found(file: Path) -> None:
    whole = file.read_bytes()
    for place in range(0, len(whole), 3):
        changed = bytearray(whole)
        changed[place] ^= 1
        file.write_bytes(changed)
        with pytest.raises(CannotStart):
            seal.opened(file)


def test_a_stranger_is_known_by_a_fingerprint_that_was_compared(file: Path, tmp_path: Path) -> None:
    laptop = tmp_path / "laptop"
    laptop.mkdir()
    read = seal.opened(file)
    with pytest.raises(CannotStart, match=read.fingerprint):
        seal.trusted(read, file, laptop, None)
    with pytest.raises(CannotStart, match="不一致"):
        seal.trusted(read, file, laptop, "0000-0000-0000-0000-0000")
    seal.trusted(read, file, laptop, read.fingerprint.lower().replace("-", " "))


def test_another_writer_who_signs_anew_has_another_fingerprint(file: Path, tmp_path: Path) -> None:
    forger = tmp_path / "forger"
    forger.mkdir()
    honest = seal.opened(file).fingerprint
    file.write_bytes(seal.sealed(forger, "evacuation", CONTENT))
    assert seal.opened(file).fingerprint != honest
