"""Engine's rows as other programs see them: the wire's Ticket, WindowRecord and StopRecord."""

from typing import Literal

import msgspec

from queue_server.engine import order, rank, roster
from queue_server.engine.actor import Actor
from queue_server.engine.plan import ORDINARY
from queue_server.engine.roster import Post
from queue_server.engine.state import State, Window
from queue_server.engine.ticket import Ticket
from queue_server.engine.today import USUAL
from queue_server.wire import ticket as wire
from queue_server.wire.floor import StopRecord
from queue_server.wire.ids import TicketId, WindowId
from queue_server.wire.window import Attendance, WindowRecord


def ticket(state: State, id_: TicketId) -> wire.Ticket:
    """A ticket as it is now."""
    return shown(state, state.tickets[id_])


def told(state: State, id_: TicketId, actor: Actor) -> wire.Ticket:
    """The same for somebody who asks for it: neither its holder nor a counter's devices are told what it says of them."""
    found = ticket(state, id_)
    return of_holder(found) if actor.role in ("holder", "agent") else found


def of_holder(found: wire.Ticket) -> wire.Ticket:
    """A ticket without why its holder goes first, waits or gave up: whoever saw their paper can open their page."""
    hold = msgspec.structs.replace(found.hold, reason="") if found.hold is not None else None
    return msgspec.structs.replace(found, class_=ORDINARY, class_name=None, hold=hold, reason=None)


def shown(state: State, held: Ticket) -> wire.Ticket:
    """The same of a row that need not be in memory any more."""
    zones = state.hall.any_service
    step, kind = held.step, state.hall.class_.get(held.class_)
    return wire.Ticket(
        id=held.id,
        number=held.number,
        zone=zones[step.service].zone,
        service=step.service,
        steps=tuple(
            [
                wire.Step(
                    each.service,
                    zones[each.service].zone,
                    each.state,
                    each.window,
                    each.rating,
                    each.departments,
                    each.outcome,
                    held.items_of(index),
                    each.round,
                )
                for index, each in enumerate(held.steps)
            ]
        ),
        items=held.items,
        class_=held.class_,
        class_state=held.class_state,
        class_name=kind.name if kind is not None else None,
        public=rank.public(state.hall, held),
        identified=held.id in state.identities,
        needs=held.needs,
        binding=held.binding,
        language=held.language,
        state=held.state,
        paper=held.paper,
        window=step.window if held.state in ("called", "serving", "held", "served", "no_show") else None,
        ahead=order.ahead(state, held),
        wait=held.wait,
        issued_at=held.issued_at,
        slot=held.steps[0].slot,
        called_at=step.called_at,
        recalls=max(step.calls - 1, 0),
        hold=step.hold,
        reason=held.reason,
        offered=held.state == "expired" and held.step.offered,
        handed_over=held.steps[0].against is not None,
        against=held.steps[0].against or (),
    )


def window(state: State, id_: WindowId) -> WindowRecord:
    """A window as it is now."""
    plan, usual = state.hall.window[id_], state.plan.window[id_].services
    zone = state.hall.zone[plan.zone]
    now = state.windows[id_]
    post = roster.posts(state.hall, state.turned_at).get(id_)
    there = state.tickets.get(now.ticket) if now.ticket is not None else None
    since = now.since_at
    standing: Literal["called", "serving"] | None = None
    if there is not None:
        standing = "serving" if there.state == "serving" else "called"
        since = there.step.started_at if there.state == "serving" else there.step.called_at
    return WindowRecord(
        id=id_,
        name=plan.name,
        zone=plan.zone,
        letter=zone.letter,
        colour=zone.colour,
        services=plan.services,
        state=now.state,
        clerk=now.clerk,
        seat=now.seat,
        clerk_name=state.names.get(now.clerk) if now.clerk is not None else None,
        reason=now.reason,
        until=now.until,
        number=there.number if there is not None else None,
        ticket=there.id if there is not None else None,
        ticket_state=standing,
        since=since,
        served=now.served,
        rostered=post.clerk if post is not None else None,
        rostered_name=state.names.get(post.clerk) if post is not None else None,
        attendance=attendance(post, now) if post is not None else None,
        idle=state.hall.texts.bar_idle,
        usual=usual if usual != plan.services else None,
        covers=state.today.get(id_, USUAL).covers,
    )


def unnamed(found: WindowRecord) -> WindowRecord:
    """A window without who is there or should be, and why they are not: devices have no use for it."""
    return msgspec.structs.replace(
        found,
        clerk=None,
        seat=None,
        clerk_name=None,
        reason=None,
        rostered=None,
        rostered_name=None,
        attendance=None,
    )


def attendance(post: Post, window: Window) -> Attendance:
    """Whether who should be at a window is there; whose break it is need not be."""
    if window.clerk == post.clerk:
        return "here"
    return "break" if post.on_break else "missing"


def stop(state: State, scope: str) -> StopRecord:
    """Whether tickets are issued in a scope."""
    found = state.stops.get(scope)
    if found is None:
        return StopRecord(scope=scope, issuing=True)
    return StopRecord(
        scope=scope, issuing=False, reason=found.reason, until=found.until, reason_en=found.reason_en
    )
