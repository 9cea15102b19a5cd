"""How a device is, in words: a sentence that says what to do, and a few words where there is little room."""

from collections.abc import Iterable
from typing import Literal

from devices.codec.escpos.status import Health
from queue_server.wire.face import LANGUAGES, say
from queue_server.wire.ticket import Text

Part = Literal["printer", "reader"]
"""What a kiosk has of its own."""
Trouble = Literal["journal", "handover"]
"""What befalls a kiosk's ticket: it could not be written down, or the server did not take it when it was handed over."""
MOST = 60
"""Characters that the list of devices has for all that ails one program; how many things ail it besides follows."""


def sentence(health: str) -> Text:
    """What is the matter and what to do. `health` is a Health value; of another word nothing is known."""
    return _words(f"health_{_known(health)}")


def brief(health: str) -> Text:
    """The same in a few words that follow a device's name."""
    return _words(f"brief_{_known(health)}")


def ailing(name: str, health: str) -> str:
    """A device that has its name from a settings file and how it is, as the list of devices has room for: `bar 1没连上 gone`."""
    words = brief(health)
    return f"{name}{words.zh} {words.en}"


def part(kind: Part, health: str) -> str:
    """A kiosk's own printer or reader and how it is, as the list of devices has room for: `打印机缺纸 printer out of paper`."""
    name, words = _words(f"part_{kind}"), brief(health)
    return f"{name.zh}{words.zh} {name.en} {words.en}"


def troubled(what: Trouble, ticket: str, code: str = "") -> str:
    """What befell a kiosk's ticket and what to do, as the list of devices has room for: `A012没存盘，请查磁盘 unsaved, check disk`.

    `ticket` is its number or id, `code` that of a refusal.
    """
    words = _words(f"brief_{what}")
    return f"{ticket}{words.zh} {words.en}{code and f': {code}'}"


def trouble(what: Trouble, ticket: str, code: str = "") -> str:
    """The same as a sentence in both languages on one line, for logs."""
    return " ".join(
        say("device", f"trouble_{what}", language, ticket=ticket, code=code) for language in LANGUAGES
    )


def listed(parts: Iterable[str]) -> str | None:
    """All that ails a program, in full as long as there is room: `bar 1没连上 gone, bar 2没连上 gone +8`; None: nothing."""
    told = list(parts)
    shown = ""
    for n, part in enumerate(told):
        more = f", {part}" if n else part[:MOST]
        if len(shown) + len(more) > MOST:
            return f"{shown} +{len(told) - n}"
        shown += more
    return shown or None


def said(health: str) -> str:
    """The sentence in both languages on one line, for logs."""
    text = sentence(health)
    return f"{text.zh} {text.en}"


def fact(health: Health, *, speaks: bool = False) -> dict[str, str]:
    """A line of a program's log: the word for programs and, unless all is well, the sentence for people.

    A device that `speaks` by itself, as most keypads do, is unknown until it has: that is nothing to mend.
    """
    if health is Health.READY:
        return {"health": health.value}
    if speaks and health is Health.UNKNOWN:
        words = _words("health_unheard")
        return {"health": health.value, "said": f"{words.zh} {words.en}"}
    return {"health": health.value, "said": said(health)}


def _known(health: str) -> Health:
    return Health(health) if health in set(Health) else Health.UNKNOWN


def _words(key: str) -> Text:
    return Text(*(say("device", key, language) for language in LANGUAGES))
