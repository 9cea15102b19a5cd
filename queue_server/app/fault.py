"""Why a program does not start: one sentence that says what to do, in both languages."""

from queue_server.wire.ticket import Text


class CannotStart(Exception):
    """The start ends here. `text` says why and what to do; `str()` is both languages, Chinese first."""

    def __init__(self, zh: str, en: str) -> None:
        self.text = Text(zh, en)
        super().__init__(f"{zh}\n{en}")
