"""An order for a ticket, from the last touch on: it is asked the same every time, or issued without the server.

Whose it is goes to the server with the asking and nowhere else: the journal, the paper and a ticket that is issued alone have
nothing of it.
"""

from dataclasses import replace
from datetime import date

from kiosk.model import visit
from kiosk.model.alone import issue, today
from kiosk.model.event import Fresh
from kiosk.model.intent import Keep, Take, TakeFor
from kiosk.model.journal import Entry
from kiosk.model.screen import Bring, Order, Taking
from kiosk.model.state import Outcome, State
from queue_server.wire.field import Holder


def take(state: State, bring: Bring, fresh: Fresh | None, holder: Holder | None = None) -> Outcome:
    """Ask the server for a ticket, or issue it without it. Nothing happens where none can be had."""
    service = state.service(visit.chosen(bring)[0])
    if service is None or not service.issuing or not state.takes or fresh is None:
        return state, []
    order = Order(
        service.id,
        fresh,
        state.language,
        asked_at=state.now,
        class_=bring.class_,
        needs=bring.needs,
        items=min(bring.items, visit.most(state, visit.chosen(bring))),
        then=visit.then(state, bring),
        holder=holder,
    )
    entry = Entry(_take(order), today(state) or date.min)
    state = replace(state, journal=state.journal.put(entry), screen=Taking(order))
    if state.alone and (alone := issue(state, order, entry)) is not None:
        return alone
    return state, [Keep(entry), asking(order)]


def asking(order: Order) -> Take | TakeFor:
    """The asking of an order, the same every time."""
    plain = _take(order)
    return plain if order.holder is None else TakeFor(plain, order.holder)


def _take(order: Order) -> Take:
    fresh = order.fresh
    return Take(
        fresh.key,
        fresh.id,
        fresh.token,
        order.service,
        order.language,
        order.class_,
        order.needs,
        order.items,
        order.then,
    )
