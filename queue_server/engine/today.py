"""What windows offer on one day, beside what is configured. Pure."""

from collections.abc import Iterator, Mapping

import msgspec

from queue_server.engine.hall import Hall, Window
from queue_server.engine.window import OfferSet
from queue_server.wire.ids import ServiceId, WindowId


class Today(msgspec.Struct, frozen=True):
    """What a window offers today in place of its usual `services` (none: those), and the window that it `covers` for beside."""

    services: tuple[ServiceId, ...] = ()
    covers: WindowId | None = None


USUAL = Today()


def offered(plan: Hall, today: Mapping[WindowId, Today]) -> Hall:
    """A configured hall as it is today. Whoever covers for a window offers what that does today, and not what that covers for."""
    if not today:
        return plan

    def own(window: Window) -> tuple[ServiceId, ...]:
        return today.get(window.id, USUAL).services or window.services

    def whole(window: Window) -> Window:
        covers = today.get(window.id, USUAL).covers
        more = own(plan.window[covers]) if covers is not None else ()
        services = tuple(dict.fromkeys((*own(window), *more)))
        return window if services == window.services else msgspec.structs.replace(window, services=services)

    return msgspec.structs.replace(plan, windows=tuple(map(whole, plan.windows)))


def fitting(plan: Hall, today: Mapping[WindowId, Today]) -> dict[WindowId, Today]:
    """What of a day's offers still makes sense in another configuration: of windows and services that it has."""
    found: dict[WindowId, Today] = {}
    for window, each in today.items():
        services = tuple(id_ for id_ in each.services if id_ in plan.service)
        covers = each.covers if each.covers in plan.window else None
        if window in plan.window and (services or covers is not None):
            found[window] = Today(services, covers)
    return found


def ending(today: Mapping[WindowId, Today], window: WindowId) -> Iterator[OfferSet]:
    """What ends when a window closes: nobody covers from there any more."""
    each = today.get(window, USUAL)
    if each.covers is not None:
        yield OfferSet(window=window, services=each.services)
