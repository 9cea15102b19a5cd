"""A second try, alone, for the few tests of real programs that failed beside others.

`make test` asks it when pytest was red. Tests that start browsers, windows, servers and serial lines share their processors with
whatever else runs there, and one in some thousands loses its race. Such a one is run again by itself: what fails twice is red, what
fails once is told by name at the end, so that somebody looks at it. Tests without real programs have no second try, and more than a
few failures have none.
"""

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

REAL = ("tests/e2e/", "tests/integration/")
"""The folders whose tests start real programs."""
FEW = 3
"""More than this many failures are no accident."""


def pardoned(failed: Sequence[str]) -> bool:
    """Whether these tests (by pytest's names) may be tried again: a few, each of real programs, none that could not be read."""
    return 0 < len(failed) <= FEW and all(name.startswith(REAL) and "::" in name for name in failed)


def main(root: Path) -> int:
    """Try what pytest's cache in this folder says has failed; the exit code says whether all passed now."""
    cache = root / ".pytest_cache/v/cache/lastfailed"
    failed = sorted(json.loads(cache.read_text())) if cache.exists() else []
    if not pardoned(failed):
        return 1
    told = "".join(f"  {name}\n" for name in failed)
    sys.stdout.write(f"once more, alone:\n{told}")
    sys.stdout.flush()
    again = subprocess.run([sys.executable, "-m", "pytest", *failed], cwd=root, check=False).returncode
    if again == 0:
        sys.stdout.write(f"UNSTEADY: failed beside others, passed alone; look at:\n{told}")
    return again


if __name__ == "__main__":
    sys.exit(main(Path.cwd()))
