"""What is kept of a hall beside its rows: each part in a mark of its own, as JSON. No I/O."""

from collections.abc import Mapping

import msgspec

from queue_server.engine.advice import Advice
from queue_server.engine.alarm import Alarm
from queue_server.engine.appointment import Appointment
from queue_server.engine.away import NOWHERE, Away
from queue_server.engine.hall import NO_FORMER, Former
from queue_server.engine.lease import Lease
from queue_server.engine.notice import Notice
from queue_server.engine.sheaf import Sheaf
from queue_server.engine.state import State
from queue_server.engine.today import Today
from queue_server.wire.ids import WindowId

_encode = msgspec.json.Encoder().encode


class Marks(msgspec.Struct, frozen=True):
    """The parts, each under the name of its mark, as `schema.mark` says; one that was never written is as in a new store."""

    former: Former = NO_FORMER
    sheaves: tuple[Sheaf, ...] = ()
    away: Away = NOWHERE
    leases: tuple[Lease, ...] = ()
    notices: tuple[Notice, ...] = ()
    alarms: tuple[Alarm, ...] = ()
    advices: tuple[Advice, ...] = ()
    appointments: tuple[Appointment, ...] = ()
    skipped: dict[str, int] = {}
    today: dict[WindowId, Today] = {}

    @staticmethod
    def of(state: State) -> "Marks":
        """As they are now."""
        return Marks(
            former=state.hall.former,
            sheaves=state.sheaves,
            away=state.away,
            leases=state.leases,
            notices=state.notices,
            alarms=state.alarms,
            advices=state.advices,
            appointments=tuple(state.appointments.values()),
            skipped=state.skipped,
            today=state.today,
        )

    @staticmethod
    def read(kept: Mapping[str, str]) -> "Marks":
        """Those among the marks of a store. Raises msgspec.MsgspecError for one that is broken."""
        parts = [f'"{name}":{kept[name]}' for name in NAMES if name in kept]
        return _decode(f"{{{','.join(parts)}}}")

    @property
    def written(self) -> tuple[tuple[str, str], ...]:
        """The name and value of each mark."""
        return tuple([(name, _encode(getattr(self, name)).decode()) for name in NAMES])


NAMES = Marks.__struct_fields__
_decode = msgspec.json.Decoder(Marks).decode
