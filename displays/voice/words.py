"""What is said of a call. Pure but for `words`, which reads the table beside this file once."""

from functools import cache
from importlib.resources import files

import msgspec

from devices.driver.voice.speech import Utterance, said_zone, singly, uttered, window
from displays.model.announcer import Call
from queue_server.wire.ticket import Language
from queue_server.wire.voice import LoudspeakerRecord, One


class Phrase(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A sentence with places to fill in: as people read it, and as it is said."""

    text: str
    said: str


class Calls(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The sentences of a language."""

    call: Phrase
    call_in_zone: Phrase


class Words(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Everything that is said of calls."""

    zh: Calls
    en: Calls


@cache
def words() -> Words:
    """The table."""
    table = files("displays.voice").joinpath("words.toml").read_bytes()
    return msgspec.toml.decode(table, type=Words)


def spoken_zones(call: Call, loudspeaker: LoudspeakerRecord) -> dict[Language, str]:
    """How the call's zone is said, by language; nothing where the loudspeaker serves one zone, or nobody wrote down how."""
    zone = loudspeaker.zones.get(call.zone)
    if zone is None or len(loudspeaker.zones) < 2:
        return {}
    found = {each: said_zone(zone.short, each, zone.said) for each in loudspeaker.languages}
    return {language: said for language, said in found.items() if said is not None}


def utterance(call: Call, language: Language, zone: str | None = None, one: One = "yi") -> Utterance:
    """A call in words; `zone` as `said_zone` gives it, for a loudspeaker that serves several. Raises Unspeakable."""
    calls = words().en if language == "en" else words().zh
    phrase = calls.call if zone is None else calls.call_in_zone
    number = singly(call.number, language, one)
    return uttered(
        language, phrase.said.format(number=number, window=window(call.window, language), zone=zone)
    )
