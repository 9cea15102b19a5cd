"""The dark glass is black, hears a finger and nothing else; its light goes out and on by commands."""

from dataclasses import replace
from pathlib import Path

import pytest

from kiosk.link.backlight import Backlight
from kiosk.model.event import Felt
from kiosk.model.screen import Dark
from kiosk.model.show import look
from tests.integration.kiosk.conftest import Glass
from tests.integration.kiosk.test_view import Finger, button
from tests.unit.kiosk.scene import SCENES


def test_the_dark_glass_is_black_and_a_finger_on_it_presses_nothing(glass: Glass) -> None:
    place = button(glass, "zone", "A").center
    glass.show(look(replace(SCENES["home"], screen=Dark())))
    assert glass.picture().getcolors() == [(1080 * 1920, (0, 0, 0))]
    glass.touched.clear()
    Finger(glass, *place).down().up()
    assert glass.touched == [Felt()]


async def test_the_light_goes_out_and_on_by_commands_and_a_wrong_one_only_is_noted(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    told = tmp_path / "told"
    light = Backlight(
        ["sh", "-c", f"echo off >> {told}"],
        ["sh", "-c", f"echo on >> {told}"],
    )
    for on in (True, False, True):
        await light.put(on=on)
    assert told.read_text().split() == ["on", "off", "on"]
    await Backlight().put(on=False)
    await Backlight(["no-such-program"], ["false"]).put(on=False)
    await Backlight(["no-such-program"], ["false"]).put(on=True)
    assert [record.message for record in caplog.records] == [
        "no-such-program cannot be started (No such file or directory); correct [night] in kiosk.toml",
        "false failed: ",
    ]
