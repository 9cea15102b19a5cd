"""How many of the same are dealt with in one go, and where the rest goes: the same for whoever issues a ticket or offers one.

A service takes at most `max_items` at once. Of more it does, by `over_items`: nothing (`refuse`); the next so many in another
`round`, behind whoever waits by then; or it sends the rest on to the service that takes whole batches (`batch`).
"""

from collections.abc import Mapping
from typing import Literal, NamedTuple, Protocol, get_args

from queue_server.wire.ids import ServiceId

Over = Literal["refuse", "round", "batch"]
OVERS: tuple[Over, ...] = get_args(Over)
MOST = 99
"""More of the same are on no ticket."""


class Portion(NamedTuple):
    """What is dealt with in one step: so many, for a service, in which of its rounds."""

    service: ServiceId
    items: int
    round: int = 1


class Portioned(Protocol):
    """What has to be known of a service."""

    @property
    def id(self) -> ServiceId:
        """Which it is."""

    @property
    def max_items(self) -> int:
        """How many it takes at once."""

    @property
    def over_items(self) -> Over:
        """What becomes of more."""

    @property
    def batch_service(self) -> ServiceId | None:
        """Where they go, if they go elsewhere."""


def portions(
    service: Portioned, items: int, known: Mapping[ServiceId, Portioned], steps: int
) -> tuple[Portion, ...] | None:
    """The steps in which so many are dealt with, first of a service; None where it does not take them in so many `steps`."""
    found: list[Portion] = []
    following: Portioned | None = service
    while items:
        if following is None or len(found) == steps:
            return None
        now = min(items, following.max_items)
        again = found[-1].round if found and found[-1].service == following.id else 0
        found.append(Portion(following.id, now, again + 1))
        items -= now
        following = _after(following, known)
    return tuple(found)


def most(service: Portioned, known: Mapping[ServiceId, Portioned], steps: int) -> int:
    """How many can be asked for at once, if a ticket has room for so many `steps` of them."""
    whole, following = 0, service
    for _ in range(steps):
        whole += following.max_items
        after = _after(following, known)
        if after is None:
            break
        following = after
    return min(whole, MOST)


def _after(service: Portioned, known: Mapping[ServiceId, Portioned]) -> Portioned | None:
    """What takes the rest; nothing does, or nothing that is known here."""
    match service.over_items:
        case "refuse":
            return None
        case "round":
            return service
        case "batch":
            return None if service.batch_service is None else known.get(service.batch_service)
