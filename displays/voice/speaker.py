"""One loudspeaker: a call from chime to end."""

from collections.abc import Sequence
from functools import cached_property

from displays.model.announcer import Call
from displays.voice.pack import Voice
from displays.voice.player import Player
from displays.voice.sound import Samples, chime, joined, quieter, silence
from displays.voice.words import One, utterance
from queue_server.wire.ticket import Language

AFTER_CHIME_S = 0.1
BETWEEN_S = 0.6
"""Between two readings, and between two languages."""


class Speaker:
    """Says calls in these languages, one after the other, and the whole as often as it is to be read."""

    def __init__(self, voice: Voice, player: Player, languages: Sequence[Language], one: One) -> None:
        self._voice, self._player, self._languages, self._one = voice, player, languages, one

    async def say(self, call: Call, zones: dict[Language, str], readings: int, volume: int) -> None:
        """Return when it was heard to its end. `zones` are how its zone is said, by language, where it is to be said.

        Raises Unspeakable, NoVoice, PlayFault.
        """
        await self._player.play(quieter(await self.sound(call, zones, readings), volume))

    async def sound(self, call: Call, zones: dict[Language, str], readings: int) -> Samples:
        """What is heard of a call. Raises Unspeakable, NoVoice."""
        said = [utterance(call, each, zones.get(each), self._one) for each in self._languages]
        spoken = [await self._voice.samples(each) for each in said]
        parts = [self._chime, silence(AFTER_CHIME_S)]
        for each in spoken * readings:
            parts += [each, silence(BETWEEN_S)]
        return joined(parts)

    @cached_property
    def _chime(self) -> Samples:
        return chime()
