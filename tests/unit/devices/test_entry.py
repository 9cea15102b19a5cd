"""What was found goes into devices.toml, and what stands there stays."""

from pathlib import Path

import pytest

from devices.agent.config import load
from devices.agent.entry import Bar, Found, Keypad, joined, ready, write
from devices.driver.probe import Key
from queue_server.client.setting import BadConfig

FOUND: list[Found] = [
    Keypad("3", "/dev/ttyUSB0", Key("ff68", 5)),
    Keypad("4", "/dev/ttyUSB0", Key("ff68", 6)),
    Keypad("5", "/dev/ttyUSB1", Key("ub485", 5)),
    Bar("4", "/dev/ttyUSB2", 9600, 2),
    Bar("3", "/dev/ttyUSB2", 9600, 1),
]
OURS = """\
server = "http://hall:8080"  # ours
[[keypad]]  # at the counters
port = "/dev/ttyUSB0"
windows = { 5 = "3" }      # by its switches

[[bar]]
port = "/dev/ttyUSB2"
baud = 9600
windows = {}
width = 96
"""


def test_what_was_found_is_devices_toml(tmp_path: Path) -> None:
    path = tmp_path / "devices.toml"
    path.write_text('server = "http://hall:8080"  # ours\n', "utf-8")
    write(path, FOUND)
    config = load(path)
    assert path.read_text("utf-8").startswith('server = "http://hall:8080"  # ours\n')
    assert [(each.port, each.profile, each.addresses) for each in config.keypad] == [
        ("/dev/ttyUSB0", "ff68", {5: "3", 6: "4"}),
        ("/dev/ttyUSB1", "ub485", {5: "5"}),
    ]
    assert [(each.port, each.baud, each.addresses) for each in config.bar] == [
        ("/dev/ttyUSB2", 9600, {1: "3", 2: "4"})
    ]


def test_a_table_of_the_same_port_is_joined_and_every_other_byte_stays() -> None:
    assert joined(OURS, FOUND) == OURS.replace('5 = "3" }', '5 = "3", 6 = "4" }').replace(
        "windows = {}", 'windows = { 1 = "3", 2 = "4" }'
    ) + ('\n[[keypad]]\nport = "/dev/ttyUSB1"\nprofile = "ub485"\nwindows = { 5 = "5" }\n')


def test_an_address_that_has_its_window_keeps_it() -> None:
    there = '[[keypad]]\nport = "/dev/ttyUSB0"\nwindows = { 6 = "9", 7 = "10" }\n'
    assert joined(there, FOUND[:2]) == there.replace(" }", ', 5 = "3" }')


def test_what_stands_there_already_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "devices.toml"
    write(path, FOUND)
    before = path.read_bytes()
    write(path, FOUND)
    assert path.read_bytes() == before


def test_a_com_port_with_backslashes_is_written_as_it_is_named(tmp_path: Path) -> None:
    write(tmp_path / "devices.toml", [Keypad("3", r"\\.\COM12", Key("ff68", 5))])
    assert load(tmp_path / "devices.toml").keypad[0].port == r"\\.\COM12"


@pytest.mark.parametrize(
    "there,says",
    [
        ('[[keypad]]\nport = "/dev/ttyUSB0"\nwindows = { 6 = "9" }\n', "stands there otherwise"),
        (
            '[[keypad]]\nport = "/dev/ttyUSB0"\nprofile = "ub485"\nwindows = { 6 = "4" }\n',
            "is already that of keypad 1",
        ),
        ('[[keypad]]\nport = "/dev/ttyUSB0"\n[keypad.windows]\n5 = "3"\n', "stands there otherwise"),
        ('[[bar]]\nport = "/dev/ttyUSB0"\nwindow = "3"\n', "is already that of bar 1"),
        ("[[keypad]\n", "not valid TOML"),
    ],
)
def test_a_file_that_says_otherwise_is_left_as_it_is(there: str, says: str, tmp_path: Path) -> None:
    path = tmp_path / "devices.toml"
    path.write_text(there, "utf-8")
    with pytest.raises(BadConfig, match=rf'{says}(.|\n)*add by hand:(.|\n)*6 = "4"'):
        write(path, FOUND[1:2])
    assert path.read_text("utf-8") == there
    assert [each.name for each in tmp_path.iterdir()] == ["devices.toml"]


def test_a_file_that_cannot_be_written_is_told_before_anybody_walks_from_window_to_window(
    tmp_path: Path,
) -> None:
    ready(tmp_path / "devices.toml")
    begun = tmp_path / "devices.toml"
    begun.write_text('server = "http://hall:8080"', "utf-8")
    ready(begun)
    begun.unlink()
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(BadConfig, match="correct the path or the rights"):
        ready(tmp_path / "none" / "devices.toml")
    broken = tmp_path / "broken.toml"
    broken.write_text("server = [", "utf-8")
    with pytest.raises(BadConfig, match="is not valid TOML"):
        ready(broken)
    assert list(tmp_path.iterdir()) == [broken]


GOOD = '# 柜台\n[[keypad]]\nport = "/dev/ttyUSB0"\nwindows = { 5 = "3" }\n'


def test_a_file_of_an_editor_on_windows_is_read_or_told_how_to_save_it(tmp_path: Path) -> None:
    path = tmp_path / "devices.toml"
    path.write_text(GOOD, "utf-8-sig")
    assert load(path).keypad[0].addresses == {5: "3"}
    path.write_text(GOOD, "gbk")
    with pytest.raises(BadConfig, match="请在编辑器里另存为UTF-8"):
        load(path)
