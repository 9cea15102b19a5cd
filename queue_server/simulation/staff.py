"""Which windows of a hall are staffed when there are fewer clerks than windows."""

from collections.abc import Collection

from queue_server.engine.hall import Hall, Window
from queue_server.wire.ids import ServiceId, WindowId


def staff(hall: Hall, count: int, free: Collection[WindowId] = ()) -> tuple[WindowId, ...]:
    """At most `count` windows to staff, in hall order, never one of `free`.

    First every service that can be gets a window, the most versatile windows first; then the zones with the smallest staffed
    share get the next one. When `count` is too small for all services, the first windows found cover as many as they can.
    """
    ready = [window for window in hall.windows if window.id not in free]
    chosen: list[Window] = []
    missing: set[ServiceId] = {service for window in ready for service in window.services}
    while missing and len(chosen) < count:
        best = max(ready, key=lambda window: len(missing.intersection(window.services)))
        chosen.append(best)
        ready.remove(best)
        missing.difference_update(best.services)
    while ready and len(chosen) < count:
        staffed = {zone.id: sum(window.zone == zone.id for window in chosen) for zone in hall.zones}
        best = min(ready, key=lambda window: staffed[window.zone] / len(hall.zone_windows[window.zone]))
        chosen.append(best)
        ready.remove(best)
    picked = {window.id for window in chosen}
    return tuple(window.id for window in hall.windows if window.id in picked)
