"""Notices: published with an end, shown on call boards and on the bars of windows that serve nobody, and over by then."""

from collections.abc import Iterator
from datetime import datetime

from queue_server.engine import event as e
from queue_server.engine.decision import Context, Decision, within_a_year
from queue_server.engine.display import Display
from queue_server.engine.notice import Notice
from queue_server.engine.state import State
from queue_server.wire import command as c
from queue_server.wire.error import Refusal
from queue_server.wire.ids import WindowId
from queue_server.wire.ticket import Text
from queue_server.wire.view import NoticeRecord, NoticesRecord

MOST = 5
"""Notices that stand at once: more nobody reads while they wait."""


def publish(state: State, command: c.PublishNotice, context: Context) -> Decision:
    """Tell something. Refuses a board that the hall has not, and one notice more than people read."""
    within_a_year(command.until, context.now, context.now)
    for display in command.displays:
        if display not in state.hall.display:
            raise Refusal("display.unknown", display=display)
    if len(state.notices) >= MOST:
        raise Refusal("notice.many", most=MOST)
    noticed = e.Noticed(
        notice=context.draw(),
        text=Text(command.text, command.text_en or command.text),
        until=command.until,
        displays=tuple(dict.fromkeys(command.displays)),
    )
    return Decision((noticed,), lambda after: record(after.notices[-1]))


def withdraw(state: State, command: c.WithdrawNotice, context: Context) -> Decision:
    """Tell it no more. Refuses a notice that does not stand."""
    notice = next((one for one in state.notices if one.id == command.notice), None)
    if notice is None:
        raise Refusal("notice.unknown")
    return Decision((e.NoticeEnded(notice=notice.id, reason="withdrawn"),), lambda _: record(notice))


def ending(state: State, at: datetime) -> Iterator[e.Event]:
    """Notices that are over by then."""
    return (e.NoticeEnded(notice=one.id, reason="until") for one in state.notices if one.until <= at)


def noticed(state: State, stamped: e.Stamped, event: e.Noticed) -> None:
    """One more notice stands."""
    notice = Notice(
        id=event.notice, text=event.text, until=event.until, at=stamped.at, displays=event.displays
    )
    state.notices = (*state.notices, notice)


def ended(state: State, stamped: e.Stamped, event: e.NoticeEnded) -> None:
    """It stands no more."""
    state.notices = tuple(one for one in state.notices if one.id != event.notice)


def record(notice: Notice) -> NoticeRecord:
    """A notice as everybody sees it."""
    return NoticeRecord(
        id=notice.id, text=notice.text, until=notice.until, published_at=notice.at, displays=notice.displays
    )


def everywhere(state: State) -> NoticesRecord:
    """All that stand, oldest first."""
    return NoticesRecord(tuple(record(one) for one in state.notices))


def on_board(state: State, display: Display) -> NoticesRecord:
    """Those that a board shows."""
    told = (one for one in state.notices if not one.displays or display.id in one.displays)
    return NoticesRecord(tuple(map(record, told)))


def at_window(state: State, id_: WindowId) -> NoticesRecord | None:
    """Those that a window's bar shows, if there are any: of every board that shows the window's zone."""
    if not state.notices:
        return None
    zone = state.hall.any_window[id_].zone
    boards = {display.id for display in state.hall.displays if zone in display.zones}
    told = tuple(
        record(one) for one in state.notices if not one.displays or boards.intersection(one.displays)
    )
    return NoticesRecord(told) if told else None
