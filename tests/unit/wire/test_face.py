"""The face: sentences in two languages, colours that can be read, a font that has every character."""

import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any

import msgspec
import pytest
from fontTools.pens.recordingPen import DecomposingRecordingPen
from fontTools.ttLib import TTCollection, TTFont

from queue_server.wire import face

ROOT = Path(__file__).parents[3]
LOOK = face.tokens()
WEIGHTS: tuple[face.Weight, ...] = ("regular", "bold")
DEBIAN = Path("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc")

RARE_NAMES = "㐀䶮𠮷㛃𬭎𫖯堃喆犇龘祎頔垚淼玥珺翀"
SIGNS = "→←↑↓①②③④⑤⑥⑦⑧⑨⑩●○★☆·¥№：，。、（）《》！？…—“”"
# Outlines of the Simplified face; the Japanese ones differ in each of these.
SIMPLIFIED = {"直": "af7ea24f2486", "骨": "b8e4cfd303c9", "令": "bc1582e018d0", "角": "c1275f122d41"}
OUR_FILES = {".py", ".toml", ".html", ".js", ".mjs", ".css", ".kv", ".svg", ".json"}


# The contrast that the look promises: measured with the formula of WCAG 2.2, "relative luminance".


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


C, B = LOOK.colour, LOOK.board
PROMISED = {
    "ink on paper": (C.ink, C.paper, 14.7),
    "muted on paper": (C.muted, C.paper, 5.4),
    "white on action": (C.on_action, C.action, 6.4),
    "white on good": (C.white, C.good, 6.5),
    "warn on its ground": (C.warn, C.warn_soft, 5.4),
    "white on alarm": (C.white, C.alarm, 6.6),
    "number on board": (B.number, B.ground, 11.6),
    "text on board": (B.text, B.ground, 16.8),
    "quiet on board": (B.quiet, B.ground, 7.9),
    **{f"white on zone {letter}": (C.white, colour, 5.4) for letter, colour in LOOK.zone.items()},
}
READABLE = {
    "muted on card": (C.muted, C.card),
    "action on paper": (C.action, C.paper),
    "action on its ground": (C.action, C.action_soft),
    "ink on chosen row": (C.ink, C.action_soft),
    "good on its ground": (C.good, C.good_soft),
    "alarm on its ground": (C.alarm, C.alarm_soft),
    "ink on warn ground": (C.ink, C.warn_soft),
    "quiet on board panel": (B.quiet, B.panel),
    "number on board panel": (B.number, B.panel),
}


@pytest.mark.parametrize("pair", PROMISED)
def test_a_pair_of_colours_has_the_contrast_that_the_look_promises(pair: str) -> None:
    front, ground, promised = PROMISED[pair]
    assert contrast(front, ground) >= promised - 0.05  # promised with one decimal


@pytest.mark.parametrize("pair", READABLE)
def test_every_other_pair_we_use_is_readable_as_running_text(pair: str) -> None:
    assert contrast(*READABLE[pair]) >= 4.5


def test_the_contrast_formula_knows_black_on_white() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21.0)
    assert contrast("#767676", "#FFFFFF") == pytest.approx(4.54, abs=0.01)


def test_ten_zones_have_ten_colours_and_no_letter_that_reads_as_a_figure() -> None:
    assert "".join(sorted(LOOK.zone)) == "abcdefghjk"
    assert len(set(LOOK.zone.values())) == 10
    assert LOOK.zone_colour("C") == LOOK.zone["c"]
    assert LOOK.zone_colour("Z") == C.muted


def test_pages_get_every_colour_as_a_custom_property() -> None:
    sheet = face.css(LOOK)
    properties = dict(re.findall(r"--([a-z0-9-]+): ([^;]+);", sheet.split("@media")[0]))
    for name, value in msgspec.structs.asdict(LOOK.colour).items():
        assert properties[name.replace("_", "-")] == value
    for name, value in msgspec.structs.asdict(LOOK.board).items():
        assert properties[f"board-{name}"] == value
    for letter, value in LOOK.zone.items():
        assert properties[f"zone-{letter}"] == value
    assert properties["size-0"] == "18px"
    assert properties["size-1"] == "23px"
    assert properties["space"] == "8px"
    assert properties["shadow"] == "0 2px 8px rgba(20, 33, 61, 0.12)"
    assert sheet.count("{") == sheet.count("}")


def test_pages_are_told_where_both_weights_of_the_font_are() -> None:
    rules = face.font_css(LOOK, "/face")
    assert re.findall(r'url\("(.+?)"\)', rules) == [
        f"/face/{face.web_font(weight).name}" for weight in WEIGHTS
    ]
    assert re.findall(r"font-weight: (\d+)", rules) == ["400", "700"]


# Sentences


@pytest.mark.parametrize("area", face.areas())
def test_both_languages_say_the_same_things_with_the_same_placeholders(area: str) -> None:
    for key, entry in face.texts(area).items():
        assert tuple(entry) == face.LANGUAGES, key
        for sentence in entry.values():
            joins = sentence and not any(
                letter.isalnum() for letter in sentence
            )  # such as ", " between names
            assert joins or sentence.strip() == sentence != "", key
        assert face.placeholders(entry["zh"]) == face.placeholders(entry["en"]), key


@pytest.mark.parametrize("area", face.areas())
def test_no_english_sentence_is_still_chinese(area: str) -> None:
    for key, entry in face.texts(area).items():
        if key.startswith("language"):  # a switch names the other language in that language
            continue
        assert not any("\u4e00" <= letter <= "\u9fff" for letter in entry["en"]), key


PAGES = frozenset(("admin", "audit", "cases", "clerk", "desk", "floor", "form", "page", "reports"))
"""What is drawn with `page.css` alone, which makes quotation marks in English as wide as they look."""


@pytest.mark.parametrize("area", face.areas())
def test_english_is_quoted_in_one_manner_which_is_nowhere_as_wide_as_a_chinese_character(area: str) -> None:
    """Like the server's messages on pages; in straight marks on a kiosk, a board, a phone and paper, which cannot make the others
    narrow. An apostrophe is straight everywhere.
    """
    others = set('"‘’' if area in PAGES else "“”‘’")
    assert [key for key, entry in face.texts(area).items() if others & set(entry["en"])] == []


def test_a_sentence_is_said_with_its_fields() -> None:
    assert face.say("ticket", "wait", "zh", low=10, high=15) == "预计等候10-15分钟"
    assert face.say("ticket", "go", "en", letter="C") == "Please wait in Zone C"


def test_a_misspelt_key_names_the_nearest_one() -> None:
    with pytest.raises(KeyError, match="nobody_ahead"):
        face.say("ticket", "nobody_ahaed", "zh")


def test_a_misspelt_area_names_the_nearest_one() -> None:
    with pytest.raises(KeyError, match="ticket"):
        face.say("tiket", "zone", "zh")


def test_a_field_that_is_not_given_is_not_passed_over() -> None:
    with pytest.raises(KeyError, match="high"):
        face.say("ticket", "wait", "zh", low=10)


def test_nobody_can_change_a_text_for_the_others() -> None:
    entries: Any = face.texts("ticket")
    with pytest.raises(TypeError):
        entries["wait"] = {}
    with pytest.raises(TypeError):
        entries["wait"]["zh"] = ""


# The font


@cache
def opened(weight: face.Weight) -> TTFont:
    return TTFont(BytesIO(face.font(weight).read_bytes()), lazy=True)


def outline(font: TTFont, character: str) -> str:
    glyphs = font.getGlyphSet()
    pen = DecomposingRecordingPen(glyphs)
    glyphs[font.getBestCmap()[ord(character)]].draw(pen)
    return sha256(repr(pen.value).encode()).hexdigest()


def written() -> Iterator[tuple[str, str]]:
    """Every character in the files of the four packages, with a file that holds it."""
    for package in ("queue_server", "kiosk", "displays", "devices"):
        for path in sorted((ROOT / package).rglob("*")):
            if path.suffix in OUR_FILES and "vendor" not in path.parts:
                for character in set(path.read_text(encoding="utf-8")):
                    yield character, str(path.relative_to(ROOT))


@pytest.mark.parametrize("weight", WEIGHTS)
def test_every_character_our_files_hold_has_a_glyph(weight: face.Weight) -> None:
    have = opened(weight).getBestCmap()
    lacking = {
        f"{character} U+{ord(character):04X} in {file}"
        for character, file in written()
        if ord(character) not in have and unicodedata.category(character) not in {"Cc", "Cf", "Zl", "Zp"}
    }
    assert not lacking


@pytest.mark.parametrize("weight", WEIGHTS)
def test_rare_characters_of_names_and_all_signs_have_a_glyph(weight: face.Weight) -> None:
    have = opened(weight).getBestCmap()
    assert [character for character in RARE_NAMES + SIGNS if ord(character) not in have] == []


@pytest.mark.parametrize("weight", WEIGHTS)
def test_every_character_of_gb2312_and_of_the_general_table_has_a_glyph(weight: face.Weight) -> None:
    have = opened(weight).getBestCmap()
    table = (ROOT / "tools" / "hanzi.txt").read_text(encoding="utf-8").replace("\n", "")
    assert len(set(table)) == 8105
    gb2312 = {
        bytes((row, cell)).decode("gb2312") for row in range(0xB0, 0xF8) for cell in range(0xA1, 0xFF)
        if (row, cell) < (0xD7, 0xFA) or row > 0xD7
    }  # fmt: skip
    assert len(gb2312) == 6763
    assert {character for character in gb2312 | set(table) if ord(character) not in have} == set()


def test_the_forms_are_simplified_chinese_and_not_japanese() -> None:
    ours = {character: outline(opened("regular"), character)[:12] for character in "直骨令角"}
    assert ours == SIMPLIFIED


@pytest.mark.skipif(not DEBIAN.exists(), reason="fonts-noto-cjk is not installed")
def test_the_forms_are_those_of_the_face_we_cut_them_from() -> None:
    with TTCollection(str(DEBIAN), lazy=True) as collection:
        for character in "直骨令角":
            ours = outline(opened("regular"), character)
            assert ours == outline(collection.fonts[2], character)
            assert ours != outline(collection.fonts[0], character)


@pytest.mark.parametrize("weight", WEIGHTS)
def test_figures_are_all_of_one_width_and_never_kerned(weight: face.Weight) -> None:
    font = opened(weight)
    names = [font.getBestCmap()[ord(figure)] for figure in "0123456789"]
    assert len({font["hmtx"][name][0] for name in names}) == 1
    kerned = [(left, right) for left in names for right in names if _kern(font, left, right)]
    assert kerned == []


def _kern(font: TTFont, left: str, right: str) -> int:
    """The horizontal kerning of a pair in the first lookup that knows it (OpenType GPOS, PairPos)."""
    table = font["GPOS"].table
    lookups = {
        i
        for record in table.FeatureList.FeatureRecord
        if record.FeatureTag == "kern"
        for i in record.Feature.LookupListIndex
    }
    for index in sorted(lookups):
        for sub in table.LookupList.Lookup[index].SubTable:
            pair = getattr(sub, "ExtSubTable", sub)
            if left not in pair.Coverage.glyphs:
                continue
            if pair.Format == 1:
                records = pair.PairSet[pair.Coverage.glyphs.index(left)].PairValueRecord
                value = next((record.Value1 for record in records if record.SecondGlyph == right), None)
            else:
                row = pair.Class1Record[pair.ClassDef1.classDefs.get(left, 0)]
                value = row.Class2Record[pair.ClassDef2.classDefs.get(right, 0)].Value1
            if value is not None:
                return int(getattr(value, "XAdvance", 0) or 0)
    return 0


def test_a_pair_of_letters_is_kerned_so_the_check_above_can_see() -> None:
    font = opened("regular")
    names = font.getBestCmap()
    assert _kern(font, names[ord("A")], names[ord("V")]) < 0


def test_the_font_brings_its_licence_along() -> None:
    licence = (face.font("regular").parent / "OFL.txt").read_text(encoding="utf-8")
    assert "SIL OPEN FONT LICENSE Version 1.1" in licence
    assert "Reserved Font Name" not in licence.split("PREAMBLE")[0]
    for weight in WEIGHTS:
        assert "SIL Open Font License" in str(opened(weight)["name"].getDebugName(13))
        assert face.font(weight).stat().st_size < 3_500_000
        assert face.web_font(weight).read_bytes()[:4] == b"wOF2"
