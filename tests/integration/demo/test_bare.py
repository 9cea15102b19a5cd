"""A demo where only the server was installed: people come and are called, and nothing is missing that it speaks of."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from queue_server.app.prop import LIBRARIES
from tests.integration.demo.test_demo import alive, children

BARE = f"""
import sys
sys.modules |= dict.fromkeys({LIBRARIES[:3]})
from queue_server.app.main import main
main(sys.argv[1:])
"""
"""The server's program, for which the libraries are not there that another extra than its own brings."""


@pytest.mark.timeout(120)
def test_a_demo_of_the_server_alone_has_no_devices_and_says_how_to_have_some(tmp_path: Path) -> None:
    errors = tmp_path / "errors"
    words = ["demo", "--data", str(tmp_path / "data"), "--listen", "127.0.0.1:0"]
    with (
        errors.open("w") as said,
        subprocess.Popen(
            [sys.executable, "-c", BARE, *words],
            stdout=subprocess.PIPE,
            stderr=said,
            text=True,
            env={**os.environ, "DISPLAY": ":0"},
        ) as process,
    ):
        try:
            assert process.stdout is not None
            text = ""
            while "Ctrl-C" not in text:
                line = process.stdout.readline()
                assert line, f"the demo ended: {text}"
                text += line
            offspring = children(process.pid)
        finally:
            process.send_signal(signal.SIGTERM)
            if process.stdout is not None:
                process.stdout.read()  # who closes the pipe while a line is being written ends the demo with a fault
    assert process.returncode == 0, errors.read_text()
    assert 'pip install ".[devices]"' in text
    assert "号窗口的显示屏" not in text
    assert "没有显示器" in text
    assert not [pid for pid in offspring if alive(pid)]
    assert "Error" not in errors.read_text()
    assert "child.ended" not in errors.read_text()
