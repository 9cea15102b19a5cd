"""A kiosk that cannot start says in one sentence what to do, and ends."""

import asyncio
import os
import pty
import subprocess
import sys
from asyncio.subprocess import PIPE
from pathlib import Path

import pytest
import serial


async def started(*words: str, **environment: str) -> tuple[int, str]:
    """Return code and standard error of the kiosk's command line."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("KIVY_", "JIAOHAO_"))}
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "kiosk.app.main",
        *words,
        stdout=PIPE,
        stderr=PIPE,
        env=clean | {"SDL_VIDEODRIVER": "offscreen"} | environment,
    )
    async with asyncio.timeout(40):
        _, err = await process.communicate()
    assert process.returncode is not None
    return process.returncode, err.decode()


@pytest.mark.parametrize(
    "words, zh, en",
    [
        (["--data", "/dev/null/kiosk"], "请用--data换一个目录", "choose another folder with --data"),
        (["--token", "a b"], "既不是令牌，也不是存令牌的文件", "is neither a token nor a file with one"),
        (["--token", "t", "--size", "big"], "不是画面大小", "is no size"),
        (["--token", "t", "--printer", "http://x"], "不是端口", "is no port"),
        (["--token", "t", "--reader", "http://x"], "不是端口", "is no port"),
        (["--config", "/nowhere/kiosk.toml"], "无法读取", "cannot be read"),
    ],
)
async def test_what_is_missing_or_wrong_is_one_sentence_in_each_language(
    words: list[str], zh: str, en: str
) -> None:
    code, told = await started(*words)
    chinese, english = told.splitlines()
    assert code == 2
    assert zh in chinese
    assert en in english


@pytest.mark.parametrize("display, told", [("", "DISPLAY: -"), (":7777", "DISPLAY: :7777")])
async def test_without_a_screen_it_does_not_say_that_it_is_ready(
    tmp_path: Path, display: str, told: str
) -> None:
    code, said = await started(
        "--data", str(tmp_path), DISPLAY=display, WAYLAND_DISPLAY="", SDL_VIDEODRIVER=""
    )
    chinese, english = said.splitlines()
    assert code == 2
    assert "没有图形会话" in chinese
    assert told in english


async def test_a_printer_port_in_use_is_one_sentence(tmp_path: Path) -> None:
    master, slave = pty.openpty()
    token = tmp_path / "kiosk.token"
    token.write_text("kiosk-token-kiosk-token\n", encoding="utf-8")
    with serial.Serial(os.ttyname(slave), exclusive=True):
        code, told = await started("--token", str(token), "--printer", os.ttyname(slave))
    os.close(master)
    os.close(slave)
    assert code == 2
    assert (
        told.strip()
        .splitlines()[-1]
        .endswith("is in use by another program; end that program or choose another port")
    )
    assert "Traceback" not in told


@pytest.mark.skipif(sys.platform != "linux", reason="glibc's settings")
def test_large_pieces_of_memory_go_back_to_the_system_at_once() -> None:
    work = """
import ctypes
from kiosk.app import heap
assert heap.thrift()
pieces = [bytearray(heap.LARGE) for _ in range(400)]
kept = [bytearray(1000) for _ in range(400)]
def held():
    return int(open("/proc/self/statm").read().split()[1]) * 4096
before = held()
del pieces
assert before - held() > 300 * heap.LARGE, (before, held())
"""
    subprocess.run([sys.executable, "-c", work], check=True, timeout=40)


@pytest.mark.parametrize("settled", [True, False])
def test_what_screens_drop_is_found_sooner_once_the_start_has_settled(settled: bool) -> None:
    work = f"""
import gc
from kiosk.app import heap
class Widget: pass
def made():
    widget = Widget()
    widget.parent = widget
    return widget
started = [[] for _ in range(1_000_000)]
gc.collect()
if {settled}:
    heap.settle()
before = gc.get_stats()[2]["collected"]
for _ in range(22):
    screen = [made() for _ in range(10_000)]
assert (gc.get_stats()[2]["collected"] > before + 10_000) is {settled}, gc.get_stats()
"""
    subprocess.run([sys.executable, "-c", work], check=True, timeout=40)
