"""What a disk may hold when the power goes: everything that was synced, and of the rest anything.

A write that was not followed by a sync may be there, be missing, or be torn at any sector; a file's new length may be there without
its bytes (zeros) or with rubbish; a removed file may be back until its folder was synced. A sync that failed leaves behind writes
that no later sync brings to the disk: Linux marks such pages as clean and forgets them, so only writing them again helps. The
shared-memory file never survives in order: it is missing, or rubbish.
"""

from pathlib import Path
from random import Random

import msgspec

from tests.power.disk import File, Step

SECTOR = 512
"""The smallest piece that a disk writes whole."""
KEPT, LOST, TORN = 0.45, 0.4, 0.15
"""How likely a write without a sync is kept, lost or torn."""


class _Medium:
    """One file on the disk: what is certain, and what was done since the last sync."""

    def __init__(self, content: bytes | None) -> None:
        self.certain = bytearray(content or b"")
        self.there = content is not None
        self.pending: list[Step] = []
        self.former: bytes | None = None
        """The content of the removed file, until its folder was synced."""

    def sync(self) -> None:
        for step in self.pending:
            apply(self.certain, step)
        self.pending.clear()

    def doom(self, chance: Random) -> None:
        """A sync failed: some of what waited for it is lost for good, the rest happens to be written."""
        for step in self.pending:
            if chance.random() < 0.5:
                apply(self.certain, step)
        self.pending.clear()

    def after(self, chance: Random, *, strict: bool) -> bytes | None:
        """What may be found after a cut; `strict`: nothing but what is certain."""
        if not self.there:
            return self.former if self.former is not None and chance.random() < 0.5 else None
        found = bytearray(self.certain)
        if strict:
            return bytes(found)
        orderly = chance.random() < 0.3  # as a disk without a cache of its own: a prefix, the last one torn
        steps = self.pending
        if orderly and steps:
            steps = steps[: chance.randrange(len(steps) + 1)]
        for n, step in enumerate(steps):
            fate = chance.random()
            if orderly and n < len(steps) - 1:
                fate = 0.0
            if fate < KEPT:
                apply(found, step)
            elif fate < KEPT + TORN:
                _tear(found, step, chance)
            elif step.kind == "write" and chance.random() < 0.5:
                end = step.offset + len(step.data)  # the length arrived, the bytes did not
                found.extend(bytes(max(end - len(found), 0)))
        if chance.random() < 0.1:
            found.extend(chance.randbytes(chance.randrange(1, 6000)) if steps else b"")
        return bytes(found)


def apply(content: bytearray, step: Step) -> None:
    """Do a step to a file's content."""
    if step.kind == "truncate":
        del content[step.offset :]
        content.extend(bytes(max(step.offset - len(content), 0)))
        return
    content.extend(bytes(max(step.offset - len(content), 0)))
    content[step.offset : step.offset + len(step.data)] = step.data


def _tear(content: bytearray, step: Step, chance: Random) -> None:
    """Do some sectors of a write; another of them may become rubbish."""
    if step.kind == "truncate":
        return
    first = step.offset // SECTOR
    last = (step.offset + len(step.data) - 1) // SECTOR
    whole = bytearray(content)
    apply(whole, step)
    rubbish = chance.random() < 0.2
    for sector in range(first, last + 1):
        start, end = (
            max(sector * SECTOR, step.offset),
            min((sector + 1) * SECTOR, step.offset + len(step.data)),
        )
        piece = whole[start:end]
        if chance.random() < 0.5:
            if not rubbish:
                continue
            piece = bytearray(chance.randbytes(end - start))
        content.extend(bytes(max(start - len(content), 0)))
        content[start:end] = piece


SUFFIX: dict[File, str] = {"database": "", "log": "-wal", "journal": "-journal"}


class Image(msgspec.Struct, frozen=True):
    """The files that are found after a cut; one that is not named is not there."""

    files: dict[File, bytes]
    memory: bytes | None = None

    def write(self, database: Path) -> None:
        """Lay the files down as a database of that path."""
        for file, suffix in SUFFIX.items():
            path = database.with_name(database.name + suffix)
            path.unlink(missing_ok=True)
            if file in self.files:
                path.write_bytes(self.files[file])
        shared = database.with_name(database.name + "-shm")
        shared.unlink(missing_ok=True)
        if self.memory is not None:
            shared.write_bytes(self.memory)


NOTHING = Image({})
"""An empty folder."""


class Medium:
    """A disk followed step by step, from which the power may be cut at any of them."""

    def __init__(self, start: Image, chance: Random) -> None:
        self._chance = chance
        self._files = {file: _Medium(start.files.get(file)) for file in SUFFIX}

    def follow(self, step: Step) -> None:
        """The next step has happened."""
        if step.kind == "folder" and not step.error:
            for file in self._files.values():
                file.former = None
            return
        if step.file == "none":
            return
        file = self._files[step.file]
        if step.kind in ("write", "truncate"):
            file.pending.append(step)
        elif step.kind == "sync" and step.error:
            file.doom(self._chance)
        elif step.kind == "sync":
            file.sync()
        elif step.kind == "create":
            self._files[step.file] = made = _Medium(b"")
            made.former = file.former
        elif step.kind == "remove":
            self._files[step.file] = gone = _Medium(None)
            gone.former = bytes(file.certain)

    def cut(self, *, strict: bool = False) -> Image:
        """The power goes now. `strict`: everything that was not synced is lost."""
        memory = self._chance.randbytes(32_768) if self._chance.random() < 0.2 else None
        found = {name: file.after(self._chance, strict=strict) for name, file in self._files.items()}
        return Image({name: content for name, content in found.items() if content is not None}, memory)
