"""What commands are made of: words, tokens and times within their limits, and the parts that are structs themselves."""

from datetime import datetime
from typing import Annotated, Literal

import msgspec

from queue_server.wire.ids import WindowId

Reason = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
Lines = Annotated[str, msgspec.Meta(min_length=1, max_length=200, pattern=r"\S")]
"""One or several lines with something to be read in them."""
Name = Annotated[str, msgspec.Meta(min_length=1, max_length=64, pattern=r"^[^\t\n\r]*[^\s][^\t\n\r]*$")]
"""One line with something to be seen in it: it is shown, printed and listed beside others."""
Line = Annotated[str, msgspec.Meta(min_length=1, max_length=80, pattern=r"^[^\t\n\r]*[^\s][^\t\n\r]*$")]
"""One line that is read from afar."""
Token = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9_-]{16,64}$")]
DeviceToken = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9_-]{32,64}$")]
"""Made by the device itself of at least 24 random bytes."""
Moment = Annotated[datetime, msgspec.Meta(tz=True)]
"""An instant with its offset: one without could be any hour of the day, and cannot be compared with business time."""
Evacuation = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9_-]{16,64}$")]
"""The id of a part of the hall that is served elsewhere, and of its file."""
AccountDeed = Literal[
    "added",
    "changed",
    "reset",
    "password_set",
    "password_chosen",
    "pin_chosen",
    "pin_set",
    "pin_removed",
    "deactivated",
    "activated",
    "signed_out",
    "removed",
]
"""What can be done to an account. `reset` is a one-time password, `password_set` one given, `password_chosen` their own; PINs
likewise, and one that goes with a reset, another role or leaving is `pin_removed` too.
"""


class Holder(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Who a ticket is for: the number of their identity card, and their name as it stands there. Neither is kept as it is."""

    number: Annotated[str, msgspec.Meta(max_length=32)] | None = None
    name: Name | None = None

    def __repr__(self) -> str:
        """Without what it holds, wherever it might be printed."""
        return "Holder(…)"


class IssuedOffline(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What a kiosk that issued alone says of it: the `number` on the paper, when that was (`at`), and what became of the paper.

    `heard_at` is the server's time when the kiosk had last heard of it: a clock that went wrong since puts nobody before that.
    `printed` None: it is not known.
    """

    number: Annotated[str, msgspec.Meta(pattern=r"^[A-Z]{1,3}[0-9]{3,5}$")]
    at: Moment
    heard_at: Moment | None = None
    printed: bool | None = True


class Fitting(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One of an agent's devices, by the address that it has on its port; `window` is what the agent's own file proposes for it."""

    name: Name
    """As the agent's reports call it: `keypad 1/5` is address 5 on the port of its first bus of keypads."""
    port: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
    profile: Name
    window: WindowId
