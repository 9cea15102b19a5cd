"""综合考评: departments, windows and clerks by efficiency, quality and work, each score beside the counts that it is made of.

It is a help for people who judge, not a judgement: the formula is printed with it, weights are the hall's own, and who served few
has no score. 日常考核, points that somebody writes down, are not part of it: they are kept where they are given.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from math import ceil
from pathlib import Path
from typing import Annotated

import msgspec

from queue_server.engine.case import BAD, Case, counts
from queue_server.reports.figure import DEFINITIONS, FEW, Figures, Sum, said, share
from queue_server.reports.period import UNNAMED, Key, Named, by, ordered, places, told
from queue_server.store import daily
from queue_server.store.database import Database
from queue_server.store.table import TableStore
from queue_server.wire.day import day_end, day_start
from queue_server.wire.ticket import Text

BEST = 0.9
"""The part of its kind above which a workload has all points: one that stands out does not make all others small."""
MOST_CASES = 1_000_000
"""Cases of a period at most: more than anybody could look into."""
Weight = Annotated[int, msgspec.Meta(ge=0, le=100)]


class Weights(msgspec.Struct, frozen=True, kw_only=True):
    """What each part counts for, as points of their sum; 0: not at all."""

    efficiency: Weight = 35
    quality: Weight = 35
    work: Weight = 30


class Scores(msgspec.Struct, frozen=True, kw_only=True):
    """Points from 0 to 100, None where there is nothing, or too little, to give them for."""

    wait: float | None
    service: float | None
    pause: float | None
    efficiency: float | None
    content: float | None
    rated: float | None
    quality: float | None
    work: float | None
    whole: float | None


class Appraised(msgspec.Struct, frozen=True, kw_only=True):
    """A part of the hall: what it did, in `work_min` usual minutes, and its scores.

    Of its 差评 `disliked` were given, and `upheld` count, because somebody looked into them and judged them valid.
    """

    id: str
    letter: str
    name: Text
    figures: Figures
    work_min: float
    usual_min: float
    disliked: int
    upheld: int
    scores: Scores


class Appraisal(msgspec.Struct, frozen=True, kw_only=True, rename={"since": "from", "until": "to"}):
    """Days `from` one `to` another, both among them; `over` once the last one is. `formula` says how scores are made."""

    hall: Text
    since: date
    until: date
    over: bool
    made_at: datetime
    counted: int
    weights: Weights
    departments: tuple[Appraised, ...]
    windows: tuple[Appraised, ...]
    clerks: tuple[Appraised, ...]
    formula: tuple[Text, ...]
    definitions: tuple[Text, ...] = DEFINITIONS


def appraisal(
    database: Database,
    since: date,
    until: date,
    now: datetime,
    weights: Weights,
    segments: Path | None = None,
) -> Appraisal:
    """The appraisal of some days as they stand now. Raises Unavailable."""
    parts: dict[Key, Sum] = defaultdict(Sum)
    days = 0
    for _, cells in daily.period(database, since, until, now, segments):
        days += 1
        for cell in cells:
            parts[cell.key[:4]].add(cell)
    names = Named.read(database, parts)
    usual = usual_s(parts, names)
    found = upheld(_cases(database, since, until))
    for key, part in parts.items():
        part.turns = told(part.turns)
        part.work = part.served * usual.get(key[1], 0.0)
        part.usual = len(part.services_s) * usual.get(key[1], 0.0)
        part.upheld = found.pop(key[1:], 0)  # once, also where a service was of two zones in the period
    done = {key: part for key, part in parts.items() if key[1] and key[2]}  # whom somebody called
    reached = {key: part for key, part in parts.items() if key[2]}
    return Appraisal(
        hall=UNNAMED if names.hall is None else names.hall.name,
        since=since,
        until=until,
        over=now >= day_end(until),
        made_at=now,
        counted=days,
        weights=weights,
        departments=_appraised(
            by(done, lambda key: names.department_of(key[1])),
            names.department,
            places(names, "departments"),
            weights,
        ),
        windows=_appraised(by(reached, lambda key: key[2]), names.window, places(names, "windows"), weights),
        clerks=_appraised(by(reached, lambda key: key[3]), names.clerk, (), weights),
        formula=formula(weights),
    )


def usual_s(parts: Mapping[Key, Sum], names: Named) -> dict[str, float]:
    """How long each service usually takes, in seconds: as the hall says, else the median of the period."""
    found = {}
    for id_, part in by(parts, lambda key: key[1]).items():
        plan = names.services.get(id_)
        times = sorted(part.services_s)
        if plan is not None and plan.usual_min:
            found[id_] = plan.usual_min * 60.0
        elif times:
            found[id_] = float(times[ceil(len(times) / 2) - 1])
    return found


def upheld(cases: Iterable[Case]) -> Counter[tuple[str, str, str]]:
    """The bad ratings that count, by service, window and clerk; those that were judged otherwise, or not yet, do not."""
    return Counter(
        (case.service, case.window or "", case.clerk or "")
        for case in cases
        if case.level is not None and counts(case.level, case.verdict)
    )


def _cases(database: Database, since: date, until: date) -> list[Case]:
    """Those opened on these days, as the closing reports of the days have them."""
    store = TableStore(database)
    try:
        return store.cases(day_start(since), day_end(until), MOST_CASES)
    finally:
        store.close()


def formula(weights: Weights) -> tuple[Text, ...]:
    """How scores are made, in words."""
    each = {"efficiency": weights.efficiency, "quality": weights.quality, "work": weights.work}
    return (
        said("formula_whole", **each, all=sum(each.values())),
        said("formula_efficiency"),
        said("formula_quality", few=FEW),
        said("formula_work"),
        said("formula_few", few=FEW),
    )


def _appraised(
    found: Mapping[str, Sum],
    name: Callable[[str], tuple[str, Text]],
    order: Iterable[str],
    weights: Weights,
) -> tuple[Appraised, ...]:
    works = sorted(part.work for part in found.values() if part.served >= FEW)
    best = works[ceil(BEST * len(works)) - 1] if works else 0.0
    made = []
    for id_ in ordered(found, order):
        part = found[id_]
        letter, words = name(id_)
        made.append(
            Appraised(
                id=id_,
                letter=letter,
                name=words,
                figures=part.figures(),
                work_min=round(part.work / 60, 1),
                usual_min=round(part.usual / 60, 1),
                disliked=sum(part.rated[:BAD]),
                upheld=part.upheld,
                scores=scores(part, best, weights),
            )
        )
    return tuple(made)


def scores(part: Sum, best: float, weights: Weights) -> Scores:
    """The points of a part, where `best` work in seconds has all of them."""
    figures, actual = part.figures(), sum(part.services_s)
    if part.served < FEW:
        return Scores(**dict.fromkeys(Scores.__struct_fields__))
    wait = _points(figures.kept_share)
    service = _points(min(1.0, part.usual / actual)) if actual and len(part.services_s) >= FEW else None
    pause = _points(1 - part.paused_s / part.open_s) if part.open_s else None
    # A bad rating that does not count is as if it had not been given.
    judged = sum(part.rated[BAD:]) + part.upheld
    content, rated = _points(share(figures.content, judged)), _points(figures.rated_share)
    efficiency = _mean((wait, service, pause))
    quality = None if content is None else _mean((content, rated))  # no rating is no poor rating
    work = _points(min(1.0, part.work / best)) if best else None
    weighed = [
        (points, weight)
        for points, weight in (
            (efficiency, weights.efficiency),
            (quality, weights.quality),
            (work, weights.work),
        )
        if points is not None and weight
    ]
    whole = sum(points * weight for points, weight in weighed) / sum(
        weight for _, weight in weighed or [(0, 1)]
    )
    return Scores(
        wait=wait,
        service=service,
        pause=pause,
        efficiency=efficiency,
        content=content,
        rated=rated,
        quality=quality,
        work=work,
        whole=round(whole, 1) if weighed else None,
    )


def _points(part: float | None) -> float | None:
    return None if part is None else round(100 * part, 1)


def _mean(points: Iterable[float | None]) -> float | None:
    known = [each for each in points if each is not None]
    return round(sum(known) / len(known), 1) if known else None
