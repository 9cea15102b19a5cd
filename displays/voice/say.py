"""`python -m displays.voice.say [CLIPS]`: an announcement, JSON on standard input, becomes a WAV file on standard output.

For whoever may not spend its own time on sound, as a server may not. CLIPS is a folder of the hall's own recordings, which
`jiaohao-display clips` found good. Exit status 1: it cannot be said, with the sentence on standard error.
"""

import asyncio
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from devices.driver.voice.render import NoVoice, Render
from devices.driver.voice.sound import written
from devices.driver.voice.speech import Unspeakable
from displays.model.announcer import Call
from displays.voice.pack import Clips, Pack, Voice
from displays.voice.speaker import sound
from queue_server.wire.voice import Announcement


def main(arguments: Sequence[str]) -> int:
    """The program; its exit status."""
    asked = msgspec.json.decode(sys.stdin.buffer.read(), type=Announcement)
    call = Call(0, asked.number, asked.window, asked.zone, datetime.now(UTC))
    try:
        voice: Voice = Render()
        if arguments:
            voice = Pack(Clips(Path(arguments[0])), voice)
        made = asyncio.run(sound(voice, call, asked.loudspeaker, asked.readings))
    except (NoVoice, Unspeakable) as fault:
        sys.stderr.write(f"{fault.said}\n")
        return 1
    sys.stdout.buffer.write(written(made))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
