"""What a device's program tells on standard output: a line for whoever watches it, which most often is the machine's log."""

import contextlib
import json
import sys
from collections.abc import Mapping


def tell(fact: Mapping[str, object] | str) -> None:
    """One line, JSON but for words. Where that cannot be written (a full disk), devices go on without it."""
    with contextlib.suppress(OSError):
        line = fact if isinstance(fact, str) else json.dumps(fact, ensure_ascii=False)
        sys.stdout.write(f"{line}\n")
        sys.stdout.flush()
