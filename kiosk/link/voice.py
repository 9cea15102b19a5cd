"""What reads screens aloud: sound is made beside the loop and kept, and what is being read is cut short by what comes next."""

import asyncio
import logging
from collections.abc import Callable
from typing import Protocol

from devices.driver.voice.player import Player, PlayFault
from devices.driver.voice.render import NoVoice, Render
from devices.driver.voice.sound import Samples, joined, quieter, silence
from devices.driver.voice.speech import Utterance, uttered
from kiosk.model.event import Event, VoiceChanged
from kiosk.model.intent import Speak
from kiosk.model.prompt import phrases
from queue_server.wire.ticket import Text

BETWEEN_S = 0.35
"""Before each sentence."""
TRIAL = phrases()["paper"]
TRIAL_S = 0.05
"""So much silence is played to find out whether there is an output."""
AGAIN_S = 60.0
"""A voice that ails is tried again so often."""
_log = logging.getLogger(__name__)


class Voice(Protocol):
    """Whatever reads aloud."""

    def speak(self, speak: Speak) -> None:
        """Read this, and nothing else any more."""

    def hush(self) -> None:
        """Read nothing any more."""

    async def run(self) -> None:
        """Tell whether it can be heard, until cancelled."""


class Mute:
    """A kiosk without a voice."""

    def speak(self, speak: Speak) -> None:
        """See Voice."""

    def hush(self) -> None:
        """See Voice."""

    async def run(self) -> None:
        """See Voice."""


class Prompter:
    """The synthesiser on an output. `tell` hears whether that can be heard, and why not."""

    def __init__(self, player: Player, tell: Callable[[Event], None], render: Render | None = None) -> None:
        self._player, self._tell, self._render = player, tell, render or Render()
        self._reading: asyncio.Task[None] | None = None
        self._ails = asyncio.Event()

    def speak(self, speak: Speak) -> None:
        """Begin to read. Call it in the loop; it returns at once."""
        self.hush()
        self._reading = asyncio.create_task(self._read(speak), name="voice")

    def hush(self) -> None:
        """Cut short what is being read."""
        if self._reading is not None:
            self._reading.cancel()
        self._reading = None

    async def run(self) -> None:
        """Try whether it can be heard, tell that, and try again once it could not."""
        try:
            while True:
                self._ails.clear()
                fault = await self._fault()
                self._tell(VoiceChanged(fault))
                if fault is None:
                    await self._ails.wait()
                await asyncio.sleep(AGAIN_S)
        finally:
            self.hush()

    async def _fault(self) -> Text | None:
        """Why nothing can be heard, None if it can."""
        try:
            for said in (uttered("zh", TRIAL.said), uttered("en", TRIAL.en)):
                await self._render.samples(said)
            await self._player.play(silence(TRIAL_S))
        except (NoVoice, PlayFault) as fault:
            _log.warning("nothing can be read aloud: %s", fault.said)
            return fault.text
        return None

    async def _read(self, speak: Speak) -> None:
        """One sentence after another; each is made while the one before is heard."""
        try:
            made = await self._made(speak.said[0], speak.volume)
            for following in speak.said[1:]:
                async with asyncio.TaskGroup() as group:
                    ahead = group.create_task(self._made(following, speak.volume))
                    await self._player.play(made)
                made = ahead.result()
            await self._player.play(made)
        except* (NoVoice, PlayFault) as faults:
            fault = faults.exceptions[0]
            assert isinstance(fault, NoVoice | PlayFault)  # no group is within these
            _log.warning("it was not read: %s", fault.said)
            self._tell(VoiceChanged(fault.text))
            self._ails.set()

    async def _made(self, sentence: Utterance, volume: int) -> Samples:
        """A sentence with the pause before it, at a volume in percent."""
        spoken = await self._render.samples(sentence)
        return await asyncio.to_thread(quieter, joined((silence(BETWEEN_S), spoken)), volume)
