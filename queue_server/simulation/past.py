"""A past for a hall that has none: drawn days, played through the engine, so that a demonstration knows its people at once."""

from collections.abc import Collection
from datetime import date, timedelta

import msgspec

from queue_server.engine.hall import Hall
from queue_server.engine.plan import ORDINARY
from queue_server.engine.ticket import Ticket
from queue_server.simulation.citizen import draw_day
from queue_server.simulation.clerk import MISSED_AFTER, PATIENCE_S, speed
from queue_server.simulation.virtual import Post, Visit, run
from queue_server.wire.ids import WindowId

DAYS = 2
"""So many days teach every service."""


class Drawn(msgspec.Struct, frozen=True):
    """Who draws a hall's people: the seed, how busy windows are, and which are staffed."""

    seed: int
    load: float
    staffed: tuple[WindowId, ...]


def past(hall: Hall, drawn: Drawn, today: date) -> list[Ticket]:
    """The tickets of the days before, all of them ordinary and of one step: nobody's class or way is learned from them.

    Whom a service takes only under their real name is not among them.
    """
    tickets: list[Ticket] = []
    for before in range(DAYS, 0, -1):
        tickets += _day(hall, drawn, today - timedelta(days=before))
    return tickets


def _day(hall: Hall, drawn: Drawn, day: date) -> Collection[Ticket]:
    citizens = draw_day(hall, drawn.staffed, day, seed=drawn.seed, load=drawn.load)
    visits = [
        Visit(
            at=one.at,
            service=one.services[0],
            class_=ORDINARY,
            missed=not one.shows,
            work_min=(one.walk_s + one.work_s[0]) / 60,
        )
        for one in citizens
        if hall.service[one.services[0]].real_name != "required"
    ]
    if not visits:
        return ()
    posts = [Post(window, speed(drawn.seed, window)) for window in drawn.staffed]
    _, state = run(hall, day, posts, visits, missed_min=MISSED_AFTER * PATIENCE_S / 60)
    return state.tickets.values()
