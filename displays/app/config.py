"""display.toml: typed, and every fault told at once with its place and the nearest known key.

server = "http://hall:8080"          # or several: ["http://a:8080", "http://b:8080"]
token_file = "display.token"         # what `jiaohao-server token NAME --role display` printed; without it it pairs
ca = "hall-ca.pem"                   # the hall's own authority, where `jiaohao-server cert` made the server's certificate
data = "data/display"                # where a program that pairs keeps the token it makes itself

[voice]
display = "west"                     # whose calls are spoken; with token_file only: one that pairs is told by its place
clips = "clips"                      # a folder of the hall's own recordings, beside this file, for the Chinese
output = "default"                   # a device of ALSA's, null for nobody, or file:FOLDER
english = false                      # after the Chinese also English
one = "yi"                           # yi or yao: how 1 is read in a number
readings = 2
volume = { "07:30" = 80, "12:00" = 50, "20:00" = 0 }   # percent from a local time of day on; 0 is quiet
zones = { L = "xin1 qu1" }           # pinyin of zones' short names, by the zone's id, where ours do not fit
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Literal

import msgspec

from displays.model.announcer import Manner
from displays.voice.words import Pinyin
from queue_server.client import setting
from queue_server.wire.ids import ZoneId
from queue_server.wire.ticket import Language

TimeOfDay = Annotated[str, msgspec.Meta(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]
Percent = Annotated[int, msgspec.Meta(ge=0, le=100)]
READING_S: dict[Language, float] = {"zh": 4.75, "en": 4.25}
"""What one reading takes, with the pause after it."""


class VoiceConfig(msgspec.Struct, frozen=True, kw_only=True):
    """One loudspeaker."""

    display: str | None = None
    clips: str | None = None
    output: str = "default"
    english: bool = False
    one: Literal["yi", "yao"] = "yi"
    readings: Annotated[int, msgspec.Meta(ge=1, le=3)] = 2
    volume: dict[TimeOfDay, Percent] = {}
    zones: dict[ZoneId, Pinyin] = {}

    @property
    def languages(self) -> tuple[Language, ...]:
        """What is spoken, in this order."""
        return ("zh", "en") if self.english else ("zh",)

    @property
    def manner(self) -> Manner:
        """How it speaks."""
        reading_s = sum(READING_S[each] for each in self.languages)
        return Manner(readings=self.readings, reading_s=reading_s, volume=self.volume)


class Config(msgspec.Struct, frozen=True, kw_only=True):
    """All of display.toml."""

    server: str | tuple[str, ...] = "http://127.0.0.1:8080"
    token_file: str | None = None
    ca: str | None = None
    data: str = "data/display"
    voice: VoiceConfig = VoiceConfig()

    @property
    def servers(self) -> tuple[str, ...]:
        """The server's addresses, in the order in which they are tried."""
        return (self.server,) if isinstance(self.server, str) else self.server


def load(path: Path) -> Config:
    """The settings of a file. BadConfig with all its faults."""
    return setting.load(path, Config, _contradictions)


def token(path: Path, config: Config) -> str | None:
    """The token that the file names; None where it names none. BadConfig if it is not there."""
    return setting.token(path, config.token_file, "--role display")


def _contradictions(config: Config) -> Iterator[str]:
    if config.token_file is not None and config.voice.display is None:
        yield "voice.display is missing; write whose calls are spoken, or leave token_file out and pair"
    if config.token_file is None and config.voice.display is not None:
        yield "voice.display goes with token_file only; a program that pairs is told by its place"
