"""Parameters of a question, read from its path and query string or refused."""

from collections.abc import Mapping
from datetime import date

from queue_server.wire.error import Refusal
from queue_server.wire.ticket import Text

Asked = Mapping[str, str]
"""Parameters of a request: of its path and of its query string."""
LONGEST = 200


def number(asked: Asked, name: str, default: int, least: int, most: int) -> int:
    """A whole number; `default` if it is not given."""
    text = asked.get(name)
    if text is None:
        return default
    if text.isascii() and text.isdigit() and len(text) <= 18 and least <= int(text) <= most:
        return int(text)
    raise invalid(name, f"应为{least}到{most}的整数", f"expected a whole number from {least} to {most}")


def day(asked: Asked, name: str, default: date) -> date:
    """A day, such as 2026-11-26; `default` if it is not given."""
    text = asked.get(name)
    if text is None:
        return default
    try:
        found = date.fromisoformat(text)
    except ValueError:
        found = None
    if found is None or not 2000 <= found.year <= 9000 or found.isoformat() != text:
        raise invalid(name, "应为2026-11-26这样的日期", "it must be a date such as 2026-11-26")
    return found


def word(asked: Asked, name: str) -> str | None:
    """A text of at most LONGEST characters that can stand in the log; None if it is not given, or empty."""
    text = asked.get(name)
    if text and (len(text) > LONGEST or not text.isprintable()):
        raise invalid(name, "太长或有不可见的字符", "it is too long or has characters that cannot be seen")
    return text or None


def invalid(name: str, zh: str, en: str) -> Refusal:
    """The refusal of a parameter, with what is wrong."""
    return Refusal("request.invalid", fault=Text(f"{name} {zh}", f"{name}: {en}"), path=name)
