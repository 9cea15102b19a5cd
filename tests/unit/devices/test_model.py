"""Printer models: what ships, and what a model's file may say."""

import pytest

from devices.codec.profile.file import BadProfile, names
from devices.codec.profile.printer import named, read

LEAST = 'name = "a"\ntitle = "A"\nsource = "nobody"\n'


@pytest.mark.parametrize("name", names("printer"))
def test_every_model_that_ships_is_what_its_file_is_called_and_says_where_it_is_known_from(name: str) -> None:
    model = named(name)
    assert model.name == name
    assert model.source
    assert 32 <= model.columns <= 48


def test_a_model_nobody_knows_is_named_with_those_that_are() -> None:
    with pytest.raises(BadProfile, match=r"no device profile 'lp'; there are: escpos-58, escpos-80, "):
        named("lp")


@pytest.mark.parametrize(
    "line,said",
    [
        ("dots = 0", "dots"),
        ('charset = "utf-8"', "charset"),
        ('start = "1c2"', "start: '1c2' is not hexadecimal"),
        ("wdth = 5", "wdth"),
        ("dots = ", "Invalid value"),
    ],
)
def test_a_wrong_file_is_refused_with_the_place(line: str, said: str) -> None:
    assert read(LEAST).dots == 576
    with pytest.raises(BadProfile, match=said):
        read(LEAST + line)


@pytest.mark.parametrize(
    "text,sets",
    [
        ("政务服务大厅A001", ("gb2312", "gbk", "gb18030")),
        ("——·…①→，。：", ("gb2312", "gbk", "gb18030")),
        ("镕㎡", ("gbk", "gb18030")),
        ("㐀", ("gb18030",)),
        ("䶮", ("gb18030",)),
        ("𠮷", ("gb18030",)),
        ("\ud800", ()),
    ],
)
def test_a_font_holds_what_its_character_set_has(text: str, sets: tuple[str, ...]) -> None:
    fonts = ("gb2312", "gbk", "gb18030")
    assert tuple(f for f in fonts if read(f'{LEAST}charset = "{f}"').holds(text)) == sets
