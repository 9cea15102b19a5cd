"""The services of the elders' home screen: what most people come for, so that one touch leads to a ticket."""

from queue_server.wire.view import ServiceRecord

SHOWN = 4
"""So many stand there."""


def few(services: tuple[ServiceRecord, ...], common: tuple[str, ...]) -> tuple[ServiceRecord, ...]:
    """First what is known to be `common`, then others in the hall's order, one of each zone before a second of any."""
    zones: dict[str, int] = {}
    places: list[tuple[int, int, int]] = []
    for place, service in enumerate(services):
        zones[service.zone] = zones.get(service.zone, -1) + 1
        known = common.index(service.id) if service.id in common else len(common)
        places.append((known, zones[service.zone], place))
    return tuple(services[place] for _, _, place in sorted(places)[:SHOWN])
