"""What somebody may say that they need, by which abilities of a window or of its clerk that is met, and whether it is binding.

`command` is their door.
"""

from collections.abc import Iterable

from queue_server.wire.ids import TicketId
from queue_server.wire.registry import Command, command
from queue_server.wire.ticket import Text, Ticket

NEEDS: dict[str, frozenset[str]] = {
    "wheelchair": frozenset({"low_counter"}),
    "hearing": frozenset({"sign_language", "hearing_loop"}),
    "sight": frozenset({"reading_aid"}),
    "english": frozenset({"english"}),
}
"""Any one of them is enough. A need that is not here (`help`) is met by a person who comes, and by nothing that a window has."""
WORDS: dict[str, Text] = {
    "wheelchair": Text("低位台面", "a low counter"),
    "hearing": Text("手语或助听", "sign language or a hearing loop"),
    "sight": Text("助视助读", "a reading aid"),
    "english": Text("英语服务", "English"),
}
"""What a window then has, as people say it."""


def words(needs: Iterable[str]) -> Text:
    """What is needed of a window, as people say it."""
    said = [WORDS[need] for need in needs if need in WORDS]
    return Text("、".join(one.zh for one in said), " and ".join(one.en for one in said))


@command("tickets.bind", "POST /tickets/{ticket}/bind", "holder:own kiosk steward manager", answer=Ticket)
class Bind(Command, frozen=True):
    """Let a ticket be called only by windows that have what its holder needs (`binding`), or by any again.

    Without it such a ticket is kept for one of these for a few minutes at most. Refused while none of them has somebody at it.
    """

    ticket: TicketId
    binding: bool
