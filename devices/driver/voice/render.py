"""Sound of words, by espeak-ng: a program of its own for each, its answers kept for a while."""

import asyncio
import subprocess
from collections import OrderedDict
from typing import ClassVar

from devices.driver.voice.sound import BadSound, Samples, even, read
from devices.driver.voice.speech import Utterance
from queue_server.wire.fault import Fault
from queue_server.wire.ticket import Text

PROGRAM = "espeak-ng"
LIMIT_S = 10.0
KEPT = 64
"""Sentences that are kept: 13 MB of them."""


class NoVoice(Fault):
    """There is no sound of a sentence; `text` says why and what to do, `brief` what is the matter where there is little room."""

    code: ClassVar[str] = "voice.none"
    brief: ClassVar[Text] = Text("语音合成不了", "no speech can be made")


class NotInstalled(NoVoice):
    """The synthesiser is not on this machine."""

    brief: ClassVar[Text] = Text("未装espeak-ng", "espeak-ng is not installed")


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
            raise NotInstalled(
                f"没有安装{self._program}，请执行apt-get install espeak-ng",
                f"{self._program} is not installed; type: apt-get install espeak-ng",
            ) from fault
        except (OSError, subprocess.SubprocessError) as fault:
            raise NoVoice(
                f"{self._program}出错（{fault}），请在这台机器上试着运行它",
                f"{self._program} failed ({fault}); try to run it on this machine",
            ) from fault
        except BadSound as fault:
            command_line = f"{self._program} -v {utterance.voice}"
            raise NoVoice(
                f"{command_line}读出的没有用（{fault.text.zh}），请看这种语音是否已安装",
                f"{command_line} says nothing of use ({fault.text.en}); see whether this voice is installed",
            ) from fault
