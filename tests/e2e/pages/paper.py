"""What a page is on paper: printed by Chromium itself, and read from what it printed."""

import re
import unicodedata
import zlib

from playwright.sync_api import Page

NAMELESS = "a page of paper does not say whose it is"
FINE = "there is type on paper that is smaller than 9 pt"
SMALL = """() => {
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const own = node.parentElement;
    if (!node.data.trim() || own.closest(".unseen, script, style") || !own.checkVisibility({ visibilityProperty: true })) continue;
    if (parseFloat(getComputedStyle(own).fontSize) < 11.9) found.push(node.data);
  }
  return found;
}"""
"""Texts that are printed smaller than 12 px of CSS, which are 9 pt."""
OBJECT = re.compile(rb"(?:^|\n)(\d+) 0 obj\n(.*?)\nendobj", re.DOTALL)
STREAM = re.compile(rb"stream\n(.*)\nendstream", re.DOTALL)
LETTERS = re.compile(rb"beginbf(char|range)\n(.*?)endbf", re.DOTALL)
SHOWN = re.compile(rb"/(F\d+) [\d.]+ Tf|<([0-9A-Fa-f]+)> Tj|\[(.*?)\] ?TJ", re.DOTALL)
HEX = re.compile(rb"<([0-9A-Fa-f]+)>")


def printed(page: Page) -> list[str]:
    """The text of each page of paper, without its spaces: what Ctrl+P prints, with the size of paper that the page asks for."""
    file = page.pdf(prefer_css_page_size=True)
    objects = {int(number): body for number, body in OBJECT.findall(file)}
    sheets = [body for body in objects.values() if re.search(rb"/Type /Page\b", body)]
    return [_text(objects, sheet) for sheet in sheets]


def signed(page: Page, *words: str) -> list[str]:
    """The same, held to it that each page says at its foot which of how many it is, whose, and of what; all of it can be read."""
    page.emulate_media(media="print")
    small = page.evaluate(SMALL)
    page.emulate_media(media="null")
    assert not small, f"{FINE}: {small}"
    sheets = printed(page)
    foot = "·".join(words).replace(" ", "")
    for number, sheet in enumerate(sheets, 1):
        assert sheet.startswith(f"{number}/{len(sheets)}{foot}"), NAMELESS
    return sheets


def _text(objects: dict[int, bytes], sheet: bytes) -> str:
    fonts = {
        name: _letters(_stream(objects[_of(objects[int(number)], b"ToUnicode")]))
        for name, number in re.findall(rb"/(F\d+) (\d+) 0 R", sheet)
    }
    text, letters = "", dict[int, str]()
    for font, one, some in SHOWN.findall(_stream(objects[_of(sheet, b"Contents")])):
        if font:
            letters = fonts[font]
        for digits in [one] if one else HEX.findall(some):
            glyphs = bytes.fromhex(digits.decode())
            text += "".join(
                letters.get(int.from_bytes(glyphs[at : at + 2]), "") for at in range(0, len(glyphs), 2)
            )
    return unicodedata.normalize("NFKC", text).replace(" ", "")


def _of(body: bytes, key: bytes) -> int:
    found = re.search(rb"/%s (\d+) 0 R" % key, body)
    assert found, f"no {key.decode()} there"
    return int(found[1])


def _stream(body: bytes) -> bytes:
    found = STREAM.search(body)
    assert found, "no stream there"
    return zlib.decompress(found[1])


def _letters(table: bytes) -> dict[int, str]:
    """Which letters a font's glyphs are."""
    letters: dict[int, str] = {}
    for kind, rows in LETTERS.findall(table):
        for row in rows.splitlines():
            found = [bytes.fromhex(digits.decode()) for digits in HEX.findall(row)]
            if not found:
                continue
            first, last, letter = (found[0], found[0], found[1]) if kind == b"char" else found
            start = letter.decode("utf-16-be")
            for step in range(int.from_bytes(last) - int.from_bytes(first) + 1):
                letters[int.from_bytes(first) + step] = start[:-1] + chr(ord(start[-1]) + step)
    return letters
