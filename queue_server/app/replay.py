"""Days of the hall's own log, played again with something changed, and what that does to waits, told on the terminal."""

import sys
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from statistics import fmean

import click

from queue_server.app.fault import CannotStart
from queue_server.app.setting import Settings
from queue_server.engine.hall import Hall
from queue_server.forecast.habit import FEWEST, Habits, came, learn, seen
from queue_server.simulation import replay
from queue_server.simulation.replay import Change, Effect, Gap, Pair, Past
from queue_server.store import past as store
from queue_server.wire.day import local_day
from queue_server.wire.need import NEEDS, WORDS

LOOKED = 90
"""So many days back one with tickets is looked for."""


def replayed(settings: Settings, day: date | None, count: int, plays: int, change: Change) -> None:
    """Play so many days up to one (None: yesterday) and tell what a change does. Raises CannotStart, Unavailable."""
    settings.existing()
    last = local_day(settings.new_clock().now()) - timedelta(days=1) if day is None else day
    days = _days(settings, last, count)
    wrong = list(replay.faults(days, change))
    if wrong:
        raise CannotStart("\n".join(one.zh for one in wrong), "\n".join(one.en for one in wrong))
    habits = _learned(days)
    found: list[Pair] = []
    with click.progressbar(length=len(days) * plays, label="演算 playing", file=sys.stderr) as bar:
        for one in days:
            for pair in replay.pairs(one, habits, change, plays):
                found.append(pair)
                bar.update(1)
    if not found:
        raise CannotStart(
            "这些天没有人等候可以演算。", "Nobody waited on these days: there is nothing to play."
        )
    for line in _told(days, found):
        click.echo(line)


def _days(settings: Settings, last: date, count: int) -> list[Past]:
    """The newest days with tickets, oldest first."""
    found: list[Past] = []
    for back in range(LOOKED):
        day = last - timedelta(days=back)
        tickets = store.tickets(settings.database, day)
        hall = store.hall(settings.database, day) if tickets else None
        if hall is not None:
            found.insert(
                0, replay.past(day, hall, tickets, store.events(settings.database, settings.segments, day))
            )
        if len(found) == count or (count == 1 and back == 0 and not found):
            break
    if not found:
        raise CannotStart(
            f"{last}没有号票；请用--date另选一天。",
            f"There are no tickets of {last}: choose another day by --date.",
        )
    return found


def _learned(days: Sequence[Past]) -> Habits:
    tickets = [ticket for day in days for ticket in day.tickets]
    habits = learn(list(seen(tickets)), list(came(tickets)))
    if habits is None or not habits.enough:
        raise CannotStart(
            f"这些天办完的不到{FEWEST}次，太少，无法演算；请用--past多取几天。",
            f"Fewer than {FEWEST} services were finished on these days, too few to play them: take more by --past.",
        )
    return habits


def _told(days: Sequence[Past], found: Sequence[Pair]) -> Iterator[str]:
    names = f"{days[0].day}" if len(days) == 1 else f"{days[0].day} - {days[-1].day}"
    logged = [wait.minutes for day in days for wait in replay.waited(day)]
    yield f"{names} · {len(days)}天 days · {len(found)}次演算 plays · 原样 as it was → 改后 changed（差 difference ± 95 %）"
    yield (
        f"日志 in the log: 平均 mean {fmean(logged):.1f} min · P95 {replay.tail(logged):.1f} min · "
        f"15分钟内 <=15 min {replay.soon(logged):.1%}"
    )
    whole = replay.effect(found)
    if whole is not None:
        yield ""
        yield from _lines("全厅 the hall", whole)
    yield from _by(days[-1].hall, found)


def _by(hall: Hall, found: Sequence[Pair]) -> Iterator[str]:
    """By class, by service and by need, what the change does to each."""
    yield ""
    yield "各类 by class"
    for kind in ("ordinary", *(each.id for each in hall.classes if each.id != "ordinary")):
        some = replay.effect(found, replay.of_class(kind))
        if some is not None:
            yield _line(hall.class_[kind].name.zh if kind in hall.class_ else "普通", some)
    yield ""
    yield "各业务 by service"
    for service in hall.services:
        some = replay.effect(found, replay.for_service(service.id))
        if some is not None:
            yield _line(service.name.zh, some)
    needed = [need for need in NEEDS if any(need in wait.needs for pair in found for wait in pair.before)]
    if needed:
        yield ""
        yield "需要照顾的 who needs something of a window：到了有条件的窗口的 at a window that has it"
    for need in needed:
        some, met = replay.effect(found, replay.with_need(need)), replay.met(found, need)
        if some is not None and met is not None:
            yield _line(WORDS[need].zh, some)
            yield f"  {_wide('', 28)}     {_gap(met, ' %')}"


def _lines(name: str, effect: Effect) -> Iterator[str]:
    """A name, and below it a figure a line."""
    yield f"{name} · {effect.a_day:.0f}/天 a day"
    for label, gap, unit in (
        ("平均 mean", effect.mean, " min"),
        ("P95", effect.tail, " min"),
        ("15分钟内 <=15 min", effect.soon, " %"),
    ):
        yield f"  {_wide(label, 20)}{_gap(gap, unit)}"


def _line(name: str, effect: Effect) -> str:
    return f"  {_wide(name, 28)}{effect.a_day:>5.0f}  {_gap(effect.mean, ' min')}"


def _gap(gap: Gap, unit: str) -> str:
    scale = 100 if unit == " %" else 1
    half = "" if gap.half is None else f" ± {gap.half * scale:.1f}"
    return (
        f"{gap.before * scale:6.1f} → {gap.after * scale:5.1f}{unit}  ({gap.difference * scale:+.1f}{half})"
    )


def _wide(text: str, width: int) -> str:
    """A text in so many columns of a terminal, where a Chinese character takes two."""
    taken = sum(2 if ord(letter) > 0x2E80 else 1 for letter in text)
    return text + " " * max(width - taken, 1)
