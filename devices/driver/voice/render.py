"""Sound of words, by espeak-ng: a program of its own for each, its answers kept for a while."""

import asyncio
import subprocess
from collections import OrderedDict

from devices.driver.voice.sound import BadSound, Samples, even, read
from devices.driver.voice.speech import Utterance

PROGRAM = "espeak-ng"
LIMIT_S = 10.0
KEPT = 64
"""Sentences that are kept: 13 MB of them."""


class NoVoice(Exception):
    """The synthesiser made no sound; the sentence says why and what to do."""


class Render:
    """The synthesiser. The same sentence again, as for a recall, costs nothing."""

    def __init__(self, program: str = PROGRAM) -> None:
        self._program = program
        self._kept: OrderedDict[Utterance, Samples] = OrderedDict()

    async def samples(self, utterance: Utterance) -> Samples:
        """The sentence, as loud as all speech. Made beside the loop. Raises NoVoice."""
        if utterance not in self._kept:
            self._kept[utterance] = await asyncio.to_thread(self._made, utterance)
            if len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        self._kept.move_to_end(utterance)
        return self._kept[utterance]

    def _made(self, utterance: Utterance) -> Samples:
        command = [self._program, "-v", utterance.voice, "-s", str(utterance.speed), "--stdout", "--stdin"]
        try:
            made = subprocess.run(  # noqa: S603 - the words come by standard input
                command,
                input=utterance.said.encode(),
                capture_output=True,
                check=True,
                timeout=LIMIT_S,
            )
            return even(read(made.stdout))
        except FileNotFoundError as fault:
            raise NoVoice(f"{self._program} is not installed; type: apt-get install espeak-ng") from fault
        except (OSError, subprocess.SubprocessError) as fault:
            raise NoVoice(f"{self._program} failed: {fault}") from fault
        except BadSound as fault:
            raise NoVoice(
                f"{self._program} -v {utterance.voice} says nothing of use: {fault.said}"
            ) from fault
