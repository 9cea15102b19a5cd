"""Simulated number displays on one Modbus line."""

from collections.abc import Callable

from devices.codec.modbus.rtu import MANY, ONE, Refused, UnitCodec, Write, Written
from devices.codec.profile.digits import Digits
from devices.codec.signal import Garbage
from devices.simulator.core import Refused as Unfit
from devices.simulator.core import Tell

NO_REGISTER = 2


class VirtualDigits:
    """The displays at `addresses`, or all of them. `shown` is what each shows, `refuses` that they know no register."""

    def __init__(
        self, profile: Digits, addresses: frozenset[int] | None = None, *, tell: Tell = lambda _: None
    ) -> None:
        self.send: Callable[[bytes], None] = lambda _: None
        self.shown: dict[int, str] = {}
        self.refuses = False
        self.writes = 0
        self._profile, self._addresses, self._tell = profile, addresses, tell
        self._codec = UnitCodec()

    def restart(self) -> None:
        """See Core.restart."""
        self._codec = UnitCodec()
        self.shown.clear()

    def feed(self, data: bytes) -> None:
        """See Core.feed."""
        for found in self._codec.feed(data):
            if not isinstance(found, Garbage) and (
                self._addresses is None or found.address in self._addresses
            ):
                self._obey(found)

    def steer(self, words: list[str]) -> None:
        """See Core.steer."""
        match words:
            case ["refuse", "on" | "off" as way]:
                self.refuses = way == "on"
            case _:
                raise Unfit("a number display takes: refuse on|off")

    def _obey(self, order: Write) -> None:
        function = ONE if len(order.values) == 1 else MANY
        self.writes += 1
        if self.refuses or order.register != self._profile.register:
            self.send(self._codec.encode(Refused(order.address, NO_REGISTER), function))
            return
        shown = self._profile.shown(order.values)
        if self.shown.get(order.address) != shown:
            self._tell({"shown": shown, "address": order.address})
        self.shown[order.address] = shown
        done = Written(order.address, order.register, len(order.values))
        self.send(self._codec.encode(done, function, order.values[0]))
