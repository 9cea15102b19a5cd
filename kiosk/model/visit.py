"""The services of one ticket, in the order in which they are done: what a visitor chose, and what the hall plans after each.

Of the first there may be more items than it takes at once: the rest needs places on the ticket too.
"""

from kiosk.model.screen import Bring
from kiosk.model.state import State
from queue_server.wire import portion
from queue_server.wire.ids import ServiceId
from queue_server.wire.portion import Portion
from queue_server.wire.view import ServiceRecord


def chosen(bring: Bring) -> tuple[str, ...]:
    """What was chosen, the first first."""
    return (*(chosen(bring.after) if bring.after is not None else ()), bring.service)


def steps(state: State, services: tuple[str, ...]) -> tuple[ServiceId, ...]:
    """What a ticket for some services leads through, each once."""
    found = (service for key in services if (service := state.service(key)) is not None)
    return tuple(dict.fromkeys(key for service in found for key in (service.id, *service.then)))


def then(state: State, bring: Bring) -> tuple[ServiceId, ...] | None:
    """What is asked for after the first; None where that is for the hall to plan."""
    return None if bring.after is None else steps(state, chosen(bring))[1:]


def fits(state: State, after: Bring, service: ServiceRecord) -> bool:
    """Whether a ticket can have one more service: it has it not yet, and all of them are few enough."""
    before = chosen(after)
    if state.hall is None or service.id in steps(state, before):
        return False
    return len(steps(state, (*before, service.id))) + _rest(state, after) <= state.hall.max_steps


def takes_more(state: State, bring: Bring) -> bool:
    """Whether a ticket could be for something else as well."""
    has = len(steps(state, chosen(bring)))
    rest = _rest(state, bring)
    return state.hall is not None and has + rest < min(state.hall.max_steps, len(state.services) + rest)


def most(state: State, services: tuple[str, ...]) -> int:
    """How many of the first of some services their ticket can be for."""
    first = state.service(services[0])
    return 1 if first is None else portion.most(first, _known(state), _room(state, services))


def portions(state: State, services: tuple[str, ...], items: int) -> tuple[Portion, ...]:
    """In how many steps so many of the first of some services are dealt with; more than there can be are none."""
    first = state.service(services[0])
    if first is None:
        return ()
    return portion.portions(first, items, _known(state), _room(state, services)) or ()


def _rest(state: State, bring: Bring) -> int:
    """How many places on the ticket the rest of the first service's items needs."""
    return max(len(portions(state, chosen(bring), bring.items)) - 1, 0)


def _room(state: State, services: tuple[str, ...]) -> int:
    """For how many steps of the first of some services their ticket has places."""
    others = len(steps(state, services)) - 1
    return (state.hall.max_steps if state.hall is not None else 1) - others


def _known(state: State) -> dict[ServiceId, ServiceRecord]:
    return {service.id: service for service in state.services}
