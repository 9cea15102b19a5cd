"""The state of the hall: what the tables hold, and what is derived from it to answer quickly.

`apply` changes a State in place and returns it, because a hall of 3,000 tickets is not copied for every call; whoever needs two of
them builds two from the same rows. Only `apply` (and `build`) change one.

Rows are made by the thousand and stay, and nothing in one leads back to it: the collector of cycles leaves them alone (`gc=False`).
"""

from bisect import insort
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from types import MappingProxyType
from typing import Literal

import msgspec

from queue_server.engine import case, number
from queue_server.engine.advice import Advice
from queue_server.engine.alarm import Alarm
from queue_server.engine.appointment import Appointment
from queue_server.engine.away import NOWHERE, Away
from queue_server.engine.case import Case
from queue_server.engine.device import Device
from queue_server.engine.hall import NO_FORMER, Former, Hall
from queue_server.engine.identity import Identity
from queue_server.engine.lease import Lease
from queue_server.engine.line import Line
from queue_server.engine.notice import Notice
from queue_server.engine.sheaf import Sheaf
from queue_server.engine.ticket import Step, Ticket
from queue_server.engine.today import USUAL, Today, fitting, offered
from queue_server.engine.version import Version, hall_of
from queue_server.wire.day import day_start, local_day
from queue_server.wire.error import Refusal
from queue_server.wire.floor import RatingRecord
from queue_server.wire.ids import DeviceId, ServiceId, TicketId, WindowId, ZoneId
from queue_server.wire.window import WindowState

LAST_CALLS = 60
"""Calls kept for the boards."""
LAST_RATINGS = 12
"""Ratings kept for the floor."""


class Window(msgspec.Struct, gc=False, kw_only=True):
    """A window today, as stored: one row. `prompt` is the finished step that its keypad may rate, `<ticket id>/<index>`.

    `seat` is the sign-in of its clerk that holds it; None: any of them.
    """

    id: WindowId
    state: WindowState = "closed"
    clerk: str | None = None
    reason: str | None = None
    until: datetime | None = None
    since_at: datetime | None = None
    ticket: TicketId | None = None
    prompt: str | None = None
    served: int = 0
    seat: str | None = None


class Stop(msgspec.Struct, frozen=True, kw_only=True):
    """Issuing is stopped in a scope: one row. `reason_en` is the reason in English, where it was said so too."""

    scope: str
    reason: str
    until: datetime | None = None
    reason_en: str | None = None


class Last(msgspec.Struct, frozen=True, gc=False):
    """What a window did last: the rows that it changed, as they were and as they became. `first` is its first event.

    `walk_in` is the ticket that was issued for it.
    """

    first: int
    seq: int
    at: datetime
    command: str
    window: Window
    tickets: tuple[Ticket, ...]
    window_after: Window
    tickets_after: tuple[Ticket, ...]
    walk_in: TicketId | None = None


class Pace(msgspec.Struct, kw_only=True):
    """How many steps of a service ended today, and for how long they kept their windows from the call on, in all."""

    count: int = 0
    total_s: int = 0


class Tally(msgspec.Struct, kw_only=True):
    """A zone's counts of the day."""

    issued: int = 0
    served: int = 0
    missed: int = 0
    rated: list[int] = msgspec.field(default_factory=lambda: [0, 0, 0, 0, 0])


class State:
    """A hall at one moment. `tickets` holds today's and every open one; the rest is in the store."""

    def __init__(self, hall: Hall, day: date) -> None:
        """An empty hall on a local day: every window closed, nobody waiting."""
        self.plan = hall
        """The hall as it is configured; `hall` is as it is today."""
        self.hall = hall
        self.today: dict[WindowId, Today] = {}
        """The windows that offer something else today than is configured."""
        self.seq = 0
        self.day = day
        self.turned_at = day_start(day)
        self.windows: dict[WindowId, Window] = {window.id: Window(id=window.id) for window in hall.windows}
        self.stops: dict[str, Stop] = {}
        self.devices: dict[DeviceId, Device] = {}
        self.away = NOWHERE
        self.sheaves: tuple[Sheaf, ...] = ()
        """Slips with numbers that were printed beforehand, oldest first."""
        self.leases: tuple[Lease, ...] = ()
        """Numbers of today that kiosks have for themselves, or had, oldest first."""
        self.notices: tuple[Notice, ...] = ()
        """What everybody is told, oldest first."""
        self.alarms: tuple[Alarm, ...] = ()
        """Calls for help that are open, oldest first."""
        self.advices: tuple[Advice, ...] = ()
        """What managers were advised today, oldest first."""
        self.appointments: dict[str, Appointment] = {}
        """Those of today and later by code, in the order in which they were booked."""
        self.cases: dict[str, Case] = {}
        """Open ones and those closed lately, by id, in the order in which they were opened."""
        self.versions: dict[int, Version] = {}
        """The newest published versions by number, the last of which runs; none: the hall was given, not published."""
        self.names: dict[str, str] = {}
        """Shown names by sign-in name, for screens: put in by whoever knows the accounts, never part of an event."""
        self.public_url: str | None = None
        """Where phones find the hall: put in by whoever knows the server's settings, likewise."""
        self.identities: dict[TicketId, Identity] = {}
        """Who holds a ticket, as far as that is kept, for those in `tickets`."""
        self.skipped: dict[str, int] = {}
        """Numbers of the day, by prefix, up to which none is given: they may have been before the hall went on from a backup."""
        self.named: dict[date, int] = {}
        """How many identities are kept of each day, also of tickets that are only in the store."""
        self.worded: dict[date, int] = {}
        """How many notes, people's own words, are kept of each day."""
        # derived, never stored
        self.bearers: dict[str, DeviceId] = {}
        """Every device by its token's digest."""
        self.cased: dict[str, str] = {}
        """The case of a step, `<ticket id>/<index>`."""
        self.deadlines: dict[str, datetime] = {}
        """When an open case is late, of those that are to be told of."""
        self.codes: dict[str, DeviceId] = {}
        """Who waits for a place by its code, in the order in which they paired."""
        self._derive(())

    @classmethod
    def build(
        cls,
        hall: Hall,
        day: date,
        *,
        seq: int = 0,
        turned_at: datetime | None = None,
        tickets: Iterable[Ticket] = (),
        windows: Iterable[Window] = (),
        stops: Iterable[Stop] = (),
        away: Away = NOWHERE,
        sheaves: Iterable[Sheaf] = (),
        leases: Iterable[Lease] = (),
        notices: Iterable[Notice] = (),
        alarms: Iterable[Alarm] = (),
        advices: Iterable[Advice] = (),
        appointments: Iterable[Appointment] = (),
        cases: Iterable[Case] = (),
        versions: Iterable[Version] = (),
        former: Former = NO_FORMER,
        devices: Iterable[Device] = (),
        identities: Iterable[Identity] = (),
        named: Mapping[date, int] = MappingProxyType({}),
        worded: Mapping[date, int] = MappingProxyType({}),
        skipped: Mapping[str, int] = MappingProxyType({}),
        today: Mapping[WindowId, Today] = MappingProxyType({}),
    ) -> "State":
        """The state that rows describe: exactly the one that was applied before they were written.

        The hall is that of the last version; `hall` counts where there is none. `former` is what tickets still speak of.
        """
        known = {version.n: version for version in versions}
        if known:
            hall = hall_of(known[max(known)].document)
        state = cls(hall, day)
        state.today = fitting(hall, today)
        state._open(former)
        state.versions = known
        state.away = away
        state.sheaves = tuple(sheaves)
        state.leases = tuple(leases)
        state.notices = tuple(notices)
        state.alarms = tuple(alarms)
        state.advices = tuple(advices)
        state.appointments = {one.code: one for one in appointments}
        state.hold(cases)
        state.seq = seq
        state.turned_at = turned_at or state.turned_at
        state.windows.update((window.id, window) for window in windows if window.id in hall.window)
        state.stops.update((stop.scope, stop) for stop in stops)
        for device in sorted(devices, key=lambda device: device.paired_at):
            state.admit(device)
        tickets = tuple(tickets)
        held = {ticket.id for ticket in tickets} | state.booked
        for identity in identities:
            if identity.ticket in held:
                state._join(identity)
        state.named.update(named)
        state.worded.update(worded)
        state.skipped.update(skipped)
        state._derive(tickets)
        return state

    def follow(self, hall: Hall) -> None:
        """Go on as another hall: what was derived is derived anew, and what is still spoken of is kept as former."""
        before = self.hall
        self.plan, self.today = hall, fitting(hall, self.today)
        self.hall = offered(hall, self.today).after(before, *self._spoken_of())
        self._derive(tuple(self.tickets.values()))

    def offer(self, window: WindowId, today: Today) -> None:
        """Let a window offer something today."""
        self.today.pop(window, None)
        if today != USUAL:
            self.today[window] = today
        self._open(self.hall.former)

    def forget_today(self) -> None:
        """Let every window offer what is configured."""
        if self.today:
            self.today = {}
            self._open(self.hall.former)

    def _open(self, former: Former) -> None:
        hall = offered(self.plan, self.today)
        self.hall = hall if former == hall.former else msgspec.structs.replace(hall, former=former)

    def drop_former(self) -> None:
        """Let former things go of which nothing speaks any more."""
        if self.hall.former != NO_FORMER:
            self.hall = self.hall.after(self.hall, *self._spoken_of())

    def _spoken_of(self) -> tuple[set[ServiceId], set[WindowId]]:
        """What tickets are of, and what is served elsewhere: that place goes on counting in its prefix."""
        steps = [step for ticket in self.tickets.values() for step in ticket.steps]
        gone = self.away.gone & self.hall.any_service.keys()
        windows = {step.window for step in steps if step.window is not None}
        return {step.service for step in steps} | gone, windows

    def _derive(self, tickets: Iterable[Ticket]) -> None:
        """All that follows from hall, day and tickets, and is never stored."""
        self.tickets: dict[TicketId, Ticket] = {}
        self.lines: dict[ServiceId, Line] = {service.id: Line() for service in self.hall.services}
        self.holders: dict[str, TicketId] = {}
        self.numbers: dict[str, int] = dict(self.skipped)
        self.tallies: dict[ZoneId, Tally] = {id_: Tally() for id_ in self.hall.any_zone}
        self.issued: dict[ServiceId, int] = dict.fromkeys(self.hall.any_service, 0)
        """Steps of the day's tickets by service, whatever became of them."""
        self.paces: dict[ServiceId, Pace] = {id_: Pace() for id_ in self.hall.any_service}
        self.pending: dict[TicketId, datetime] = {}
        self.calls: list[tuple[int, TicketId, int]] = []
        self.missed: list[TicketId] = []
        self.held: dict[TicketId, datetime | None] = {}
        """Held tickets, and when they are back in line by themselves."""
        self.last: dict[WindowId, Last] = {}
        """What may still be undone; of what was done before a start or another configuration nothing is."""
        self.objected: list[TicketId] = []
        """Tickets of today against which something would have stood when they were handed over, by id."""
        self.persons: dict[str, list[TicketId]] = {}
        """The tickets of everybody known by a card, by its hash."""
        for ticket in tickets:
            self._adopt(ticket)
        self.hold(self.cases.values())
        self.pending = dict(sorted(self.pending.items(), key=lambda silent: silent[1]))
        self.calls.sort()
        del self.calls[:-LAST_CALLS]
        self.missed.sort(key=lambda id_: self.tickets[id_].step.ended)
        self.ratings: list[RatingRecord] = self._last_ratings()

    def _last_ratings(self) -> list[RatingRecord]:
        rated = sorted(
            (
                (step.rated, ticket, index)
                for ticket in self.tickets.values()
                for index, step in enumerate(ticket.steps)
                if step.rated and self._today(step.rated_at)
            ),
            key=lambda found: found[0],
            reverse=True,
        )
        return [self.rating(ticket, index) for _, ticket, index in rated[:LAST_RATINGS]]

    def enter(self, held: Case) -> None:
        """Have a case as it is now."""
        self.cases[held.id] = held
        self.cased[held.of] = held.id
        at = case.due(self.hall, held)
        if at is None:
            self.deadlines.pop(held.id, None)
        else:
            self.deadlines[held.id] = at

    def cases_of(self, ticket: Ticket) -> frozenset[str]:
        """The cases of a ticket's steps."""
        found = [self.cased.get(f"{ticket.id}/{at}") for at in range(len(ticket.steps))]
        return frozenset([id_ for id_ in found if id_ is not None])

    def hold(self, cases: Iterable[Case]) -> None:
        """Have these cases and no others."""
        cases = tuple(cases)
        self.cases, self.cased, self.deadlines = {}, {}, {}
        for held in cases:
            self.enter(held)

    def admit(self, device: Device) -> None:
        """Have a device that is not there."""
        self.devices[device.id] = device
        self.bearers[device.token] = device.id
        if device.code is not None:
            self.codes[device.code] = device.id

    def forget(self, device: Device) -> None:
        """Have a device no more."""
        del self.devices[device.id], self.bearers[device.token]
        if device.code is not None:
            del self.codes[device.code]

    def know(self, identity: Identity) -> None:
        """Keep what was said of a ticket's holder."""
        self.named[identity.day] = self.named.get(identity.day, 0) + 1
        self._join(identity)
        if identity.hash is not None and identity.ticket in self.tickets:
            self.persons.setdefault(identity.hash, []).append(identity.ticket)

    def note(self, day: date) -> None:
        """One more note is kept of a day."""
        self.worded[day] = self.worded.get(day, 0) + 1

    def _join(self, identity: Identity) -> None:
        before = self.identities.get(identity.ticket)
        self.identities[identity.ticket] = identity if before is None else before.joined(identity)

    def unknow(self, before: date) -> None:
        """Let go of who held tickets of the days before one, and of tickets that are only in the store by now."""
        booked = self.booked
        self.named = {day: count for day, count in self.named.items() if day >= before}
        self.identities = {
            id_: identity
            for id_, identity in self.identities.items()
            if identity.day >= before and (id_ in self.tickets or id_ in booked)
        }
        self.persons = {}
        for id_ in self.tickets:
            self.recognise(id_)

    @property
    def booked(self) -> frozenset[TicketId]:
        """The tickets to be of appointments."""
        return frozenset([one.id for one in self.appointments.values()])

    def recognise(self, id_: TicketId) -> None:
        """Know a ticket as one of its holder's, who was known before it was issued."""
        identity = self.identities.get(id_)
        if identity is not None and identity.hash is not None:
            self.persons.setdefault(identity.hash, []).append(id_)

    def _adopt(self, ticket: Ticket, *, known: bool = False) -> None:
        self.tickets[ticket.id] = ticket
        self.holders[ticket.token] = ticket.id
        if not known:
            self.recognise(ticket.id)
        if ticket.state == "waiting":
            self.lines[ticket.step.service].add(ticket)
        if ticket.paper == "pending":
            self.pending[ticket.id] = ticket.paper_since
        if ticket.day == self.day:
            self.burn(ticket.prefix, ticket.n)
        self.object_to(ticket)
        if ticket.state == "no_show":
            self.missed.append(ticket.id)
        self.keep(ticket)
        for index, step in enumerate(ticket.steps):
            self.count(ticket, step)
            if step.call and self._today(
                step.called_at
            ):  # without an event of its own it was called elsewhere
                self.calls.append((step.call, ticket.id, index))

    def keep(self, ticket: Ticket) -> None:
        """Know a ticket that is held, if it is, and when it wakes."""
        hold = ticket.step.hold
        if ticket.state == "held" and hold is not None:
            self.held[ticket.id] = hold.until if hold.kind == "waiting_step" else None

    def leave(self, ticket: Ticket) -> None:
        """Take a ticket from wherever it waits for something: a line, those that missed a call, those that are held."""
        if ticket.state == "waiting":
            self.lines[ticket.step.service].remove(ticket)
        elif ticket.state == "no_show" and ticket.id in self.missed:
            self.missed.remove(ticket.id)
        self.held.pop(ticket.id, None)

    def object_to(self, ticket: Ticket) -> None:
        """Remember a ticket for the manager, if something would have stood against it."""
        if ticket.day == self.day and ticket.steps[0].against and ticket.id not in self.objected:
            insort(self.objected, ticket.id)

    def burn(self, prefix: str, n: int) -> None:
        """Give no number of today up to this one any more; one of another series takes nothing from this hall's."""
        if number.series(n) == self.away.block(prefix):
            self.numbers[prefix] = max(self.last_number(prefix), n)

    def last_number(self, prefix: str) -> int:
        """The last number given today."""
        last = self.numbers.get(prefix)
        return self.away.last(prefix, self.day) if last is None else last

    def next_number(self, prefix: str) -> int:
        """The number that the next ticket gets. Refuses one ticket more than there are numbers."""
        following = number.after(self.last_number(prefix), block=self.away.block(prefix))
        if following is None:
            raise Refusal("number.exhausted", prefix=prefix)
        return following

    def adopt(self, ticket: Ticket) -> None:
        """Have a ticket that somebody else issued or served; in place of the one that went there, if it did."""
        before = self.tickets.get(ticket.id)
        if before is not None:
            for step in before.steps:
                self.count(before, step, -1)
            if before.id in self.objected:
                self.objected.remove(before.id)
        self._adopt(ticket, known=before is not None)
        if any(
            id_ == ticket.id for _, id_, _ in self.calls
        ):  # an older call may have its place on the boards now
            self.calls = sorted(
                (step.call, each.id, index)
                for each in self.tickets.values()
                for index, step in enumerate(each.steps)
                if step.call and self._today(step.called_at)
            )[-LAST_CALLS:]
        if any(record.step.startswith(f"{ticket.id}/") for record in self.ratings):
            self.ratings = self._last_ratings()

    def count(self, ticket: Ticket, step: Step, by: Literal[1, -1] = 1) -> None:
        """Count a step for its service and in its zone's tally, or take it out of them. Further rounds are no visits."""
        tally = self.tally_of(step.service)
        first = step.round == 1
        if ticket.day == self.day and first:
            tally.issued += by
            self.issued[step.service] += by
        if self._today(step.ended_at):
            tally.served += by * (first and step.state == "served")
            self.timed(step, by)
        if self._today(step.missed_at or step.ended_at):
            tally.missed += by * step.misses
        if step.rating is not None and self._today(step.rated_at):
            tally.rated[step.rating - 1] += by

    def timed(self, step: Step, by: Literal[1, -1] = 1) -> None:
        """Count how long a step kept its window, if it was served at one."""
        if step.state == "served" and step.called_at is not None and step.ended_at is not None:
            pace = self.paces[step.service]
            pace.count += by
            pace.total_s += by * round((step.ended_at - step.called_at).total_seconds())

    def _today(self, at: datetime | None) -> bool:
        return at is not None and local_day(at) == self.day

    def zone_of(self, service: ServiceId) -> ZoneId:
        """The zone of a service."""
        return self.hall.any_service[service].zone

    def tally_of(self, service: ServiceId) -> Tally:
        """The counts of the zone of a service."""
        return self.tallies[self.zone_of(service)]

    def served_at(self, window: WindowId) -> tuple[ServiceId, ...]:
        """What a window serves now: of what it offers, what the clerk there can do."""
        offered, clerk = self.hall.window[window].services, self.windows[window].clerk
        member = self.hall.member.get(clerk) if clerk is not None else None
        if member is None or member.skills is None:
            return offered
        return tuple([service for service in offered if service in member.skills])

    def rating(self, ticket: Ticket, index: int) -> RatingRecord:
        """The rating of a rated step."""
        step = ticket.steps[index]
        assert step.rating is not None
        assert step.rated_at is not None
        return RatingRecord(
            step=f"{ticket.id}/{index}",
            number=ticket.number,
            window=step.window,
            zone=self.zone_of(step.service),
            level=step.rating,
            channel=step.channel or "",
            at=step.rated_at,
        )
