"""The one face of all programs: the font, the colours and measures, and the sentences people read.

Nothing here knows a rule or a screen. What is read comes from this package's own files, once, so it is the
same in a checkout and in an installed wheel, and for a process's whole life.
"""

from collections.abc import Mapping
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from string import Formatter
from types import MappingProxyType
from typing import Annotated, Literal

import msgspec

from queue_server.wire.ticket import Language

HERE = Path(__file__).parent

LANGUAGES: tuple[Language, ...] = ("zh", "en")
"""Chinese first: what a program speaks until somebody chooses English."""
Weight = Literal["regular", "bold"]
Colour = Annotated[str, msgspec.Meta(pattern="^#[0-9A-F]{6}$")]
"""A colour as `#RRGGBB`, capitals."""


class Palette(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Colours of everything but the board; pairs and their contrast are named in tokens.toml."""

    ink: Colour
    paper: Colour
    card: Colour
    muted: Colour
    line: Colour
    action: Colour
    on_action: Colour
    action_soft: Colour
    good: Colour
    good_soft: Colour
    warn: Colour
    warn_soft: Colour
    alarm: Colour
    alarm_soft: Colour
    white: Colour


class Contrast(Palette, frozen=True, forbid_unknown_fields=True):
    """The same in strong contrast, and three that are otherwise ink, the zone's own colour, and white."""

    bar: Colour
    zone: Colour
    on_zone: Colour


class BoardPalette(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Colours of the call board, read from across a hall."""

    ground: Colour
    number: Colour
    text: Colour
    quiet: Colour
    panel: Colour
    line: Colour


class Type(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Type: one family, one scale, two base sizes in px."""

    family: str
    scale: float
    web_px: int
    kiosk_px: int
    line_height: float

    def size_px(self, step: int, base_px: int) -> int:
        """The size `step` steps above (or, negative, below) `base_px` on the scale, in whole px."""
        return int(base_px * self.scale**step + 0.5)


class Space(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Distances, corners, lines and the least sizes of what is touched, in px."""

    unit_px: int
    corner_px: int
    line_px: int
    kiosk_touch_px: int
    kiosk_touch_least_px: int
    web_touch_px: int


class Shadow(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The one shadow: ink, so many px down and soft."""

    y_px: int
    blur_px: int
    ink_percent: int


class Motion(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How long a change may move."""

    quick_ms: int
    calm_ms: int


class Tokens(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Every value of the look. `zone` has a colour per prefix letter, in small letters."""

    colour: Palette
    board: BoardPalette
    contrast: Contrast
    zone: Mapping[str, Colour]
    type: Type
    space: Space
    shadow: Shadow
    motion: Motion

    def zone_colour(self, prefix: str) -> str:
        """The colour of the zone with this prefix; a prefix that the look does not know is drawn muted."""
        return self.zone.get(prefix.lower(), self.colour.muted)


class _Entry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One text in both languages."""

    zh: str
    en: str


@cache
def tokens() -> Tokens:
    """The look, read and checked once."""
    return msgspec.toml.decode((HERE / "tokens.toml").read_bytes(), type=Tokens)


@cache
def areas() -> tuple[str, ...]:
    """The areas that have texts, in alphabetical order."""
    return tuple(sorted(path.stem for path in (HERE / "text").glob("*.toml")))


@cache
def texts(area: str) -> Mapping[str, Mapping[str, str]]:
    """All texts of an area: key -> language -> sentence with {placeholders}; KeyError for an unknown area."""
    if area not in areas():
        raise KeyError(_unknown("area", area, areas()))
    entries = msgspec.toml.decode((HERE / "text" / f"{area}.toml").read_bytes(), type=dict[str, _Entry])
    return MappingProxyType({key: MappingProxyType({"zh": e.zh, "en": e.en}) for key, e in entries.items()})


def say(area: str, key: str, lang: Language, /, **fields: object) -> str:
    """The sentence `key` of `area` in `lang`, its {placeholders} filled.

    A key or a field that is missing is a KeyError; for a key it names the nearest one.
    """
    entries = texts(area)
    if key not in entries:
        raise KeyError(_unknown(f"text in {area}.toml", key, entries))
    return entries[key][lang].format_map(fields)


def placeholders(sentence: str) -> frozenset[str]:
    """The names of the {placeholders} in a sentence."""
    return frozenset(name for _, name, _, _ in Formatter().parse(sentence) if name is not None)


@cache
def font(weight: Weight) -> Path:
    """The OTF file of Noto Sans CJK SC in this weight, for Kivy and Pillow: they fall back to no other."""
    return HERE / "fonts" / f"NotoSansCJKsc-{weight.capitalize()}.otf"


@cache
def web_font(weight: Weight) -> Path:
    """The same font as WOFF2, for pages."""
    return font(weight).with_suffix(".woff2")


def css(look: Tokens) -> str:
    """The look as CSS custom properties on :root; understood by every browser since Chrome 49.

    `--ink` .. from [colour], `--board-ground` .., `--zone-a` .., `--size-0` (running text), `--size-1` .. up
    the scale, `--size-small` below it, `--space` (8 px), `--touch` (least size of a button), `--corner`,
    `--shadow`, `--line-width`, `--line-height`, `--quick`, `--calm` and `--font`.
    """
    ink = look.colour.ink
    rgb = ", ".join(str(int(ink[i : i + 2], 16)) for i in (1, 3, 5))
    shadow = look.shadow
    values = {
        **{name.replace("_", "-"): value for name, value in msgspec.structs.asdict(look.colour).items()},
        **{f"board-{name}": value for name, value in msgspec.structs.asdict(look.board).items()},
        **{f"zone-{letter}": value for letter, value in look.zone.items()},
        "font": f'"{look.type.family}", "Noto Sans SC", sans-serif',
        "line-height": str(look.type.line_height),
        "size-small": f"{look.type.size_px(-1, look.type.web_px)}px",
        **{f"size-{step}": f"{look.type.size_px(step, look.type.web_px)}px" for step in range(11)},
        "space": f"{look.space.unit_px}px",
        "corner": f"{look.space.corner_px}px",
        "line-width": f"{look.space.line_px}px",
        "touch": f"{look.space.web_touch_px}px",
        "shadow": f"0 {shadow.y_px}px {shadow.blur_px}px rgba({rgb}, {shadow.ink_percent / 100:g})",
        "quick": f"{look.motion.quick_ms}ms",
        "calm": f"{look.motion.calm_ms}ms",
    }
    lines = "".join(f"  --{name}: {value};\n" for name, value in values.items())
    still = "@media (prefers-reduced-motion: reduce) {\n  :root { --quick: 0ms; --calm: 0ms; }\n}\n"
    return f":root {{\n{lines}}}\n{still}"


def font_css(look: Tokens, base: str) -> str:
    """The @font-face rules of both weights, their files found under the address `base` (no slash at its end).

    An installed Noto Sans CJK SC is taken first, so a hall's own machines load nothing.
    """
    weights: tuple[tuple[Weight, int], ...] = (("regular", 400), ("bold", 700))
    return "".join(
        "@font-face {\n"
        f'  font-family: "{look.type.family}";\n  font-weight: {value};\n  font-display: swap;\n'
        f'  src: local("{web_font(weight).stem}"), url("{base}/{web_font(weight).name}") format("woff2");\n'
        "}\n"
        for weight, value in weights
    )


def _unknown(kind: str, name: str, known: Mapping[str, object] | tuple[str, ...]) -> str:
    """A sentence for a name that is not there, with the nearest one that is."""
    near = get_close_matches(name, known, n=1, cutoff=0.0)
    return (
        f"no {kind} is called {name!r}; the nearest is {near[0]!r}"
        if near
        else f"no {kind} is called {name!r}"
    )
