"""The sheet with wiring and labels: every device of devices.toml, each with its window."""

from html.parser import HTMLParser

from devices.agent.config import BarConfig, Config, DigitsConfig, KeypadConfig, PadConfig
from devices.agent.labels import sheet, wiring
from queue_server.wire.ids import WindowId

THREE, TEN = WindowId("3"), WindowId("10")
CONFIG = Config(
    bar=(BarConfig(window=TEN, port="/dev/ttyUSB0"),),
    keypad=(KeypadConfig(port="socket://box:5005", windows={"5": THREE, "6": TEN}),),
    pad=(PadConfig(window=THREE, port="/dev/input/by-path/<x>-event-kbd"),),
    digits=(DigitsConfig(port="/dev/ttyUSB1", windows={"1": THREE}),),
)


class Cells(HTMLParser):
    """The text of each table cell and of each label's number."""

    def __init__(self) -> None:
        super().__init__()
        self.cells, self.labels, self._tag = list[str](), list[str](), ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._tag = tag

    def handle_data(self, data: str) -> None:
        if self._tag == "td":
            self.cells.append(data)
        elif self._tag == "b":
            self.labels.append(data)
        self._tag = ""


def test_every_device_stands_in_the_order_of_the_windows() -> None:
    assert [(each.window, each.device, each.address) for each in wiring(CONFIG)] == [
        ("3", "digits 1/1", "1"),
        ("3", "keypad 1/5", "5"),
        ("3", "pad 1", ""),
        ("10", "bar 1", "1"),
        ("10", "keypad 1/6", "6"),
    ]


def test_the_sheet_has_a_row_and_a_label_for_each_and_shows_names_as_they_are() -> None:
    page = Cells()
    page.feed(sheet(CONFIG))
    assert page.labels == ["3", "3", "3", "10", "10"]
    assert "/dev/input/by-path/<x>-event-kbd" in page.cells
    assert "size: A4" in sheet(CONFIG)
