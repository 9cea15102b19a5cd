"""The server as the kiosk knows it: the topic `hall` comes in as records, and takings, reports and cancellings go out."""

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar

import msgspec

from kiosk.model.event import Event, HallShown, LinkChanged, Refused, Taken, Unanswered
from kiosk.model.intent import Cancel, Report, Take
from queue_server.client import error
from queue_server.client.link import Link
from queue_server.wire.ticket import Ticket
from queue_server.wire.view import ClassRecord, HallRecord, ServiceRecord, ZoneRecord

TOPIC = "hall"
TAKE_S = 5.0
"""How long one asking for a ticket waits; then the visitor is told that it takes longer, and it is asked again."""
REPORT_S = 60.0
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
        seen = LinkChanged(self._link.state, self._link.degraded)
        if seen != self._told:
            self._told = seen
            self._tell(seen)
        if self.fault != self._fault:
            self._fault = self.fault
            if self.fault is not None:
                _log.error("the server refuses this kiosk: %s (%s)", self.fault[1], self.fault[0])

    async def take(self, take: Take) -> None:
        """Ask for a ticket, and tell what came of it."""
        args: dict[str, Any] = {
            "service": take.service,
            "language": take.language,
            "id": take.id,
            "token": take.token,
        }
        if take.class_ is not None:
            args["class"] = take.class_
        if take.needs:
            args["needs"] = take.needs
        try:
            answer = await self._link.command("tickets.take", args, take.key, timeout_s=TAKE_S)
            self._tell(Taken(take.key, msgspec.convert(answer, Ticket)))
        except error.CommandRefused as refusal:
            detail = tuple(refusal.detail.items())
            self._tell(Refused(take.key, refusal.code, refusal.message, detail))
        except error.Unanswered as silence:
            self._tell(Unanswered(take.key, sent=silence.sent))

    async def report(self, report: Report) -> None:
        """Tell the server what became of a paper, until it has answered."""
        args = {"ticket": report.ticket, "ok": report.ok}
        await self._insist(
            "tickets.printed", args | ({"fault": report.fault} if report.fault else {}), report.key
        )

    async def cancel(self, cancel: Cancel) -> None:
        """Give a ticket up, until the server has answered."""
        await self._insist("tickets.cancel", {"ticket": cancel.ticket, "reason": cancel.reason}, cancel.key)

    async def _insist(self, command: str, args: dict[str, Any], key: str) -> None:
        while True:
            try:
                await self._link.command(command, args, key, timeout_s=REPORT_S)
            except error.Unanswered:
                await asyncio.sleep(1.0)
                continue
            except error.CommandRefused as refusal:
                # The ticket moved on in the meantime; there is nothing more to say about its paper.
                _log.warning("%s was refused: %s", command, refusal.code)
            return

    def _changed(self, topic: str, _keys: frozenset[str]) -> None:
        if topic != TOPIC:
            return
        records = self._link.topics.get(TOPIC, {})
        hall = _read(records, "hall", HallRecord)
        zones = _read(records, "zone/", ZoneRecord)
        services = _read(records, "service/", ServiceRecord)
        classes = _read(records, "class/", ClassRecord)
        self._tell(HallShown(hall[0] if hall else None, zones, services, classes))


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
