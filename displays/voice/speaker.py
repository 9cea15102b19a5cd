"""One loudspeaker: a call from chime to end."""

from functools import cache

from devices.driver.voice.player import Player
from devices.driver.voice.sound import Samples, chime, joined, quieter, silence
from displays.model.announcer import Call
from displays.voice.pack import Voice
from displays.voice.words import spoken_zones, utterance
from queue_server.wire.voice import LoudspeakerRecord

AFTER_CHIME_S = 0.1
BETWEEN_S = 0.6
"""Between two readings, and between two languages."""

_chime = cache(chime)


async def sound(voice: Voice, call: Call, loudspeaker: LoudspeakerRecord, readings: int) -> Samples:
    """What is heard of a call: the chime, then so many readings in each of the loudspeaker's languages.

    Raises Unspeakable, NoVoice.
    """
    zones = spoken_zones(call, loudspeaker)
    said = [utterance(call, each, zones.get(each), loudspeaker.one) for each in loudspeaker.languages]
    spoken = [await voice.samples(each) for each in said]
    parts = [_chime(), silence(AFTER_CHIME_S)]
    for each in spoken * readings:
        parts += [each, silence(BETWEEN_S)]
    return joined(parts)


class Speaker:
    """Says calls by a voice on an output."""

    def __init__(self, voice: Voice, player: Player) -> None:
        self._voice, self._player = voice, player

    async def say(self, call: Call, loudspeaker: LoudspeakerRecord, readings: int, volume: int) -> None:
        """Return when it was heard to its end, at a volume in percent. Raises Unspeakable, NoVoice, PlayFault."""
        await self._player.play(quieter(await sound(self._voice, call, loudspeaker, readings), volume))
