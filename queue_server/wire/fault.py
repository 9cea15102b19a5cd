"""What goes wrong where a program is installed or started, told in both languages."""

from queue_server.wire.ticket import Text


class Fault(Exception):
    """Something somebody has to see to. `text` says what and what to do; `str()` is both languages, Chinese first, a line each."""

    def __init__(self, zh: str, en: str) -> None:
        self.text = Text(zh, en)
        super().__init__(f"{zh}\n{en}")

    @property
    def said(self) -> str:
        """Both languages on one line, for logs."""
        return f"{self.text.zh} {self.text.en}"
