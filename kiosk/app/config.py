"""kiosk.toml: typed, and every fault told at once with its place and the nearest known key.

server = "http://hall:8080"          # or several: ["http://a:8080", "http://b:8080"]
token_file = "kiosk.token"           # what `jiaohao-server token NAME --role kiosk` printed; without it the kiosk pairs
ca = "hall-ca.pem"                   # the hall's own authority, where `jiaohao-server cert` made the server's certificate
data = "data/kiosk"                  # where it keeps its journal, and the token that a kiosk which pairs makes itself

[printer]
port = "/dev/ttyUSB0"                # a device, socket://host:port, or null for none
baud = 9600
flow = "none"                        # none, rtscts or xonxoff: as the printer's own switches say
model = "escpos-80"                  # the printer: width, font, knife and the rest; those below only where it differs
paper_mm = 80                        # 58 or 80
charset = "gbk"                      # gb2312, gbk or gb18030
knife = true
logo = false                         # a logo was put into the printer: jiaohao-devices logo

[reader]
port = "null"                        # the identity card reader: a device, socket://host:port, or null for none
baud = 115200

[scanner]
keyboard = false                     # a scanner for QR codes, which types what it reads, and Enter

[voice]
output = "null"                      # what reads screens aloud: a device of ALSA's ("default"), or null for nobody
volume = { "08:00" = 100, "12:00" = 0 }   # percent from a local time of day on; 0: no voice prompts then

[night]
margin_min = 30                      # dark so long after the hall's last ticket hours, until so long before the next; else never
hours = ["22:00-06:00"]              # or dark at these local hours, unless tickets can be had then
off = "xset dpms force off"          # commands that put the backlight out and on, without a shell
on = "xset dpms force on"

[service]
pin = "..."                          # 6 to 12 digits for the technician's screen; without them there is none

[screen]
size = "1080x1920"                   # default: the whole screen
windowed = false

[patience]                           # real seconds
idle_s = 30
ticket_s = 8
noted_s = 60

All of it may be left out; what stands on the command line goes before it.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Literal

import msgspec
from msgspec.structs import replace

from devices.codec.profile.file import BadProfile
from devices.codec.profile.printer import DOTS, Charset, Model, named
from devices.transport.tty import Settings
from kiosk.model.night import Night
from queue_server.client import away, setting
from queue_server.wire.day import TimeOfDay
from queue_server.wire.misfit import at
from queue_server.wire.ticket import Text

Seconds = Annotated[float, msgspec.Meta(ge=1, le=3600)]
Span = Annotated[str, msgspec.Meta(pattern=r"^([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d$")]
Percent = Annotated[int, msgspec.Meta(ge=0, le=100)]
Flow = Literal["none", "rtscts", "xonxoff"]
Size = Annotated[str, msgspec.Meta(pattern=r"^[0-9]{3,5}x[0-9]{3,5}$")]


class PrinterConfig(msgspec.Struct, frozen=True, kw_only=True):
    """The kiosk's own printer."""

    port: str = "null"
    baud: Annotated[int, msgspec.Meta(ge=1200, le=921600)] = 9600
    flow: Flow = "none"
    model: str = "escpos-80"
    paper_mm: Literal[58, 80] | None = None
    charset: Charset | None = None
    knife: bool | None = None
    logo: bool = False

    @property
    def line(self) -> Settings:
        """Its serial line."""
        return Settings(baud=self.baud, rtscts=self.flow == "rtscts", xonxoff=self.flow == "xonxoff")

    def printer(self) -> Model:
        """The model, as it is here. Raises BadProfile for one that is not known."""
        model = named(self.model)
        if self.paper_mm is not None:
            model = replace(model, dots=DOTS[self.paper_mm])
        if self.charset is not None:
            model = replace(model, charset=self.charset)
        if self.knife is not None and self.knife is (model.knife == "none"):
            model = replace(model, knife="partial" if self.knife else "none")
        return model


class ReaderConfig(msgspec.Struct, frozen=True, kw_only=True):
    """The kiosk's own reader of identity cards."""

    port: str = "null"
    baud: Annotated[int, msgspec.Meta(ge=1200, le=921600)] = 115200

    @property
    def line(self) -> Settings:
        """Its serial line."""
        return Settings(baud=self.baud)


class ScannerConfig(msgspec.Struct, frozen=True, kw_only=True):
    """The kiosk's own scanner."""

    keyboard: bool = False


class VoiceConfig(msgspec.Struct, frozen=True, kw_only=True):
    """The kiosk's own loudspeaker, by which a screen is read aloud to whoever asks for that."""

    output: str = "null"
    volume: dict[TimeOfDay, Percent] = {}


class NightConfig(msgspec.Struct, frozen=True, kw_only=True):
    """When the glass is dark, and by which commands its light goes out and on."""

    margin_min: Annotated[int, msgspec.Meta(ge=0, le=240)] | None = None
    hours: tuple[Span, ...] = ()
    off: str = ""
    on: str = ""

    @property
    def night(self) -> Night:
        """When it is dark."""
        return Night(self.margin_min, self.hours)


class ServiceConfig(msgspec.Struct, frozen=True, kw_only=True):
    """The technician's screen. Whoever reads this file has the PIN, so it belongs to the kiosk's own user alone."""

    pin: Annotated[str, msgspec.Meta(pattern=r"^[0-9]{6,12}$")] | None = None

    def __repr__(self) -> str:
        """Without the PIN."""
        return "ServiceConfig(…)"


class ScreenConfig(msgspec.Struct, frozen=True, kw_only=True):
    """The glass."""

    size: Size | None = None
    windowed: bool = False


class PatienceConfig(msgspec.Struct, frozen=True, kw_only=True):
    """How long screens wait, in real seconds."""

    idle_s: Seconds = 30.0
    ticket_s: Seconds = 8.0
    noted_s: Seconds = 60.0


class Config(msgspec.Struct, frozen=True, kw_only=True):
    """All of kiosk.toml."""

    server: str | tuple[str, ...] = "http://127.0.0.1:8080"
    token_file: str | None = None
    ca: str | None = None
    data: str = "data/kiosk"
    printer: PrinterConfig = PrinterConfig()
    reader: ReaderConfig = ReaderConfig()
    scanner: ScannerConfig = ScannerConfig()
    voice: VoiceConfig = VoiceConfig()
    night: NightConfig = NightConfig()
    service: ServiceConfig = ServiceConfig()
    screen: ScreenConfig = ScreenConfig()
    patience: PatienceConfig = PatienceConfig()

    @property
    def servers(self) -> tuple[str, ...]:
        """The server's addresses, in the order in which they are tried."""
        return (self.server,) if isinstance(self.server, str) else self.server


def load(path: Path) -> Config:
    """The settings of a file. BadConfig with all its faults."""
    return setting.load(path, Config, _contradictions)


def _contradictions(config: Config) -> Iterator[Text]:
    yield from filter(None, map(away.wrong, config.servers))
    try:
        config.printer.printer()
    except BadProfile as fault:
        yield at("printer.model", fault.text)
    if bool(config.night.off) != bool(config.night.on):
        yield Text(
            "night: off和on要一起写，请补上没写的命令",
            "night: off and on go together; write the command that is missing",
        )


def size(text: str) -> tuple[int, int]:
    """Width and height of a size such as 1080x1920; ValueError, in both languages, for anything else."""
    if not re.fullmatch(r"[0-9]{3,5}x[0-9]{3,5}", text):
        raise ValueError(
            f"{text}不是画面大小，请写宽x高，例如1080x1920\n"
            f"{text} is no size; write WIDTHxHEIGHT, for example 1080x1920"
        )
    width, _, height = text.partition("x")
    return int(width), int(height)
