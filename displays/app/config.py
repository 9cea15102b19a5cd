"""display.toml: typed, and every fault told at once with its place and the nearest known key.

server = "http://hall:8080"          # or several: ["http://a:8080", "http://b:8080"]
token_file = "display.token"         # what `jiaohao-server token NAME --role display` printed; without it it pairs
ca = "hall-ca.pem"                   # the hall's own authority, where `jiaohao-server cert` made the server's certificate
data = "data/display"                # where a program that pairs keeps the token it makes itself

[voice]
loudspeaker = "west"                 # whose calls are spoken; with token_file only: one that pairs is told by its place
clips = "clips"                      # a folder of the hall's own recordings, beside this file, for the Chinese
output = "default"                   # a device of ALSA's, null for nobody, or file:FOLDER

How a loudspeaker speaks, and how loud at what time, is in the hall's configuration.
"""

from collections.abc import Iterator
from pathlib import Path

import msgspec

from queue_server.client import setting


class VoiceConfig(msgspec.Struct, frozen=True, kw_only=True):
    """One voice box."""

    loudspeaker: str | None = None
    clips: str | None = None
    output: str = "default"


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
    if config.token_file is not None and config.voice.loudspeaker is None:
        yield "voice.loudspeaker is missing; write whose calls are spoken, or leave token_file out and pair"
    if config.token_file is None and config.voice.loudspeaker is not None:
        yield "voice.loudspeaker goes with token_file only; a program that pairs is told by its place"
