"""A call board's records: the last calls and the missed numbers of its zones."""

from collections.abc import Container

from queue_server.engine import rank
from queue_server.engine.display import Display
from queue_server.engine.state import State
from queue_server.wire.board import FILMS, BoardRecord, CallRecord, MediumRecord, MissedRecord
from queue_server.wire.ids import ZoneId

CALLS = 12
"""Calls a board holds."""
MISSED = 12
"""Missed numbers a board holds."""


def board(state: State, display: Display) -> BoardRecord:
    """The display itself."""
    idle = state.hall.texts.board_idle
    return BoardRecord(
        display=display.id,
        title=display.title,
        zones=display.zones,
        idle=idle,
        loudspeaker=display.loudspeaker,
        layout=display.layout,
        languages=display.languages,
        arrows=dict(display.arrows),
        media=tuple(
            MediumRecord(file=one.file, film=one.file.rpartition(".")[2] in FILMS, seconds=one.seconds)
            for one in display.media
            if one.shown(state.day)
        ),
    )


def calls(state: State, zones: Container[ZoneId]) -> list[CallRecord]:
    """The last calls into some zones, oldest first. A call is in the zone of its window."""
    found: list[CallRecord] = []
    for seq, ticket_id, index in reversed(state.calls):
        ticket = state.tickets.get(ticket_id)
        if ticket is None:
            continue
        step = ticket.steps[index]
        if step.window is None or step.called_at is None or step.call != seq:
            continue
        zone = state.hall.any_zone[state.hall.any_window[step.window].zone]
        if zone.id not in zones:
            continue
        standing = {"called": "called", "serving": "serving", "no_show": "missed"}.get(step.state, "over")
        found.append(
            CallRecord(
                call=seq,
                ticket=ticket.number,
                window=step.window,
                zone=zone.id,
                letter=zone.letter,
                colour=zone.colour,
                short=zone.short,
                public=rank.public(state.hall, ticket),
                called_at=step.called_at,
                at=step.recalled_at or step.called_at,
                recalls=step.calls - 1,
                state=standing,  # type: ignore[arg-type]
            )
        )
        if len(found) == CALLS:
            break
    return found[::-1]


def missed(state: State, display: Display) -> MissedRecord:
    """Numbers called into a display's zones whose holders did not come, latest first."""
    numbers: list[str] = []
    for ticket_id in reversed(state.missed):
        ticket = state.tickets[ticket_id]
        if state.zone_of(ticket.step.service) in display.zones:
            numbers.append(ticket.number)
        if len(numbers) == MISSED:
            break
    return MissedRecord(tuple(numbers))
