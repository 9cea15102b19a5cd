"""Where calls come out, screens and loudspeakers: what was painted and spoken there, who speaks where, and how each is."""

import time
from collections.abc import Mapping
from typing import Any

from prometheus_client import CollectorRegistry, Gauge, Histogram

from queue_server.feed.hub import Hub
from queue_server.feed.link import ServerLink
from queue_server.feed.receipt import Receipts
from queue_server.feed.turn import Turns
from queue_server.feed.voice import Speaker, Voices
from queue_server.flow.flow import Flow
from queue_server.views import board as boards
from queue_server.views import topic as topics
from queue_server.views import voice as voices
from queue_server.wire.frame import Spoken
from queue_server.wire.ticket import Text
from queue_server.wire.voice import Asking


class Outlets:
    """All displays and loudspeakers of a hall, as those who see their topics in `hub` tell of them. `turns` is who speaks where."""

    def __init__(self, flow: Flow, hub: Hub, registry: CollectorRegistry) -> None:
        self._flow, self._hub = flow, hub
        self._receipts = Receipts()
        self._voices = Voices()
        self.turns = Turns(self._voices.said)
        self._painted = Histogram(
            "jiaohao_call_to_screen_seconds",
            "From a durable call to a display saying that it is painted.",
            ("display",),
            buckets=(0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0),
            registry=registry,
        )
        self._heard = Histogram(
            "jiaohao_call_to_speech_seconds",
            "From a call to a voice saying that it was heard to its end.",
            ("loudspeaker",),
            buckets=(5.0, 10.0, 15.0, 20.0, 25.0, 30.0, 45.0, 60.0, 120.0),
            registry=registry,
        )
        self._unspoken = Gauge(
            "jiaohao_calls_unspoken",
            "Calls that were not spoken in 30 seconds and still wait.",
            ("loudspeaker",),
            registry=registry,
        )

    def published(self, news: Mapping[str, Mapping[str, Any]]) -> None:
        """New records by topic have just gone out: calls among them are on their way to screens."""
        now_s = time.monotonic()
        for topic, records in news.items():
            kind, display = topics.split(topic)
            if kind == "board":
                for key, record in records.items():
                    if key.startswith("call/") and record.state == "called":
                        self._receipts.published(display, record.call, now_s)

    def shown(self, link: ServerLink, call: int) -> None:
        """A screen has painted a call."""
        now_s = time.monotonic()
        for topic in self._hub.topics_of(link.transport):
            kind, display = topics.split(topic)
            if kind != "board":
                continue
            after_s = self._receipts.shown(display, call, now_s)
            if after_s is not None:
                self._painted.labels(display).observe(after_s)

    def spoken(self, link: ServerLink, heard: Spoken) -> None:
        """A call was heard to its end.

        Whoever speaks there is believed, and the hall's own: what others say would keep a call from being said.
        """
        clock = self._flow.clock
        for topic in self._hub.topics_of(link.transport):
            kind, of = topics.split(topic)
            record = self._hub.record(topic, f"call/{heard.call}") if kind == "voice" else None
            if record is not None and (link.actor.role == "display" or self._is_speaker(link, of)):
                after_s = self._voices.spoken(of, record, heard.at, clock.now(), clock.speed)
                if after_s is not None:
                    self._heard.labels(of).observe(after_s)

    def speaks(self, link: ServerLink, asking: Asking) -> None:
        """Somebody could speak at a loudspeaker that they see, or does."""
        of = asking.loudspeaker
        if f"voice:{of}" not in self._hub.topics_of(link.transport):
            return  # it has just come to see another
        self.turns.ask(link, asking)
        if link.actor.role == "display" and self._is_speaker(link, of):
            self._voices.met(of, self._flow.clock.now())

    def _is_speaker(self, link: ServerLink, of: str) -> bool:
        speaker = self.turns.speaker(of)
        return speaker is not None and speaker[0] is link

    def screens(self) -> dict[str, Any]:
        """Every display's screens, and how long the last call took there."""
        now_s = time.monotonic()
        return {
            id_: {"title": title, **self._receipts.status(id_, self._hub.count(f"board:{id_}"), now_s)}
            for id_, title in self._flow.durable.hall.display_name.items()
        }

    def standings(self) -> list[Any]:
        """How every loudspeaker is."""
        found: list[Any] = []
        state, clock = self._flow.durable, self._flow.clock
        for one in state.hall.loudspeakers:
            calls = boards.calls(state, one.zones)
            speaker = self._speaker(one.id)
            record = voices.loudspeaker(state, one)
            standing = self._voices.standing(record, calls, speaker, clock.now(), clock.speed)
            self._unspoken.labels(one.id).set(len(standing.late))
            found.append(standing)
        return found

    def _speaker(self, of: str) -> Speaker | None:
        """Who speaks there, as the floor calls it: a device by its name, a page that nobody placed by the board that it shows."""
        held = self.turns.speaker(of)
        if held is None:
            return None
        link, able, reserve = held
        state = self._flow.durable
        device = None if link.actor.device is None else state.devices.get(link.actor.device)
        if device is not None or link.actor.role == "display":
            name = link.actor.name if device is None else device.name
            return Speaker(Text(name, name), able, reserve)
        shown = [topics.split(topic)[1] for topic in self._hub.topics_of(link.transport)]
        names = state.hall.display_name
        title = next((names[each] for each in shown if each in names), Text(of, of))
        return Speaker(title, able, reserve)
