"""What a drawn clerk does with one called ticket, as a list of moves."""

from random import Random
from typing import Literal

import msgspec

from queue_server.engine.hall import Rules
from queue_server.simulation.chance import drawn
from queue_server.simulation.citizen import Citizen

Verb = Literal["recall", "start", "finish", "no_show"]

PATIENCE_S = 25.0
"""How long a clerk waits after a call before calling again."""
MISSED_AFTER = 3
"""Calls after which a clerk gives up, if the hall's rules do not ask for more: three, as the halls themselves announce it."""
HEARD_S = 5.0
"""How long it takes, in real seconds, until a call was spoken and read, however fast the business clock goes."""
SPEED_SPREAD = 0.15


class Move(msgspec.Struct, frozen=True):
    """Do `verb` after `after_s` business seconds have passed since the move before it, the first since the call."""

    after_s: float
    verb: Verb


def speed(seed: int, window: str) -> float:
    """By how much a window's clerk stretches a service time, about 1: the same on every day of one seed."""
    return drawn(seed, "speed", window).lognormvariate(0.0, SPEED_SPREAD)


def breath_s(chance: Random) -> float:
    """How long a clerk takes between one citizen and the next, in business seconds."""
    return chance.uniform(4, 20)


def moves(citizen: Citizen, step: int, rules: Rules, speed: float = 1.0) -> tuple[Move, ...]:
    """All that follows a call of a citizen's step: served at once, after a recall, or missed."""
    if not citizen.shows:
        recalls = max(rules.calls, MISSED_AFTER) - 1
        rest = max(PATIENCE_S, rules.wait_s - recalls * PATIENCE_S)
        return (*(Move(PATIENCE_S, "recall") for _ in range(recalls)), Move(rest, "no_show"))
    work = Move(citizen.work_s[min(step, len(citizen.work_s) - 1)] * speed, "finish")
    if citizen.walk_s <= PATIENCE_S:
        return (Move(citizen.walk_s, "start"), work)
    return (Move(PATIENCE_S, "recall"), Move(citizen.walk_s - PATIENCE_S, "start"), work)


def heard(plan: tuple[Move, ...], speed: float) -> tuple[Move, ...]:
    """A plan where people look on while the business clock goes at `speed`: nobody is missed before each of their calls was heard.

    Whoever comes is served as planned: it is only to a no-show that a call spoken in real time must have come first.
    """
    if plan[-1].verb != "no_show":
        return plan
    return tuple(Move(max(move.after_s, HEARD_S * speed), move.verb) for move in plan)
