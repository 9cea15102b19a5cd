"""A loudspeaker's records: how it speaks, and the last calls of its zones."""

from queue_server.engine.display import Loudspeaker
from queue_server.engine.state import State
from queue_server.wire.voice import LoudspeakerRecord, SpokenZone


def loudspeaker(state: State, one: Loudspeaker) -> LoudspeakerRecord:
    """The loudspeaker itself."""
    zones = [state.hall.zone[id_] for id_ in one.zones]
    return LoudspeakerRecord(
        loudspeaker=one.id,
        name=one.name,
        player=one.player,
        english=one.english,
        one=one.one,
        readings=one.readings,
        volume=dict(one.volume),
        zones={zone.id: SpokenZone(zone.short, zone.said) for zone in zones},
    )
