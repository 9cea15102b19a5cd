"""Pictures of told waits for docs/forecast.md, drawn from what was told and what came: as SVG, without a library."""

from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import fmean

from tests.bench.waits import BASELINES, Told, share

WIDTH, HEIGHT, LEFT, BOTTOM, TOP, RIGHT = 640, 360, 56, 44, 40, 16
PARTS = 10
"""Told tickets by what they were told, in so many equal parts."""
OURS, TAIL, OTHERS = "#1f5fa8", "#b3541e", ("#8a8a8a", "#b9b9b9")
Points = Sequence[tuple[float, float]]


def draw(told: Sequence[Told], folder: Path) -> list[Path]:
    """Write both pictures; where they are."""
    made = {
        "forecast-calibration.svg": _calibration(told),
        "forecast-hours.svg": _hours(told),
    }
    for name, picture in made.items():
        (folder / name).write_text(picture, "utf-8")
    return [folder / name for name in made]


def _calibration(told: Sequence[Told]) -> str:
    """Of tickets that were told about the same: what should have been told, so that half, or nine in ten, of the waits end by it.

    Each wait is held against what its own ticket was told: within a group that is not the same.
    """
    lines = []
    for colour, label, part, value in (
        (OURS, "P50 told, half of the waits", 0.5, lambda each: each.known.ours.p50),
        (TAIL, "P90 told, nine in ten of the waits", 0.9, lambda each: each.known.ours.p90),
    ):
        ordered = sorted(told, key=value)
        size = len(ordered) // PARTS
        groups = [ordered[n * size : (n + 1) * size] for n in range(PARTS)]
        points = [_due(some, value, part) for some in groups]
        lines.append((label, colour, points))
    most = max(max(x, y) for _, _, points in lines for x, y in points)
    even = ("as told", OTHERS[1], [(0.0, 0.0), (most, most)])
    return _picture("What was told and what came, minutes", "told, min", "came, min", [even, *lines])


def _due(some: Sequence[Told], value: Callable[[Told], float], part: float) -> tuple[float, float]:
    """What a group was told on average, and with what would have had to be added so that such a part of its waits end by then."""
    mean = fmean(map(value, some))
    return mean, max(0.0, mean + share([each.waited - value(each) for each in some], part))


def _hours(told: Sequence[Told]) -> str:
    """The mean error by the hour of the day at which the ticket was taken."""
    by_hour: dict[int, list[Told]] = {}
    for each in told:
        by_hour.setdefault(int(each.hour), []).append(each)
    hours = sorted(hour for hour, some in by_hour.items() if len(some) >= PARTS)

    def errors(value: Callable[[Told], float]) -> Points:
        return [(h + 0.5, fmean(abs(value(each) - each.waited) for each in by_hour[h])) for h in hours]

    lines = [
        (name, colour, errors(lambda each, name=name: BASELINES[name](each.known)))  # type: ignore[misc]
        for name, colour in zip(("n*S/c", "LES"), OTHERS, strict=True)
    ]
    lines.append(("P50 told", OURS, errors(lambda each: each.known.ours.p50)))
    return _picture("Mean error by hour, minutes", "hour", "error, min", lines, first=float(hours[0]))


def _picture(
    title: str, across: str, up: str, lines: Sequence[tuple[str, str, Points]], first: float = 0.0
) -> str:
    right = max(x for _, _, points in lines for x, _ in points)
    high = max(y for _, _, points in lines for _, y in points) * 1.05

    def place(x: float, y: float) -> tuple[float, float]:
        wide, tall = WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM
        return LEFT + (x - first) / (right - first) * wide, HEIGHT - BOTTOM - y / high * tall

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" font-size="13">',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/><text x="{LEFT}" y="20" font-size="15">{title}</text>',
    ]
    step = next(s for s in (1, 2, 5, 10, 20, 50) if high / s <= 8)
    for n in range(int(high // step) + 1):
        _, y = place(first, n * step)
        parts.append(f'<path d="M{LEFT} {y:.1f}H{WIDTH - RIGHT}" stroke="#e4e4e4"/>')
        parts.append(f'<text x="{LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{n * step}</text>')
    step = next(s for s in (1, 2, 5, 10, 20, 50) if (right - first) / s <= 10)
    for n in range(int((right - first) // step) + 1):
        x, _ = place(first + n * step, 0)
        parts.append(
            f'<text x="{x:.1f}" y="{HEIGHT - BOTTOM + 18}" text-anchor="middle">{first + n * step:g}</text>'
        )
    parts.append(f'<text x="{WIDTH - RIGHT}" y="{HEIGHT - 8}" text-anchor="end">{across}</text>')
    parts.append(f'<text x="{LEFT}" y="{TOP - 6}" fill="#555">{up}</text>')
    for n, (label, colour, points) in enumerate(lines):
        path = "L".join(f"{x:.1f} {y:.1f}" for x, y in (place(*point) for point in points))
        parts.append(f'<path d="M{path}" fill="none" stroke="{colour}" stroke-width="2.5"/>')
        parts += [
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.5" fill="{colour}"/>'
            for x, y in (place(*point) for point in points)
        ]
        parts.append(f'<path d="M{LEFT + 16} {TOP + 14 + n * 20}h24" stroke="{colour}" stroke-width="2.5"/>')
        parts.append(f'<text x="{LEFT + 48}" y="{TOP + 18 + n * 20}">{label}</text>')
    return "\n".join([*parts, "</svg>"]) + "\n"
