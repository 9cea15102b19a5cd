"""Devices from the command line, beside a running server."""

import asyncio
import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from queue_server.app.main import main
from tests.fakes.house import House, house


async def run(folder: Path, *words: str) -> Result:
    """The command, in a thread: it waits for the server that runs in this loop."""
    return await asyncio.to_thread(CliRunner().invoke, main, ["device", *words, "--data", str(folder)])


async def paired(home: House, kind: str, n: int) -> str:
    body = {"kind": kind, "name": kind, "token": f"device-token-{n:020d}"}
    code = (await home.ask("POST", "/devices/pair", None, body))[1]["code"]
    assert isinstance(code, str)
    return code


async def test_devices_are_listed_placed_by_their_code_and_revoked_by_their_name(tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        tokens = len(home.server.people.tokens())
        assert "No device has shown a code yet" in (await run(tmp_path, "list")).output
        counter, board = await paired(home, "agent", 1), await paired(home, "display", 2)
        listed = await run(tmp_path, "list")
        assert re.search(rf"^{counter}\tagent\tagent\t等待安置 waiting", listed.output, re.MULTILINE)
        spaced = f"{counter[:3]} {counter[3:]}"
        placed = await run(tmp_path, "place", spaced, "--window", "3", "--window", "4", "--name", "柜台")
        assert (placed.exit_code, placed.output) == (0, "已安置 placed: agent 柜台 3,4\n")
        assert (await run(tmp_path, "place", board, "--display", "hall")).exit_code == 0
        refused = await run(tmp_path, "place", "柜台", "--display", "hall")
        assert refused.exit_code == 1
        assert "窗口设备须指定窗口" in refused.output
        assert "An agent needs windows" in refused.output
        assert (await run(tmp_path, "revoke", "柜台", "--reason", "更换")).exit_code == 0
        _, devices = await home.ask("GET", "/devices", "admin")
        assert [(one["state"], one["reason"]) for one in devices] == [("placed", None), ("revoked", "更换")]
        assert len(home.server.people.tokens()) == tokens, "nothing is left behind"
        _, events = await home.ask("GET", "/events", "admin")
        assert events[-1]["actor"] == "clock:console"


@pytest.mark.parametrize("word", ["000000", "nobody"])
async def test_a_device_that_is_not_there_is_one_sentence_in_each_language(tmp_path: Path, word: str) -> None:
    async with house(tmp_path):
        done = await run(tmp_path, "revoke", word)
        assert done.exit_code == 1
        chinese, english = done.output.splitlines()
        assert chinese.startswith(f"没有代码、编号或名称是“{word}”的设备。")
        assert english.startswith(f"No device has the code, id or name “{word}”.")
        assert "device list" in english


async def test_of_several_devices_with_one_name_the_codes_are_told_to_choose_from(tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        codes = [await paired(home, "kiosk", n) for n in (1, 2)]
        done = await run(tmp_path, "place", "kiosk")
        assert done.exit_code == 1
        assert done.output == (
            f"有2台设备叫“kiosk”，请写其中一台的代码或编号：{'、'.join(codes)}。\n"
            f"2 devices are called “kiosk”: write the code or id of one, {', '.join(codes)}.\n"
        )
        assert (await run(tmp_path, "place", codes[1])).exit_code == 0


def test_without_a_server_it_says_so(tmp_path: Path) -> None:
    assert CliRunner().invoke(main, ["token", "k", "--role", "kiosk", "--data", str(tmp_path)]).exit_code == 0
    done = CliRunner().invoke(main, ["device", "list", "--data", str(tmp_path)])
    assert done.exit_code == 1
    assert "start it first" in done.output
