"""What the hall tells everybody for a while."""

from datetime import datetime

import msgspec

from queue_server.wire.ticket import Text


class Notice(msgspec.Struct, frozen=True, kw_only=True):
    """A notice that stands until a time. `displays` are the boards that show it, with the bars of their zones' windows; without any
    it is shown everywhere.
    """

    id: str
    text: Text
    until: datetime
    at: datetime
    displays: tuple[str, ...] = ()
