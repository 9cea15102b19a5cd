"""What managers are advised today."""

from datetime import datetime

import msgspec

from queue_server.wire.ids import WindowId, ZoneId


class Advice(msgspec.Struct, frozen=True, kw_only=True):
    """One more window for a zone, with what was expected of it and what came; fields as in `wire.advice.AdviceRecord`."""

    id: str
    at: datetime
    zone: ZoneId
    window: WindowId
    clerk: str | None = None
    leaves: WindowId | None = None
    waiting: int
    p90_min: float | None
    then_min: float
    done_at: datetime | None = None
    done_window: WindowId | None = None
    came_of: int | None = None
    came_min: float | None = None
