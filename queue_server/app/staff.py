"""Staff from the command line: accounts, and what the hall knows of them, from one CSV file."""

from collections.abc import Sequence
from pathlib import Path

import msgspec

from queue_server.app import people as accounts
from queue_server.app.fault import CannotStart
from queue_server.app.setting import Settings
from queue_server.app.version import hall_of, publish
from queue_server.auth.account import NOTE, Imported, RowFault, of_hall
from queue_server.engine.staff import tells


def imported(settings: Settings, file: Path) -> Imported:
    """Have a file's staff, through the server if one runs. Raises CannotStart with every fault, and says what was changed."""
    content = file.read_bytes()
    people = accounts.changed(accounts.opened(settings), settings.once)
    faults, version = people.faults(content), None
    if not faults and tells(content):
        loaded, runs = hall_of(settings)
        document, faults = of_hall(loaded.document, content)
        if not faults and document != loaded.document:
            version = publish(settings, document, NOTE, None if runs is None else runs.n)
    if faults:
        raise _faulty(file, faults, None)
    with accounts.said():
        done = people.load(content)[0]
    if done.faults:  # somebody changed accounts meanwhile
        raise _faulty(file, done.faults, version)
    return msgspec.structs.replace(done, version=version)


def _faulty(file: Path, faults: Sequence[RowFault], version: int | None) -> CannotStart:
    zh = "\n".join(f"  第{one.line}行：{one.fault.zh}" for one in faults)
    en = "\n".join(f"  line {one.line}: {one.fault.en}" for one in faults)
    if version is None:
        return CannotStart(
            f"{file}有错，没有任何更改：\n{zh}", f"{file} has faults; nothing was changed:\n{en}"
        )
    return CannotStart(
        f"大厅配置第{version}版已发布，但账号没有更改，因为{file}有错：\n{zh}",
        f"Version {version} of the hall is published, but no account was changed, as {file} has faults:\n{en}",
    )
