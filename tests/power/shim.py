"""Small C libraries that are preloaded into a program under test, in place of calls of its own."""

import hashlib
import os
import subprocess
import tempfile
from functools import cache
from pathlib import Path


@cache
def shim(source: Path) -> Path:
    """The compiled library; made once for each state of its source."""
    digest = hashlib.sha256(source.read_bytes()).hexdigest()[:16]
    made = Path(tempfile.gettempdir()) / f"jiaohao-{source.stem}-{os.getuid()}-{digest}.so"
    if not made.exists():
        fresh = made.with_suffix(f".{os.getpid()}")
        subprocess.run(
            ["cc", "-shared", "-fPIC", "-O1", "-o", fresh, source, "-ldl", "-lpthread"], check=True
        )
        fresh.rename(made)
    return made
