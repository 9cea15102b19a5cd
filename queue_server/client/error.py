"""How a command over a link can fail.

CommandRefused      the server said no; nothing has changed
Unanswered          no answer in time: nobody knows yet whether it was done
"""

from typing import Any


class CommandRefused(Exception):
    """The server refused: a stable `code`, `message` in the link's language, `detail` with its data."""

    def __init__(self, code: str, message: str, detail: dict[str, Any]) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.detail = detail


class Unanswered(Exception):
    """Time ran out before an answer came. Ask again with the same `key`; it will not be done twice.

    `sent` is False when the command never left this machine: then it was certainly not done.
    """

    def __init__(self, key: str, *, sent: bool) -> None:
        super().__init__("no answer in time")
        self.key = key
        self.sent = sent
