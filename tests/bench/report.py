"""From the figures of some rounds to a table that can be read: what was to be held, what was measured, and whether it was held."""

from collections.abc import Callable, Sequence
from statistics import median

import msgspec

from tests.bench.measure import BEAT_MS, CALLS, CLIENTS, HALL, MANY, SLOW_MS, Figures
from tests.bench.rig import A_DAY, WAITING, YEAR


class Row(msgspec.Struct, frozen=True):
    """One line: `held` is None where there is no goal."""

    what: str
    measured: str
    beside: str
    ratio: str
    goal: str
    held: bool | None

    @property
    def cells(self) -> tuple[str, ...]:
        """As they are printed."""
        told = {None: "", True: "held", False: "NOT held"}[self.held]
        return (self.what, self.measured, self.beside, self.ratio, self.goal, told)


HEAD = ("what", "measured", "beside it", "ratio", "goal", "")
Value = Callable[[Figures], float]


class Table:
    """Medians over rounds. A ratio is the median of the rounds' ratios, since a round sees one machine."""

    def __init__(self, rounds: Sequence[Figures]) -> None:
        self._rounds = rounds
        self.rows: list[Row] = []

    def median(self, value: Value) -> float:
        """The median of something over the rounds."""
        return median(value(figures) for figures in self._rounds)

    def has(self, name: str) -> bool:
        """Whether it was measured."""
        return name in self._rounds[0]

    def per_s(self, what: str, name: str, beside: str, least: float | None) -> None:
        """A rate beside another."""
        ratio = self.median(lambda f: f[f"{name} /s"] / f[f"{beside} /s"])
        self.rows.append(
            Row(
                what,
                f"{self.median(lambda f: f[f'{name} /s']):,.0f}/s",
                f"{self.median(lambda f: f[f'{beside} /s']):,.0f}/s",
                f"{ratio:.2f}",
                "" if least is None else f">= {least:.2f}",
                None if least is None else ratio >= least,
            )
        )

    def at_most_ms(self, what: str, value: Value, most_ms: float | None) -> None:
        """A time with a limit."""
        found = self.median(value)
        self.rows.append(
            Row(
                what,
                f"{found:.2f} ms" if found >= 0.1 else f"{found:.4f} ms",
                "",
                "",
                "" if most_ms is None else f"<= {most_ms:g} ms",
                None if most_ms is None else found <= most_ms,
            )
        )

    def at_most(self, what: str, value: Value, most: float, unit: str) -> None:
        """Something with a limit."""
        found = self.median(value)
        told = f"{found:.2f} {unit}" if most < 10 else f"{found:.0f} {unit}"
        self.rows.append(Row(what, told, "", "", f"<= {most:g} {unit}", found <= most))

    def times(self, what: str, value: Value, beside: Value, most: float | None, unit: str) -> None:
        """Something beside something else of its kind, perhaps with a limit to the ratio."""
        ratio = self.median(lambda f: value(f) / beside(f))
        self.rows.append(
            Row(
                what,
                f"{self.median(value):.2f} {unit}",
                f"{self.median(beside):.2f} {unit}",
                f"{ratio:.2f}",
                "" if most is None else f"<= {most:g}",
                None if most is None else ratio <= most,
            )
        )


def table(rounds: Sequence[Figures]) -> list[Row]:
    """The whole table of what was measured."""
    made = Table(rounds)
    if made.has("raw 1 /s"):
        _disk(made)
    if made.has("issue 64 /s"):
        _commands(made, "issue", "issue", "noop")
        made.times(
            "processor a ticket, 64 clients, all threads of the server, beside the no-op POST",
            lambda f: f["issue cpu us"],
            lambda f: f["noop cpu us"],
            None,
            "us",
        )
        made.per_s("issue, 64 clients, beside no sync at all", "synced 64", "off 64", 0.85)
        if made.has("trip p50"):
            made.times(
                f"issue, 16 clients, commits {SLOW_MS} ms slower: p99 in commits",
                lambda f: f["slow 16 p99"],
                lambda f: f["trip p50"] + SLOW_MS,
                4.0,
                "ms",
            )
    if made.has("pg 64 /s"):
        tickets = f"{YEAR * A_DAY:,} tickets in the store"
        made.per_s(f"issue, 64 clients, {tickets}, in PostgreSQL beside SQLite", "pg 64", "file 64", 0.5)
        made.per_s(f"issue, 1 client, {tickets}, in PostgreSQL beside SQLite", "pg 1", "file 1", None)
    if made.has("call 64 /s"):
        _commands(made, f"call, {WAITING:,} to {WAITING + CALLS:,} waiting", "call", "noop call")
        for what in ("issue", "call"):
            made.per_s(
                f"{what}, 64 at once, the write path alone without HTTP, beside the no-op POST",
                f"path {what}",
                f"noop call {CLIENTS[-1]}",
                None,
            )
    if made.has("choice p99"):
        made.at_most_ms(f"choosing among {WAITING:,}, p99", lambda f: f["choice p99"], 0.2)
    if made.has("show 100 p99"):
        _displays(made)
    if made.has("paper s"):
        made.at_most("a Chinese ticket of one step", lambda f: f["paper bytes"], 400, "bytes")
        made.times(
            "the same at 9,600 baud until it is cut, beside the line's own time",
            lambda f: f["paper s"],
            lambda f: f["paper line s"],
            1.3,
            "s",
        )
    if made.has("stop s"):
        tickets = f"{YEAR * A_DAY:,} tickets in the store"
        made.at_most(f"SIGTERM to the end, {MANY:,} screens, {tickets}", lambda f: f["stop s"], 2.0, "s")
        made.at_most(
            f"killed and started, until the last of {HALL} screens is live, {tickets}",
            lambda f: f["restart s"],
            3.0,
            "s",
        )
    if made.has("year start"):
        _year(made)
    return made.rows


def _disk(made: Table) -> None:
    for size in (1, 64):
        made.rows.append(
            Row(
                f"raw group commit, {size} a commit",
                f"{made.median(lambda f, size=size: f[f'raw {size} /s']):,.0f}/s",  # type: ignore[misc]
                f"{made.median(lambda f, size=size: f[f'raw {size} p50']):.2f} ms a commit",  # type: ignore[misc]
                "",
                "",
                None,
            )
        )
    made.at_most_ms("one unit through the writer's thread, p50", lambda f: f["trip p50"], None)


def _commands(made: Table, what: str, name: str, beside: str) -> None:
    for clients in CLIENTS:
        least = 0.5 if clients == 64 else None
        label = f"{what}, {clients} client{'s' if clients > 1 else ''}"
        made.per_s(f"{label}, beside the no-op POST", f"{name} {clients}", f"{beside} {clients}", least)
        if clients == 1 and made.has("trip p50"):
            made.times(
                f"{label}: p50 in writer-thread commits",
                lambda f: f[f"{name} 1 p50"],
                lambda f: f["trip p50"],
                2.5,
                "ms",
            )
        limit = {1: 3.0, 64: 15.0}.get(clients)
        made.at_most_ms(f"{label}, p99", lambda f, n=clients: f[f"{name} {n} p99"], limit)  # type: ignore[misc]


def _displays(made: Table) -> None:
    made.at_most_ms("call asked to answered, 100 screens, p50", lambda f: f["show 100 answered p50"], None)
    made.at_most_ms("call asked to the last of 100 screens, p50", lambda f: f["show 100 p50"], None)
    made.at_most_ms("call asked to the last of 100 screens, p99", lambda f: f["show 100 p99"], 5.0)
    made.at_most_ms("call answered to the last of 100, p99", lambda f: f["show 100 after answer p99"], 5.0)
    made.times(
        "call asked to the last of 1,000 screens, p99, beside the raw broadcast",
        lambda f: f["show 1000 p99"],
        lambda f: f["shout 1000 p99"],
        1.5,
        "ms",
    )
    for kind, told, most in (
        ("100", "100 screens", 1.2),
        ("1000 beat", f"1,000 screens, a call every {BEAT_MS:.0f} ms", 1.2),
        ("1000", "1,000 screens, one call after the other", None),
    ):
        made.times(
            f"processor a delivery to {told}, beside a frame built once",
            lambda f, kind=kind: f[f"show {kind} cpu us"],  # type: ignore[misc]
            lambda f, kind=kind: f[f"shout {kind} cpu us"],  # type: ignore[misc]
            most,
            "us",
        )


def _year(made: Table) -> None:
    tickets = f"{YEAR * A_DAY:,} tickets in the store"
    made.at_most(f"start, {tickets}", lambda f: f["year start"], 2.0, "s")
    made.times("the same, beside a new store", lambda f: f["year start"], lambda f: f["new start"], 1.1, "s")
    made.times(
        f"processor of a start, {tickets}, beside a new store",
        lambda f: f["year start cpu"],
        lambda f: f["new start cpu"],
        None,
        "s",
    )
    for name, what in (("issue", "ticket"), ("call", "call")):
        made.per_s(f"{name}, 64 clients, {tickets}, beside a new store", f"{name} year", f"{name} new", 0.97)
        made.times(
            f"processor a {what}, {tickets}, beside a new store",
            lambda f, n=name: f[f"{n} year cpu us"],  # type: ignore[misc]
            lambda f, n=name: f[f"{n} new cpu us"],  # type: ignore[misc]
            1.03,
            "us",
        )
    made.at_most(f"memory at rest, {tickets}", lambda f: f["year memory"], 110.0, "MB")
    made.at_most(
        f"memory, {WAITING:,} open tickets and {MANY:,} screens, {tickets}",
        lambda f: f["full memory"],
        170.0,
        "MB",
    )
    made.at_most(f"memory of a screen, {MANY:,} of them", lambda f: f["screen memory"], 20.0, "KiB")
    made.at_most(f"a day's report, {tickets}", lambda f: f["report s"], 1.0, "s")
    made.at_most(f"the year's appraisal as a workbook, {tickets}", lambda f: f["appraisal s"], 5.0, "s")


def lost(rows: Sequence[Row]) -> list[str]:
    """The goals that were not held, a line each."""
    return [f"{row.what}: {row.ratio or row.measured}, {row.goal}" for row in rows if row.held is False]


def text(rows: Sequence[Row]) -> str:
    """For a terminal."""
    cells = [HEAD, *(row.cells for row in rows)]
    widths = [max(len(line[column]) for line in cells) for column in range(len(HEAD))]
    lines = []
    for line in cells:
        first, *rest = (
            cell.ljust(width) if column == 0 else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(line, widths, strict=True))
        )
        lines.append("  ".join((first, *rest)).rstrip())
    return "\n".join(lines)


def markdown(rows: Sequence[Row]) -> str:
    """For docs/bench.md."""
    lines = ["| " + " | ".join(HEAD) + " |", "|---|--:|--:|--:|--:|---|"]
    lines += ["| " + " | ".join(row.cells) + " |" for row in rows]
    return "\n".join(lines)
