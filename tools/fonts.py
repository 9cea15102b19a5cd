"""Cut the face of all programs out of Debian's fonts-noto-cjk.

    .venv/bin/python tools/fonts.py [--source DIR] [--target DIR]

The TTC holds five regional faces; programs that cannot choose (Kivy, SDL2_ttf) would open face 0, which is
Japanese. Face 2 is Simplified Chinese. The subset holds GB 2312, the 8105 characters of 通用规范汉字表
(hanzi.txt, in the order of the table; from the property kTGH of Unicode 15), a few rarer characters of names,
and the signs our screens use. Figures of this face are all of one width, so columns of numbers stand still.
The same source gives the same bytes, so a rebuild shows whether a committed font was touched.
"""

import argparse
import sys
from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTCollection, TTFont

HERE = Path(__file__).parent
SOURCE = Path("/usr/share/fonts/opentype/noto")
TARGET = HERE.parent / "queue_server" / "wire" / "face" / "fonts"
SC = 2
WEIGHTS = ("Regular", "Bold")
# Not in either table but in the names of living people (or their places), as far as the face has them.
NAMES = "㐀䶮𠮷㛃㭎㳘㻳䬺堃喆瑢燚犇龘祎頔垚淼媖玥珺翀"
RANGES = (
    (0x20, 0x7E), (0xA0, 0x17F),  # Latin with every accent of Europe
    (0x2010, 0x2027), (0x2030, 0x203B), (0x20AC, 0x20AC),  # dashes, quotes, dots, the euro
    (0x2103, 0x2103), (0x2116, 0x2116), (0x2160, 0x217B),  # ℃ № Ⅰ
    (0x2190, 0x2199), (0x21B5, 0x21B5),  # arrows
    (0x2212, 0x2212), (0x2248, 0x2248), (0x2260, 0x2265),  # − ≈ ≠ ≤ ≥
    (0x2460, 0x2473), (0x2500, 0x257F), (0x25A0, 0x25EF),  # ① ─ ●
    (0x2605, 0x2606), (0x2640, 0x2642), (0x2713, 0x2717),  # ★☆ ♀♂ ✓✗
    (0x3000, 0x303F), (0xFF01, 0xFF60), (0xFFE0, 0xFFE5),  # 、。「」 full width
)  # fmt: skip


def gb2312() -> set[int]:
    """Every code point of GB 2312-80, its signs as well as its 6763 hanzi."""
    found: set[int] = set()
    for row in range(0xA1, 0xF8):
        for cell in range(0xA1, 0xFF):
            found.update(map(ord, bytes((row, cell)).decode("gb2312", errors="ignore")))
    return found


def wanted() -> set[int]:
    """The code points to keep, where the face has them."""
    hanzi = (HERE / "hanzi.txt").read_text(encoding="utf-8").replace("\n", "")
    signs = {code for first, last in RANGES for code in range(first, last + 1)}
    return gb2312() | set(map(ord, hanzi)) | set(map(ord, NAMES)) | signs


def cut(font: TTFont) -> None:
    """Reduce the face in place; kerning, accents and the halving of punctuation stay.

    `locl` goes: it would bring the Japanese, Korean and Traditional forms of every character back in.
    """
    options = Options()
    options.layout_features = ["ccmp", "halt", "kern", "liga", "mark", "palt"]
    options.name_IDs = ["*"]  # copyright, licence and trademark lines stay readable in the file
    options.name_languages = [0x0, 0x409]
    options.notdef_outline = True
    options.recalc_timestamp = False
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=wanted())
    subsetter.subset(font)


def open_often(otf: Path) -> None:
    """Write the parts that outlines share into each of them: the same outlines, and FreeType no longer reads 200 KB of shared parts
    for each size in which Kivy has the font open, which are dozens. Of such bytes a WOFF2 would be larger.
    """
    font = TTFont(otf, recalcTimestamp=False)
    font["CFF "].cff.desubroutinize()
    font.save(otf)


def build(source: Path, target: Path) -> list[Path]:
    """Write OTF (Kivy, Pillow) and WOFF2 (pages) of both weights; answers what was written."""
    written = []
    target.mkdir(parents=True, exist_ok=True)
    for weight in WEIGHTS:
        font = TTCollection(str(source / f"NotoSansCJK-{weight}.ttc"), lazy=True).fonts[SC]
        font.recalcTimestamp = False
        cut(font)
        otf = target / f"NotoSansCJKsc-{weight}.otf"
        font.save(otf)
        web = TTFont(otf, recalcTimestamp=False)
        web.flavor = "woff2"
        woff2 = otf.with_suffix(".woff2")
        web.save(woff2)
        open_often(otf)
        written += [otf, woff2]
    return written


def main() -> int:
    """Build, and say what came out."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--source", type=Path, default=SOURCE, help="folder of NotoSansCJK-*.ttc")
    parser.add_argument("--target", type=Path, default=TARGET, help="folder to write to")
    args = parser.parse_args()
    if not (args.source / "NotoSansCJK-Bold.ttc").exists():
        print(f"{args.source} has no Noto Sans CJK; type: apt-get install fonts-noto-cjk", file=sys.stderr)
        return 1
    for path in build(args.source, args.target):
        print(f"{path.name}\t{path.stat().st_size:>9,} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
