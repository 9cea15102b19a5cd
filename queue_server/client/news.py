"""What a device's program tells on standard output: a line for whoever watches it, which most often is the machine's log."""

import contextlib
import json
import sys
from collections.abc import Mapping

from queue_server.wire.day import local
from queue_server.wire.device import DeviceRecord
from queue_server.wire.face import LANGUAGES, say


def tell(fact: Mapping[str, object] | str) -> None:
    """One line, JSON but for words. Where that cannot be written (a full disk), devices go on without it."""
    with contextlib.suppress(OSError):
        line = fact if isinstance(fact, str) else json.dumps(fact, ensure_ascii=False)
        sys.stdout.write(f"{line}\n")
        sys.stdout.flush()


def waits(record: DeviceRecord) -> dict[str, object]:
    """That a program waits for its place: its code, until when it is good by the hall's clock, and what is done with it."""
    until = None if record.code_until is None else local(record.code_until).isoformat(timespec="seconds")
    said = " ".join(say("device", "code_place", language, code=record.code) for language in LANGUAGES)
    return {"code": record.code, "until": until, "said": said}
