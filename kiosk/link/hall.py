"""The server as the kiosk knows it: the topic `hall` comes in as records, takings and what else there is to say go out."""

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar

import msgspec

from kiosk.model.event import (
    Changed,
    Confirmed,
    Event,
    Found,
    HallShown,
    Heard,
    Leased,
    LinkChanged,
    Other,
    Refused,
    Taken,
    Unanswered,
    Unheard,
)
from kiosk.model.intent import Cancel, Change, Confirm, Find, HandOver, Lease, Report, Take, TakeFor
from kiosk.model.journal import Block, Word
from queue_server.client import error
from queue_server.client.link import Link, new_key
from queue_server.client.pairing import NEW
from queue_server.client.standing import reason
from queue_server.wire.command import REGISTRY
from queue_server.wire.holder import FoundRecord
from queue_server.wire.ticket import Ticket
from queue_server.wire.view import ClassRecord, HallRecord, ServiceRecord, ZoneRecord

TOPIC = "hall"
TAKE_S = 1.5
"""How long one asking for a ticket waits; then it is issued without the server, or asked for again."""
CHANGE_S = 5.0
"""How long somebody waits for what they want done with their ticket."""
INSIST_S = 60.0
PASSING = NEW | {"request.too_many", "server.failed"}
"""Refusals that are of this moment, and not of what was said."""
TICKETS = frozenset(entry.name for entry in REGISTRY.values() if entry.answer is Ticket)
"""Commands that are answered with a ticket."""
_log = logging.getLogger(__name__)
_R = TypeVar("_R", HallRecord, ZoneRecord, ServiceRecord, ClassRecord)


class Hall:
    """The hall behind a link. Everything that comes is told to `tell`, in the loop."""

    def __init__(self, link: Link, tell: Callable[[Event], None]) -> None:
        self._link = link
        self._tell = tell
        self._told = LinkChanged("connecting")
        self._fault: tuple[str, str] | None = None
        link.on_change(self._changed)
        link.on_state(lambda _: self.look())

    @property
    def fault(self) -> tuple[str, str] | None:
        """Code and message with which the server refuses this kiosk itself, or None."""
        return self._link.fault

    def at(self) -> datetime | None:
        """Business time, or None while no server has told it."""
        return self._link.now() if self._link.epoch is not None else None

    def look(self) -> None:
        """Tell how the link is, if that is news. Ask now and then: a server's trouble comes with a beat."""
        link = self._link
        epoch = link.epoch if TOPIC in link.topics else None
        barred = self.fault is not None and self.fault[0] in NEW
        seen = LinkChanged(link.state, link.degraded, epoch, barred, reason(link))
        if seen != self._told:
            self._told = seen
            self._tell(seen)
        if self.fault != self._fault:
            self._fault = self.fault
            if self.fault is not None:
                _log.error("the server refuses this kiosk: %s (%s)", self.fault[1], self.fault[0])

    def tell_prints(self, *, prints: bool) -> None:
        """Say whether a paper comes out here, so that others send people who want one; again as often as you like."""
        self._link.tell_prints(prints=prints)

    async def take(self, asking: Take | TakeFor) -> None:
        """Ask for a ticket, and tell what came of it."""
        name, args = command(asking)
        key = asking.take.key if isinstance(asking, TakeFor) else asking.key
        try:
            answer = await self._link.command(name, args, key, timeout_s=TAKE_S)
            self._tell(Taken(key, msgspec.convert(answer, Ticket)))
        except (error.CommandRefused, error.Unanswered) as fault:
            self._tell(_not_done(key, fault))

    async def say(self, word: Word) -> None:
        """Tell the server something of a ticket until it has answered, and tell what it said."""
        name, args = command(word)
        try:
            await self._insist(name, args, word.key)
            self._tell(Heard(word.key))
        except error.CommandRefused as refusal:
            _log.warning("%s of %s was refused: %s", name, word.ticket, refusal.code)
            passing = refusal.code in PASSING
            self._tell(Unheard(word.key) if passing else Heard(word.key, refusal.code))

    async def ask(self, asking: Confirm | Find | Change) -> None:
        """Ask for what somebody waits for at the glass, once, and tell what came of it."""
        try:
            self._tell(await self._answer(asking))
        except (error.CommandRefused, error.Unanswered) as fault:
            self._tell(_not_done(asking.key, fault))

    async def _answer(self, asking: Confirm | Find | Change) -> Event:
        match asking:
            case Confirm(key, ticket, name, pin, class_, decision, reason):
                body = {"name": name, "pin": pin, "class": class_, "decision": decision, "reason": reason}
                answer = await self._link.post(f"/tickets/{ticket}/confirm", body, key)
                return Confirmed(key, msgspec.convert(answer, Ticket))
            case Find(key, code, token):
                answer = await self._link.post("/tickets/find", {"code": code, "token": token}, key)
                return Found(key, msgspec.convert(answer, FoundRecord))
            case Change(key, name, args):
                answer = await self._link.command(name, args, key, timeout_s=CHANGE_S)
                return Changed(key, msgspec.convert(answer, Ticket) if name in TICKETS else None)

    async def lease(self, lease: Lease) -> None:
        """Ask for numbers of a zone until there is an answer, and tell what came of it."""
        try:
            answer = await self._insist(*command(lease), new_key())
            self._tell(Leased(lease.zone, msgspec.convert(answer, Block)))
        except error.CommandRefused as refusal:
            _log.warning("no numbers for zone %s: %s", lease.zone, refusal.code)
            self._tell(Leased(lease.zone))

    async def _insist(self, name: str, args: dict[str, Any], key: str) -> Any:
        while True:
            try:
                return await self._link.command(name, args, key, timeout_s=INSIST_S)
            except error.Unanswered:
                await asyncio.sleep(1.0)

    def _changed(self, topic: str, _keys: frozenset[str]) -> None:
        if topic != TOPIC:
            return
        live = self._link.live.get(TOPIC, {})
        waits = live.get("waits", {})
        records = {
            key: record | {"wait": waits[key]} if key in waits else record
            for key, record in self._link.topics.get(TOPIC, {}).items()
        }
        hall = _read(records, "hall", HallRecord)
        zones = _read(records, "zone/", ZoneRecord)
        services = _read(records, "service/", ServiceRecord)
        classes = _read(records, "class/", ClassRecord)
        common = tuple(live.get("common", ()))
        kiosks = tuple(Other(one["name"], one["zone"]) for one in live.get("kiosks", ()))
        self._tell(HallShown(hall[0] if hall else None, zones, services, classes, common, kiosks))


def _not_done(key: str, fault: error.CommandRefused | error.Unanswered) -> Refused | Unanswered:
    """What is told of something that was refused, or got no answer."""
    if isinstance(fault, error.Unanswered):
        return Unanswered(key, sent=fault.sent)
    return Refused(key, fault.code, fault.message, tuple(fault.detail.items()))


def command(asking: Take | TakeFor | Word | Lease) -> tuple[str, dict[str, Any]]:
    """The command, by name and arguments, that asks for something or says it."""
    match asking:
        case Take():
            args = {
                "service": asking.service,
                "language": asking.language,
                "id": asking.id,
                "token": asking.token,
            }
            several = asking.items if asking.items > 1 else None
            asked = {"class": asking.class_, "needs": asking.needs, "items": several, "then": asking.then}
            return "tickets.take", args | {name: value for name, value in asked.items() if value}
        case TakeFor(take, holder):
            return "tickets.take", command(take)[1] | {"holder": holder}
        case HandOver(_, take, number, issued_at, contact_at, printed):
            issued = {"number": number, "at": issued_at, "heard_at": contact_at, "printed": printed}
            return "tickets.take", command(take)[1] | {"issued_offline": issued}
        case Report(_, ticket, ok, fault):
            return "tickets.printed", {"ticket": ticket, "ok": ok} | ({"fault": fault} if fault else {})
        case Cancel(_, ticket, reason):
            return "tickets.cancel", {"ticket": ticket, "reason": reason}
        case Lease(zone):
            return "leases.take", {"zone": zone}


def _read(records: dict[str, dict[str, Any]], prefix: str, kind: type[_R]) -> tuple[_R, ...]:
    """The records of one kind, in the hall's order. One that cannot be read is left out, and noted."""
    read = []
    for key, record in records.items():
        if not key.startswith(prefix):
            continue
        try:
            read.append(msgspec.convert(record, kind))
        except msgspec.ValidationError as fault:
            _log.warning("the record %s cannot be read: %s", key, fault)
    return tuple(read)
