"""kiosk.toml: what it may say, and how it is told what it may not."""

from pathlib import Path

import pytest

from kiosk.app.config import Config, load, size
from kiosk.app.panel import fit
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
            [screen]
            size = "1080x1920"
            [patience]
            idle_s = 45
            """,
        )
    )
    assert config.servers == ("http://a:8080", "http://b:8080")
    assert (config.printer.port, config.printer.paper_mm, config.printer.baud) == ("/dev/ttyUSB0", 58, 9600)
    assert (config.screen.size, config.patience.idle_s) == ("1080x1920", 45.0)


def test_every_fault_is_told_at_once_with_its_place_and_the_nearest_name(tmp_path: Path) -> None:
    path = written(tmp_path, 'servr = "x"\n[printer]\nbaud = "fast"\npapr_mm = 80\n[patience]\nidle_s = 0\n')
    with pytest.raises(BadConfig) as told:
        load(path)
    assert [fault.partition(":")[0].partition(" ")[0] for fault in told.value.faults] == [
        "servr",
        "printer.baud",
        "printer.papr_mm",
        "patience.idle_s",
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
