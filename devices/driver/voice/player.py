"""Where sound goes: to the machine's own output by ALSA, or to nobody, or into files."""

import asyncio
from pathlib import Path
from typing import ClassVar, Protocol

from devices.driver.voice.sound import Samples, seconds, written
from queue_server.wire.fault import Fault, cause
from queue_server.wire.ticket import Text

PATIENCE_S = 5.0
"""So much longer than it sounds may an output take."""


class PlayFault(Fault):
    """It was not heard; `text` says why and what to do, `brief` what is the matter where there is little room."""

    code: ClassVar[str] = "voice.unheard"
    brief: ClassVar[Text] = Text("声音播不出", "no sound comes out")


class Player(Protocol):
    """An output for one sound at a time."""

    async def play(self, samples: Samples) -> None:
        """Return when it was heard to its end. Raises PlayFault."""


class Alsa:
    """`aplay` on a device by ALSA's name for it, "default" or as `aplay -L` lists them."""

    def __init__(self, device: str, program: str = "aplay") -> None:
        self._device, self._program = device, program

    async def play(self, samples: Samples) -> None:
        """Return when it was heard to its end. Raises PlayFault."""
        try:
            process = await asyncio.create_subprocess_exec(
                self._program,
                "-q",
                "-D",
                self._device,
                "-t",
                "wav",
                "-",
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.DEVNULL,
                stderr=asyncio.subprocess.PIPE,
            )
        except OSError as fault:
            raise PlayFault(
                f"无法启动{self._program}（{cause(fault)}），请执行apt-get install alsa-utils",
                f"{self._program} cannot be started ({fault.strerror}); type: apt-get install alsa-utils",
            ) from fault
        try:
            async with asyncio.timeout(seconds(samples) + PATIENCE_S):
                _, said_of = await process.communicate(written(samples))
        except TimeoutError as fault:
            raise PlayFault(
                f"声音设备{self._device}不接收声音，请检查接线，用aplay -L看output该写什么",
                f"{self._device} takes no sound; see to its cable, and what aplay -L lists for output",
            ) from fault
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
        if process.returncode:
            told = " ".join(said_of.decode(errors="replace").split()) or str(process.returncode)
            raise PlayFault(
                f"声音设备{self._device}出错（{told}），用aplay -L看output该写什么",
                f"{self._device} failed ({told}); see what aplay -L lists for output",
            )


class Nobody:
    """Takes its time as a loudspeaker would, and is not heard."""

    async def play(self, samples: Samples) -> None:
        """Return when it would have been heard."""
        await asyncio.sleep(seconds(samples))


class Files:
    """Each sound becomes a file in a folder, `0001.wav` and on, at once."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._count = folder, 0

    async def play(self, samples: Samples) -> None:
        """Return when it is written. Raises PlayFault."""
        self._count += 1
        try:
            await asyncio.to_thread(self._write, self._folder / f"{self._count:04d}.wav", samples)
        except OSError as fault:
            raise PlayFault(
                f"{self._folder}写不进去（{cause(fault)}），请改正路径或权限",
                f"{self._folder} cannot be written ({fault.strerror}); correct the path or the rights",
            ) from fault

    def _write(self, path: Path, samples: Samples) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        path.write_bytes(written(samples))


def player(output: str) -> Player:
    """What a setting names: `null`, `file:FOLDER`, or a device of ALSA's."""
    if output == "null":
        return Nobody()
    if output.startswith("file:"):
        return Files(Path(output.removeprefix("file:")))
    return Alsa(output)
