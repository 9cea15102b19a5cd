"""By hand: one sheet for the installer: the wiring of every device, and a label for each to be cut out. Pure."""

from collections.abc import Iterator, Mapping
from html import escape
from typing import NamedTuple

from devices.agent.config import Config
from queue_server.wire.face import LANGUAGES, say
from queue_server.wire.ids import WindowId

PAPER = """\
@page { size: A4; margin: 10mm }
body { font: 9pt/1.3 "Noto Sans CJK SC", "Microsoft YaHei", sans-serif; color: #000; margin: 0 }
table { border-collapse: collapse; width: 100% }
th, td { border: 0.2mm solid #000; padding: 1mm; text-align: left; overflow-wrap: anywhere }
tr, div { break-inside: avoid }
main { display: grid; grid-template-columns: repeat(4, 1fr); margin-top: 6mm }
div { border: 0.3mm dashed #000; padding: 2mm; text-align: center; overflow-wrap: anywhere }
b { display: block; font-size: 18pt; line-height: 1.2 }
small { font-size: 7pt }
"""
"""A table, and below it four labels in a row, to be cut along the dashes."""


class Wired(NamedTuple):
    """One device of one window: its name as the program tells it, what it is, and where it is connected."""

    window: WindowId
    device: str
    kind: str
    port: str
    address: str


def wiring(config: Config) -> list[Wired]:
    """Every device of devices.toml, by window."""
    found = [*_lines(config)]
    found += [Wired(pad.window, f"pad {n}", pad.profile, pad.port, "") for n, pad in enumerate(config.pad, 1)]
    return sorted(found, key=lambda each: (len(each.window), each.window, each.device))


def _lines(config: Config) -> Iterator[Wired]:
    for n, bar in enumerate(config.bar, 1):
        kind = f"LED {bar.width}x{bar.height} {bar.baud}"
        if bar.window is None:
            yield from _wired(f"bar {n}", kind, bar.port, bar.addresses)
        else:
            yield Wired(bar.window, f"bar {n}", kind, bar.port, str(bar.address))
    for n, keypad in enumerate(config.keypad, 1):
        yield from _wired(f"keypad {n}", keypad.profile, keypad.port, keypad.addresses)
    for n, line in enumerate(config.digits, 1):
        yield from _wired(f"digits {n}", line.profile, line.port, line.addresses)


def _wired(name: str, kind: str, port: str, windows: Mapping[int, WindowId]) -> Iterator[Wired]:
    for address, window in windows.items():
        yield Wired(window, f"{name}/{address}", kind, port, str(address))


def sheet(config: Config) -> str:
    """The sheet, as HTML for A4."""
    devices = wiring(config)
    title = " ".join(say("device", "labels_title", language) for language in LANGUAGES)
    heads = "".join(f"<th>{_said(f'labels_{field}')}" for field in Wired._fields)
    rows = "".join("<tr>" + "".join(f"<td>{escape(cell)}" for cell in each) for each in devices)
    labels = "".join(_label(each) for each in devices)
    return (
        f'<!doctype html><html lang="zh"><meta charset="utf-8"><title>{escape(title)}</title>'
        f"<style>{PAPER}</style><h1>{escape(title)}</h1>"
        f"<table><thead><tr>{heads}</thead><tbody>{rows}</tbody></table><main>{labels}</main></html>\n"
    )


def _label(each: Wired) -> str:
    place = f"{each.device} · {each.kind}"
    return f"<div><b>{escape(each.window)}</b>{escape(place)}<br><small>{escape(each.port)}</small></div>"


def _said(key: str) -> str:
    return escape(" ".join(say("device", key, language) for language in LANGUAGES))
