"""The services of one ticket, in the order in which they are done: what a visitor chose, and what the hall plans after each."""

from kiosk.model.state import Bring, State
from queue_server.wire.ids import ServiceId
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
    return len(steps(state, (*before, service.id))) <= state.hall.max_steps


def takes_more(state: State, bring: Bring) -> bool:
    """Whether a ticket could be for something else as well."""
    has = len(steps(state, chosen(bring)))
    return state.hall is not None and has < min(state.hall.max_steps, len(state.services))
