"""The rules of the view say the colour of every text, so that it follows a change to strong contrast."""

import re
from pathlib import Path

import kiosk

RULES = sorted((Path(kiosk.__file__).parent / "view").glob("*.kv"))
TEXT = re.compile(r"^( *)(?:Say|Text|Icon):\n((?:\1 .*\n|\n)+)", re.MULTILINE)


def colourless(rules: str) -> list[str]:
    """The texts and icons whose rule says no colour."""
    return [body for _, body in TEXT.findall(rules) if not re.search(r"^ +color:", body, re.MULTILINE)]


def test_every_text_and_icon_says_its_colour() -> None:
    assert len(RULES) == 2
    for rules in RULES:
        text = rules.read_text(encoding="utf-8")
        assert len(TEXT.findall(text)) > 5
        assert colourless(text) == []


def test_one_that_says_none_is_found() -> None:
    assert len(colourless('<A>:\n    Say:\n        text: "a"\n    Icon:\n        color: theme.ink\n')) == 1
