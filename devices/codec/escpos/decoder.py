"""ESC/POS bytes to print operations: the heart of the virtual printer and of the tests of the real driver.

Commands: ESC @ a d J E ! M G - t R SP $ { 2 3 p B c *; GS ! V v0 (k (L B b L W a r; FS & . ! S -;
DLE EOT, DLE DC4; LF FF CR BEL (Epson ESC/POS reference; FS & and FS . as Chinese-market printers have them).

Chinese text is GB18030. Its trail bytes are 0x30 to 0x39 and 0x40 to 0xFE, never below 0x20, so a command
byte inside text is always a command. Without FS & a decoder built with `chinese=False` reads code page 437:
the strict one of the two, which shows when a driver forgot the switch.
"""

from collections.abc import Callable
from dataclasses import replace

from devices.codec.escpos.op import (
    Automatic,
    Beep,
    Clear,
    Cut,
    Feed,
    Keep,
    Kept,
    Qr,
    Query,
    Raster,
    Recall,
    Reset,
    Spacing,
    Style,
    Text,
)
from devices.codec.escpos.status import CLEAR
from devices.codec.signal import Garbage

Op = (
    Text
    | Feed
    | Spacing
    | Qr
    | Raster
    | Keep
    | Recall
    | Cut
    | Reset
    | Automatic
    | Clear
    | Query
    | Beep
    | Garbage
)

TEXT_CAP = 4096
COMMAND_CAP = 1 << 14
"""A longer command is in no ticket of ours; a logo for the printer's memory is the longest."""
KEPT_WIDTH, KEPT_HEIGHT = 1023, 288
"""The largest measures of a kept picture, in bytes of eight dots (FS q)."""
ESC, FS, GS, DLE = 0x1B, 0x1C, 0x1D, 0x10

PULSES = {1: 5, 2: 5, CLEAR[2]: len(CLEAR)}
"""Sizes of DLE DC4 by its third byte: pulse, power-off, clear."""

SIZES: dict[int, dict[int, int]] = {
    ESC: dict.fromkeys(b"aEJd!MG-tR {3$BpcV", 1) | {0x40: 0, 0x32: 0},
    FS: {0x26: 0, 0x2E: 0, 0x21: 1, 0x2D: 1, 0x53: 2, 0x57: 1, 0x70: 2},
    GS: dict.fromkeys(b"!BbaVrhwHfI", 1) | dict.fromkeys(b"LWP", 2),
}
"""Parameter bytes after ESC/FS/GS and the command byte, where the number is fixed."""
SIZES[ESC] |= {0x24: 2, 0x42: 2, 0x70: 3, 0x63: 2}


class Decoder:
    """Decodes one printer's stream."""

    def __init__(self, *, chinese: bool = True) -> None:
        self._chinese_at_start = chinese
        self._pending = bytearray()
        self._text = bytearray()
        self._reset()
        self._do: dict[tuple[int, int], Callable[[bytes], list[Op]]] = {
            (ESC, 0x40): self._init,
            (ESC, 0x61): self._align,
            (ESC, 0x64): lambda p: [Feed(lines=p[0])],
            (ESC, 0x4A): lambda p: [Feed(dots=p[0])],
            (ESC, 0x45): lambda p: self._restyle(bold=bool(p[0] & 1)),
            (ESC, 0x47): lambda p: self._restyle(bold=bool(p[0] & 1)),
            (ESC, 0x2D): lambda p: self._restyle(underline=p[0] in (1, 2, 49, 50)),
            (ESC, 0x21): self._mode,
            (ESC, 0x32): lambda _: [Spacing(None)],
            (ESC, 0x33): lambda p: [Spacing(p[0])],
            (ESC, 0x42): lambda _: [Beep()],
            (FS, 0x26): lambda _: self._charset(chinese=True),
            (FS, 0x2E): lambda _: self._charset(chinese=False),
            (FS, 0x21): lambda p: self._restyle(width=1 + (p[0] >> 2 & 1), height=1 + (p[0] >> 3 & 1)),
            (FS, 0x57): lambda p: self._restyle(width=1 + (p[0] & 1), height=1 + (p[0] & 1)),
            (GS, 0x21): lambda p: self._restyle(width=(p[0] >> 4 & 7) + 1, height=(p[0] & 7) + 1),
            (FS, 0x70): lambda p: [Recall(p[0], self._style.align)],
            (GS, 0x61): lambda p: [Automatic(p[0])],
            (GS, 0x42): lambda p: self._restyle(invert=bool(p[0] & 1)),
        }

    def feed(self, data: bytes, now: float = 0.0) -> list[Op]:  # noqa: ARG002 - a printer waits for ever
        """Operations completed by `data`; a text run ends where something other than text follows."""
        out: list[Op] = []
        for byte in data:
            self._byte(byte, out)
        return out

    def idle(self, now: float) -> list[Op]:  # noqa: ARG002
        """Nothing: printers have no time limit between bytes."""
        return []

    def power_cycle(self) -> None:
        """Forgets a command torn in the middle and every mode, as switching off and on does."""
        self._pending.clear()
        self._text.clear()
        self._reset()

    def _reset(self) -> None:
        self._style = Style()
        self._chinese = self._chinese_at_start
        self._qr_size, self._qr_level, self._qr_data = 3, "L", b""

    def _byte(self, byte: int, out: list[Op]) -> None:
        pending = self._pending
        if not pending:
            if byte >= 0x20:
                self._text.append(byte)
                if len(self._text) >= TEXT_CAP:
                    self._flush(out)
            elif byte in (ESC, FS, GS, DLE):
                pending.append(byte)
            else:
                self._control(byte, out)
            return
        pending.append(byte)
        size = self._size()
        if size < 0 or size > COMMAND_CAP:
            raw = bytes(pending)
            pending.clear()
            self._flush(out)
            out.append(Garbage(raw))
        elif 0 < size <= len(pending):
            raw = bytes(pending)
            pending.clear()
            self._command(raw, out)

    def _control(self, byte: int, out: list[Op]) -> None:
        self._flush(out)
        if byte in (0x0A, 0x0C):
            out.append(Feed())
        elif byte == 0x07:
            out.append(Beep())
        elif byte != 0x0D:
            out.append(Garbage(bytes((byte,))))

    def _size(self) -> int:
        """Whole size of the pending command; 0 not known yet; -1 no command of ours."""
        p = self._pending
        lead, kind = p[0], p[1]
        if lead == DLE:
            return {0x04: 3, 0x14: 0 if len(p) < 3 else PULSES.get(p[2], -1)}.get(kind, -1)
        if lead == GS and kind == 0x56:
            return 0 if len(p) < 3 else 4 if p[2] in (65, 66, 97, 98, 103, 104) else 3
        if lead == GS and kind == 0x28:
            return 0 if len(p) < 5 else 5 + int.from_bytes(p[3:5], "little")
        if lead == GS and kind == 0x76:
            return (
                8 + int.from_bytes(p[4:6], "little") * int.from_bytes(p[6:8], "little") if len(p) >= 8 else 0
            )
        if lead == FS and kind == 0x71:
            return self._kept_size()
        if lead == ESC and kind == 0x2A:
            return 0 if len(p) < 5 else 5 + int.from_bytes(p[3:5], "little") * (3 if p[2] >= 32 else 1)
        known = SIZES[lead].get(kind)
        return -1 if known is None else 2 + known

    def _kept_size(self) -> int:
        """As _size, of FS q: a count, then each picture after its own measures."""
        p = self._pending
        size = 3
        for _ in range(p[2] if len(p) > 2 else 0):
            head = p[size : size + 4]
            if len(head) < 4:
                return 0
            width, height = int.from_bytes(head[:2], "little"), int.from_bytes(head[2:], "little")
            size += 4 + width * height * 8
            if not (1 <= width <= KEPT_WIDTH and 1 <= height <= KEPT_HEIGHT and size <= COMMAND_CAP):
                return -1
        return 0 if len(p) < 3 else -1 if p[2] == 0 else size

    def _command(self, raw: bytes, out: list[Op]) -> None:
        if raw[0] == DLE:  # real time: overtakes the text that waits for its line
            self._at_once(raw, out)
            return
        self._flush(out)
        if raw[0] == GS and raw[1] == 0x56:
            lines = [Feed(dots=raw[3])] if len(raw) == 4 and raw[3] else []
            out.extend([*lines, Cut(partial=raw[2] in (1, 49, 66, 98, 104))])
        elif raw[0] == GS and raw[1] == 0x28:
            out.extend(self._symbol(raw) if raw[2] == 0x6B else [] if raw[2] == 0x4C else [Garbage(raw)])
        elif raw[0] == GS and raw[1] == 0x76:
            width, height = int.from_bytes(raw[4:6], "little") * 8, int.from_bytes(raw[6:8], "little")
            mode = raw[3] & 3
            out.append(Raster(width, height, raw[8:], self._style.align, 1 + (mode & 1), 1 + (mode >> 1)))
        elif raw[0] == FS and raw[1] == 0x71:
            out.append(Keep(_kept(raw)))
        else:
            act = self._do.get((raw[0], raw[1]))
            out.extend(act(raw[2:]) if act else [])

    def _at_once(self, raw: bytes, out: list[Op]) -> None:
        if raw == CLEAR:
            self._text.clear()
            out.append(Clear())
        elif raw[1] == 0x04 and 1 <= raw[2] <= 4:
            out.append(Query(raw[2]))
        elif raw[1] == 0x04 or raw[2] == CLEAR[2]:
            out.append(Garbage(raw))

    def _symbol(self, raw: bytes) -> list[Op]:
        if raw[5:6] != b"1" or len(raw) < 8:
            return [Garbage(raw)]
        function, value = raw[6], raw[7]
        if function == 0x43:
            self._qr_size = max(1, min(16, value))
        elif function == 0x45:
            self._qr_level = "LMQH"[(value - 48) % 4]
        elif function == 0x50:
            self._qr_data = raw[8:]
        elif function == 0x51 and self._qr_data:
            return [Qr(self._qr_data, self._qr_size, self._qr_level, self._style.align)]
        return []

    def _flush(self, out: list[Op]) -> None:
        if self._text:
            encoding = "gb18030" if self._chinese else "cp437"
            out.append(Text(self._text.decode(encoding, "replace"), self._style))
            self._text.clear()

    def _restyle(
        self,
        *,
        width: int | None = None,
        height: int | None = None,
        bold: bool | None = None,
        underline: bool | None = None,
        invert: bool | None = None,
    ) -> list[Op]:
        old = self._style
        self._style = replace(
            old,
            width=old.width if width is None else width,
            height=old.height if height is None else height,
            bold=old.bold if bold is None else bold,
            underline=old.underline if underline is None else underline,
            invert=old.invert if invert is None else invert,
        )
        return []

    def _align(self, p: bytes) -> list[Op]:
        self._style = replace(self._style, align=p[0] % 48 % 3)
        return []

    def _mode(self, p: bytes) -> list[Op]:
        bits = p[0]
        return self._restyle(
            bold=bool(bits & 8),
            height=2 if bits & 16 else 1,
            width=2 if bits & 32 else 1,
            underline=bool(bits & 128),
        )

    def _charset(self, *, chinese: bool) -> list[Op]:
        self._chinese = chinese
        return []

    def _init(self, _: bytes) -> list[Op]:
        self._reset()
        return [Reset()]


def _kept(raw: bytes) -> tuple[Kept, ...]:
    found, at = [], 3
    for _ in range(raw[2]):
        width, height = (
            int.from_bytes(raw[at : at + 2], "little"),
            int.from_bytes(raw[at + 2 : at + 4], "little"),
        )
        end = at + 4 + width * height * 8
        found.append(Kept(width * 8, height * 8, raw[at + 4 : end]))
        at = end
    return tuple(found)
