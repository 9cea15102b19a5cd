"""The sound of calls, for boards that speak: only what was called in the hall lately, so nobody lets it say anything else."""

from typing import Protocol

from aiohttp import web
from multidict import CIMultiDict

from queue_server.api.answer import EVERYWHERE
from queue_server.engine.state import State
from queue_server.flow.flow import Flow
from queue_server.views import board, voice
from queue_server.wire.error import Refusal
from queue_server.wire.voice import Announcement

ADDRESS = "/voice/{loudspeaker}/{call}/{readings}"
"""A WAV file: a loudspeaker's call by CallRecord.call, read once or as often as the loudspeaker reads."""


class Voice(Protocol):
    """Whoever makes sound of an announcement."""

    async def sound(self, announcement: Announcement) -> bytes:
        """A WAV file. Refuses with `voice.failed`."""


def voice_route(flow: Flow, speech: Voice) -> web.RouteDef:
    """The address of announcements."""

    async def speak(request: web.Request) -> web.StreamResponse:
        flow.sure()
        asked = announcement(
            flow.durable, *(request.match_info[name] for name in ("loudspeaker", "call", "readings"))
        )
        headers = {**EVERYWHERE, "Content-Type": "audio/wav", "Cache-Control": "no-store"}
        return web.Response(body=await speech.sound(asked), headers=CIMultiDict(headers))

    return web.get(ADDRESS, speak)


def announcement(state: State, of: str, call: str, readings: str) -> Announcement:
    """A call of a loudspeaker as it is to be heard. Refuses with `voice.unknown_call` what is none of its last calls, or is read
    otherwise: so there is only so much that strangers can have made.
    """
    loudspeaker = state.hall.loudspeaker.get(of)
    if loudspeaker is not None and readings in ("1", str(loudspeaker.readings)):
        for each in board.calls(state, loudspeaker.zones):
            if str(each.call) == call:
                return Announcement(
                    loudspeaker=voice.loudspeaker(state, loudspeaker),
                    number=each.ticket,
                    window=each.window,
                    zone=each.zone,
                    readings=int(readings),
                )
    raise Refusal("voice.unknown_call")
