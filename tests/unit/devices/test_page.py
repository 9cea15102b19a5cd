"""The test page of a printer, on every model."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from PIL import Image, ImageOps
from pyzbar import pyzbar

from devices.codec.escpos.decoder import Decoder
from devices.codec.escpos.op import Keep, Reset
from devices.codec.profile.file import names
from devices.codec.profile.printer import named
from devices.driver.layout import Row, columns
from devices.driver.logo import BadLogo, keep, load
from devices.driver.page import page
from devices.driver.paper import encode
from devices.simulator.picture import Roll
from tests.fakes.slip import read

AT = datetime(2026, 11, 23, 1, 15, 7, tzinfo=UTC)


@pytest.mark.parametrize("name", names("printer"))
def test_the_page_names_the_printer_and_fills_the_paper(name: str) -> None:
    model = named(name)
    parts = page("大厅东侧1号取号机", model, "/dev/ttyUSB0", AT)
    rows = [part for part in parts if isinstance(part, Row)]
    assert max(columns(row.text) * row.width for row in rows) == model.columns
    text = read(encode(parts, model))
    for words in (
        "打印机测试页",
        "Printer test page",
        "大厅东侧1号取号机",
        "/dev/ttyUSB0",
        "2026-11-23 09:15:07",
    ):
        assert words in text.replace("\n", "") or words in text
    assert ("㐀䶮𠮷" in text) is (model.charset == "gb18030")


@pytest.mark.parametrize("name", names("printer"))
def test_its_code_reads_as_the_page_says(name: str) -> None:
    model = named(name)
    roll = Roll(model.dots)
    for op in Decoder(chinese=False).feed(encode(page("1", model, "COM3", AT), model)):
        roll.put(op)
    (found,) = pyzbar.decode(ImageOps.invert(roll.dots()))
    assert found.data == b"JIAOHAO 20261123T011507Z"


def test_a_file_that_is_no_picture_and_a_printer_without_memory_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "logo.png"
    path.write_bytes(b"GIF89a?")
    with pytest.raises(BadLogo, match=r"logo\.png is no picture"):
        load(path, named("escpos-80"))
    with pytest.raises(BadLogo, match="zj-5870 keeps no logo"):
        load(path, named("zj-5870"))
    Image.new("L", (8, 8)).save(path)
    assert load(path, named("escpos-80"))[-8:] == bytes([255] * 8)


@pytest.mark.parametrize("name", [name for name in names("printer") if named(name).logo])
def test_a_logo_of_any_size_fits_the_paper_and_a_small_printers_memory(name: str) -> None:
    model = named(name)
    for size in ((3000, 3000), (3000, 10), (10, 3000), (1, 1)):
        (reset, kept) = Decoder().feed(keep(Image.new("RGB", size), model))
        assert reset == Reset()
        assert isinstance(kept, Keep)
        (picture,) = kept.pictures
        assert picture.width <= model.dots
        assert len(picture.columns) < 16_000
