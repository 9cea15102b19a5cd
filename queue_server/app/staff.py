"""Staff from the command line: accounts, and what the hall knows of them, from one CSV file."""

from pathlib import Path

import msgspec

from queue_server.app import people as accounts
from queue_server.app.fault import CannotStart
from queue_server.app.setting import Settings
from queue_server.app.version import hall_of, publish
from queue_server.auth.account import NOTE, Imported, of_hall
from queue_server.engine.staff import tells


def imported(settings: Settings, file: Path) -> Imported:
    """Have a file's staff, through the server if one runs. Raises CannotStart with every fault; then nothing was changed."""
    content = file.read_bytes()
    people = accounts.changed(accounts.opened(settings))
    faults, version = people.faults(content), None
    if not faults and tells(content):
        before = hall_of(settings)[0].document
        document, faults = of_hall(before, content)
        if not faults and document != before:
            version = publish(settings, document, NOTE)
    if faults:
        zh = "\n".join(f"  第{one.line}行：{one.fault.zh}" for one in faults)
        en = "\n".join(f"  line {one.line}: {one.fault.en}" for one in faults)
        raise CannotStart(
            f"{file}有错，没有任何更改：\n{zh}", f"{file} has faults; nothing was changed:\n{en}"
        )
    with accounts.said():
        return msgspec.structs.replace(people.load(content)[0], version=version)
