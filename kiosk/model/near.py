"""Where else in the hall a paper can be had."""

from kiosk.model.state import State


def nearest(state: State) -> str | None:
    """The name of the kiosk with paper that stands nearest, by the order of zones; None where none is known.

    A kiosk alone knows of no other: what it heard last may be over.
    """
    if state.alone:
        return None
    order: dict[str, int] = {zone.id: n for n, zone in enumerate(state.zones)}
    here = order.get(state.stands or "")
    others = [other for other in state.kiosks if other.name != state.name]

    def far(zone: str | None) -> int:
        there = order.get(zone or "")
        return len(order) if here is None or there is None else abs(there - here)

    return min(others, key=lambda other: far(other.zone)).name if others else None
