"""display.toml: typed, and every fault told at once with its place and the nearest known key.

server = "http://hall:8080"          # or several: ["http://a:8080", "http://b:8080"]
token_file = "display.token"         # what `jiaohao-server token NAME --role display` printed; without it it pairs
ca = "hall-ca.pem"                   # the hall's own authority, where `jiaohao-server cert` made the server's certificate
data = "data/display"                # where programs that pair keep the tokens they make themselves: voice and led one each

[voice]
loudspeaker = "west"                 # whose calls are spoken; with token_file only: one that pairs is told by its place
clips = "clips"                      # a folder of the hall's own recordings, beside this file, for the Chinese
output = "default"                   # a device of ALSA's, null for nobody, or file:FOLDER

[[panel]]                            # one LED panel of the hall, or several
display = "west"                     # whose calls it shows; with token_file only
port = "socket://192.168.1.60:5005"  # a device, socket://host:port, or udp://host:port for kind ddp
kind = "onbon"                       # onbon: a card with a font; ddp: lamps that take pictures
width = 256                          # dots
height = 64
dots = 16                            # a character's: 16 or 24; the height holds so many rows of them
language = "zh"
brightness = { "07:30" = 15, "18:00" = 6 }   # from a local time of day on: 0 to 15
address = 1                          # onbon, as baud, unit, replies and rs485: docs/protocol/onbon.md
colour = "#FFB000"                   # ddp: docs/protocol/ddp.md

How a loudspeaker speaks, and how loud at what time, is in the hall's configuration.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated, Literal

import msgspec

from devices.transport.address import check, claims
from devices.transport.error import BadAddress
from queue_server.client import away, setting
from queue_server.client.keep import handed_on
from queue_server.wire.day import TimeOfDay, local
from queue_server.wire.misfit import at
from queue_server.wire.ticket import Language, Text

Dots = Annotated[int, msgspec.Meta(ge=16, le=2048)]
Level = Annotated[int, msgspec.Meta(ge=0, le=15)]
Task = Literal["voice", "led"]
DAY_S = 86400.0


class VoiceConfig(msgspec.Struct, frozen=True, kw_only=True):
    """One voice box."""

    loudspeaker: str | None = None
    clips: str | None = None
    output: str = "default"


class PanelConfig(msgspec.Struct, frozen=True, kw_only=True):
    """One panel of the hall."""

    display: str | None = None
    port: str
    kind: Literal["onbon", "ddp"] = "onbon"
    width: Dots = 256
    height: Dots = 64
    dots: Literal[16, 24] = 16
    language: Language = "zh"
    brightness: dict[TimeOfDay, Level] = {}
    address: Annotated[int, msgspec.Meta(ge=1, le=0x7FFF)] = 1
    baud: Annotated[int, msgspec.Meta(ge=1200, le=921600)] = 57600
    unit: Literal["pixel", "byte", "pixel_msb"] = "pixel"
    replies: bool = True
    rs485: Literal["none", "kernel"] = "none"
    colour: Annotated[str, msgspec.Meta(pattern=r"^#[0-9A-Fa-f]{6}$")] = "#FFB000"

    @property
    def rows(self) -> int:
        """How many rows its height holds."""
        return self.height // self.dots

    @property
    def lamps(self) -> tuple[int, int, int]:
        """Its colour: red, green, blue."""
        red, green, blue = bytes.fromhex(self.colour[1:])
        return red, green, blue

    def level(self, now: datetime) -> tuple[int | None, float]:
        """The brightness at a time, and for how many seconds: that of the last hour named, over midnight too.

        None where the panel keeps its own.
        """
        if not self.brightness:
            return None, DAY_S
        clock = local(now)
        begun = [at for at in self.brightness if at <= f"{clock:%H:%M}"] or [*self.brightness]
        midnight = clock.replace(hour=0, minute=0, second=0, microsecond=0)
        ends = [midnight + timedelta(hours=int(at[:2]), minutes=int(at[3:])) for at in self.brightness]
        left_s = min((end - clock).total_seconds() % DAY_S or DAY_S for end in ends)
        return self.brightness[max(begun)], left_s


class Config(msgspec.Struct, frozen=True, kw_only=True):
    """All of display.toml."""

    server: str | tuple[str, ...] = "http://127.0.0.1:8080"
    token_file: str | None = None
    ca: str | None = None
    data: str = "data/display"
    voice: VoiceConfig = VoiceConfig()
    panel: tuple[PanelConfig, ...] = ()

    @property
    def servers(self) -> tuple[str, ...]:
        """The server's addresses, in the order in which they are tried."""
        return (self.server,) if isinstance(self.server, str) else self.server

    @property
    def panels(self) -> dict[str, PanelConfig]:
        """The panels by name: `panel 1`."""
        return {f"panel {n}": panel for n, panel in enumerate(self.panel, 1)}

    def places(self, task: Task) -> tuple[str, ...]:
        """The loudspeaker or the displays that the file names for what the program is to do."""
        named = [self.voice.loudspeaker] if task == "voice" else [panel.display for panel in self.panel]
        return tuple(dict.fromkeys(each for each in named if each is not None))


def load(path: Path, task: Task) -> Config:
    """The settings of a file for what the program is to do. BadConfig with all its faults."""
    return setting.load(path, Config, lambda config: (*_server_faults(config), *FAULTS[task](config)))


def token(path: Path, config: Config) -> str | None:
    """The token that the file names; None where it names none. BadConfig if it is not there."""
    return setting.token(path, config.token_file, "--role display")


def home(path: Path, config: Config, task: Task) -> Path:
    """The folder in which a program that pairs keeps its token: each of the file's programs has its own, so that they are two
    devices with a place and a state each.

    The token that an earlier version kept in `data` itself goes to whichever of them starts first. OSError if it cannot.
    """
    former = path.parent / config.data
    own = former / task
    handed_on(former, own)
    return own


def _server_faults(config: Config) -> Iterator[Text]:
    yield from filter(None, map(away.wrong, config.servers))


SHOWN = Text("显示哪块屏的叫号", "whose calls it shows")


def _voice_faults(config: Config) -> Iterator[Text]:
    yield from _place(
        "voice.loudspeaker",
        Text("播哪个喇叭的叫号", "whose calls are spoken"),
        config.voice.loudspeaker,
        config,
    )


def _panel_faults(config: Config) -> Iterator[Text]:
    if not config.panel:
        yield Text("没有屏，请写[[panel]]", "there is no panel; add a [[panel]]")
    for name, panel in config.panels.items():
        yield from _place(f"{name}.display", SHOWN, panel.display, config)
        try:
            check(panel.port)
        except BadAddress as fault:
            yield at(f"{name}: port", fault.text)
        if (panel.kind == "ddp") != panel.port.startswith("udp:"):
            yield Text(
                f"{name}: kind为{panel.kind}时不能用端口{panel.port}：只有ddp用udp://主机:端口，ddp也只用它",
                f"{name}: kind {panel.kind} does not go with port {panel.port}; ddp goes over udp://host:port, and only ddp",
            )
        if not panel.rows:
            yield Text(
                f"{name}: height: 高{panel.height}点放不下{panel.dots}点的字",
                f"{name}: height: {panel.height} dots hold no character of {panel.dots}",
            )
    yield from claims({name: panel.port for name, panel in config.panels.items()})


def _place(key: str, what: Text, place: str | None, config: Config) -> Iterator[Text]:
    """A program with a token is told by its file whose calls it gets, one that pairs by its place."""
    if config.token_file is not None and place is None:
        yield Text(
            f"没有写{key}：请写{what.zh}，或去掉token_file，用代码配对",
            f"{key} is missing; write {what.en}, or leave token_file out and pair",
        )
    if config.token_file is None and place is not None:
        yield Text(
            f"有token_file才写{key}；用代码配对的，由服务器按它的位置决定",
            f"{key} goes with token_file only; a program that pairs is told by its place",
        )


FAULTS: dict[Task, Callable[[Config], Iterable[Text]]] = {"voice": _voice_faults, "led": _panel_faults}
"""What is wrong between settings, for each of the program's tasks."""
