"""Whether a ticket can be taken, and if not, why: one answer for who asks for a ticket and for every screen."""

from collections.abc import Iterable
from datetime import UTC, datetime

import msgspec

from queue_server.engine import hours
from queue_server.engine.state import State
from queue_server.wire import portion
from queue_server.wire.day import local_day
from queue_server.wire.error import Refusal
from queue_server.wire.ids import ServiceId, ZoneId
from queue_server.wire.ticket import Text
from queue_server.wire.view import Why


class Issue(msgspec.Struct, frozen=True):
    """How the issuing of tickets stands; `why` is None where they are issued. `reason` is what somebody said who stopped it, in a
    `scope` and `until` when, and `reason_en` the same in English where these are the hall's own words; `opens` is when its hours
    begin again, if they will.
    """

    why: Why | None = None
    reason: str | None = None
    scope: str = ""
    until: datetime | None = None
    opens: datetime | None = None
    reason_en: str | None = None


_ELSEWHERE = Text("在另一地点办理", "served elsewhere")
ELSEWHERE = Issue("stopped", _ELSEWHERE.zh, "hall", reason_en=_ELSEWHERE.en)
"""Another place issues the tickets: what moved from here, or here what did not move along."""
OPEN, UNSERVED, FULL = Issue(), Issue("unserved"), Issue("full")
_ORDER: tuple[Why, ...] = ("stopped", "closed", "full", "unserved")
"""What is told first of some services none of which is issued."""
_NEVER = datetime.max.replace(tzinfo=UTC)


def visit(state: State, service: ServiceId) -> tuple[ServiceId, ...]:
    """The services of a ticket for one service if nothing else is asked for."""
    return (service, *state.hall.service[service].then)


class Wanted(msgspec.Struct, frozen=True):
    """What a ticket is to lead through: its `steps`, and for how many items each of the first ones is, where they are several."""

    steps: tuple[ServiceId, ...]
    portions: tuple[int, ...] = ()

    @property
    def services(self) -> tuple[ServiceId, ...]:
        """The same without further rounds of a service, which are no visits of their own."""
        rounds = dict.fromkeys(self.steps[: len(self.portions)])
        return (*rounds, *self.steps[len(self.portions) :])


def portioned(state: State, services: tuple[ServiceId, ...], items: int) -> Wanted:
    """A visit for so many items of the first of some services. Refuses more than it takes, or a ticket has room for."""
    known, first = state.hall.service, state.hall.service[services[0]]
    room = max(state.hall.rules.max_steps + 1 - len(services), 1)
    found = portion.portions(first, items, known, room)
    if found is None:
        raise Refusal("items.too_many", limit=portion.most(first, known, room))
    if len(found) == 1:
        return Wanted(services)
    return Wanted((*(each.service for each in found), *services[1:]), tuple(each.items for each in found))


def of_service(state: State, service: ServiceId) -> Issue:
    """How it stands for a service since the hours last turned. What follows on its ticket counts too, at any hour."""
    closed = hours.closed(state.hall, state.turned_at)
    if service in closed:
        return Issue("closed", opens=closed[service])
    for each in visit(state, service):
        issue = _barred(state, each)
        if issue is not OPEN:
            return issue
    return OPEN


def _barred(state: State, service: ServiceId, more: int = 1) -> Issue:
    """What keeps a service off every ticket, whatever the hour: a stop, no window, or a limit that `more` would exceed."""
    if state.away.bars(service):
        return ELSEWHERE
    if state.stops:
        for scope in ("hall", f"zone:{state.zone_of(service)}", f"service:{service}"):
            if scope in state.stops:
                stop = state.stops[scope]
                return Issue("stopped", stop.reason, scope, stop.until, reason_en=stop.reason_en)
    if not state.hall.offered_at[service]:
        return UNSERVED
    limit = state.hall.service[service].daily_limit
    if limit is not None and state.issued[service] + more > limit:
        return FULL
    return OPEN


def of_zone(state: State, zone: ZoneId) -> Issue:
    """How it stands for a zone: as for one of its services that is issued, if there is one."""
    return _of_all(state, (service.id for service in state.hall.zone_services[zone]))


def of_hall(state: State) -> Issue:
    """How it stands for the hall: as for a service that is issued, if there is one."""
    return _of_all(state, state.hall.service)


def _of_all(state: State, services: Iterable[ServiceId]) -> Issue:
    issues: list[Issue] = []
    for service in services:
        issue = of_service(state, service)
        if issue is OPEN:
            return OPEN
        issues.append(issue)
    return min(issues, key=_first, default=UNSERVED)


def _first(issue: Issue) -> tuple[int, datetime]:
    assert issue.why is not None
    return _ORDER.index(issue.why), issue.opens or _NEVER


def check(
    state: State, wanted: tuple[ServiceId, ...], now: datetime, *, limited: bool = True, by_hand: bool = False
) -> None:
    """Refuse a ticket for some services, in this order, if it is not issued now. The hours are those of the first one.

    Not `limited`: whatever is issued today already. `by_hand`: it was issued by hand already, so that only a service which nobody
    serves here is refused.
    """
    first, hall = wanted[0], state.hall
    if not by_hand and not hours.open_at(hall, first, now):
        today = hours.of_service(hall, first, local_day(now)).tickets_text
        opens = hours.opens(hall, first, now)
        raise Refusal(
            "issuing.closed",
            hours=today or Text("不取号", "none"),
            opens=f"{opens:%Y-%m-%d %H:%M}" if opens is not None else Text("另行通知", "to be announced"),
        )
    for service in dict.fromkeys(wanted):
        issue = _barred(state, service, wanted.count(service))
        if issue.why == "stopped" and (not by_hand or issue is ELSEWHERE):
            said = issue.reason or ""
            reason = Text(said, issue.reason_en) if issue.reason_en else said
            raise Refusal("issuing.stopped", scope=issue.scope, reason=reason, until=issue.until)
        if issue.why == "full" and limited and not by_hand:
            raise Refusal("service.full", service=service, issued=state.issued[service])
        if issue.why == "unserved" or (by_hand and not hall.offered_at[service]):
            raise Refusal("service.unserved", service=service)
