"""kiosk.toml: what it may say, and how it is told what it may not."""

from pathlib import Path

import pytest

from kiosk.app.config import Config, load, size
from kiosk.app.panel import fit
from kiosk.model.night import Night
from queue_server.client.setting import BadConfig


def written(folder: Path, text: str) -> Path:
    """A kiosk.toml with this text."""
    path = folder / "kiosk.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_an_empty_file_gives_the_defaults(tmp_path: Path) -> None:
    assert load(written(tmp_path, "")) == Config()


def test_a_whole_file_is_read(tmp_path: Path) -> None:
    config = load(
        written(
            tmp_path,
            """
            server = ["http://a:8080", "http://b:8080"]
            token_file = "kiosk.token"
            [printer]
            port = "/dev/ttyUSB0"
            paper_mm = 58
            charset = "gb18030"
            [reader]
            port = "socket://10.0.0.7:4001"
            [screen]
            size = "1080x1920"
            [patience]
            idle_s = 45
            [voice]
            output = "default"
            volume = { "08:00" = 80, "12:00" = 0 }
            [night]
            margin_min = 30
            hours = ["22:00-06:00"]
            off = "xset dpms force off"
            on = "xset dpms force on"
            """,
        )
    )
    assert config.servers == ("http://a:8080", "http://b:8080")
    assert (config.printer.port, config.printer.paper_mm, config.printer.baud) == ("/dev/ttyUSB0", 58, 9600)
    assert (config.reader.port, config.reader.line.baud) == ("socket://10.0.0.7:4001", 115200)
    assert (config.screen.size, config.patience.idle_s) == ("1080x1920", 45.0)
    assert (config.voice.output, config.voice.volume) == ("default", {"08:00": 80, "12:00": 0})
    assert (config.night.night, config.night.off) == (Night(30, ("22:00-06:00",)), "xset dpms force off")


def test_a_light_that_would_stay_out_is_a_fault(tmp_path: Path) -> None:
    with pytest.raises(BadConfig, match="night: off and on go together"):
        load(written(tmp_path, '[night]\noff = "xset dpms force off"\n'))
    with pytest.raises(BadConfig, match=r"night\.hours"):
        load(written(tmp_path, '[night]\nhours = ["22-6"]\n'))


@pytest.mark.parametrize(
    "lines,expected",
    [
        ("", (576, "gbk", "partial")),
        ("paper_mm = 58", (384, "gbk", "partial")),
        ("knife = false", (576, "gbk", "none")),
        ('model = "tm-t88v"', (512, "gb18030", "partial")),
        ('model = "tm-t88v"\ncharset = "gbk"\nknife = true', (512, "gbk", "partial")),
        ('model = "zj-5870"', (384, "gb2312", "none")),
        ('model = "zj-5870"\nknife = true', (384, "gb2312", "partial")),
    ],
)
def test_a_printer_is_its_model_and_what_is_different_here(
    lines: str, expected: tuple[int, str, str], tmp_path: Path
) -> None:
    printer = load(written(tmp_path, f"[printer]\n{lines}\n")).printer.printer()
    assert (printer.dots, printer.charset, printer.knife) == expected


@pytest.mark.parametrize(
    "flow,pins,bytes_", [("none", False, False), ("rtscts", True, False), ("xonxoff", False, True)]
)
def test_flow_control_is_the_printers_own(flow: str, pins: bool, bytes_: bool, tmp_path: Path) -> None:
    line = load(written(tmp_path, f'[printer]\nflow = "{flow}"\nbaud = 19200\n')).printer.line
    assert (line.baud, line.rtscts, line.xonxoff) == (19200, pins, bytes_)


def test_a_model_nobody_knows_is_a_fault_with_those_that_are_known(tmp_path: Path) -> None:
    with pytest.raises(BadConfig, match=r"printer\.model: no device profile 'lp'; there are: escpos-58, "):
        load(written(tmp_path, '[printer]\nmodel = "lp"\n'))


def test_every_fault_is_told_at_once_with_its_place_and_the_nearest_name(tmp_path: Path) -> None:
    path = written(tmp_path, 'servr = "x"\n[printer]\nbaud = "fast"\npapr_mm = 80\n[patience]\nidle_s = 0\n')
    with pytest.raises(BadConfig) as told:
        load(path)
    assert [fault.en.partition(":")[0].partition(" ")[0] for fault in told.value.faults] == [
        "servr",
        "printer.baud",
        "printer.papr_mm",
        "patience.idle_s",
    ]
    assert str(told.value).splitlines()[:4] == [
        f"{path}: servr不是设置的名称，是不是server？",
        f"{path}: printer.baud: 应为不带引号的整数，写的是带引号的文字",
        f"{path}: printer.papr_mm不是设置的名称，是不是printer.paper_mm？",
        f"{path}: patience.idle_s: 应为不带引号的数，不小于1",
    ]
    assert "did you mean server?" in str(told.value)
    assert "did you mean printer.paper_mm?" in str(told.value)


@pytest.mark.parametrize("text", ["server = ", "\x00"])
def test_a_file_that_is_no_toml_is_one_sentence(tmp_path: Path, text: str) -> None:
    with pytest.raises(BadConfig, match="is not valid TOML"):
        load(written(tmp_path, text))


def test_a_missing_file_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(BadConfig, match="cannot be read"):
        load(tmp_path / "none.toml")


def test_a_size_is_two_numbers() -> None:
    assert size("1080x1920") == (1080, 1920)
    for wrong in ("1080", "x", "1080*1920", "10x20", "1080x1920x24"):
        with pytest.raises(ValueError, match="is no size"):
            size(wrong)


def test_a_window_for_trying_out_leaves_some_of_the_screen_free() -> None:
    width, height = fit((1920, 1080))
    assert height < 1080
    assert abs(width / height - 1080 / 1920) < 0.01
    assert fit((2160, 3840)) == (1080, 1920)
    assert fit(None) == (1080, 1920)
