"""display.toml: what it may say, and how it is told what it may not."""

from pathlib import Path

import pytest

from devices.driver.voice.player import Alsa, Files, Nobody, player
from displays.app.config import Config, VoiceConfig, home, load, token
from queue_server.client.keep import kept
from queue_server.client.setting import BadConfig


def written(folder: Path, text: str) -> Path:
    path = folder / "display.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_an_empty_file_gives_the_defaults(tmp_path: Path) -> None:
    config = load(written(tmp_path, ""), "voice")
    assert config == Config()
    assert token(tmp_path / "display.toml", config) is None


def test_a_whole_file_is_read(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        """
        server = ["http://a:8080", "http://b:8080"]
        token_file = "display.token"
        [voice]
        loudspeaker = "west"
        clips = "clips"
        output = "null"
        """,
    )
    config = load(path, "voice")
    assert config.servers == ("http://a:8080", "http://b:8080")
    assert config.voice == VoiceConfig(loudspeaker="west", clips="clips", output="null")
    (tmp_path / "display.token").write_text("secret\n", encoding="utf-8")
    assert token(path, config) == "secret"


@pytest.mark.parametrize(
    "text, fault",
    [
        ('token_file = "t"', "voice.loudspeaker is missing; write whose calls are spoken"),
        ('[voice]\nloudspeaker = "west"', "voice.loudspeaker goes with token_file only"),
        ("[voice]\noutputs = 2", "voice.outputs is not known; did you mean voice.output?"),
    ],
)
def test_what_cannot_be_is_told_with_its_place(tmp_path: Path, text: str, fault: str) -> None:
    with pytest.raises(BadConfig) as told:
        load(written(tmp_path, text), "voice")
    assert fault in str(told.value)


def test_a_token_file_that_is_not_there_says_how_it_is_made(tmp_path: Path) -> None:
    config = Config(token_file="missing", voice=VoiceConfig(loudspeaker="west"))
    with pytest.raises(BadConfig, match="jiaohao-server token NAME --role display"):
        token(tmp_path / "display.toml", config)


def test_an_output_is_nobody_a_folder_or_a_device() -> None:
    assert isinstance(player("null"), Nobody)
    assert isinstance(player("file:sound"), Files)
    assert isinstance(player("plughw:1,0"), Alsa)


def test_the_programs_of_one_file_keep_a_token_each(tmp_path: Path) -> None:
    path, config = tmp_path / "display.toml", Config(data="kept")
    voice, led = home(path, config, "voice"), home(path, config, "led")
    assert kept(voice) != kept(led)
    assert kept(home(path, config, "voice")) == kept(voice), "as before, after a restart"


def test_the_token_of_an_earlier_version_goes_to_the_program_that_starts_first(tmp_path: Path) -> None:
    path, config = tmp_path / "display.toml", Config(data="kept")
    former = kept(tmp_path / "kept")
    led, voice = home(path, config, "led"), home(path, config, "voice")
    assert (kept(led) == former, kept(voice) == former) == (True, False)
    assert not (tmp_path / "kept" / "device.token").exists()


def test_a_token_that_turns_up_again_in_the_old_place_replaces_no_other(tmp_path: Path) -> None:
    path, config = tmp_path / "display.toml", Config(data="kept")
    own = kept(home(path, config, "led"))
    kept(tmp_path / "kept")
    assert kept(home(path, config, "led")) == own
