"""The rules by which a hall may call, each in one sentence for a citizen.

Sources: promise is the accumulating priority queue with b = 1/promise (Kleinrock 1964; Stanford, Taylor, Ziedins 2014); head start
is earliest due date, where a class that is promised 5 minutes less counts as taken 5 minutes earlier. Quick matters first is the
generalized c-mu rule (van Mieghem 1995; Mandelbaum & Stolyar 2004): the same share, divided by how long a service takes.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import msgspec

from queue_server.engine.hall import Hall, PolicyName
from queue_server.engine.plan import ORDINARY
from queue_server.wire.ids import ServiceId, WindowId, ZoneId
from queue_server.wire.ticket import Text


class Rule(msgspec.Struct, frozen=True, kw_only=True):
    """Who goes before whom, of those who stand at some place and were promised some time: whatever compares less goes first."""

    name: PolicyName
    sentence: Text
    """For a citizen."""
    urgency: Callable[[Any, Any, Any], Any]
    """Of (now, place, promise): who goes first now. Instants and their differences, or minutes, as a forecast reckons."""
    lasting: Callable[[datetime, timedelta], Any]
    """Of (place, promise): who goes first, told without the time of day; under `promise` when what was promised is used up."""


FCFS = Rule(
    name="fcfs",
    sentence=Text(
        "先到先办：按取号先后顺序叫号。",
        "First come, first served: called in the order in which tickets were taken.",
    ),
    urgency=lambda _now, at, _promise: at,
    lasting=lambda at, _promise: at,
)
PROMISE = Rule(
    name="promise",
    sentence=Text(
        "按承诺叫号：各类号票都有承诺的等候时间，谁的承诺时间用掉得最多，就先叫谁。",
        "By promise: each kind of ticket is promised a wait, and whoever has used up most of theirs is called next.",
    ),
    urgency=lambda now, at, promise: (at - now) / promise,
    lasting=lambda at, promise: at + promise,
)
STRICT = Rule(
    name="strict",
    sentence=Text(
        "优先号先办：承诺等候时间短的先叫，同样的按取号先后。",
        "Priority first: those promised the shortest wait are called first, and among them whoever came first.",
    ),
    urgency=lambda _now, at, promise: (promise, at),
    lasting=lambda at, promise: (promise, at),
)
HEAD_START = Rule(
    name="head_start",
    sentence=Text(
        "提前计时：承诺等候少几分钟的，就当作早几分钟取号，再按先后叫号。",
        "Head start: a ticket promised some minutes less counts as taken so much earlier; then first come, first served.",
    ),
    urgency=lambda _now, at, promise: at + promise,
    lasting=lambda at, promise: at + promise,
)
QUICK_FIRST = Text(
    "按承诺叫号，办得快的先：谁的承诺时间用掉得最多就先叫谁；差不多时，办理时间短的先叫。",
    "By promise, quick matters first: whoever has used up most of the promised wait is next, and what takes less time goes sooner.",
)
"""The sentence of `promise` where quick matters go first."""
RULES: dict[PolicyName, Rule] = {rule.name: rule for rule in (PROMISE, FCFS, STRICT, HEAD_START)}
"""Every rule by its name."""


def sentence(hall: Hall, zone: ZoneId) -> Text:
    """The rule of a zone, for a citizen."""
    rule = RULES[hall.policy_in[zone]]
    return QUICK_FIRST if rule is PROMISE and hall.usual else rule.sentence


def of_service(hall: Hall, service: ServiceId) -> Rule:
    """The rule by which those who wait for a service may reckon: that of its zone."""
    return RULES[hall.policy_in[hall.service[service].zone]]


def of_window(hall: Hall, window: WindowId) -> Rule:
    """The rule by which a window calls: that of its zone, also for services of others."""
    return RULES[hall.policy_in[hall.window[window].zone]]


def promised(hall: Hall, service: ServiceId, kind: str) -> timedelta:
    """The wait that a class is promised for a service; a class that the hall does not have waits as ordinary."""
    of_class = hall.promised[service]
    return of_class.get(kind) or of_class[ORDINARY]


def measure(hall: Hall, rule: Rule, service: ServiceId, kind: str) -> timedelta:
    """What a wait is measured by: what was promised; where quick matters go first, so many times the minutes that it takes."""
    promise = promised(hall, service, kind)
    return promise * hall.usual[service] if hall.usual and rule is PROMISE else promise
