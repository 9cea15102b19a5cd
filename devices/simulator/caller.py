"""Simulated callers and evaluators on one bus, from any frame profile: the bus as the host sees it."""

from collections import deque
from collections.abc import Callable

from devices.codec.frame import IDLE, FrameCodec, Framed, Framer
from devices.codec.profile.shape import Event, Profile
from devices.codec.signal import Garbage
from devices.simulator.core import Refused, Tell
from devices.simulator.template import POLL, Said, Templates

KEYS = {"call": "call_next", "evaluate": "finish"}
"""Short words for verbs; every verb of the profile is a word too."""
WORDS = "press KEY ADDRESS [DIGITS], rate ADDRESS LEVEL, key ADDRESS HEX, noise HEX"


class VirtualCaller:
    """The callers at `addresses`, or every caller of the bus. `digits` and `texts` are what each display shows;
    `prompts` counts rating prompts by address. On a polled bus a key waits until its address is asked.
    """

    def __init__(
        self, profile: Profile, addresses: frozenset[int] | None = None, *, tell: Tell = lambda _: None
    ) -> None:
        self.send: Callable[[bytes], None] = lambda _: None
        self.digits: dict[int, str] = {}
        self.texts: dict[int, str] = {}
        self.prompts: dict[int, int] = {}
        self.beeps: dict[int, int] = {}
        self.acks = 0
        self.garbage = 0
        self._profile = profile
        self._codec = FrameCodec(profile)
        self._addresses = addresses
        self._polled = profile.bus.mode == "poll"
        self._tell = tell
        self.restart()

    def restart(self) -> None:
        """See Core.restart."""
        self._ear: Templates | Framer = (Templates if self._polled else Framer)(self._profile)
        self._awaited: list[bytes] = []
        self._struck: dict[int, deque[bytes]] = {}
        self.digits.clear()
        self.texts.clear()

    def feed(self, data: bytes) -> None:
        """See Core.feed."""
        for found in self._ear.feed(data):
            if isinstance(found, Garbage):
                self.garbage += 1
                self._tell({"garbage": found.raw.hex(" ")})
            elif self._addresses is not None and found.address not in self._addresses:
                continue
            elif isinstance(found, Said):
                self._asked(found)
            elif found.raw in self._awaited:
                self._awaited.remove(found.raw)
                self.acks += 1
                self._tell({"ack": found.address})
            else:
                self._obey(found)

    def press(self, key: str, address: int, typed: str = "") -> None:
        """A caller key: a verb of the profile, or call / evaluate; after digits. Refused if the profile has no such key."""
        verb = KEYS.get(key, key)
        event = next((e for e in self._profile.events if e.emit == verb and e.levels is None), None)
        if event is None:
            known = sorted({e.emit for e in self._profile.events if e.levels is None})
            raise Refused(f"no key {key}; there are: {', '.join(known)}")
        digits = bytes(int(digit) for digit in typed)
        self._strike(event, address, digits + bytes.fromhex(event.data or event.last or ""))

    def rate(self, address: int, level: int) -> None:
        """The evaluator key that means `level`. Refused if this evaluator has none."""
        event = self._rating()
        keys = {value: key for key, value in (event.levels or {}).items()}
        if level not in keys:
            raise Refused(f"no key for level {level}; there are: {', '.join(map(str, sorted(keys)))}")
        self._strike(event, address, bytes.fromhex(keys[level]))

    def key(self, address: int, data: bytes) -> None:
        """Any evaluator key by its number, also one that means nothing."""
        self._strike(self._rating(), address, data)

    def steer(self, words: list[str]) -> None:
        """See Core.steer."""
        try:
            match words:
                case ["press", key, address, *typed]:
                    self.press(key, int(address), "".join(typed))
                case ["rate", address, level]:
                    self.rate(int(address), int(level))
                case ["key", address, number]:
                    self.key(int(address), bytes.fromhex(number))
                case ["noise", raw]:
                    self.send(bytes.fromhex(raw))
                case _:
                    raise Refused(f"a caller takes: {WORDS}")
        except Refused:
            raise
        except ValueError as fault:
            raise Refused(f"{fault}; a caller takes: {WORDS}") from None

    def _rating(self) -> Event:
        event = next((e for e in self._profile.events if e.levels is not None), None)
        if event is None:
            raise Refused("this profile has no evaluator")
        return event

    def _strike(self, event: Event, address: int, data: bytes) -> None:
        frame = self._codec.build(address, bytes.fromhex(event.command or ""), data)
        if self._polled:
            self._struck.setdefault(address, deque(maxlen=8)).append(frame)
            return
        if event.ack == "echo":
            self._awaited.append(frame)
        elif event.ack != "none":
            self._awaited.append(self._codec.build(address, bytes.fromhex(event.ack), data))
        del self._awaited[:-8]
        self.send(frame)

    def _asked(self, said: Said) -> None:
        """On a polled bus: the key that waits, or that there is none."""
        if said.command != POLL:
            self._do(said.command, said.address, said.text)
        elif struck := self._struck.get(said.address):
            self.send(struck.popleft())
        else:
            idle = next(e for e in self._profile.events if e.emit == IDLE)
            self.send(self._codec.build(said.address, b"", bytes.fromhex(idle.data or "")))

    def _obey(self, found: Framed) -> None:
        for name, command in self._profile.commands.items():
            before, after = bytes.fromhex(command.data), bytes.fromhex(command.after)
            shown = found.data[len(before) : len(found.data) - len(after)]
            fits = len(shown) <= command.text if command.text else len(shown) == command.digits
            fits = fits and found.data == before + shown + after
            if fits and found.command == bytes.fromhex(command.command):
                self._do(name, found.address, shown)
                return
        self._tell({"unknown": found.raw.hex(" ")})

    def _do(self, name: str, address: int, shown: bytes) -> None:
        command = self._profile.commands[name]
        digits = "".join(chr(b) if b >= 0x20 else str(b) if b < 10 else " " for b in shown)
        if name == "prompt":
            self.prompts[address] = self.prompts.get(address, 0) + 1
            self._tell({"prompt": address})
        elif name == "beep":
            self.beeps[address] = self.beeps.get(address, 0) + 1
            self._tell({"beep": address})
        elif command.text:
            self.texts[address] = shown.decode(command.encoding)
            self._tell({"text": self.texts[address], "address": address})
        else:
            if name == "show_ticket":
                self.digits[address] = digits
            self._tell({name.removeprefix("show_"): digits, "address": address})
