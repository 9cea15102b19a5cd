"""What a window offers today: other services than usual by a manager's word, or those of another window beside its own while its
clerk covers for that one. Gone by midnight.
"""

import msgspec

from queue_server.engine import attending
from queue_server.engine import event as e
from queue_server.engine.config import check_use
from queue_server.engine.decision import Context, Decision
from queue_server.engine.state import State
from queue_server.engine.today import USUAL, Today, offered
from queue_server.wire import command as c
from queue_server.wire.error import Refusal
from queue_server.wire.ids import WindowId


def set_services(state: State, command: c.SetServices, context: Context) -> Decision:
    """A manager says what a window offers for the rest of the day; nothing is what it usually does."""
    if command.window not in state.windows:
        raise Refusal("window.unknown", window=command.window)
    for service in command.services:
        if service not in state.hall.service:
            raise Refusal("service.unknown", service=service)
    services = tuple(dict.fromkeys(command.services))
    if set(services) == set(state.plan.window[command.window].services):
        services = ()
    before = state.today.get(command.window, USUAL)
    return _change(state, command.window, msgspec.structs.replace(before, services=services), command.reason)


def cover(state: State, command: c.Cover, context: Context) -> Decision:
    """A clerk serves for another window too, until their own one closes; None: no longer."""
    window = attending.own(state, command.at, context)
    if command.window is not None:
        if command.window not in state.windows:
            raise Refusal("window.unknown", window=command.window)
        if command.window == command.at:
            raise Refusal("window.covers_itself")
    before = state.today.get(window.id, USUAL)
    after = msgspec.structs.replace(before, covers=command.window)
    if after.covers is not None and not _more(state, window.id, after):
        raise Refusal("window.covers_nothing", window=after.covers)
    return _change(state, window.id, after, None)


def _more(state: State, window: WindowId, after: Today) -> bool:
    """Whether covering brings whoever is at a window anything that they can do and do not serve there by itself."""
    there = offered(state.plan, {**state.today, window: msgspec.structs.replace(after, covers=None)})
    clerk = state.hall.member.get(state.windows[window].clerk or "")
    others = set(offered(state.plan, {**state.today, window: after}).window[window].services)
    more = others - set(there.window[window].services)
    return bool(more if clerk is None or clerk.skills is None else more & set(clerk.skills))


def _change(state: State, window: WindowId, after: Today, reason: str | None) -> Decision:
    if after == state.today.get(window, USUAL):
        return Decision((), attending.shows(window))
    check_use(state, offered(state.plan, {**state.today, window: after}))
    event = e.OfferSet(window=window, services=after.services, covers=after.covers, reason=reason)
    return Decision((event,), attending.shows(window))


# What happens then


def offer_set(state: State, stamped: e.Stamped, event: e.OfferSet) -> None:
    """The window offers that from now on."""
    state.offer(event.window, Today(services=event.services, covers=event.covers))
