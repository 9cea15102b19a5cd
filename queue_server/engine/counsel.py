"""What has happened when managers are advised. `event` says what events are."""

from queue_server.engine.fact import Fact
from queue_server.wire.ids import WindowId, ZoneId


class Advised(Fact, frozen=True, tag="advised"):
    """Managers were advised to open one more window for a zone; fields as in `wire.advice.AdviceRecord`."""

    advice: str
    zone: ZoneId
    opens: WindowId
    waiting: int
    then_min: float
    p90_min: float | None = None
    clerk: str | None = None
    leaves: WindowId | None = None


class AdviceFollowed(Fact, frozen=True, tag="advice_followed"):
    """A window opened in time for a zone for which that was advised: the one that was named or another."""

    advice: str
    opened: WindowId


class AdviceProved(Fact, frozen=True, tag="advice_proved"):
    """All who waited when something was advised are called or gone: nine in ten of `came_of` of them within so many minutes."""

    advice: str
    came_of: int
    came_min: float | None = None
