"""Topics of the feed: which there are, who may see them, what they show, and which changes concern them."""

from collections.abc import Callable, Collection, Iterable, Mapping
from functools import partial
from types import MappingProxyType
from typing import Any

from queue_server.engine import advising, alarming, casing, noticing, noting, pairing, paper, rank, record
from queue_server.engine import part as parts
from queue_server.engine.state import State
from queue_server.engine.touch import Touched
from queue_server.views import board as boards
from queue_server.views import desk as desks
from queue_server.views import hall as halls
from queue_server.views import phone as phones
from queue_server.views import voice as voices
from queue_server.views import window as windows
from queue_server.wire.command import DEVICES, PEOPLE, ROLES, Role
from queue_server.wire.device import PRINT
from queue_server.wire.error import Refusal
from queue_server.wire.floor import LastRatings, StopsRecord
from queue_server.wire.ids import DeviceId, TicketId, WindowId, ZoneId

Records = Mapping[str, Any]
"""Records of a topic by key."""
_Each = Callable[[str, Iterable[Any], Callable[[State, Any], Any]], Records]
"""The records of one kind with some ids, made by a view where they are not as they were."""

REGISTER = frozenset[Role](("supervisor", "manager", "admin", "auditor"))
"""Who may see the register of cases."""
SEEN_BY: dict[str, frozenset[Role]] = {
    "hall": frozenset(ROLES),
    "board": frozenset(ROLES),
    "voice": frozenset(ROLES),
    "window": frozenset((*PEOPLE, "agent")),
    "counter": frozenset(("agent",)),
    "zone": frozenset(PEOPLE),
    "floor": frozenset(("steward", "supervisor", "manager", "admin", "auditor")),
    "cases": REGISTER,
    "desk": frozenset(("steward", "manager")),
    "ticket": frozenset(("steward", "manager", "holder")),
    "admin": frozenset(("admin", "auditor")),
    "device": frozenset((*DEVICES, "public")),
}
"""Who may see each kind of topic. Boards hang in the open, loudspeakers are heard by all, and neither
tells anything personal."""
OWN: dict[str, frozenset[Role]] = {
    "window": frozenset(("agent",)),
    "counter": frozenset(("agent",)),
    "ticket": frozenset(("holder",)),
    "device": SEEN_BY["device"],
}
"""Which of them only what is their own: an agent its windows, a holder the ticket of their token, a device its record."""


def split(topic: str) -> tuple[str, str]:
    """A topic's kind and what it is of: `window:3` is ("window", "3")."""
    kind, _, of = topic.partition(":")
    return kind, of


def known(state: State, topic: str) -> None:
    """Refuse a topic that does not exist."""
    kind, of = split(topic)
    exists = {
        "hall": of == "",
        "floor": of == "",
        "cases": of == "",
        "desk": of == "",
        "ticket": of in state.tickets or phones.held(state, of) is not None,
        "admin": of == "",
        "device": of in state.devices,
        "board": of in state.hall.display,
        "voice": of in state.hall.loudspeaker,
        "zone": of in state.hall.zone,
        "window": of in state.hall.window,
        "counter": of in state.hall.window,
    }.get(kind, False)
    if not exists:
        raise Refusal("feed.unknown_topic", topic=told(topic))


def own(topic: str, role: Role, asker: DeviceId | None) -> str:
    """The topic that an asker means: `device` is one for each device, and to an agent a window is its `counter`."""
    kind, of = split(topic)
    if kind == "window" and role == "agent":
        return f"counter:{of}"
    return f"device:{asker or ''}" if topic == "device" else topic


def told(topic: str) -> str:
    """What those who see a topic call it: a counter is the window, as far as it is shown to its devices."""
    kind, of = split(topic)
    return f"window:{of}" if kind == "counter" else topic


def allowed(
    topic: str,
    role: Role,
    places: frozenset[WindowId] | None = None,
    asker: DeviceId | None = None,
    token: str | None = None,
) -> bool:
    """Whether a role may see a topic; `places` are the windows that a device is bound to, `asker` its id if it was paired, `token`
    what somebody bears.
    """
    kind, of = split(topic)
    if kind == "device" and (asker is None or of != asker):
        return False
    if kind == "ticket" and role == "holder" and of != token:
        return False
    return role in SEEN_BY.get(kind, frozenset()) and not (
        kind in ("window", "counter") and places is not None and of not in places
    )


def show(
    state: State, topic: str, before: Records = MappingProxyType({}), changed: Collection[str] | None = None
) -> Records:
    """All records of a topic. Refuses a topic that does not exist; that of a device that is forgotten is empty.

    `before` is what it showed, and `changed` what may be another since (as of `changed`; None: everything). Zones, services and
    windows of which nothing changed are shown as they were: a hall has a hundred of them, and a commit touches few.
    """
    kind, of = split(topic)
    each = partial(_each, state, before, changed)
    if kind == "device":
        held = state.devices.get(DeviceId(of))
        if held is None:
            return {}
        asked = paper.prints(state, held.id).items()
        orders = {f"{PRINT}{id_}": paper.shown(state, id_, one) for id_, one in asked}
        return {"device": pairing.record(state, held), **orders}
    known(state, topic)
    whole = _WHOLE.get(kind)
    if whole is not None:
        return whole(state)
    several = _SEVERAL.get(kind)
    if several is not None:
        return several(state, of, each)
    if kind == "voice":
        return _voice(state, of)
    if kind == "window":
        return {**_window(state, WindowId(of)), **_notes(state, WindowId(of))}
    if kind == "counter":
        named = state.hall.rules.show_clerk
        return {key: windows.bare(one, named=named) for key, one in _window(state, WindowId(of)).items()}
    return desks.ticket(state, TicketId(of)) or phones.phone(state, of)


def _each(
    state: State,
    before: Records,
    changed: Collection[str] | None,
    kind: str,
    ids: Iterable[Any],
    view: Callable[[State, Any], Any],
) -> Records:
    if changed is None:
        return {f"{kind}/{id_}": view(state, id_) for id_ in ids}
    found: dict[str, Any] = {}
    for id_ in ids:
        key = f"{kind}/{id_}"
        kept = before.get(key) if f"{kind}:{id_}" not in changed else None
        found[key] = view(state, id_) if kept is None else kept
    return found


def _hall(state: State, _of: str, each: _Each) -> Records:
    return {
        "hall": halls.hall(state),
        **each("zone", state.hall.zone, halls.zone),
        **each("service", state.hall.service, halls.service),
        **{f"class/{kind.id}": halls.class_(kind) for kind in state.hall.classes if rank.offered(kind)},
    }


def _zone(state: State, of: str, each: _Each) -> Records:
    """A zone's load, what it offers and its windows: of the floor what concerns who looks after that zone."""
    zone = ZoneId(of)
    return {
        **each("zone", (zone,), halls.load),
        **each("service", (service.id for service in state.hall.zone_services[zone]), halls.service),
        **each("window", (window.id for window in state.hall.zone_windows[zone]), record.window),
    }


def _board(state: State, of: str, each: _Each) -> Records:
    display = state.hall.display[of]
    return {
        "board": boards.board(state, display),
        **each("zone", display.zones, halls.zone),
        **{f"call/{call.call}": call for call in boards.calls(state, display.zones)},
        "missed": boards.missed(state, display),
        "notices": noticing.on_board(state, display),
    }


def _voice(state: State, of: str) -> Records:
    loudspeaker = state.hall.loudspeaker[of]
    return {
        "loudspeaker": voices.loudspeaker(state, loudspeaker),
        **{f"call/{call.call}": call for call in boards.calls(state, loudspeaker.zones)},
    }


def _window(state: State, of: WindowId) -> Records:
    found: dict[str, Any] = {"window": record.window(state, of), "waiting": windows.waiting(state, of)}
    held = windows.held(state, of)
    if held is not None:
        found["held"] = held
    there = state.windows[of].ticket
    if there is not None:
        found["current"] = record.ticket(state, there)
    notices = noticing.at_window(state, of)
    if notices is not None:
        found["notices"] = notices
    prompt = windows.prompt(state, of)
    if prompt is not None:
        found["prompt"] = prompt
    return found


def _notes(state: State, of: WindowId) -> Records:
    """What was written on the ticket there is for people alone: a counter's devices stand before the citizen."""
    there = state.windows[of].ticket
    notes = None if there is None else noting.counted(state.tickets[there])
    return {} if notes is None else {"notes": notes}


def _floor(state: State, _of: str, each: _Each) -> Records:
    return {
        "hall": halls.hall(state),
        **each("zone", state.hall.zone, halls.load),
        **each("window", state.hall.window, record.window),
        "ratings": LastRatings(tuple(state.ratings)),
        "notices": noticing.everywhere(state),
        "stops": StopsRecord(tuple(record.stop(state, scope) for scope in state.stops)),
        **{f"alarm/{one.id}": alarming.record(state, one) for one in state.alarms},
        "advices": advising.everything(state),
        "cases": casing.counted(state),
        **{f"evacuation/{id_}": parts.record(state, id_) for id_ in state.away.standing},
        **{f"objected/{one.id}": one for one in halls.objected(state)},
    }


def _cases(state: State) -> Records:
    return {f"case/{id_}": casing.record(state, case) for id_, case in state.cases.items()}


def _admin(state: State) -> Records:
    return {f"device/{id_}": pairing.record(state, held) for id_, held in state.devices.items()}


_WHOLE: dict[str, Callable[[State], Records]] = {
    "desk": desks.desk,
    "cases": _cases,
    "admin": _admin,
}
"""What topics show that are made of one kind of thing."""
_SEVERAL: dict[str, Callable[[State, str, _Each], Records]] = {
    "hall": _hall,
    "floor": _floor,
    "zone": _zone,
    "board": _board,
}
"""What those show of which a commit touches few records."""


def brief(topic: str) -> bool:
    """Whether a topic is looked at by one person for a while, as a ticket is by its holder, and not by what hangs in a hall."""
    return split(topic)[0] == "ticket"


def sources(state: State, topic: str) -> frozenset[str]:
    """What a topic's records are made of now: they can only have changed when one of these is among the `changed`."""
    kind, of = split(topic)
    if kind in ("board", "voice"):
        shown = state.hall.display.get(of) if kind == "board" else state.hall.loudspeaker.get(of)
        return frozenset(f"zone:{id_}" for id_ in shown.zones) if shown is not None else frozenset()
    if kind in ("window", "counter"):
        window = state.hall.window.get(WindowId(of))
        services = window.services if window is not None else ()
        return frozenset((f"window:{of}", *(f"service:{id_}" for id_ in services)))
    if kind == "ticket":
        return _of_ticket(state, phones.held(state, of) or TicketId(of))
    if kind == "zone":
        return frozenset((topic,))
    if kind == "device":
        return frozenset((topic,)).union(
            *[_of_ticket(state, id_) for id_ in paper.awaited(state, DeviceId(of))]
        )
    if kind == "floor":
        return frozenset(("zones", "cases"))
    return frozenset(({"admin": "devices", "desk": "tickets", "cases": "cases"}.get(kind, "zones"),))


def _of_ticket(state: State, id_: TicketId) -> frozenset[str]:
    """Itself, and while it waits its line, in which others may come to stand before it or behind; where it may be called, if that
    is a question.
    """
    ticket = state.tickets.get(id_)
    if ticket is None or ticket.state != "waiting":
        return frozenset((f"ticket:{id_}",))
    line = frozenset((f"ticket:{id_}", f"service:{ticket.step.service}"))
    return line | {"windows"} if ticket.needs else line


def changed(touched: Touched | None) -> frozenset[str] | None:
    """The `sources` that a change may have changed; None: all of them, as None is a change of everything."""
    if touched is None or touched.hall:
        return None
    parts: tuple[tuple[str, Collection[str]], ...] = (
        ("ticket", touched.tickets),
        ("window", touched.windows),
        ("service", touched.services),
        ("zone", touched.zones),
        ("device", touched.devices),
        ("case", touched.cases),
    )
    return frozenset(
        [f"{kind}s" for kind, ids in parts if ids] + [f"{kind}:{id_}" for kind, ids in parts for id_ in ids]
    )
