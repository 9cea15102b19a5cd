"""What a row of the table of errors is; the table is in `error`."""

from typing import Literal

import msgspec

from queue_server.wire.ticket import Text

Fault = Literal["caller", "rule", "server"]
"""Who has to act: the program or person that asked, nobody (a rule of the hall says no), or whoever runs the server."""


class Code(msgspec.Struct, frozen=True):
    """One row of the table: whose fault it is, and the sentence that says what to do."""

    fault: Fault
    text: Text


def code(fault: Fault, zh: str, en: str) -> Code:
    """A row, its sentence in Chinese and in English."""
    return Code(fault, Text(zh, en))
