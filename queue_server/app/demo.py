"""`jiaohao-server demo`: a whole hall on one machine, with simulated peripherals and drawn citizens and clerks.

Everything that acts here comes in by the same doors as in a real hall: the drawn people are clients of the feed, the peripherals
answer on pseudo-terminals, and the agent and the kiosk are the programs that a hall installs. Only demos sign in with a password
that is printed.
"""

import asyncio
import contextlib
import importlib.util
import json
import os
import sqlite3
import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, time, timedelta
from pathlib import Path

import msgspec
import structlog

from queue_server.app.cast import PEOPLE, Cast
from queue_server.app.child import Child, stop_all
from queue_server.app.crowd.floor import Orders
from queue_server.engine.hall import Hall
from queue_server.flow.clock import Clock
from queue_server.simulation.citizen import CLOSING, OPENING
from queue_server.wire.day import day_start, local, local_day
from queue_server.wire.ids import WindowId

STAFFED = 36
"""Windows that drawn clerks attend, where the hall has so many."""
START = timedelta(hours=9, minutes=30)
"""When a demo's day begins, by the hall's wall clock."""
LATEST = timedelta(hours=16)
"""A demo that goes on from an earlier one later than this begins on the next morning."""
EQUIPPED = 4
"""Windows with a simulated caller, keypad and LED bar."""
PATIENCE_S = 15.0
"""How long, in real seconds, the start waits for a program that should say `ready`."""
NIGHTFALL = CLOSING + timedelta(minutes=30)
"""From then on the demo's clock goes to the next morning as soon as nobody is served any more."""

log = structlog.get_logger(__name__)


def free_windows(hall: Hall) -> tuple[WindowId, ...]:
    """The windows left to people who try the demo: up to three of the first zone, at most half of its windows."""
    windows = hall.zone_windows[hall.zones[0].id]
    return tuple(window.id for window in windows[: min(3, len(windows) // 2)])


def equipped_windows(hall: Hall) -> tuple[WindowId, ...]:
    """The windows with simulated peripherals: those left free and the ones after them."""
    return tuple(window.id for window in hall.windows[:EQUIPPED])


def start_at(last: datetime | None, now: datetime) -> datetime:
    """The business time at which a demo starts: today at half past nine, but never before what its store already knows.

    `last` is the last event's time, if any; `now` is real time.
    """
    begin = day_start(local_day(now)) + START
    if last is None or last < begin:
        return begin
    begin = day_start(local_day(last))
    if last < begin + START:
        return begin + START
    return last + timedelta(seconds=1) if last < begin + LATEST else begin + timedelta(days=1) + START


def next_morning(now: datetime) -> datetime:
    """Shortly before the drawn clerks of the next morning come, as seen in the evening or at night."""
    morning = day_start(local_day(now)) + OPENING - timedelta(minutes=25)
    return morning if now < morning else morning + timedelta(days=1)
