"""What a touch does. A touch that takes a ticket leaves the screens that have buttons, so no second one
can take another.
"""

from dataclasses import replace

from kiosk.model import aid, card, find, mine, page, prompt, staff, upkeep, visit
from kiosk.model.event import Fresh, Touched
from kiosk.model.intent import Keep
from kiosk.model.manner import WAYS, Manner, ways
from kiosk.model.order import take
from kiosk.model.screen import (
    Adding,
    Agreeing,
    Bring,
    Choosing,
    Claiming,
    Classes,
    Deciding,
    Helping,
    Home,
    Issued,
    Mine,
    Naming,
    Numbering,
    Others,
    Problem,
    Proving,
    Screen,
    Searching,
    Services,
    Showing,
    Unlocking,
    Unprinted,
    Upkeep,
    Woken,
)
from kiosk.model.state import Outcome, State
from queue_server.wire.ticket import Language


def touch(state: State, touched: Touched) -> Outcome:
    """What a pressed button does on the screen that is shown; one that is not on it does nothing.

    Heard once: a second press right after another, heard or not, is the same hand, and only shows that
    somebody is there. Nor is a press heard that came before its screen could be seen: while a slow picture
    is painted, presses queue up.
    """
    settled = _settled(state, touched.control)
    state = replace(state, touched_at=state.now, pressed_at=state.now)
    if not settled:
        return state, []
    control = touched.control
    if control == "language":
        return replace(state, language=_other(state.language)), []
    if control in ("again", "volume"):
        return prompt.touch(state, control)
    return _pressed(state, touched)


def _pressed(state: State, touched: Touched) -> Outcome:
    control = touched.control
    match state.screen:
        case Home() | Helping() as screen:
            return _home(state, touched) if isinstance(screen, Home) else _helping(state, screen, touched)
        case Unlocking() | Upkeep() as screen:
            return upkeep.touch(state, screen, touched)
        case Claiming() | Mine() as screen:
            return mine.touch(state, screen, touched)
        case (
            Others()
            | Adding()
            | Services()
            | Searching()
            | Bring()
            | Classes()
            | Showing()
            | Numbering()
            | Agreeing() as screen
        ):
            return _choosing(state, screen, touched)
        case Deciding() | Naming() | Proving() as screen:
            return staff.touch(state, screen, touched)
        case Issued() as issued if control == "staff" and staff.may_decide(issued):
            return replace(state, screen=Deciding(issued)), []
        case Unprinted() as unprinted if control == "give_up":
            return drop(farewell(state), unprinted, "given_up") if unprinted.fault else (farewell(state), [])
        case Problem() | Woken() if control == "understood":
            return replace(state, screen=Home()), []
        case screen if _ends(screen, control):
            return farewell(state), []
        case _:
            return state, []


def _choosing(state: State, screen: Choosing, touched: Touched) -> Outcome:
    """On the way from a zone to its ticket."""
    match screen:
        case Others() | Adding():
            return _among(state, screen, touched)
        case Services():
            return _services(state, screen, touched)
        case Searching():
            return _search(state, screen, touched)
        case Bring():
            return _bring(state, screen, touched)
        case Classes(bring):
            return _classes(state, bring, touched), []
        case Showing() | Numbering() | Agreeing():
            return _card(state, screen, touched)


def _settled(state: State, control: str) -> bool:
    """Whether the hand has rested, and the eye has had this screen, for as long as it takes."""
    if state.painted_at is None:
        return False
    typing = control in ("key", "erase")
    rest_s = state.times.type_s if typing else state.times.settle_s
    return state.now >= max(state.pressed_at + rest_s, state.painted_at + state.times.settle_s)


def _ends(screen: Screen, control: str) -> bool:
    """Whether this press ends the visit with its ticket."""
    return (isinstance(screen, Issued) and screen.printed and control == "done") or (
        isinstance(screen, Unprinted) and control == "noted"
    )


def drop(state: State, unprinted: Unprinted, reason: str) -> Outcome:
    """Give up a ticket whose paper failed."""
    entry = replace(state.journal.entries[unprinted.ticket.id], dropped=reason)
    return replace(state, journal=state.journal.put(entry)), [Keep(entry)]


def farewell(state: State) -> State:
    """The next visitor finds the home screen in Chinese, as it is for most."""
    return replace(state, screen=Home(), language="zh", manner=Manner())


def _home(state: State, touched: Touched) -> Outcome:
    """Where a visit begins, and where the screen is made to suit whoever stands there."""
    match touched.control:
        case "way" if touched.id in ways(tall=state.tall, reads=state.reads):
            way = next(way for way in WAYS if way == touched.id)
            return replace(state, manner=state.manner.turn(way)), []
        case "mine":
            return (replace(state, screen=Claiming()) if mine.offered(state) else state), []
        case "enquiry" if aid.offered(state):
            return replace(state, screen=Helping()), []
        case "enquiry":
            return _enquire(state, touched.fresh)
        case "knock":
            return upkeep.knock(state), []
        case _:
            return (_few if state.manner.easy else _zones)(state, touched)


def _few(state: State, touched: Touched) -> Outcome:
    """One of the services that most people come for, or the way to all others."""
    match touched.control:
        case "others":
            return replace(state, screen=Others()), []
        case "service" if touched.id in {service.id for service in state.few}:
            return _service(state, Bring(touched.id), touched.fresh)
        case _:
            return state, []


def _among(state: State, screen: Others | Adding, touched: Touched) -> Outcome:
    """Among the zones where a visit does not begin with them."""
    after = screen.after if isinstance(screen, Adding) else None
    if touched.control == "back":
        return replace(state, screen=after or Home()), []
    return _zones(state, touched, after)


def _enquire(state: State, fresh: Fresh | None) -> Outcome:
    """A ticket for who does not know which to choose, where there are any."""
    service = state.enquiry
    return (state, []) if service is None else _service(state, Bring(service.id, word=None), fresh)


def _helping(state: State, screen: Helping, touched: Touched) -> Outcome:
    """A ticket for enquiries, or what there is to do about a steward."""
    if touched.control == "enquiry" and not screen.asked:
        return _enquire(state, touched.fresh)
    return aid.touch(state, screen, touched)


def _zones(state: State, touched: Touched, after: Bring | None = None) -> Outcome:
    """One of the zones, or the search; for a ticket that is for something already, or for one that is not there yet."""
    if touched.control == "search":
        return (replace(state, screen=Searching(after=after)) if state.takes else state), []
    zone = state.zone(touched.id)
    offered = state.offered(touched.id)
    if touched.control != "zone" or zone is None or not offered or not zone.issuing or not state.takes:
        return state, []
    if len(offered) == 1:
        return _service(state, Bring(offered[0].id, after=after), touched.fresh)
    return replace(state, screen=Services(zone.id, after=after)), []


def _start(state: State, after: Bring | None) -> Screen:
    """Where the zones are."""
    if after is not None:
        return Adding(after)
    return Others() if state.manner.easy else Home()


def _services(state: State, shown: Services, touched: Touched) -> Outcome:
    service = state.service(touched.id)
    match touched.control:
        case "service" if service is not None and service.zone == shown.zone:
            return _service(state, Bring(service.id, after=shown.after), touched.fresh)
        case "page":
            last = page.pages(state, shown.zone) - 1
            turned = shown.page + (1 if touched.id == "on" else -1)
            return replace(state, screen=replace(shown, page=min(max(turned, 0), last))), []
        case "back":
            return replace(state, screen=_start(state, shown.after)), []
        case _:
            return state, []


def _search(state: State, screen: Searching, touched: Touched) -> Outcome:
    """Letters, and one of the services that they find."""
    word = screen.word
    match touched.control:
        case "key" if touched.id in "".join(find.KEYS) and len(touched.id) == 1 and len(word) < find.LONGEST:
            return replace(state, screen=replace(screen, word=word + touched.id)), []
        case "erase":
            return replace(state, screen=replace(screen, word=word[:-1])), []
        case "service" if touched.id in {found.id for found in state.found(word)}:
            return _service(state, Bring(touched.id, word=word, after=screen.after), touched.fresh)
        case "back":
            return replace(state, screen=_start(state, screen.after)), []
        case _:
            return state, []


def _service(state: State, bring: Bring, fresh: Fresh | None) -> Outcome:
    """A service was chosen; what was asked for with the ticket so far is asked for with it."""
    service, after = state.service(bring.service), bring.after
    if service is None or not service.issuing or not state.takes:
        return state, []
    if after is not None:
        if not visit.fits(state, after, service):
            return state, []
        bring = replace(bring, class_=after.class_, needs=after.needs, items=after.items)
    return (replace(state, screen=bring), []) if _shown(state, bring) else _go_on(state, bring, fresh)


def _shown(state: State, bring: Bring) -> bool:
    """Whether there is anything to say or to ask before a ticket, so that it has a screen."""
    if bring.after is not None:
        return True
    service = state.service(bring.service)
    if service is not None and (service.bring.zh or visit.most(state, visit.chosen(bring)) > 1):
        return True
    return bool(state.classes or state.needs)


def _bring(state: State, bring: Bring, touched: Touched) -> Outcome:
    match touched.control:
        case "take":
            return _go_on(state, bring, touched.fresh)
        case "need" if touched.id in state.needs:
            chosen = frozenset(bring.needs) ^ {touched.id}
            needs = tuple(need for need in state.needs if need in chosen)
            return replace(state, screen=replace(bring, needs=needs)), []
        case "fewer" | "more" as control if bring.after is None:
            return replace(state, screen=_counted(state, bring, 1 if control == "more" else -1)), []
        case "add" if visit.takes_more(state, bring):
            return replace(state, screen=Adding(bring)), []
        case "priority" if state.classes:
            return replace(state, screen=Classes(bring)), []
        case "back":
            return _back(state, bring), []
        case _:
            return state, []


def _counted(state: State, bring: Bring, more: int) -> Bring:
    """One item more or less, of one to as many as a ticket can be for."""
    return replace(bring, items=min(max(bring.items + more, 1), visit.most(state, visit.chosen(bring))))


def _classes(state: State, bring: Bring, touched: Touched) -> State:
    match touched.control:
        case "class" if touched.id == "" or any(kind.id == touched.id for kind in state.classes):
            return replace(state, screen=replace(bring, class_=touched.id or None))
        case "back":
            return replace(state, screen=bring)
        case _:
            return state


def _go_on(state: State, bring: Bring, fresh: Fresh | None) -> Outcome:
    """To whose it is where that is asked, else to the ticket."""
    service = state.service(bring.service)
    if service is None or not service.issuing or not state.takes or card.offers(state, bring) == "no":
        return take(state, bring, fresh)
    return card.ask(state, bring), []


def _card(state: State, screen: Showing | Numbering | Agreeing, touched: Touched) -> Outcome:
    """On the screens about a card; back from the first of them leads to the one before, and what was shown is forgotten."""
    if touched.control != "back" or not card.first(state, screen):
        return card.touch(state, screen, touched)
    bring = screen.bring
    return (replace(state, screen=bring) if _shown(state, bring) else _back(state, bring)), []


def _back(state: State, bring: Bring) -> State:
    """From what to bring to the list it came from, or home where there was no list."""
    after = bring.after
    if bring.word is not None:
        return replace(state, screen=Searching(bring.word, after))
    service = state.service(bring.service)
    if after is None and state.manner.easy and service in state.few:
        return replace(state, screen=Home())
    if service is None or len(state.offered(service.zone)) < 2:
        return replace(state, screen=_start(state, after))
    place = [offered.id for offered in state.offered(service.zone)].index(service.id)
    return replace(state, screen=Services(service.zone, place // page.size(state), after))


def _other(language: Language) -> Language:
    return "en" if language == "zh" else "zh"
