"""What the kiosk tells its server beside taking tickets, and the numbers that it asks for while it can.

One word at a time, in the order of issue, each under the same key until it is answered. What the server refuses for good is kept
as it is, and the device's record says that there is something.
"""

from dataclasses import replace
from datetime import date

import msgspec

from kiosk.model import reprint
from kiosk.model.alone import today
from kiosk.model.event import HallShown, Heard, Leased, LinkChanged, PrintAsked, Recalled, Unheard
from kiosk.model.intent import Ail, HandOver, Intent, Keep, KeepBlocks, Lease, Remember
from kiosk.model.journal import heard, next_word, recovered, restored, settled
from kiosk.model.screen import Home, Taking
from kiosk.model.state import State

Outcome = tuple[State, list[Intent]]
PAUSE_S = 2.0
"""Between a word that was not heard and the same again."""
NONE_LEFT_S = 60.0
"""Between an asking for numbers that led to none and the next."""
LEAST = 10
"""With no more numbers of a prefix than this, half a block, another one is asked for."""


def turn(state: State, event: LinkChanged | Recalled | Heard | Unheard | Leased | PrintAsked) -> Outcome:
    """What comes from the link or the journal, beside the hall and the answers that a visitor waits for."""
    match event:
        case LinkChanged():
            return _linked(state, event)
        case Recalled():
            return _recalled(state, event)
        case PrintAsked():
            return reprint.asked(state, event)
        case _:
            return _answered(state, event)


def _recalled(state: State, event: Recalled) -> Outcome:
    """Go on where the kiosk ended. It prints nothing again by itself: what was begun may be in a hand."""
    entries = tuple(recovered(entry) for entry in event.entries)
    changed = (entry for entry, before in zip(entries, event.entries, strict=True) if entry != before)
    alone = (entry.issued_at for entry in entries if entry.alone and entry.issued_at is not None)
    state = replace(
        state, journal=restored(entries, event.blocks), issued_at=max(alone, default=state.issued_at)
    )
    if state.told is None and event.hall is not None:
        # What it shows is old already, however short it was away.
        state = replace(state, told=event.hall, lost_at=float("-inf"))
    return state, [Keep(entry) for entry in changed]


def shown(state: State, hall: HallShown) -> Outcome:
    """The server shows the hall: it is worth writing down when another day or other things are offered than what is on disk."""
    news = state.lost_at is None and (state.told is None or _lasting(state.told) != _lasting(hall))
    return replace(state, told=hall), [Remember(hall)] if news else []


def _lasting(told: HallShown) -> object:
    """What a kiosk alone goes by: all but the figures."""
    hall = told.hall and msgspec.structs.replace(told.hall, issued=0, served=0, missed=0, waiting=0)
    zones = tuple(msgspec.structs.replace(zone, waiting=0, wait=None) for zone in told.zones)
    services = tuple(
        msgspec.structs.replace(service, waiting=0, wait=None, issued=0) for service in told.services
    )
    return hall, zones, services


def _linked(state: State, event: LinkChanged) -> Outcome:
    """The link is another one: from now on with the server, or soon without it."""
    # Between attempts a lost link says "connecting"; to a visitor it is lost until it is live.
    lost = event.state == "connecting" and state.link != "connecting"
    there = event.state == "live" and event.epoch is not None and not event.degraded and not event.barred
    back = there and state.lost_at is not None and state.told is not None
    state = replace(
        state,
        link="down" if lost else event.state,
        degraded=event.degraded,
        barred=event.barred,
        away=event.why,
        epoch=event.epoch or state.epoch,
        lost_at=None if there else state.now if state.lost_at is None else state.lost_at,
    )
    return state, [Remember(state.told)] if back and state.told is not None else []


def placed(state: State) -> Outcome:
    """A kiosk without a place has no numbers either: what it was lent is void."""
    if state.code is None or not state.journal.blocks:
        return state, []
    return replace(state, journal=replace(state.journal, blocks=())), [KeepBlocks(())]


def _answered(state: State, event: Heard | Unheard | Leased) -> Outcome:
    """A word was heard or not, or numbers came or did not."""
    journal = state.journal
    said = journal.saying
    match event:
        case Leased(zone, None) if zone == journal.leasing:
            dry = {**journal.dry, zone: state.now + NONE_LEFT_S}
            journal = replace(journal, leasing=None, dry=dry)
            return replace(state, journal=journal), []
        case Leased(zone, block) if zone == journal.leasing and block is not None:
            journal = replace(journal, leasing=None, blocks=(*journal.blocks, block))
            return replace(state, journal=journal), [KeepBlocks(journal.blocks)]
        case Unheard(key) if said is not None and said.key == key:
            journal = replace(journal, saying=None, speak_at=state.now + PAUSE_S)
            return replace(state, journal=journal), []
        case Heard(key, refusal) if said is not None and said.key == key and state.epoch is not None:
            entry = heard(journal.entries[said.ticket], said, state.epoch, refusal)
            state = replace(state, journal=replace(journal.put(entry), saying=None))
            ails: list[Intent] = (
                [Ail("handover", said.number, refusal)] if refusal and isinstance(said, HandOver) else []
            )
            return state, [Keep(entry), *ails]
        case _:
            return state, []


def speak(state: State) -> Outcome:
    """Say the next thing, and ask for numbers, while the server is there to hear it."""
    day, epoch = today(state), state.epoch
    if state.lost_at is not None or epoch is None or day is None:
        return state, []
    state, intents = _tidied(state, epoch, day)
    journal = state.journal
    quiet = _writing(state) or state.now < journal.speak_at or journal.all_told(epoch, day)
    if journal.saying is None and not quiet:
        said = next_word(journal.entries.values(), epoch, day)
        if said is None:
            journal = replace(journal, told=(journal.entries, epoch, day))
        else:
            journal = replace(journal, saying=said)
            intents.append(said)
    if journal.leasing is None:
        zone = _short(state, epoch, day)
        if zone is not None:
            journal = replace(journal, leasing=zone)
            intents.append(Lease(zone))
    return replace(state, journal=journal), intents


def _writing(state: State) -> bool:
    """Whether a number is on its way to the disk. Until it is there the server must not hear of it: a kiosk that is killed before
    does not know of it any more, and gives it to somebody else.
    """
    return isinstance(state.screen, Taking) and state.screen.order.ticket is not None


def _tidied(state: State, epoch: str, day: date) -> Outcome:
    """Without tickets and numbers of days that are over, and without the numbers of another store."""
    journal, intents = state.journal, list[Intent]()
    blocks = tuple(block for block in journal.blocks if (block.day, block.epoch) == (day, epoch))
    if blocks != journal.blocks:
        journal = replace(journal, blocks=blocks)
        intents.append(KeepBlocks(blocks))
    oldest = next(iter(journal.entries.values()), None)
    if isinstance(state.screen, Home) and oldest is not None and oldest.day < day:
        kept = {key: entry for key, entry in journal.entries.items() if not settled(entry, day)}
        journal = replace(journal, entries=kept)
    return replace(state, journal=journal), intents


def _short(state: State, epoch: str, day: date) -> str | None:
    """The first zone of which few numbers are left."""
    if state.told is None or state.told.hall is None or state.told.hall.day != day:
        return None
    served = {service.zone for service in state.told.services}
    for zone in state.told.zones:
        left = sum(block.left for block in state.journal.good(zone.id, day, epoch))
        if zone.id in served and left <= LEAST and state.now >= state.journal.dry.get(zone.id, state.now):
            return zone.id
    return None
